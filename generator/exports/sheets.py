"""A worksheet → its table, in the same form as one cut out of a text."""

from __future__ import annotations

import polars as pl

from generator.exports.grids import Grid
from generator.exports.kind import Kind
from generator.exports.numbers import NUMBER
from generator.exports.recognition import Match, Near, nearest, recognise
from generator.exports.records import Records
from generator.exports.workbooks import Sheet

_HEAD = 15  # rows in which a header is looked for


def sheet_grid(sheet: Sheet, only: Kind | None = None) -> Grid | None:
    """The table of a sheet; None when no header is understood."""
    found = _header(sheet, only)
    if found is None:
        return None
    place, match = found
    width = len(match.header)
    skipped = [("preamble" if any(row) else "blank line", number) for number, row in enumerate(sheet.rows[:place], 1)]
    rows: list[list[str]] = []
    lines: list[int] = []
    for number, row in enumerate(sheet.rows[place + 1 :], place + 2):
        if any(cell.strip() for cell in row):
            rows.append([*row[:width], *[""] * (width - len(row))])
            lines.append(number)
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    frame = pl.DataFrame(
        [pl.Series(str(number), cells, dtype=pl.String) for number, cells in enumerate(columns)]
        + [pl.Series("line", lines, dtype=pl.Int32)]
    )
    above = [cell for row in sheet.rows[:place] for cell in row if cell]
    return Grid(match=match, records=Records(frame), header_line=place + 1, title=above[-1] if above else None, sheet=sheet.name,
                skipped=tuple(skipped))  # fmt: skip


def nearest_row(sheet: Sheet, only: Kind | None = None) -> Near | None:
    """The best explanation of a sheet of which no header is understood."""
    near = [nearest(row, None, only) for row in sheet.rows[:_HEAD]]
    return max((n for n in near if n), key=lambda n: len(n.header), default=None)


def _header(sheet: Sheet, only: Kind | None) -> tuple[int, Match] | None:
    for place, row in enumerate(sheet.rows[:_HEAD]):
        cells = [cell.removeprefix(NUMBER) for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        match = recognise(cells, only)
        if match is not None:
            return place, match
    return None
