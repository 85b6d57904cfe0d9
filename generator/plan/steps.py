"""The periods that blocks ask for, and periods cut into steps: days, weeks, months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from generator.model.blocks import LAST
from generator.model.clock import Clock
from generator.model.content import Campaign
from generator.model.figures import Grain, Period, month_of
from generator.model.periods import read_period, shifted
from generator.plan.scope import Scope

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


def asked_period(words: str, scope: Scope) -> Period:
    """The period that a block asks for, from where it stands."""
    if words == "this period":
        return scope.period
    if words.startswith("campaign"):
        return _of_campaign(scope, to_date=words == "campaign to date")
    if words == "year to date":
        return Period(first=scope.period.last.replace(month=1, day=1), last=scope.period.last, grain="free")
    return _back_from(scope.period, *match.groups()) if (match := LAST.fullmatch(words)) else read_period(words)


def phase(campaign: Campaign, clock: Clock) -> str:
    """teaser → live → closed → recap, by the campaign's dates."""
    if not clock.passed(campaign.starts):
        return "teaser"
    if not clock.passed(campaign.ends):
        return "live"
    return "recap" if clock.passed(campaign.recap) else "closed"


def campaign_days(campaign: Campaign) -> Period:
    return Period(first=campaign.starts.date(), last=campaign.ends.date(), grain="free")


def _of_campaign(scope: Scope, *, to_date: bool) -> Period:
    """The campaign's days, all of them or those up to the end of the period; without a campaign the period itself."""
    if scope.campaign is None:
        return scope.period
    days = campaign_days(scope.campaign)
    known = min(scope.period.last, scope.figures.last_day or days.last)
    return replace(days, last=max(days.first, min(days.last, known))) if to_date else days


def _back_from(period: Period, count: str, unit: str) -> Period:
    """ "last 13 months" and the like, ending with the period (a month: its own month is the last one)."""
    if unit == "months":
        last = month_of(period.last)
        return Period(first=shifted(last, 1 - int(count)).first, last=last.last, grain="free")
    return Period(first=period.last - timedelta(days=int(count) * (7 if unit == "weeks" else 1) - 1), last=period.last, grain="free")
