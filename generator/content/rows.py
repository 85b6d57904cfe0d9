"""A CSV file kept by hand or by a spreadsheet → rows that know their line, under headings that are checked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from generator.content.walk import relative
from generator.located import read_text
from generator.model.site import Site
from generator.problems import Location, Problems, did_you_mean

NEARLY = 0.8  # likeness from which on a heading is taken for a known one, misspelt

if TYPE_CHECKING:
    from _csv import Reader


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a CSV file that knows its line and can complain about a cell."""

    cells: Mapping[str, str]
    at: Location
    problems: Problems

    def refuse(self, code: str, column: str, message: str, fix: str) -> None:
        self.problems.add(code, f'column "{column}": {message}', self.at, fix=fix)

    def read(self, column: str, reader: Callable[[str], str]) -> str | None:
        """What a field's own reader makes of a cell; None where it is empty, or refused in the reader's words."""
        text = self.cells.get(column, "")
        try:
            return reader(text) if text else None
        except PydanticCustomError as error:
            self.refuse(error.type, column, error.message(), str((error.context or {})["fix"]))
            return None


def read_rows(
    path: Path, site: Site, known: Sequence[str], required: Sequence[str], problems: Problems, *, more: bool = False
) -> Iterator[Row]:
    """Rows under their headings. `more`: whether there may be further columns, of names that are not nearly known ones."""
    name = relative(path, site.root)
    text = read_text(path, name, problems, limit=site.limits.csv_bytes, table=True)
    if text is None:
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text.partition("\n")[0], known), strict=True)
    try:
        yield from _rows(reader, name, known, required, problems, more=more)
    except csv.Error as error:  # a quotation mark that is never closed would swallow every row after it
        fix = "close each quotation mark, and write one inside a quoted cell twice"
        problems.add("unreadable-row", f"the file cannot be read from here on: {error}", Location(path=name, line=reader.line_num), fix=fix)


def delimiter_of(head: str, known: Sequence[str]) -> str:
    """What stands between the known headings of a file's first line: a comma, a tab, or a semicolon, as Excel writes it in Paris."""
    return max(",;\t", key=lambda mark: sum(cell.strip(' "').lower() in known for cell in head.split(mark)))


def _rows(reader: Reader, name: str, known: Sequence[str], required: Sequence[str], problems: Problems, *, more: bool) -> Iterator[Row]:
    header = [cell.strip().lower() for cell in next(reader, [])]
    if not _header_fits(header, known, required, name, problems, more=more):
        return
    line = reader.line_num + 1
    for cells in reader:
        at = Location(path=name, line=line)
        line = reader.line_num + 1
        if not any(cells):
            continue
        if len(cells) != len(header):
            problems.add(
                "ragged-row",
                f"the row has {len(cells)} cells; the header has {len(header)}",
                at,
                fix="quote texts that hold a comma or a line break",
            )
            continue
        yield Row(dict(zip(header, (cell.strip() for cell in cells), strict=True)), at, problems)


def _header_fits(
    header: Sequence[str], known: Sequence[str], required: Sequence[str], name: str, problems: Problems, *, more: bool
) -> bool:
    at = Location(path=name, line=1)
    unknown = [column for column in header if column not in known]
    if more:
        unknown = [column for column in unknown if not column or get_close_matches(column, known, n=1, cutoff=NEARLY)]
    missing = [column for column in required if column not in header]
    for column in unknown:
        near = did_you_mean(column, known)
        problems.add("unknown-column", f'unknown column "{column}"' + (f"; {near}" if near else ""), at, fix=f"columns: {', '.join(known)}")
    for column in missing:
        problems.add(
            "missing-column", f'the column "{column}" is missing', at, fix=f"the first line must name it; columns: {', '.join(known)}"
        )
    return not unknown and not missing
