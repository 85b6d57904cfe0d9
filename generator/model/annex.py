"""How the tables of a data annex are written, by language; both who lists them and who writes them must know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands between cells, and before decimals."""

    separator: str
    decimal: str


MARKS: Mapping[str, Marks] = {"fr": Marks(";", ","), "en": Marks(",", ".")}  # as a spreadsheet of that language opens them
ENCODING = "UTF-8 (BOM)"
