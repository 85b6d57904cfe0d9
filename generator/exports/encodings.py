"""Bytes of a text export → its text, and the name of the encoding that was found."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_MARKS = (  # UTF-32 is left out: no platform writes it, and its mark begins like UTF-16's
    (codecs.BOM_UTF8, "utf-8", "utf-8-bom"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16le-bom"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16be-bom"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text with its line ends as written; `damaged` counts the bytes that no encoding explains."""

    text: str
    encoding: str
    damaged: int = 0


def decode(content: bytes) -> Decoded:
    """Byte order mark first, then strict UTF-8, then UTF-16 betrayed by its zero bytes, then Windows-1252."""
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return _lenient(content[len(mark) :], codec, name)
    zeros = _zeros(content)
    if zeros is not None:
        return _lenient(content, *zeros)
    try:
        return Decoded(text=content.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4:  # a download cut inside a character, not another encoding
            return _lenient(content, "utf-8", "utf-8")
        return _lenient(content, "cp1252", "cp1252")


def _lenient(content: bytes, codec: str, name: str) -> Decoded:
    text = content.decode(codec, "replace")
    return Decoded(text=text, encoding=name, damaged=text.count("\ufffd"))


def _zeros(content: bytes) -> tuple[str, str] | None:
    """UTF-16 without a mark: every second byte of the beginning is zero, as Latin letters have it."""
    head = content[:2000]
    if len(head) < 8:
        return None
    if head[1::2].count(0) > len(head) * 0.4:
        return "utf-16-le", "utf-16le"
    if head[0::2].count(0) > len(head) * 0.4:
        return "utf-16-be", "utf-16be"
    return None
