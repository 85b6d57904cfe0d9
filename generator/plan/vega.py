"""A block `vega` → its specification with the figures that it asks for: a full Vega-Lite chart, for what no chart of Bilan's own shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.model.figures import Filter, Period
from generator.plan.scope import Scope
from generator.plan.steps import asked_period, cut
from generator.plan.values import period_value, rounded, source_values
from generator.plan.words import MISSING, platform_name

OUTSIDE = ("url", "href")  # keys of a specification that lead out of it
MOST = 5000  # rows of figures


def plan_vega(block: Block, scope: Scope) -> dict[str, Any] | None:
    """Left out, with a problem, when the specification is no JSON, or fetches anything."""
    args = block.args
    assert isinstance(args, blocks.Vega)
    spec = _specification(args, block, scope)
    if spec is None:
        return None
    period = asked_period(args.period, scope)
    metrics = [metric for name in args.metrics if (metric := scope.figures.metric(name))]
    scope.used.update({metric.name: metric for metric in metrics})
    rows = list(_rows(args, scope, period))
    figures = [scope.figures.figure(metric.name, period, only=Filter(platform=args.platform)) for metric in metrics]
    return {
        "block": "vega",
        "title": args.title,
        "sentence": args.sentence,
        "spec": json.dumps(spec, ensure_ascii=False, sort_keys=True),
        "rows": rows,
        "head": [{"name": m.name, "label": m.label, "unit": m.unit, "currency": scope.client.currency} for m in metrics],
        "grain": args.grain,
        "by": args.by,
        "period": period_value(period, partial=any(figure.partial for figure in figures)),
        "at": str(block.places.get("spec", block.at)),
        "sources": source_values(source for figure in figures for source in figure.sources),
        "missing": None if any(row[name] is not None for row in rows for name in args.metrics) else scope.say(MISSING["not-covered"]),
    }  # fmt: skip


def _specification(args: blocks.Vega, block: Block, scope: Scope) -> dict[str, Any] | None:
    at = block.places.get("spec", block.at)
    try:
        spec = json.loads(args.spec)
    except json.JSONDecodeError as error:
        place = replace(at, line=(at.line or 1) + error.lineno)
        scope.problems.add(
            "bad-vega", f"the specification is no JSON: {error.msg}", place, fix="mend it here; an editor for Vega-Lite shows where"
        )
        return None
    if not isinstance(spec, dict):
        scope.problems.add("bad-vega", "the specification is no JSON object", at, fix="begin it with {")
        return None
    if (key := next(_ways_out(spec), None)) is not None:
        fix = 'use the figures of the block, which are the data set "figures", or write values into the specification'
        scope.problems.add("bad-vega", f'"{key}" leads out of the specification; nothing is fetched', at, fix=fix)
        return None
    return {key: value for key, value in spec.items() if key not in ("$schema", "usermeta")}


def _ways_out(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in OUTSIDE or (key == "mark" and "image" in (inner, inner.get("type") if isinstance(inner, Mapping) else None)):
                yield str(key)
            yield from _ways_out(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _ways_out(inner)


def _rows(args: blocks.Vega, scope: Scope, period: Period) -> Iterator[dict[str, Any]]:
    """A row a step and name: `date`, `name`, and the metrics."""
    steps = cut(period, args.grain) if args.grain else [period]
    groups = _groups(args, scope, period)
    for step in steps[: MOST // max(1, len(groups))]:
        for name, only in groups:
            values = {metric: rounded(scope.figures.figure(metric, step, only=only).value) for metric in args.metrics}
            yield {**({"date": step.first.isoformat()} if args.grain else {}), **({"name": name} if args.by else {}), **values}


def _groups(args: blocks.Vega, scope: Scope, period: Period) -> list[tuple[str, Filter]]:
    if args.by is None:
        return [("", Filter(platform=args.platform))]
    found = dict.fromkeys(
        name for metric in args.metrics for name in scope.figures.groups(metric, period, args.by, only=Filter(platform=args.platform))
    )
    if args.by == "platform":
        return [(platform_name(name), Filter(platform=name)) for name in found]
    return [(name, Filter(platform=args.platform, item=name)) for name in found]
