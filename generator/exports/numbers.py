"""Columns of text → numbers, with the decimal mark decided from all the values of the column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Mark = Literal[".", ","]

NUMBER = "\ue000"  # goes before a number that a workbook gave as a number: its mark is a point, beyond doubt
NULLS = ("", "-", "--", "—", "–", "−", "n/a", "n.a.", "k.a.", "n/d", "n.d.")
_FACTORS = {
    "k": 1e3, "K": 1e3, "Tsd": 1e3, "Tsd.": 1e3, "mil": 1e3, "mille": 1e3, "M": 1e6, "m": 1e6, "Mio": 1e6, "Mio.": 1e6,
    "mln": 1e6, "Md": 1e9, "Mds": 1e9, "Mrd": 1e9, "Mrd.": 1e9, "B": 1e9, "bn": 1e9,
}  # fmt: skip
SIGNS_OF_MONEY = {  # as a pattern: the currencies that are written so
    "€": ("EUR",), "£": ("GBP", "EGP"), r"US\$": ("USD",), "¥": ("JPY", "CNY"), "CHF": ("CHF",), "EUR": ("EUR",), "USD": ("USD",),
    "GBP": ("GBP",), "CAD": ("CAD",),
    r"\$": ("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL"),
}  # fmt: skip
_MONEY = "|".join(SIGNS_OF_MONEY)
_SUFFIX = "|".join(sorted((word.replace(".", r"\.") for word in _FACTORS), key=len, reverse=True))
_SHAPE = (
    r"^(?P<open>\()?\s*(?P<minus>[-+−–])?\s*(?:" + _MONEY + r")?\s*(?P<minus2>[-−])?\s*(?P<body>[0-9][0-9.,' ]*?|[.,][0-9]+)\s*"
    r"(?P<factor>" + _SUFFIX + r")?\s*(?P<percent>%)?\s*(?:" + _MONEY + r")?\s*(?P<close>\))?(?P<minus3>[-−])?$"
)
_AMBIGUOUS = r"^[1-9][0-9]{0,2}[.,][0-9]{3}$"
_GROUPED = r"^[0-9]{1,3}(?:[ '][0-9]{3})+(?:[.,][0-9]*)?$"
_DURATION = r"^([0-9]+):([0-9]{2})(?::([0-9]{2}))?$"


# Cells that can be read in one way only: whole numbers, points that cannot group, numbers typed by a workbook, nulls.
_PLAIN = r"^\s*(?:\ue000.*|-?(?:[0-9]+(?:\.(?:[0-9]{1,2}|[0-9]{4,}))?|0\.[0-9]+|[0-9]{4,}\.[0-9]+)|-{0,2})\s*$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The values of a column; `bad` marks the cells that are not numbers."""

    values: pl.Series
    bad: pl.Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What the cells of a column say about its decimal mark."""

    point: bool  # a cell proves it
    comma: bool
    grouped: bool  # blanks or apostrophes group thousands
    unclear: str | None  # the first cell that may be read in two ways

    @property
    def marks(self) -> frozenset[Mark]:
        """Proven decimal marks; two of them contradict each other."""
        proven: list[Mark] = [mark for mark, proof in ((".", self.point), (",", self.comma)) if proof]  # type: ignore[misc]
        if self.unclear and self.grouped and not proven:  # "1 234" beside "1,234": blanks group, so the comma is decimal
            proven.append("," if "," in self.unclear else ".")
        return frozenset(proven)

    def __or__(self, other: Signs) -> Signs:
        """Of both columns together."""
        return Signs(point=self.point or other.point, comma=self.comma or other.comma, grouped=self.grouped or other.grouped,
                     unclear=self.unclear if self.unclear is not None else other.unclear)  # fmt: skip


NO_SIGNS = Signs(point=False, comma=False, grouped=False, unclear=None)


def is_plain(column: str) -> pl.Expr:
    """Whether nothing in a column is to be decided."""
    return pl.col(column).str.contains(_PLAIN).all()


def plain_value(column: str) -> pl.Expr:
    """The values of such a column."""
    return pl.col(column).str.strip_prefix(NUMBER).str.strip_chars().cast(pl.Float64, strict=False)


def shape(cells: pl.Series) -> pl.DataFrame:
    """Each cell taken apart: sign, digits with their marks, factor, percent; `null` says that it holds no value."""
    raw = pl.col("raw")
    text = raw.str.replace_all(r"[\s\u00a0\u202f\u2009\u2007]", " ").str.replace_all(r"[’‘]", "'").str.strip_chars(" ")
    return pl.DataFrame({"raw": cells}).select(
        raw, null=text.is_null() | text.str.to_lowercase().is_in(NULLS), parts=text.str.extract_groups(_SHAPE)
    ).unnest("parts")  # fmt: skip


def signs(shaped: pl.DataFrame) -> Signs:
    """Proofs of the decimal mark: 0.5, 12.75, 1234.5, 1,234.5 and 1,234,567 prove the point; the mirrored ones the comma."""
    body = pl.col("body").str.replace_all(" ", "'", literal=True)
    unclear = body.str.contains(_AMBIGUOUS)
    found = shaped.select(
        point=_proof(body, ".", ",").any(), comma=_proof(body, ",", ".").any(), grouped=body.str.contains(_GROUPED).any(),
        unclear=pl.col("body").filter(unclear).first(),
    ).row(0, named=True)  # fmt: skip
    return Signs(**found)


def _proof(body: pl.Expr, mark: Mark, other: Mark) -> pl.Expr:
    m, o = "\\" + mark, "\\" + other
    decimal = rf"{m}(?:[0-9]{{1,2}}|[0-9]{{4,}})?$|^[0-9]{{4,}}{m}[0-9]+$|^0[0-9]*{m}[0-9]+$|^{m}[0-9]+$|'[0-9]{{3}}{m}|{o}[0-9]{{3}}{m}"
    grouped = rf"^[0-9]{{1,3}}(?:{o}[0-9]{{3}}){{2,}}$"
    return body.str.contains(f"{decimal}|{grouped}") & ~body.str.contains(rf"{m}.*{m}")


def read_numbers(shaped: pl.DataFrame, mark: Mark) -> Numbers:
    """Values of a column whose decimal mark is known: percent become fractions, k and M their thousands and millions."""
    group = "," if mark == "." else "."
    g, m = "\\" + group, "\\" + mark
    body, typed = pl.col("body"), pl.col("raw").str.starts_with(NUMBER)
    valid = body.str.contains(rf"^(?:[0-9]{{1,3}}(?:{g}[0-9]{{3}})+|[0-9]{{1,3}}(?:[ '][0-9]{{3}})+|[0-9]*)(?:{m}[0-9]*)?$")
    number = body.str.replace_all(rf"[{g} ']", "").str.replace(mark, ".", literal=True).cast(pl.Float64, strict=False)
    balanced = pl.col("open").is_null() == pl.col("close").is_null()
    negative = (
        pl.col("minus").is_in(["-", "−", "–"]).fill_null(value=False)
        | pl.col("minus2").is_not_null() | pl.col("minus3").is_not_null() | pl.col("open").is_not_null()
    )  # fmt: skip
    factor = pl.col("factor").replace_strict(_FACTORS, default=1.0, return_dtype=pl.Float64)
    percent = pl.when(pl.col("percent").is_not_null()).then(0.01).otherwise(1.0)
    value = (
        pl.when(typed).then(pl.col("raw").str.strip_prefix(NUMBER).cast(pl.Float64, strict=False))
        .when(valid & balanced).then(number * factor * percent * pl.when(negative).then(-1.0).otherwise(1.0))
    )  # fmt: skip
    frame = shaped.select(value=value, bad=value.is_null() & ~pl.col("null"))
    return Numbers(values=frame["value"], bad=frame["bad"])


def read_durations(cells: pl.Series) -> pl.Series:
    """h:mm:ss and m:ss as seconds; null where a cell is something else."""
    frame = pl.DataFrame({"text": cells.str.strip_chars()}).select(pl.col("text").str.extract_groups(_DURATION).alias("d"))
    first, second, third = (pl.col("d").struct.field(name).cast(pl.Float64, strict=False) for name in ("1", "2", "3"))
    seconds = pl.when(third.is_null()).then(first * 60 + second).otherwise(first * 3600 + second * 60 + third)
    return frame.select(seconds=seconds)["seconds"]
