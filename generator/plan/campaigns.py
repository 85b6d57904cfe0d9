"""A campaign → its bundle: the campaign page, further pages, a page a moment, lists of moments, and feeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from generator.digests import fingerprint
from generator.model.content import Campaign, Moment, Page, Prose, Tag, Told
from generator.plan.asof import as_of
from generator.plan.bodies import Pages, plan_body, plan_moment
from generator.plan.bundles import Theme, brand_value, mark_of, page_value, put_assets, put_page
from generator.plan.feeds import feed_links, plan_feeds
from generator.plan.lists import list_groups, plan_lists, tag_links, wall_links
from generator.plan.live import plan_live
from generator.plan.scope import Scope, Shelf
from generator.plan.search import plan_search
from generator.plan.steps import campaign_days, phase
from generator.plan.structured import campaign_data
from generator.plan.wall import count_people, moment_card, moment_name, moment_summary, moment_url, newest_first
from generator.plan.words import KINDS
from generator.problems import Problems


def plan_campaign(campaign: Campaign, scope: Scope, theme: Theme, made_by: str) -> None:
    """Puts every file of the campaign's folder on the shelf. `made_by`: a digest of what makes cards of moments."""
    if not scope.shelf.wants_below(scope.folder) and not scope.shelf.wants_below(f"{scope.folder}/live"):
        return
    scope = scope.at_period(campaign_days(campaign))
    assets = put_assets(scope, theme)
    pages = {
        f"{campaign.folder}/index.md": "index.html",
        **{page.at.path: "" if page.unlisted else page.address for page in campaign.pages},
    }
    pages |= dict.fromkeys(campaign.addressless, "")
    common = {
        "brand": brand_value(campaign.brand, scope),
        "assets": assets,
        "home": {"title": campaign.title, "url": "index.html"},
        "campaign": campaign_facts(campaign, scope),
        "feeds": [] if campaign.unlisted else feed_links(campaign),
    }
    _put_front(campaign, scope, common, pages, made_by)
    for page in campaign.pages:
        _put_further(page, campaign, scope, common, pages)
    common["nav"] = _nav(campaign, "")
    context = _context(campaign, scope, common)
    _put_moments(campaign, scope, common, context)
    plan_lists(campaign, scope, common, context)
    plan_search(campaign, scope)
    if not campaign.unlisted:
        plan_feeds(campaign, scope)


def campaign_facts(campaign: Campaign, scope: Scope) -> dict[str, Any]:
    """What every page of the campaign says of it: nothing that a new moment changes."""
    return {"title": campaign.title, "hashtag": campaign.hashtag, "client": scope.client.name, "credits": list(campaign.credits)}


def campaign_value(campaign: Campaign, scope: Scope) -> dict[str, Any]:
    """A campaign where it is announced, with its dates and its cover."""
    now = phase(campaign, scope.clock)
    return {
        **campaign_facts(campaign, scope),
        "language": scope.language,
        "starts": campaign.starts.isoformat(),
        "ends": campaign.ends.isoformat(),
        "recap": campaign.recap.isoformat(),
        "phase": now,
        "summary": campaign.told(now).summary,
        "cover": scope.picture(campaign.cover, campaign.cover_alt or campaign.title, campaign.at),
        "url": "index.html",
    }


def _hero(campaign: Campaign, scope: Scope) -> dict[str, Any]:
    """The front page's own: how many moments and people there are and, while it is live, the newest moment."""
    value = campaign_value(campaign, scope)
    newest = newest_first(campaign.moments)[:1] if value["phase"] == "live" else []
    return {
        **value,
        "moments": len(campaign.moments),
        "people": count_people(campaign.moments),
        "latest": moment_card(newest[0], scope, []) if newest else None,
    }


def _nav(campaign: Campaign, here: str) -> list[dict[str, Any]]:
    links = [
        (campaign.hashtag or campaign.title, "index.html"),
        *((page.title, page.address) for page in campaign.pages if not page.unlisted),
    ]
    return [{"title": title, "url": url, "here": url == here} for title, url in links]


def _put_front(campaign: Campaign, scope: Scope, common: dict[str, Any], pages: Pages, made_by: str) -> None:
    """The front page, and the state that it follows."""
    if not scope.wants("index.html") and not scope.shelf.wants_below(f"{scope.folder}/live"):
        return
    hero = _hero(campaign, scope)
    told = campaign.told(hero["phase"])
    body = plan_body(told.body, scope, campaign.folder, pages)
    _try_other_phases(campaign, told, scope, pages)
    live = plan_live(campaign, scope, hero, body, wall_links(list_groups(campaign.moments)), made_by)
    put_page(scope, "index.html", "campaign.html", campaign.title, told.summary, told.at, common,
         body=body, as_of=as_of(body, scope), nav=_nav(campaign, "index.html"), campaign=hero, live=live,
         structured=campaign_data(campaign, scope, hero, body))  # fmt: skip


def _try_other_phases(campaign: Campaign, now: Told, scope: Scope, pages: Pages) -> None:
    """What the page will say, or said, is planned, too, for its mistakes to be found now; nothing of it is put on the shelf."""
    if scope.shelf.whole:
        apart = replace(scope, shelf=Shelf(Problems()), media={}, cards={}, used={})
        for told in campaign.phases:
            if told.phase != now.phase:
                plan_body(told.body, apart, campaign.folder, pages)


def _put_further(page: Page, campaign: Campaign, scope: Scope, common: dict[str, Any], pages: Pages) -> None:
    name = page.address
    if not scope.wants(name):
        return
    scope = replace(scope, access="unlisted") if page.unlisted else scope
    body = plan_body(page.body, scope, page.folder, pages)
    put_page(
        scope, name, "page.html", page.title, page.summary, page.at, common, body=body, as_of=as_of(body, scope), nav=_nav(campaign, name)
    )


def _context(campaign: Campaign, scope: Scope, common: dict[str, Any]) -> str:
    """Fingerprint of all that pages of moments say besides their moments: planned for one that nobody wrote, which has everything."""
    tag, start, at = Tag(slug="tag", label="Tag"), campaign.starts, campaign.at
    body = (Prose(text="Text.", at=at),)
    probe = Moment(
        id="?", slug="probe", kind="note", instant=start, title="Title", name="Name", handle="handle", platform="instagram", text="Text.",
        body=body, picture=None, alt="Alt", permalink="https://example.org", key=True, pinned=True, tags=(tag,), until=start, at=at,
    )  # fmt: skip
    page = page_value(scope, "Title", "moment", path=f"{scope.folder}/{moment_url(probe)}")
    card = plan_moment(probe, replace(scope, cards={}))
    kinds = [scope.say(words) for words in KINDS.values()]
    return fingerprint([common, scope.language, kinds, page, card, tag_links(probe)])


class _Ways(dict[int, dict[str, str] | None]):
    """To each moment by its place, made when a page needs it, and once for both its neighbours."""

    def __init__(self, moments: Sequence[Moment | None], scope: Scope) -> None:
        super().__init__()
        self._moments, self._scope = moments, scope

    def __missing__(self, index: int) -> dict[str, str] | None:
        moment = self._moments[index]
        self[index] = {"title": moment_name(moment, self._scope), "url": moment_url(moment)} if moment else None
        return self[index]


def _put_moments(campaign: Campaign, scope: Scope, common: dict[str, Any], context: str) -> None:
    """A page a moment, with ways to those before and after it."""
    moments, names = [None, *campaign.moments, None], scope.shelf.names_in(scope.folder)
    if names is not None and not any(name.startswith("m-") for name in names):
        return
    wanted = [index for index, moment in enumerate(campaign.moments) if names is None or moment_url(moment) in names]
    ways = _Ways(moments, scope)
    for index in wanted:
        moment = campaign.moments[index]
        data = {"moment": plan_moment(moment, scope), "tags": tag_links(moment), "previous": ways[index], "next": ways[index + 2]}
        mark = mark_of(moments[index : index + 3], context)
        when = moment.instant.isoformat()
        title, summary = moment_name(moment, scope), moment_summary(moment)
        put_page(scope, moment_url(moment), "moment.html", title, summary, moment.at, common, when, mark, **data)
