"""A table of the data annex → CSV that the client's spreadsheet opens by a double click, the same bytes in the room and inside the PDF."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Mapping
from decimal import Decimal
from io import StringIO
from typing import Any

from generator.model.annex import MARKS, Marks
from generator.model.cells import as_text


def csv_bytes(table: Mapping[str, Any], language: str) -> bytes:
    """A row of headings, then the rows; figures are exact, and empty where nothing is known."""
    marks, text = MARKS[language], StringIO()
    writer = csv.writer(text, delimiter=marks.separator, lineterminator="\r\n")
    writer.writerows([_cell(value, marks) for value in row] for row in (table["head"], *table["rows"]))
    return BOM_UTF8 + text.getvalue().encode()


def _cell(value: str | float | None, marks: Marks) -> str:
    if value is None:
        return ""
    return as_text(value) if isinstance(value, str) else _number(value).replace(".", marks.decimal)


def _number(value: float) -> str:
    """All its digits and no exponent: 1230000, 0.0335, -12."""
    return format(Decimal(str(value)), "f").removesuffix(".0")
