"""A whole folder tree in one digest of names, sizes, times and inodes: unchanged means that no file needs to be read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.digests import digest

Stamp = tuple[int, int, int]  # size, time and inode of a file

SKIPPED = frozenset({"__pycache__", ".git"})


def snapshot(paths: Iterable[Path]) -> str:
    """Digest of every file below the given files and folders; one that is absent counts as such."""
    return digest("\n".join(line for path in paths for line in _lines(path)).encode("utf-8", "surrogateescape"))


def _lines(path: Path) -> Iterator[str]:
    try:
        status = path.stat()
    except OSError:
        yield f"{path} absent"
        return
    if not path.is_dir():
        yield _line(str(path), status)
        return
    pending = [str(path)]
    while pending:
        folder = pending.pop()
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name in SKIPPED:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    yield entry.path
                    pending.append(entry.path)
                else:
                    yield _line(entry.path, entry.stat(follow_symlinks=True) if entry.is_file() else entry.stat(follow_symlinks=False))


def _line(name: str, status: os.stat_result) -> str:
    return f"{name} {status.st_size} {status.st_mtime_ns} {status.st_ino}"


def stamp_of(path: Path | str) -> Stamp | None:
    """Size, time and inode of a file, or None when it is absent."""
    try:
        status = os.stat(path)  # noqa: PTH116  # a build asks this of every file: twice as fast as by way of pathlib
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino
