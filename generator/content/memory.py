"""A moment as a line of text and back: what is remembered of a file that has not changed."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from generator.digests import digest
from generator.model.content import Block, Moment, Prose, Tag, stands_alone
from generator.problems import Location

PLAIN = ("id", "slug", "kind", "title", "name", "handle", "platform", "text", "alt", "permalink", "key", "pinned")


def encode(moment: Moment) -> str | None:
    """A moment that its own file says all of; None for one that shows a file, a figure, a block or a link into the site."""
    if (
        moment.picture
        or moment.avatar
        or moment.recording
        or moment.counts
        or any(isinstance(part, Block) or not stands_alone(part.text) for part in moment.body)
    ):
        return None
    body = [(part.text, part.at.line) for part in moment.body if isinstance(part, Prose)]
    tags = [(tag.slug, tag.label) for tag in moment.tags]
    plain = [getattr(moment, name) for name in PLAIN]
    return json.dumps([plain, _time(moment.instant), _time(moment.until), body, tags, moment.at.line])


def _time(instant: datetime | None) -> tuple[str, int] | None:
    """Wall time in the client's zone; the fold tells which of two equal ones."""
    return (instant.replace(tzinfo=None, fold=0).isoformat(), instant.fold) if instant else None


def decode(text: str, zone: ZoneInfo, path: str) -> Moment:
    """Raises ValueError, TypeError or IndexError for a text that `encode` did not make."""
    plain, instant, until, body, tags, line = json.loads(text)
    at = _instant(instant, zone)
    if at is None:
        raise ValueError("no instant")
    return Moment(
        **dict(zip(PLAIN, plain, strict=True)),
        instant=at,
        until=_instant(until, zone),
        body=tuple(Prose(text=prose, at=Location(path=path, line=start)) for prose, start in body),
        tags=tuple(Tag(slug=slug, label=label) for slug, label in tags),
        picture=None,
        at=Location(path=path, line=line),
        mark=mark_of(text),
    )


def mark_of(text: str) -> str:
    """What stands for a moment: a digest of its line."""
    return digest(text.encode())[:16]


def _instant(told: tuple[str, int] | None, zone: ZoneInfo) -> datetime | None:
    return datetime.fromisoformat(told[0]).replace(tzinfo=zone, fold=told[1]) if told else None
