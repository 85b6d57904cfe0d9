"""Looks into an old Office file before calamine reads it: chains of sectors that run in a circle, cells beyond the sheet's edge, errors.

The first two make calamine ask for memory until there is none; 20 damaged bytes are enough. Cells that hold an error it shows as empty.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_END = 0xFFFFFFFA  # numbers from here on are marks, not sectors


_CELLS = (0x06, 0x7E, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x203, 0x204, 0x205, 0x27E)  # records that begin with a row and a column
_BOOLEAN_OR_ERROR, _FORMULA, _NAME = 0x205, 0x06, 0x85
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_SHEET = 0x809  # the record with which a sheet begins


def is_sound(content: bytes, most_cells: int) -> bool:
    """Whether every chain comes to an end, and no sheet spans more cells than that."""
    try:
        shift, tables = struct.unpack_from("<H", content, 30)[0], _table_sectors(content)
        if shift not in (9, 12) or tables is None:
            return False
        chains = [number for sector in tables for number in _sector(content, sector, 1 << shift)]
        if not _ends(chains):
            return False
        small = [
            number for sector in _chain(chains, struct.unpack_from("<I", content, 60)[0]) for number in _sector(content, sector, 1 << shift)
        ]
        return _ends(small) and _spans(_book(content, chains, 1 << shift)) <= most_cells
    except struct.error:
        return False


def _sector(content: bytes, sector: int, size: int) -> Sequence[int]:
    start = (sector + 1) * size
    data = content[start : start + size]
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])


def _table_sectors(content: bytes) -> list[int] | None:
    """Where the sector table is: 109 places in the header, more in a chain of its own; None when that runs in a circle."""
    size = 1 << (struct.unpack_from("<H", content, 30)[0] & 15)
    places = list(struct.unpack_from("<109I", content, 76))
    sector, seen = struct.unpack_from("<I", content, 68)[0], set()
    while sector < _END:
        if sector in seen:
            return None
        seen.add(sector)
        numbers = _sector(content, sector, size)
        if not numbers:
            break
        places += numbers[:-1]
        sector = numbers[-1]
    places = [place for place in places if place < _END]
    return places if len(places) == len(set(places)) else None


def _chain(chains: Sequence[int], sector: int) -> list[int]:
    found: list[int] = []
    while sector < len(chains):
        found.append(sector)
        sector = chains[sector]
    return found


def _ends(chains: Sequence[int]) -> bool:
    """No circle: each sector is followed once, and a walk never meets its own steps."""
    walked = [0] * len(chains)
    for start in range(len(chains)):
        sector, walk = start, start + 1
        while sector < len(chains) and not walked[sector]:
            walked[sector] = walk
            sector = chains[sector]
        if sector < len(chains) and walked[sector] == walk:
            return False
    return True


def _book(content: bytes, chains: Sequence[int], size: int) -> bytes:
    """The stream that holds the sheets; those too small to have sectors of their own hold no sheet worth the name."""
    entries = b"".join(_bytes(content, sector, size) for sector in _chain(chains, struct.unpack_from("<I", content, 48)[0]))
    for place in range(0, len(entries) - 127, 128):
        name = entries[place : place + 64].decode("utf-16-le", "replace").partition("\0")[0]
        if name in ("Workbook", "Book"):
            return b"".join(_bytes(content, sector, size) for sector in _chain(chains, struct.unpack_from("<I", entries, place + 116)[0]))
    return b""


def _bytes(content: bytes, sector: int, size: int) -> bytes:
    return content[(sector + 1) * size : (sector + 2) * size]


def _spans(book: bytes) -> int:
    """Cells of the largest sheet, from its first row and column to its last."""
    place, rows, columns, largest = 0, 0, 0, 0
    while place + 8 <= len(book):
        kind, length, row, column = struct.unpack_from("<4H", book, place)
        if kind == _SHEET:
            rows, columns = 0, 0
        elif kind in _CELLS:
            if kind in (0xBD, 0xBE) and length >= 6:  # several cells of one row; the last column stands at the end
                column = max(column, struct.unpack_from("<H", book, min(place + 2 + length, len(book) - 2))[0])
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            largest = max(largest, rows * columns)
        place += 4 + length
    return largest


def broken_cells(content: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet → cells that hold an error. Of a file that is sound."""
    shift = struct.unpack_from("<H", content, 30)[0]
    chains = [number for sector in _table_sectors(content) or () for number in _sector(content, sector, 1 << shift)]
    book = _book(content, chains, 1 << shift)
    names: dict[int, str] = {}
    found: dict[str, dict[tuple[int, int], str]] = {}
    place, sheet = 0, ""
    while place + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, place)
        data = book[place + 4 : place + 4 + length]
        if kind == _NAME and length > 8:
            names[struct.unpack_from("<I", data)[0]] = data[8:].decode("utf-16-le" if data[7] & 1 else "latin-1", "replace")
        elif kind == _SHEET:
            sheet = names.get(place, "")
        elif word := _error(kind, data):
            row, column = struct.unpack_from("<HH", data)
            found.setdefault(sheet, {})[row, column] = word
        place += 4 + length
    return found


def _error(kind: int, data: bytes) -> str | None:
    """The error that a cell shows, by itself or as what its formula came to."""
    if kind == _BOOLEAN_OR_ERROR and len(data) >= 8 and data[7]:
        return _ERRORS.get(data[6], "#ERROR")
    if kind == _FORMULA and len(data) >= 14 and data[12:14] == b"\xff\xff" and data[6] == 2:
        return _ERRORS.get(data[8], "#ERROR")
    return None
