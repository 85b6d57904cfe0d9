"""Bytes of an export file → the texts and sheets inside, told by the bytes and never by the file's name."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from generator.exports.compound import is_sound
from generator.exports.octets import Octets, kept
from generator.exports.workbooks import MOST_CELLS, Sheet, UnreadableWorkbookError, read_sheets

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FLOOR = 16 << 20  # below this many bytes no ratio of packing is suspicious
_DAMAGE = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, KeyError, ValueError, struct.error)
_FOREIGN = (  # beginnings of files that are no exports
    (b"%PDF", "a PDF document"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"), (b"Rar!", "a RAR archive"), (b"7z\xbc\xaf", "a 7-Zip archive"),
)  # fmt: skip


class NotAnExportError(Exception):
    """The file is something else; the message says what."""


class TooLargeError(Exception):
    """The file holds more than is allowed once it is unpacked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A text, or a sheet of a workbook, inside a file."""

    name: str | None  # archive member or sheet; None for a plain text
    text: Octets | None = None
    sheet: Sheet | None = None


def open_parts(octets: Octets, *, unpacked: int, ratio: int) -> Iterator[Part]:
    """The parts of a file: one for a text, one a sheet, one a member of an archive (workbooks in archives included)."""
    head = octets.cut(0, 16)
    if head.startswith(b"PK\x03\x04"):
        content = octets.whole()
        _measure(content, unpacked=unpacked, ratio=ratio)
        names = [member.filename for member in _members_of(content)]
        if "xl/workbook.bin" in names:
            raise NotAnExportError("a binary .xlsb workbook, which is not read; save it as .xlsx")
        if "xl/workbook.xml" in names or "content.xml" in names:
            yield from (Part(name=sheet.name, sheet=sheet) for sheet in read_sheets(content))
        else:
            yield from _members(content, names, unpacked=unpacked, ratio=ratio)
    elif head.startswith(_OLE):
        content = octets.whole()
        if not is_sound(content, MOST_CELLS):
            raise UnreadableWorkbookError("it is damaged, or larger than any export")
        yield from (Part(name=sheet.name, sheet=sheet) for sheet in read_sheets(content))
    else:
        for beginning, what in _FOREIGN:
            if head.startswith(beginning):
                raise NotAnExportError(what)
        yield Part(name=None, text=octets)


def _members(content: bytes, names: list[str], *, unpacked: int, ratio: int) -> Iterator[Part]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in names:
            path = PurePosixPath(name)
            if name.endswith("/") or "__MACOSX" in path.parts or path.name.startswith("."):
                continue
            data = _unpacked(archive, name)
            if data.cut(0, 4) == b"PK\x03\x04" and not any(name in data.whole() for name in (b"xl/workbook", b"content.xml")):
                raise NotAnExportError("an archive inside an archive")
            for part in open_parts(data, unpacked=unpacked, ratio=ratio) if data.size else ():
                yield Part(name=path.name if part.name is None else f"{path.name}!{part.name}", text=part.text, sheet=part.sheet)


def _members_of(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        return zipfile.ZipFile(io.BytesIO(content)).infolist()
    except _DAMAGE as error:
        raise NotAnExportError("a zip archive that was not downloaded to its end, or a damaged one") from error


def _unpacked(archive: zipfile.ZipFile, name: str) -> Octets:
    try:
        with archive.open(name) as member:
            return kept(iter(lambda: member.read(1 << 20), b""))
    except _DAMAGE as error:  # RuntimeError: a password; NotImplementedError: a packing that nobody uses
        raise NotAnExportError(f"a zip archive whose member {name} cannot be unpacked") from error


def _measure(content: bytes, *, unpacked: int, ratio: int) -> None:
    """Unpack and count, because an archive may lie about the sizes of its members."""
    total = 0
    for member in _members_of(content):
        if member.compress_type != zipfile.ZIP_DEFLATED:
            total += member.compress_size
            continue
        head = content[member.header_offset : member.header_offset + 30]
        if len(head) < 30:
            continue
        name, extra = struct.unpack("<HH", head[26:30])
        start = member.header_offset + 30 + name + extra
        engine, position = zlib.decompressobj(-15), start
        data = content[position : position + (1 << 16)]
        while data and not engine.eof:
            try:
                total += len(engine.decompress(data, 1 << 20))
            except zlib.error as error:
                raise NotAnExportError("a damaged zip archive") from error
            if total > unpacked:
                raise TooLargeError(f"unpacked, it is larger than the limit workbook_bytes, {unpacked:,} bytes")
            if total > _FLOOR and total > ratio * len(content):
                raise TooLargeError(f"unpacked, it is more than {ratio} times larger (limit workbook_ratio)")
            data = engine.unconsumed_tail
            if not data:
                position += 1 << 16
                data = content[position : position + (1 << 16)]
