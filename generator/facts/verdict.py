"""Whether an output is fresh, as a pure function that says why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from generator.digests import fingerprint
from generator.model.outputs import Input, Output

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
    payload: str | None  # digest of the bytes; None: it failed
    inputs: tuple[Input, ...]
    built_with: str
    made_because: str = ""  # the verdict that it was last made for


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


def said(output: Output) -> dict[str, str]:
    """Each part of what the output says → its fingerprint; what its render opens is judged apart."""
    job = output.job
    return {"made by": fingerprint([job.renderer, job.template, job.language])[:12]} | {
        name: fingerprint(value)[:16] for name, value in job.data.items()
    }


def judge(
    outputs: Iterable[Output], facts: Mapping[str, Fact], *, digest_of: DigestOf, on_disk: Callable[[Fact], bool], built_with: str
) -> list[Verdict]:
    """One verdict an output, in the order given. `on_disk`: whether the output folder still holds what was written."""
    return [judge_one(output, facts.get(output.path), digest_of, on_disk, built_with) for output in outputs]


def judge_one(output: Output, fact: Fact | None, digest_of: DigestOf, on_disk: Callable[[Fact], bool], built_with: str) -> Verdict:
    """The first reason that makes an output stale, or that it is fresh."""
    if fact is None:
        return Verdict(output=output, reason=Reason.NEVER_BUILT)
    if fact.payload is None:
        return Verdict(output=output, reason=Reason.FAILED)
    if fact.built_with != built_with:
        return Verdict(output=output, reason=Reason.OTHER_VERSION)
    if fact.says != (now_says := said(output)):
        changed = sorted(name for name in {*fact.says, *now_says} if fact.says.get(name) != now_says.get(name))
        return Verdict(output=output, reason=Reason.DATA_CHANGED, because=", ".join(changed))
    for known in fact.inputs:
        now = digest_of(known.path)
        if now != known.digest:
            return Verdict(output=output, reason=_input_reason(known.digest, now), because=known.path)
    if not on_disk(fact):
        return Verdict(output=output, reason=Reason.TAMPERED)
    return Verdict(output=output, reason=Reason.FRESH)


def _input_reason(before: str | None, now: str | None) -> Reason:
    if before is None:
        return Reason.INPUT_APPEARED
    return Reason.INPUT_VANISHED if now is None else Reason.INPUT_CHANGED
