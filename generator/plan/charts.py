"""A chart block → its steps or categories, its series, and the annotations of its days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.model.figures import Filter, Grain, Period
from generator.model.periods import a_year_before, compared_with, months_between, shifted
from generator.plan.scope import Scope
from generator.plan.steps import asked_period, cut, natural_grain
from generator.plan.values import period_value, rounded, source_values
from generator.plan.words import MISSING, platform_name


def plan_chart(block: Block, scope: Scope) -> dict[str, Any]:
    """The chart's values; a period without a campaign, or figures that no export gives, say so."""
    args = block.args
    assert isinstance(args, blocks.Chart)
    period = asked_period(args.period, scope)
    metric = scope.figures.metric(args.metric)
    assert metric is not None
    scope.used[metric.name] = metric
    only = Filter(platform=args.platform)
    over_time = args.kind in OVER_TIME
    grain: Grain = "day" if args.kind == "heat" else _grain(args, period)
    steps = cut(period, grain) if over_time else []
    series = _over_time(args, scope, steps, period, only) if over_time else SPREAD.get(args.kind, _over_names)(args, scope, period, only)
    if args.kind == "funnel":
        _warn_of_growth(series[0], block, scope)
    begin = _first_known(series) if over_time else 0
    if begin:
        steps, period = steps[begin:], replace(period, first=steps[begin].first, grain="free")
        series = [{**each, "values": each["values"][begin:], "cut": each["cut"][begin:]} for each in series]
    notes = list(_annotations(scope, period, args.platform)) if args.kind in MARKED else []
    figure = scope.figures.figure(metric.name, period, only=only)
    return {
        "block": "chart",
        "kind": args.kind,
        "title": args.title,
        "metric": metric.label,
        "unit": metric.unit,
        "currency": scope.client.currency if metric.unit == "money" else None,
        "period": period_value(period, partial=figure.partial),
        "before": period_value(before, partial=figure.partial)
        if args.kind == "slope" and (before := compared_with(period, args.compare))
        else None,
        "grain": grain if over_time else None,
        "x": [step.first.isoformat() for step in steps] if over_time else series[0]["names"] if series else [],
        "x_kind": grain if over_time else "category",
        "series": [{key: value for key, value in each.items() if key != "names"} for each in series],
        "cut": any(any(each["cut"]) for each in series) if over_time else False,
        "annotations": notes,
        "notes": notes,  # those whose words stand beside this very chart
        "worded": None,  # the number of a report's chapter that has the words of the others
        "note": metric.note,
        "rule": None,
        "as_of": min(period.last, scope.figures.last_day).isoformat() if scope.figures.last_day else None,
        "files": len(figure.sources),
        "sources": source_values(figure.sources),
        "definition": metric.definition,
        "missing": None
        if any(value is not None for each in series if each["role"] != "previous" for value in each["values"])
        else MISSING["not-covered"][scope.language],
    }


MARKED = ("line", "bar", "stacked", "shares")  # which have room for marks of what happened
OVER_TIME = (*MARKED, "heat")


def _grain(args: blocks.Chart, period: Period) -> Grain:
    if args.grain:
        return args.grain
    said: dict[str, Grain] = {"days": "day", "weeks": "week", "months": "month"}
    return said.get(args.period.split()[-1], natural_grain(period))


def _over_time(args: blocks.Chart, scope: Scope, steps: Sequence[Period], period: Period, only: Filter) -> list[dict[str, Any]]:
    if args.by or args.kind == "shares":
        return [_curve(scope, args.metric, steps, filter_, label) for label, filter_ in _groups(args, scope, period, only)]
    main = _curve(scope, args.metric, steps, only, "")
    if args.compare == "none":
        return [{**main, "role": "main"}]
    before = [_before(step, period, args.compare) for step in steps]
    return [{**main, "role": "main"}, {**_curve(scope, args.metric, before, only, args.compare), "role": "previous"}]


def _first_known(series: Sequence[Mapping[str, Any]]) -> int:
    """The step with which the figures begin: a chart does not open with months before the first export. 0 when there are none at all."""
    known = (index for each in series for index, value in enumerate(each["values"]) if value is not None)
    return min(known, default=0)


def _before(step: Period, period: Period, compare: str) -> Period:
    """The same step of the compared period: as many months, else as many days before."""
    compared = compared_with(period, compare)
    assert compared is not None
    if compare == "previous year":
        return a_year_before(step)
    if step.grain == "month" and period.first.day == 1 and compared.first.day == 1:
        return shifted(step, months_between(period.first, compared.first))
    shift = period.first - compared.first
    return Period(first=step.first - shift, last=step.last - shift, grain=step.grain)


def _curve(scope: Scope, metric: str, steps: Sequence[Period], only: Filter, name: str) -> dict[str, Any]:
    """Values, and which of them are known in part: weeks at the period's ends, and what exports stop in the middle of."""
    values = [rounded(value) for value in scope.figures.curve(metric, steps, only=only).values]
    cut = [(step.grain == "week" and step.days < 7) or scope.figures.figure(metric, step, only=only).partial for step in steps]
    return {"name": name, "values": values, "cut": cut, "role": "other"}


def _over_names(args: blocks.Chart, scope: Scope, period: Period, only: Filter) -> list[dict[str, Any]]:
    groups = _groups(args, scope, period, only)
    values = [rounded(scope.figures.figure(args.metric, period, only=filter_).value) for _, filter_ in groups]
    return [{"name": "", "names": [label for label, _ in groups], "values": values, "role": "main"}]


def _slope(args: blocks.Chart, scope: Scope, period: Period, only: Filter) -> list[dict[str, Any]]:
    """Each name's value in the period compared with, and in this one."""
    groups = _groups(args, scope, period, only)
    figures = [scope.figures.figure(args.metric, period, only=filter_, compare=args.compare) for _, filter_ in groups]
    names = [label for label, _ in groups]
    return [
        {"name": "", "names": names, "values": [rounded(figure.value) for figure in figures], "role": "main"},
        {"name": args.compare, "names": names, "values": [rounded(figure.previous) for figure in figures], "role": "previous"},
    ]


def _funnel(args: blocks.Chart, scope: Scope, period: Period, only: Filter) -> list[dict[str, Any]]:
    """Each metric's value, in the order of the steps."""
    metrics = [metric for name in args.metrics if (metric := scope.figures.metric(name))]
    scope.used.update({metric.name: metric for metric in metrics})
    values = [rounded(scope.figures.figure(metric.name, period, only=only).value) for metric in metrics]
    return [{"name": "", "names": [metric.label for metric in metrics], "values": values, "role": "main"}]


def _warn_of_growth(series: Mapping[str, Any], block: Block, scope: Scope) -> None:
    """A step that is larger than the one before is no part of it."""
    steps = list(zip(series["names"], series["values"], strict=True))
    for (before, of), (after, value) in pairwise(steps):
        if of is not None and value is not None and value > of:
            fix = "put the steps in their order, or draw them as tiles: a funnel is for parts of one whole"
            message = f"{after} is more than {before}, the step before it"
            scope.problems.add("wider-step", message, block.places.get("funnel", block.at), fix=fix, severity="warning")


SPREAD = {"slope": _slope, "funnel": _funnel}


def _groups(args: blocks.Chart, scope: Scope, period: Period, only: Filter) -> list[tuple[str, Filter]]:
    """The largest names of the dimension, with what filters for them."""
    by = args.by or "platform"
    names = list(scope.figures.groups(args.metric, period, by, only=only))[: args.count]
    if by == "platform":
        return [(platform_name(name), Filter(platform=name, item=only.item)) for name in names]
    return [(name, Filter(platform=only.platform, item=name)) for name in names]


def _annotations(scope: Scope, period: Period, platform: str | None) -> Iterator[dict[str, Any]]:
    """Notes for the client on these days; internal ones never leave the agency."""
    notes = [
        note
        for note in sorted(scope.client.annotations, key=lambda note: (note.date, note.text))
        if note.audience == "client"
        and note.date <= period.last
        and (note.until or note.date) >= period.first
        and (platform is None or note.platform in (None, platform))
    ]
    for number, note in enumerate(notes, 1):
        yield {"n": number, "first": note.date.isoformat(), "last": note.until and note.until.isoformat(), "text": note.text}


def plan_audience_map(block: Block, scope: Scope) -> dict[str, Any]:
    """Where the audience is: each network's size, and what it was before."""
    args = block.args
    assert isinstance(args, blocks.AudienceMap)
    like = blocks.Chart(slope=args.metric, by="platform", period=args.period, compare=args.compare, count=args.count, title=args.title)
    return {**plan_chart(replace(block, args=like), scope), "kind": "map"}
