"""A client's content by the clock: what is out now, and what is over. What is not out yet is in neither."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from generator.model.clock import Clock
from generator.model.content import Campaign, ClientContent, Moment


def out_and_over(content: ClientContent, clock: Clock) -> tuple[ClientContent, ClientContent]:
    """The same content twice: with what may be seen, and with what may be seen no more, at whose address an end is told."""
    campaigns = [campaign for campaign in content.campaigns if is_out(campaign.opens, clock)]
    ended = [campaign for campaign in campaigns if is_over(campaign.until, clock)]
    shown = [campaign for campaign in campaigns if campaign not in ended]
    reports = tuple(report for report in content.reports if is_out(report.opens, clock))
    closed = tuple(report for report in reports if is_over(report.until, clock))
    return (
        replace(content, campaigns=tuple(_out(each, clock) for each in shown), reports=tuple(r for r in reports if r not in closed)),
        replace(content, campaigns=(*ended, *(_over(each, clock) for each in shown)), reports=closed),
    )


def is_out(opens: datetime | None, clock: Clock) -> bool:
    return opens is None or clock.passed(opens)


def is_over(until: datetime | None, clock: Clock) -> bool:
    return until is not None and clock.passed(until)


def _out(campaign: Campaign, clock: Clock) -> Campaign:
    """A campaign without the pages and moments whose hour has not come, or is over; links may not lead to those that are to come."""
    come = [page for page in campaign.pages if is_out(page.opens, clock)]
    return replace(
        campaign,
        pages=tuple(page for page in come if not is_over(page.until, clock)),
        moments=_moments_out(campaign.moments, clock),
        participants=_moments_out(campaign.participants, clock),
        addressless=tuple(page.at.path for page in campaign.pages if page not in come),
    )


def _moments_out(moments: tuple[Moment, ...], clock: Clock) -> tuple[Moment, ...]:
    """Those that have come and are not over, of moments kept oldest first; the very same ones where that is all of them."""
    come = bisect_right(moments, clock.now, key=lambda moment: moment.instant)
    if come < len(moments):
        clock.passed(moments[come].instant)  # the next one to come
    over = {moment.id for moment in moments[:come] if is_over(moment.until, clock)}
    if come == len(moments) and not over:
        return moments
    return tuple(moment for moment in moments[:come] if moment.id not in over)


def _over(campaign: Campaign, clock: Clock) -> Campaign:
    """A campaign that goes on, with those of its pages and moments only that are over."""
    return replace(
        campaign,
        pages=tuple(page for page in campaign.pages if is_out(page.opens, clock) and is_over(page.until, clock)),
        moments=tuple(each for each in campaign.moments if each.until and clock.passed(each.instant) and clock.passed(each.until)),
    )


def changes(content: ClientContent) -> Iterator[tuple[datetime, str, str]]:
    """Every instant at which something of a client appears or goes, and what: for people to plan by."""
    for campaign in content.campaigns:
        dated = [("campaign", campaign.slug, campaign.opens, campaign.until)]
        dated += [("page", f"{campaign.slug}/{page.slug}", page.opens, page.until) for page in campaign.pages]
        dated += [("moment", f"{campaign.slug}/{moment.id}", moment.instant, moment.until) for moment in campaign.everything]
        yield from _appears_and_goes(dated)
    yield from _appears_and_goes([("report", report.slug, report.opens, report.until) for report in content.reports])


def _appears_and_goes(dated: list[tuple[str, str, datetime | None, datetime | None]]) -> Iterator[tuple[datetime, str, str]]:
    for kind, name, opens, until in dated:
        yield from ((instant, f"{kind}-{word}", name) for word, instant in (("appears", opens), ("goes", until)) if instant)
