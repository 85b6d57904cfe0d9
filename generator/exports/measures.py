"""Turns the metric columns of a table into numbers, and refuses those that may be read in two ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from generator.exports.grids import Grid
from generator.exports.kind import metric_of
from generator.exports.numbers import NO_SIGNS, Mark, Signs, is_plain, plain_value, read_durations, read_numbers, shape, signs
from generator.exports.periods import shown
from generator.exports.source import Ledger
from generator.model.vocabulary import NEVER_NEGATIVE, SCALED, UNITS

MOST = 1e12
_DECIMAL = r"^\s*-?[0-9]+\.[0-9]"  # as text: a number typed by a workbook has a mark in front
_MANY = 20_000  # rows beyond which each distinct text is read once


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the cells of a metric's column say about how its numbers are written."""

    plain: bool  # nothing is to be decided
    signs: Signs = NO_SIGNS
    line: int | None = None  # of the first cell that may be read in two ways

    def __or__(self, other: Look) -> Look:
        """Of both pieces of the column together."""
        return Look(
            plain=self.plain and other.plain, signs=self.signs | other.signs, line=self.line if self.line is not None else other.line
        )


Decided = Mapping[str, Mark | None]  # the decimal mark of each metric's column; None: plain


def metric_columns(grid: Grid) -> dict[str, int]:
    """Metric → place of its column."""
    return {column: place for column, place in grid.match.columns.items() if metric_of(column)}


def with_measures(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> tuple[pl.DataFrame, list[str]]:
    """Adds a column of numbers for each metric, called after it; and the names of those that were added."""
    decided = decide({column: look(frame, place) for column, place in metric_columns(grid).items()}, grid, ledger)
    return numbered(frame, decided, grid, ledger), list(decided)


def scaled(frame: pl.DataFrame, columns: list[str]) -> tuple[pl.DataFrame, list[str]]:
    """Hours and milliseconds as seconds; and the metrics' names."""
    values = [(pl.col(column) * SCALED[column][1]).alias(SCALED[column][0]) for column in columns if column in SCALED]
    return frame.with_columns(values), [SCALED[column][0] if column in SCALED else column for column in columns]


def look(frame: pl.DataFrame, place: int) -> Look:
    """At one column."""
    cells = frame[str(place)]
    if frame.select(is_plain(str(place))).item():
        return Look(plain=True, signs=replace(NO_SIGNS, point=bool(cells.str.contains(_DECIMAL).any())))
    shaped = shape(cells.unique(maintain_order=True) if frame.height > _MANY else cells)
    said = signs(shaped)
    line = None
    if said.unclear is not None:
        raw = shaped.filter(pl.col("body") == said.unclear)["raw"][0]
        line = int(frame["line"][(cells == raw).arg_max() or 0])
    return Look(plain=False, signs=said, line=line)


def decide(looks: Mapping[str, Look], grid: Grid, ledger: Ledger) -> Decided:
    """Which mark each column has: as it proves itself, or the file's other columns, or the declared locale. The others are refused."""
    proofs: list[frozenset[Mark]] = []
    decided: dict[str, Mark | None] = {}
    for column, seen in looks.items():
        if seen.plain:
            decided[column] = None
            ledger.marks |= seen.signs.marks
        elif mark := _mark(seen, grid, ledger, grid.match.columns[column], proofs):
            decided[column] = mark
    return decided


def _mark(seen: Look, grid: Grid, ledger: Ledger, place: int, proofs: list[frozenset[Mark]]) -> Mark | None:
    said = seen.signs
    ledger.marks |= said.marks
    if len(said.marks) == 1:
        return next(iter(said.marks))
    if said.marks:
        if ledger.source.mark is None:
            name = grid.match.header[place].strip()
            ledger.problem("undecidable-number", f'column "{name}" has decimal points and decimal commas', line=grid.header_line,
                           column=place, fix=f"export the file again, or declare its locale in {ledger.source.rules}")  # fmt: skip
        return ledger.source.mark
    if said.unclear is None:
        return ledger.source.mark or "."  # no mark anywhere in the column
    if not proofs:
        proofs.append(_proofs(grid))
    mark = next(iter(proofs[0])) if len(proofs[0]) == 1 else ledger.source.mark
    if mark is None:
        _refuse(said.unclear, seen.line, grid, ledger, place)
    return mark


def numbered(frame: pl.DataFrame, decided: Decided, grid: Grid, ledger: Ledger) -> pl.DataFrame:
    """Adds the numbers of the columns whose mark is decided; cells that are none, or cannot be, are problems at their lines."""
    plain = [column for column, mark in decided.items() if mark is None]
    frame = frame.with_columns(plain_value(str(grid.match.columns[column])).alias(column) for column in plain)
    for column, mark in decided.items():
        if mark is not None:
            frame = frame.with_columns(_values(frame, mark, grid, ledger, column).alias(column))
    return _possible(frame, list(decided), grid, ledger)


def _values(frame: pl.DataFrame, mark: Mark, grid: Grid, ledger: Ledger, column: str) -> pl.Series:
    place = grid.match.columns[column]
    cells = frame[str(place)]
    shaped = shape(cells.unique(maintain_order=True) if frame.height > _MANY else cells)
    read = read_numbers(shaped, mark)
    values, bad = read.values, read.bad
    if frame.height > _MANY:
        known = pl.DataFrame({"raw": shaped["raw"], "value": values, "bad": bad})
        rows = pl.DataFrame({"raw": cells}).join(known, on="raw", how="left", maintain_order="left")
        values, bad = rows["value"], rows["bad"]
    if not bad.any():
        return values
    if UNITS[SCALED.get(column, (column,))[0]] == "s":
        spans = read_durations(cells)
        values, bad = values.fill_null(spans), bad & spans.is_null()
    _report(frame.filter(bad), "cell that is no number", "a number is expected", grid, ledger, place)
    return values


def _possible(frame: pl.DataFrame, columns: list[str], grid: Grid, ledger: Ledger) -> pl.DataFrame:
    """What cannot be is a mistake of the file: nobody earns by spending, and nothing is counted by the million million."""
    for column in columns:
        value = pl.col(column)
        for why, wanted, odd in (
            ("value below zero", "it cannot be below zero", value < 0 if column in NEVER_NEGATIVE else pl.lit(value=False)),
            ("absurd value", f"nothing is counted beyond {MOST:,.0f}", value.abs() > MOST),
        ):
            rows = frame.filter(odd)
            if rows.height:
                _report(rows, why, wanted, grid, ledger, grid.match.columns[column])
                frame = frame.with_columns(pl.when(~odd).then(value).alias(column))
    return frame


def _report(rows: pl.DataFrame, why: str, wanted: str, grid: Grid, ledger: Ledger, place: int) -> None:
    name = grid.match.header[place].strip()
    ledger.bad_cells(
        rows, place, lambda text: f'column "{name}" is "{shown(text)}"; {wanted}', "correct the cell, or export the file again"
    )
    ledger.leave_out(why, rows["line"])


def _proofs(grid: Grid) -> frozenset[Mark]:
    """Decimal marks proven by the other columns of the table that hold numbers, those that are not read included."""
    words = {place for column, place in grid.match.columns.items() if metric_of(column) is None}
    marks: set[Mark] = set()
    for place in range(len(grid.match.header)):
        if place in words:
            continue
        shaped = shape(grid.frame[str(place)].head(_MANY))
        for mark in signs(shaped).marks:
            if not read_numbers(shaped, mark).bad.any():  # a column of numbers, not of words with a number among them
                marks.add(mark)
    return frozenset(marks)


def _refuse(text: str, line: int | None, grid: Grid, ledger: Ledger, place: int) -> None:
    name = grid.match.header[place].strip()
    whole, part = text.replace(",", "").replace(".", ""), text.replace(",", ".")
    ledger.problem(
        "undecidable-number", f'column "{name}": "{text}" may be {whole} or {part}, and no other cell of the file tells which',
        line=line, column=place,
        fix=f"add a rule for this file to {ledger.source.rules}: locale: en (decimal point) or locale: fr (decimal comma)",
    )  # fmt: skip
    ledger.note(f'column "{name}" was not read')
