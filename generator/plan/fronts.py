"""The agency's front page and each client's page: campaigns, nothing private."""

from __future__ import annotations

from typing import Any

from generator.model.content import Campaign, Page
from generator.plan.bodies import plan_body
from generator.plan.bundles import Theme, brand_value, page_job, page_value, put_assets
from generator.plan.campaigns import campaign_value
from generator.plan.scope import Scope
from generator.plan.social import plain_social
from generator.problems import Location


def plan_client(scope: Scope, theme: Theme) -> None:
    """output/<client>/index.html: the client's campaigns."""
    if not scope.shelf.wants_below(scope.folder):
        return
    client = scope.client
    assets = put_assets(scope, theme)
    data = {
        "page": page_value(
            scope, client.name, "client", path=f"{client.slug}/", social=plain_social(scope, client.brand, client.name, None, client.at)
        ),
        "brand": brand_value(client.brand, scope),
        "assets": assets,
        "home": None,
        "nav": [],
        "body": [],
        "client": {"name": client.name, "url": client.url},
        "campaigns": [campaign_card(campaign, scope, f"{campaign.slug}/") for campaign in scope.content.listed],
    }
    job = page_job("client.html", client.language, data)
    scope.put("index.html", job, client.at)


def campaign_card(campaign: Campaign, scope: Scope, prefix: str) -> dict[str, Any]:
    return {**campaign_value(campaign, scope), "url": f"{prefix}index.html"}


def plan_agency(front: Page | None, scopes: list[Scope], scope: Scope, theme: Theme) -> None:
    """output/index.html: the clients' public campaigns, in the agency's words."""
    if not scope.shelf.wants_below(""):
        return
    site = scope.site
    assets = put_assets(scope, theme)
    title, summary, at = (front.title, front.summary, front.at) if front else (site.title, None, Location(path="site.yaml"))
    social = plain_social(scope, site.brand, title, summary, at)
    data = {
        "page": page_value(scope, title, "agency", summary=summary, path="", social=social),
        "brand": brand_value(site.brand, None),
        "assets": assets,
        "home": None,
        "nav": [],
        "body": plan_body(front.body, scope, front.folder, {}) if front else [],
        "agency": {"title": site.title},
        "clients": [_client_card(each) for each in scopes],
    }
    scope.put("index.html", page_job("agency.html", site.language, data), at)


def _client_card(scope: Scope) -> dict[str, Any]:
    """A client as the agency's front page shows it: names and dates of what is public, no picture of the client's bundle."""
    client = scope.client
    cards = [campaign_card(campaign, scope, f"{client.slug}/{campaign.slug}/") for campaign in scope.content.listed]
    return {
        "name": client.name,
        "url": f"{client.slug}/index.html",
        "colour": brand_value(client.brand, None)["light"]["accent"],
        "campaigns": [{**card, "cover": _seen_from_root(card["cover"], scope.folder)} for card in cards],
    }


def _seen_from_root(picture: Any, folder: str) -> Any:
    """The client page's own copy of a cover, addressed from the root."""
    if picture is None:
        return None
    sources = [{**source, "url": f"{folder}/{source['url']}"} for source in picture["srcset"]]
    return {**picture, "src": f"{folder}/{picture['src']}", "srcset": sources}
