"""Each download beside the one of its kind before it: a column that is gone is an error, other looks that changed are warnings.

Limits are wide: a slow month, a campaign or one great post is no change of the export.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import groupby, pairwise

from generator.exports.headers import normal
from generator.exports.kind import metric_of
from generator.exports.mapping import MAPPED
from generator.exports.merging import age
from generator.exports.profile import Filling, Profile
from generator.exports.reading import Reading
from generator.model.kpi import ExportFile
from generator.problems import Location, Problem, Problems, Severity

_ENOUGH = 14  # rows below which nothing is said of how a column is filled
_JUMP = 0.6  # share of cells that are empty, or zero, and were not
_SCALES = (100, 1000)  # a factor near one of these is a change of unit: fractions and percent, ones and thousands
_NEAR = 0.25


def find_drift(readings: Sequence[Reading | ExportFile], problems: Problems) -> None:
    """Compares the downloads of each kind, platform and account in their order."""
    series: dict[tuple[str | None, ...], list[Reading]] = {}
    for reading in sorted(readings, key=age):
        if isinstance(reading, Reading) and reading.values.height:
            key = reading.kind.name, reading.file.platform, reading.file.account
            series.setdefault((*key, *_apart(reading)), []).append(reading)
    for downloads in series.values():
        files = [list(tables) for _, tables in groupby(downloads, key=lambda reading: reading.file.path)]
        for before, now in pairwise(files):
            there = {column for table in now for column in table.profile.columns}
            for old, new in zip(before, now, strict=False):
                problems.extend(_compared(old, new, there))


def _apart(reading: Reading) -> tuple[str, ...]:
    """What further tells apart downloads of one kind: the metric of files of one metric, the rule of a table that is mapped."""
    if reading.kind.name == "mbs_daily":
        return tuple(reading.profile.fillings)
    return (reading.profile.pattern or "",) if reading.kind.name == MAPPED else ()


def _compared(old: Reading, new: Reading, there: set[str]) -> Iterator[Problem]:
    before, now = old.profile, new.profile

    def problem(code: str, message: str, accept: str, severity: Severity = "warning", fix: str = "") -> Problem:
        files = now.pattern or _inside(new.file.path)
        accepted = f"accept: [{accept}] in kpi.yaml for files: {files}"
        at = Location(path=new.file.path, line=now.line if new.file.part is None or "." in new.file.part else None, note=new.file.part)
        return Problem(code=code, message=message, at=at, severity=severity, fix=f"{fix}; " * bool(fix) + f"if it is meant, say {accepted}")

    for column in _gone(before, now, there):
        wanted, near = before.columns[column], _nearest(before.columns[column], before, now)
        have = ", ".join(f'"{name.strip()}"' for name in now.header[:40] if name.strip())
        guess = f'; the nearest is "{near}"' if near else ""
        mapping = f'map it: kind: {new.kind.name} and columns: {{{column}: "{near or "its new heading"}"}} in kpi.yaml'
        yield problem("column-vanished", f'the column "{wanted}" of {old.file.path} is not there any more{guess}; there are {have}', column,
                      "error" if metric_of(column) else "warning", f"export it again with that column, or {mapping}")  # fmt: skip
    for metric in before.fillings.keys() & now.fillings.keys():
        yield from (problem(code, f"{metric} {message} in {old.file.path}", what)
                    for what, code, message in _filled(before.fillings[metric], now.fillings[metric])
                    if not {what, metric} & now.accepted)  # fmt: skip
    for what, one, other in _looks(before, now):
        if what not in now.accepted:
            yield problem(f"{what}-changed", f"{other} here, {one} in {old.file.path}", what)


def _inside(path: str) -> str:
    """A path as rules write it: relative to kpi/."""
    return path.partition("/kpi/")[2] or path


def _gone(before: Profile, now: Profile, columns: set[str]) -> list[str]:
    """Columns that were read and are in no table of the file any more; of metrics, those that had values."""
    there = {metric_of(column) or column for column in columns}
    gone = [column for column in before.columns if (metric_of(column) or column) not in there]
    filled = {metric for metric, filling in before.fillings.items() if filling.empty < filling.rows}
    useful = [column for column in gone if (metric_of(column) in filled if metric_of(column) else column in ("text", "permalink"))]
    return [column for column in useful if column not in now.accepted]


def _nearest(wanted: str, before: Profile, now: Profile) -> str | None:
    """The new heading that is most like the one that is gone; or the only new one that there is."""
    known = {normal(name) for name in before.header}
    fresh = {normal(name): name.strip() for name in now.header if name.strip() and normal(name) not in known}
    near = get_close_matches(normal(wanted), list(fresh), n=1, cutoff=0.5)
    return fresh[near[0]] if near else next(iter(fresh.values())) if len(fresh) == 1 else None


def _filled(before: Filling, now: Filling) -> Iterator[tuple[str, str, str]]:
    """(what may be accepted, code, words) for each jump."""
    if min(before.rows, now.rows) < _ENOUGH:
        return
    empty = before.empty / before.rows, now.empty / now.rows
    if empty[1] - empty[0] > _JUMP:
        yield "empty", "cells-emptied", f"is empty in {empty[1]:.0%} of the rows here, in {empty[0]:.0%}"
        return
    filled = before.rows - before.empty, now.rows - now.empty
    zeros = before.zeros / max(1, filled[0]), now.zeros / max(1, filled[1])
    if zeros[1] - zeros[0] > _JUMP:
        yield "zeros", "cells-zeroed", f"is 0 in {zeros[1]:.0%} of the rows here, in {zeros[0]:.0%}"
        return
    if before.usual and now.usual and min(filled) - max(before.zeros, now.zeros) >= _ENOUGH:
        factor = max(before.usual, now.usual) / min(before.usual, now.usual)
        if any(abs(factor / scale - 1) < _NEAR for scale in _SCALES):
            yield "scale", "scale-changed", f"is mostly about {now.usual:,.6g} here, about {before.usual:,.6g}"


def _looks(before: Profile, now: Profile) -> Iterator[tuple[str, str, str]]:
    """(what, before, now) of how numbers, dates and money are written. Another language of headings is none: cells prove themselves."""
    if before.language == now.language:
        if before.marks and now.marks and before.marks.isdisjoint(now.marks):
            names = {".": "decimal points", ",": "decimal commas"}
            yield "locale", names[min(before.marks)], names[min(now.marks)]
        elif before.order and now.order and before.order != now.order:
            names = {"dmy": "dates with the day first", "mdy": "dates with the month first"}
            yield "locale", names[before.order], names[now.order]
    if before.clock and now.clock and before.clock != now.clock:
        yield "timezone", f"times with {before.clock}", f"times with {now.clock}"
    if before.currencies and now.currencies and before.currencies.isdisjoint(now.currencies):
        yield "currency", f"amounts in {', '.join(sorted(before.currencies))}", f"amounts in {', '.join(sorted(now.currencies))}"
