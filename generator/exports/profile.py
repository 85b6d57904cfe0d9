"""What a table looks like, by which two downloads are compared: headings, how numbers and dates are written, how columns are filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from generator.exports.grids import Grid
from generator.exports.source import Ledger
from generator.model.site import FileRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """How the cells of a metric are filled."""

    rows: int
    empty: int
    zeros: int
    usual: float | None  # median of the sizes that are not zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One table's looks."""

    header: tuple[str, ...]
    line: int  # of the header
    columns: Mapping[str, str]  # declared column → heading
    language: str
    marks: frozenset[str]  # decimal marks that cells prove
    order: str | None  # of day and month, where cells prove it
    clock: str | None  # of its times: "with an offset", or the zone that is declared for those without; None: it has no times
    currencies: frozenset[str]
    fillings: Mapping[str, Filling]
    accepted: frozenset[str]  # what the client's rule says is as it should be
    pattern: str | None  # of that rule


def profile(frame: pl.DataFrame, metrics: Sequence[str], values: pl.DataFrame, grid: Grid, ledger: Ledger) -> Profile:
    """Of a table whose metrics are columns of numbers; `values` are those that it gave."""
    match, rule = grid.match, ledger.source.rule
    measures = [pl.struct(
        rows=pl.len(), empty=pl.col(metric).null_count(), zeros=(pl.col(metric) == 0).sum(),
        usual=pl.col(metric).filter(pl.col(metric) != 0).abs().median(),
    ).alias(metric) for metric in metrics]  # fmt: skip
    fillings = {metric: Filling(**filling) for metric, filling in frame.select(measures).row(0, named=True).items()} if measures else {}
    money = values.filter(pl.col("metric").is_in(["spend", "revenue"]))["unit"].drop_nulls().unique().to_list()
    return Profile(
        header=match.header, line=grid.header_line,
        columns={column: match.header[place].strip() for column, place in match.columns.items()},
        language=match.language, marks=frozenset(ledger.marks), order=ledger.order, clock=ledger.clock, currencies=frozenset(money),
        fillings=fillings, accepted=_accepted(rule), pattern=rule.files if rule else None,
    )  # fmt: skip


def _accepted(rule: FileRule | None) -> frozenset[str]:
    """What a rule accepts in so many words, or by saying itself how the file is."""
    if rule is None:
        return frozenset()
    said = {"currency": rule.currency, "locale": rule.locale, "timezone": rule.timezone}
    return frozenset([*rule.accept, *(what for what, value in said.items() if value)])
