"""The rows below a header, as columns of strings with the physical line of each; what is no row is told apart.

Large texts are handed to Polars in pieces, and only the columns that are read are kept; the csv module takes the pieces that Polars
refuses, or in which records and lines do not correspond.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from generator.exports.totalrows import is_total

_PIECE = 8 << 20  # characters
_SAMPLE = 20_000  # rows of which all columns are kept, to prove how the file writes its numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """A record that is not a row of the table: too long, too short, or cut at the end of the file."""

    line: int
    cells: int
    why: str  # "ragged", "truncated", "too long", "unreadable"
    text: str = ""


@dataclass(slots=True)
class Records:
    """What was read; `sample` has all columns of the first rows."""

    frame: pl.DataFrame
    sample: pl.DataFrame
    skipped: list[tuple[str, int]] = field(default_factory=list)  # (why, line)
    oddities: list[Oddity] = field(default_factory=list)


def read_records(text: str, start: int, line: int, width: int, delimiter: str, used: Collection[int]) -> Records:
    """The records of `text` from `start` on; `line` is the number of the line before them."""
    if len(text) - start <= 1 << 20:
        records = _by_csv(text[start:], line, width, delimiter)
    else:
        records = _in_pieces(text, start, line, width, delimiter, [str(place) for place in sorted(used)])
    numbers = records.frame["line"]
    last = records.oddities[-1] if records.oddities else None
    if last and last.why == "ragged" and last.cells < width and last.line > (numbers[-1] if len(numbers) else 0):
        records.oddities[-1] = Oddity(line=last.line, cells=last.cells, why="truncated", text=last.text)
    return records


def _in_pieces(text: str, start: int, line: int, width: int, delimiter: str, used: list[str]) -> Records:
    frames: list[pl.DataFrame] = []
    whole = Records(pl.DataFrame(), pl.DataFrame())
    for piece in _pieces(text, start):
        needed = [*used, str(width - 1)] if frames else None
        records = _by_polars(piece, line, width, delimiter, needed) or _by_csv(piece, line, width, delimiter)
        if not frames:
            whole.sample = records.frame.head(_SAMPLE)
        frames.append(records.frame.select(*used, "line"))
        whole.skipped += records.skipped
        whole.oddities += records.oddities
        line += piece.count("\n")
    whole.frame = pl.concat(frames)
    return whole


def _pieces(text: str, start: int) -> Iterator[str]:
    """Cuts at line ends outside quotes."""
    while start < len(text):
        end = min(start + _PIECE, len(text))
        while end < len(text):
            cut = text.rfind("\n", start, end) + 1
            while cut > start and text.count('"', start, cut) % 2:
                cut = text.rfind("\n", start, cut - 1) + 1
            if cut > start:
                end = cut
                break
            end = min(end + _PIECE, len(text))
        yield text[start:end]
        start = end


def _by_polars(piece: str, line: int, width: int, delimiter: str, needed: Sequence[str] | None) -> Records | None:
    """The columns needed (None: all); None where Polars refuses, or where a record may take several lines or lack cells."""
    data = piece.replace("\r\n", "\n") if "\r" in piece else piece
    lines = data.count("\n") + (not data.endswith("\n"))
    if needed and ('"' in data or data.count(delimiter) != lines * (width - 1)):
        needed = None  # with fewer columns asked for, Polars no longer refuses a row with too many cells
    try:
        frame = pl.read_csv(
            data.encode(), has_header=False, separator=delimiter, infer_schema=False, schema={str(n): pl.String for n in range(width)},
            columns=sorted({int(name) for name in needed}) if needed else None,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        return None
    if frame.height != lines or frame[str(width - 1)].has_nulls():
        return None
    numbers = pl.int_range(line + 1, line + 1 + frame.height, dtype=pl.Int32, eager=True).alias("line")
    frame = frame.with_columns(numbers).with_columns(pl.col(pl.String).fill_null(""))
    return Records(frame, frame)


def _by_csv(piece: str, line: int, width: int, delimiter: str) -> Records:
    rows: list[list[str]] = []
    numbers: list[int] = []
    found = Records(pl.DataFrame(), pl.DataFrame())
    lines = list(io.StringIO(piece, newline=""))
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        before = reader.line_num
        at = line + before + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            found.oddities.append(Oddity(line=at, cells=0, why="too long" if "limit" in str(error) else "unreadable", text=str(error)))
            continue
        if cells is None:
            break
        if len(cells) != width:
            cells = _fitted(cells, width, lines[before] if reader.line_num == before + 1 else None)
        if not any(cells):
            found.skipped.append(("blank line", at))
        elif len(cells) == width:
            rows.append(cells)
            numbers.append(at)
        elif is_total(cells[0]) or is_total(cells[-1]):
            found.skipped.append(("total row", at))
        else:
            found.oddities.append(Oddity(line=at, cells=len(cells), why="ragged", text=delimiter.join(cells)[:100]))
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    series = [pl.Series(str(place), cells, dtype=pl.String) for place, cells in enumerate(columns)]
    found.frame = found.sample = pl.DataFrame([*series, pl.Series("line", numbers, dtype=pl.Int32)])
    return found


def _fitted(cells: list[str], width: int, line: str | None) -> list[str]:
    """Empty cells beyond the header are no cells; bare quotes inside quoted cells are split at the quotes between cells."""
    if len(cells) > width and not any(cells[width:]):
        return cells[:width]
    if line is not None and line.startswith('"') and line.rstrip("\r\n").endswith('"'):
        parts = line.rstrip("\r\n")[1:-1].split('","')
        if len(parts) == width:
            return [part.replace('""', '"') for part in parts]
    return cells
