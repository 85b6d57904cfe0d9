"""A film or a sound as it was, without what it tells of where, when, with what and by whom it was made. Sizes and offsets stay: what is
taken out is overwritten in its place, so that nothing that points past it needs to know."""

from __future__ import annotations

import re
import struct

from generator.model.outputs import Output
from generator.problems import BilanError, Problem
from generator.render.boxes import clean_boxes
from generator.render.elements import clean_elements
from generator.render.reading import Reader

JOINED = re.compile(rb"ID3[\2-\4]\0[\0\x10\x20\x40\x80]([\0-\x7f]{4})[A-Z0-9]{3}")  # and the name of its first part


def cleaned(output: Output, reader: Reader) -> bytes:
    """The recording of a job. Raises BilanError for one whose parts do not add up."""
    data = output.job.data
    content = bytearray(reader.read(data["source"]))
    try:
        CLEANERS[data["suffix"]](content)
    except (struct.error, LookupError, ValueError) as error:
        message, fix = f'the recording "{data["source"]}" is damaged: {error}', "export it again"
        raise BilanError([Problem(code="not-a-recording", message=message, at=output.at, fix=fix)]) from None
    return bytes(content)


def _clean_mp3(content: bytearray) -> None:
    """Tags before and after the sound are cut off: nothing points past them. One in the middle, where files were joined, is blanked."""
    while length := _tag_before(content):
        del content[:length]
    while length := _tag_after(content):
        del content[-length:]
    for found in list(JOINED.finditer(content)):
        content[found.start() : found.start() + 10 + _synchsafe(found[1])] = bytes(
            min(10 + _synchsafe(found[1]), len(content) - found.start())
        )
    if not content:
        raise ValueError("it holds no sound")


def _synchsafe(four: bytes | bytearray) -> int:
    return sum((byte & 0x7F) << (7 * (3 - place)) for place, byte in enumerate(four))


def _tag_before(content: bytearray) -> int:
    """The length of a tag at the beginning."""
    if content[:3] == b"ID3" and len(content) >= 10:
        return 10 + _synchsafe(content[6:10]) + (10 if content[5] & 0x10 else 0)
    return int(32 + struct.unpack_from("<I", content, 12)[0]) if content[:8] == b"APETAGEX" else 0


def _tag_after(content: bytearray) -> int:
    """The length of a tag at the end: ID3, old and new, APE, or Lyrics3."""
    if content[-128:-125] == b"TAG":
        return 128 + (227 if content[-355:-351] == b"TAG+" else 0)
    if content[-32:-24] == b"APETAGEX":
        size, _, flags = struct.unpack_from("<III", content, len(content) - 20)
        return int(size + (32 if flags & 0x80000000 else 0)) or 32
    if content[-10:-7] == b"3DI":
        return 20 + _synchsafe(content[-4:])
    if content[-9:] == b"LYRICS200" and content[-15:-9].isdigit():
        return 15 + int(content[-15:-9])
    if content[-9:] == b"LYRICSEND" and (start := content.rfind(b"LYRICSBEGIN")) >= 0:
        return len(content) - start
    return 0


def _clean_wav(content: bytearray) -> None:
    start = 12
    while start + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, start)
        end = min(start + 8 + size, len(content))
        if name not in (b"fmt ", b"data", b"fact"):
            content[start : start + 4] = b"JUNK"
            content[start + 8 : end] = bytes(end - start - 8)
        start += 8 + size + size % 2


CLEANERS = {
    ".mp4": clean_boxes, ".mov": clean_boxes, ".m4a": clean_boxes, ".webm": clean_elements, ".mp3": _clean_mp3, ".wav": _clean_wav,
}  # fmt: skip
