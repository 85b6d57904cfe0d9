"""Figures, metrics and periods as plain values for a job."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generator.model.figures import ALL, Basis, Figure, Filter, Period, Source
from generator.model.periods import shifted
from generator.plan.scope import Scope
from generator.plan.words import MISSING

SPARK_STEPS = {"week": 13, "month": 13, "quarter": 8, "half-year": 6, "year": 4}  # how many periods the curve of a tile shows


def rounded(value: float | None) -> float | None:
    """Twelve significant digits: sums do not depend on the last bit, nor does a fingerprint."""
    return None if value is None else float(f"{value:.12g}")


def period_value(period: Period, *, partial: bool = False) -> dict[str, Any]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat(), "grain": period.grain, "partial": partial}


def figure_value(scope: Scope, metric: str, *, compare: str, spark: bool, basis: Basis = "total", only: Filter = ALL) -> dict[str, Any]:
    """A figure of the scope's period, as the contract of tiles, tables and prose has it."""
    figure = scope.figures.figure(metric, scope.period, compare=compare, basis=basis, only=only)
    scope.used[metric] = figure.metric
    return {
        **cell_value(figure),
        "metric": metric,
        "of": {"first": scope.period.first.isoformat(), "last": scope.period.last.isoformat(), "platform": only.platform},
        "label": figure.metric.label,
        "unit": figure.metric.unit,
        "currency": figure.currency,
        "previous": rounded(figure.previous),
        "difference": rounded(figure.difference),
        "compare": compare_value(figure, compare, partial=figure.partial),
        "spark": _spark(scope, metric, only) if spark else [],
        "spark_grain": scope.period.grain,
        "note": figure.metric.note,
        "missing": MISSING[figure.missing][scope.language] if figure.missing else None,
        "definition": figure.metric.definition,
        "formula": figure.metric.formula,
        "sources": source_values(figure.sources),
        "goal": None,
    }


def source_values(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Each file behind some figures once: from which lines they are taken, the most rows that one of them takes, and how many rows of the
    file are in no figure. Not its digest, which `kpi explain` has: an export edited without changing a figure makes no page again."""
    found: dict[str, dict[str, Any]] = {}
    for each in sources:
        place = {"rows": each.rows, "first_line": each.first_line, "last_line": each.last_line}
        known = found.setdefault(each.file, {"file": each.file, "left_out": each.left_out, **place})
        known["rows"] = max(known["rows"], each.rows)
        known["first_line"], known["last_line"] = min(known["first_line"], each.first_line), max(known["last_line"], each.last_line)
    return [found[file] for file in sorted(found)]


def cell_value(figure: Figure) -> dict[str, Any]:
    additive = figure.metric.additive
    return {
        "value": rounded(figure.value),
        "additive": additive,
        "change": rounded(figure.change),
        "trend": figure.trend,
        "good": figure.good,
    }


def compare_value(figure: Figure, compare: str, *, partial: bool) -> dict[str, Any] | None:
    """What a figure is set against, and on which measure; None when it is not."""
    if figure.compared is None:
        return None
    return {"kind": compare, "basis": figure.basis, **period_value(figure.compared, partial=partial)}


def _spark(scope: Scope, metric: str, only: Filter) -> list[float | None]:
    """The last periods up to the scope's own; nothing for free periods."""
    steps = [shifted(scope.period, -back) for back in reversed(range(SPARK_STEPS.get(scope.period.grain, 0)))]
    return [rounded(value) for value in scope.figures.curve(metric, steps, only=only).values]
