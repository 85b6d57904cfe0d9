"""Blocks that authors place in pages and reports: their names and typed arguments."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, model_validator

from generator import extensions
from generator.model.fields import Address, Day, Focus, Number, OneLine, Shape, Slug, Text, Whole, YesNo, refuse
from generator.model.figures import Basis, Period
from generator.model.periods import NAMES, read_period
from generator.model.site import Platform


def _as_list(value: Any) -> Any:
    """One value may stand for a list of one."""
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[OneLine, ...], BeforeValidator(_as_list)]


def _compare(value: Any) -> Any:
    if value not in COMPARED and not _is_period(value):
        raise refuse(
            "bad-comparison", f'"{value}" is no period to compare with', f"write {', '.join(COMPARED)}, or a period such as {NAMES}"
        )
    return value


def _asked(value: Any) -> Any:
    if not (isinstance(value, str) and (value in ASKED or LAST.fullmatch(value) or _is_period(value))):
        raise refuse("bad-period", f'"{value}" is no period', f"write {', '.join(ASKED)}, last 13 months, or a period such as {NAMES}")
    return value


def _is_period(value: Any) -> bool:
    try:
        return bool(read_period(value)) if isinstance(value, str) else False
    except ValueError:
        return False


COMPARED = ("previous", "previous year", "none")
ASKED = ("this period", "campaign", "campaign to date", "year to date")
LAST = re.compile(r"last (\d{1,3}) (days|weeks|months)")
Compare = Annotated[OneLine, BeforeValidator(_compare)]  # one of COMPARED, or the name of a period
Asked = Annotated[OneLine, BeforeValidator(_asked)]  # one of ASKED, "last 13 months", or the name of a period
Dimension = Literal["platform", "campaign", "channel", "page"]
MomentKind = Literal["card", "post", "photo", "video", "audio", "message", "quote", "milestone", "note"]


class Compared(Shape):
    """What figures are set against, and on which measure."""

    compare: Compare = "none"
    basis: Basis = "total"

    @model_validator(mode="after")
    def _weekdays_of_neighbours(self) -> Self:
        if self.basis == "same weekdays" and self.compare not in ("previous", "previous year"):
            raise refuse("bad-basis", "the same weekdays are found in the previous period or year only", "write compare: previous")
        return self


class Kpis(Compared):
    """Tiles: one figure each, with its comparison and its curve."""

    metrics: Names
    platform: Platform | None = None
    period: Asked = "this period"
    compare: Compare = "previous"
    title: OneLine | None = None


class Digest(Shape):
    """A sentence a figure: how much, up or down, against what, and where most of the change is from."""

    metrics: Names
    platform: Platform | None = None
    compare: Literal["previous", "previous year"] = "previous"
    keep: YesNo = False  # beside a commentary, too, which takes its place otherwise
    title: OneLine | None = None


class Chart(Shape):
    """One drawing; exactly one of line, bar, stacked, shares, heat, rank, donut, slope names the metric, or funnel several."""

    line: OneLine | None = None
    bar: OneLine | None = None
    stacked: OneLine | None = None
    shares: OneLine | None = None  # stacked to 100 %
    heat: OneLine | None = None  # a calendar of days
    rank: OneLine | None = None
    donut: OneLine | None = None
    slope: OneLine | None = None  # each name then and now
    funnel: Names | None = None  # metrics, each a part of the one before
    by: Dimension | None = None
    platform: Platform | None = None
    period: Asked = "this period"
    grain: Literal["day", "week", "month"] | None = None
    compare: Compare = "none"
    title: OneLine | None = None
    count: Whole = 8  # bars or series shown at most

    @model_validator(mode="before")
    @classmethod
    def _one_drawing(cls, value: Any) -> Any:
        kinds = [kind for kind in CHART_KINDS if isinstance(value, Mapping) and kind in value]
        if len(kinds) != 1:
            raise refuse("chart-kind", f"a chart needs exactly one of {', '.join(CHART_KINDS)}", "write for instance: line: impressions")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.funnel is not None and len(self.funnel) < 2:
            raise refuse("short-funnel", "a funnel needs two metrics or more", "write for instance: funnel: [ad_impressions, ad_clicks]")
        if self.slope is not None and self.compare == "none":
            raise refuse("bad-comparison", "a slope has two sides, then and now", "write compare: previous, or compare: previous year")
        return self

    @property
    def kind(self) -> str:
        return next(kind for kind in CHART_KINDS if getattr(self, kind) is not None)

    @property
    def metrics(self) -> tuple[str, ...]:
        return self.funnel if self.funnel is not None else (str(getattr(self, self.kind)),)

    @property
    def metric(self) -> str:
        return self.metrics[0]


CHART_KINDS = ("line", "bar", "stacked", "shares", "heat", "rank", "donut", "slope", "funnel")


class AudienceMap(Shape):
    """Where the client's audience is: an area for each network, as large as it."""

    metric: OneLine = "followers_total"
    period: Asked = "this period"
    compare: Literal["previous", "previous year"] = "previous"
    title: OneLine | None = None
    count: Whole = 12


class Vega(Shape):
    """A chart by a full Vega-Lite specification, for what no other chart shows; its figures are the data set "figures"."""

    spec: Text  # JSON
    title: OneLine
    sentence: OneLine  # what it shows, for those who do not see it
    metrics: Names = ()  # a column each
    by: Dimension | None = None  # the column name
    grain: Literal["day", "week", "month"] | None = None  # the column date
    platform: Platform | None = None
    period: Asked = "this period"


class Table(Compared):
    """Figures in rows and columns."""

    metrics: Names
    by: Literal["platform", "month", "campaign", "channel", "page"] = "platform"
    period: Asked = "this period"
    platform: Platform | None = None
    total: YesNo = True
    bars: YesNo = False  # a bar in each cell of the first metric
    title: OneLine | None = None
    count: Whole = 40


class Posts(Shape):
    """Posts of the period by one metric: the best, or those far above the usual."""

    show: Literal["best", "over-performing"] = "best"
    metric: OneLine = "engagements_public"
    period: Asked = "this period"
    count: Whole = 5
    platform: Platform | None = None
    title: OneLine | None = None


class Calendar(Shape):
    """What was published each day, as a calendar with counts by network; up to two months."""

    period: Asked = "this period"
    platform: Platform | None = None
    title: OneLine | None = None


class People(Shape):
    """Those who took part most, by moments on the wall; the rule is printed. A podium lifts the first three."""

    show: Literal["list", "podium"] = "list"
    count: Whole = 5
    title: OneLine | None = None


class Conversation(Shape):
    """What is said of the client: how much, where, how it feels, about what, by whom, and in which words (verbatims, if asked for)."""

    show: Annotated[
        tuple[Literal["mentions", "hosted", "voice", "sentiment", "themes", "people", "verbatims"], ...], BeforeValidator(_as_list)
    ] = ("mentions", "hosted", "voice", "sentiment", "themes", "people")
    compare: Compare = "previous"
    count: Whole = 8  # themes, people and verbatims shown at most
    sentiment: Literal["positive", "neutral", "negative"] | None = None  # of verbatims
    theme: OneLine | None = None  # of verbatims
    space: OneLine | None = None  # of verbatims
    names: Literal["initials", "handles"] = "initials"  # how people are named
    title: OneLine | None = None


class Service(Shape):
    """How messages are answered: how many, how fast, and whose work it is."""

    show: Annotated[tuple[Literal["rate", "within", "median", "workload"], ...], BeforeValidator(_as_list)] = (
        "rate", "within", "median", "workload",
    )  # fmt: skip
    compare: Compare = "previous"
    title: OneLine | None = None


class Benchmark(Shape):
    """The campaign beside the client's past ones, by day since the launch; "moments" and "people" count the wall."""

    metric: OneLine
    platform: Platform | None = None
    campaigns: Annotated[tuple[OneLine, ...], BeforeValidator(_as_list)] = ()  # all past ones, unless some are named
    cumulative: YesNo = True
    title: OneLine | None = None


class Goals(Shape):
    """The client's goals with their pacing."""

    title: OneLine | None = None


class Moments(Shape):
    """The live wall."""

    kinds: Annotated[tuple[MomentKind, ...], BeforeValidator(_as_list)] = ()
    tags: Names = ()  # those with one of them
    count: Whole = 24
    key: YesNo = False  # key moments only
    key_first: YesNo = False  # key moments before the others, as pinned ones are
    title: OneLine | None = None


class Counters(Shape):
    """Figures kept by hand in counters.yaml, by name; "moments" and "people" count the wall."""

    names: Annotated[tuple[Slug, ...], BeforeValidator(_as_list)]
    title: OneLine | None = None


class Gallery(Shape):
    """Pictures of the campaign's moments."""

    count: Whole = 12
    title: OneLine | None = None


class Video(Shape):
    """A film of the site; nothing of it is loaded before it is played."""

    video: Text  # relative to the file, as are the others
    poster: Text | None = None
    alt: OneLine | None = None
    captions: Text | None = None
    transcript: Text | None = None
    title: OneLine | None = None


class Audio(Shape):
    """A sound of the site, with its words."""

    audio: Text
    transcript: Text | None = None
    title: OneLine | None = None


class Embed(Shape):
    """A post or a film at another place, which is asked for nothing before the reader wants to see it."""

    url: Address
    title: OneLine
    text: Text | None = None
    picture: Text | None = None
    alt: OneLine | None = None
    focus: Focus | None = None


class Search(Shape):
    """A box that finds moments and pages of the campaign by their words."""

    title: OneLine | None = None


class Timeline(Shape):
    """The days of the campaign by the hour: its key moments and those of some kinds, in order."""

    kinds: Annotated[tuple[MomentKind, ...], BeforeValidator(_as_list)] = ("milestone",)  # beside the key moments
    day: Day | None = None  # one day only
    count: Whole = 40
    title: OneLine | None = None


class Step(Shape):
    """A number to reach, and what it is called."""

    at: Number
    label: OneLine | None = None

    @model_validator(mode="after")
    def _ahead(self) -> Self:
        if self.at <= 0:
            raise refuse("bad-step", f"{self.at:g} is reached before anything is counted", "write numbers above zero")
        return self


def _as_steps(value: Any) -> Any:
    """A number alone is a step without a name."""
    if not value:
        raise refuse("bad-step", "there is no step", "write for instance steps: [100, 1000, 5000]")
    return [{"at": each} if isinstance(each, str) else each for each in value] if isinstance(value, list) else value


class Milestones(Shape):
    """Numbers that a counter has reached, with the day, and the next one; "moments" and "people" count the wall."""

    counter: Slug
    steps: Annotated[tuple[Step, ...], BeforeValidator(_as_steps)]
    title: OneLine | None = None


class Piece(Shape):
    """What a newspaper, a station or a site said of the campaign."""

    outlet: OneLine
    title: OneLine
    date: Day
    link: Address | None = None


class Press(Shape):
    """What the press said: the pieces of press.csv, or those listed here."""

    pieces: tuple[Piece, ...] = ()
    count: Whole = 12
    title: OneLine | None = None


def _way(value: Any) -> str:
    if not (isinstance(value, str) and WAY.fullmatch(value)):
        fix = "write https://…, mailto:, tel: or sms: with its address, #anchor, or a page of the campaign such as rules.md"
        raise refuse("not-an-address", f'"{value}" leads nowhere', fix)
    return value


WAY = re.compile(
    r"""(?:https?://[^\s"'<>\\]+|mailto:[^\s"'<>\\]+@[^\s"'<>\\]+|(?:tel|sms):\+?[\d.-]+(?:\?body=[^\s"'<>\\]*)?|#[\w-]+|[\w./-]+\.md)"""
)
Way = Annotated[str, BeforeValidator(_way)]


class Action(Shape):
    """What the reader is asked to do."""

    label: OneLine  # on the button
    url: Way
    text: OneLine | None = None  # beside it
    title: OneLine | None = None


class Share(Shape):
    """Ways to pass the page on: plain links, no script of a network."""

    networks: Annotated[tuple[Literal["whatsapp", "facebook", "x", "linkedin", "bluesky", "mail"], ...], BeforeValidator(_as_list)] = (
        "whatsapp", "facebook", "linkedin", "bluesky", "mail",
    )  # fmt: skip
    text: OneLine | None = None  # what is proposed to be said; the page's title otherwise
    title: OneLine | None = None


class Saying(Shape):
    """Somebody's words."""

    text: Text
    by: OneLine
    role: OneLine | None = None


class Quote(Shape):
    """Somebody's words, set apart; or those of several people, under `quotes`."""

    text: Text | None = None
    by: OneLine | None = None
    role: OneLine | None = None
    quotes: tuple[Saying, ...] = ()
    title: OneLine | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.text and self.by) == bool(self.quotes) or (self.quotes and (self.text or self.by or self.role)):
            raise refuse("quote-form", "a quote has text: and by:, or quotes: with some of both", "write one of the two")
        return self


class Note(Shape):
    """A remark beside the text."""

    text: Text
    tone: Literal["info", "warning"] = "info"


OWN: Mapping[str, type[Shape]] = {
    "kpis": Kpis,
    "digest": Digest,
    "chart": Chart,
    "audience-map": AudienceMap,
    "vega": Vega,
    "table": Table,
    "posts": Posts,
    "calendar": Calendar,
    "people": People,
    "conversation": Conversation,
    "service": Service,
    "benchmark": Benchmark,
    "goals": Goals,
    "moments": Moments,
    "counter": Counters,
    "gallery": Gallery,
    "video": Video,
    "audio": Audio,
    "embed": Embed,
    "timeline": Timeline,
    "milestones": Milestones,
    "press": Press,
    "search": Search,
    "quote": Quote,
    "action": Action,
    "share": Share,
    "note": Note,
}


# ---- blocks of extensions -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a block of an extension may know of the page on which it stands."""

    language: str
    client: str  # its name
    period: Period  # of the report, or of the campaign's page
    today: Callable[[], date]  # in the client's time zone; asking makes the page new every day
    figure: Callable[..., Mapping[str, Any]]  # figure("views", platform="instagram", compare="previous") as tiles have it


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockKind:
    """A block that an extension adds; its template is `templates/blocks/<name>.html` of the extension's package."""

    arguments: type[Shape]
    plan: Callable[[Any, Surroundings], Mapping[str, Any]]  # arguments → what the template shows, as plain values
    cached: bool = True  # False where `plan` reads anything but its arguments and files below content/


def _mistake(added: extensions.Loaded) -> str | None:
    if added.extension.name in OWN:
        return "has the name of a block of Bilan's own"
    if not isinstance(added.value, BlockKind):
        return "gives no BlockKind (generator.model.blocks)"
    if not (isinstance(added.value.arguments, type) and issubclass(added.value.arguments, Shape)):
        return "has arguments that are no Shape (generator.model.fields)"
    return None


ADDED = {each.extension.name: each for each in extensions.load("blocks", _mistake)}
BLOCKS: Mapping[str, type[Shape]] = {**OWN, **{name: each.value.arguments for name, each in ADDED.items()}}
