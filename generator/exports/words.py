"""Cells of words in tables of conversations: texts made clean, and words that stand for a rating, a yes or a no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from generator.exports.dates import STAMP
from generator.exports.grids import Grid
from generator.exports.headers import normal
from generator.exports.numbers import NULLS, NUMBER
from generator.exports.periods import shown
from generator.exports.posts import CONTROL
from generator.exports.source import Ledger
from generator.exports.workbooks import BROKEN

Words = Mapping[str, Sequence[str]]

SENTIMENTS: Words = {
    "positive": ("positive", "positif", "positifs", "positives", "pos", "+"),
    "neutral": ("neutral", "neutre", "neutres", "neu"),
    "negative": ("negative", "negatif", "negatifs", "negatives", "neg", "-", "−"),
    "unrated": ("unrated", "not rated", "none", "unknown", "non note", "non notee", "aucun", "inconnu", "n/a", "n.d.", "—", "–", "--"),
}
YES_NO: Words = {"yes": ("yes", "y", "true", "1", "x", "oui", "o", "vrai"), "no": ("no", "n", "false", "0", "non", "faux")}
STATUSES: Words = {  # only what a status says that the other columns do not
    "answered": ("answered", "replied", "repondu", "repondue"),
    "exempt": (
        "spam", "no answer needed", "no reply needed", "no action needed", "sans suite", "aucune reponse attendue", "reponse inutile",
        "n'appelle pas de reponse",
    ),
}  # fmt: skip


def clean(grid: Grid, column: str) -> pl.Expr:
    """The texts of a declared column, null where there is none; a column that the table lacks is all null."""
    if column not in grid.match.columns:
        return pl.lit(None, pl.String)
    cell = pl.col(str(grid.match.columns[column])).str.strip_prefix(NUMBER).str.strip_prefix(STAMP)
    return cell.str.replace_all(CONTROL, "").str.strip_chars().replace("", None)


def meanings(frame: pl.DataFrame, grid: Grid, ledger: Ledger, column: str, words: Words, expected: str, fix: str) -> pl.Series:
    """What each cell of a column stands for: a key of `words`, or null where it is empty. Unknown words are problems at their lines."""
    if column not in grid.match.columns:
        return pl.Series(column, [None] * frame.height, dtype=pl.String)
    cells = frame.select(clean(grid, column).alias(column))[column]
    found = matched(cells, words)
    odd = frame.filter(found.is_null() & cells.is_not_null())
    place = grid.match.columns[column]
    name = grid.match.header[place].strip()
    for line, text in zip(odd["line"].to_list(), odd[str(place)].to_list(), strict=True):
        ledger.problem("bad-cell", f'column "{name}" is "{shown(text)}"; {expected} is expected', line=line, column=place, fix=fix)
    return found


def matched(cells: pl.Series, words: Words) -> pl.Series:
    """The key of each cell's word; null where it is none of them."""
    known = {normal(word): meaning for meaning, several in words.items() for word in several}
    values = {text: known.get(normal(text)) for text in cells.drop_nulls().unique().to_list()}
    return cells.replace_strict(values, default=None, return_dtype=pl.String) if values else cells.cast(pl.String)


def without_blanks(frame: pl.DataFrame, grid: Grid, column: str) -> pl.DataFrame:
    """The table with "-" and its like in a column as what they are: nothing."""
    place = str(grid.match.columns[column])
    blank = pl.col(place).str.strip_chars().str.to_lowercase().is_in(list(NULLS))
    return frame.with_columns(pl.when(blank).then(pl.lit("")).otherwise(pl.col(place)).alias(place))


def report_broken(frame: pl.DataFrame, grid: Grid, ledger: Ledger) -> None:
    """Cells of a workbook that hold an error in place of a word."""
    for place in sorted({place for column, place in grid.match.columns.items() if column not in ("date", "received_at", "first_reply_at")}):
        odd = frame.filter(pl.col(str(place)).str.starts_with(BROKEN))
        for line, text in zip(odd["line"].to_list(), odd[str(place)].to_list(), strict=True):
            ledger.problem("bad-cell", f'column "{grid.match.header[place].strip()}" is "{shown(text)}"; a text is expected', line=line,
                           column=place, fix="correct the cell, or export the file again")  # fmt: skip


def one_spelling(cells: pl.Series) -> pl.Series:
    """Words that differ in case or accents only are one, spelt as first met."""
    first: dict[str, str] = {}
    values = {text: first.setdefault(normal(text), text) for text in cells.drop_nulls().unique(maintain_order=True).to_list()}
    return cells.replace_strict(values, default=None, return_dtype=pl.String) if values else cells
