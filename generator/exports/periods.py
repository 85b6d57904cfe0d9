"""Says of each row which days its values cover: from a date column, a counted day, a pair of dates, or the file's preamble."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from generator.exports.dates import Dates, days_in_name, parse, read_dates
from generator.exports.grids import Grid
from generator.exports.source import Ledger

_OLDEST = date(2000, 1, 1)
_START = re.compile(r"(?:start date|date de debut|startdatum|fecha de inicio)\s*:\s*(\d{8})")
_END = re.compile(r"(?:end date|date de fin|enddatum|fecha de finalizacion)\s*:\s*(\d{8})")
_BOTH = re.compile(r"(\d{8})\s*-\s*(\d{8})")


def stated_range(comments: Sequence[str], title: str | None) -> tuple[date, date] | None:
    """The period that the lines above a table give, if any; the last one given counts."""
    starts, ends = None, None
    for comment in comments:
        text = comment.lower().replace("é", "e").replace("\xa0", " ")
        if found := _BOTH.fullmatch(text.strip()):
            starts, ends = _day(found[1]), _day(found[2])
        if found := _START.search(text):
            starts = _day(found[1])
        if found := _END.search(text):
            ends = _day(found[1])
    if starts and ends:
        return starts, ends
    if title and " - " in title:  # Google Ads: "September 1, 2025 - February 28, 2026"
        sides = [parse(side) for side in title.split(" - ")]
        if len(sides) == 2 and all(side and side.year and not side.open for side in sides):
            first, last = (date(side.year or 1, side.first, side.second) for side in sides if side)
            return first, last
    return None


def _day(text: str) -> date | None:
    moment = parse(text)
    try:
        return date(moment.year, moment.first, moment.second) if moment and moment.year else None
    except ValueError:
        return None


def downloaded_on(grid: Grid, ledger: Ledger) -> date | None:
    """The day of the download: as declared, as the file states, or as its name or its folder's name states."""
    if ledger.source.downloaded:
        return ledger.source.downloaded
    stated = stated_range(grid.comments, grid.title)
    if stated:
        return stated[1]
    return max(days_in_name(ledger.source.names), default=None)


def with_periods(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame | None:
    """Adds `first`, `days` and, for posts, `published`; None when the table cannot be dated."""
    grain = grid.match.kind.grain
    if grain == "item_period":
        return _of_preamble(frame, grid, ledger)
    if grain == "nth_day":
        return _counted(frame, grid, ledger)
    if grain == "campaign_period":
        return _of_pair(frame, grid, ledger)
    column = "published_at" if grain in ("post", "campaign") else "date"
    dates = read_column(frame, grid, ledger, column)
    if dates is None:
        return None
    frame = frame.with_columns(dates.values.alias("published"))
    frame = frame.filter(pl.col("published").is_not_null())
    return frame.with_columns(first=pl.col("published").dt.date(), days=pl.lit(1, pl.Int32))


def read_column(frame: pl.DataFrame, grid: Grid, ledger: Ledger, column: str, *, needed: bool = True) -> Dates | None:
    """The dates of a declared column; None when its cells do not tell which. Of a column that is `needed`, empty cells are problems."""
    kind, source, place = grid.match.kind, ledger.source, grid.match.columns[column]
    cells = frame[str(place)]
    zone = (source.rule.timezone if source.rule else None) or kind.zone
    dates = read_dates(
        cells, order=source.order or kind.day_order, as_of=downloaded_on(grid, ledger), zone=zone, client_zone=source.timezone
    )
    ledger.order = dates.order or ledger.order
    if dates.timed:
        ledger.clock = "an offset from Greenwich" if dates.offset else zone or "no zone"
    name, declare = grid.match.header[place].strip(), f"add a rule for this file to {source.rules}: "
    if dates.undecided:
        ledger.problem("undecidable-date", f'column "{name}": {_either(dates.undecided[0])}', line=grid.header_line, column=place,
                       fix=declare + "locale: en-US (month first), or locale: fr or en-GB (day first)")  # fmt: skip
        return None
    if dates.contradiction:
        ledger.problem("undecidable-date", f'column "{name}" has dates that begin with the day and others with the month',
                       line=grid.header_line, column=place, fix="export the file again: a spreadsheet changed some dates")  # fmt: skip
        return None
    if dates.yearless:
        ledger.problem("undecidable-date", f'the dates of column "{name}" have no year', line=grid.header_line, column=place,
                       fix=declare + "downloaded: the day of the download, as in 2026-03-02")  # fmt: skip
        return None
    dates = _possible(dates, frame, place, name, ledger)
    if dates.bad.any():
        _report_bad(frame.filter(dates.bad), place, name, "a date is expected", ledger)
    lost = (dates.values.is_null() & ~dates.bad & ~dates.out).fill_null(value=False)
    if needed and lost.any():
        lines = frame["line"].filter(lost)
        ledger.leave_out("row without a date", lines)
        ledger.problem("bad-cell", f'column "{name}" is empty; a date is expected', line=lines[0], column=place,
                       fix="complete the row, or remove it")  # fmt: skip
    return dates


def _possible(dates: Dates, frame: pl.DataFrame, place: int, name: str, ledger: Ledger) -> Dates:
    """Days that cannot be are refused: those to come, and those before there was any network. Elsewhere on Earth it may be tomorrow."""
    today = ledger.source.today
    if today is None:
        return dates
    for late, wanted in ((True, f"that day is yet to come: it is {today}"), (False, f"there were no networks before {_OLDEST}")):
        days = dates.values.dt.date()
        odd = ((days > today + timedelta(days=1)) if late else (days < _OLDEST)).fill_null(value=False)
        if odd.any():
            _report_bad(frame.filter(odd), place, name, wanted, ledger)
            dates = replace(dates, values=pl.select(pl.when(~odd).then(dates.values)).to_series(), out=dates.out | odd)
    return dates


def _report_bad(rows: pl.DataFrame, place: int, name: str, wanted: str, ledger: Ledger) -> None:
    ledger.leave_out("row with a bad date", rows["line"])
    ledger.bad_cells(
        rows, place, lambda text: f'column "{name}" is "{shown(text)}"; {wanted}', "correct the cell, or export the file again"
    )


def shown(text: str) -> str:
    """A cell in a message: short, and without the signs that mark a workbook's types."""
    text = text.lstrip("\ue000\ue001\ue002")
    return text if len(text) <= 60 else text[:57] + "…"


def _either(text: str) -> str:
    moment = parse(text)
    if moment is None or moment.year is None:
        return f'"{text}" may be read in two ways'
    ways = [f"{moment.year}-{month:02d}-{day:02d}" for month, day in ((moment.first, moment.second), (moment.second, moment.first))]
    return f'"{text}" may be {ways[0]} or {ways[1]}'


def _of_preamble(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame | None:
    stated = stated_range(grid.comments, None)
    if stated is None:
        ledger.problem("no-period", "the table has no dates, and the lines above it name no period", line=grid.header_line,
                       fix="export the file again, with its comment lines")  # fmt: skip
        return None
    if not whole_month(*stated):
        ledger.problem("not-a-month", f"the table covers {stated[0]} to {stated[1]}, which is not one whole calendar month",
                       line=grid.header_line, fix="export one calendar month a file")  # fmt: skip
        return None
    days = (stated[1] - stated[0]).days + 1
    return frame.with_columns(first=pl.lit(stated[0]), days=pl.lit(days, pl.Int32))


def whole_month(first: date, last: date) -> bool:
    """Whether two days are the first and the last of one month."""
    return first.day == 1 and (first.year, first.month) == (last.year, last.month) and (last + timedelta(days=1)).day == 1


def _counted(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame | None:
    """ "0000", "0001" … count days from the start that the preamble gives."""
    stated = stated_range(grid.comments, None)
    if stated is None:
        ledger.problem("no-period", "days are counted from a start that the file does not name", line=grid.header_line,
                       fix="export the file again, with its comment lines")  # fmt: skip
        return None
    count = pl.col(str(grid.match.columns["nth_day"])).cast(pl.Int64, strict=False)
    frame = frame.with_columns(first=pl.lit(stated[0]) + pl.duration(days=count), days=pl.lit(1, pl.Int32))
    return frame.filter(pl.col("first").is_not_null())


def _of_pair(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame | None:
    """Rows of a whole month each; other windows would be counted again with the daily files."""
    starts, ends = read_column(frame, grid, ledger, "starts"), read_column(frame, grid, ledger, "ends")
    if starts is None or ends is None:
        return None
    frame = frame.with_columns(starts.values.dt.date().alias("first"), ends.values.dt.date().alias("last"))
    whole = (
        (pl.col("first").dt.day() == 1)
        & (pl.col("last") == pl.col("first").dt.month_end())
    )  # fmt: skip
    other = frame.filter(~whole)
    if other.height:
        ledger.leave_out("totals of a window", other["line"])
        ledger.problem(
            "window-total", f"{other.height} rows cover {other['first'][0]} to {other['last'][0]}, which is not one calendar month",
            line=other["line"][0], fix="export with a breakdown by day or by month", severity="warning",
        )  # fmt: skip
    span = (pl.col("last") - pl.col("first")).dt.total_days() + 1
    return frame.filter(whole).with_columns(days=span.cast(pl.Int32))
