"""A body → segments: each block becomes what its template shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from generator.model import blocks
from generator.model.content import Block, Body, Moment, Prose
from generator.model.fields import tag_slug
from generator.model.figures import Filter
from generator.plan.added import plan_added
from generator.plan.benchmark import plan_benchmark
from generator.plan.calendar import plan_calendar
from generator.plan.calls import plan_action, plan_share
from generator.plan.charts import plan_audience_map, plan_chart
from generator.plan.conversation import plan_conversation
from generator.plan.counters import plan_counters, plan_milestones
from generator.plan.digest import plan_digest
from generator.plan.embeds import plan_embed
from generator.plan.goals import plan_goals
from generator.plan.posts import plan_posts
from generator.plan.prose import plan_prose
from generator.plan.recordings import plan_recording_block
from generator.plan.scope import Scope
from generator.plan.search import plan_search_box
from generator.plan.service import plan_service
from generator.plan.steps import asked_period, phase
from generator.plan.tables import plan_table
from generator.plan.timeline import plan_press, plan_timeline
from generator.plan.values import figure_value, period_value
from generator.plan.vega import plan_vega
from generator.plan.wall import chosen, moment_card, plan_gallery, plan_people, refuse_strange_tags
from generator.plan.words import COUNTED
from generator.problems import did_you_mean
from generator.theme import LANGUAGES

Segments = list[dict[str, Any]]
OF_FIGURES = ("kpis", "digest", "chart", "vega", "table", "posts", "calendar", "conversation", "service", "benchmark", "goals")
Pages = Mapping[str, str]  # source path → address, for links between pages


def plan_body(body: Body, scope: Scope, folder: str, pages: Pages) -> Segments:
    """Segments in order; a block whose arguments name unknown things is left out, with a problem."""
    return [segment for part in body if (segment := _segment(part, scope, folder, pages))]


def _segment(part: Prose | Block, scope: Scope, folder: str, pages: Pages) -> dict[str, Any] | None:
    if isinstance(part, Prose):
        return plan_prose(part, scope, folder, pages)
    if _untranslated(part, scope) or not _known_metrics(part, scope) or not _adds_up(part, scope):
        return None
    if part.name == "action":
        return plan_action(part, scope, folder, pages)
    return PLANNERS[part.name](part, scope) if part.name in PLANNERS else plan_added(part, scope)


def _untranslated(block: Block, scope: Scope) -> bool:
    """Names and definitions of metrics are French and English: elsewhere they would stand in English among other words."""
    if scope.language in LANGUAGES or block.name not in OF_FIGURES:
        return False
    message = f'the block {block.name} speaks French and English, not "{scope.language}"'
    fix = "say the figure in the text, or with the block counter or milestones"
    scope.problems.add("untranslated-block", message, block.at, fix=fix)
    return True


def _known_metrics(block: Block, scope: Scope) -> bool:
    known = scope.figures.metric_names()
    unknown = [(key, name) for key, name in _named_metrics(block) if name not in known]
    for key, name in unknown:
        near = did_you_mean(name, known)
        message = f'there is no metric "{name}"' + (f"; {near}" if near else "")
        scope.problems.add("unknown-metric", message, block.places.get(key, block.at), fix=f"metrics: {', '.join(known)}")
    return not unknown


def _adds_up(block: Block, scope: Scope) -> bool:
    """Parts of a whole are shown of what adds up only; of reach under its note."""
    args = block.args
    if isinstance(args, blocks.Chart) and args.kind == "funnel":
        return _are_counts(args.metrics, block, scope, "funnel", "nothing of it goes on to a next step")
    if isinstance(args, blocks.AudienceMap):
        return _are_counts([args.metric], block, scope, "metric", "an audience is counted")
    if not isinstance(args, blocks.Chart) or args.kind not in ("stacked", "shares", "donut"):
        return True
    metric = scope.figures.metric(args.metric)
    if metric is None or metric.formula is None:
        return True
    message = f"{metric.name} does not add up, so it has no parts of a whole"
    scope.problems.add("not-additive", message, block.places.get(args.kind, block.at), fix="write line: or bar: instead")
    return False


def _are_counts(names: Iterable[str], block: Block, scope: Scope, key: str, why: str) -> bool:
    """A rate, or an amount of money, is no number of people or things."""
    strange = [
        name for name in names if (metric := scope.figures.metric(name)) and (metric.unit not in ("count", "people") or metric.formula)
    ]
    if strange:
        at = block.places.get(key, block.at)
        scope.problems.add("not-a-count", f"{strange[0]} is no count: {why}", at, fix="name what is counted: followers, clicks, posts")
    return not strange


def _named_metrics(block: Block) -> Iterable[tuple[str, str]]:
    args = block.args
    if isinstance(args, blocks.Kpis | blocks.Table | blocks.Digest | blocks.Vega):
        yield from (("metrics", name) for name in args.metrics)
    elif isinstance(args, blocks.Chart):
        yield from ((args.kind, name) for name in args.metrics)
    elif isinstance(args, blocks.Posts | blocks.AudienceMap) or (isinstance(args, blocks.Benchmark) and args.metric not in COUNTED):
        yield "metric", args.metric


def _kpis(block: Block, scope: Scope) -> dict[str, Any]:
    args = block.args
    assert isinstance(args, blocks.Kpis)
    only, own = Filter(platform=args.platform), args.period == "this period"
    there = scope.at_period(asked_period(args.period, scope))
    tiles = [figure_value(there, name, compare=args.compare, basis=args.basis, spark=own, only=only) for name in args.metrics]
    return {"block": "kpis", "title": args.title, "tiles": tiles, "period": None if own else period_value(there.period)}


def _moments(block: Block, scope: Scope) -> dict[str, Any]:
    args = block.args
    assert isinstance(args, blocks.Moments)
    scope.tell_withheld()
    story = scope.campaign is not None and phase(scope.campaign, scope.clock) in ("closed", "recap")
    found = chosen(block, scope.campaign, story=story) if scope.campaign else []
    if scope.campaign:
        refuse_strange_tags(block, scope.campaign, scope.problems)
    return {
        "block": "moments",
        "title": args.title,
        "items": [plan_moment(moment, scope) for moment in found[: args.count]],
        "total": len(found),
        "all_url": _whole_list(args) if scope.campaign and len(found) > args.count else None,
        "wall": {
            "main": False,
            "kinds": list(args.kinds),
            "tags": [tag_slug(tag) for tag in args.tags],
            "key": args.key,
            "keyFirst": args.key_first,
            "count": args.count,
            "order": "oldest" if story else "newest",
            "whole": len(found) <= args.count,
        },
    }


def _whole_list(args: blocks.Moments) -> str:
    """The list that goes on where the block ends."""
    if len(args.kinds) + len(args.tags) != 1 or args.key:
        return "moments.html"
    return f"moments-{args.kinds[0]}.html" if args.kinds else f"tag-{tag_slug(args.tags[0])}.html"


def plan_moment(moment: Moment, scope: Scope) -> dict[str, Any]:
    """A moment as its card, the same one wherever the scope's pages show it."""
    if moment.id not in scope.cards:
        folder = moment.at.path.rpartition("/")[0]
        scope.cards[moment.id] = moment_card(moment, scope, plan_body(moment.body, scope, folder, {}))
    return scope.cards[moment.id]


def _timeline(block: Block, scope: Scope) -> dict[str, Any]:
    return plan_timeline(block, scope, lambda moment: list(plan_moment(moment, scope)["body"]))


def _quote(block: Block, scope: Scope) -> dict[str, Any]:
    args = block.args
    assert isinstance(args, blocks.Quote)
    alone = [{"text": args.text, "by": args.by, "role": args.role}] if args.text else []
    return {"block": "quote", "title": args.title, "quotes": alone or [saying.model_dump() for saying in args.quotes]}


def _note(block: Block, scope: Scope) -> dict[str, Any]:
    args = block.args
    assert isinstance(args, blocks.Note)
    return {"block": "note", "text": args.text, "tone": args.tone}


PLANNERS: Mapping[str, Callable[[Block, Scope], dict[str, Any] | None]] = {
    "kpis": _kpis,
    "digest": plan_digest,
    "chart": plan_chart,
    "audience-map": plan_audience_map,
    "vega": plan_vega,
    "table": plan_table,
    "posts": plan_posts,
    "calendar": plan_calendar,
    "people": plan_people,
    "conversation": plan_conversation,
    "service": plan_service,
    "benchmark": plan_benchmark,
    "goals": plan_goals,
    "moments": _moments,
    "counter": plan_counters,
    "gallery": plan_gallery,
    "video": plan_recording_block,
    "audio": plan_recording_block,
    "embed": plan_embed,
    "timeline": _timeline,
    "milestones": plan_milestones,
    "press": plan_press,
    "search": plan_search_box,
    "quote": _quote,
    "share": plan_share,
    "note": _note,
}
