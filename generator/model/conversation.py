"""Conversations as columns, one row a mention or a message, with the file and line it was read from; and what is counted in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from generator.model.figures import Source
from generator.model.kpi import ExportFile

if TYPE_CHECKING:  # 0.4 s to import, and not needed to name the type
    import polars as pl

# Columns of `Conversation.mentions`, in order, with their Polars type names.
#   day        in the client's zone
#   platform   a known network's name, else as the file writes it
#   space      where it was said: the declared name where client.yaml knows it, else as the file writes it; null when it does not say
#   own        whether that is one of the client's spaces; null without a space, or when client.yaml declares none
#   brand      the competitor that it is about; null for the client
#   sentiment  positive, neutral, negative; null when nobody rated it
#   themes     as coded in the file, each once
#   author     as the file writes it; `who` tells two spellings of one author together; `ours` is an account of the client
#   reach      as the file gives it
#   file       index in `Conversation.files`; `line` as everywhere
MENTION_COLUMNS: dict[str, str] = {
    "day": "Date", "platform": "String", "space": "String", "own": "Boolean", "brand": "String", "sentiment": "String",
    "themes": "List(String)", "author": "String", "who": "String", "ours": "Boolean", "reach": "Float64", "text": "String",
    "file": "Int32", "line": "Int32",
}  # fmt: skip

# Columns of `Conversation.messages`. Instants are UTC: an hour that comes twice in autumn is two hours.
#   day        of receipt, in the client's zone
#   answered   by a reply's instant, or by the file's status alone
#   agent      A, B … in the order of the first message that each answered; names stay in the file
#   asks       whether the message calls for an answer; true unless the file says otherwise
MESSAGE_COLUMNS: dict[str, str] = {
    "day": "Date", "received": "Datetime", "replied": "Datetime", "answered": "Boolean", "platform": "String", "agent": "String",
    "asks": "Boolean", "file": "Int32", "line": "Int32",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """All mentions of one client and all messages to it, each once. Never holds two clients."""

    client: str
    mentions: pl.DataFrame
    messages: pl.DataFrame
    files: Sequence[ExportFile]


def schema_of(columns: dict[str, str]) -> dict[str, Any]:
    """The Polars types of a table's columns."""
    import polars as pl  # at the top it would cost every reader of this module 0.4 s

    made = {"Datetime": pl.Datetime("us"), "List(String)": pl.List(pl.String)}
    return {name: made[kind] if kind in made else getattr(pl, kind) for name, kind in columns.items()}


def no_conversation(client: str) -> Conversation:
    """The conversations of somebody who has none."""
    import polars as pl

    mentions, messages = pl.DataFrame(schema=schema_of(MENTION_COLUMNS)), pl.DataFrame(schema=schema_of(MESSAGE_COLUMNS))
    return Conversation(client=client, mentions=mentions, messages=messages, files=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Mentions by what they feel like. The unrated are counted apart, and are never neutral."""

    positive: int
    neutral: int
    negative: int
    unrated: int

    @property
    def rated(self) -> int:
        return self.positive + self.neutral + self.negative

    @property
    def count(self) -> int:
        return self.rated + self.unrated

    @property
    def net(self) -> float | None:
        """(positive − negative) / all rated, as Japio defines net sentiment: (800 − 150) / 1500 = 43.3 %."""
        return (self.positive - self.negative) / self.rated if self.rated else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceTally:
    space: str | None  # None: the file does not say where
    own: bool | None
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeTally:
    theme: str | None  # None: mentions without a theme
    total: Tally
    spaces: Sequence[SpaceTally]  # those in which it was spoken of


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Somebody who speaks of the client often."""

    name: str
    platform: str | None
    mentions: int
    reach: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbatim:
    """Somebody's own words, with what the file says of them."""

    text: str
    day: date
    author: str | None
    platform: str | None
    space: str | None
    sentiment: str | None
    themes: tuple[str, ...]
    reach: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """What was said of the client in a period, as far as files cover it."""

    first: date
    last: date
    partial: bool
    total: Tally
    spaces: Sequence[SpaceTally]  # most spoken of first
    themes: Sequence[ThemeTally]  # the same; without a theme last
    people: Sequence[Speaker]
    brands: Sequence[tuple[str, int]]  # the client first, then the competitors declared, each with its mentions
    verbatims: Sequence[Verbatim]  # those with the widest reach first
    sources: Sequence[Source]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLoad:
    """The messages of a day that call for an answer."""

    day: date
    received: int
    answered: int
    open: bool | None  # whether the desk is; None without declared hours


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLoad:
    """What one agent answered; None for replies that no name stands beside."""

    agent: str | None
    answered: int
    median_open: float | None
    median: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """How the messages of a period were answered, as far as files cover it."""

    first: date
    last: date
    partial: bool
    received: int
    asks: int  # that call for an answer
    answered: int  # of those
    untimed: int  # answered, at an hour that the file does not give
    within_open: int | None  # answered within the target, in opening hours; None without declared hours
    within: int  # the same by the calendar
    outside: int | None  # of those that ask: came while the desk was shut
    days: Sequence[DayLoad]
    agents: Sequence[AgentLoad]
    sources: Sequence[Source]

    @property
    def unanswered(self) -> int:
        return self.asks - self.answered
