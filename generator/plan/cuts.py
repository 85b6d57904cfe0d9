"""One figure, one value: the same metric, days, network and comparison in all reports and pages of a client, whatever the cadence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from generator.model.outputs import Output
from generator.model.said import figures_below
from generator.problems import Problems

Key = tuple[Any, ...]  # what a number is of
FIGURELESS = ("moments", "gallery", "people", "timeline")  # blocks of which a page may have thousands of parts, and no figure


def compare_cuts(outputs: Sequence[Output], problems: Problems) -> None:
    """An error for each figure that two outputs of a client say differently. It comes of a mistake of ours, or of an extension."""
    first: dict[Key, tuple[float | None, Output]] = {}
    for output in outputs:
        for key, label, value in _said(output):
            known, other = first.setdefault((output.owner, *key), (value, output))
            if known != value:
                message = f"{label} is {_plain(value)} in {output.path} and {_plain(known)} in {other.path}"
                problems.add("cuts-differ", message, output.at, fix="report this as a bug; take the block out of one of them until then")


def _said(output: Output) -> Iterator[tuple[Key, str, float | None]]:
    """Each number of a report or page with what it is of: values, and what they are compared with."""
    for figure in figures_below(_parts(output)):
        of, compare = figure["of"], figure["compare"]
        key = (figure["metric"], of["first"], of["last"], of["platform"])
        days = f"{figure['label']} of {of['first']} to {of['last']}"
        yield key, days, figure["value"]
        if compare:
            against = (*key, figure["spark_grain"], compare["first"], compare["last"], compare["basis"])
            yield against, f"{days}, compared with {compare['first']} to {compare['last']},", figure["previous"]


def _parts(output: Output) -> list[Any]:
    """What may have figures: the chapters of a report, whose page has the same ones, or the blocks of a page."""
    data: Mapping[str, Any] = output.job.data
    if output.job.renderer == "report":
        return [data["sections"]]
    if output.job.renderer != "page":
        return []
    return [part for part in data.get("body", ()) if part.get("block") not in FIGURELESS]


def _plain(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.12g}"
