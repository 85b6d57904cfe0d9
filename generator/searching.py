"""Whether somebody is still in the files below a folder: pages, feeds, caches, PDFs and messages are read for what they say."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from generator.facts.store import cells_of
from generator.model.rights import plain_handle
from generator.render.pages import texts_of

SHORTEST = 12  # characters of a text that is looked for: fewer are anybody's
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needles:
    """What is looked for, in the form in which it is compared."""

    handle: re.Pattern[str] | None
    texts: Sequence[str]
    names: Sequence[str]  # parts of paths

    @property
    def count(self) -> int:
        return len(self.texts) + len(self.names) + (self.handle is not None)


def needles(handle: str | None, texts: Iterable[str], names: Iterable[str]) -> Needles:
    """A handle as a word of its own, texts without their spaces and marks of typesetting, and names of files."""
    plain = plain_handle(handle) if handle else ""
    word = re.compile(rf"(?<![\w.]){re.escape(plain)}(?!\w|\.\w)") if plain else None
    return Needles(handle=word, texts=sorted({bare for text in texts if len(bare := _bare(text)) >= SHORTEST}), names=sorted(set(names)))


def search(root: Path, folders: Iterable[str], wanted: Needles) -> Iterator[str]:
    """Names, relative to `root`, of files that hold any of it."""
    for path in (path for folder in folders for path in sorted((root / folder).rglob("*"))):
        name = path.relative_to(root).as_posix()
        if path.is_file() and not path.is_symlink() and _holds(path, name, wanted):
            yield name


def _holds(path: Path, name: str, wanted: Needles) -> bool:
    return holds(path.read_bytes(), name, wanted, path)


def holds(content: bytes, name: str, wanted: Needles, path: Path | None = None) -> bool:
    """Whether a file holds any of it, in its name or in what it says."""
    if any(part in name for part in wanted.names) or (wanted.handle and wanted.handle.search(name.casefold())):
        return True
    return any(_said(text, wanted) for text in _texts(content, name, path))


def _said(text: str, wanted: Needles) -> bool:
    if wanted.handle and wanted.handle.search(text.casefold()):
        return True
    bare = _bare(text) if wanted.texts else ""
    return any(each in bare for each in wanted.texts)


def _texts(content: bytes, name: str, path: Path | None) -> Iterator[str]:
    """What a file says, in every way in which it may be written there."""
    if content.startswith(b"%PDF"):
        yield from texts_of(content)
    elif name.endswith(".eml"):
        yield from _of_message(content)
    elif content.startswith(b"SQLite format 3\0"):
        yield from cells_of(path) if path else ()
        yield content.decode("utf-8", "replace")  # pages that were freed, and are still there
    else:
        text = content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", "replace")
        yield text
        plain = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        yield TAG.sub(" ", unescape(unescape(TAG.sub(" ", plain))))


def _of_message(content: bytes) -> Iterator[str]:
    for part in email.message_from_bytes(content, policy=email.policy.default).walk():
        if part.is_multipart():
            continue
        body = part.get_payload(decode=True)
        if isinstance(body, bytes):
            yield from texts_of(body) if body.startswith(b"%PDF") else [body.decode("utf-8", "replace")]


def _bare(text: str) -> str:
    """Letters and digits only: neither a line's end, a hyphen, a quote made round nor a narrow space makes a difference."""
    return "".join(letter for letter in ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).casefold() if letter.isalnum())
