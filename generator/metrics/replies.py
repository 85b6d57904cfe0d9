"""Messages → how many were answered, how fast by the calendar and in opening hours, and whose work it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

import polars as pl

from generator.metrics.hours import OpeningHours
from generator.metrics.voices import Value
from generator.model.conversation import AgentLoad, DayLoad
from generator.model.figures import Period


def asking(messages: pl.DataFrame) -> pl.DataFrame:
    """Messages that call for an answer."""
    return messages.filter("asks")


def timed(messages: pl.DataFrame) -> pl.DataFrame:
    """Those of them that were answered at a known instant."""
    return asking(messages).filter(pl.col("replied").is_not_null())


def delays(messages: pl.DataFrame, hours: OpeningHours | None) -> list[float]:
    """Seconds from receipt to first reply of each answered message: by the calendar, or of opening hours."""
    pairs = ((_utc(received), _utc(replied)) for received, replied in timed(messages).select("received", "replied").iter_rows())
    return [(replied - received).total_seconds() if hours is None else hours.open_seconds(received, replied) for received, replied in pairs]


def _utc(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC)


def count_messages(messages: pl.DataFrame) -> Value:
    """Messages received that call for an answer."""
    asked = asking(messages)
    return float(asked.height), "", asked


def count_unanswered(messages: pl.DataFrame) -> Value:
    """Messages that call for an answer and had none when the file was exported."""
    left = asking(messages).filter(~pl.col("answered"))
    return (float(left.height) if asking(messages).height else None), "no-messages", left


def response_rate(messages: pl.DataFrame) -> Value:
    """Messages answered / messages that call for an answer."""
    asked = asking(messages)
    return (int(asked["answered"].sum()) / asked.height if asked.height else None), "no-messages", asked


def within_target(messages: pl.DataFrame, target: int, hours: OpeningHours | None) -> Value:
    """Answered in time / all that call for an answer (Sprinklr, "SLA compliance"), the unanswered among them.

    Messages answered at an unknown hour are left out of both sides.
    """
    known = asking(messages).filter(pl.col("replied").is_not_null() | ~pl.col("answered"))
    if known.is_empty():
        return None, "no-messages", known
    return sum(delay <= target for delay in delays(known, hours)) / known.height, "", known


def median_delay(messages: pl.DataFrame, hours: OpeningHours | None) -> Value:
    """Median over answered messages of (first reply − receipt); Khoros keeps calendar and opening-hours versions apart, and so do we."""
    found = delays(messages, hours)
    return (median(found) if found else None), "no-replies", timed(messages)


def count_outside(messages: pl.DataFrame, hours: OpeningHours) -> int:
    """Messages that came while the desk was shut."""
    return sum(not hours.is_open_at(_utc(received)) for received in asking(messages)["received"].to_list())


def load_by_day(messages: pl.DataFrame, period: Period, hours: OpeningHours | None) -> list[DayLoad]:
    """Every day of a period, quiet ones included."""
    grouped = asking(messages).group_by("day").agg(pl.len(), pl.col("answered").sum())
    counts = {day: (received, answered) for day, received, answered in grouped.iter_rows()}
    days = (period.first + timedelta(days=number) for number in range(period.days))
    return [
        DayLoad(
            day=day,
            received=counts.get(day, (0, 0))[0],
            answered=counts.get(day, (0, 0))[1],
            open=hours.is_open_day(day) if hours else None,
        )
        for day in days
    ]


def load_by_agent(messages: pl.DataFrame, hours: OpeningHours | None) -> list[AgentLoad]:
    """What each agent answered, in the order of their letters."""
    answered = asking(messages).filter("answered")
    names: Iterable[str | None] = answered["agent"].unique().to_list()
    return [_agent_load(answered, name, hours) for name in sorted(names, key=lambda name: (name is None, len(name or ""), name or ""))]


def _agent_load(answered: pl.DataFrame, name: str | None, hours: OpeningHours | None) -> AgentLoad:
    theirs = answered.filter(pl.col("agent").is_null() if name is None else pl.col("agent") == name)
    return AgentLoad(
        agent=name, answered=theirs.height, median=_middle(delays(theirs, None)),
        median_open=_middle(delays(theirs, hours)) if hours else None,
    )  # fmt: skip


def _middle(values: Sequence[float]) -> float | None:
    return median(values) if values else None
