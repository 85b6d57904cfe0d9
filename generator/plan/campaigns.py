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
from generator.plan.cards import CARDS_URL, open_cards, plan_cards
from generator.plan.feeds import feed_links, plan_feeds
from generator.plan.lists import list_groups, plan_lists, tag_links, wall_links
from generator.plan.live import plan_live
from generator.plan.scope import Scope, Shelf
from generator.plan.search import plan_search
from generator.plan.social import Value, campaign_social, moment_social, page_social
from generator.plan.steps import campaign_days, phase
from generator.plan.structured import campaign_data
from generator.plan.wall import count_people, moment_card, moment_name, moment_summary, moment_url, newest_first
from generator.plan.words import CARDS, KINDS
from generator.problems import Problems


def plan_campaign(campaign: Campaign, scope: Scope, theme: Theme, made_by: str) -> None:
    """Puts every file of the campaign's folder on the shelf. `made_by`: a digest of what makes cards of moments."""
    if not any(scope.shelf.wants_below(folder) for folder in (scope.folder, f"{scope.folder}/live", f"{scope.folder}/cards")):
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
    social = campaign_social(campaign, scope)
    _put_front(campaign, scope, common, pages, made_by, social)
    for page in campaign.pages:
        _put_further(page, campaign, scope, common, pages, social)
    common["nav"] = _nav(campaign, "", scope)
    context = _context(campaign, scope, common, social)
    _put_moments(campaign, scope, common, context, social)
    plan_cards(campaign, scope, common, _nav(campaign, CARDS_URL, scope), social)
    plan_lists(campaign, scope, common, context, social)
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
        "cover": scope.picture(campaign.cover, campaign.cover_alt or campaign.title, campaign.at, focus=campaign.cover_focus),
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


def _nav(campaign: Campaign, here: str, scope: Scope) -> list[dict[str, Any]]:
    links = [
        (campaign.hashtag or campaign.title, "index.html"),
        *((page.title, page.address) for page in campaign.pages if not page.unlisted),
        *([(scope.say(CARDS), CARDS_URL)] if open_cards(campaign) else []),
    ]
    return [{"title": title, "url": url, "here": url == here} for title, url in links]


def _put_front(campaign: Campaign, scope: Scope, common: dict[str, Any], pages: Pages, made_by: str, social: Value | None) -> None:
    """The front page, and the state that it follows."""
    if not scope.wants("index.html") and not scope.shelf.wants_below(f"{scope.folder}/live"):
        return
    hero = _hero(campaign, scope)
    told = campaign.told(hero["phase"])
    body = plan_body(told.body, scope, campaign.folder, pages)
    _try_other_phases(campaign, told, scope, pages)
    live = plan_live(campaign, scope, hero, body, wall_links(list_groups(campaign.moments)), made_by)
    put_page(scope, "index.html", "campaign.html", campaign.title, told.summary, told.at, common,
         social=social, body=body, as_of=as_of(body, scope), nav=_nav(campaign, "index.html", scope), campaign=hero,
         live=live, structured=campaign_data(campaign, scope, hero, body))  # fmt: skip


def _try_other_phases(campaign: Campaign, now: Told, scope: Scope, pages: Pages) -> None:
    """What the page will say, or said, is planned, too, for its mistakes to be found now; nothing of it is put on the shelf."""
    if scope.shelf.whole:
        apart = replace(scope, shelf=Shelf(Problems()), media={}, cards={}, used={})
        for told in campaign.phases:
            if told.phase != now.phase:
                plan_body(told.body, apart, campaign.folder, pages)


def _put_further(page: Page, campaign: Campaign, scope: Scope, common: dict[str, Any], pages: Pages, social: Value | None) -> None:
    name = page.address
    if not scope.wants(name):
        return
    social = social if page.unlisted else page_social(page.title, campaign, scope, page.at)
    scope = replace(scope, access="unlisted") if page.unlisted else scope
    body = plan_body(page.body, scope, page.folder, pages)
    put_page(scope, name, "page.html", page.title, page.summary, page.at, common, social=social,
             body=body, as_of=as_of(body, scope), nav=_nav(campaign, name, scope))  # fmt: skip


def _context(campaign: Campaign, scope: Scope, common: dict[str, Any], social: Value | None) -> str:
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
    return fingerprint([common, scope.language, kinds, page, card, tag_links(probe), social, campaign.social, scope.drawn])


class _Ways(dict[int, dict[str, str] | None]):
    """To each moment by its place, made when a page needs it, and once for both its neighbours."""

    def __init__(self, moments: Sequence[Moment | None], scope: Scope) -> None:
        super().__init__()
        self._moments, self._scope = moments, scope

    def __missing__(self, index: int) -> dict[str, str] | None:
        moment = self._moments[index]
        self[index] = {"title": moment_name(moment, self._scope), "url": moment_url(moment)} if moment else None
        return self[index]


def _put_moments(campaign: Campaign, scope: Scope, common: dict[str, Any], context: str, social: Value | None) -> None:
    """A page a moment, with ways to those before and after it. Cards of people who take part have pages of their own kind."""
    shown = [moment for moment in campaign.moments if moment.card is None]
    moments, names = [None, *shown, None], scope.shelf.names_in(scope.folder)
    if names is not None and not any(name.startswith("m-") for name in names):
        return
    wanted = [index for index, moment in enumerate(shown) if names is None or moment_url(moment) in names]
    ways = _Ways(moments, scope)
    for index in wanted:
        moment, card = shown[index], plan_moment(shown[index], scope)
        data = {"moment": card, "tags": tag_links(moment), "previous": ways[index], "next": ways[index + 2]}
        mark = mark_of(moments[index : index + 3], context)
        when = moment.instant.isoformat()
        own = moment_social(moment, campaign, scope, card["picture"], social)
        title, summary = moment_name(moment, scope), moment_summary(moment)
        put_page(scope, moment_url(moment), "moment.html", title, summary, moment.at, common, when, mark, own, **data)
