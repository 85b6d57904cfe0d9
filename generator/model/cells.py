"""Texts in the cells of tables that a spreadsheet opens."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the wide forms are read as the narrow ones
BLANKS = " \u00a0\u202f\ufeff"  # before which a formula is one still


def as_text(value: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe before what begins like one."""
    return f"'{value}" if value.startswith(FORMULA) or value.lstrip(BLANKS).startswith(FORMULA) else value


def bare_text(cell: str) -> str:
    """What `as_text` was given."""
    bare = cell.removeprefix("'")
    return bare if as_text(bare) == cell else cell
