"""press.csv → what the press said of a campaign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from generator.content.rows import Row, read_rows
from generator.model.blocks import Piece
from generator.model.site import Site
from generator.problems import Problems

COLUMNS = ("outlet", "title", "date", "link")


def read_press(folder: Path, site: Site, problems: Problems) -> tuple[Piece, ...]:
    path = folder / "press.csv"
    if not path.exists():
        return ()
    rows = read_rows(path, site, COLUMNS, COLUMNS[:3], problems)
    return tuple(piece for row in rows for piece in _piece(row))


def _piece(row: Row) -> Iterator[Piece]:
    """One, unless a cell is no date, no address, or empty."""
    for column in COLUMNS[:3]:
        if not row.cells[column]:
            row.refuse("empty-value", column, "the cell is empty", "fill it in, or take the row out")
            return
    try:
        yield Piece.model_validate({name: cell for name, cell in row.cells.items() if cell})
    except ValidationError as error:
        for each in error.errors():
            row.refuse(each["type"], str(each["loc"][0]), each["ctx"]["text"], each["ctx"]["fix"])
