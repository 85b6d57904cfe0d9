"""Until which day the figures of a page are known, network by network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.plan.scope import Scope
from generator.plan.words import platform_name


def as_of(segments: Any, scope: Scope) -> list[dict[str, Any]]:
    """The networks whose files stand behind the figures of a body, by the last day of the scope's period that they cover."""
    files = set(_files(segments))
    days: dict[str, list[str]] = {}
    for each in scope.figures.coverage(scope.period):
        if files & set(each.files):
            days.setdefault(each.last.isoformat(), []).append(platform_name(each.platform))
    return [{"last": day, "platforms": days[day], "partial": day < scope.period.last.isoformat()} for day in sorted(days, reverse=True)]


def _files(value: Any) -> Iterator[str]:
    """Every file that a provenance names, without the sheet."""
    if isinstance(value, list):
        for each in value:
            yield from _files(each)
    elif isinstance(value, dict):
        yield from (source["file"].partition("#")[0] for source in value.get("sources", ()))
        for key, each in value.items():
            if key != "sources" and isinstance(each, list | dict):
                yield from _files(each)
