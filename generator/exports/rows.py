"""Leaves out the rows of a table that are not data: totals, descriptions, repeated headers, parts of a whole."""

from __future__ import annotations

import polars as pl

from generator.exports.grids import Grid
from generator.exports.headers import normal
from generator.exports.numbers import NUMBER
from generator.exports.source import Tally
from generator.exports.totalrows import TOTAL

_KEYS = {  # columns that a row must fill to be a row
    "day": ("date",), "post": ("post_id",), "campaign": ("campaign_id",), "campaign_day": ("date", "campaign"),
    "campaign_period": ("campaign",), "item_day": ("date", "item"), "item_period": ("item",), "nth_day": ("nth_day",),
}  # fmt: skip


def data_rows(frame: pl.DataFrame, grid: Grid, tally: Tally, *, opening: bool = True) -> pl.DataFrame:
    """The rows that are data; the rest is counted. `opening` says that the frame begins with the table's first row."""
    match, kind = grid.match, grid.match.kind
    keys = [kind.item if key == "item" and kind.item else key for key in _KEYS[kind.grain]]
    places = [str(match.columns[key]) for key in keys if key in match.columns]
    if not places and "permalink" in match.columns:
        places = [str(match.columns["permalink"])]
    first = pl.col(places[0]).str.strip_chars()
    empty = pl.all_horizontal([pl.col(place).str.strip_chars() == "" for place in places])
    total = first.str.to_lowercase().str.contains(TOTAL)
    drops = {"repeated header": _repeats(match.header, places[0]), "total row": total}
    if kind.grain in ("item_day", "campaign_day"):
        extra = pl.col(places[-1]).str.to_lowercase().str.contains(TOTAL) & (first == "")
        drops["total row"] = total | extra
    if opening:
        drops["description row"] = pl.int_range(pl.len()) == 0
    if kind.grain not in ("post", "campaign"):
        drops["summary row"] = empty
    for column, words in kind.keep.items():
        if column in match.columns:
            other = ~pl.col(str(match.columns[column])).str.strip_chars().str.to_lowercase().is_in(list(words))
            drops["part of a post's figures"] = drops.get("part of a post's figures", pl.lit(value=False)) | other
    if not frame.select(pl.any_horizontal(*drops.values()).any()).item():
        return frame
    for why, drop in drops.items():
        if why == "description row" and (frame.is_empty() or not _describes(frame)):
            continue
        tally.add(why, frame.filter(drop)["line"])
        frame = frame.filter(~drop)
    return frame


def _repeats(header: tuple[str, ...], place: str) -> pl.Expr:
    return pl.col(place).str.strip_chars() == header[int(place)].strip()


def _describes(frame: pl.DataFrame) -> bool:
    """The first row has an empty first cell, and words where numbers are due."""
    row = frame.row(0, named=True)
    words = [cell for place, cell in row.items() if place != "line" and cell]
    return (
        row.get("0") == "" and bool(words) and sum(" " in normal(cell) and not cell.startswith(NUMBER) for cell in words) >= len(words) / 2
    )
