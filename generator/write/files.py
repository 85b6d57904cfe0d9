"""One file: its bytes beside their place, and whether they are there already."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from generator.digests import digest, short_digest
from generator.facts import Fact, Stamp, stamp_of
from generator.model.outputs import Laid, Result

TEMPORARY = ".bilan-tmp"


def holds(folder: Path, fact: Fact, stamps: Mapping[str, Stamp]) -> bool:
    """Whether the output folder still has the bytes that were written; they are read only when the stamp differs."""
    path = folder / fact.path
    stamp = stamp_of(path)
    if stamp is None:
        return False
    return stamp == stamps.get(fact.path) or (path.is_file() and digest(path.read_bytes()) == fact.payload)


def put_in_place(path: Path, payload: bytes) -> bool:
    """Writes one file beside and replaces; identical bytes are left alone. True when the file changed."""
    if _has(str(path), payload):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    Path(write_beside(str(path), payload)).replace(path)
    return True


def rewrite(path: Path, payload: bytes, like: Path | None = None) -> None:
    """A file of the site's own: whoever might read it before still may; a new one is for those who may read `like`."""
    mode = (path if path.exists() or like is None else like).stat().st_mode & 0o777
    put_in_place(path, payload)
    path.chmod(mode)


def write_beside(path: str, payload: bytes) -> str:
    """The bytes in a temporary file, which is not left behind when that fails. A report is for its owner's eyes only."""
    folder, _, name = path.rpartition("/")
    temporary = f"{folder}/.{name if len(name) < 200 else short_digest(name.encode())}{TEMPORARY}"
    try:
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600 if name.endswith((".pdf", ".csv")) else 0o666)
        with open(file, "wb", buffering=0) as opened:  # noqa: PTH123  # a descriptor; pathlib would cost as much as the writing
            left = memoryview(payload)
            while left:
                left = left[opened.write(left) :]
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
    return temporary


def lay(name: str, payload: bytes, folder: Path) -> Laid:
    """A file's bytes beside its place, unless they are there already."""
    path = f"{folder}/{name}"
    return Laid(digest=digest(payload), temporary=None if _has(path, payload) else write_beside(path, payload))


def beside(result: Result, folder: Path) -> Result:
    """A result whose bytes were laid beside their place; one that could not be is as it was, to be refused by who can say so."""
    if result.payload is None:
        return result
    try:
        return replace(result, payload=None, laid=lay(result.path, result.payload, folder))
    except OSError:
        return result


def _has(path: str, payload: bytes) -> bool:
    """Whether a file holds these bytes; it is read only when its size is theirs."""
    stamp = stamp_of(path)
    if stamp is None or stamp[0] != len(payload):
        return False
    file = Path(path)
    return file.is_file() and not file.is_symlink() and file.read_bytes() == payload
