"""One client's conversations → answers by name of metric, with the rows behind them, and the summaries that blocks show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from generator.metrics import replies, voices
from generator.metrics.hours import OpeningHours
from generator.metrics.voices import Value
from generator.model.conversation import Conversation, Desk, Voices
from generator.model.figures import Coverage, Filter, Period, Source
from generator.model.site import Client

QUIET = 3  # days without a row between two files that are taken for quiet ones, not for a file that is missing
Measure = Callable[[pl.DataFrame], Value]


@dataclass(frozen=True, slots=True)
class Answer:
    """A value, or why there is none, and where it comes from."""

    value: float | None
    missing: str | None
    sources: tuple[Source, ...]


class Listener:
    """Knows which table each metric is taken from, which days it covers, and how it is computed."""

    def __init__(self, client: Client, data: Conversation) -> None:
        self._client, self._data = client, data
        self.hours = OpeningHours(client.service, client.timezone) if client.service else None
        self.target = client.service.target if client.service else 3600
        self.competitors = tuple(each.name for each in client.competitors)
        self._spans = {grain: _spans(data, grain) for grain in ("mention", "message")}
        self._listened = bool(self.competitors) and data.mentions["brand"].null_count() < data.mentions.height
        self._measures = self._of_mentions() | self._of_messages()

    def _of_mentions(self) -> dict[str, tuple[str, Measure]]:
        measures: Mapping[str, Measure] = {
            "mentions": voices.count_mentions,
            "hosted_share": voices.hosted_share,
            "share_of_voice": lambda rows: voices.share_of_voice(rows, listened=self._listened),
            "net_sentiment": voices.net_sentiment,
        }
        return {name: ("mention", measure) for name, measure in measures.items()}

    def _of_messages(self) -> dict[str, tuple[str, Measure]]:
        measures: Mapping[str, Measure] = {
            "messages": replies.count_messages,
            "unanswered": replies.count_unanswered,
            "response_rate": replies.response_rate,
            "answered_in_time": self._in_hours(lambda rows, hours: replies.within_target(rows, self.target, hours)),
            "answered_in_time_calendar": lambda rows: replies.within_target(rows, self.target, None),
            "first_reply": self._in_hours(replies.median_delay),
            "first_reply_calendar": lambda rows: replies.median_delay(rows, None),
        }
        return {name: ("message", measure) for name, measure in measures.items()}

    def _in_hours(self, measure: Callable[[pl.DataFrame, OpeningHours], Value]) -> Measure:
        """A measure of opening hours; without declared hours there is no value, whatever the calendar says."""
        hours = self.hours
        if hours is None:
            return lambda rows: (None, "no-hours", rows.head(0))
        return lambda rows: measure(rows, hours)

    # ---- what is covered ----

    def has(self, metric: str) -> bool:
        """Whether any file holds the table that a metric is taken from."""
        return bool(self._spans[self._measures[metric][0]])

    def covered(self, metric: str, period: Period) -> Period | None:
        """The part of a period that the files of a metric's table cover; None when that is nothing."""
        return self._cut(self._measures[metric][0], period)

    def last_day(self) -> date | None:
        """The last day that any table covers."""
        return max((last for spans in self._spans.values() for _, last in spans), default=None)

    def coverage(self, period: Period) -> list[Coverage]:
        """Each table's files that touch the period."""
        return [each for grain, name in (("mention", "mentions"), ("message", "messages")) if (each := self._coverage(grain, name, period))]

    def _coverage(self, grain: str, name: str, period: Period) -> Coverage | None:
        cut = self._cut(grain, period)
        if cut is None:
            return None
        files = [
            f for f in self._data.files if f.series == grain and f.first and f.last and f.first <= period.last and f.last >= period.first
        ]
        rows = self._rows(grain, period, Filter()).height
        return Coverage(
            platform=name, first=cut.first, last=cut.last, files=tuple(sorted({file.path for file in files})), rows=rows,
            complete=cut.last == period.last,
        )  # fmt: skip

    # ---- answers ----

    def answer(self, metric: str, period: Period, only: Filter) -> Answer:
        """A metric over covered days; `only` keeps to a platform, and of mentions to a space."""
        grain, measure = self._measures[metric]
        value, missing, rows = measure(self._rows(grain, period, only))
        return Answer(value, missing if value is None else None, self._sources(rows))

    def names(self, metric: str, period: Period, by: str) -> list[str]:
        """The platforms, or the spaces, that a metric's rows name in a period."""
        rows = self._rows(self._measures[metric][0], period, Filter())
        column = {"platform": "platform", "space": "space"}.get(by)
        return sorted(rows[column].drop_nulls().unique().to_list()) if column in rows.columns else []

    def _rows(self, grain: str, period: Period, only: Filter) -> pl.DataFrame:
        rows = self._data.mentions if grain == "mention" else self._data.messages
        rows = rows.filter(pl.col("day").is_between(period.first, period.last))
        if only.platform is not None:
            rows = rows.filter(pl.col("platform") == only.platform)
        if only.item is not None:
            rows = rows.filter(pl.col("space") == only.item) if "space" in rows.columns else rows.head(0)
        return rows

    def _sources(self, rows: pl.DataFrame) -> tuple[Source, ...]:
        grouped = rows.group_by("file").agg(pl.len(), pl.col("line").min().alias("low"), pl.col("line").max().alias("high")).sort("file")
        return tuple(self._source(*row) for row in grouped.iter_rows())

    def _source(self, file: int, rows: int, low: int, high: int) -> Source:
        export = self._data.files[file]
        name = export.path + (f"#{export.part}" if export.part else "")
        left_out = sum(left.rows for left in export.left_out)
        return Source(file=name, digest=export.digest, rows=rows, first_line=low, last_line=high, left_out=left_out)

    # ---- summaries ----

    def voices(self, period: Period) -> Voices | None:
        """What was said of the client in the covered part of a period."""
        cut = self._cut("mention", period)
        if cut is None:
            return None
        rows = self._rows("mention", cut, Filter())
        ours = voices.about_us(rows)
        return Voices(
            first=cut.first, last=cut.last, partial=cut.last < period.last, total=voices.tally(ours), spaces=voices.tally_spaces(ours),
            themes=voices.tally_themes(ours), people=voices.most_active(ours), verbatims=voices.widest(ours),
            brands=voices.count_brands(rows, self._client.name, self.competitors), sources=self._sources(rows),
        )  # fmt: skip

    def desk(self, period: Period) -> Desk | None:
        """How the messages of the covered part of a period were answered."""
        cut = self._cut("message", period)
        if cut is None:
            return None
        rows = self._rows("message", cut, Filter())
        asked, timed, hours = replies.asking(rows), replies.timed(rows), self.hours
        return Desk(
            first=cut.first, last=cut.last, partial=cut.last < period.last, received=rows.height, asks=asked.height,
            answered=int(asked["answered"].sum()), untimed=int(asked["answered"].sum()) - timed.height,
            within=_in_time(replies.delays(rows, None), self.target),
            within_open=_in_time(replies.delays(rows, hours), self.target) if hours else None,
            outside=replies.count_outside(rows, hours) if hours else None, days=replies.load_by_day(rows, cut, hours),
            agents=replies.load_by_agent(rows, hours), sources=self._sources(rows),
        )  # fmt: skip

    def _cut(self, grain: str, period: Period) -> Period | None:
        found = [(first, last) for first, last in self._spans[grain] if first <= period.last and last >= period.first]
        return Period(first=max(period.first, found[0][0]), last=min(period.last, found[-1][1]), grain=period.grain) if found else None


def _in_time(delays: Sequence[float], target: int) -> int:
    return sum(delay <= target for delay in delays)


def _spans(data: Conversation, grain: str) -> list[tuple[date, date]]:
    """The stretches of days that files cover, in order; between two of them nothing is known, and nothing is not zero."""
    merged: list[tuple[date, date]] = []
    for first, last in sorted((file.first, file.last) for file in data.files if file.series == grain and file.first and file.last):
        if merged and first <= merged[-1][1] + timedelta(days=QUIET + 1):
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged
