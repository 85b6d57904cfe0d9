"""A table of messages → one row a message, with the instants of receipt and first reply in UTC."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from generator.exports.belonging import networks
from generator.exports.dates import STAMP, parse
from generator.exports.grids import Grid
from generator.exports.mentions import given_id, with_keys
from generator.exports.periods import read_column, shown
from generator.exports.source import Ledger
from generator.exports.words import STATUSES, YES_NO, clean, matched, meanings, without_blanks
from generator.model.listening import ConversationRule

_FIELDS = ("received", "replied", "platform", "name", "status", "asks")
_HOUR = r"\d{1,2}[:h]\d{2}"


def read_messages(frame: pl.DataFrame, grid: Grid, ledger: Ledger, rule: ConversationRule | None, zone: str) -> pl.DataFrame | None:
    """The messages of a table; None when its dates cannot be told. `zone` is the client's, whose days are meant."""
    frame = without_blanks(frame, grid, "first_reply_at")
    grid = _with_day_order(frame, grid)
    received = read_column(frame, grid, ledger, "received_at")
    replied = read_column(frame, grid, ledger, "first_reply_at", needed=False)
    if received is None or replied is None:
        return None
    frame = frame.with_columns(received.values.alias("received"), replied.values.alias("replied"), bad=replied.bad)
    asks = meanings(frame, grid, ledger, "asks", YES_NO, "yes or no", "correct the cell, or export the file again")
    frame = frame.with_columns(
        platform=pl.coalesce(clean(grid, "channel"), pl.lit(rule.platform if rule else None, pl.String)),
        name=clean(grid, "agent"), status=clean(grid, "status"), id=given_id(grid), asks=asks,
    )  # fmt: skip
    frame = frame.with_columns(networks(frame["platform"]).alias("platform"))
    frame = frame.filter(pl.col("received").is_not_null() & ~pl.col("bad"))
    frame = _with_hours(_with_hours(frame, grid, ledger, "received_at"), grid, ledger, "first_reply_at")
    frame = _without_early_replies(frame, grid, ledger)
    frame = _with_receipts(with_keys(frame, _FIELDS, ()), ledger)
    said = matched(frame["status"], STATUSES)
    local = pl.col("received").dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return frame.with_columns(
        day=local.dt.date(),
        answered=pl.col("replied").is_not_null() | (said == "answered").fill_null(value=False),
        asks=pl.coalesce(pl.col("asks") == "yes", (said != "exempt").fill_null(value=True)),
    )


def _with_receipts(frame: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Without an id a message is known by its receipt, so that the reply which a later export has finds the message of the earlier one."""
    kept = frame.unique("key", keep="last", maintain_order=True)
    again = frame.join(kept.select("line"), on="line", how="anti")["line"].to_list()
    ledger.leave_out("the same row once more", again)
    receipt = pl.concat_str([pl.lit("at"), pl.col("received").cast(pl.String), pl.col("platform").fill_null("")], separator="\x1f")
    nth = pl.int_range(pl.len()).over("received", "platform").cast(pl.String)
    return kept.with_columns(key=pl.when(pl.col("id").is_null()).then(receipt + "\x1f" + nth).otherwise(pl.col("key")))


def _with_day_order(frame: pl.DataFrame, grid: Grid) -> Grid:
    """A table writes both its columns of dates in one way: what one of them proves of day and month holds for the other."""
    cells = pl.concat([frame[str(grid.match.columns[column])].unique() for column in ("received_at", "first_reply_at")])
    slashed = [moment for text in cells.to_list() if (moment := parse(text)) and moment.open]
    orders = {
        "dmy" if moment.dotted or moment.first > 12 else "mdy"
        for moment in slashed
        if moment.dotted or max(moment.first, moment.second) > 12
    }
    if orders not in ({"dmy"}, {"mdy"}):
        return grid
    kind = replace(grid.match.kind, day_order="dmy" if "dmy" in orders else "mdy")
    return replace(grid, match=replace(grid.match, kind=kind))


def _with_hours(frame: pl.DataFrame, grid: Grid, ledger: Ledger, column: str) -> pl.DataFrame:
    """A day without an hour is no instant: such cells are named, and their rows left out."""
    place = grid.match.columns[column]
    cell = pl.col(str(place))
    odd = frame.filter((cell.str.strip_chars() != "") & ~cell.str.contains(_HOUR) & ~cell.str.starts_with(STAMP))
    name = grid.match.header[place].strip()
    for line, text in zip(odd["line"].to_list(), odd[str(place)].to_list(), strict=True):
        ledger.problem("bad-cell", f'column "{name}" is "{shown(text)}"; a day with its hour is expected', line=line,
                       column=place, fix="export the file again, with hours")  # fmt: skip
    ledger.leave_out("message without an hour", odd["line"])
    return frame.filter(~pl.col("line").is_in(odd["line"].to_list()))


def _without_early_replies(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame:
    """A reply before its message is a mistake of the file, and would shorten every mean and median."""
    early = pl.col("replied") < pl.col("received")
    odd = frame.filter(early)
    place = grid.match.columns["first_reply_at"]
    for line, text in zip(odd["line"].to_list(), odd[str(place)].to_list(), strict=True):
        received = shown(odd.filter(pl.col("line") == line)[str(grid.match.columns["received_at"])][0])
        ledger.problem("reply-before-receipt", f'the first reply, "{shown(text)}", is before the receipt, "{received}"',
                       line=line, column=place, fix="correct the row; look at the time zones of the two columns")  # fmt: skip
    ledger.leave_out("reply before receipt", odd["line"])
    return frame.filter(~early.fill_null(value=False))
