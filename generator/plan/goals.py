"""Goals with their pacing: what is reached, against what the elapsed share of the time would have it be."""

from __future__ import annotations

from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.model.figures import Filter, Metric, Period
from generator.model.site import Goal
from generator.plan.scope import Scope
from generator.plan.values import rounded, source_values
from generator.problems import did_you_mean

LEEWAY = 0.05  # up to this share ahead of or behind the expected value a goal is "on track"


def plan_goals(block: Block, scope: Scope) -> dict[str, Any]:
    """Each goal whose time has begun by the end of the scope's period."""
    args = block.args
    assert isinstance(args, blocks.Goals)
    running = [goal for goal in scope.client.goals if goal.first <= scope.period.last]
    return {"block": "goals", "title": args.title, "items": [item for goal in running if (item := _item(goal, scope))]}


def _item(goal: Goal, scope: Scope) -> dict[str, Any] | None:
    metric = scope.figures.metric(goal.metric)
    if metric is None:
        near = did_you_mean(goal.metric, scope.figures.metric_names())
        message = f'a goal names the metric "{goal.metric}", which does not exist' + (f"; {near}" if near else "")
        scope.problems.add("unknown-metric", message, scope.client.at, fix="name a metric of the dictionary")
        return None
    scope.used[metric.name] = metric
    end = min(goal.last, scope.period.last)
    figure = scope.figures.figure(goal.metric, Period(first=goal.first, last=end, grain="free"), only=Filter(platform=goal.platform))
    elapsed = ((end - goal.first).days + 1) * figure.share / ((goal.last - goal.first).days + 1)
    expected, most = _expected(goal, goal.target, metric, scope, elapsed), None
    if goal.at_most is not None:
        most = _expected(goal, goal.at_most, metric, scope, elapsed)
    full = goal.target if goal.at_most is None else goal.at_most  # where the bar ends
    return {
        "label": goal.label or metric.label,
        "metric": metric.label,
        "definition": metric.definition,
        "sources": source_values(figure.sources),
        "unit": metric.unit,
        "currency": figure.currency,
        "value": rounded(figure.value),
        "target": goal.target,
        "at_most": goal.at_most,
        "first": goal.first.isoformat(),
        "last": goal.last.isoformat(),
        "progress": rounded(figure.value / full) if figure.value is not None and full else None,
        "expected": rounded(expected / full) if expected is not None and full else None,
        "status": _status(goal, figure.value, expected, most, over=end == goal.last, known=not figure.partial),
    }


def _expected(goal: Goal, target: float, metric: Metric, scope: Scope, elapsed: float) -> float | None:
    """The value that a goal on its way has by now: of a sum its share of the target, of a level that share of the way from its start,
    of a ratio the target itself. None when the level at the start is not known."""
    if metric.formula is not None:
        return target
    if metric.additive or metric.note is not None:
        return target * elapsed
    start = scope.figures.figure(goal.metric, Period(first=goal.first, last=goal.first, grain="free"), only=Filter(platform=goal.platform))
    return None if start.value is None else start.value + (target - start.value) * elapsed


def _status(goal: Goal, value: float | None, expected: float | None, most: float | None, *, over: bool, known: bool) -> str:
    """Of a goal whose days are over, but not all known, no more can be said than that it is reached already."""
    if over and not known:
        over, expected, most = False, None, None
    if goal.at_most is None:
        return goal_status(value, goal.target, expected, over=over, better=goal.better)
    if over:
        return range_status(value, goal.target, goal.at_most, over=True)
    return range_status(value, expected, most, over=False)


def range_status(value: float | None, low: float | None, high: float | None, *, over: bool) -> str:
    """Where a goal between two ends stands: too little and too much are both off it."""
    if value is None:
        return "no data"
    if low is None or high is None:
        return "under way"
    leeway = 0.0 if over else LEEWAY
    if value < low - abs(low) * leeway:
        return "missed" if over else "behind"
    if value > high + abs(high) * leeway:
        return "missed" if over else "beyond"
    return "reached" if over else "on track"


def goal_status(value: float | None, target: float, expected: float | None, *, over: bool, better: str) -> str:
    """Where a goal stands, by what is expected of it now; where that is not known, only its end tells."""
    if value is None:
        return "no data"
    if better == "higher" and value >= target:
        return "reached"
    if over:
        return "reached" if better == "lower" and value <= target else "missed"
    if expected is None:
        return "under way"
    ahead = (expected - value if better == "lower" else value - expected) / abs(expected or target or 1)
    return "ahead" if ahead > LEEWAY else "on track" if ahead >= -LEEWAY else "behind"
