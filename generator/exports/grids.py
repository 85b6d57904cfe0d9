"""Text of an export → its tables as columns of strings, with what stood around them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from generator.exports.kind import Kind
from generator.exports.octets import SMALL, Octets
from generator.exports.recognition import Match, Near, nearest, recognise
from generator.exports.records import Body, Records

DELIMITERS = (",", ";", "\t", "|")
_HEAD = 60  # physical lines in which a header is looked for
_BLANK = re.compile(r'[\s,;|"]*')
_SEP = re.compile(r'"?sep=.?"?[\s,;|]*', re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table cut out of a file; its cells are still text. Columns are named by their place ("0", "1" …), then "line"."""

    match: Match
    records: Records  # of a large text only the first ones, with all columns: the rest is in `body`
    header_line: int
    body: Body | None = None
    title: str | None = None
    comments: tuple[str, ...] = ()
    sheet: str | None = None
    delimiter: str | None = None
    skipped: tuple[tuple[str, int], ...] = ()  # (why, line) of lines before the header

    @property
    def frame(self) -> pl.DataFrame:
        return self.records.frame


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


def text_grids(text: Octets, only: Kind | None = None) -> list[Grid]:
    """The tables of a text file that are understood."""
    return [_grid(text, block) for block in _blocks(text, only)]


def whole(grid: Grid) -> Grid:
    """The same table, all of it read."""
    if grid.body is None:
        return grid
    return replace(grid, records=grid.body.joined(set(grid.match.columns.values()) | {0}), body=None)


def nearest_header(text: Octets, only: Kind | None = None) -> Near | None:
    """The best explanation of a text of which no header is understood."""
    near = [nearest(cells, number, only) for number, line, _ in text.lines(_HEAD) for cells in _splits(line)]
    return max((n for n in near if n), key=lambda n: len(n.header), default=None)


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


def _blocks(text: Octets, only: Kind | None) -> list[_Block]:
    """Only files with comment lines stack tables: elsewhere a blank line is a blank line."""
    stacked = text.cut(0, 1 << 16).lstrip(b' "\r\n').startswith(b"#")
    blocks: list[_Block] = []
    comments: list[str] = []
    skipped: list[tuple[str, int]] = []
    title: str | None = None
    open_block: tuple[Match, str, int, int] | None = None
    fresh = True  # the next line may be a header: nothing but comments and blanks since the last table
    for number, line, behind in text.lines(None if stacked else _HEAD):
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
        blocks.append(_block(open_block, text.size, title, comments, skipped))
    return blocks


def _first_cell(line: str) -> str:
    return next(iter(_cells(line, ",")), "") if line.startswith('"') else line.strip().strip('",;\t|').strip()


def _block(
    header: tuple[Match, str, int, int], end: int, title: str | None, comments: Sequence[str], skipped: Sequence[tuple[str, int]]
) -> _Block:
    match, delimiter, line, start = header
    return _Block(match=match, line=line, start=start, end=max(start, end), delimiter=delimiter, title=title,
                  comments=tuple(comments), skipped=tuple(skipped))  # fmt: skip


def _grid(text: Octets, block: _Block) -> Grid:
    body = Body(text=text, start=block.start, end=block.end, line=block.line, width=len(block.match.header), delimiter=block.delimiter)
    large = body.size > SMALL
    records = body.beginning() if large else body.records()
    return Grid(match=block.match, records=records, body=body if large else None, header_line=block.line, title=block.title,
                comments=block.comments, delimiter=block.delimiter, skipped=block.skipped)  # fmt: skip
