"""A client's content without what the authors of its moments did not agree to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from generator.model.clock import Clock
from generator.model.content import Campaign, ClientContent, Moment, PostPicture
from generator.model.rights import PARTS, Refusal, Use, judge_use
from generator.problems import Problem

Withheld = Mapping[str, tuple[Problem, ...]]  # campaign → why moments of it are left out


def permitted(content: ClientContent, use: Use, clock: Clock) -> tuple[ClientContent, Withheld]:
    """The content with what may be used in this way, and why the rest may not."""
    campaigns, withheld = [], {}
    for campaign in content.campaigns:
        if all(moment.rights is None for moment in campaign.everything):
            campaigns.append(campaign)
            continue
        judged, cards = list(_judged(campaign.moments, use, clock)), list(_judged(campaign.participants, use, clock))
        moments, participants = (tuple(each for each in found if isinstance(each, Moment)) for found in (judged, cards))
        campaigns.append(replace(campaign, moments=moments, participants=participants))
        withheld[campaign.slug] = tuple(each for each in (*judged, *cards) if isinstance(each, Problem))
    posts = tuple(_posts(content, campaigns, use, clock)) if content.posts else ()
    return replace(content, campaigns=tuple(campaigns), posts=posts), withheld


def _posts(content: ClientContent, permitted: Sequence[Campaign], use: Use, clock: Clock) -> Iterator[PostPicture]:
    """Pictures of posts that may be used; one that a moment shows which is left out is left out with it."""
    known, shown = ({moment.picture for campaign in some for moment in campaign.everything} for some in (content.campaigns, permitted))
    for post in content.posts:
        refused = isinstance(judge_use(post.rights, post.picture, use, clock.passed), Refusal)
        if not refused and post.picture not in known - shown:
            yield post


def _judged(moments: Sequence[Moment], use: Use, clock: Clock) -> Iterator[Moment | Problem]:
    for moment in moments:
        if moment.rights is None:
            yield moment
            continue
        found = judge_use(moment.rights, moment.id, use, clock.passed)
        if isinstance(found, Refusal):
            yield found.problem(moment.at)
        elif shown := parts_of(moment, found):
            yield shown


def parts_of(moment: Moment, parts: frozenset[str]) -> Moment | None:
    """A moment with the parts that were agreed to; one of which nothing is left is none."""
    if parts == frozenset(PARTS):
        return moment
    without: dict[str, None] = {}
    for part, names in (
        ("text", ("text",)),
        ("name", ("name", "handle", "permalink")),
        ("picture", ("picture", "alt", "avatar", "recording")),
    ):
        without |= dict.fromkeys(names) if part not in parts else {}
    shown = replace(moment, **without)  # type: ignore[arg-type]  # every one of them may be None
    if moment.card:
        own = moment.card
        card = replace(own, more=own.more if "text" in parts else (), colours=own.colours if "picture" in parts else ())
        return replace(shown, card=card) if shown.text or shown.picture or shown.name else None
    return shown if shown.text or shown.picture or shown.recording or shown.body or shown.title else None
