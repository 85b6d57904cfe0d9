"""Whether an output is fresh, as a pure function that says why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from generator.digests import digest, fingerprint
from generator.model.outputs import Access, Input, Output
from generator.problems import Problem

DigestOf = Callable[[str], str | None]  # of an input by its name; None when it is absent


class Reason(StrEnum):
    FRESH = "fresh"
    NEVER_BUILT = "never built"
    FAILED = "failed last time"
    OTHER_VERSION = "built with another version of Bilan or its libraries"
    DATA_CHANGED = "what it says changed"
    INPUT_CHANGED = "an input changed"
    INPUT_APPEARED = "an input appeared"
    INPUT_VANISHED = "an input vanished"
    TAMPERED = "missing or edited in the output folder"
    FORCED = "asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What was true when an output was made."""

    path: str
    owner: str
    source: str  # the location that asked for it
    says: Mapping[str, str]  # fingerprint of each part of what it says
    payload: str | None  # digest of the bytes; None: it failed, or the run was cut short
    inputs: tuple[Input, ...]
    built_with: str
    made_because: str = ""  # the verdict that it was last made for
    in_place: str = ""  # digests of the bytes that Bilan put in place: the last ones and, where a run was killed, those before them
    remarks: tuple[Problem, ...] = ()  # what its render had to say
    mark: str = ""  # Sayings.mark of the output
    access: Access = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    output: Output
    reason: Reason
    because: str | None = None

    @property
    def fresh(self) -> bool:
        return self.reason is Reason.FRESH

    def __str__(self) -> str:
        return self.reason.value + (f": {self.because}" if self.because else "")


class Sayings:
    """Fingerprints of what outputs say. A value that many of them share, as the brand on every page, is taken once. `basis`: of the code
    that plans."""

    def __init__(self, basis: str = "") -> None:
        self._basis = basis
        self._known: dict[int, tuple[Any, str]] = {}  # by identity; the value is kept, so that no other takes its place

    def of(self, output: Output) -> dict[str, str]:
        """Each part of what the output says → its fingerprint; what its render opens is judged apart."""
        job = output.job
        says = {"made by": _fingerprint(f"{job.renderer} {job.template} {job.language}")[:12]}
        for name, value in job.data.items():
            says[name] = self._print(value)[:16]
        if output.access != "public":
            says["access"] = output.access
        if output.seal:
            says["sealed"] = fingerprint([output.seal.name, output.seal.pages])[:12]
        return says

    def mark(self, output: Output) -> str:
        """What stands for all that an output says, where the plan knows it; else nothing."""
        return f"{self._basis} {output.access} {output.mark}" if output.mark else ""

    def _print(self, value: Any) -> str:
        if not isinstance(value, dict | list):
            return _fingerprint(value)
        known = self._known.get(id(value))
        if known is None:
            if isinstance(value, list) and value and isinstance(value[0], dict):  # cards of a wall, which other pages show too
                taken = digest("\n".join(self._print(item) for item in value).encode())
            else:
                taken = fingerprint(value)
            known = self._known[id(value)] = (value, taken)
        return known[1]


@lru_cache(maxsize=4096, typed=True)
def _fingerprint(value: float | str | None) -> str:
    return fingerprint(value)


def judge(
    outputs: Iterable[Output],
    facts: Mapping[str, Fact],
    *,
    sayings: Sayings,
    digest_of: DigestOf,
    on_disk: Callable[[Fact], bool],
    built_with: str,
) -> list[Verdict]:
    """One verdict an output, in the order given. `on_disk`: whether the output folder still holds what was written."""
    return [judge_one(output, facts.get(output.path), sayings, digest_of, on_disk, built_with) for output in outputs]


def judge_one(
    output: Output,
    fact: Fact | None,
    sayings: Sayings,
    digest_of: DigestOf,
    on_disk: Callable[[Fact], bool],
    built_with: str,
) -> Verdict:
    """The first reason that makes an output stale, or that it is fresh."""

    def verdict(reason: Reason, because: str | None = None) -> Verdict:
        return Verdict(output=output, reason=reason, because=because)

    if fact is None:
        return verdict(Reason.NEVER_BUILT)
    if fact.payload is None:
        return verdict(Reason.FAILED)
    if fact.built_with != built_with:
        return verdict(Reason.OTHER_VERSION)
    if not fact.mark or fact.mark != sayings.mark(output):
        now_says = sayings.of(output)
        changed = sorted(name for name in {*fact.says, *now_says} if fact.says.get(name) != now_says.get(name))
        if changed:
            return verdict(Reason.DATA_CHANGED, ", ".join(changed))
    for known in fact.inputs:
        now = digest_of(known.path)
        if now != known.digest:
            return verdict(_input_reason(known.digest, now), known.path)
    return verdict(Reason.FRESH if on_disk(fact) else Reason.TAMPERED)


def _input_reason(before: str | None, now: str | None) -> Reason:
    if before is None:
        return Reason.INPUT_APPEARED
    return Reason.INPUT_VANISHED if now is None else Reason.INPUT_CHANGED
