"""Turns the metric columns of a table into numbers, and refuses those that may be read in two ways."""

from __future__ import annotations

import polars as pl

from generator.exports.grids import Grid
from generator.exports.kind import SCALED, UNITS, metric_of
from generator.exports.numbers import Mark, read_durations, read_numbers, signs
from generator.exports.periods import shown
from generator.exports.source import Ledger


def metric_columns(grid: Grid) -> dict[str, int]:
    """Metric → place of its column."""
    return {column: place for column, place in grid.match.columns.items() if metric_of(column)}


def with_measures(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> tuple[pl.DataFrame, list[str]]:
    """Adds a column of numbers for each metric, called after it; and the names of those that were added."""
    added: list[str] = []
    elsewhere: frozenset[Mark] | None = None
    for column, place in metric_columns(grid).items():
        cells = frame[str(place)]
        said = signs(cells)
        mark: Mark | None = next(iter(said.marks)) if len(said.marks) == 1 else None
        if said.examples and not said.marks:
            if elsewhere is None:
                elsewhere = _proofs(frame, grid)
            mark = next(iter(elsewhere)) if len(elsewhere) == 1 else ledger.source.mark
            if mark is None:
                _refuse(frame, grid, ledger, place, said.examples[0])
                continue
        if len(said.marks) == 2:
            mark = ledger.source.mark
            if mark is None:
                name = grid.match.header[place].strip()
                ledger.problem("undecidable-number", f'column "{name}" has decimal points and decimal commas', line=grid.header_line,
                               column=place, fix="export the file again, or declare its locale in kpi.yaml")  # fmt: skip
                continue
        metric, factor = SCALED.get(column, (column, 1.0))
        values = _values(frame, grid, ledger, place, mark or ledger.source.mark or ".", UNITS[metric])
        frame = frame.with_columns((values * factor).alias(metric) if factor != 1.0 else values.alias(metric))
        added.append(metric)
    return frame, added


def _values(frame: pl.DataFrame, grid: Grid, ledger: Ledger, place: int, mark: Mark, unit: str) -> pl.Series:
    cells = frame[str(place)]
    read = read_numbers(cells, mark)
    values, bad = read.values, read.bad
    if unit == "s" and bad.any():
        spans = read_durations(cells)
        values, bad = values.fill_null(spans), bad & spans.is_null()
    if unit == "money":
        negative = (values < 0).fill_null(value=False)
        bad, values = bad | negative, values.set(negative, None)
    if bad.any():
        name = grid.match.header[place].strip()
        rows = frame.filter(bad)
        for line, text in zip(rows["line"].to_list(), rows[str(place)].to_list(), strict=True):
            ledger.problem("bad-cell", f'column "{name}" is "{shown(text)}"; a number is expected', line=line, column=place,
                           fix="correct the cell, or export the file again")  # fmt: skip
        ledger.leave_out("cell that is no number", rows["line"].to_list())
    return values


def _proofs(frame: pl.DataFrame, grid: Grid) -> frozenset[Mark]:
    """Decimal marks proven by the other columns of the table that hold numbers, those that are not read included."""
    text = {"text", "permalink", "post_id", "campaign", "page", "channel", "date", "published_at", "starts", "ends", "account"}
    words = {grid.match.columns[column] for column in text & grid.match.columns.keys()}
    marks: set[Mark] = set()
    for place in range(len(grid.match.header)):
        cells = frame[str(place)]
        if place in words or not cells.str.contains(r"\d").any():
            continue
        said = signs(cells).marks
        for mark in said:
            if read_numbers(cells, mark).bad.mean() == 0:  # a column of numbers, not of words with a number among them
                marks.add(mark)
    return frozenset(marks)


def _refuse(frame: pl.DataFrame, grid: Grid, ledger: Ledger, place: int, example: tuple[int, str]) -> None:
    row, text = example
    name = grid.match.header[place].strip()
    whole, part = text.replace(",", "").replace(".", ""), text.replace(",", ".")
    ledger.problem(
        "undecidable-number", f'column "{name}": "{text}" may be {whole} or {part}, and no other cell of the file tells which',
        line=int(frame["line"][row]), column=place,
        fix="add a rule for this file to kpi.yaml: locale: en (decimal point) or locale: fr (decimal comma)",
    )  # fmt: skip
    ledger.note(f'column "{name}" was not read')
