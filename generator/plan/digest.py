"""A digest → one sentence a figure: its way, size and comparison, and the network or channel behind most of it. It knows no causes."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose
from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.model.figures import Figure, Filter, Metric
from generator.plan.scope import Scope
from generator.plan.values import figure_value, period_value, rounded, source_values
from generator.plan.words import platform_name

FLAT = 0.005  # a smaller change is none
TENFOLD = 9.995  # from here on both values say more than a percentage
POINT = 0.00005  # a change of a ratio that would be printed as 0.00 points
BY_CHANNEL = ("ga4", "matomo")  # networks whose visits come by channels
SHARES = ((0.999, "all"), (0.8, "most"), (0.5, "half"))  # of a change, and what is said of it


def plan_digest(block: Block, scope: Scope) -> dict[str, Any]:
    """The sentences' parts; the template puts them into words."""
    args = block.args
    assert isinstance(args, blocks.Digest)
    only = Filter(platform=args.platform)
    figures = [scope.figures.figure(name, scope.period, compare=args.compare, only=only) for name in args.metrics]
    return {
        "block": "digest",
        "title": args.title,
        "alone": _alone(figures),
        "lines": [_line(scope, figure, args.compare, only) for figure in figures],
        "notes": [{"label": f.metric.label, "note": f.metric.note} for f in figures if f.metric.note and f.value is not None],
        "sources": source_values(source for figure in figures for source in figure.sources),
    }


def _alone(figures: Sequence[Figure]) -> dict[str, Any] | None:
    """The figures without anything to compare them with, said once; no labels when that is all of them."""
    alone = [figure for figure in figures if move_of(figure) == "alone"]
    period = alone[0].compared if alone else None
    if period is None:
        return None
    known = any(move_of(figure) not in ("alone", "missing") for figure in figures)
    return {"period": period_value(period), "labels": [_inward(figure.metric.label) for figure in alone] if known else []}


def _line(scope: Scope, figure: Figure, compare: str, only: Filter) -> dict[str, Any]:
    move = move_of(figure)
    return {
        **figure_value(scope, figure.metric.name, compare=compare, spark=False, only=only),
        "name": _name(figure.metric, scope.language),
        "bare": scope.language == "fr" and figure.metric.article is None,
        "many": 2 if figure.metric.article == "les" else 1,
        "move": move,
        "size": rounded(figure.difference if figure.metric.unit == "ratio" else figure.change),
        "span": "year" if compare == "previous year" else scope.period.grain,
        "judged": figure.good if figure.metric.better == "lower" and move in ("up", "down") else None,
        "partial": figure.partial,
        "driver": _driver(scope, figure, compare, only) if move in ("up", "down") else None,
    }


def move_of(figure: Figure) -> str:
    """missing; alone, without anything to compare; flat, up or down; or against, where two values say it and no percentage can."""
    if figure.value is None:
        return "missing"
    if figure.previous is None or figure.difference is None:
        return "alone"
    change = figure.change
    if isclose(figure.value, figure.previous, rel_tol=1e-9) or (change is not None and abs(change) < FLAT):
        return "flat"
    if change is None or change > TENFOLD:
        return "against"
    if figure.metric.unit == "ratio" and abs(figure.difference) < POINT:
        return "flat"
    return "up" if change > 0 else "down"


def _name(metric: Metric, language: str) -> str:
    """How a sentence about a figure begins: "Les vues", "Views"."""
    if language != "fr" or metric.article is None:
        return metric.label
    return metric.article[:1].upper() + metric.article[1:] + ("" if metric.article.endswith("’") else " ") + _inward(metric.label)


def _inward(label: str) -> str:
    """A label within a sentence: without its capital, unless all of it is in capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _driver(scope: Scope, figure: Figure, compare: str, only: Filter) -> dict[str, Any] | None:
    """The network, or of visits the channel, that moved by more than half of the change; None where the parts are not all known."""
    if figure.metric.formula is not None or not figure.difference:
        return None
    by = "platform" if len(figure.platforms) > 1 else "channel"
    if by == "channel" and figure.platforms[:1] not in [(name,) for name in BY_CHANNEL]:
        return None
    moved = dict(_moved(scope, figure, by, compare, only))
    known = {name: move for name, move in moved.items() if move is not None}
    if len(known) < 2 or len(known) < len(moved) or not isclose(sum(known.values()), figure.difference, rel_tol=1e-6):
        return None
    share, name = max((move / figure.difference, name) for name, move in known.items())
    said = next((words for least, words in SHARES if share > least), None)
    return {"name": name, "share": said} if said else None


def _moved(scope: Scope, figure: Figure, by: str, compare: str, only: Filter) -> list[tuple[str, float | None]]:
    """How far each network or channel moved."""
    metric = figure.metric.name
    if by == "platform":
        parts = [(platform_name(name), Filter(platform=name)) for name in figure.platforms]
    else:
        parts = [(name, Filter(platform=only.platform, item=name)) for name in scope.figures.groups(metric, scope.period, by, only=only)]
    return [(name, scope.figures.figure(metric, scope.period, compare=compare, only=part).difference) for name, part in parts]
