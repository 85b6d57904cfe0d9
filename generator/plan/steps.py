"""Periods cut into steps: days, weeks, months."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from generator.model.figures import Grain, Period, month_of
from generator.model.periods import shifted

MAX_DAYS, MAX_WEEK_DAYS = 62, 200  # beyond, a curve by day (week) has more marks than a page can show


def cut(period: Period, grain: Grain) -> Sequence[Period]:
    """The period's days, weeks (Monday to Sunday, cut at both ends) or months."""
    if grain == "day":
        days = (period.first + timedelta(days=index) for index in range(period.days))
        return [Period(first=day, last=day, grain="day") for day in days]
    steps, first = [], period.first
    while first <= period.last:
        end = month_of(first).last if grain == "month" else first + timedelta(days=6 - first.weekday())
        steps.append(Period(first=first, last=min(end, period.last), grain=grain))
        first = end + timedelta(days=1)
    return steps


def natural_grain(period: Period) -> Grain:
    """The finest grain that a page can show."""
    return "day" if period.days <= MAX_DAYS else "week" if period.days <= MAX_WEEK_DAYS else "month"


def back_from(period: Period, words: str) -> Period:
    """ "last 13 months" and the like, ending with the period (a month: its own month is the last one)."""
    match = re.fullmatch(r"last (\d+) (days|weeks|months)", words)
    if not match:
        return period
    count, unit = int(match[1]), match[2]
    if unit == "months":
        last = month_of(period.last)
        return Period(first=shifted(last, 1 - count).first, last=last.last, grain="free")
    return Period(first=period.last - timedelta(days=count * (7 if unit == "weeks" else 1) - 1), last=period.last, grain="free")
