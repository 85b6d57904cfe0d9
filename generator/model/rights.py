"""What people agreed to and what they took back, and whether a moment of theirs may be used: a decision that says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal

from generator.problems import Location, Problem, Severity

Use = Literal["web", "pdf", "print", "social"]
USES = ("web", "pdf", "print", "social")
PARTS = ("text", "name", "picture")  # of what a person gave, each of which may be agreed to by itself

Passed = Callable[[datetime], bool]  # whether an instant is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A row of consent.csv, the last one about its person or moment."""

    uses: frozenset[str]
    parts: frozenset[str]
    given: datetime
    ends: datetime | None
    withdrawn: datetime | None
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What is on record for one moment."""

    required: bool  # whether a moment without a record is not shown
    consents: tuple[Consent, ...] = ()  # of the moment itself, then of its person
    forgotten: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a moment is not used, and whether somebody has to see to it."""

    code: str
    message: str
    fix: str
    severity: Severity

    def problem(self, at: Location) -> Problem:
        return Problem(code=self.code, message=self.message, at=at, fix=self.fix, severity=self.severity)


def judge_use(rights: Rights | None, moment: str, use: Use, passed: Passed) -> frozenset[str] | Refusal:
    """The parts of a moment that may be used in this way at this time, or why it may not be. `moment`: its id, for the message."""
    if rights is None:
        return frozenset(PARTS)
    if rights.forgotten:
        return Refusal(code="forgotten", message=f'"{moment}" is of somebody who asked to be forgotten; it is left out',
                       fix="remove the row, and its picture", severity="warning")  # fmt: skip
    if taken_back := next((each for each in rights.consents if each.withdrawn and passed(each.withdrawn)), None):
        return Refusal(code="consent-withdrawn", message=f'the consent to "{moment}" was taken back ({taken_back.at}); it is left out',
                       fix="nothing is to be done; a later row grants anew", severity="notice")  # fmt: skip
    if not rights.consents:
        return _nothing_on_record(moment) if rights.required else frozenset(PARTS)
    refusals = []
    for consent in rights.consents:
        refused = _against(consent, moment, use, passed)
        if refused is None:
            return consent.parts
        refusals.append(refused)
    return refusals[0]


def _nothing_on_record(moment: str) -> Refusal:
    return Refusal(code="no-consent", message=f'there is no consent to "{moment}" on record; it is left out',
                   fix="add a row to consent.csv once its author agreed, or reject it in moderation.csv", severity="warning")  # fmt: skip


def _against(consent: Consent, moment: str, use: Use, passed: Passed) -> Refusal | None:
    if not passed(consent.given):
        return Refusal(code="no-consent", message=f'the consent to "{moment}" is dated later ({consent.at}); it is left out until then',
                       fix="check its date", severity="warning")  # fmt: skip
    if consent.ends and passed(consent.ends):
        return Refusal(code="consent-expired", message=f'the consent to "{moment}" has ended ({consent.at}); it is left out',
                       fix="ask anew and add a row, or leave it", severity="notice")  # fmt: skip
    if use not in consent.uses:
        granted = ", ".join(sorted(consent.uses))
        return Refusal(code="consent-scope", message=f'"{moment}" may be used for {granted} only ({consent.at}); it is left out of {use}',
                       fix="ask for the wider use, or choose moments that may be used", severity="warning")  # fmt: skip
    return None


def endings(rights: Rights | None) -> Iterator[datetime]:
    """When what is on record changes what may be shown."""
    for consent in rights.consents if rights else ():
        yield from (instant for instant in (consent.ends, consent.withdrawn) if instant)


# ---- people who asked to be forgotten -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """forgotten.csv: salted digests of the people and moments that may not come back."""

    salt: bytes = b""
    keys: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.keys)

    def holds_person(self, network: str | None, handle: str | None) -> bool:
        if not self.keys or not handle:
            return False
        return bool(self.keys & {person_key(self.salt, place, handle) for place in (network, None)})

    def holds_moment(self, campaign: str, moment: str) -> bool:
        return bool(self.keys) and moment_key(self.salt, campaign, moment) in self.keys


def person_key(salt: bytes, network: str | None, handle: str) -> str:
    """What stands for a handle on one network, or (None) on all of them."""
    return _keyed(salt, f"person {network or '*'} {plain_handle(handle)}")


def moment_key(salt: bytes, campaign: str, moment: str) -> str:
    return _keyed(salt, f"moment {campaign} {moment}")


def _keyed(salt: bytes, text: str) -> str:
    return blake2b(text.encode(), key=salt, digest_size=16).hexdigest()


def plain_handle(handle: str) -> str:
    return handle.strip().removeprefix("@").casefold()
