"""Bytes of a file, in memory or left on the disk: a text of 300 MB is looked at piece by piece and never held whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

SMALL = 4 << 20  # what fits is kept in memory
_BLOCK = 1 << 20
_LINE = 1 << 20  # a longer line is no header, and no more of it is needed


class _Disk:
    """An open file; read by place, so that a file cut short meanwhile gives less and never a crash."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def cut(self, start: int, end: int) -> bytes:
        parts: list[bytes] = []
        while start < end and (part := os.pread(self._file.fileno(), end - start, start)):
            parts.append(part)
            start += len(part)
        return b"".join(parts)

    def __del__(self) -> None:
        self._file.close()


class Octets:
    """A stretch of bytes with a beginning and an end."""

    __slots__ = ("_source", "_start", "size")

    def __init__(self, source: bytes | _Disk, start: int, size: int) -> None:
        self._source, self._start, self.size = source, start, size

    def cut(self, start: int, end: int) -> bytes:
        """The bytes from one place to another; fewer where there are no more."""
        start, end = self._start + start, self._start + min(end, self.size)
        return self._source[start:end] if isinstance(self._source, bytes) else self._source.cut(start, end)

    def whole(self) -> bytes:
        return self.cut(0, self.size)

    def behind(self, count: int) -> Octets:
        """All but the first bytes."""
        return Octets(self._source, self._start + count, max(0, self.size - count))

    def blocks(self) -> Iterator[bytes]:
        """All bytes in order, a megabyte at a time."""
        place = 0
        while block := self.cut(place, place + _BLOCK):
            yield block
            place += len(block)

    def lines(self, most: int | None = None) -> Iterator[tuple[int, str, int]]:
        """(number, UTF-8 text without its end, place behind it) of each line."""
        number, place, began = 0, 0, b""
        for block in self.blocks():
            *parts, rest = block.split(b"\n")
            for part in parts:
                line, began = began + part, b""
                number, place = number + 1, place + len(part) + 1
                yield number, line.decode("utf-8", "replace").rstrip("\r"), place
                if number == most:
                    return
            place += len(rest)
            began = (began + rest)[:_LINE]
        if began:
            yield number + 1, began.decode("utf-8", "replace").rstrip("\r"), place


def in_memory(data: bytes) -> Octets:
    return Octets(data, 0, len(data))


def on_disk(path: Path) -> Octets:
    """A file as it is now. Raises OSError where it cannot be opened."""
    file = path.open("rb")
    size = os.fstat(file.fileno()).st_size
    if size > SMALL:
        return Octets(_Disk(file), 0, size)
    with file:
        return in_memory(file.read())


def kept(blocks: Iterable[bytes]) -> Octets:
    """What a stream holds: in memory while that is little, then in a file that nobody else sees."""
    small: list[bytes] = []
    file, size = None, 0
    for block in blocks:
        size += len(block)
        if file is None:
            small.append(block)
            if size > SMALL:
                file = TemporaryFile()  # noqa: SIM115 - closed with the last of those who read it
                file.writelines(small)
                small.clear()
        else:
            file.write(block)
    if file is None:
        return in_memory(b"".join(small))
    file.flush()
    return Octets(_Disk(file), 0, size)
