"""A whole folder tree in one digest of names, sizes, times and inodes: unchanged means that no file needs to be read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.digests import digest

Stamp = tuple[int, int, int]  # size, time and inode of a file

SKIPPED = frozenset({"__pycache__", ".git"})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every file below some files and folders, and one digest of them all."""

    digest: str
    stamps: Mapping[str, Stamp]


def snapshot(paths: Iterable[Path]) -> Snapshot:
    """Of every file below the given files and folders; one that is absent counts as such."""
    stamps: dict[str, Stamp] = {}
    others = [line for path in paths for line in _below(path, stamps)]
    lines = [f"{name} {size} {time} {inode}" for name, (size, time, inode) in stamps.items()]
    return Snapshot(digest("\n".join([*others, *lines]).encode("utf-8", "surrogateescape")), stamps)


def _below(path: Path, stamps: dict[str, Stamp]) -> Iterator[str]:
    """Notes every file; yields what has no stamp: folders, and what is absent."""
    try:
        status = path.stat()
    except OSError:
        yield f"{path} absent"
        return
    if not path.is_dir():
        stamps[str(path)] = _stamp(status)
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
                    stamps[entry.path] = _stamp(entry.stat(follow_symlinks=entry.is_file()))


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns, status.st_ino


def stamp_of(path: Path | str) -> Stamp | None:
    """Size, time and inode of a file, or None when it is absent."""
    try:
        status = os.stat(path)  # noqa: PTH116  # a build asks this of every file: twice as fast as by way of pathlib
    except OSError:
        return None
    return _stamp(status)
