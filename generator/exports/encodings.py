"""Bytes of a text export → the same text in UTF-8, and the name of the encoding that was found."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass

from generator.exports.octets import Octets, kept

_MARKS = (  # UTF-32 is left out: no platform writes it, and its mark begins like UTF-16's
    (codecs.BOM_UTF8, "utf-8", "utf-8-bom"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16le-bom"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16be-bom"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """UTF-8 with its line ends as written; `damaged` counts the bytes that no encoding explains."""

    text: Octets
    encoding: str
    damaged: int = 0


def decode(content: Octets) -> Decoded:
    """Byte order mark first, then strict UTF-8, then UTF-16 betrayed by its zero bytes, then Windows-1252."""
    for mark, codec, name in _MARKS:
        if content.cut(0, len(mark)) == mark:
            content = content.behind(len(mark))
            return _utf8(content, name) or _written_anew(content, codec, name)
    zeros = _zeros(content.cut(0, 2000))
    if zeros is not None:
        return _written_anew(content, *zeros)
    return _utf8(content, "utf-8") or _written_anew(content, "cp1252", "cp1252")


def _utf8(content: Octets, name: str) -> Decoded | None:
    """None where it is not UTF-8, or not said to be."""
    if not name.startswith("utf-8"):
        return None
    wrong = _not_utf8(content)
    if wrong is not None and name == "utf-8" and wrong <= content.size - 4:
        return None
    if wrong is None and not _lone_returns(content, "utf-8"):
        return Decoded(text=content, encoding=name)
    return _written_anew(content, "utf-8", name)  # with a mark, or cut inside its last character: damaged, and still UTF-8


def _written_anew(content: Octets, codec: str, name: str) -> Decoded:
    damage = [0]
    text = kept(_transcoded(content, codec, damage, lone=_lone_returns(content, codec)))
    return Decoded(text=text, encoding=name, damaged=damage[0])


def _transcoded(content: Octets, codec: str, damage: list[int], *, lone: bool) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    for block in _with_end(content):
        text = decoder.decode(block, final=not block)
        damage[0] += text.count("\ufffd")
        yield (text.replace("\r", "\n") if lone else text).encode("utf-8", "replace")


def _with_end(content: Octets) -> Iterator[bytes]:
    yield from content.blocks()
    yield b""


def _lone_returns(content: Octets, codec: str) -> bool:
    """Lines that end as on a Macintosh of the last century."""
    end, line = "\r".encode(codec), "\n".encode(codec)
    return end in content.cut(0, 1 << 16) and line not in content.cut(0, 1 << 16) and not any(line in block for block in content.blocks())


def _not_utf8(content: Octets) -> int | None:
    """Where the bytes stop to be UTF-8; None when they never do."""
    decoder, place = codecs.getincrementaldecoder("utf-8")(), 0
    for block in _with_end(content):
        pending = len(decoder.getstate()[0])
        if block and not pending and block.isascii():
            place += len(block)
            continue
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return place - pending + error.start
        place += len(block)
    return None


def _zeros(head: bytes) -> tuple[str, str] | None:
    """UTF-16 without a mark: every second byte of the beginning is zero, as Latin letters have it."""
    if len(head) < 8:
        return None
    if head[1::2].count(0) > len(head) * 0.4:
        return "utf-16-le", "utf-16le"
    if head[0::2].count(0) > len(head) * 0.4:
        return "utf-16-be", "utf-16be"
    return None
