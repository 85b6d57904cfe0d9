"""Text of an export → its tables as columns of strings, with what stood around them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from generator.exports.headers import normal
from generator.exports.recognition import Match, Near, nearest, recognise

DELIMITERS = (",", ";", "\t", "|")
_HEAD = 60  # physical lines in which a header is looked for
_TOTAL = re.compile(r"(grand )?(total|totals|totaux|totales|gesamt|gesamtsumme|summe|total general|total global)( ?:.*)?")
_BLANK = re.compile(r'[\s,;|"]*')
_SEP = re.compile(r'"?sep=.?"?[\s,;|]*', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """A record that is not a row of the table: too long, too short, or cut at the end of the file."""

    line: int
    cells: int
    why: str  # "ragged", "truncated", "too long"
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table cut out of a file; its cells are still text. Columns are named by their place ("0", "1" …), then "line"."""

    match: Match
    frame: pl.DataFrame
    header_line: int
    title: str | None = None
    comments: tuple[str, ...] = ()
    sheet: str | None = None
    delimiter: str | None = None
    skipped: tuple[tuple[str, int], ...] = ()  # (why, line) of lines that are not rows
    oddities: tuple[Oddity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    match: Match
    line: int
    start: int
    end: int
    delimiter: str
    title: str | None
    comments: tuple[str, ...]
    skipped: tuple[tuple[str, int], ...]


def is_total(text: str) -> bool:
    """Whether a cell says that its row is a sum of others."""
    return _TOTAL.fullmatch(normal(text)) is not None


def text_grids(text: str, only: str | None = None) -> list[Grid]:
    """The tables of a text file that are understood."""
    if "\n" not in text and "\r" in text:
        text = text.replace("\r", "\n")
    return [_grid(text, block) for block in _blocks(text, only)]


def nearest_header(text: str) -> Near | None:
    """The best explanation of a text of which no header is understood."""
    near = [nearest(cells) for _, line, _ in _lines(text, _HEAD) for cells in _splits(line)]
    return max((n for n in near if n), key=lambda n: len(n.header), default=None)


def _lines(text: str, count: int | None = None) -> Iterator[tuple[int, str, int]]:
    """(number, line without its end, offset behind it)."""
    position, number = 0, 0
    while position < len(text) and (count is None or number < count):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end + 1
        number += 1
        yield number, text[position:end].rstrip("\r\n"), end
        position = end


def _splits(line: str) -> Iterator[list[str]]:
    for delimiter in DELIMITERS:
        if delimiter in line:
            yield _cells(line, delimiter)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _header(line: str, only: str | None) -> tuple[Match, str] | None:
    best: tuple[Match, str] | None = None
    for delimiter in DELIMITERS:
        if delimiter not in line or len(line) > 100_000:
            continue
        match = recognise(_cells(line, delimiter), only)
        if match and (best is None or len(match.columns) > len(best[0].columns)):
            best = match, delimiter
    return best


def _blocks(text: str, only: str | None) -> list[_Block]:
    """Only files with comment lines stack tables: elsewhere a blank line is a blank line."""
    stacked = text.lstrip(' "\r\n').startswith("#")
    blocks: list[_Block] = []
    comments: list[str] = []
    skipped: list[tuple[str, int]] = []
    title: str | None = None
    open_block: tuple[Match, str, int, int] | None = None
    fresh = True  # the next line may be a header: nothing but comments and blanks since the last table
    for number, line, behind in _lines(text, None if stacked else _HEAD):
        blank = _BLANK.fullmatch(line) is not None
        if open_block is not None:
            if blank:
                blocks.append(_block(open_block, behind - 1, title, comments, skipped))
                open_block, skipped, fresh = None, [], True
            continue
        if blank:
            fresh = True
        elif _SEP.fullmatch(line):
            skipped.append(("separator line", number))
        elif line.lstrip('" ').startswith("#"):
            comments.append(line.strip().strip('"').rstrip(",;\t|").lstrip("#").strip())
        elif fresh or not stacked:
            header = _header(line, only)
            if header is None:
                title, fresh = _first_cell(line), False
                skipped.append(("preamble", number))
                continue
            open_block = (*header, number, behind)
            if not stacked:
                break
    if open_block is not None:
        blocks.append(_block(open_block, len(text), title, comments, skipped))
    return blocks


def _first_cell(line: str) -> str:
    return next(iter(_cells(line, ",")), "") if line.startswith('"') else line.strip().strip('",;\t|').strip()


def _block(
    header: tuple[Match, str, int, int], end: int, title: str | None, comments: Sequence[str], skipped: Sequence[tuple[str, int]]
) -> _Block:
    match, delimiter, line, start = header
    return _Block(match=match, line=line, start=start, end=max(start, end), delimiter=delimiter, title=title,
                  comments=tuple(comments), skipped=tuple(skipped))  # fmt: skip


def _grid(text: str, block: _Block) -> Grid:
    width = len(block.match.header)
    rows: list[list[str]] = []
    numbers: list[int] = []
    skipped = list(block.skipped)
    oddities: list[Oddity] = []
    lines = list(io.StringIO(text[block.start : block.end], newline=""))
    records = csv.reader(lines, delimiter=block.delimiter)
    while True:
        before = records.line_num
        line = block.line + before + 1
        try:
            cells = next(records, None)
        except csv.Error as error:
            oddities.append(Oddity(line=line, cells=0, why="too long" if "limit" in str(error) else "unreadable", text=str(error)))
            continue
        if cells is None:
            break
        if len(cells) != width:
            cells = _fitted(cells, width, lines[before] if records.line_num == before + 1 else None)
        if not any(cells):
            skipped.append(("blank line", line))
        elif len(cells) == width:
            rows.append(cells)
            numbers.append(line)
        elif is_total(cells[0]) or is_total(cells[-1]):
            skipped.append(("total row", line))
        else:
            oddities.append(Oddity(line=line, cells=len(cells), why="ragged", text=block.delimiter.join(cells)[:100]))
    if oddities and oddities[-1].cells < width and oddities[-1].line > (numbers[-1] if numbers else 0):
        last = oddities.pop()
        oddities.append(Oddity(line=last.line, cells=last.cells, why="truncated" if last.why == "ragged" else last.why, text=last.text))
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    frame = pl.DataFrame(
        [pl.Series(str(place), cells, dtype=pl.String) for place, cells in enumerate(columns)]
        + [pl.Series("line", numbers, dtype=pl.Int32)]
    )
    return Grid(match=block.match, frame=frame, header_line=block.line, title=block.title, comments=block.comments,
                delimiter=block.delimiter, skipped=tuple(skipped), oddities=tuple(oddities))  # fmt: skip


def _fitted(cells: list[str], width: int, line: str | None) -> list[str]:
    """Empty cells beyond the header are no cells; bare quotes inside quoted cells are split at the quotes between cells."""
    if len(cells) > width and not any(cells[width:]):
        return cells[:width]
    if line is not None and line.startswith('"') and line.rstrip("\r\n").endswith('"'):
        parts = line.rstrip("\r\n")[1:-1].split('","')
        if len(parts) == width:
            return [part.replace('""', '"') for part in parts]
    return cells
