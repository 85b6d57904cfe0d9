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
_MONEY = r"€|£|US\$|\$|¥|CHF|EUR|USD|GBP|CAD"
_SUFFIX = "|".join(sorted((word.replace(".", r"\.") for word in _FACTORS), key=len, reverse=True))
_SHAPE = (
    r"^(?P<open>\()?\s*(?P<minus>[-+−–])?\s*(?:" + _MONEY + r")?\s*(?P<minus2>[-−])?\s*(?P<body>\d[\d.,' ]*?|[.,]\d+)\s*"
    r"(?P<factor>" + _SUFFIX + r")?\s*(?P<percent>%)?\s*(?:" + _MONEY + r")?\s*(?P<close>\))?(?P<minus3>[-−])?$"
)
_AMBIGUOUS = r"^[1-9]\d{0,2}[.,]\d{3}$"
_GROUPED = r"^\d{1,3}(?:[ ']\d{3})+(?:[.,]\d*)?$"
_DURATION = r"^(\d+):(\d{2})(?::(\d{2}))?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The values of a column; `bad` marks the cells that are not numbers."""

    values: pl.Series
    bad: pl.Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What the cells of a column say about its decimal mark."""

    marks: frozenset[Mark]  # proven decimal marks; two of them contradict each other
    examples: tuple[tuple[int, str], ...]  # (place, text) of cells that may be read in two ways


def _shaped(cells: pl.Series) -> pl.DataFrame:
    text = (
        pl.col("text").str.replace_all(r"[\s\u00a0\u202f\u2009\u2007]", " ").str.replace_all(r"[’‘]", "'").str.strip_chars(" ")
    )
    frame = pl.DataFrame({"text": cells}).with_columns(text=text)
    return frame.with_columns(null=pl.col("text").is_null() | pl.col("text").str.to_lowercase().is_in(NULLS)).with_columns(
        pl.col("text").str.extract_groups(_SHAPE).alias("parts")
    ).unnest("parts")  # fmt: skip


def _plain(cells: pl.Series) -> pl.Series | None:
    """Whole numbers, and numbers that a workbook typed: nothing to decide."""
    text = cells.str.strip_chars(" ").str.strip_prefix(NUMBER)
    typed = cells.str.starts_with(NUMBER)
    clear = (cells == "") | typed | text.str.contains(r"^-?\d+$")
    if not clear.fill_null(value=True).all():
        return None
    return text.set(text == "", None).cast(pl.Float64, strict=False)


def signs(cells: pl.Series) -> Signs:
    """Proofs of the decimal mark: 0.5, 12.75, 1234.5, 1,234.5 and 1,234,567 prove the point; the mirrored ones the comma."""
    if _plain(cells) is not None:
        return Signs(marks=frozenset(), examples=())
    body = _shaped(cells.filter(~cells.str.starts_with(NUMBER)))["body"]
    bodies = body.drop_nulls().unique(maintain_order=True).str.replace_all(" ", "'")
    marks: set[Mark] = set()
    for mark, other in ((".", ","), (",", ".")):
        m, o = "\\" + mark, "\\" + other
        proof = (
            rf"{m}(?:\d{{1,2}}|\d{{4,}})?$|^\d{{4,}}{m}\d+$|^0\d*{m}\d+$|^{m}\d+$|'\d{{3}}{m}|{o}\d{{3}}{m}|^\d{{1,3}}(?:{o}\d{{3}}){{2,}}$"
        )
        hit = bodies.str.contains(proof) & ~bodies.str.contains(rf"{m}.*{m}")
        if hit.any():
            marks.add("." if mark == "." else ",")
    unclear = bodies.filter(bodies.str.contains(_AMBIGUOUS))
    examples = tuple((int((body == text).arg_max() or 0), str(text)) for text in unclear.head(3))
    if examples and not marks and bodies.str.contains(_GROUPED).any():  # "1 234" beside "1,234": blanks group, the other is decimal
        marks = {"," if "," in text else "." for _, text in examples}
    return Signs(marks=frozenset(marks), examples=examples)


def read_numbers(cells: pl.Series, mark: Mark) -> Numbers:
    """Values of a column whose decimal mark is known: percent become fractions, k and M their thousands and millions."""
    plain = _plain(cells)
    if plain is not None:
        return Numbers(values=plain, bad=pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(cells)))
    group = "," if mark == "." else "."
    typed = cells.str.starts_with(NUMBER)
    frame = _shaped(cells).with_columns(typed=typed, raw=cells.str.strip_prefix(NUMBER))
    g, m = "\\" + group, "\\" + mark
    valid = pl.col("body").str.contains(rf"^(?:\d{{1,3}}(?:{g}\d{{3}})+|\d{{1,3}}(?:[ ']\d{{3}})+|\d*)(?:{m}\d*)?$")
    number = pl.col("body").str.replace_all(rf"[{g} ']", "").str.replace(mark, ".", literal=True).cast(pl.Float64, strict=False)
    balanced = pl.col("open").is_null() == pl.col("close").is_null()
    negative = (
        (pl.col("minus").is_in(["-", "−", "–"]).fill_null(value=False))
        | pl.col("minus2").is_not_null() | pl.col("minus3").is_not_null() | pl.col("open").is_not_null()
    )  # fmt: skip
    factor = pl.col("factor").replace_strict(_FACTORS, default=1.0, return_dtype=pl.Float64)
    value = (
        pl.when(pl.col("typed")).then(pl.col("raw").cast(pl.Float64, strict=False))
        .when(pl.col("null")).then(None)
        .when(valid & balanced)
        .then(number * factor * pl.when(pl.col("percent").is_not_null()).then(0.01).otherwise(1.0)
              * pl.when(negative).then(-1.0).otherwise(1.0))
        .otherwise(None)
    )  # fmt: skip
    frame = frame.select(value=value, null="null", typed="typed")
    return Numbers(values=frame["value"], bad=frame["value"].is_null() & ~frame["null"])


def read_durations(cells: pl.Series) -> pl.Series:
    """h:mm:ss and m:ss as seconds; null where a cell is something else."""
    frame = pl.DataFrame({"text": cells.str.strip_chars()}).select(pl.col("text").str.extract_groups(_DURATION).alias("d"))
    first, second, third = (pl.col("d").struct.field(name).cast(pl.Float64, strict=False) for name in ("1", "2", "3"))
    seconds = pl.when(third.is_null()).then(first * 60 + second).otherwise(first * 3600 + second * 60 + third)
    return frame.select(seconds=seconds)["seconds"]
