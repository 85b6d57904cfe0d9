"""A table block → its head, rows and total; totals of ratios are recomputed, never summed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.model.figures import Filter, Metric, Period
from generator.plan.scope import Scope
from generator.plan.steps import asked_period, cut
from generator.plan.values import cell_value, compare_value, period_value, source_values
from generator.plan.words import platform_name

Row = tuple[str, str | None, Period, Filter]  # label (ISO day for a month), its kind, what it covers


def plan_table(block: Block, scope: Scope) -> dict[str, Any]:
    """One row a platform, month, campaign, channel or page; one column a metric."""
    args = block.args
    assert isinstance(args, blocks.Table)
    period = asked_period(args.period, scope)
    metrics = [metric for name in args.metrics if (metric := scope.figures.metric(name))]
    scope.used.update({metric.name: metric for metric in metrics})
    only = Filter(platform=args.platform)
    rows = [_row(scope, metrics, args, row) for row in _rows(args, scope, period, only)]
    if args.total and len(rows) > 1:
        rows.append({**_row(scope, metrics, args, ("", None, period, only)), "total": True})
    return {
        "block": "table",
        "title": args.title,
        "by": args.by,
        "bars": _bars(rows) if args.bars else [],
        "period": period_value(period),
        "head": [
            {"label": m.label, "unit": m.unit, "currency": scope.client.currency if m.unit == "money" else None, "note": m.note}
            for m in metrics
        ],
        "rows": rows,
        "note": next((metric.note for metric in metrics if metric.note), None),
        "compare": _compare(scope, metrics, period, args) if args.by != "month" else None,  # each month has one of its own
        "sources": source_values(s for metric in metrics for s in scope.figures.figure(metric.name, period, only=only).sources),
    }


def _rows(args: blocks.Table, scope: Scope, period: Period, only: Filter) -> list[Row]:
    if args.by == "month":
        return [(step.first.isoformat(), "month", step, only) for step in cut(period, "month")]
    names = list(dict.fromkeys(name for metric in args.metrics for name in scope.figures.groups(metric, period, args.by, only=only)))
    if args.by == "platform":
        return [(platform_name(name), None, period, Filter(platform=name)) for name in names[: args.count]]
    return [(name, None, period, Filter(platform=args.platform, item=name)) for name in names[: args.count]]


def _row(scope: Scope, metrics: Sequence[Metric], args: blocks.Table, row: Row) -> dict[str, Any]:
    label, kind, period, only = row
    figures = [scope.figures.figure(metric.name, period, compare=args.compare, basis=args.basis, only=only) for metric in metrics]
    return {"label": label, "kind": kind, "cells": [cell_value(figure) for figure in figures], "total": False}


def _bars(rows: Sequence[dict[str, Any]]) -> list[float | None]:
    """How long the bar of each row's first cell is, as a share of the longest; None for totals and what is below zero or not known."""
    values = [None if row["total"] else row["cells"][0]["value"] for row in rows]
    most = max((value for value in values if value is not None), default=0)
    return [value / most if value is not None and value >= 0 and most > 0 else None for value in values]


def _compare(scope: Scope, metrics: Sequence[Metric], period: Period, args: blocks.Table) -> dict[str, Any] | None:
    """What the changes of the cells are against."""
    figures = [scope.figures.figure(metric.name, period, compare=args.compare, basis=args.basis) for metric in metrics]
    return compare_value(figures[0], args.compare, partial=any(figure.partial for figure in figures)) if figures else None
