"""Turns the metric columns of a table into numbers, and refuses those that may be read in two ways."""

from __future__ import annotations

import polars as pl

from generator.exports.grids import Grid
from generator.exports.kind import metric_of
from generator.exports.numbers import Mark, is_plain, plain_value, read_durations, read_numbers, shape, signs
from generator.exports.periods import shown
from generator.exports.source import Ledger
from generator.model.vocabulary import SCALED, UNITS

_MANY = 20_000  # rows beyond which each distinct text is read once


def metric_columns(grid: Grid) -> dict[str, int]:
    """Metric → place of its column."""
    return {column: place for column, place in grid.match.columns.items() if metric_of(column)}


def with_measures(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> tuple[pl.DataFrame, list[str]]:
    """Adds a column of numbers for each metric, called after it; and the names of those that were added."""
    columns = metric_columns(grid)
    plain = frame.select([is_plain(str(place)).alias(column) for column, place in columns.items()]).row(0, named=True) if columns else {}
    values = {column: plain_value(str(place)).alias(column) for column, place in columns.items() if plain[column]}
    frame = frame.with_columns(values.values())
    proofs: list[frozenset[Mark]] = []
    added = list(values)
    for column, place in columns.items():
        if plain[column]:
            continue
        cells = frame[str(place)]
        shaped = shape(cells.unique(maintain_order=True) if frame.height > _MANY else cells)
        mark = _mark(shaped, frame, grid, ledger, place, proofs)
        if mark is not None:
            frame = frame.with_columns(_values(shaped, mark, frame, grid, ledger, column).alias(column))
            added.append(column)
    frame = _without_debts(frame, [column for column in added if UNITS.get(column) == "money"], grid, ledger)
    added.sort(key=list(columns).index)
    scaled = [(pl.col(column) * SCALED[column][1]).alias(SCALED[column][0]) for column in added if column in SCALED]
    return frame.with_columns(scaled), [SCALED[column][0] if column in SCALED else column for column in added]


def _mark(shaped: pl.DataFrame, frame: pl.DataFrame, grid: Grid, ledger: Ledger, place: int, proofs: list[frozenset[Mark]]) -> Mark | None:
    """The decimal mark that the column proves, or the file's other columns, or the declared locale; None is a refusal."""
    said = signs(shaped)
    if len(said.marks) == 1:
        return next(iter(said.marks))
    if said.marks:
        if ledger.source.mark is None:
            name = grid.match.header[place].strip()
            ledger.problem("undecidable-number", f'column "{name}" has decimal points and decimal commas', line=grid.header_line,
                           column=place, fix=f"export the file again, or declare its locale in {ledger.source.rules}")  # fmt: skip
        return ledger.source.mark
    if said.example is None:
        return ledger.source.mark or "."  # no mark anywhere in the column
    if not proofs:
        proofs.append(_proofs(grid))
    mark = next(iter(proofs[0])) if len(proofs[0]) == 1 else ledger.source.mark
    if mark is None:
        row, text = said.example
        _refuse(frame, grid, ledger, place, ((frame[str(place)] == shaped["raw"][row]).arg_max() or 0, text))
    return mark


def _values(shaped: pl.DataFrame, mark: Mark, frame: pl.DataFrame, grid: Grid, ledger: Ledger, column: str) -> pl.Series:
    place = grid.match.columns[column]
    read = read_numbers(shaped, mark)
    values, bad = read.values, read.bad
    if frame.height > _MANY:
        known = pl.DataFrame({"raw": shaped["raw"], "value": values, "bad": bad})
        rows = pl.DataFrame({"raw": frame[str(place)]}).join(known, on="raw", how="left", maintain_order="left")
        values, bad = rows["value"], rows["bad"]
    if not bad.any():
        return values
    if UNITS[SCALED.get(column, (column,))[0]] == "s":
        spans = read_durations(frame[str(place)])
        values, bad = values.fill_null(spans), bad & spans.is_null()
    _report(frame.filter(bad), "cell that is no number", "a number is expected", grid, ledger, place)
    return values


def _without_debts(frame: pl.DataFrame, columns: list[str], grid: Grid, ledger: Ledger) -> pl.DataFrame:
    """Money below zero is a mistake of the file: nobody earns by spending."""
    for column in columns:
        if (frame[column] < 0).any():
            rows = frame.filter(pl.col(column) < 0)
            _report(rows, "negative amount", "an amount of money is expected", grid, ledger, grid.match.columns[column])
            frame = frame.with_columns(pl.when(pl.col(column) >= 0).then(pl.col(column)).alias(column))
    return frame


def _report(rows: pl.DataFrame, why: str, wanted: str, grid: Grid, ledger: Ledger, place: int) -> None:
    name = grid.match.header[place].strip()
    for line, text in zip(rows["line"].to_list(), rows[str(place)].to_list(), strict=True):
        ledger.problem("bad-cell", f'column "{name}" is "{shown(text)}"; {wanted}', line=line, column=place,
                       fix="correct the cell, or export the file again")  # fmt: skip
    ledger.leave_out(why, rows["line"].to_list())


def _proofs(grid: Grid) -> frozenset[Mark]:
    """Decimal marks proven by the other columns of the table that hold numbers, those that are not read included."""
    words = {place for column, place in grid.match.columns.items() if metric_of(column) is None}
    marks: set[Mark] = set()
    for place in range(len(grid.match.header)):
        if place in words:
            continue
        shaped = shape(grid.sample[str(place)])
        for mark in signs(shaped).marks:
            if not read_numbers(shaped, mark).bad.any():  # a column of numbers, not of words with a number among them
                marks.add(mark)
    return frozenset(marks)


def _refuse(frame: pl.DataFrame, grid: Grid, ledger: Ledger, place: int, example: tuple[int, str]) -> None:
    row, text = example
    name = grid.match.header[place].strip()
    whole, part = text.replace(",", "").replace(".", ""), text.replace(",", ".")
    ledger.problem(
        "undecidable-number", f'column "{name}": "{text}" may be {whole} or {part}, and no other cell of the file tells which',
        line=int(frame["line"][row]), column=place,
        fix=f"add a rule for this file to {ledger.source.rules}: locale: en (decimal point) or locale: fr (decimal comma)",
    )  # fmt: skip
    ledger.note(f'column "{name}" was not read')
