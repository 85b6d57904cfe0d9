"""A campaign's newest moments as feeds: Atom and JSON Feed, with the same entries."""

from __future__ import annotations

import uuid
from typing import Any

from generator.model.content import Campaign, Moment
from generator.model.outputs import Job
from generator.plan.bodies import plan_moment
from generator.plan.bundles import public_address
from generator.plan.scope import Scope
from generator.plan.wall import moment_name, moment_url, newest_first

NEWEST = 30
TITLE = 80  # characters of a text that stands as its entry's title
FORMS = {"feed.xml": ("atom", "application/atom+xml"), "feed.json": ("json-feed", "application/feed+json")}
NAMESPACE = uuid.UUID("7d3a4c1e-5b0f-5d7a-9c55-0d6a5f2e8b91")  # of names of campaigns and moments; never to change


def feed_links(campaign: Campaign) -> list[dict[str, str]]:
    """The feeds as a page of the campaign names them."""
    return [{"url": name, "type": kind, "title": campaign.title} for name, (_, kind) in FORMS.items()]


def plan_feeds(campaign: Campaign, scope: Scope) -> None:
    """Puts both feeds on the shelf."""
    if not scope.wants(*FORMS):
        return
    newest = newest_first(campaign.moments)[:NEWEST]
    base = public_address(scope, f"{scope.folder}/")
    data = {
        "base": base,  # without it, addresses are relative to the feed's own
        "feed": {
            "id": _permanent(campaign.client, campaign.slug),
            "title": campaign.title,
            "summary": campaign.summary,
            "author": scope.client.name,
            "updated": (newest[0].instant if newest else campaign.starts).isoformat(),
        },
        "entries": [_entry(moment, campaign, scope) for moment in newest],
    }
    for name, (renderer, kind) in FORMS.items():
        job = Job(renderer=renderer, language=scope.language, data={**data, "here": name, "type": kind})
        scope.put(name, job, campaign.at)


def _entry(moment: Moment, campaign: Campaign, scope: Scope) -> dict[str, Any]:
    card = plan_moment(moment, scope)
    recording = card["recording"]
    words = " ".join((moment.text or "").split())
    return {
        "id": _permanent(campaign.client, campaign.slug, moment.slug),
        "url": moment_url(moment),
        "title": moment.title or (words if len(words) <= TITLE else words[: TITLE - 1] + "…") or moment_name(moment, scope),
        "author": moment.name or (f"@{moment.handle}" if moment.handle else None),
        "at": card["at"],
        "text": card["text"],
        "prose": [segment["prose"] for segment in card["body"] if "prose" in segment],
        "picture": card["picture"] or (recording and recording["poster"]),
        "recording": {name: recording[name] for name in ("src", "type", "size")} if recording else None,
        "permalink": moment.permalink,
        "tags": [{"slug": tag.slug, "label": tag.label} for tag in moment.tags],
    }


def _permanent(*names: str) -> str:
    """An identifier that stays when the site moves to another domain."""
    return f"urn:uuid:{uuid.uuid5(NAMESPACE, '/'.join(names))}"
