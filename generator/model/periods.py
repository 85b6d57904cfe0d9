"""Calendar periods: the one that holds a day, those before and after it, and their names, such as 2026-W38."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from generator.model.figures import Basis, Grain, Period

MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}  # how many months a period of a grain has
NAMES = "2026-09-14, 2026-W38, 2026-09, 2026-Q3, 2026-H1, 2026 or 2026-09-01..2026-09-15"
FIRST_YEAR, LAST_YEAR = "1900", "2199"  # beyond them the calendar has ends, and nobody has figures
_NAME = re.compile(r"(\d{4})(?:-W(\d\d)|-Q([1-4])|-H([12])|-(\d\d)(?:-(\d\d))?)?")


def containing(day: date, grain: Grain) -> Period:
    """The day, the week from Monday, or the calendar period that holds a day."""
    if grain == "day":
        return Period(first=day, last=day, grain=grain)
    if grain == "week":
        first = day - timedelta(days=day.weekday())
        return Period(first=first, last=first + timedelta(days=6), grain=grain)
    months = MONTHS[grain]
    index = (day.year * 12 + day.month - 1) // months * months
    return Period(first=_first_of(index), last=_first_of(index + months) - timedelta(days=1), grain=grain)


def _first_of(index: int) -> date:
    """The first day of a month, counted from the year 0."""
    return date(index // 12, index % 12 + 1, 1)


def shifted(period: Period, count: int) -> Period:
    """The period `count` later (before, when negative); free ones move by their own length, in months where they are made of them."""
    if period.grain in MONTHS:
        index = _month(period.first) + count * MONTHS[period.grain]
        return containing(_first_of(index), period.grain)
    if months := _whole_months(period):
        return _moved(period, count * months)
    step = timedelta(days=period.days * count)
    return Period(first=period.first + step, last=period.last + step, grain=period.grain)


def a_year_before(period: Period) -> Period:
    """The same period of the year before; of weeks, days and free periods 52 weeks back, so that weekdays match."""
    if period.grain in MONTHS:
        return shifted(period, -12 // MONTHS[period.grain])
    return _moved(period, -12) if _whole_months(period) else _days_before(period, 364)


def _days_before(period: Period, days: int) -> Period:
    step = timedelta(days=days)
    return Period(first=period.first - step, last=period.last - step, grain=period.grain)


def months_between(first: date, last: date) -> int:
    """From one day's month to that of another."""
    return _month(last) - _month(first)


def _month(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def _whole_months(period: Period) -> int:
    """How many months a free period is made of; 0 where it begins or ends within one."""
    begins, ends = period.first.day == 1, (period.last + timedelta(days=1)).day == 1
    return months_between(period.first, period.last) + 1 if period.grain == "free" and begins and ends else 0


def _moved(period: Period, months: int) -> Period:
    """A period of whole months, so many of them later."""
    first, after = _month(period.first) + months, _month(period.last) + months + 1
    return Period(first=_first_of(first), last=_first_of(after) - timedelta(days=1), grain=period.grain)


def compared_with(period: Period, compare: str, basis: Basis = "total") -> Period | None:
    """What a period is set against: none, the previous one, that of the year before, or one that is named.

    On the same weekdays it has as many days and begins on the same weekday: whole weeks earlier, 52 of them for the year before.
    Raises ValueError where `compare` is none of these.
    """
    if compare == "none":
        return None
    if compare in ("previous", "previous year") and basis == "same weekdays":
        aligned = _days_before(period, 364 if compare == "previous year" else -(-period.days // 7) * 7)
        return replace(aligned, grain="free") if period.grain in MONTHS else aligned
    if compare == "previous year":
        return a_year_before(period)
    return shifted(period, -1) if compare == "previous" else read_period(compare)


def same_part(cut: Period, period: Period, compared: Period) -> Period:
    """Of the compared period the part that `cut` is of `period`: whole against whole, the first 12 days against the first 12 days."""
    first = compared.first + (cut.first - period.first)
    last = compared.last if cut.last == period.last else min(compared.last, compared.first + (cut.last - period.first))
    return Period(first=first, last=last, grain=compared.grain)


def from_to(first: Period, last: Period) -> Iterator[Period]:
    """The periods of one grain from `first` to `last`, both included."""
    while first.first <= last.first:
        yield first
        first = shifted(first, 1)


def period_name(period: Period) -> str:
    """How a period is called in commands, folders and addresses."""
    day = period.first
    if period.grain == "day":
        return day.isoformat()
    if period.grain == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if period.grain == "month":
        return f"{day:%Y-%m}"
    if period.grain == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    if period.grain == "half-year":
        return f"{day.year}-H{1 if day.month < 7 else 2}"
    return f"{day.year}" if period.grain == "year" else f"{day}..{period.last}"


def read_period(text: str) -> Period:
    """The period of a name. Raises ValueError where it is none."""
    first, dots, last = text.partition("..")
    if not all(FIRST_YEAR <= end[:4] <= LAST_YEAR for end in (first, last or first)):
        raise ValueError(f"{text} is not of these centuries")
    if dots:
        ends = Period(first=_day(first), last=_day(last), grain="free")
        if ends.days < 1:
            raise ValueError(f"{text} ends before it begins")
        return ends
    found = _NAME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no period")
    year, week, quarter, half, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if week is not None:
        return containing(date.fromisocalendar(year, week, 1), "week")
    if day is not None:
        return containing(date(year, month or 1, day), "day")
    grain: Grain = "quarter" if quarter else "half-year" if half else "month" if month is not None else "year"
    start = (quarter or 1) * 3 - 2 if quarter else (half or 1) * 6 - 5 if half else 1 if month is None else month
    return containing(date(year, start, 1), grain)


def _day(text: str) -> date:
    """A day of a free period; weeks and months have no single first day there. Raises ValueError."""
    if len(text) != len("2026-09-01") or "W" in text:
        raise ValueError(f"{text!r} is no day")
    return date.fromisoformat(text)
