"""What a report has said: figures within a job's values, and those of reports that went out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.model.figures import Period

Told = tuple[str, str, str]  # name of the period, metric, platform ("" for all)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A report as it went out, in its last edition."""

    period: Period
    edition: int
    said: Mapping[tuple[str, str], float | None]  # (metric, platform) → value
    files: Mapping[str, str | None]  # export → digest
    restated: tuple[Mapping[str, Any], ...]  # what its box said of earlier reports, as planned then


def figures_below(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every figure within planned values that says what it is of: of tiles, digests and prose."""
    if isinstance(value, Mapping):
        if "of" in value and "metric" in value:
            yield value
        else:
            for each in value.values():
                yield from figures_below(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from figures_below(each)
