"""A calendar block → the weeks of a month or two, each day with what was published, network by network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.model.figures import Filter, Period
from generator.plan.scope import Scope
from generator.plan.steps import MAX_DAYS, asked_period, cut
from generator.plan.values import period_value, source_values
from generator.plan.words import MISSING, platform_name

METRIC = "posts_published"
MONDAY = date(2024, 1, 1)  # any one: the template names its day


def plan_calendar(block: Block, scope: Scope) -> dict[str, Any]:
    """Counts by day and network; a day that no export of a network covers is not taken for one without posts."""
    args = block.args
    assert isinstance(args, blocks.Calendar)
    period, only, metric = asked_period(args.period, scope), Filter(platform=args.platform), scope.figures.metric(METRIC)
    assert metric is not None
    scope.used[METRIC] = metric
    figure = scope.figures.figure(METRIC, period, only=only)
    days = cut(period, "day") if period.days <= MAX_DAYS else []
    names = sorted(scope.figures.groups(METRIC, period, "platform", only=only), key=platform_name)
    curves = {name: scope.figures.curve(METRIC, days, only=Filter(platform=name)).values for name in names}
    totals = [_total([curves[name][index] for name in names]) for index in range(len(days))]
    known = [total for total in totals if total is not None]
    return {
        "block": "calendar",
        "title": args.title,
        "metric": metric.label,
        "definition": metric.definition,
        "period": period_value(period),
        "networks": [{"name": platform_name(name), "total": _total(curves[name])} for name in names],
        "days": [
            {
                "day": day.first.isoformat(),
                "total": totals[index],
                "counts": [curves[name][index] for name in names],
                "weight": _weight(totals[index], known),
            }
            for index, day in enumerate(days)
        ],
        "weeks": _weeks(days),
        "weekdays": [(MONDAY + timedelta(days=index)).isoformat() for index in range(7)],
        "most": days[totals.index(max(known))].first.isoformat() if known else None,
        "total": _total(totals),
        "partial": any(value is None for curve in curves.values() for value in curve),
        "missing": None if known else MISSING[figure.missing or "not-covered"][scope.language],
        "sources": source_values(figure.sources),
    }


def _total(values: Sequence[float | None]) -> int | None:
    known = [value for value in values if value is not None]
    return round(sum(known)) if known else None


def _weight(total: int | None, known: Sequence[int]) -> int:
    """How strongly a day is shaded: 0 for none, then from 1 for the calmest day to 4 for the fullest."""
    if not total:
        return 0
    least, most = min(filter(None, known)), max(known)
    return 4 if most == least else 1 + 3 * (total - least) // (most - least)


def _weeks(days: Sequence[Period]) -> list[list[int | None]]:
    """Places of days, Monday to Sunday; None where the week goes beyond the period."""
    if not days:
        return []
    places: list[int | None] = [None] * days[0].first.weekday() + list(range(len(days)))
    places += [None] * (-len(places) % 7)
    return [places[start : start + 7] for start in range(0, len(places), 7)]
