"""Sign-off of a report: approved only while it says exactly what was approved; else in review again, with the figures that moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.model.approval import Approval, State
from generator.problems import Problems

TOLD = 6  # figures that a remark names


def sign_off(approval: Approval | None, content: str, figures: Mapping[str, str], problems: Problems) -> State:
    """The state of a report as it would be made now."""
    if approval is None:
        return "draft"
    if approval.state != "approved" or approval.content == content:
        return approval.state
    moved = moved_figures(approval.figures, figures)
    what = f"; moved: {'; '.join(moved[:TOLD])}{' …' if len(moved) > TOLD else ''}" if moved else "; its words or looks"
    problems.add(
        "approval-outdated", f"the report has changed since {approval.by} approved it{what}", approval.at,
        fix="read it again, then: bilan approve", severity="warning",
    )  # fmt: skip
    return "review"


def moved_figures(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Figures that are no longer what they were, in words."""
    names = [*before, *(name for name in now if name not in before)]
    return [f"{name} {before.get(name, '–')} → {now.get(name, '–')}" for name in names if before.get(name) != now.get(name)]


def figures_said(sections: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The figures of a report by section and label, to twelve digits; those of one name are told apart by their number."""
    found: dict[str, str] = {}
    for section in sections:
        for label, value in _figures(section):
            name, number = f"{section['id']}: {label}", 2
            while name in found:
                name, number = f"{section['id']}: {label} ({number})", number + 1
            found[name] = "–" if value is None else f"{value:.12g}"
    return found


def _figures(value: Any) -> Iterator[tuple[str, float | None]]:
    """Every figure below a value: a tile, or one that stands in prose."""
    if isinstance(value, Mapping):
        if "metric" in value and "value" in value and "label" in value:
            yield str(value["label"]), value["value"]
        else:
            for each in value.values():
                yield from _figures(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _figures(each)
