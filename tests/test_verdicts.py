"""Staleness: a pure function that gives its reason."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from generator.facts.verdict import Fact, Reason, Sayings, judge_one
from generator.model.outputs import Input, Job, Output
from generator.problems import Location

OUTPUT = Output(
    path="a.html", job=Job(renderer="page", language="en", template="page.html", data={"n": 1}), owner="luma", at=Location(path="a.md")
)
FACT = Fact(
    path="a.html", owner="luma", source="a.md", says=Sayings().of(OUTPUT), payload="p",
    inputs=(Input(path="templates/page.html", digest="1"), Input(path="templates/over.html", digest=None)), built_with="v1",
)  # fmt: skip
DISK: Mapping[str, str | None] = {"templates/page.html": "1", "templates/over.html": None}


def changed(**fields: object) -> Fact:
    values = {name: getattr(FACT, name) for name in Fact.__slots__}
    return Fact(**{**values, **fields})


@pytest.mark.parametrize(
    ("fact", "disk", "in_place", "reason", "because"),
    [
        (FACT, DISK, True, Reason.FRESH, None),
        (None, DISK, True, Reason.NEVER_BUILT, None),
        (changed(payload=None), DISK, True, Reason.FAILED, None),
        (changed(built_with="v0"), DISK, True, Reason.OTHER_VERSION, None),
        (changed(says={**Sayings().of(OUTPUT), "n": "other"}), DISK, True, Reason.DATA_CHANGED, "n"),
        (FACT, {**DISK, "templates/page.html": "2"}, True, Reason.INPUT_CHANGED, "templates/page.html"),
        (FACT, {**DISK, "templates/page.html": None}, True, Reason.INPUT_VANISHED, "templates/page.html"),
        (FACT, {**DISK, "templates/over.html": "9"}, True, Reason.INPUT_APPEARED, "templates/over.html"),
        (FACT, DISK, False, Reason.TAMPERED, None),
    ],
)
def test_reason(fact: Fact | None, disk: Mapping[str, str | None], in_place: bool, reason: Reason, because: str | None) -> None:
    """An output is fresh, or stale for the first reason that holds."""
    verdict = judge_one(OUTPUT, fact, Sayings(), disk.get, lambda fact: in_place, "v1")

    assert (verdict.reason, verdict.because) == (reason, because)


def test_fingerprint_ignores_the_order_of_keys() -> None:
    """Equal values have one fingerprint."""
    one = Output(path="a", job=Job(renderer="page", language="en", data={"a": 1, "b": 2}), owner="", at=Location(path="x"))
    two = Output(path="a", job=Job(renderer="page", language="en", data={"b": 2, "a": 1}), owner="", at=Location(path="x"))

    assert Sayings().of(one) == Sayings().of(two)
