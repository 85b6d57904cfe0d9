"""Figures → alerts: those beyond a client's thresholds, and days far from what such a day usually brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

from generator.model.alerts import Alert, Threshold
from generator.model.figures import Figures, Filter, Metric, Period
from generator.model.periods import containing, from_to, shifted
from generator.model.site import Client
from generator.problems import Problem, did_you_mean

WATCHED = (  # sums of days that a sudden change of means something; people and rates follow from them
    "exposure", "engagements_public", "followers_gained", "followers_lost", "link_clicks", "spend", "ad_conversions", "sessions",
    "conversions", "revenue", "search_clicks", "mentions", "messages",
)  # fmt: skip
WEEKS = 8  # weeks before a day that say what is usual
ENOUGH = 28  # days of them that must have a value
SPREADS = 6.0  # median absolute deviations, brought to standard deviations, from the usual
HALF = 0.5  # and at least so far from it, as a share of it
FEW = 20.0  # and at least so many
NORMAL = 1.4826  # a normal distribution's standard deviation in median absolute deviations
LATE = 35  # days that the exports of a network may end before those of another and still be looked at
PERIODS_BEFORE, PERIODS_ENOUGH = 8, 4  # of a threshold in multiples of the usual


def find_alerts(client: Client, figures: Figures, window: Period) -> list[Alert]:
    """Every alert of the days in a window, and of the weeks and months that end in it; by day, then by metric."""
    declared = (alert for threshold in client.alerts.thresholds for alert in _beyond(client, threshold, figures, window))
    unusual = _unusual_days(client, figures, window) if client.alerts.unusual else ()
    return sorted([*declared, *unusual], key=lambda each: (each.period.last, each.metric.name, each.platform or "", each.rule))


def unknown_metrics(client: Client, figures: Figures) -> Iterator[Problem]:
    """A threshold on a metric that does not exist would never speak up."""
    for threshold in client.alerts.thresholds:
        if figures.metric(threshold.metric) is None:
            near = did_you_mean(threshold.metric, figures.metric_names())
            message = f'a threshold names the metric "{threshold.metric}", which does not exist' + (f"; {near}" if near else "")
            yield Problem(code="unknown-metric", message=message, at=client.at, fix="name a metric of the dictionary")


# ---- declared -------------------------------------------------------------------------------------------------------


def _beyond(client: Client, threshold: Threshold, figures: Figures, window: Period) -> Iterator[Alert]:
    metric = figures.metric(threshold.metric)
    if metric is None:
        return
    only = Filter(platform=threshold.platform)
    if threshold.platform:
        window = _until_its_last_day(figures, threshold.metric, threshold.platform, window)
    for period in from_to(containing(window.first, threshold.per), containing(window.last, threshold.per)):
        figure = figures.figure(threshold.metric, period, only=only)
        if figure.value is None or (figure.partial and not _passed_already(threshold, figure.value, metric)):
            continue
        for rule in _rules(threshold, figure.value, _before(threshold, figures, period, only)):
            yield Alert(
                client=client.slug, metric=metric, platform=threshold.platform, period=period, value=figure.value,
                kind="threshold", rule=rule,
                label=threshold.label, complete=not figure.partial,
            )  # fmt: skip


def _passed_already(threshold: Threshold, value: float, metric: Metric) -> bool:
    """Whether a sum of some of a period's days is above its limit whatever the others bring."""
    return metric.additive and threshold.above is not None and value > threshold.above


def _before(threshold: Threshold, figures: Figures, period: Period, only: Filter) -> Sequence[float]:
    if threshold.times is None:
        return ()
    found = [figures.figure(threshold.metric, shifted(period, -back), only=only) for back in range(1, PERIODS_BEFORE + 1)]
    return [figure.value for figure in found if figure.value is not None and not figure.partial]


def _rules(threshold: Threshold, value: float, before: Sequence[float]) -> Iterator[str]:
    if threshold.below is not None and value < threshold.below:
        yield f"below {threshold.below:g}"
    if threshold.above is not None and value > threshold.above:
        yield f"above {threshold.above:g}"
    if threshold.times is not None and len(before) >= PERIODS_ENOUGH and value > threshold.times * (usual := median(before)) > 0:
        basis = f"median of {len(before)} {threshold.per}s before, threshold {threshold.times:g}"
        yield f"{value / usual:.1f} times the usual {usual:,.6g} ({basis})"


# ---- unusual --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Usual:
    """What a day of its weekday usually brings, and how far days stray from that."""

    value: float
    spread: float
    days: int


@dataclass(frozen=True, slots=True)
class _Stray:
    """A day far from the usual."""

    day: date
    value: float
    usual: _Usual

    @property
    def score(self) -> float:
        """Deviations from the usual, signed."""
        away = self.value - self.usual.value
        return away / self.usual.spread if self.usual.spread else away


def _unusual_days(client: Client, figures: Figures, window: Period) -> Iterator[Alert]:
    """Runs of days of each network far from the usual of their weekday, told by the day that strays most. Hampel's identifier, with
    thresholds of our own."""
    for name in WATCHED:
        metric = figures.metric(name)
        if metric is None:
            continue
        for platform in _platforms(figures, name, window):
            own = _until_its_last_day(figures, name, platform, window)
            for days in _runs(_strays_of(_by_day(figures, name, platform, own), own)):
                peak = max(days, key=lambda stray: (abs(stray.score), -stray.day.toordinal()))
                period = Period(first=days[0].day, last=days[-1].day, grain="day" if len(days) == 1 else "free")
                yield Alert(
                    client=client.slug, metric=metric, platform=platform or None, period=period, value=peak.value,
                    kind="unusual", rule=_in_words(peak), day=peak.day,
                )  # fmt: skip


def _runs(strays: Sequence[_Stray]) -> Iterator[list[_Stray]]:
    """Strays to one side that follow one another, with a day between them at most."""
    run: list[_Stray] = []
    for stray in strays:
        if run and ((stray.day - run[-1].day).days > 2 or (stray.score > 0) != (run[-1].score > 0)):
            yield run
            run = []
        run.append(stray)
    if run:
        yield run


def _platforms(figures: Figures, metric: str, window: Period) -> Sequence[str]:
    """The networks of a metric; conversations are watched as a whole."""
    if metric in ("mentions", "messages"):
        return [""]
    return figures.groups(metric, replace(window, first=window.first - timedelta(days=LATE)), "platform")


def _until_its_last_day(figures: Figures, metric: str, platform: str, window: Period) -> Period:
    """As many days as the window has, up to the last one of a network whose exports end before those of others."""
    only = Filter(platform=platform or None)
    for late in range(LATE):
        day = window.last - timedelta(days=late)
        if figures.figure(metric, Period(first=day, last=day, grain="day"), only=only).value is not None:
            return replace(window, first=window.first - timedelta(days=late), last=day)
    return window


def _by_day(figures: Figures, metric: str, platform: str, window: Period) -> dict[date, float]:
    days = (window.first + timedelta(days=index) for index in range(-7 * WEEKS, window.days))
    only = Filter(platform=platform or None)
    found = ((day, figures.figure(metric, Period(first=day, last=day, grain="day"), only=only).value) for day in days)
    return {day: value for day, value in found if value is not None}


def _usual(values: dict[date, float], day: date) -> _Usual | None:
    """From the eight weeks before a day; None where too few of their days have a value."""
    before = {each: values[each] for back in range(1, 7 * WEEKS + 1) if (each := day - timedelta(days=back)) in values}
    alike = [value for each, value in before.items() if each.weekday() == day.weekday()]
    if len(before) < ENOUGH or len(alike) < WEEKS // 2:
        return None
    middles = {number: median(kin) for number in range(7) if (kin := [v for each, v in before.items() if each.weekday() == number])}
    spread = NORMAL * median(abs(value - middles[each.weekday()]) for each, value in before.items())
    return _Usual(middles[day.weekday()], spread, len(alike))


def _strays_of(values: dict[date, float], window: Period) -> list[_Stray]:
    days = (window.first + timedelta(days=index) for index in range(window.days))
    known = ((day, values[day], usual) for day in days if day in values and (usual := _usual(values, day)))
    return [_Stray(day, value, usual) for day, value, usual in known if _far(value, usual)]


def _far(value: float, usual: _Usual) -> bool:
    away = abs(value - usual.value)
    return away >= max(FEW, HALF * abs(usual.value)) and away >= SPREADS * usual.spread


def _in_words(stray: _Stray) -> str:
    usual, side = stray.usual, "above" if stray.score > 0 else "below"
    spreads = f"{abs(stray.score):.0f} deviations" if usual.spread else "where all days are alike,"
    return f"{spreads} {side} the usual {usual.value:,.6g} (median of {usual.days} such weekdays before, threshold {SPREADS:g})"
