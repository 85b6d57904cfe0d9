"""Answers to every question about one client's numbers: figures with comparison and sources, curves, groups, best posts, coverage."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from statistics import fmean
from types import MappingProxyType

from generator.metrics.dictionary import Dictionary, Recipe, Sum
from generator.metrics.ledger import DAILY, MONTHLY, PUBLISHED, Entry, Ledger, days_of, within
from generator.metrics.listening import Listener
from generator.metrics.posts import best_posts, over_performers
from generator.model.conversation import Desk, Voices
from generator.model.figures import ALL, Basis, Coverage, Curve, Figure, Filter, Metric, Period, RankedPost, Source
from generator.model.kpi import Data, ExportFile
from generator.model.periods import compared_with, same_part, shifted
from generator.model.site import Client

ENOUGH = 0.8  # a coarser or second-choice series is taken only when the better one covers less than this share of its days


@dataclass(frozen=True, slots=True)
class _Amount:
    """A sum over platforms, and the entries behind it."""

    value: float
    platforms: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    """The part of a period that a platform's exports cover, and the days within it that have no value."""

    period: Period
    holes: tuple[date, ...] = ()

    @property
    def days(self) -> int:
        return self.period.days - len(self.holes)


class Book:
    """One client's figures; implements `model.figures.Figures`."""

    def __init__(self, client: Client, data: Data, dictionary: Dictionary, listener: Listener) -> None:
        self._client, self._data, self._dictionary, self._listener = client, data, dictionary, listener
        self._ledger = Ledger(data)
        self._summed: dict[str, Mapping[str, tuple[Sum, ...]]] = {}
        self._holes = lru_cache(maxsize=None)(self._find_holes)
        self.figure = lru_cache(maxsize=None)(self._figure)  # the same question is asked by tile, table and prose

    # ---- metrics ----

    def metric(self, name: str) -> Metric | None:
        return self._dictionary.metric(name, self._client.language)

    def metric_names(self) -> Sequence[str]:
        return list(self._dictionary.entries)

    @property
    def last_day(self) -> date | None:
        heard = self._listener.last_day()
        return max([*(last for _, last in self._ledger.covered.values()), *([heard] if heard else [])], default=None)

    def _recipe(self, name: str) -> Recipe:
        return self._dictionary.recipes[name]

    def _sums(self, recipe: Recipe) -> Mapping[str, tuple[Sum, ...]]:
        """Platform → the sums that must be taken from one series: one for a metric, two for a ratio."""
        if recipe.name not in self._summed:
            self._summed[recipe.name] = self._summing(recipe)
        return self._summed[recipe.name]

    def _summing(self, recipe: Recipe) -> Mapping[str, tuple[Sum, ...]]:
        if recipe.ratio is None:
            return {platform: (terms,) for platform, terms in self._taken(recipe).items()}
        above, below = (self._taken(self._recipe(name)) for name in recipe.ratio)
        return {platform: (above[platform], below[platform]) for platform in above if platform in below}

    def _taken(self, recipe: Recipe) -> Mapping[str, Sum]:
        """What a metric is taken from on each platform: its second choice where no export has the first, and some have that."""
        seconds = {
            platform: terms for platform, terms in recipe.otherwise.items()
            if self._has(recipe, platform, terms) and not self._has(recipe, platform, recipe.taken[platform])
        }  # fmt: skip
        return {**recipe.taken, **seconds}

    def _has(self, recipe: Recipe, platform: str, terms: Sum) -> bool:
        return any(
            all(self._ledger.entries(platform, series, term.name) for term in terms if not term.optional) for series in recipe.series
        )

    # ---- which series ----

    def _series(self, recipe: Recipe, platform: str) -> str | None:
        return self._choices()[recipe.name, platform]

    def _choices(self) -> Mapping[tuple[str, str], str | None]:
        if not hasattr(self, "_chosen"):
            recipes = self._dictionary.recipes.values()
            self._chosen = {
                (recipe.name, platform): self._choose(recipe, platform, sums)
                for recipe in recipes
                for platform, sums in self._sums(recipe).items()
            }
        return self._chosen

    def _choose(self, recipe: Recipe, platform: str, sums: Sequence[Sum]) -> str | None:
        """The first allowed series that has every required term and covers nearly as much as the best; posts only for want of days."""
        needed = {term.name for terms in sums for term in terms if not term.optional}
        spans = {
            series: min(self._days_covered(platform, series, name) for name in needed)
            for series in recipe.series
            if all(self._ledger.entries(platform, series, name) for name in needed)
        }
        if any(not series.startswith("post") for series in spans):
            spans = {series: days for series, days in spans.items() if not series.startswith("post")}
        most = max(spans.values(), default=0)
        return next((series for series, days in spans.items() if days >= ENOUGH * most), None)

    def _days_covered(self, platform: str, series: str, metric: str) -> int:
        entries = self._ledger.entries(platform, series, metric)
        return (max(entry.last for entry in entries) - entries[0].first).days + 1

    # ---- amounts ----

    def _platforms(self, recipe: Recipe, only: Filter) -> list[str]:
        return [platform for platform in self._sums(recipe) if only.platform in (None, platform) and self._series(recipe, platform)]

    def _covered(self, recipe: Recipe, platform: str) -> tuple[date, date]:
        return self._ledger.covered[platform, self._series(recipe, platform) or ""]

    def _span(self, recipe: Recipe, platform: str, period: Period) -> _Span | None:
        """The part of a period that a platform's exports cover; None when that is nothing."""
        first, last = self._covered(recipe, platform)
        cut = Period(first=max(first, period.first), last=min(last, period.last), grain=period.grain)
        return _Span(cut, self._holes_in(recipe, platform, cut)) if cut.first <= cut.last else None

    def _holes_in(self, recipe: Recipe, platform: str, cut: Period) -> tuple[date, ...]:
        holes = self._holes(recipe.name, platform)
        found = holes[bisect_left(holes, cut.first) : bisect_right(holes, cut.last)] if holes else ()
        if (self._series(recipe, platform) or "").endswith("_month"):  # what a period has a part of only counts in none of it
            return tuple(sorted({*found, *self._cut_through(recipe, platform, cut)}))
        return found

    def _cut_through(self, recipe: Recipe, platform: str, cut: Period) -> Iterator[date]:
        """The days within a period of rows that begin before it, or end after it."""
        series = self._series(recipe, platform) or ""
        for name in self._needed(recipe, platform):
            for entry in self._ledger.entries(platform, series, name):
                if entry.first < cut.first or entry.last > cut.last:
                    yield from (day for day in days_of(entry) if cut.first <= day <= cut.last)

    def _needed(self, recipe: Recipe, platform: str) -> set[str]:
        return {term.name for terms in self._sums(recipe)[platform] for term in terms if not term.optional}

    def _find_holes(self, metric: str, platform: str) -> tuple[date, ...]:
        """Days that a daily or monthly series covers and for which it lacks a required term, whether its row or its cell is missing."""
        recipe = self._recipe(metric)
        series = self._series(recipe, platform) or ""
        if series not in DAILY | MONTHLY or recipe.last or (platform, series) in self._ledger.zeros:
            return ()
        first, last = self._covered(recipe, platform)
        entries = (self._ledger.entries(platform, series, name) for name in self._needed(recipe, platform))
        known = [{day for entry in each for day in days_of(entry)} for each in entries]
        days = (first + timedelta(days=index) for index in range((last - first).days + 1))
        return tuple(day for day in days if not all(day in each for each in known))

    def _sum(self, recipe: Recipe, index: int, platform: str, span: _Span, only: Filter) -> _Amount | None:
        """One platform's sum over the days it covers; None when a required term has no row in them."""
        series = self._series(recipe, platform)
        if series is None:
            return None
        total, found = 0.0, list[Entry]()
        for term in self._sums(recipe)[platform][index]:
            entries = within(self._ledger.entries(platform, series, term.name, only.item), span.period)
            if recipe.last:
                entries = entries[-1:]
            elif span.holes:  # a day that lacks one term counts in none of them
                entries = [entry for entry in entries if entry.first not in span.holes]
            if not entries and not term.optional and (series, term.name) != ("post", PUBLISHED):
                return None
            total += term.sign * sum(entry.value for entry in entries)
            found += entries
        return _Amount(total, (platform,), tuple(found))

    def _amount(
        self, recipe: Recipe, spans: Mapping[str, _Span], only: Filter, scale: Mapping[str, float] = MappingProxyType({})
    ) -> _Amount | None:
        """Sum over platforms, each brought to scale, or ratio of two sums over the platforms that have both."""
        parts = []
        for platform, span in spans.items():
            sums = [self._sum(recipe, index, platform, span, only) for index in range(2 if recipe.ratio else 1)]
            if all(sums):
                parts.append((platform, [part for part in sums if part]))
        if not parts:
            return None
        totals = [sum(sums[index].value * scale.get(platform, 1) for platform, sums in parts) for index in range(len(parts[0][1]))]
        entries = tuple(entry for _, sums in parts for part in sums for entry in part.entries)
        if recipe.ratio and totals[1] == 0:
            return None
        value = totals[0] / totals[1] * recipe.times if recipe.ratio else totals[0]
        return _Amount(value, tuple(platform for platform, _ in parts), entries)

    # ---- figures ----

    def _figure(self, metric: str, period: Period, *, compare: str = "none", basis: Basis = "total", only: Filter = ALL) -> Figure:
        recipe, compared = self._recipe(metric), compared_with(period, compare, basis)
        if recipe.heard:
            return self._heard(metric, period, compared, basis, only)
        spans = {name: span for name in self._platforms(recipe, only) if (span := self._span(recipe, name, period))}
        amount = self._amount(recipe, spans, only)
        before = self._before(recipe, spans, period, compared, basis, amount, only) if compared and amount else None
        made = self._made(metric, period, amount, before, compared, reason=self._why_missing(recipe, only, period))
        if amount is None:
            return made
        counted = [spans[platform] for platform in amount.platforms]
        if recipe.last:  # a level is that of the last day, and known in part when that day is another one
            cut = any(entry.last < period.last for entry in amount.entries)
            known = [(entry.last - period.first).days + 1 for entry in amount.entries]
        else:
            cut = any(self._is_cut(recipe, platform, spans[platform].period, period) for platform in amount.platforms)
            known = [span.days for span in counted]
        holes = tuple(sorted({day for span in counted for day in span.holes}))
        share = fmean(known) / period.days if cut or holes else 1.0
        return replace(made, partial=cut or bool(holes), holes=holes, share=share, basis=basis)

    def _is_cut(self, recipe: Recipe, platform: str, cut: Period, period: Period) -> bool:
        """Whether days of a period lie outside what is covered. What needs no row each day may have begun later than the period."""
        late = cut.first > period.first and self._series(recipe, platform) in DAILY | MONTHLY
        return late or cut.last < period.last

    def _before(
        self, recipe: Recipe, spans: Mapping[str, _Span], period: Period, compared: Period, basis: Basis, amount: _Amount, only: Filter
    ) -> _Amount | None:
        """The same platforms over the same part of the compared period, less the days that this one lacks; None when one of them is not
        known there. Per day it is brought to the number of days that this period has, unless levels or ratios are compared."""
        before = {platform: self._span_before(recipe, platform, spans[platform], period, compared) for platform in amount.platforms}
        known = {platform: span for platform, span in before.items() if span}
        if len(known) < len(before):
            return None
        scaled = basis == "per day" and not recipe.last
        scale = {platform: spans[platform].days / span.days for platform, span in known.items() if span.days} if scaled else {}
        found = self._amount(recipe, known, only, scale)
        return found if found and found.platforms == amount.platforms else None

    def _span_before(self, recipe: Recipe, platform: str, span: _Span, period: Period, compared: Period) -> _Span | None:
        if span.holes and (self._series(recipe, platform) or "").endswith("_month"):
            return None  # no month can be matched with some days of others
        part = same_part(span.period, period, compared)
        covered = self._span(recipe, platform, part)
        shift = compared.first - period.first
        skipped = tuple(day + shift for day in span.holes if part.first <= day + shift <= part.last)
        if covered is None or covered.period != part or not set(covered.holes) <= set(skipped):
            return None
        return _Span(covered.period, skipped)

    def _made(
        self, metric: str, period: Period, amount: _Amount | None, before: _Amount | None, compared: Period | None, *, reason: str
    ) -> Figure:
        known = self.metric(metric)
        assert known is not None, metric  # plan asks for known names only
        return Figure(
            metric=known,
            currency=self._client.currency if known.unit == "money" else None,
            period=period,
            value=amount.value if amount else None,
            previous=before.value if before else None,
            compared=compared,
            partial=False,
            missing=None if amount else reason,
            sources=self._ledger.sources(amount.entries) if amount else (),
            platforms=amount.platforms if amount else (),
        )

    def _why_missing(self, recipe: Recipe, only: Filter, period: Period) -> str:
        platforms = self._platforms(recipe, only)
        if not platforms:
            return "no-export"
        return "no-rows" if any(self._span(recipe, platform, period) for platform in platforms) else "not-covered"

    def _heard(self, metric: str, period: Period, compared: Period | None, basis: Basis, only: Filter) -> Figure:
        """A figure of conversations over the days that their files cover, against the same days of the compared period."""
        known, cut = self.metric(metric), self._listener.covered(metric, period)
        assert known is not None, metric
        answer = self._listener.answer(metric, cut, only) if cut else None
        same = same_part(cut, period, compared) if cut and compared else None
        before = self._listener.answer(metric, same, only) if same and self._listener.covered(metric, same) == same else None
        uncovered = "not-covered" if self._listener.has(metric) else "no-export"
        previous = before.value if before else None
        if cut and same and previous is not None and basis == "per day" and known.additive:
            previous *= cut.days / same.days
        return Figure(
            metric=known, currency=None, period=period, value=answer.value if answer else None, previous=previous,
            compared=compared, partial=cut is not None and cut.last < period.last,
            missing=answer.missing if answer else uncovered, sources=answer.sources if answer else (), platforms=(), basis=basis,
            share=cut.days / period.days if cut and cut.last < period.last else 1.0,
        )  # fmt: skip

    def voices(self, period: Period) -> Voices | None:
        """What was said of the client in a period."""
        return self._listener.voices(period)

    def desk(self, period: Period) -> Desk | None:
        """How the messages of a period were answered."""
        return self._listener.desk(period)

    # ---- curves and groups ----

    def curve(self, metric: str, steps: Sequence[Period], *, only: Filter = ALL, name: str = "") -> Curve:
        """One value a step; a gap where nothing is covered, and where a sum would lack a platform that other steps have."""
        figures = [self.figure(metric, step, only=only) for step in steps]
        whole = {platform for figure in figures for platform in figure.platforms}
        return Curve(name=name, values=tuple(f.value if len(whole) < 2 or set(f.platforms) == whole else None for f in figures))

    def groups(self, metric: str, period: Period, by: str, *, only: Filter = ALL) -> Sequence[str]:
        """The names of a dimension that have a value in the period, largest first."""
        recipe = self._recipe(metric)
        if recipe.heard:
            names = self._listener.names(metric, period, by)
        else:
            names = self._platforms(recipe, only) if by == "platform" else self._items(metric, only)
        sized = ((self.figure(metric, period, only=narrowed(only, by, name)).value, name) for name in names)
        return [
            name
            for value, name in sorted(((value, name) for value, name in sized if value is not None), key=lambda pair: (-pair[0], pair[1]))
        ]

    def _items(self, metric: str, only: Filter) -> list[str]:
        recipe = self._recipe(metric)
        return sorted({item for platform in self._platforms(recipe, only) for item in self._items_of(recipe, platform)})

    def _items_of(self, recipe: Recipe, platform: str) -> Iterator[str]:
        for terms in self._sums(recipe)[platform]:
            for term in terms:
                yield from self._ledger.items(platform, self._series(recipe, platform) or "", term.name)

    # ---- posts and coverage ----

    def best_posts(self, metric: str, period: Period, count: int, *, only: Filter = ALL) -> Sequence[RankedPost]:
        recipe = self._recipe(metric)
        return best_posts(self._data, self._taken(recipe), period, count, only.platform)

    def over_performers(self, metric: str, period: Period, count: int, *, only: Filter = ALL) -> tuple[Sequence[RankedPost], int]:
        """Posts far above the usual, and how many have too few before them to tell."""
        return over_performers(self._data, self._taken(self._recipe(metric)), period, count, only.platform)

    def sources_of(self, posts: Sequence[RankedPost]) -> Sequence[Source]:
        """The files and lines that posts were read from."""
        return self._ledger.sources([Entry(date.min, 1, 0.0, post.file, 1, post.line, post.line) for post in posts])

    def coverage(self, period: Period) -> Sequence[Coverage]:
        """Each platform's exports that touch the period: days covered, files, rows."""
        found: dict[str, list[int]] = {}
        for index, file in enumerate(self._data.files):
            if file.kind and file.platform and file.first and file.last and file.first <= period.last and file.last >= period.first:
                found.setdefault(file.platform, []).append(index)
        exports = [self._platform_coverage(platform, indices, period) for platform, indices in found.items()]
        nothing = [
            Coverage(platform=platform, first=period.first, last=period.last, files=(), rows=0, complete=False, holes=period.days)
            for platform in self._expected(period) - found.keys()
        ]
        return [*sorted([*exports, *nothing], key=lambda each: each.platform), *self._listener.coverage(period)]

    def _expected(self, period: Period) -> set[str]:
        """Networks with a table of each day or month in the period before: without one now, a download was forgotten."""
        before = shifted(period, -1)
        days = {platform: self._ledger.known_days(platform) or () for platform, _ in self._ledger.covered}
        return {platform for platform, known in days.items() if any(before.first <= day <= before.last for day in known)}

    def _platform_coverage(self, platform: str, indices: Sequence[int], period: Period) -> Coverage:
        files = [self._data.files[index] for index in indices]
        known, lacking = self._ledger.known_days(platform), self._lacking(platform, period)
        first = max(period.first, min(file.first for file in files if file.first))
        last = min(period.last, max(file.last for file in files if file.last))
        return Coverage(
            platform=platform,
            first=first,
            last=last,
            files=tuple(sorted({file.path for file in files})),
            rows=sum(file.rows for file in files),
            complete=not lacking and not (known is None and all(_is_stale(file, period) for file in files)),
            holes=sum(first <= day <= last for day in lacking),
        )

    def _downloaded_until(self, platform: str) -> date | None:
        """The last whole day before a platform's latest download; None where no file says when that was."""
        spans = [(file.last, file.downloaded) for file in self._data.files if file.platform == platform and file.last and file.downloaded]
        told = [taken - timedelta(days=1) for last, taken in spans if taken > last]  # otherwise it is only the day of the last row
        return max([*told, *(last for last, _ in spans)]) if told else None

    def _lacking(self, platform: str, period: Period) -> list[date]:
        """Days of a period that no series of a platform has. Posts and campaigns need not appear every day: of them only the days after a
        download are known to lack."""
        known = self._ledger.known_days(platform)
        if known is None:
            until = self._downloaded_until(platform) or period.last
            return [day for day in days_in(period) if day > until]
        return [day for day in days_in(period) if day not in known]


def days_in(period: Period) -> Iterator[date]:
    """Every day of a period."""
    return (period.first + timedelta(days=index) for index in range(period.days))


def _is_stale(file: ExportFile, period: Period) -> bool:
    """Whether an export of posts or campaigns is known to have been downloaded before a period was over."""
    return (
        not (file.series or "").endswith("_day")
        and file.downloaded is not None
        and file.downloaded != file.last
        and file.downloaded <= period.last
    )


def narrowed(only: Filter, by: str, name: str) -> Filter:
    """A filter that also keeps to one name of a dimension."""
    return Filter(platform=name, item=only.item) if by == "platform" else Filter(platform=only.platform, item=name)
