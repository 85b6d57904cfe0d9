"""moments/*.md, moments*.csv and cards.csv → Moments; of people's moments only those that moderation.csv approves."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from generator.content.cards import CARDS, as_moment, card_of, card_rows
from generator.content.memory import decode, encode, mark_of
from generator.content.moderation import decide, read_decisions, read_lists, tell_overruled
from generator.content.pages import read_markdown
from generator.content.portraits import colours_of
from generator.content.recordings import read_shown
from generator.content.rows import Row, read_rows
from generator.content.walk import in_zone, relative
from generator.digests import digest
from generator.facts.readings import Readings
from generator.model.blocks import MomentKind
from generator.model.content import Moment, MomentFile, Tag, listed_tags
from generator.model.fields import read_focus, read_instant, slug_from, slug_problem, tag_slug
from generator.model.media import COUNTS
from generator.model.moderation import Decision, Lists
from generator.model.site import Client, Platform, Site
from generator.problems import Location, Problems, did_you_mean

COLUMNS = (
    "id", "at", "kind", "handle", "name", "platform", "text", "media", "alt", "permalink", "key", "pinned", "tags", "until",
    "focus", "avatar", "video", "audio", "poster", "captions", "transcript", *COUNTS,
)  # fmt: skip
REQUIRED = ("id", "at", "kind")
SHOWN = ("picture", "avatar", "video", "audio", "poster", "captions", "transcript")  # keys that name files


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    approved: tuple[Moment, ...]  # oldest first
    held: int
    ids: tuple[str, ...] = ()  # of all rows from people, whatever was decided


def read_moments(site: Site, client: Client, folder: Path, readings: Readings, problems: Problems) -> Moments:
    """All moments of a campaign that may be shown, and how many wait for a decision."""
    before = len(problems)
    decisions, lists = read_decisions(site, folder, problems), read_lists(site, folder, problems)
    if len(problems) > before:  # a row that could not be read may say no to somebody who is allowed
        lists = Lists(())
    own = list(read_own(folder / "moments", site, client, readings, problems))
    people = list(read_people(site, client, folder, problems, readings))
    decided = {moment.id: decide(moment, decisions, lists) for moment in people}
    approved = [_pinned(moment, decisions.get(moment.id)) for moment in people if decided[moment.id] == "approve"]
    held = sum(word == "hold" for word in decided.values())
    for moment in (moment for moment in people if decided[moment.id] == "deleted"):
        message = f'"{moment.id}" was deleted by its author; it is left out'
        problems.add("deleted-at-source", message, moment.at, fix="nothing is to be done", severity="notice")
    if lists:
        for moment in (moment for moment in approved if moment.id in decisions):
            tell_overruled(moment, lists, problems)
    shown = sorted([*own, *approved], key=lambda moment: (moment.instant, moment.slug))
    return Moments(approved=tuple(_distinct(shown, problems)), held=held, ids=tuple(moment.id for moment in (*people, *own)))


def _pinned(moment: Moment, decision: Decision | None) -> Moment:
    """As the one who approved it wants it."""
    return moment if decision is None or decision.pin is None else replace(moment, pinned=decision.pin)


def _distinct(moments: Sequence[Moment], problems: Problems) -> Iterator[Moment]:
    """Two moments of one address are refused, both."""
    by_slug: dict[str, list[Moment]] = {}
    for moment in moments:
        by_slug.setdefault(moment.slug, []).append(moment)
    for moment in moments:
        same = by_slug[moment.slug]
        if len(same) == 1:
            yield moment
            continue
        other = next(each for each in same if each is not moment)
        problems.add(
            "address-taken", f'the moment "{moment.slug}" is also at {other.at}', moment.at, fix="give one of them another id or slug"
        )


def read_own(folder: Path, site: Site, client: Client, readings: Readings, problems: Problems) -> Iterator[Moment]:
    """Moments written by the agency. Those that need nothing but their own file are remembered."""
    zone, where = ZoneInfo(client.timezone), relative(folder, site.root)
    settings = f"{client.timezone} {site.limits.markdown_bytes}"
    names = sorted(name for name in os.listdir(folder) if name.endswith(".md")) if folder.is_dir() else ()  # noqa: PTH208  # names only
    for name in names:
        path = f"{where}/{name}"
        moment = readings.recall(path, settings, lambda text, path=path: decode(text, zone, path))  # type: ignore[misc]
        if moment is None:
            moment, text = read_one(folder / name, path, site, client, problems)
            if moment and text:
                readings.keep(path, settings, moment, text)
        if moment:
            yield moment


def read_one(path: Path, name: str, site: Site, client: Client, problems: Problems) -> tuple[Moment | None, str | None]:
    """A moment written by the agency and, where it needs nothing but its own file, the text that stands for it."""
    before = len(problems)
    moment = _own(path, name, site, client, problems)
    text = encode(moment) if moment and len(problems) == before else None
    return (replace(moment, mark=mark_of(text)), text) if moment and text else (moment, None)


def _own(path: Path, name: str, site: Site, client: Client, problems: Problems) -> Moment | None:
    """A moment written by the agency."""
    read = read_markdown(path, site, MomentFile, problems, name=name)
    if read is None or read[0].draft:
        return None
    file, document, body = read
    slug = file.slug or slug_from(path.stem)
    zone = ZoneInfo(client.timezone)
    instant, until = in_zone(file.at, zone), in_zone(file.until, zone) if file.until else None
    if until and until <= instant:
        place = document.place(("until",))
        problems.add(
            "ends-before-start", "the moment ends before it starts", place, fix="check both dates", excerpt=document.excerpt(place)
        )

    def where(key: str) -> tuple[Location, str | None]:
        place = document.place((key,))
        return place, document.excerpt(place)

    named = {key: getattr(file, key) for key in SHOWN}
    return Moment(
        id=slug,
        slug=slug,
        kind=file.kind,
        instant=instant,
        title=file.title,
        name=file.name,
        handle=_handle(file.handle),
        platform=file.platform,
        text=None,
        body=body,
        alt=file.alt,
        focus=file.focus,
        counts=tuple((name, count) for name in COUNTS if (count := getattr(file, name)) is not None),
        **read_shown(named, path.parent, path.parents[1], site, where, problems),
        permalink=file.permalink,
        key=file.key,
        pinned=file.pinned,
        tags=tags_of(file.tags),
        until=until,
        at=Location(path=name, line=1),
    )


def _handle(handle: str | None) -> str | None:
    return handle.removeprefix("@") or None if handle else None


def tags_of(labels: Iterable[str]) -> tuple[Tag, ...]:
    """Tags in the order written, each once, without the sign of a hashtag."""
    found: dict[str, Tag] = {}
    for label in (label.strip().removeprefix("#").strip() for label in labels):
        tag = Tag(slug=tag_slug(label), label=label)
        found.setdefault(tag.slug, tag)
    return tuple(found.values())


# ---- people's moments -----------------------------------------------------------------------------------------------


def has_people(folder: Path) -> bool:
    """Whether a campaign's folder has moments from people."""
    return any(next(folder.glob(names), None) for names in ("moments*.csv", CARDS))


def read_people(site: Site, client: Client, folder: Path, problems: Problems, readings: Readings | None = None) -> Iterator[Moment]:
    """Every moment from people of a campaign, cards among them, whatever was decided. `readings`: of whoever needs the colours of cards."""
    for path in sorted(folder.glob("moments*.csv")):
        yield from _people(path, site, client, folder, problems)
    yield from _cards(site, client, folder, readings, problems)


def _cards(site: Site, client: Client, folder: Path, readings: Readings | None, problems: Problems) -> Iterator[Moment]:
    """The cards of people who take part: moments from people, with what is theirs besides."""
    for row in card_rows(folder, site, problems):
        moment, card = _person(as_moment(row), site, client, folder), card_of(row)
        if moment and card:
            colours = colours_of(moment.picture, site, readings) if moment.picture and readings else ()
            yield replace(moment, card=replace(card, colours=colours))


def _people(path: Path, site: Site, client: Client, folder: Path, problems: Problems) -> Iterator[Moment]:
    for row in read_rows(path, site, COLUMNS, REQUIRED, problems):
        if moment := _person(row, site, client, folder):
            yield moment


def _person(row: Row, site: Site, client: Client, folder: Path) -> Moment | None:
    """A row as a moment; its text is data, only ever escaped."""
    cells: Mapping[str, str] = {column: row.cells.get(column, "") for column in COLUMNS}
    before = len(row.problems.errors)
    _check_words(row, cells, site)
    instant = _instant(row, "at", cells["at"], client)
    until = _instant(row, "until", cells["until"], client) if cells["until"] else None
    if instant and until and until <= instant:
        row.refuse("ends-before-start", "until", "the moment ends before it starts", "check both dates")
    tags, focus = _tags(row, cells["tags"]), row.read("focus", read_focus)
    counts = tuple((name, count) for name in COUNTS if (count := _count(row, name, cells[name])) is not None)
    named = {**cells, "picture": cells["media"]}
    shown = read_shown(named, folder, folder, site, lambda key: (row.at, None), row.problems)
    if len(row.problems.errors) > before or instant is None:
        return None
    return Moment(
        id=cells["id"],
        slug=row_slug(cells),
        kind=cells["kind"],
        instant=instant,
        title=None,
        name=_clean(cells["name"]),
        handle=_handle(_clean(cells["handle"])),
        platform=cells["platform"] or None,
        text=_clean(cells["text"]),
        body=(),
        alt=_clean(cells["alt"]),
        focus=focus,
        counts=counts,
        **shown,
        permalink=cells["permalink"] or None,
        key=cells["key"] == "true",
        pinned=cells["pinned"] == "true",
        tags=tags_of(tags),
        until=until,
        of_people=True,
        at=row.at,
    )


def row_slug(cells: Mapping[str, str]) -> str:
    """A row's part of an address, which says nothing of its author: an id made of a handle or a name gives a digest of itself."""
    slug = slug_from(cells["id"])
    names = [slug_from(cells[column]) for column in ("handle", "name") if len(cells.get(column, "")) > 2]
    return f"p-{digest(cells['id'].encode())[:16]}" if any(name in slug for name in names) else slug


def _clean(text: str) -> str | None:
    """Without control characters and lone surrogates; an empty text is no text."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", text).strip() or None


def _check_words(row: Row, cells: Mapping[str, str], site: Site) -> None:
    if not cells["id"] or slug_problem(slug_from(cells["id"])):
        row.refuse("bad-slug", "id", f"{cells['id']!r} cannot be part of an address", "use letters, digits and hyphens")
    for column, allowed in (("kind", get_args(MomentKind)), ("platform", ("", *get_args(Platform)))):
        if cells[column] not in allowed:
            near = did_you_mean(cells[column], allowed)
            row.refuse(
                "unknown-word",
                column,
                f'"{cells[column]}" is not allowed' + (f"; {near}" if near else ""),
                f"write one of: {', '.join(filter(None, allowed))}",
            )
    for column in ("key", "pinned"):
        if cells[column] not in ("", "true", "false"):
            row.refuse("not-yes-no", column, f'"{cells[column]}" is neither true nor false', "write true, false or nothing")
    if cells["permalink"] and not re.fullmatch(r"https://[^\s\"'<>\\]+", cells["permalink"]):
        row.refuse("not-an-address", "permalink", "this is not a web address", "write it whole, with https://")
    if len(cells["text"]) > site.limits.post_characters:
        row.refuse(
            "too-large",
            "text",
            f"the text has {len(cells['text']):,} characters; the limit is post_characters = {site.limits.post_characters:,}",
            "shorten it, or raise the limit under limits: in site.yaml",
        )


def _instant(row: Row, column: str, text: str, client: Client) -> datetime | None:
    try:
        return in_zone(read_instant(text), ZoneInfo(client.timezone))
    except PydanticCustomError as error:
        row.refuse(error.type, column, error.message(), str((error.context or {})["fix"]))
        return None


def _tags(row: Row, text: str) -> Sequence[str]:
    """Several with a semicolon or a vertical bar between them."""
    tags = [tag for part in re.split(r"[;|]", text) if (tag := _clean(part))]
    try:
        listed_tags(tags)
    except PydanticCustomError as error:
        row.refuse(error.type, "tags", error.message(), str((error.context or {})["fix"]))
    return tags


def _count(row: Row, column: str, text: str) -> int | None:
    """Nothing is not zero."""
    if text and not re.fullmatch(r"[0-9]{1,12}", text):
        row.refuse("not-a-number", column, f'"{text}" is not a whole number', "write digits only; nothing where it is not known")
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None
