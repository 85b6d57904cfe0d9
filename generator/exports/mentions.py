"""A table of mentions → one row a mention, with what tells it from any other."""

from __future__ import annotations

import polars as pl

from generator.exports.belonging import Belonging, handle, networks, with_brands, with_spaces
from generator.exports.grids import Grid
from generator.exports.ids import DAMAGED
from generator.exports.measures import with_measures
from generator.exports.numbers import NUMBER
from generator.exports.periods import read_column
from generator.exports.source import Ledger
from generator.exports.words import SENTIMENTS, Words, clean, meanings
from generator.model.listening import ConversationRule

_FIELDS = ("day", "platform", "space", "author", "sentiment", "theme", "brand", "text", "permalink")
_TELLING = ("author", "text", "permalink")  # without any of these, equal rows may well be two mentions


def read_mentions(
    frame: pl.DataFrame, grid: Grid, ledger: Ledger, declared: Belonging, rule: ConversationRule | None
) -> pl.DataFrame | None:
    """The mentions of a table; None when its dates cannot be told."""
    dates = read_column(frame, grid, ledger, "date")
    if dates is None:
        return None
    frame = frame.with_columns(dates.values.dt.date().alias("day")).filter(pl.col("day").is_not_null())
    frame = _with_reach(frame, grid, ledger)
    sentiment = meanings(frame, grid, ledger, "sentiment", _sentiments(rule), "positive, neutral or negative",
                         "correct the cell, or say what the word means under sentiments: in conversation.yaml")  # fmt: skip
    frame = frame.with_columns(
        platform=_or_all(clean(grid, "platform"), rule.platform if rule else None),
        space=_or_all(clean(grid, "space"), rule.space if rule else None),
        author=clean(grid, "author"), theme=clean(grid, "theme"), text=clean(grid, "text"), permalink=clean(grid, "permalink"),
        id=given_id(grid), sentiment=sentiment.replace("unrated", None),
    )  # fmt: skip
    frame = with_brands(frame, grid, ledger, declared.brands)
    frame = frame.with_columns(networks(frame["platform"]).alias("platform"))
    frame = with_spaces(with_keys(frame, _FIELDS, _TELLING), declared.spaces, ledger)
    return _with_authors(frame, declared).with_columns(themes=_themes())


def _with_reach(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> pl.DataFrame:
    frame, read = with_measures(frame, grid, ledger)
    return frame if "reach" in read else frame.with_columns(reach=pl.lit(None, pl.Float64))


def _sentiments(rule: ConversationRule | None) -> Words:
    """The words of a rating, with those that a rule adds."""
    added = rule.sentiments if rule else {}
    return {meaning: (*words, *added.get(meaning, ())) for meaning, words in SENTIMENTS.items()}  # type: ignore[call-overload]  # a key of both


def _or_all(cells: pl.Expr, stated: str | None) -> pl.Expr:
    return pl.coalesce(cells, pl.lit(stated, pl.String))


def given_id(grid: Grid) -> pl.Expr:
    """The id of a row, where a spreadsheet has not rounded it."""
    if "id" not in grid.match.columns:
        return pl.lit(None, pl.String)
    typed, bare = pl.col(str(grid.match.columns["id"])).str.starts_with(NUMBER), clean(grid, "id")
    return pl.when(~(bare.str.contains(DAMAGED) | (typed & (bare.str.len_chars() > 15)))).then(bare)


def with_keys(frame: pl.DataFrame, fields: tuple[str, ...], telling: tuple[str, ...]) -> pl.DataFrame:
    """Adds `key`: the id, else all fields. Rows that say too little to be known again are told apart by their number among their equals."""
    whole = pl.concat_str([pl.col(field).cast(pl.String).fill_null("") for field in fields], separator="\x1f")
    frame = frame.with_columns(whole=whole)
    vague = pl.all_horizontal([pl.col(field).is_null() for field in telling]) if telling else pl.lit(value=False)
    nth = pl.int_range(pl.len()).over("whole").cast(pl.String)
    given = pl.concat_str([pl.lit("id"), pl.col("platform").fill_null(""), pl.col("id")], separator="\x1f")
    key = (
        pl.when(pl.col("id").is_not_null()).then(given)
        .when(vague).then(pl.col("whole") + "\x1f" + nth).otherwise(pl.col("whole"))
    )  # fmt: skip
    return frame.with_columns(key=key).drop("whole")


def _with_authors(frame: pl.DataFrame, declared: Belonging) -> pl.DataFrame:
    """Who a mention is by, whatever the spelling, and whether that is the client."""
    who = {text: handle(text) for text in frame["author"].drop_nulls().unique().to_list()}
    names = (
        frame["author"].replace_strict(who, default=None, return_dtype=pl.String)
        if who
        else pl.Series([None] * frame.height, dtype=pl.String)
    )
    return frame.with_columns(who=names, ours=names.is_in(list(declared.ours)).fill_null(value=False))


def _themes() -> pl.Expr:
    """ "price; delivery | price" as two themes."""
    cut = pl.col("theme").fill_null("").str.replace_all("|", ";", literal=True).str.split(";")
    return cut.list.eval(pl.element().str.strip_chars()).list.eval(pl.element().filter(pl.element() != "")).list.unique(maintain_order=True)
