"""Titles as type: how large they may be set, and where a long hashtag may break."""

from __future__ import annotations

import re

SHORTEST = 5  # letters: a title of fewer is not set larger
ONE_LINE, TWO_LINES = 18, 44  # letters that a line, and two, hold at a size worth its place
_HUMP = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])(?=[A-ZÀ-Þ])|(?<=\d)(?=[A-ZÀ-Þ])|(?<=_)")
_WORD = re.compile(r"\s+|\u200b")


def breaks(html: str) -> str:
    """#OneWordOfMany may break before each of its words."""
    return _HUMP.sub("<wbr>", html)


def letters(title: str) -> int:
    """On how many letters a line of the title is measured: all of a short one, less of one that takes several lines, never less than its
    longest word."""
    longest = max(map(len, _WORD.split(_HUMP.sub("\u200b", title))))
    lines = 1 if len(title) <= ONE_LINE else 2 if len(title) <= TWO_LINES else 3
    return max(SHORTEST, longest, -(-len(title) // lines) + (2 if lines > 1 else 0))
