"""What a client declares about conversations: spaces, competitors, opening hours; shapes of client.yaml and conversation.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from generator.model.fields import Day, OneLine, Seconds, Shape, YesNo, Zone, refuse
from generator.model.holidays import is_calendar
from generator.problems import did_you_mean

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Span = tuple[int, int]  # minutes since midnight

# What the columns of a table may hold, by what a row is; and those without which a row says nothing.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "mention": ("date", "platform", "space", "author", "sentiment", "theme", "reach", "brand", "text", "permalink", "id"),
    "message": ("received_at", "first_reply_at", "channel", "agent", "status", "id", "asks"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {"mention": ("date",), "message": ("received_at", "first_reply_at")}


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _column(value: Any) -> str:
    known = tuple(dict.fromkeys(name for names in COLUMNS.values() for name in names))
    if value not in known:
        near = did_you_mean(str(value), known)
        message = f'"{value}" is not a column of conversation tables' + (f"; {near}" if near else "")
        raise refuse("unknown-column", message, f"columns: {', '.join(known)}")
    return str(value)


def _weekdays(value: Any) -> tuple[int, ...]:
    """ "mon-fri" as 0 to 4, "sat" as 5; a range may run over the end of the week."""
    ends = [DAYS.index(word) for word in str(value).split("-") if word in DAYS] if isinstance(value, str) else list(value)
    if isinstance(value, str) and (len(ends) != len(value.split("-")) or len(ends) > 2):
        raise refuse(
            "not-a-weekday", f'"{value}" is not a day of the week', f"write one of {', '.join(DAYS)}, or two with a hyphen: mon-fri"
        )
    if not isinstance(value, str):
        return tuple(ends)
    return tuple((ends[0] + step) % 7 for step in range((ends[-1] - ends[0]) % 7 + 1))


def _spans(value: Any) -> tuple[Span, ...]:
    """ "09:00-12:30, 14:00-18:00" as minutes; in order, and apart."""
    if not isinstance(value, str):
        return tuple(value)
    spans: list[Span] = []
    for part in value.split(","):
        found = re.fullmatch(r"\s*([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]|24):([0-5]\d)\s*", part)
        opens, closes = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (0, 0)
        if not opens < closes <= 1440 or (spans and opens < spans[-1][1]):
            raise refuse(
                "not-opening-hours",
                f'"{value}" are not opening hours',
                'write "09:00-19:00", or "09:00-12:30, 14:00-18:00"; a night is two days',
            )
        spans.append((opens, closes))
    return tuple(spans)


def _calendar(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,4})?", value) or not is_calendar(value):
        raise refuse(
            "unknown-calendar",
            f'"{value}" is not a calendar of public holidays',
            "write a country's code, as in FR or GB, or a part's, as in GB-SCT",
        )
    return value


Calendar = Annotated[OneLine, BeforeValidator(_calendar)]  # of public holidays
Headings = Annotated[tuple[OneLine, ...], BeforeValidator(_listed)]
Weekdays = Annotated[tuple[int, ...], BeforeValidator(_weekdays)]
Spans = Annotated[tuple[Span, ...], BeforeValidator(_spans)]


class Space(Shape):
    """Somewhere people speak of the client: its own pages and hashtags, or a forum, the press, somebody else's page."""

    name: OneLine
    own: YesNo
    aliases: tuple[OneLine, ...] = ()  # other spellings found in files


class Competitor(Shape):
    """A brand that the client's share of voice is measured against; a bare text is its name."""

    name: OneLine
    aliases: tuple[OneLine, ...] = ()


class Service(Shape):
    """When messages are answered, and within what time."""

    hours: Mapping[Weekdays, Spans]
    holidays: Calendar | None = None
    closed: tuple[Day, ...] = ()  # further days off
    target: Seconds = 3600

    @model_validator(mode="after")
    def _each_day_once(self) -> Service:
        named = [day for days in self.hours for day in days]
        twice = next((DAYS[day] for day in named if named.count(day) > 1), None)
        if twice:
            raise refuse("day-twice", f"the hours of {twice} are given twice", "name each day of the week once")
        return self

    def spans(self, weekday: int) -> tuple[Span, ...]:
        """The opening hours of a day of the week, Monday being 0."""
        return next((spans for days, spans in self.hours.items() if weekday in days), ())


class ConversationRule(Shape):
    """conversation.yaml: what cannot be told from a file. The first rule whose pattern matches applies."""

    files: OneLine  # pattern relative to conversation/
    grain: Literal["mention", "message"] | None = None  # what a row is; needed with columns
    columns: Annotated[Mapping[Annotated[str, BeforeValidator(_column)], Headings], Field(default_factory=dict)]
    platform: OneLine | None = None  # of all rows, where no column tells
    space: OneLine | None = None
    sentiments: Mapping[Literal["positive", "neutral", "negative", "unrated"], Headings] = Field(default_factory=dict)  # a tool's own words
    first: Day | None = Field(alias="from", default=None)  # days that the file covers, where it has no row on the first or the last
    last: Day | None = Field(alias="until", default=None)
    locale: Literal["fr", "en", "en-US", "en-GB", "de", "es", "pt"] | None = None
    timezone: Zone | None = None
    ignore: YesNo = False
    why: OneLine | None = None

    @model_validator(mode="after")
    def _whole_rows(self) -> ConversationRule:
        if self.columns and self.grain is None:
            raise refuse("grain-missing", "a rule with columns does not say what a row is", "add grain: mention, or grain: message")
        grain = self.grain or "mention"
        foreign = [column for column in self.columns if column not in COLUMNS[grain]]
        if foreign:
            raise refuse("unknown-column", f'a {grain} has no column "{foreign[0]}"', f"columns: {', '.join(COLUMNS[grain])}")
        lacking = [column for column in NEEDED[grain] if self.columns and column not in self.columns]
        if lacking:
            raise refuse(
                "column-missing", f"a row of grain {grain} needs the column {' and '.join(lacking)}", f"add {lacking[0]}: its heading"
            )
        return self


class ConversationFile(Shape):
    """conversation.yaml."""

    files: tuple[ConversationRule, ...] = ()


Competitors = tuple[Annotated[Competitor, BeforeValidator(_named)], ...]
