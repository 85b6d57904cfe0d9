"""A film or a sound as it was, without what it tells of where, when, with what and by whom it was made. Sizes and offsets stay: what is
taken out is overwritten in its place, so that nothing that points past it needs to know."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from generator.model.outputs import Output
from generator.problems import BilanError, Problem
from generator.render.reading import Reader

Span = tuple[int, int]  # first byte, and the one after the last


def cleaned(output: Output, reader: Reader) -> bytes:
    """The recording of a job. Raises BilanError for one whose parts do not add up."""
    data = output.job.data
    content = bytearray(reader.read(data["source"]))
    try:
        CLEANERS[data["suffix"]](content)
    except (struct.error, IndexError, ValueError) as error:
        message, fix = f'the recording "{data["source"]}" is damaged: {error}', "export it again"
        raise BilanError([Problem(code="not-a-recording", message=message, at=output.at, fix=fix)]) from None
    return bytes(content)


# ---- MP4, MOV, M4A: boxes within boxes ------------------------------------------------------------------------------

PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"moof", b"traf", b"mvex")
TELLING = (b"udta", b"meta", b"uuid", b"free", b"skip", b"wide")  # tags, positions, XMP; and what tools leave in gaps
PLAYED = (b"vide", b"soun", b"text", b"sbtl", b"subt", b"clcp", b"tmcd")  # tracks that are seen, heard or read
TIMED = (b"mvhd", b"tkhd", b"mdhd")  # boxes that begin with when they were made and changed

Box = tuple[bytes, int, int, int]  # name, first byte, first byte of its content, the byte after it


def _clean_boxes(content: bytearray) -> None:
    for name, start, inner, end in list(_all_boxes(content, 0, len(content))):
        if name == b"trak" and _handler(content, inner, end) not in PLAYED:
            _blank_samples(content, inner, end)
            _blank_box(content, start, inner, end)
        elif name in TELLING:
            _blank_box(content, start, inner, end)
        elif name == b"hdlr":
            content[inner + 12 : end] = bytes(max(0, end - inner - 12))  # cameras write their own name there
        elif name in TIMED:
            size = 16 if content[inner] == 1 else 8
            content[inner + 4 : inner + 4 + size] = bytes(size)


def _boxes(content: bytearray, start: int, end: int) -> Iterator[Box]:
    while start + 8 <= end:
        size, name = struct.unpack_from(">I4s", content, start)
        inner = start + 8
        if size == 1:
            size, inner = struct.unpack_from(">Q", content, inner)[0], start + 16
        after = end if size == 0 else start + size
        if after < inner or after > end:
            raise ValueError(f"a part at byte {start} is longer than what holds it")
        yield name, start, inner, after
        start = after


def _all_boxes(content: bytearray, start: int, end: int) -> Iterator[Box]:
    for box in _boxes(content, start, end):
        yield box
        if box[0] in PARENTS:
            yield from _all_boxes(content, box[2], box[3])


def _blank_box(content: bytearray, start: int, inner: int, end: int) -> None:
    content[start + 4 : start + 8] = b"free"
    content[inner:end] = bytes(end - inner)


def _handler(content: bytearray, start: int, end: int) -> bytes:
    """What a track is for."""
    found = (inner for name, _, inner, _ in _all_boxes(content, start, end) if name == b"hdlr")
    inner = next(found, None)
    return b"" if inner is None else bytes(content[inner + 8 : inner + 12])


def _blank_samples(content: bytearray, start: int, end: int) -> None:
    """What a track of data says, among the film's own bytes: cameras write their position there once a second."""
    parts = {name: inner for name, _, inner, _ in _all_boxes(content, start, end)}
    if b"stsz" not in parts or b"stsc" not in parts:
        return
    sizes = _sizes(content, parts[b"stsz"])
    form, table = (">Q", parts[b"co64"]) if b"co64" in parts else (">I", parts[b"stco"])
    count = struct.unpack_from(">I", content, table + 4)[0]
    chunks = [struct.unpack_from(form, content, table + 8 + index * struct.calcsize(form))[0] for index in range(count)]
    runs = [struct.unpack_from(">II", content, parts[b"stsc"] + 8 + 12 * index)
            for index in range(struct.unpack_from(">I", content, parts[b"stsc"] + 4)[0])]  # fmt: skip
    taken = 0
    for number, offset in enumerate(chunks, 1):
        held = next((samples for first, samples in reversed(runs) if first <= number), 0)
        length = sum(sizes[taken : taken + held])
        if offset + length > len(content):
            raise ValueError("a track points beyond its end")
        content[offset : offset + length] = bytes(length)
        taken += held


def _sizes(content: bytearray, inner: int) -> Sequence[int]:
    each, count = struct.unpack_from(">II", content, inner + 4)
    if count * (1 if each else 4) > len(content):
        raise ValueError("a track has more samples than bytes")
    return [each] * count if each else struct.unpack_from(f">{count}I", content, inner + 12)


# ---- WebM: elements within elements ---------------------------------------------------------------------------------

SEGMENT, CLUSTER, INFO = 0x18538067, 0x1F43B675, 0x1549A966
TAGS, ATTACHMENTS, TITLE, MADE, VOID = 0x1254C367, 0x1941A469, 0x7BA9, 0x4461, 0xEC
PROGRAMS = (0x4D80, 0x5741)  # that wrote it


def _clean_elements(content: bytearray) -> None:
    for name, start, inner, end in list(_elements(content, 0, len(content))):
        if name in (TAGS, ATTACHMENTS, TITLE, MADE, VOID):
            _blank_element(content, start, inner, end)
        elif name in PROGRAMS:
            content[inner:end] = bytes(end - inner)


def _elements(content: bytearray, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Elements as they follow one another; into segments, what they say of themselves, and clusters without a length, one steps down."""
    while start < end:
        name, after = _number(content, start, marked=True)
        size, inner = _number(content, after, marked=False)
        unknown = size == (1 << (7 * (inner - after))) - 1
        if name in (SEGMENT, INFO) or (unknown and name == CLUSTER):
            start = inner
            continue
        if unknown or inner + size > end:
            raise ValueError(f"a part at byte {start} is longer than what holds it")
        yield name, start, inner, inner + size
        start = inner + size


def _number(content: bytearray, start: int, *, marked: bool) -> tuple[int, int]:
    """A number whose first bits tell its length, with or without them; and the byte after it."""
    length = 9 - content[start].bit_length()
    if length > 8 or start + length > len(content):
        raise ValueError(f"byte {start} begins no number")
    value = int.from_bytes(content[start : start + length], "big")
    return (value if marked else value & ((1 << (7 * length)) - 1)), start + length


def _blank_element(content: bytearray, start: int, inner: int, end: int) -> None:
    """A Void element of the same length in its place."""
    room = end - start - 2
    if room <= 126:
        content[start : start + 2] = bytes([VOID, 0x80 | room])
        content[start + 2 : end] = bytes(room)
    else:
        content[start : start + 9] = bytes([VOID, 0x01]) + (end - start - 9).to_bytes(7, "big")
        content[start + 9 : end] = bytes(end - start - 9)


# ---- MP3 and WAV ----------------------------------------------------------------------------------------------------


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
    ".mp4": _clean_boxes, ".mov": _clean_boxes, ".m4a": _clean_boxes, ".webm": _clean_elements, ".mp3": _clean_mp3, ".wav": _clean_wav,
}  # fmt: skip
