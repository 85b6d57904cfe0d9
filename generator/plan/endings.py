"""What is over → a short page at its address, which says so and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from generator.model.content import Campaign, ClientContent, secret_segment
from generator.plan.bundles import Theme, brand_value, page_job, page_value, put_assets, seen_from_below
from generator.plan.scope import Scope
from generator.plan.wall import moment_url
from generator.problems import Location


def plan_endings(over: ClientContent, scope: Scope, theme: Theme) -> None:
    """Of campaigns, and of pages and moments of those that go on. A moment from people leaves nothing behind, not even an address."""
    for campaign in over.campaigns:
        ended = campaign.until is not None and scope.clock.passed(campaign.until)
        dated = [(page.address, page.until, page.at) for page in campaign.pages]
        dated += [(moment_url(moment), moment.until, moment.at) for moment in campaign.moments if not moment.of_people]
        if ended:
            dated = [("index.html", campaign.until, campaign.at), *((name, campaign.until, at) for name, _, at in dated)]
        if dated:
            within = replace(scope, campaign=campaign, folder=campaign.place, cards={})
            common = _common(campaign, within, theme, home=not ended)
            for name, until, at in dated:
                put_ending(within, name, common, at, until)


def plan_former(scope: Scope, theme: Theme) -> None:
    """At addresses of unlisted things that were exchanged for others: an end, which does not say where to."""
    for of, address in scope.client.addresses.items():
        campaign = next((each for each in scope.content.campaigns if each.slug == of.partition("/")[0]), None)
        for old in address.former:
            if of == "room" or (campaign and of == campaign.slug):
                within = replace(scope, folder=f"{scope.client.slug}/{old}", access="unlisted", cards={})
                brand = campaign.brand if campaign else scope.client.brand
                common = {"brand": brand_value(brand, within), "assets": put_assets(within, theme), "home": None}
                put_ending(within, "index.html", common, scope.client.at, None)
            elif campaign and of.endswith("/cards.csv"):
                within = replace(scope, campaign=campaign, folder=campaign.place, access="unlisted", cards={})
                common = seen_from_below(_common(campaign, within, theme, home=False))
                for card in (each for each in campaign.participants if each.card and each.card.segment):
                    put_ending(within, f"cards/{secret_segment(old, card.id)}.html", common, campaign.at, None)
            elif campaign:
                within = replace(scope, campaign=campaign, folder=campaign.place, cards={})
                put_ending(within, f"{old}.html", _common(campaign, within, theme, home=False), campaign.at, None)


def _common(campaign: Campaign, scope: Scope, theme: Theme, *, home: bool) -> dict[str, Any]:
    return {
        "brand": brand_value(campaign.brand, scope),
        "assets": put_assets(scope, theme),
        "home": {"title": campaign.title, "url": "index.html"} if home else None,
    }


def put_ending(scope: Scope, name: str, common: dict[str, Any], at: Location, until: datetime | None) -> None:
    """The page at one address; without `until`, the address is what has ended."""
    told = until.isoformat() if until else None
    page = page_value(scope, scope.client.name, "ended")
    data = {"page": page, "body": [], "nav": [], "client": {"name": scope.client.name}, **common, "until": told}
    scope.put(name, page_job("ended.html", scope.language, data), at)
