"""Campaigns, pages, moments and reports: what authors write (shapes of front matter) and what the stages get (records)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from generator.digests import digest
from generator.model.approval import Approval
from generator.model.blocks import MomentKind, Piece
from generator.model.fields import Address, Focus, Instant, Number, OneLine, Seconds, Shape, Slug, Text, Whole, YesNo, refuse
from generator.model.figures import Grain, Period
from generator.model.media import Recording
from generator.model.periods import NAMES, containing, period_name, read_period
from generator.model.rights import Forgotten, Rights
from generator.model.said import Sent
from generator.model.site import Brand, Client, Platform, Social, UnlistedAddress
from generator.problems import Location

# ---- front matter ---------------------------------------------------------------------------------------------------


TAGS, TAG_LENGTH = 20, 60  # of one moment at most, and characters of one


def listed_tags(value: Any) -> Any:
    """One tag, or a list of them, within limits."""
    tags = [value] if isinstance(value, str) else value
    if isinstance(tags, list):
        if len(tags) > TAGS:
            raise refuse("too-many", f"{len(tags)} tags; a moment has {TAGS} at most", "keep those that people will look for")
        for tag in tags:
            if isinstance(tag, str) and (len(tag) > TAG_LENGTH or not tag.strip(" #")):
                raise refuse("bad-tag", f'"{tag[:TAG_LENGTH]}" is no tag', f"write a word or two, of {TAG_LENGTH} characters at most")
    return tags


SOONEST = 15  # seconds between two looks at a head at least: ten thousand readers are then 700 requests a second


class Live(Shape):
    """How a campaign's open pages follow it."""

    every: Seconds = SOONEST  # between two looks at the head
    cycle: Seconds = 12  # on the big screen, until the next cards

    @model_validator(mode="after")
    def _not_too_often(self) -> Live:
        if self.every < SOONEST:
            raise refuse("too-often", f"every: {self.every}s asks too often", f"write every: {SOONEST}s, or a longer time")
        return self


def _live(value: Any) -> Any:
    """true: as usual; false: a page that stands still."""
    if value in ("true", "false"):
        return {} if value == "true" else None
    if isinstance(value, str):
        raise refuse("not-yes-no", f'"{value}" is neither true nor false', "write true, false, or every: and cycle: below live:")
    return value


class Cards(Shape):
    """How the cards of people who take part are made, which are rows of cards.csv."""

    title: OneLine | None = None  # a line above each name
    format: Literal["a5", "postcard"] = "postcard"  # of the printed one
    print: YesNo = True
    private: YesNo = False  # each at an address that nobody guesses, and nowhere else, unless its row says otherwise
    wall: YesNo = True  # whether those that are not private are moments of the wall, too


class CampaignFile(Shape):
    """Front matter of a campaign's index.md."""

    title: OneLine
    hashtag: Annotated[OneLine, Field(pattern=r"^#[\w]{1,100}$")] | None = None
    starts: Instant
    ends: Instant
    recap: Instant | None = None  # when the page turns into a story; at the end unless said otherwise
    live: Annotated[Live | None, BeforeValidator(_live)] = Live()
    url: Address | None = None  # where this campaign's folder is published, when that is a place of its own
    summary: OneLine | None = None
    cover: Text | None = None  # a picture, relative to the file
    cover_alt: OneLine | None = None
    cover_focus: Focus | None = None  # what of it must be seen where it is cut
    brand: Brand | None = None
    credits: tuple[OneLine, ...] = ()
    cards: Cards = Cards()
    social: Social | None = None  # none: as the site has it
    at: Instant | None = None  # before it, nothing of the campaign is anywhere
    until: Instant | None = None  # from then on, its addresses say that it is over
    consent: Literal["required", "elsewhere"] | None = None  # of moments from people; required where a consent.csv is kept
    unlisted: YesNo = False  # at an address that nobody guesses and nothing leads to
    aliases: tuple[Slug, ...] = ()  # names that its folder had before
    draft: YesNo = False


Phase = Literal["teaser", "live", "closed", "recap"]
PHASES: tuple[Phase, ...] = get_args(Phase)


class PhaseFile(Shape):
    """Front matter of index.<phase>.md: what the campaign's page says in that phase, in the place of index.md."""

    summary: OneLine | None = None


class PageFile(Shape):
    """Front matter of any other page."""

    title: OneLine
    summary: OneLine | None = None
    slug: Slug | None = None
    at: Instant | None = None  # before it, the page is nowhere
    until: Instant | None = None  # from then on, its address says that it is over
    unlisted: YesNo = False  # at an address that nobody guesses and nothing leads to
    aliases: tuple[Slug, ...] = ()  # slugs that it had before
    draft: YesNo = False


class MomentFile(Shape):
    """Front matter of a moment written by the agency."""

    kind: MomentKind
    at: Instant
    title: OneLine | None = None
    name: OneLine | None = None
    handle: OneLine | None = None
    platform: Platform | None = None
    picture: Text | None = None
    alt: OneLine | None = None
    focus: Focus | None = None  # what of the picture must be seen where it is cut
    avatar: Text | None = None  # a picture of its author
    video: Text | None = None
    audio: Text | None = None
    poster: Text | None = None  # of a video, unless its picture stands for it
    captions: Text | None = None  # WebVTT
    transcript: Text | None = None  # a text, or a file of it
    likes: Whole | None = None
    comments: Whole | None = None
    shares: Whole | None = None
    permalink: Address | None = None
    key: YesNo = False
    pinned: YesNo = False
    tags: Annotated[tuple[OneLine, ...], BeforeValidator(listed_tags)] = ()
    until: Instant | None = None  # when it goes again
    slug: Slug | None = None
    draft: YesNo = False


def _path(value: Any) -> str:
    """/old/ or /old/page.html, as a browser shows it after the domain."""
    if not isinstance(value, str) or not re.fullmatch(r"/(?:[A-Za-z0-9._~-]+/)*(?:[A-Za-z0-9._~-]+)?", value) or "/." in value:
        raise refuse("not-a-path", f'"{value}" is not an address of this site', "write what comes after the domain, as in /old/page.html")
    return value


def _target(value: Any) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"https?://[^\s\"'<>\\]+", value) else _path(value)


class RedirectRule(Shape):
    """From an address that is no more, to where its readers are led."""

    source: Annotated[str, BeforeValidator(_path)] = Field(alias="from")
    target: Annotated[str, BeforeValidator(_target)] = Field(alias="to")


class RedirectsFile(Shape):
    """content/redirects.yaml."""

    redirects: tuple[RedirectRule, ...] = ()


Format = Literal["a4", "a4-landscape", "deck"]  # of a report's PDF; a deck has pages of 16:9 for the meeting
Cadence = Literal["week", "month", "quarter", "half-year", "year"]


def _period(value: Any) -> Period:
    try:
        return read_period(str(value))
    except ValueError:
        raise refuse("not-a-period", f'"{value}" is not a period', f"write for instance {NAMES}") from None


PeriodName = Annotated[Period, BeforeValidator(_period)]


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Asked = Annotated[tuple[OneLine, ...] | None, BeforeValidator(_one_or_more)]


class ReportFile(Shape):
    """Front matter of a report."""

    title: OneLine
    clients: tuple[Slug, ...] = ()  # of a report in content/reports/: all, unless some are named
    cadence: Cadence = "month"
    first: PeriodName = Field(alias="from")
    last: PeriodName | None = Field(alias="until", default=None)  # none: up to the last closed period that has data
    confidentiality: OneLine | None = None
    allow_partial: OneLine | None = None  # why a report of a period that exports do not cover wholly may go out all the same
    pages: Whole = 3  # fewer are taken for a report that came out wrong, and not sent
    commentary: Asked = None  # sections that need words each period: all, none, or by id; undeclared: the first, and only `check` says so
    cuts: tuple[Slug, ...] = ()  # further readers, each with a report of the sections that are for it
    format: Format = "a4"
    due: Whole = 5  # working days after the period's end by which it goes out
    at: Instant | None = None  # before it, it is in no room
    shown_until: Instant | None = None  # from then on, its addresses say that it is over
    draft: YesNo = False

    @model_validator(mode="after")
    def _of_one_cadence(self) -> ReportFile:
        for key, period in (("from", self.first), ("until", self.last)):
            if period and period.grain != self.cadence:
                example = period_name(containing(period.first, self.cadence))
                raise refuse(
                    "wrong-cadence",
                    f"{key} is no {self.cadence}, which is the cadence of the report",
                    f"write {key}: {example}, or another cadence",
                )
        return self


class CommentaryFile(Shape):
    """Front matter of a commentary file: the sentence that opens its chapter, and who wrote it."""

    title: OneLine | None = None
    author: OneLine | None = None
    numbers: tuple[Number, ...] = ()  # that its author has checked, and no figure of the report bears out


# ---- records --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A stretch of Markdown between blocks, and where it starts in its file."""

    text: str
    at: Location


_POINTED = re.compile(r"\{\{|\]\((?!https?://)|\]:|<|\u202e")


def stands_alone(text: str) -> bool:
    """Whether Markdown surely names no figure and has no link into the site: its page says what it says whatever the rest of the site."""
    return not _POINTED.search(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block with checked arguments."""

    name: str
    args: Shape
    at: Location
    places: Mapping[str, Location]  # of each argument, for messages about its value


Body = tuple[Prose | Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A name that something had before, and where that is said."""

    slug: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """From an address of the output folder to another, or to a web address."""

    source: str
    target: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    slug: str
    title: str
    summary: str | None
    body: Body
    folder: str  # where relative links start, relative to the site
    at: Location
    opens: datetime | None = None
    until: datetime | None = None
    unlisted: UnlistedAddress | None = None
    aliases: tuple[Alias, ...] = ()

    @property
    def address(self) -> str:
        return f"{self.unlisted.segment if self.unlisted else self.slug}.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A word that moments are found by. Spellings of one slug are one tag."""

    slug: str
    label: str  # as written


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What makes a moment the card of somebody who takes part: a row of cards.csv."""

    private: bool | None  # none: as the campaign has it
    more: tuple[tuple[str, str], ...] = ()  # further columns that the row says something in, and what
    colours: tuple[tuple[str, float], ...] = ()  # of its picture, each with its share of it, the largest first
    segment: str | None = None  # of a private one: what stands for it in addresses


def secret_segment(secret: str, card: str) -> str:
    """What stands for a private card in addresses: 128 bits of its own, from one secret a campaign and its id."""
    return blake2b(card.encode(), key=bytes.fromhex(secret), digest_size=16).hexdigest()


def private_picture(segment: str) -> str:
    """What stands for it in the name of its picture, which does not give away where its page is."""
    return digest(f"picture of {segment}".encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One item of the live page. `text` comes from people and is data; `body` from the agency and may use Markdown."""

    id: str
    slug: str
    kind: str
    instant: datetime  # with its zone
    title: str | None
    name: str | None
    handle: str | None
    platform: str | None
    text: str | None
    body: Body
    picture: str | None  # path relative to the site
    alt: str | None
    permalink: str | None
    key: bool
    pinned: bool
    tags: tuple[Tag, ...]
    until: datetime | None  # when it goes again
    at: Location
    of_people: bool = False  # a row of moments.csv
    rights: Rights | None = None  # what is on record for it; None where nothing is, and nothing needs to be
    card: Card | None = None
    focus: str | None = None  # of the picture: "40% 20%"
    avatar: str | None = None
    recording: Recording | None = None
    counts: tuple[tuple[str, int], ...] = ()  # likes, comments, shares, as far as they are known
    mark: str = ""  # digest of all of it, where its card says nothing that is not its own: no picture, figure, block or link into the site


def files_of(moment: Moment) -> Iterator[str]:
    """Every file that a moment shows."""
    yield from (name for name in (moment.picture, moment.avatar) if name)
    if recording := moment.recording:
        words = None if recording.words else recording.transcript
        yield from (name for name in (recording.path, recording.poster, recording.captions, words) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a campaign's page says in one phase."""

    phase: Phase | None  # None: in each that has no words of its own
    summary: str | None
    body: Body
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    slug: str
    client: str
    title: str
    hashtag: str | None
    starts: datetime
    ends: datetime
    recap: datetime
    live: Live | None
    url: str | None
    summary: str | None
    cover: str | None
    cover_alt: str | None
    brand: Brand
    credits: tuple[str, ...]
    body: Body
    pages: tuple[Page, ...]
    moments: tuple[Moment, ...]  # oldest first; approved ones only
    held: int  # moments from people that wait for a decision
    folder: str
    at: Location
    opens: datetime | None = None
    until: datetime | None = None
    cards: Cards = field(default_factory=Cards)
    participants: tuple[Moment, ...] = ()  # approved rows of cards.csv, oldest first, private ones among them
    social: Social = "key"
    addressless: tuple[str, ...] = ()  # sources of pages that nobody is led to: they are not out yet
    unlisted: UnlistedAddress | None = None
    aliases: tuple[Alias, ...] = ()
    cover_focus: str | None = None
    phases: tuple[Told, ...] = ()  # in which the page has words of its own
    press: tuple[Piece, ...] = ()
    brand_at: Mapping[str, Location] = field(default_factory=dict)  # of each part of the brand that is said here

    def told(self, phase: str) -> Told:
        """What the page says in a phase."""
        always = Told(phase=None, summary=self.summary, body=self.body, at=self.at)
        own = next((told for told in self.phases if told.phase == phase), always)
        return own if own.summary else replace(own, summary=self.summary)

    @property
    def everything(self) -> tuple[Moment, ...]:
        """Moments of the wall, and cards that are not on it."""
        known = {moment.id for moment in self.moments} if self.participants else frozenset()
        return (*self.moments, *(card for card in self.participants if card.id not in known))

    @property
    def place(self) -> str:
        """Its folder, within its client's."""
        return f"{self.client}/{self.unlisted.segment if self.unlisted else self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commentary:
    title: str | None
    author: str | None
    numbers: tuple[float, ...]
    body: Body
    folder: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A chapter of a report: what stands under one `## Heading {#id}`."""

    id: str
    title: str
    body: Body
    at: Location
    readers: tuple[str, ...] = ()  # the cuts that it stands in; none for a section that is for everybody


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientReport:
    """A report's definition, with the commentary of each of its periods."""

    slug: str
    client: str
    title: str
    cadence: Grain
    first: Period
    last: Period | None
    confidentiality: str | None
    sections: tuple[Section, ...]
    commentary: Mapping[str, Mapping[str, Commentary]]  # name of the period ("2026-09") → section id → commentary
    awaited: tuple[str, ...]  # sections that need one each period
    required: bool  # whether the report may not be approved before it has them
    sent: Mapping[str, Sent]  # name of the period → what went out
    words: str  # the folder that holds a folder of commentary for each period
    approvals: Mapping[str, Approval]  # name of the period → who signed what
    allow_partial: str | None
    pages: int
    format: Format
    due: int
    cuts: tuple[str, ...]
    folder: str
    at: Location
    opens: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPicture:
    """A picture of a post that exports tell of, kept beside them: a row of posts.csv."""

    post: str | None  # its id, or
    permalink: str | None
    picture: str  # path relative to the site
    alt: str | None
    focus: str | None
    at: Location
    rights: Rights | None = None  # of who is seen on it


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientContent:
    """Everything under content/<client>/ but its exports."""

    client: Client
    campaigns: tuple[Campaign, ...]
    reports: tuple[ClientReport, ...]
    forgotten: Forgotten = field(default_factory=Forgotten)  # people who may not be shown whatever is said of them
    posts: tuple[PostPicture, ...] = ()

    @property
    def listed(self) -> tuple[Campaign, ...]:
        """Campaigns of which public pages may speak."""
        return tuple(campaign for campaign in self.campaigns if not campaign.unlisted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    front: Page | None  # content/index.md
    clients: tuple[ClientContent, ...]
    redirects: tuple[Redirect, ...] = ()
