"""What a campaign's page says of itself to search engines: LiveBlogPosting and the event that it covers (schema.org).

https://schema.org/LiveBlogPosting, https://schema.org/Event. Only pages with a public address have it; nothing is in it that the page does
not show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from generator.model.content import Campaign
from generator.plan.bundles import public_address
from generator.plan.scope import Scope
from generator.plan.wall import count_people

HEADLINE = 110  # letters that search engines take
UPDATES = 24  # of the newest moments that the page shows


def campaign_data(campaign: Campaign, scope: Scope, hero: Mapping[str, Any], body: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The page's structured data; None for one that is not public, or whose address is not known."""
    base = public_address(scope, f"{scope.folder}/") if scope.access == "public" else None
    if base is None:
        return None
    event = _known({
        "@type": "Event",
        "name": campaign.title,
        "description": hero["summary"],
        "startDate": hero["starts"],
        "endDate": hero["ends"],
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": base},
        "organizer": _organisation(scope),
        "image": _image(hero["cover"], base),
    })  # fmt: skip
    if hero["phase"] == "teaser":
        return {"@context": "https://schema.org", **event, "url": base}
    cards = _shown(body)
    return _known({
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "@id": base,
        "url": base,
        "headline": _short(campaign.title),
        "description": hero["summary"],
        "inLanguage": scope.language,
        "datePublished": hero["starts"],
        "dateModified": max([hero["starts"], *(card["at"] for card in cards)]),
        "coverageStartTime": hero["starts"],
        "coverageEndTime": hero["ends"],
        "author": _organisation(scope),
        "publisher": _organisation(scope),
        "image": _image(hero["cover"], base),
        "about": event,
        "interactionStatistic": _took_part(campaign),
        "liveBlogUpdate": [_update(card, base) for card in cards] or None,
    })  # fmt: skip


def _shown(body: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The newest of the moments that the page's walls show, each once."""
    cards = {card["id"]: card for segment in body if segment.get("block") == "moments" for card in segment["items"]}
    return sorted(cards.values(), key=lambda card: (card["time"], card["id"]), reverse=True)[:UPDATES]


def _update(card: Mapping[str, Any], base: str) -> dict[str, Any]:
    words = " ".join((card["text"] or "").split())
    name = card["name"] or (f"@{card['handle']}" if card["handle"] else None)
    return _known({
        "@type": "BlogPosting",
        "headline": _short(card["title"] or words or name or card["kind"]),
        "articleBody": words or None,
        "datePublished": card["at"],
        "url": urljoin(base, card["url"] or ""),
        "author": {"@type": "Person", "name": name} if name else None,
        "image": _image(card["picture"], base),
    })  # fmt: skip


def _took_part(campaign: Campaign) -> dict[str, Any] | None:
    people = count_people(campaign.moments)
    kind = {"@type": "InteractionCounter", "interactionType": "https://schema.org/CommentAction", "userInteractionCount": people}
    return kind if people else None


def _organisation(scope: Scope) -> dict[str, Any]:
    return _known({"@type": "Organization", "name": scope.client.name, "url": scope.client.url})


def _image(picture: Mapping[str, Any] | None, base: str) -> str | None:
    return urljoin(base, picture["src"]) if picture else None


def _short(text: str) -> str:
    return text if len(text) <= HEADLINE else text[: HEADLINE - 1].rstrip() + "…"


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
