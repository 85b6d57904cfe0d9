"""What happened, by day and hour: key moments and milestones with a way to each; and what the press said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from generator.model import blocks
from generator.model.content import Block, Moment
from generator.plan.scope import Scope
from generator.plan.wall import moment_name, moment_url

BodyOf = Callable[[Moment], list[dict[str, Any]]]
EXCERPT = 160  # characters of what somebody wrote


def plan_timeline(block: Block, scope: Scope, body_of: BodyOf) -> dict[str, Any]:
    """The latest ones, in the order in which they happened. `body_of`: what the agency wrote of a moment."""
    args = block.args
    assert isinstance(args, blocks.Timeline)
    scope.tell_withheld()
    moments = scope.campaign.moments if scope.campaign else ()
    fitting = [m for m in moments if (m.key or m.kind in args.kinds) and args.day in (None, m.instant.date())][-args.count :]
    days = groupby(fitting, key=lambda moment: moment.instant.date())
    return {
        "block": "timeline",
        "title": args.title,
        "days": [{"day": day.isoformat(), "moments": [_entry(moment, scope, body_of) for moment in told]} for day, told in days],
    }


def _entry(moment: Moment, scope: Scope, body_of: BodyOf) -> dict[str, Any]:
    """One line of it; key moments have their words and their picture."""
    text = " ".join((moment.text or "").split())
    return {
        "at": moment.instant.isoformat(),
        "kind": moment.kind,
        "key": moment.key,
        "title": moment.title or (None if text else moment_name(moment, scope)),
        "name": moment.name,
        "text": text if len(text) <= EXCERPT else text[: EXCERPT - 1].rstrip() + "…",
        "body": body_of(moment) if moment.key else [],
        "picture": scope.picture(moment.picture, moment.alt or moment.title or moment.name, moment.at) if moment.key else None,
        "url": moment_url(moment) if scope.on_campaign else None,
    }


def plan_press(block: Block, scope: Scope) -> dict[str, Any]:
    """The newest first; in a report, those of its period."""
    args = block.args
    assert isinstance(args, blocks.Press)
    listed: Sequence[blocks.Piece] = args.pieces or (scope.campaign.press if scope.campaign else ())
    out = sorted(
        (piece for piece in listed if _is_out(piece, scope)), key=lambda piece: (-piece.date.toordinal(), piece.outlet, piece.title)
    )
    return {
        "block": "press",
        "title": args.title,
        "items": [
            {"outlet": piece.outlet, "title": piece.title, "date": piece.date.isoformat(), "link": piece.link}
            for piece in out[: args.count]
        ],
        "more": max(0, len(out) - args.count),
    }


def _is_out(piece: blocks.Piece, scope: Scope) -> bool:
    if not scope.on_campaign:
        return scope.period.first <= piece.date <= scope.period.last
    return scope.clock.passed(datetime.combine(piece.date, time.min, ZoneInfo(scope.client.timezone)))
