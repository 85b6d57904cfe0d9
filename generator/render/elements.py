"""WebM is elements within elements: tags, attachments, titles, hours and the names of programs are blanked in their place."""

from __future__ import annotations

from collections.abc import Iterator

SEGMENT, CLUSTER, INFO, TRACKS, TRACK = 0x18538067, 0x1F43B675, 0x1549A966, 0x1654AE6B, 0xAE
TAGS, ATTACHMENTS, TITLE, MADE, VOID = 0x1254C367, 0x1941A469, 0x7BA9, 0x4461, 0xEC
FILES = (0x7384, 0x3C83AB, 0x3E83BB)  # names of this one, and of those before and after it
NAMES = (0x536E, 0x258688)  # of a track, and of what coded it
PROGRAMS = (0x4D80, 0x5741)  # that wrote it


def clean_elements(content: bytearray) -> None:
    """Raises ValueError or IndexError where elements do not add up."""
    for name, start, inner, end in _elements(content, 0, len(content)):
        if name in (TAGS, ATTACHMENTS, TITLE, MADE, VOID, *FILES, *NAMES):
            _blank_element(content, start, inner, end)
        elif name in PROGRAMS:
            content[inner:end] = bytes(end - inner)


def _elements(content: bytearray, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Elements as they follow one another; into segments, what they say of
    themselves, tracks, and clusters without a length, one steps down."""
    while start < end:
        name, after = _number(content, start, marked=True)
        size, inner = _number(content, after, marked=False)
        unknown = size == (1 << (7 * (inner - after))) - 1
        if name in (SEGMENT, INFO, TRACKS, TRACK) or (unknown and name == CLUSTER):
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
