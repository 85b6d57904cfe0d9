"""The rows below a header, as columns of strings with the physical line of each; what is no row is told apart.

Polars reads a piece of a large text in which each line is a record; the csv module reads the others, and small texts.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from generator.exports.octets import Octets
from generator.exports.source import Tally
from generator.exports.totalrows import is_total

_PIECE = 4 << 20  # bytes
# A cell that is one quote, at which Polars panics and says so on the terminal; and "10"24, of which it would read 10 and others 1024.
_ODD_QUOTE = rb'(?:^|[,\n])"(?:[,\n]|$)|\w"\w'
_BEGINNING = 1 << 19
_LISTED = 40  # oddities of a piece that are kept one by one
_CHUNK = 20_000  # records that are Python objects at a time

Types = Mapping[str, type[pl.DataType]]  # of columns that are numbers, where that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """A record that is not a row of the table: too long, too short, or cut at the end of the file."""

    line: int
    cells: int
    why: str  # "ragged", "truncated", "too long", "unreadable"
    text: str = ""


@dataclass(slots=True)
class Records:
    """What was read: rows, and what was no row."""

    frame: pl.DataFrame
    last: int = 0  # line of the last row
    skipped: Tally = field(default_factory=Tally)
    oddities: list[Oddity] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)  # oddities beyond those

    def note(self, oddity: Oddity) -> None:
        if len(self.oddities) < _LISTED:
            self.oddities.append(oddity)
        else:
            self.more[oddity.why] += 1

    def add(self, other: Records) -> None:
        """What a further piece has beside its rows."""
        self.last = max(self.last, other.last)
        self.skipped.extend(other.skipped)
        for oddity in other.oddities:
            self.note(oddity)
        self.more.update(other.more)


class UnforeseenError(Exception):
    """A cell is not of the type that the first rows of its column have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The text below a header."""

    text: Octets
    start: int
    end: int
    line: int  # number of the line before it
    width: int
    delimiter: str

    @property
    def size(self) -> int:
        return self.end - self.start

    def records(self) -> Records:
        """All records of a small text, with all columns."""
        records = _by_csv(self.text.cut(self.start, self.end), self.line, self.width, self.delimiter, range(self.width))
        return closed(records, self.width)

    def beginning(self) -> Records:
        """The first records of a large text, with all columns."""
        head = self.text.cut(self.start, min(self.start + _BEGINNING, self.end))
        return next(replace(self, end=self.start + _last_end(head)).pieces(range(self.width)))

    def pieces(self, used: Collection[int], types: Types | None = None) -> Iterator[Records]:
        """The records of a large text, a piece at a time, with the columns asked for.

        Raises UnforeseenError where a cell is not of its column's type.
        """
        line = self.line
        needed = [str(place) for place in sorted(used)]
        for piece in self._cut():
            ends = piece.count(b"\n")
            blank = not piece.strip()  # millions of empty lines are counted, not read
            records = None if blank else _by_polars(piece, ends, line, self.width, self.delimiter, needed, types or {})
            if records is None:
                records = _by_csv(b"" if blank else piece, line, self.width, self.delimiter, sorted(used))
                records.skipped.count("blank line", ends if blank else 0)
                records.frame = _typed(records.frame, types or {})
            yield records
            line += ends

    def joined(self, used: Collection[int]) -> Records:
        """All the pieces of a large text in one."""
        whole = Records(pl.DataFrame())
        frames = []
        for piece in self.pieces(used):
            whole.add(piece)
            frames.append(piece.frame)
        whole.frame = pl.concat(frames)
        return closed(whole, self.width)

    def _cut(self) -> Iterator[bytes]:
        """Cut at line ends outside quotes."""
        start = self.start
        while start < self.end:
            piece = self.text.cut(start, min(start + _PIECE, self.end))
            if not piece:
                return
            if start + len(piece) < self.end:
                piece = piece[: _last_end(piece)]
            yield piece
            start += len(piece)


def closed(records: Records, width: int) -> Records:
    """The records of a whole table: a last one that is too short was cut off with the file."""
    last = records.oddities[-1] if records.oddities and not records.more else None
    if last and last.why == "ragged" and last.cells < width and last.line > records.last:
        records.oddities[-1] = Oddity(line=last.line, cells=last.cells, why="truncated", text=last.text)
    return records


def _last_end(piece: bytes) -> int:
    """Behind the last line end with an even number of quotes before it; where there is none, behind the last line end.

    A cell that does not end within a piece is refused for its length in any case.
    """
    cut = piece.rfind(b"\n") + 1
    last = cut or len(piece)
    odd = piece.count(b'"', 0, cut) % 2 if b'"' in piece else 0
    while cut and odd:
        before = piece.rfind(b"\n", 0, cut - 1) + 1
        odd ^= piece.count(b'"', before, cut) % 2
        cut = before
    return cut or last


def _by_polars(piece: bytes, ends: int, line: int, width: int, delimiter: str, needed: Sequence[str], types: Types) -> Records | None:
    """The columns needed; None where Polars refuses, or where a record may take several lines or lack cells."""
    data = piece.replace(b"\r\n", b"\n") if b"\r" in piece else piece
    lines = ends + (not data.endswith(b"\n"))
    if b'"' in data and re.search(_ODD_QUOTE.replace(b",", re.escape(delimiter.encode())), data):
        return None
    everything, last = range(width), width - 1
    even = b'"' not in data and data.count(delimiter.encode()) == lines * last  # as many delimiters as whole rows have
    columns = sorted({last, *map(int, needed)}) if even else everything

    def read(columns: Sequence[int]) -> pl.DataFrame:
        return pl.read_csv(data, has_header=False, separator=delimiter, infer_schema=False, columns=list(columns),
                           schema={str(place): types.get(str(place), pl.String) for place in everything})  # fmt: skip

    try:
        frame = read(columns)
        if frame[str(last)].has_nulls():  # empty, or a row lacks cells
            if not even:
                return None
            read(everything)  # then another has too many, which Polars refuses where it reads all columns
    except pl.exceptions.PolarsError:
        return None
    except BaseException as error:  # a panic of Polars' Rust code is no Exception, and its class cannot be imported
        if type(error).__name__ != "PanicException":
            raise
        return None
    if frame.height != lines:
        return None
    numbers = pl.int_range(line + 1, line + 1 + frame.height, dtype=pl.Int32, eager=True).alias("line")
    frame = frame.select(needed).with_columns(numbers)
    gaps = [name for name in needed if frame.schema[name] == pl.String and frame[name].has_nulls()]
    return Records(frame.with_columns(pl.col(gaps).fill_null("")) if gaps else frame, line + frame.height)


def _typed(frame: pl.DataFrame, types: Types) -> pl.DataFrame:
    try:
        return frame.with_columns(pl.col(name).replace("", None).cast(kind) for name, kind in types.items())
    except pl.exceptions.PolarsError as error:
        raise UnforeseenError from error


class _Lines:
    """The lines of a text; the last one given can be asked for."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.last = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        return self.last


def _by_csv(data: bytes, line: int, width: int, delimiter: str, used: Sequence[int]) -> Records:
    """The csv module's reading, with the columns asked for."""
    chunks: list[pl.DataFrame] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    blanks: list[int] = []
    totals: list[int] = []
    found = Records(pl.DataFrame())
    lines = _Lines(data.decode("utf-8", "replace"))
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        before = reader.line_num
        at = line + before + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            found.note(Oddity(line=at, cells=0, why="too long" if "limit" in str(error) else "unreadable", text=str(error)))
            continue
        if cells is None:
            break
        if len(cells) != width:
            cells = _fitted(cells, width, lines.last if reader.line_num == before + 1 else None)
        if not any(cells):
            blanks.append(at)
        elif len(cells) == width:
            rows.append(cells)
            numbers.append(at)
            if len(rows) == _CHUNK:
                chunks.append(_frame(rows, numbers, used))
                rows, numbers = [], []
        elif is_total(cells[0]) or is_total(cells[-1]):
            totals.append(at)
        else:
            found.note(Oddity(line=at, cells=len(cells), why="ragged", text=delimiter.join(cells)[:100]))
    found.skipped.add("blank line", blanks)
    found.skipped.add("total row", totals)
    found.frame = pl.concat([*chunks, _frame(rows, numbers, used)])
    found.last = found.frame["line"][-1] if found.frame.height else 0
    return found


def _frame(rows: Sequence[Sequence[str]], numbers: Sequence[int], used: Sequence[int]) -> pl.DataFrame:
    columns = list(zip(*rows, strict=True)) if rows else None
    series = [pl.Series(str(place), columns[place] if columns else (), dtype=pl.String) for place in used]
    return pl.DataFrame([*series, pl.Series("line", numbers, dtype=pl.Int32)])


def _fitted(cells: list[str], width: int, line: str | None) -> list[str]:
    """Empty cells beyond the header are no cells; bare quotes inside quoted cells are split at the quotes between cells."""
    if len(cells) > width and not any(cells[width:]):
        return cells[:width]
    if line is not None and line.startswith('"') and line.rstrip("\r\n").endswith('"'):
        parts = line.rstrip("\r\n")[1:-1].split('","')
        if len(parts) == width:
            return [part.replace('""', '"') for part in parts]
    return cells
