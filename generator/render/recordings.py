"""A film or a sound as it was, without what it tells of where, when, with what and by whom it was made. Sizes and offsets stay: what is
taken out is overwritten in its place, so that nothing that points past it needs to know."""

from __future__ import annotations

import struct

from generator.model.outputs import Output
from generator.problems import BilanError, Problem
from generator.render.boxes import clean_boxes
from generator.render.elements import clean_elements
from generator.render.reading import Reader


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
    """Tags before and after the sound are cut off: nothing points past them."""
    while content[:3] == b"ID3" and len(content) >= 10:
        size = sum((content[6 + place] & 0x7F) << (7 * (3 - place)) for place in range(4))
        del content[: 10 + size + (10 if content[5] & 0x10 else 0)]
    while True:
        before = len(content)
        if content[-128:-125] == b"TAG":
            del content[-128:]
        if content[-32:-24] == b"APETAGEX":
            size, _, flags = struct.unpack_from("<III", content, len(content) - 20)
            del content[-(size + (32 if flags & 0x80000000 else 0)) :]
        if len(content) == before:
            break
    if not content:
        raise ValueError("it holds no sound")


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
