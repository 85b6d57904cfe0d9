"""One table of an export → its values, one row a value, its posts, and the record of what was read and left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from generator.exports.accounts import with_accounts
from generator.exports.condensing import TooManyRowsError, condense
from generator.exports.grids import Grid
from generator.exports.headers import normal
from generator.exports.ids import with_posts
from generator.exports.kind import Kind
from generator.exports.mapping import MAPPED
from generator.exports.measures import metric_columns, scaled, with_measures
from generator.exports.nearly import warn_of_near_names
from generator.exports.networks import titled_metric, under_metric, with_platform
from generator.exports.numbers import NUMBER
from generator.exports.oddities import compares, report_odd
from generator.exports.periods import downloaded_on, shown, with_periods
from generator.exports.posts import CONTROL, read_posts
from generator.exports.profile import Profile, profile
from generator.exports.rows import data_rows
from generator.exports.source import Ledger
from generator.exports.values import long_values, one_indicator
from generator.model.kpi import ExportFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A table as read: `values` and `posts` have the columns of Data, but for `file`."""

    file: ExportFile
    kind: Kind
    values: pl.DataFrame
    posts: pl.DataFrame
    profile: Profile
    trusted: Mapping[tuple[str, tuple[str, ...]], int]  # platform and names of accounts that the file alone names → a line


def read_grid(grid: Grid, ledger: Ledger, encoding: str | None, most: int) -> Reading | None:
    """None when the table as a whole is refused; the reason is then among the problems."""
    kind = grid.match.kind
    if compares(grid, ledger):
        return None
    titled = titled_metric(grid, ledger) if "titled" in grid.match.columns else None
    if "titled" in grid.match.columns and titled is None:
        return None
    if titled:
        grid = under_metric(grid, titled[0])
    rows = _rows(grid, ledger, most)
    if rows is None:
        return None
    grid, frame, metrics = rows
    report_odd(grid, ledger)
    warn_of_near_names(grid, ledger)
    if frame.is_empty():
        ledger.problem("empty-export", f"the {kind.name} export has a header and no rows of data", line=grid.header_line,
                       fix="export the file again over a period that has data", severity="warning")  # fmt: skip
    if kind.name == MAPPED:
        _headings_once(grid, ledger)
    dated = with_periods(frame, grid, ledger)
    if dated is None:
        return None
    frame = with_platform(dated, grid, titled[1] if titled else None)
    frame = with_accounts(frame, grid, ledger)
    frame = _with_item(frame, grid, ledger)
    if metrics is None:
        frame, metrics = with_measures(frame, grid, ledger)
    frame, metrics = scaled(frame, metrics)
    metrics = one_indicator(frame, metrics, grid, ledger)
    values = long_values(frame, metrics, grid, ledger)
    posts = read_posts(frame, grid, ledger)
    file = _record(frame, values, grid, ledger, encoding)
    looks = profile(frame, metrics, values, grid, ledger)
    return Reading(file=file, kind=kind, values=values, posts=posts, profile=looks, trusted=ledger.trusted)


def _headings_once(grid: Grid, ledger: Ledger) -> None:
    """Of two columns under one heading a mapping does not say which is meant."""
    header = [normal(cell) for cell in grid.match.header]
    for place in grid.match.columns.values():
        if header.count(header[place]) > 1:
            ledger.problem("heading-twice", f'two columns have the heading "{shown(grid.match.header[place].strip())}"',
                           line=grid.header_line, column=place, fix="rename or remove one of them, and export again")  # fmt: skip


def _rows(grid: Grid, ledger: Ledger, most: int) -> tuple[Grid, pl.DataFrame, list[str] | None] | None:
    """The rows that are data; of a large table with numbers in the columns of metrics already."""
    for why, line in grid.skipped:
        ledger.leave_out(why, [line])
    if grid.body is None:
        frame = data_rows(grid.frame, grid, ledger.tally)
        ledger.tally.extend(grid.records.skipped)
        if frame.height * max(1, len(metric_columns(grid))) <= most:
            return grid, frame, None
    else:
        try:
            grid, frame, metrics = condense(grid, grid.body, ledger, most)
        except TooManyRowsError:
            pass
        else:
            ledger.tally.extend(grid.records.skipped)
            return grid, frame, metrics
    ledger.problem("too-many-values", f"the table has more values than the limit export_values, {most:,}", line=grid.header_line,
                   fix="export a shorter period or fewer columns, or raise export_values under `limits` in site.yaml")  # fmt: skip
    return None


def _with_item(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame:
    kind = grid.match.kind
    if kind.grain in ("post", "campaign"):
        return with_posts(frame, grid, ledger)
    if kind.item is None:
        return frame.with_columns(item=pl.lit(None, pl.String))
    cell = pl.col(str(grid.match.columns[kind.item])).str.strip_chars().str.replace_all(CONTROL, "")
    return frame.with_columns(item=cell.str.strip_prefix(NUMBER))


def _record(frame: pl.DataFrame, values: pl.DataFrame, grid: Grid, ledger: Ledger, encoding: str | None) -> ExportFile:
    kind = grid.match.kind
    accounts = frame["account"].drop_nulls().unique().to_list()
    ledger.close()
    first, last = _span(frame)
    return ExportFile(
        path=ledger.source.path, part=ledger.part, digest=ledger.source.digest, kind=kind.name,
        platform="multi" if kind.platform == "multi" else (frame["platform"][0] if frame.height else kind.platform),
        account=accounts[0] if len(accounts) == 1 else None, series=kind.series, encoding=encoding,
        locale=ledger.source.locale or grid.match.language, first=first, last=last,
        downloaded=max((day for day in (downloaded_on(grid, ledger), last) if day), default=None),
        rows=values["line"].n_unique() if values.height else 0,
        left_out=ledger.left_out, unknown_columns=grid.match.unknown, notes=tuple(ledger.notes),
        absent_is_zero=ledger.source.rule is not None and ledger.source.rule.absent == "zero",
    )  # fmt: skip


def _span(frame: pl.DataFrame) -> tuple[date | None, date | None]:
    if frame.is_empty():
        return None, None
    return frame.select(pl.col("first").min(), last=(pl.col("first") + pl.duration(days=pl.col("days") - 1)).max()).row(0)
