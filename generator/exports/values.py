"""Measured columns → one row a value, each key once, money with its currency."""

from __future__ import annotations

import polars as pl

from generator.exports.grids import Grid
from generator.exports.kind import Kind
from generator.exports.money import contradicting_sign
from generator.exports.periods import shown
from generator.exports.source import Ledger
from generator.model.vocabulary import UNITS

COLUMNS = ("platform", "account", "series", "metric", "first", "days", "item", "value", "unit", "line")
ADDED_UP = "rows of the same campaign or channel and day were added up"


def one_indicator(frame: pl.DataFrame, metrics: list[str], grid: Grid, ledger: Ledger) -> list[str]:
    """Results of different sorts are not one number: purchases and page likes are never added."""
    if "indicator" not in grid.match.columns or "conversions" not in metrics:
        return metrics
    cells = frame[str(grid.match.columns["indicator"])]
    sorts = sorted(set(cells.filter(cells != "").to_list()))
    if len(sorts) < 2:
        return metrics
    ledger.problem("mixed-results", f"the results are of {len(sorts)} sorts ({', '.join(sorts[:3])}) and are left out",
                   line=grid.header_line, severity="warning",
                   fix="export campaigns of one objective a file, or add the column Purchases")  # fmt: skip
    return [metric for metric in metrics if metric != "conversions"]


def long_values(frame: pl.DataFrame, metrics: list[str], grid: Grid, ledger: Ledger) -> pl.DataFrame:
    """One row a value, with each key once."""
    kind = grid.match.kind
    frame = frame.with_columns(series=pl.lit(kind.series), currency=_currency(frame, metrics, grid, ledger))
    index = ["platform", "account", "series", "first", "days", "item", "line", "currency"]
    keys = ["platform", "item"] if kind.grain in ("post", "campaign") else ["platform", "account", "first", "days", "item"]
    repeated = frame.height > 0 and bool(frame.select(pl.struct(keys).n_unique() < pl.len()).item())
    frame = frame.select(*index, *metrics) if metrics else frame.select(*index).with_columns(impressions=pl.lit(None, pl.Float64))
    if repeated and kind.adds_up:
        ledger.note(ADDED_UP)
        frame, repeated = _added_up(frame, [*keys, "series", "currency"], metrics), False
    values = frame.unpivot(on=metrics or ["impressions"], index=index, variable_name="metric", value_name="value").drop_nulls("value")
    unit = pl.col("metric").replace_strict(UNITS, return_dtype=pl.String)
    values = values.with_columns(unit=pl.when(unit == "money").then(pl.col("currency")).otherwise(unit))
    values = values.select(COLUMNS)
    return _unique(values, kind, ledger) if repeated else values


def _added_up(frame: pl.DataFrame, keys: list[str], metrics: list[str]) -> pl.DataFrame:
    """One row a key, before there is one a value: a large file has fifty rows of each. Nothing and nothing stay nothing."""
    sums = [pl.when(pl.col(metric).count() > 0).then(pl.col(metric).sum()).alias(metric) for metric in metrics]
    by = [key for key in keys if frame[key].n_unique() > 1] or keys[:1]  # the account, say, is mostly one: nothing to group by
    rest = [pl.col(key).first() for key in keys if key not in by]
    return frame.group_by(by, maintain_order=True).agg(*rest, *sums, pl.col("line").min())


def _unique(values: pl.DataFrame, kind: Kind, ledger: Ledger) -> pl.DataFrame:
    keys = ["platform", "account", "series", "metric", "first", "days", "item"]
    if kind.grain in ("post", "campaign"):
        keys = ["platform", "series", "metric", "item"]
    else:
        _agree(values, keys, ledger)
    kept = values.unique(keys, keep="last", maintain_order=True)
    lines = values.join(kept.select(*keys, "line"), on=[*keys, "line"], how="anti", nulls_equal=True)["line"].unique()
    ledger.leave_out("repeated further down in the same file", lines)
    return kept


def _agree(values: pl.DataFrame, keys: list[str], ledger: Ledger) -> None:
    """Two rows of one day that say different things are parts of it, or a mistake: neither alone is the day's value."""
    several = values.filter(pl.col("value").n_unique().over(keys) > 1).sort("line", maintain_order=True)
    if several.is_empty():
        return
    first = several.row(0, named=True)
    same = (row for row in several.iter_rows(named=True) if all(row[key] == first[key] for key in keys))
    other = next(row for row in same if row["value"] != first["value"])
    what = f"{first['metric']} of {first['item'] or first['first']}"
    ledger.problem("contradicting-rows", f"{what} is {other['value']:,.10g} here and {first['value']:,.10g} in line {first['line']}",
                   line=other["line"],
                   fix="export the file with one row a day, without the split by country, device or the like")  # fmt: skip


def _currency(frame: pl.DataFrame, metrics: list[str], grid: Grid, ledger: Ledger) -> pl.Expr:
    money = [metric for metric in metrics if UNITS[metric] == "money"]
    if not money:
        return pl.lit(None, pl.String)
    if "currency" in grid.match.columns:
        cells = pl.col(str(grid.match.columns["currency"])).str.strip_chars().str.to_uppercase().replace("", None)
        return cells.fill_null(ledger.source.currency)
    taken = _one_currency(money, grid, ledger)
    for metric in money:
        cells = frame.get_column(str(grid.match.columns[metric]), default=None)
        if cells is not None and (place := contradicting_sign(cells, taken)) is not None:
            ledger.problem("other-currency", f'"{shown(cells[place])}" is not written as {taken} is, which was taken for its column',
                           line=frame["line"][place], column=grid.match.columns[metric],
                           fix=f"say currency: in {ledger.source.rules}, or export the file in one currency")  # fmt: skip
    return pl.lit(taken)


def _one_currency(money: list[str], grid: Grid, ledger: Ledger) -> str:
    """As the headings state it, else the rule, else the client's."""
    stated = {grid.match.currencies[metric] for metric in money if metric in grid.match.currencies}
    rule = ledger.source.rule
    if len(stated) == 1:
        return stated.pop()
    if rule and rule.currency:
        return rule.currency
    ledger.note(f"the file names no currency: {ledger.source.currency}, the client's, was taken")
    return ledger.source.currency
