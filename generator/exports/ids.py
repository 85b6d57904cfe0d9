"""Identifies posts: by the id column where a spreadsheet has not destroyed it, else by the permalink."""

from __future__ import annotations

import polars as pl

from generator.exports.grids import Grid
from generator.exports.numbers import NUMBER
from generator.exports.periods import shown
from generator.exports.source import Ledger

DAMAGED = r"^\d(?:[.,]\d+)?[eE]\+?\d+$"
_LINKS = {  # where a permalink carries the id that exports use
    "linkedin": r"(urn:li:\w+:\d+)",
    "tiktok": r"/(?:video|photo)/(\d+)",
    "x": r"/status/(\d+)",
    "facebook": r"/(?:posts|videos|reel|photos)/(?:[^/?#]*/)?(\d+)",
    "youtube": r"(?:v=|youtu\.be/|/shorts/)([\w-]{11})",
}


def with_posts(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame:
    """Adds `item`: the id of the post; rows that cannot be told apart are refused."""
    columns, kind = grid.match.columns, grid.match.kind
    if kind.item not in columns:
        given = pl.lit(None, pl.String)
    else:
        cell = pl.col(str(columns[kind.item or ""])).str.strip_chars()
        typed, bare = cell.str.starts_with(NUMBER), cell.str.strip_prefix(NUMBER)
        damaged = bare.str.contains(DAMAGED) | (typed & (bare.str.len_chars() > 15))
        given = pl.when(damaged | (bare == "")).then(None).otherwise(bare)
    link = pl.lit(None, pl.String)
    if "permalink" in columns and kind.platform in _LINKS:
        link = pl.col(str(columns["permalink"])).str.extract(_LINKS[kind.platform], 1)
    frame = frame.with_columns(item=pl.coalesce(given, link), given=given)
    _say(frame, grid, ledger)
    return frame.filter(pl.col("item").is_not_null()).drop("given")


def _say(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> None:
    place = grid.match.columns.get(grid.match.kind.item or "")
    lost = frame.filter(pl.col("item").is_null())
    ledger.leave_out("post without an id", lost["line"])
    for row in lost.iter_rows(named=True):
        text = shown(row[str(place)]) if place is not None else ""
        ledger.problem("damaged-id", f'the post\'s id is "{text}"; a spreadsheet has rounded it' if text else "the post has no id",
                       line=row["line"], column=place, fix="export the file again, and do not save it from a spreadsheet")  # fmt: skip
    if place is not None:
        saved = frame.filter(pl.col("given").is_null() & pl.col("item").is_not_null()).height
        if saved:
            ledger.note(f"{saved} ids destroyed by a spreadsheet were taken from the permalinks")
