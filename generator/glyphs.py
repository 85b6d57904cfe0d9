"""Which characters no typeface of this machine can draw: of those that fontconfig knows, and those of a theme."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

INVISIBLE = ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")
SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
PATIENCE = 20  # seconds
Spans = Sequence[tuple[int, int]]


def undrawable(text: str, faces: Callable[[], Iterable[Path]]) -> str:
    """Each character for which there is no glyph, once. `faces`: gives files of typefaces besides the installed ones, looked into only for
    what those lack. Where the machine does not tell its typefaces, nothing is known to be lacking."""
    if text.isascii():
        return ""
    seen = (letter for letter in dict.fromkeys(text) if not letter.isascii() and _visible(letter))
    lacking = [letter for letter in seen if installed_spans() and not _within(ord(letter), installed_spans())]
    for path in faces() if lacking else ():
        known = _letters_of(path)
        lacking = [letter for letter in lacking if ord(letter) not in known]
    return "".join(lacking)


def _visible(letter: str) -> bool:
    return unicodedata.category(letter) not in INVISIBLE and ord(letter) not in SELECTORS


@lru_cache(maxsize=1)
def installed_spans() -> Spans:
    """First and last code of every run of characters that an installed typeface has; asked once a process."""
    try:
        told = subprocess.run(["fc-list", "--format", "%{charset}\n"], capture_output=True, text=True, timeout=PATIENCE, check=True).stdout  # noqa: S607  # wherever it is
    except (OSError, subprocess.SubprocessError):
        return ()
    found = {(int(first, 16), int(last or first, 16)) for first, last in re.findall(r"\b([0-9a-f]+)(?:-([0-9a-f]+))?\b", told)}
    return _joined(sorted(found))


def _joined(spans: Spans) -> Spans:
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _within(code: int, spans: Spans) -> bool:
    place = bisect_right(spans, (code, 0x110000))
    return place > 0 and spans[place - 1][1] >= code


@lru_cache(maxsize=64)
def _letters_of(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
