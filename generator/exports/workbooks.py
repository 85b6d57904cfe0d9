"""Workbooks (.xlsx, .xls, .ods) → sheets as rows of text; the one place that knows calamine."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from xml.etree.ElementTree import Element, ParseError, iterparse

import python_calamine

from generator.exports.compound import broken_cells
from generator.exports.dates import STAMP
from generator.exports.numbers import NUMBER

MOST_CELLS = 8_000_000  # 100,000 rows of 80 columns; calamine takes 24 bytes for each, filled or not
BROKEN = "\ue002"  # goes before what stands for a cell that holds an error, or a formula without its value
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_ERROR = re.compile(r"#(?:REF|VALUE|DIV/0|NUM|NULL)!|#NAME\?|#N/A|Err:\d{3}")
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_DAMAGE = (
    python_calamine.CalamineError, python_calamine.XmlError, python_calamine.ZipError, zipfile.BadZipFile, zlib.error, ParseError,
    OSError, RuntimeError, NotImplementedError, EOFError, KeyError, ValueError, struct.error,
)  # fmt: skip


class UnreadableWorkbookError(Exception):
    """The bytes look like a workbook and are none, or one with a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One worksheet; `rows[0]` is row 1."""

    name: str
    visible: bool
    rows: list[list[str]]


def read_sheets(content: bytes) -> Iterator[Sheet]:
    """The worksheets in their order; charts and macros are passed over."""
    try:
        broken = _broken_cells(content) if content.startswith(b"PK") else broken_cells(content)
        book = python_calamine.CalamineWorkbook.from_object(io.BytesIO(content))
        for place, about in enumerate(book.sheets_metadata):
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            values = book.get_sheet_by_index(place).to_python(skip_empty_area=False)
            rows = [[_text(value) for value in row] for row in values]
            for (row, column), word in broken.get(about.name, {}).items():
                if row < len(rows):
                    rows[row] += [""] * (column + 1 - len(rows[row]))  # a last cell without a value is none to calamine
                    rows[row][column] = BROKEN + word
            visible = about.visible == python_calamine.SheetVisibleEnum.Visible
            yield Sheet(name=about.name, visible=visible, rows=rows)
    except python_calamine.PasswordError as error:
        raise UnreadableWorkbookError("it is protected by a password") from error
    except UnreadableWorkbookError:
        raise
    except _DAMAGE as error:
        raise UnreadableWorkbookError(str(error).splitlines()[0] if str(error) else "it is damaged") from error
    except BaseException as error:  # a panic of calamine's Rust code is no Exception, and its class cannot be imported
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableWorkbookError("it is damaged") from None


def _text(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return str(value).upper()
        case int():
            return f"{NUMBER}{value}"
        case float():
            return f"{NUMBER}{int(value)}" if value.is_integer() and abs(value) < 1e18 else f"{NUMBER}{value!r}"
        case datetime():
            return STAMP + value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
        case date():
            return STAMP + value.isoformat()
        case time():
            return f"{NUMBER}{value.hour * 3600 + value.minute * 60 + value.second}"
        case timedelta():
            return f"{NUMBER}{value.total_seconds()!r}"
        case _:
            return ""


def _broken_cells(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Cells that calamine shows as empty though they are not: errors, and formulas whose value was never stored."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = set(archive.namelist())
        if "content.xml" in members:
            return _broken_in_open_document(archive.read("content.xml"))
        if "xl/workbook.xml" not in members or "xl/_rels/workbook.xml.rels" not in members:
            return found
        targets = {
            element.get("Id"): element.get("Target", "").removeprefix("/xl/")
            for element in _elements(archive.read("xl/_rels/workbook.xml.rels"))
        }
        for element in _elements(archive.read("xl/workbook.xml")):
            if element.tag != f"{_SHEET}sheet":
                continue
            member = f"xl/{targets.get(element.get(_RELATION), '')}"
            if member in members:
                data = archive.read(member)
                _check_extent(data)
                if b't="e"' in data or b"<f" in data:
                    found[element.get("name", "")] = _broken_in(data)
    return found


def _elements(data: bytes) -> Iterator[Element]:
    if b"<!DOCTYPE" in data[:1000]:
        raise UnreadableWorkbookError("its XML declares entities, which no platform writes")
    for _, element in iterparse(io.BytesIO(data)):  # noqa: S314 - no entities, and the sizes were checked before
        yield element


def _check_extent(data: bytes) -> None:
    """One cell at XFD1048576 makes a sheet of 17 thousand million cells."""
    rows, columns = 0, 0
    for found in _CELL.finditer(data):
        columns = max(columns, _place(found[1].decode())[1] + 1)
        rows = max(rows, int(found[2]))
    if rows * columns > MOST_CELLS:
        raise UnreadableWorkbookError(f"a sheet spans {rows:,} rows and {columns:,} columns; at most {MOST_CELLS:,} cells are read")


def _broken_in_open_document(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """As for the sheets of Excel. A cell or a row may say that it is repeated a million times: that many are refused."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    cells, number, rows = 0, 0, list[tuple[int, dict[int, str]]]()
    for element in _elements(data):
        if element.tag == f"{_TABLE}table-row":
            times = int(element.get(f"{_TABLE}number-rows-repeated", 1))
            cells += times * sum(int(cell.get(f"{_TABLE}number-columns-repeated", 1)) for cell in element if len(cell))
            if cells > MOST_CELLS:
                raise UnreadableWorkbookError(f"a sheet has more than {MOST_CELLS:,} cells")
            if broken := _broken_in_row(element):
                rows.append((number, broken))
            number += times
            element.clear()
        elif element.tag == f"{_TABLE}table":
            found[element.get(f"{_TABLE}name", "")] = {(row, column): word for row, words in rows for column, word in words.items()}
            number, rows = 0, []
    return found


def _broken_in_row(row: Element) -> dict[int, str]:
    found: dict[int, str] = {}
    column = 0
    for cell in row:
        text = "".join(cell.itertext())
        if cell.get(f"{_CALC}value-type") == "error" or _ERROR.fullmatch(text):
            found[column] = text or "#ERROR"
        elif cell.get(f"{_TABLE}formula") and not cell.get(f"{_OFFICE}value-type"):
            found[column] = "a formula without a stored value"
        column += int(cell.get(f"{_TABLE}number-columns-repeated", 1))
    return found


def _broken_in(data: bytes) -> dict[tuple[int, int], str]:
    cells: dict[tuple[int, int], str] = {}
    for element in _elements(data):
        if element.tag != f"{_SHEET}c":
            continue
        value = element.findtext(f"{_SHEET}v") or ("" if element.get("t") in ("str", "inlineStr") else None)
        if element.get("t") == "e":
            cells[_place(element.get("r", "A1"))] = value or "#ERROR"
        elif value is None and element.find(f"{_SHEET}f") is not None:
            cells[_place(element.get("r", "A1"))] = "a formula without a stored value"
        element.clear()
    return cells


def _place(reference: str) -> tuple[int, int]:
    """ "B3" → (2, 1), "B" → (-1, 1)."""
    column = 0
    for character in reference:
        if not character.isalpha():
            break
        column = column * 26 + ord(character.upper()) - 64
    return int("".join(c for c in reference if c.isdigit()) or 0) - 1, column - 1
