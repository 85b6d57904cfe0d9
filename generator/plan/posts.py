"""The best posts of a period, or those that did far better than the ones before them, as cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.model import blocks
from generator.model.content import Block, PostPicture
from generator.model.figures import Filter, Metric, RankedPost
from generator.plan.scope import Scope
from generator.plan.steps import asked_period
from generator.plan.values import rounded, source_values
from generator.plan.words import LIFETIME, OVER_PERFORMING, TIMES_USUAL, UNJUDGED, platform_name

Segment = dict[str, Any]
SMALL = (240, 480)
NAMING = ("v", "id", "story_fbid", "fbid")  # parts of a query that tell one post from another


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
        "picture": _post_picture(post, scope),
    }


def _post_picture(post: RankedPost, scope: Scope) -> Any:
    """The picture that is kept of a post, else that of the moment which shows it; exports carry none."""
    kept = next((each for each in scope.content.posts if _is_of(each, post)), None)
    if kept:
        return scope.picture(kept.picture, kept.alt, kept.at, widths=SMALL, focus=kept.focus)
    moments = (moment for campaign in scope.content.campaigns for moment in campaign.moments if moment.permalink and moment.picture)
    shown = next((moment for moment in moments if same_address(moment.permalink, post.permalink)), None)
    return scope.picture(shown.picture, shown.alt or shown.title, shown.at, widths=SMALL, focus=shown.focus) if shown else None


def _is_of(kept: PostPicture, post: RankedPost) -> bool:
    return kept.post == post.post if kept.post else same_address(kept.permalink, post.permalink)


def same_address(one: str | None, other: str | None) -> bool:
    """Whether two addresses are of one post, whatever was added to follow who shares it."""
    return bool(one and other) and _bare(one or "") == _bare(other or "")


def _bare(address: str) -> str:
    path, _, query = address.partition("#")[0].partition("?")
    named = "&".join(part for part in query.split("&") if part.partition("=")[0] in NAMING)
    return f"{path.rstrip('/')}?{named}".removeprefix("https://").removeprefix("www.")


def _post_figures(values: Mapping[str, float], scope: Scope) -> list[Segment]:
    """How often the post was shown, as its network says it, and its comments."""
    shown = next((name for name in ("impressions", "views", "video_views") if name in values), None)
    names = [name for name in (shown, "comments") if name and name in values]
    known = [(name, metric) for name in names if (metric := scope.figures.metric(name))]
    return [{"label": metric.label, "value": rounded(values[name]), "unit": metric.unit, "currency": None} for name, metric in known]
