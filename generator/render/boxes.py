"""MP4, MOV and M4A are boxes within boxes: those that no player needs are blanked in their place, for they tell of where, when, with what
and by whom.

Nothing in such a file is believed: each box must lie within the one that holds it, and what is blanked is never more than there is.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"moof", b"traf", b"mvex")
DEEPEST = 12  # boxes in one another; films have six
NEEDED = re.compile(
    b"ftyp|styp|sidx|ssix|moov|mdat|moof|mfra|mvhd|iods|trak|mvex|pssh|tkhd|tref|edts|mdia|tapt|load|elst|mdhd|hdlr|minf|elng|vmhd|smhd|"
    b"hmhd|nmhd|sthd|gmhd|dinf|stbl|stsd|stts|ctts|cslg|stss|stps|stsh|stsz|stz2|stsc|stco|co64|sdtp|sbgp|sgpd|subs|saiz|saio|padb|mehd|"
    b"trex|leva|mfhd|traf|tfhd|tfdt|trun|senc"
)  # of what is looked into; tags, positions, XMP, previews, wall clocks and what tools leave in gaps are none of it
PLAYED = (b"vide", b"soun", b"text", b"sbtl", b"subt", b"clcp", b"tmcd")  # tracks that are seen, heard or read
TIMED = (b"mvhd", b"tkhd", b"mdhd")  # boxes that begin with when they were made and changed

Box = tuple[bytes, int, int, int]  # name, first byte, first byte of its content, the byte after it


def clean_boxes(content: bytearray) -> None:
    """Raises ValueError, LookupError or struct.error where boxes do not add up."""
    for name, start, inner, end in _all_boxes(content, 0, len(content)):
        if name == b"trak" and _handler(content, inner, end) not in PLAYED:
            _blank_samples(content, inner, end)
            _blank_box(content, start, inner, end)
        elif not NEEDED.fullmatch(name):
            _blank_box(content, start, inner, end)
        elif name == b"hdlr":
            _blank(content, inner + 12, end)  # cameras write their own name there
        elif name in TIMED:
            _blank(content, inner + 4, min(end, inner + (20 if content[inner] == 1 else 12)))


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


def _all_boxes(content: bytearray, start: int, end: int, depth: int = 0) -> Iterator[Box]:
    if depth > DEEPEST:
        raise ValueError(f"the parts at byte {start} lie too deep in one another")
    for box in _boxes(content, start, end):
        yield box
        if box[0] in PARENTS:
            yield from _all_boxes(content, box[2], box[3], depth + 1)


def _blank(content: bytearray, start: int, end: int) -> None:
    content[start:end] = bytes(max(0, end - start))


def _blank_box(content: bytearray, start: int, inner: int, end: int) -> None:
    content[start + 4 : start + 8] = b"free"
    _blank(content, inner, end)


def _handler(content: bytearray, start: int, end: int) -> bytes:
    """What a track is for."""
    inner = next((inner for name, _, inner, _ in _all_boxes(content, start, end) if name == b"hdlr"), None)
    return b"" if inner is None else bytes(content[inner + 8 : inner + 12])


def _blank_samples(content: bytearray, start: int, end: int) -> None:
    """What a track of data says, among the film's own bytes: cameras write their position there once a second."""
    tables = {name: inner for name, _, inner, _ in _all_boxes(content, start, end)}
    if b"stsz" not in tables or b"stsc" not in tables:
        return
    blanked = 0
    for offset, length in _chunks(content, tables):
        blanked += length
        if offset + length > len(content) or blanked > len(content):
            raise ValueError("a track holds more than the file")
        _blank(content, offset, offset + length)


def _chunks(content: bytearray, tables: dict[bytes, int]) -> Iterator[tuple[int, int]]:
    """Where the samples of a track lie, and how long each stretch of them is."""
    form, places = (">Q", tables[b"co64"]) if b"co64" in tables else (">I", tables[b"stco"])
    sizes, runs, taken, held, run = tables[b"stsz"], tables[b"stsc"], 0, 0, 0
    each, samples = struct.unpack_from(">II", content, sizes + 4)
    (count,), (changes,) = (struct.unpack_from(">I", content, table + 4) for table in (places, runs))
    for index in range(count):
        while run < changes and struct.unpack_from(">I", content, runs + 8 + 12 * run)[0] <= index + 1:
            held, run = struct.unpack_from(">I", content, runs + 12 + 12 * run)[0], run + 1
        number = max(0, min(held, samples - taken))
        length = each * number if each else sum(struct.unpack_from(f">{number}I", content, sizes + 12 + 4 * taken))
        yield struct.unpack_from(form, content, places + 8 + index * struct.calcsize(form))[0], length
        taken += number
