"""Periods, figures and curves: numbers that can say where they come from, and the questions that can be asked about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import isclose
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:  # these are made of figures' own records
    from generator.model.conversation import Desk, Voices

Grain = Literal["day", "week", "month", "quarter", "half-year", "year", "free"]
Basis = Literal["total", "per day", "same weekdays"]  # how two periods of different length or weekdays are brought to one measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days first to last, both included, in the client's zone."""

    first: date
    last: date
    grain: Grain

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def month_of(day: date) -> Period:
    """The calendar month that holds a day."""
    first = day.replace(day=1)
    return Period(first=first, last=(first + timedelta(days=32)).replace(day=1) - timedelta(days=1), grain="month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """An entry of the dictionary of metrics, in one language."""

    name: str
    label: str
    unit: str  # count, people, ratio, money, s, rank, multiple
    definition: str
    formula: str | None  # "engagements_public / exposure"; None for a metric read from files
    better: Literal["higher", "lower", "neutral"]
    note: str | None  # printed beside the figure: "sum of daily reach"
    additive: bool
    article: str | None = None  # of the French label: le, la, l’, les


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Rows of one file behind a figure."""

    file: str
    digest: str
    rows: int
    first_line: int
    last_line: int
    left_out: int = 0  # rows of the file that are in no figure: totals, repeats, what a later download replaced


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value with what it is compared with and where it comes from. Missing is None, never 0."""

    metric: Metric
    currency: str | None
    period: Period  # as computed: cut to the days covered when the period is partial
    value: float | None
    previous: float | None  # of the compared period; per day: of as many days as the value has
    compared: Period | None
    partial: bool  # some of its days have no value
    missing: str | None  # why there is no value: no-export, not-covered, no-rows
    sources: tuple[Source, ...]
    platforms: tuple[str, ...]  # that the value adds up
    basis: Basis = "total"
    holes: tuple[date, ...] = ()  # days between the first and last covered one for which a network gives no value

    share: float = 1.0  # of the period's days, those that are known; the mean of its networks

    @property
    def difference(self) -> float | None:
        return None if self.value is None or self.previous is None else self.value - self.previous

    @property
    def change(self) -> float | None:
        """Relative change; None from zero, from missing, or over a change of sign."""
        if self.value is None or self.previous is None or self.previous <= 0 or self.value < 0:
            return None
        return 0.0 if self.trend == "flat" else self.value / self.previous - 1

    @property
    def trend(self) -> str:
        if self.compared is None or self.value is None:
            return "none"
        if self.previous is None or self.previous == 0:
            return "new" if self.value else "none"
        if isclose(self.value, self.previous, rel_tol=1e-9):  # the last bits of a sum, and of days over days
            return "flat"
        return "up" if self.value > self.previous else "down"

    @property
    def good(self) -> bool | None:
        if self.trend not in ("up", "down") or self.metric.better == "neutral":
            return None
        return (self.trend == "up") == (self.metric.better == "higher")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Values over steps of time, or over categories; a gap is None."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPost:
    post: str
    platform: str
    type: str | None
    text: str | None
    published: str  # ISO, in the client's zone
    permalink: str | None
    score: float  # by what it is ranked
    values: Mapping[str, float]
    usual: float | None = None  # the median of the posts before it, where it was compared with them
    history: int = 0  # how many those are
    file: int = 0  # index in `Data.files`
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the exports of one platform cover."""

    platform: str
    first: date
    last: date
    files: tuple[str, ...]
    rows: int
    complete: bool  # whether its daily series have every day of the period
    holes: int = 0  # days between first and last that its daily series lack


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rows a question is about."""

    platform: str | None = None
    item: str | None = None


ALL = Filter()


class Figures(Protocol):
    """Everything that can be asked about one client's numbers."""

    @property
    def last_day(self) -> date | None: ...
    def metric(self, name: str) -> Metric | None: ...
    def metric_names(self) -> Sequence[str]: ...
    def figure(self, metric: str, period: Period, *, compare: str = "none", basis: Basis = "total", only: Filter = ALL) -> Figure: ...
    def curve(self, metric: str, steps: Sequence[Period], *, only: Filter = ALL, name: str = "") -> Curve: ...
    def groups(self, metric: str, period: Period, by: str, *, only: Filter = ALL) -> Sequence[str]: ...
    def best_posts(self, metric: str, period: Period, count: int, *, only: Filter = ALL) -> Sequence[RankedPost]: ...
    def over_performers(self, metric: str, period: Period, count: int, *, only: Filter = ALL) -> tuple[Sequence[RankedPost], int]: ...
    def sources_of(self, posts: Sequence[RankedPost]) -> Sequence[Source]: ...
    def coverage(self, period: Period) -> Sequence[Coverage]: ...
    def voices(self, period: Period) -> Voices | None: ...
    def desk(self, period: Period) -> Desk | None: ...
