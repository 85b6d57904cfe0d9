"""Cards of people who take part → for each a page, a picture for networks, and a sheet to be printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from generator.model.content import Campaign, Moment, private_picture
from generator.model.outputs import Job
from generator.model.rights import Refusal, judge_use
from generator.plan.bodies import plan_moment
from generator.plan.bundles import put_page, seen_from_below
from generator.plan.faces import LONGEST
from generator.plan.lists import tag_links
from generator.plan.rights import parts_of
from generator.plan.scope import Scope
from generator.plan.social import FACE, Value, moment_face, put_social, warn_of_letters
from generator.plan.wall import card_place, moment_name, newest_first
from generator.plan.words import CARDS

CARDS_URL = "cards/index.html"


def open_cards(campaign: Campaign) -> list[Moment]:
    """Those that are not private, the newest first."""
    return newest_first([card for card in campaign.participants if not _segment(card)])


def plan_cards(campaign: Campaign, scope: Scope, common: Mapping[str, Any], nav: list[Value], social: Value | None) -> None:
    """Puts every card of the campaign on the shelf, and the page that shows them all. `nav` and `social` are that page's."""
    names = scope.shelf.names_in(f"{scope.folder}/cards")
    if names == frozenset() or not campaign.participants:
        return
    around = seen_from_below(common)
    if names is None or "index.html" in names:
        _put_all(campaign, scope, {**around, "nav": seen_from_below(nav)}, social)
    for card in campaign.participants:
        place = card_place(card)
        if names is None or names & {f"{place.removeprefix('cards/')}{suffix}" for suffix in (".html", ".pdf")}:
            there = replace(scope, access="unlisted", cards={}) if _segment(card) else scope
            _put_card(card, place, campaign, there, around)


def _put_all(campaign: Campaign, scope: Scope, around: Mapping[str, Any], social: Value | None) -> None:
    tiles = [_tile(card, campaign, scope) for card in open_cards(campaign)]
    if tiles:
        put_page(scope, CARDS_URL, "cards.html", scope.say(CARDS), None, campaign.at, around, social=social, cards=tiles)


def _segment(card: Moment) -> str | None:
    return card.card.segment if card.card else None


def _put_card(card: Moment, place: str, campaign: Campaign, scope: Scope, around: Any) -> None:
    drawn = [_social(card, campaign, scope), _print(card, place, campaign, scope)]
    if drawn[1]:
        _warn_of_length(card, LONGEST[campaign.cards.format], scope)
    data = {
        "moment": seen_from_below(plan_moment(card, scope)),
        "face": _on_screen(card, campaign, scope),
        "tags": seen_from_below(tag_links(card)) if not _segment(card) else [],
        "print": {"url": f"{place.removeprefix('cards/')}.pdf", "format": campaign.cards.format} if drawn[1] else None,
        "private": _segment(card) is not None,
        "all_url": None if _segment(card) else "index.html",
    }
    title = moment_name(card, scope)
    put_page(scope, f"{place}.html", "card.html", title, None, card.at, around, card.instant.isoformat(), social=drawn[0], **data)


def _tile(card: Moment, campaign: Campaign, scope: Scope) -> Value:
    """A card among all of them: who, and a small portrait."""
    face = _on_screen(card, campaign, scope)
    return {
        "url": f"{card_place(card).removeprefix('cards/')}.html",
        "name": card.name or (f"@{card.handle}" if card.handle else moment_name(card, scope)),
        "picture": seen_from_below(plan_moment(card, scope)["picture"]),
        "initials": face["initials"],
        "tones": face["tones"],
    }


def _on_screen(card: Moment, campaign: Campaign, scope: Scope) -> Value:
    """Of what is drawn, that which its page says in its own way."""
    whole = moment_face(card, campaign, scope)
    return {"over": whole["face"]["over"], "initials": whole["face"]["initials"], "more": whole["face"]["more"],
            "tones": whole["tones"], "size": whole["sizes"]["name"], "dir": whole["face"]["name_dir"]}  # fmt: skip


def _social(card: Moment, campaign: Campaign, scope: Scope) -> Value | None:
    """The picture for networks, as far as its person agreed to it."""
    if campaign.social == "none":
        return None
    parts = judge_use(card.rights, card.id, "social", scope.clock.passed)
    shown = None if isinstance(parts, Refusal) else parts_of(card, parts)
    segment = _segment(card)
    name = private_picture(segment) if segment else card.slug
    return put_social(scope, f"c-{name}", moment_face(shown, campaign, scope), card.at) if shown else None


def _print(card: Moment, place: str, campaign: Campaign, scope: Scope) -> Value | None:
    """The sheet, likewise; one that may not be printed is said to be left out, for it was asked for."""
    if not campaign.cards.print:
        return None
    parts = judge_use(card.rights, card.id, "print", scope.clock.passed)
    if isinstance(parts, Refusal):
        scope.problems.extend([parts.problem(card.at)])
        return None
    shown = parts_of(card, parts)
    if shown is None:
        return None
    face = moment_face(shown, campaign, scope, campaign.cards.format)
    warn_of_letters(face, scope, card.at)
    scope.put(f"{place}.pdf", Job(renderer="print", language=scope.language, template=FACE, data=face), card.at)
    return face


def _warn_of_length(card: Moment, most: int, scope: Scope) -> None:
    if card.text and len(" ".join(card.text.split())) > most:
        message = f"the text has {len(card.text)} characters; the printed card ends after {most}, its page has all of it"
        scope.problems.add("text-cut", message, card.at, fix="shorten it, or leave it so", severity="warning")
