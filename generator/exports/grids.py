"""Text of an export → its tables as columns of strings, with what stood around them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from generator.exports.kind import Kind
from generator.exports.recognition import Match, Near, nearest, recognise
from generator.exports.records import Oddity, read_records

DELIMITERS = (",", ";", "\t", "|")
_HEAD = 60  # physical lines in which a header is looked for
_BLANK = re.compile(r'[\s,;|"]*')
_SEP = re.compile(r'"?sep=.?"?[\s,;|]*', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table cut out of a file; its cells are still text. Columns are named by their place ("0", "1" …), then "line"."""

    match: Match
    frame: pl.DataFrame  # of a large text, only the columns that are read
    sample: pl.DataFrame  # the first rows with all columns
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


def text_grids(text: str, only: Kind | None = None) -> list[Grid]:
    """The tables of a text file that are understood."""
    if "\n" not in text and "\r" in text:
        text = text.replace("\r", "\n")
    return [_grid(text, block) for block in _blocks(text, only)]


def nearest_header(text: str, only: Kind | None = None) -> Near | None:
    """The best explanation of a text of which no header is understood."""
    near = [nearest(cells, number, only) for number, line, _ in _lines(text, _HEAD) for cells in _splits(line)]
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


def _header(line: str, only: Kind | None) -> tuple[Match, str] | None:
    best: tuple[Match, str] | None = None
    for delimiter in DELIMITERS:
        if delimiter not in line or len(line) > 100_000:
            continue
        match = recognise(_cells(line, delimiter), only)
        if match and (best is None or len(match.columns) > len(best[0].columns)):
            best = match, delimiter
    return best


def _blocks(text: str, only: Kind | None) -> list[_Block]:
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
    match = block.match
    body = text if block.end >= len(text) else text[: block.end]
    records = read_records(body, block.start, block.line, len(match.header), block.delimiter, set(match.columns.values()))
    return Grid(match=match, frame=records.frame, sample=records.sample, header_line=block.line, title=block.title,
                comments=block.comments, delimiter=block.delimiter, skipped=(*block.skipped, *records.skipped),
                oddities=tuple(records.oddities))  # fmt: skip
