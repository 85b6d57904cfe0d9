"""A service block → its tiles, the load of each day and of each agent, and the hours by which delays are counted."""

from __future__ import annotations

from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.model.conversation import Desk
from generator.model.figures import Period
from generator.model.listening import Service
from generator.plan.scope import Scope
from generator.plan.steps import cut, natural_grain
from generator.plan.values import figure_value, period_value, rounded, source_values
from generator.plan.words import MISSING

TILES = {
    "rate": ("response_rate", None),
    "within": ("answered_in_time", "answered_in_time_calendar"),
    "median": ("first_reply", "first_reply_calendar"),
}


def plan_service(block: Block, scope: Scope) -> dict[str, Any]:
    """How the scope's messages were answered; where no file covers them, that is what the block says."""
    args = block.args
    assert isinstance(args, blocks.Service)
    desk = scope.figures.desk(scope.period)
    missing = scope.figures.figure("messages", scope.period).missing or "no-export"
    return {
        "block": "service",
        "title": args.title,
        "missing": None if desk else MISSING[missing][scope.language],
        "tiles": [_tile(name, args, scope) for name in args.show if name in TILES] if desk else [],
        "counts": _counts(desk) if desk else None,
        "days": _days(desk, scope) if desk and "workload" in args.show else None,
        "agents": _agents(desk) if desk and "workload" in args.show else [],
        "hours": _hours(scope.client.service) if scope.client.service else None,
        "first": desk.first.isoformat() if desk else None,
        "last": desk.last.isoformat() if desk else None,
        "sources": source_values(desk.sources) if desk else [],
    }


def _tile(name: str, args: blocks.Service, scope: Scope) -> dict[str, Any]:
    """A figure in opening hours with its twin by the calendar; without declared hours the calendar's stands alone."""
    metric, twin = TILES[name]
    if twin and scope.client.service is None:
        metric, twin = twin, None
    calendar = figure_value(scope, twin, compare=args.compare, spark=False) if twin else None
    return {**figure_value(scope, metric, compare=args.compare, spark=True), "name": name, "calendar": calendar and calendar["value"]}


def _counts(desk: Desk) -> dict[str, Any]:
    return {
        "received": desk.received, "asks": desk.asks, "answered": desk.answered, "unanswered": desk.unanswered, "untimed": desk.untimed,
        "outside": rounded(desk.outside / desk.asks) if desk.outside is not None and desk.asks else None,
    }  # fmt: skip


def _days(desk: Desk, scope: Scope) -> dict[str, Any]:
    """The messages that came, as a chart's values: day by day in a month, in longer steps beyond."""
    metric = scope.figures.metric("messages")
    assert metric is not None
    scope.used[metric.name] = metric
    period = Period(first=desk.first, last=desk.last, grain=scope.period.grain)
    grain = natural_grain(period)
    steps = cut(period, grain)
    values = [rounded(value) for value in scope.figures.curve("messages", steps).values]
    busiest = max(desk.days, key=lambda day: day.received) if desk.asks else None
    return {
        "kind": "bar", "title": None, "metric": metric.label, "unit": "count", "currency": None, "by": None, "note": None, "missing": None,
        "period": period_value(period, partial=desk.partial), "grain": grain, "x_kind": grain,
        "x": [step.first.isoformat() for step in steps],
        "series": [{"name": "", "values": values, "cut": [False] * len(steps), "role": "main"}], "annotations": [],
        "busiest": busiest.day.isoformat() if busiest else None, "most": busiest.received if busiest else 0,
    }  # fmt: skip


def _agents(desk: Desk) -> list[dict[str, Any]]:
    most = max((each.answered for each in desk.agents), default=0) or 1
    return [
        {"agent": each.agent, "answered": each.answered, "share": rounded(each.answered / most), "median": rounded(each.median),
         "median_open": rounded(each.median_open)}
        for each in desk.agents
    ]  # fmt: skip


def _hours(service: Service) -> dict[str, Any]:
    """The declared hours: first and last day of each stretch of the week (Monday is 0), and its times."""
    return {
        "target": service.target,
        "holidays": service.holidays,
        "closed": len(service.closed),
        "week": [{"first": days[0], "last": days[-1], "spans": [[_clock(opens), _clock(closes)] for opens, closes in spans]}
                 for days, spans in sorted(service.hours.items())],
    }  # fmt: skip


def _clock(minute: int) -> str:
    """ "2000-01-01T09:00", of which templates show the hour."""
    return f"2000-01-01T{minute % 1440 // 60:02}:{minute % 60:02}"
