"""What the box of the block `search` looks through: public moments and pages of a campaign, with their words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from generator.model import blocks
from generator.model.content import Block, Body, Campaign, Moment, Page, Prose
from generator.model.outputs import Job
from generator.plan.scope import Scope
from generator.plan.steps import phase
from generator.plan.wall import moment_name, moment_url

INDEX = "search.json"
LINE = 30  # letters of what somebody wrote, by which it is found again


def plan_search_box(block: Block, scope: Scope) -> dict[str, Any] | None:
    """The box; refused where there is no wall to look through."""
    args = block.args
    assert isinstance(args, blocks.Search)
    if not scope.on_campaign:
        scope.problems.add("wrong-place", "the block search stands on pages of a campaign", block.at, fix="take it out here")
        return None
    return {"block": "search", "title": args.title, "index": INDEX, "all_url": "moments.html"}


def plan_search(campaign: Campaign, scope: Scope) -> None:
    """Puts the index on the shelf, when a page has the box."""
    bodies = [campaign.told(phase(campaign, scope.clock)).body, *(page.body for page in campaign.pages)]
    if not scope.wants(INDEX) or not any(_has_box(body) for body in bodies):
        return
    items = [_page_item(page) for page in campaign.pages if not page.unlisted]
    items += [_moment_item(moment, scope) for moment in campaign.moments]
    scope.put(INDEX, Job(renderer="search", language=scope.language, data={"items": items}), campaign.at)


def _has_box(body: Body) -> bool:
    return any(isinstance(part, Block) and part.name == "search" for part in body)


def _page_item(page: Page) -> list[str]:
    return [page.address, page.title, " ".join([page.summary or "", *_prose(page.body)])]


def _moment_item(moment: Moment, scope: Scope) -> list[str]:
    """Its address, the line by which it is found again, and all of its other words."""
    name, said = moment_name(moment, scope), " ".join((moment.text or "").split())
    line = name if moment.title or not said else f"{name} – {said[:LINE]}{'…' if len(said) > LINE else ''}"
    tags = (tag.label for tag in moment.tags)
    words = chain([moment.title or "", moment.name or "", moment.handle or "", said], tags, _prose(moment.body))
    return [moment_url(moment), line, " ".join(words)]


def _prose(body: Body) -> Iterator[str]:
    return (part.text for part in body if isinstance(part, Prose))
