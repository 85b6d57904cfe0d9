"""The best posts of a period, or those that did far better than the ones before them, as cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.model import blocks
from generator.model.content import Block
from generator.model.figures import Filter, Metric, RankedPost
from generator.plan.scope import Scope
from generator.plan.steps import asked_period
from generator.plan.values import rounded, source_values
from generator.plan.words import LIFETIME, OVER_PERFORMING, TIMES_USUAL, UNJUDGED, platform_name

Segment = dict[str, Any]


def plan_posts(block: Block, scope: Scope) -> Segment:
    args = block.args
    assert isinstance(args, blocks.Posts)
    metric = scope.figures.metric(args.metric)
    assert metric is not None
    scope.used[metric.name] = metric
    only, period = Filter(platform=args.platform), asked_period(args.period, scope)
    note = LIFETIME[scope.language]
    if args.show == "best":
        ranked = scope.figures.best_posts(args.metric, period, args.count, only=only)
    else:
        ranked, unknown = scope.figures.over_performers(args.metric, period, args.count, only=only)
        unjudged = [UNJUDGED[scope.language].format(count=unknown)] if unknown else []
        note = " ".join([OVER_PERFORMING[scope.language], *unjudged, note])
    return {
        "block": "posts",
        "show": args.show,
        "title": args.title,
        "metric": metric.label,
        "note": note,
        "definition": metric.definition,
        "sources": source_values(scope.figures.sources_of(ranked)),
        "items": [_card(rank, post, metric, scope) for rank, post in enumerate(ranked, 1)],
    }


def _card(rank: int, post: RankedPost, metric: Metric, scope: Scope) -> Segment:
    score = {"label": metric.label, "value": rounded(post.score), "unit": metric.unit, "currency": None}
    times = rounded(post.score / post.usual) if post.usual else None
    above = [{"label": TIMES_USUAL[scope.language], "value": times, "unit": "multiple", "currency": None}] if times else []
    return {
        "rank": rank,
        "platform": platform_name(post.platform),
        "type": post.type,
        "text": post.text,
        "published": post.published,
        "permalink": post.permalink,
        "figures": [*above, score, *_post_figures(post.values, scope)],
        "picture": _post_picture(post.permalink, scope),
    }


def _post_picture(permalink: str | None, scope: Scope) -> Any:
    """The picture of the moment that shows the same post; exports of posts carry none."""
    moments = (moment for campaign in scope.content.campaigns for moment in campaign.moments if moment.permalink and moment.picture)
    shown = next((moment for moment in moments if moment.permalink == permalink), None)
    return scope.picture(shown.picture, shown.alt or shown.title, shown.at, widths=(480,)) if shown else None


def _post_figures(values: Mapping[str, float], scope: Scope) -> list[Segment]:
    """How often the post was shown, as its network says it, and its comments."""
    shown = next((name for name in ("impressions", "views", "video_views") if name in values), None)
    names = [name for name in (shown, "comments") if name and name in values]
    known = [(name, metric) for name in names if (metric := scope.figures.metric(name))]
    return [{"label": metric.label, "value": rounded(values[name]), "unit": metric.unit, "currency": None} for name, metric in known]
