"""Where a table comes from and what is declared about it, and how a place in it is named."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from generator.exports.dates import Order
from generator.exports.numbers import Mark
from generator.exports.octets import SMALL, Octets
from generator.model.kpi import LeftOut
from generator.problems import Location, Problems, Severity

if TYPE_CHECKING:
    import polars as pl

    from generator.model.site import Account, FileRule

_FEW = 5  # lines that a record of left-out rows names
_MANY = 20  # problems of one sort that are listed one by one
_MARKS: dict[str, Mark] = {"en": ".", "fr": ",", "de": ",", "es": ",", "pt": ","}
_ORDERS: dict[str, Order] = {"en-US": "mdy", "en-GB": "dmy", "fr": "dmy", "de": "dmy", "es": "dmy", "pt": "dmy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One export file, and what the client declares about it."""

    path: str  # relative to the site's folder
    names: str  # its folder's and its own name, as a last hint
    digest: str
    timezone: str
    currency: str
    accounts: tuple[Account, ...] = ()
    rule: FileRule | None = None
    today: date | None = None  # no row is of a later day
    rules: str = "kpi.yaml"  # the file in which such rules stand

    @property
    def locale(self) -> str | None:
        return self.rule.locale if self.rule else None

    @property
    def mark(self) -> Mark | None:
        """The decimal mark of the declared locale."""
        return _MARKS[self.locale.partition("-")[0]] if self.locale else None

    @property
    def order(self) -> Order | None:
        """Day and month of the declared locale; "en" alone does not tell."""
        return _ORDERS.get(self.locale) if self.locale else None

    @property
    def downloaded(self) -> date | None:
        return self.rule.downloaded if self.rule else None

    @property
    def platform(self) -> str | None:
        return self.rule.platform if self.rule else None


class Tally:
    """How many rows were left out for which reason, and the first lines of each."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[int, list[int]]] = {}

    def add(self, reason: str, lines: list[int] | pl.Series) -> None:
        if len(lines):
            few = heapq.nsmallest(_FEW, lines if isinstance(lines, list) else lines.bottom_k(_FEW).to_list())
            self._add(reason, len(lines), few)

    def count(self, reason: str, rows: int) -> None:
        """Rows of which no line is kept."""
        if rows:
            self._add(reason, rows, [])

    def extend(self, other: Tally) -> None:
        for reason, (rows, lines) in other._rows.items():
            self._add(reason, rows, lines)

    def _add(self, reason: str, rows: int, lines: list[int]) -> None:
        before, first = self._rows.get(reason, (0, []))
        self._rows[reason] = before + rows, sorted((*first, *lines))[:_FEW]

    def __iter__(self) -> Iterator[LeftOut]:
        return (LeftOut(reason=reason, rows=rows, lines=tuple(lines)) for reason, (rows, lines) in self._rows.items())


class Script:
    """The lines of a text, so that a message can point into one. Of a large text nothing is kept: its lines are only numbered."""

    def __init__(self, text: Octets, delimiter: str, *, shown: bool) -> None:
        self._text, self._delimiter, self._shown = text, delimiter, shown
        self._lines: list[str] | None = None

    def excerpt(self, line: int) -> str | None:
        """A line in full; None where it holds what people wrote."""
        return self._line(line) if self._shown else None

    def column(self, line: int, place: int) -> int | None:
        """Where a cell begins, counted from 1; None when a line break in quotes comes before it."""
        text, quoted, cells = self._line(line), False, 0
        for number, character in enumerate(text or ""):
            if cells == place:
                return number + 1
            if character == '"':
                quoted = not quoted
            elif character == self._delimiter and not quoted:
                cells += 1
        return len(text) + 1 if text is not None and cells == place and not quoted else None

    def _line(self, number: int) -> str | None:
        if self._text.size > SMALL:
            return None
        if self._lines is None:
            self._lines = self._text.whole().decode("utf-8", "replace").split("\n")
        return self._lines[number - 1].rstrip("\r") if 0 < number <= len(self._lines) else None


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What is found while one table is read: problems, rows left out, notes."""

    source: Source
    problems: Problems
    part: str | None = None
    sheet: bool = False  # a workbook's sheet: places are cells, not lines
    script: Script | None = None  # of a text
    notes: dict[str, None] = field(default_factory=dict)
    marks: set[Mark] = field(default_factory=set)  # decimal marks that its cells prove
    order: Order | None = None  # of day and month, where its cells prove it
    clock: str | None = None  # how its times are to be understood
    trusted: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)  # platform and names of an undeclared account → a line
    tally: Tally = field(default_factory=Tally)
    _counts: Counter[str] = field(default_factory=Counter)
    _severities: dict[str, Severity] = field(default_factory=dict)

    def at(self, line: int | None = None, column: int | None = None) -> Location:
        """A line of a text, or a cell of a sheet."""
        if not self.sheet:
            character = self.script.column(line, column) if self.script and line is not None and column is not None else None
            return Location(path=self.source.path, line=line, column=character, note=self.part)
        cell = f"{letters(column)}{line}" if column is not None and line is not None else f"row {line}" if line else ""
        return Location(path=self.source.path, note="!".join(word for word in (self.part, cell) if word) or None)

    def problem(self, code: str, message: str, *, line: int | None = None, column: int | None = None, fix: str | None = None,
                excerpt: str | None = None, severity: Severity = "error") -> None:  # fmt: skip
        """Each problem with its place; after many of one sort in a table, only their number."""
        self._counts[code] += 1
        self._severities[code] = severity
        if self._counts[code] <= _MANY:
            if excerpt is None and self.script and line is not None and column is not None:
                excerpt = self.script.excerpt(line)
            self.problems.add(code, message, self.at(line, column), fix=fix, excerpt=excerpt, severity=severity)

    def bad_cells(self, rows: pl.DataFrame, place: int, message: Callable[[str], str], fix: str) -> None:
        """A problem for each cell of a column in these rows, the first ones in full."""
        for line, text in zip(rows["line"].head(_MANY).to_list(), rows[str(place)].head(_MANY).to_list(), strict=True):
            self.problem("bad-cell", message(text), line=line, column=place, fix=fix)
        self._counts["bad-cell"] += max(0, rows.height - _MANY)

    def more(self, code: str, reason: str, count: int) -> None:
        """Rows with a problem that are only counted: too many to be listed."""
        self._counts[code] += count
        self._severities.setdefault(code, "error")
        self.tally.count(reason, count)

    def leave_out(self, reason: str, lines: list[int] | pl.Series) -> None:
        self.tally.add(reason, lines)

    def note(self, text: str) -> None:
        self.notes[text] = None

    def close(self) -> None:
        """Say how many problems were not listed."""
        for code, count in self._counts.items():
            if count > _MANY:
                self.problems.add(code, f"and {count - _MANY} more of this sort in this table", self.at(), severity=self._severities[code])

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        return tuple(self.tally)


def letters(column: int) -> str:
    """0 → A, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
