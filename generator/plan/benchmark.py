"""A benchmark block → a campaign's curve beside those of the client's past ones, day by day since each was launched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from statistics import median
from typing import Any

from generator.model import blocks
from generator.model.content import Block, Campaign
from generator.model.figures import Filter, Period
from generator.plan.scope import Scope
from generator.plan.steps import campaign_days
from generator.plan.values import period_value, rounded, source_values
from generator.plan.wall import people_key
from generator.plan.words import BENCHMARK, COUNTED, MEDIAN, MISSING, day_since
from generator.problems import did_you_mean

NAMED = 4  # past campaigns with a curve of their own; of more the median is drawn too
MIDDLE = 3  # campaigns that make a median


@dataclass(frozen=True, slots=True, eq=False)  # two campaigns are one only when they are the same
class _Past:
    """A campaign that is over, or was begun before: with a page of its own, or by its days alone."""

    name: str
    days: Period
    campaign: Campaign | None = None


def plan_benchmark(block: Block, scope: Scope) -> dict[str, Any] | None:
    """The chart's values, and how many campaigns are compared, by name; None, with a problem, where one that is named does not exist."""
    args = block.args
    assert isinstance(args, blocks.Benchmark)
    if scope.campaign is None:
        return {"block": "chart", **_empty(args, scope), "missing": MISSING["no-campaign"][scope.language]}
    this = _Past(scope.campaign.title, campaign_days(scope.campaign), scope.campaign)
    past = _past(this, scope)
    unknown = [name for name in args.campaigns if name not in {each.name for each in past} | {_slug(each) for each in past}]
    known = [each.name for each in past]
    for name in unknown:
        near = did_you_mean(name, known)
        fix = f"campaigns: {', '.join(known)}" if known else "declare past_campaigns in client.yaml"
        scope.problems.add(
            "unknown-campaign",
            f'there is no campaign "{name}" before this one' + (f"; {near}" if near else ""),
            block.places.get("campaigns", block.at),
            fix=fix,
        )
    if unknown:
        return None
    chosen = [each for each in past if not args.campaigns or {each.name, _slug(each)} & set(args.campaigns)]
    curves = {each: _values(each, args, scope) for each in (this, *chosen)}
    told = [each for each in chosen if any(value is not None for value in curves[each])]
    sources = _sources([this, *told], args, scope)
    return {
        "block": "chart", **_empty(args, scope), **_drawn(this, told, curves, scope), "files": len(sources), "sources": sources,
    }  # fmt: skip


def _sources(campaigns: Sequence[_Past], args: blocks.Benchmark, scope: Scope) -> list[dict[str, Any]]:
    if args.metric in COUNTED:
        return []
    only = Filter(platform=args.platform)
    return source_values(source for each in campaigns for source in scope.figures.figure(args.metric, each.days, only=only).sources)


def _past(this: _Past, scope: Scope) -> list[_Past]:
    """The client's earlier campaigns, the latest first."""
    pages = [_Past(each.title, campaign_days(each), each) for each in scope.content.campaigns]
    declared = [_Past(each.name, Period(first=each.first, last=each.last, grain="free")) for each in scope.client.past_campaigns]
    return sorted(
        (each for each in (*pages, *declared) if each.days.first < this.days.first),
        key=lambda each: (-each.days.first.toordinal(), each.name),
    )


def _slug(past: _Past) -> str:
    return past.campaign.slug if past.campaign else past.name


def _values(past: _Past, args: blocks.Benchmark, scope: Scope) -> list[float | None]:
    """A value a day since the launch; added up as far as every day is known."""
    if args.metric in COUNTED:
        daily = _of_wall(past, args.metric, scope)
    else:
        days = [past.days.first + timedelta(days=index) for index in range(past.days.days)]
        only = Filter(platform=args.platform)
        daily = [scope.figures.figure(args.metric, Period(first=day, last=day, grain="day"), only=only).value for day in days]
    if not _adds_up(args, scope):
        return [rounded(value) for value in daily]
    known = next((index for index, value in enumerate(daily) if value is None), len(daily))
    return [*(rounded(total) for total in accumulate(value or 0.0 for value in daily[:known])), *([None] * (len(daily) - known))]


def _of_wall(past: _Past, what: str, scope: Scope) -> list[float | None]:
    """Moments of each day, or people that came for the first time, up to now; a campaign without a wall has none."""
    if past.campaign is None:
        return []
    moments = sorted(past.campaign.moments, key=lambda moment: moment.instant)
    if what == "people":
        moments = list({key: moment for moment in reversed(moments) if (key := people_key(moment))}.values())  # the first of each
    zone = past.campaign.starts.tzinfo
    counts = Counter((moment.instant.astimezone(zone).date() - past.days.first).days for moment in moments)
    today = (scope.clock.today(scope.client.timezone) - past.days.first).days
    return [float(counts[index]) if index <= today else None for index in range(past.days.days)]


def _adds_up(args: blocks.Benchmark, scope: Scope) -> bool:
    metric = scope.figures.metric(args.metric)
    return args.cumulative and (metric is None or metric.additive)


def _empty(args: blocks.Benchmark, scope: Scope) -> dict[str, Any]:
    """What the chart says of itself."""
    metric = scope.figures.metric(args.metric)
    if metric:
        scope.used[metric.name] = metric
    return {
        "kind": "line", "title": args.title, "metric": metric.label if metric else COUNTED[args.metric][scope.language],
        "definition": metric.definition if metric else None,
        "unit": metric.unit if metric else "count", "currency": scope.client.currency if metric and metric.unit == "money" else None,
        "period": period_value(scope.period), "grain": None, "x": [], "x_kind": "since", "series": [], "cut": False, "annotations": [],
        "notes": [], "worded": None, "note": metric.note if metric else None, "rule": None, "as_of": None, "files": 0, "sources": [],
        "missing": None,
    }  # fmt: skip


def _drawn(this: _Past, told: Sequence[_Past], curves: dict[_Past, list[float | None]], scope: Scope) -> dict[str, Any]:
    """The curves, this campaign's first, all as long as the longest of those drawn."""
    length = max(len(curves[each]) for each in (this, *told))
    rows = [(each.name, curves[each]) for each in (this, *told[:NAMED])]
    if len(told) >= MIDDLE:
        rows.append((MEDIAN[scope.language].format(count=len(told)), _middle([curves[each] for each in told], length)))
    series = [{"name": name, "values": [*values, *([None] * (length - len(values)))], "cut": [False] * length} for name, values in rows]
    alone = not told
    return {
        "period": period_value(this.days),
        "x": [day_since(index, scope.language) for index in range(length)],
        "series": [{**each, "role": "main" if alone else "other", "name": "" if alone else each["name"]} for each in series],
        "rule": BENCHMARK[scope.language].format(count=len(told), names=", ".join(_dated(each) for each in told) or "–"),
        "as_of": min(this.days.last, scope.figures.last_day).isoformat() if scope.figures.last_day else None,
        "missing": None if any(value is not None for value in curves[this]) else MISSING["not-covered"][scope.language],
    }


def _middle(curves: Sequence[Sequence[float | None]], length: int) -> list[float | None]:
    """The median of the campaigns that have a value on a day, where enough of them have."""
    known = ([curve[index] for curve in curves if index < len(curve)] for index in range(length))
    found = ([value for value in values if value is not None] for values in known)
    return [rounded(median(values)) if len(values) >= MIDDLE else None for values in found]


def _dated(past: _Past) -> str:
    return f"{past.name} ({past.days.first.year})" if str(past.days.first.year) not in past.name else past.name
