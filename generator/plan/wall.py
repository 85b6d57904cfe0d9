"""Moments as cards of the wall, pictures of the gallery, and the people who took part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from generator.model import blocks
from generator.model.content import Block, Campaign, Moment, Prose
from generator.model.fields import tag_slug
from generator.plan.embeds import frame_value
from generator.plan.recordings import plan_recording
from generator.plan.remembered import remembered
from generator.plan.scope import Scope
from generator.plan.words import KINDS, PEOPLE_RULE, platform_name
from generator.problems import Problems, did_you_mean

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEPS = 3  # of a podium
SUMMARY = 160  # characters


def moment_url(moment: Moment) -> str:
    return f"m-{moment.slug}.html" if moment.card is None else f"{card_place(moment)}.html"


def card_place(moment: Moment) -> str:
    """Where a card's own files stand, without their suffix."""
    return f"cards/{moment.card.segment if moment.card and moment.card.segment else moment.slug}"


def moment_name(moment: Moment, scope: Scope) -> str:
    """What a moment is called where only a line of it is shown."""
    return moment.title or moment.name or scope.say(KINDS[moment.kind])


def moment_summary(moment: Moment) -> str | None:
    """What a moment says in two lines, for those who list its page: without the marks of Markdown."""
    written = next((part.text for part in moment.body if isinstance(part, Prose)), "")
    words = " ".join((moment.text or re.sub(r"!?\[([^\]]*)\]\([^)]*\)|[*_`#>]|\{\{.*?\}\}", r"\1", written)).split())
    return (words if len(words) <= SUMMARY else words[: SUMMARY - 1].rstrip() + "…") or None


def moment_card(moment: Moment, scope: Scope, body: list[dict[str, Any]]) -> dict[str, Any]:
    """A moment as a template shows it. Its text stays text."""
    alt = moment.alt or moment.title or moment.name
    picture = scope.picture(moment.picture, alt, moment.at, focus=moment.focus)
    return {
        "id": moment.id,
        "slug": moment.slug,
        "time": milliseconds(moment),
        "url": moment_url(moment) if scope.on_campaign else None,
        "kind": moment.kind,
        "at": moment.instant.isoformat(),
        "title": moment.title,
        "name": moment.name,
        "handle": moment.handle,
        "platform": moment.platform,
        "text": moment.text,
        "body": body,
        "picture": picture,
        "avatar": scope.picture(moment.avatar, "", moment.at, widths=(96,)),
        "recording": plan_recording(moment.recording, alt, scope, moment.at, picture),
        "counts": dict(moment.counts),
        "network": platform_name(moment.platform) if moment.platform else None,
        "permalink": moment.permalink,
        "frame": frame_value(moment.permalink),
        "key": moment.key,
        "pinned": moment.pinned,
    }


def milliseconds(moment: Moment) -> int:
    """Its instant as scripts count."""
    return (moment.instant - EPOCH) // timedelta(milliseconds=1)


def newest_first(moments: Sequence[Moment]) -> list[Moment]:
    """Of a campaign's moments, which are kept oldest first."""
    return list(reversed(moments))


def wall_order(moments: Sequence[Moment], *, key_first: bool = False) -> list[Moment]:
    """Pinned ones (and, if wanted, key moments), then the newest."""
    return sorted(newest_first(moments), key=lambda moment: not (moment.pinned or (key_first and moment.key)))


def chosen(block: Block, campaign: Campaign, *, story: bool) -> list[Moment]:
    """The moments that a block asks for, in the order of the wall, or of the story that a recap tells."""
    args = block.args
    assert isinstance(args, blocks.Moments)
    tags = {tag_slug(tag) for tag in args.tags}
    fitting = [m for m in campaign.moments if (not args.kinds or m.kind in args.kinds) and (m.key or not args.key)]
    found = [m for m in fitting if not tags or tags & {tag.slug for tag in m.tags}]
    return newest_first(found)[::-1] if story else wall_order(found, key_first=args.key_first)


def refuse_strange_tags(block: Block, campaign: Campaign, problems: Problems) -> None:
    """A tag that no moment has, yet: it may come with one, or be misspelt."""
    args = block.args
    assert isinstance(args, blocks.Moments)
    if not args.tags:
        return
    known = {tag.slug: tag.label for moment in campaign.moments for tag in moment.tags}
    for tag in (tag for tag in args.tags if tag_slug(tag) not in known):
        near = did_you_mean(tag, known.values())
        message = f'no moment has the tag "{tag}"' + (f"; {near}" if near else "")
        at = block.places.get("tags", block.at)
        problems.add("unknown-tag", message, at, fix="check its spelling; nothing is shown for it until there is one", severity="warning")


def people_key(moment: Moment) -> str | None:
    """Who a moment is by: the handle on its network, else the name."""
    if moment.handle:
        return f"{moment.platform}/{moment.handle.casefold()}"
    return moment.name


@remembered
def count_people(moments: Sequence[Moment]) -> int:
    """How many took part."""
    return len({key for moment in moments if (key := people_key(moment))})


def plan_people(block: Block, scope: Scope) -> dict[str, Any]:
    """Who took part most; ties in order of arrival."""
    args = block.args
    assert isinstance(args, blocks.People)
    scope.tell_withheld()
    own = _own_names(scope)
    moments = [m for m in (scope.campaign.moments if scope.campaign else ()) if not own & {_plain(m.handle), _plain(m.name)}]
    counted = Counter(key for moment in moments if (key := people_key(moment)))
    first = {key: moment for moment in reversed(moments) if (key := people_key(moment))}
    ranked = sorted(counted, key=lambda key: (-counted[key], first[key].instant, key))[: args.count]
    lifted = ranked[:STEPS] if args.show == "podium" else []
    shown = {key: moment for moment in moments if moment.picture and (key := people_key(moment)) in lifted}
    return {
        "block": "people",
        "show": args.show,
        "title": args.title,
        "rule": scope.say(PEOPLE_RULE),
        "items": [_person(rank, first[key], shown.get(key), counted[key], scope) for rank, key in enumerate(ranked, 1)],
    }


def _own_names(scope: Scope) -> set[str | None]:
    """Under which the client itself speaks: that is no taking part."""
    accounts = scope.client.accounts
    return {_plain(name) for name in (scope.client.name, *(each for a in accounts for each in (a.name, *a.aliases)))}


def _plain(name: str | None) -> str | None:
    return name.casefold().removeprefix("@") if name else None


def _person(rank: int, moment: Moment, shown: Moment | None, count: int, scope: Scope) -> dict[str, Any]:
    """`shown`: their latest moment with a picture, where there is to be one."""
    return {
        "picture": scope.picture(shown.picture, shown.alt or shown.title or shown.name, shown.at) if shown else None,
        "rank": rank,
        "name": moment.name,
        "handle": moment.handle,
        "platform": moment.platform,
        "count": count,
        "url": moment_url(moment) if scope.on_campaign else None,
    }


def plan_gallery(block: Block, scope: Scope) -> dict[str, Any]:
    """The newest pictures."""
    args = block.args
    assert isinstance(args, blocks.Gallery)
    scope.tell_withheld()
    moments = [moment for moment in newest_first(scope.campaign.moments if scope.campaign else ()) if moment.picture][: args.count]
    items = [(each, scope.picture(each.picture, each.alt or each.title or each.name, each.at, focus=each.focus)) for each in moments]
    return {
        "block": "gallery",
        "title": args.title,
        "items": [
            {"picture": picture, "url": moment_url(moment) if scope.on_campaign else None, "caption": moment.title or moment.name}
            for moment, picture in items
            if picture
        ],
    }
