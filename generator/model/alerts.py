"""Figures that somebody should know of at once: thresholds that a client declares, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import model_validator

from generator.model.fields import Number, OneLine, Shape, Slug, YesNo, refuse
from generator.model.figures import Metric, Period


class Threshold(Shape):
    """A figure of a day, a week or a month beyond which somebody is told."""

    metric: OneLine
    platform: Slug | None = None
    below: Number | None = None
    above: Number | None = None
    times: Number | None = None  # so many times the median of the eight periods before
    per: Literal["day", "week", "month"] = "day"
    label: OneLine | None = None

    @model_validator(mode="after")
    def _some_limit(self) -> Threshold:
        if self.below is None and self.above is None and self.times is None:
            raise refuse("no-limit", "a threshold needs a limit", "write below:, above: or times:")
        if self.times is not None and self.times <= 1:
            raise refuse("no-limit", "times is a multiple of the usual, above 1", "write for instance times: 3")
        return self


class Alerts(Shape):
    """alerts: of client.yaml."""

    thresholds: tuple[Threshold, ...] = ()
    unusual: YesNo = True  # whether days far from the usual are told without a threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One figure beyond a limit, or far from the usual."""

    client: str
    metric: Metric
    platform: str | None
    period: Period
    value: float
    kind: Literal["threshold", "unusual"]
    rule: str  # in words, with N and threshold: "below -100", "8 times the usual 120 (median of 8 days before)"
    label: str | None = None  # of a declared threshold
    day: date | None = None  # of a run of unusual days the one that strays most, whose value this is
    complete: bool = True  # whether all its days have values
