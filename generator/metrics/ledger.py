"""KPI columns → a ledger: for each platform, series and metric the values day by day, with the file and lines they come from.

The rows are grouped by Polars; what is left is one entry a day and file, small enough to ask thousands of questions of.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

import polars as pl

from generator.model.figures import Period, Source
from generator.model.kpi import Data

DAILY = frozenset(  # series with a row for each day, whatever happened on it: a day without one is not known
    {"account_day", "property_day", "site_day", "visitors_day", "followers_day", "page_day_legacy", "profile_day", "account_day_hootsuite"}
)

MONTHLY = frozenset({"channel_month", "page_month"})  # tables of a whole month each: a month without one is not known either
PUBLISHED = "posts_published"  # of the series of posts: how many there are on a day, whatever else their rows say; none is 0


ENVELOPE = ("preamble", "blank line", "another table of the file")  # lines that never were rows of the table


class Entry(NamedTuple):
    """The sum of one file's rows for one day (or one longer row's span). A tuple, for there are a hundred thousand of them."""

    first: date
    days: int
    value: float
    file: int
    rows: int
    low: int  # first line
    high: int  # last line

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)


Key = tuple[str, str, str, str | None]  # platform, series, metric, item (None: all items together)


class Ledger:
    """Entries by key, in order of day; a pure view of one client's data."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._all = _entries(data.values, by_item=False)
        self._items: Mapping[Key, Sequence[Entry]] | None = None
        self._all |= {(platform, "post", PUBLISHED, None): entries for platform, entries in _published(data.posts).items()}
        self.covered = _covered(data, self._all)
        self.zeros = _zeros(data, self._all)
        self._known = _known_days(self._all, self.zeros, self.covered)

    def entries(self, platform: str, series: str, metric: str, item: str | None = None) -> Sequence[Entry]:
        if item is None:
            return self._all.get((platform, series, metric, None), ())
        if self._items is None:
            self._items = _entries(self._data.values, by_item=True)
        return self._items.get((platform, series, metric, item), ())

    def known_days(self, platform: str) -> Collection[date] | None:
        """The days that any daily or monthly series of a platform has; None when it has no such series."""
        return self._known.get(platform)

    def items(self, platform: str, series: str, metric: str) -> list[str]:
        """The campaigns, channels or pages that a series names."""
        self.entries(platform, series, metric, "")
        return sorted(key[3] for key in self._items or () if key[:3] == (platform, series, metric) and key[3] is not None)

    def sources(self, entries: Sequence[Entry]) -> tuple[Source, ...]:
        """The files behind entries, with how many rows of each."""
        by_file: dict[int, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_file[entry.file].append(entry)
        return tuple(self._source(file, by_file[file]) for file in sorted(by_file))

    def _source(self, file: int, entries: Sequence[Entry]) -> Source:
        export = self._data.files[file]
        days, _, _, _, rows, low, high = zip(*entries, strict=True)
        return Source(
            file=export.path + (f"#{export.part}" if export.part else ""),
            digest=export.digest,
            # by place, so that a row that gives two terms is one row
            rows=sum(dict(zip(zip(days, low, high, strict=True), rows, strict=True)).values()),
            first_line=min(low),
            last_line=max(high),
            left_out=sum(left.rows for left in export.left_out if left.reason not in ENVELOPE),
        )


_FIRST = itemgetter(0)


def days_of(entry: Entry) -> Iterator[date]:
    """Every day that an entry is about."""
    return (entry.first + timedelta(days=index) for index in range(entry.days))


def within(entries: Sequence[Entry], period: Period) -> list[Entry]:
    """Entries whose whole span lies in the period."""
    start = bisect_left(entries, period.first, key=_FIRST)
    end = bisect_right(entries, period.last, lo=start, key=_FIRST)
    return [entry for entry in entries[start:end] if entry.days == 1 or entry.last <= period.last]


def _entries(values: pl.DataFrame, *, by_item: bool) -> dict[Key, list[Entry]]:
    names = ["platform", "series", "metric", *(["item"] if by_item else []), "first", "days", "file"]
    rows = values.filter(pl.col("item").is_not_null()) if by_item else values
    if by_item:
        rows = rows.filter(~pl.col("series").str.starts_with("post"))  # posts are asked for one by one, from their own columns
    sums = rows.group_by(names).agg(
        pl.col("value").sum(), pl.len().alias("rows"), pl.col("line").min().alias("low"), pl.col("line").max().alias("high")
    )
    sums = sums.sort(names, nulls_last=True)
    keys = names[: names.index("first")]
    runs = sums.group_by(keys, maintain_order=True).agg(pl.len())
    days = sums["first"].unique()
    known = dict(zip(days.to_physical().to_list(), days.to_list(), strict=True))  # a day is made once, not for each entry
    columns = [[known[day] for day in sums["first"].to_physical().to_list()], *(sums[name].to_list() for name in Entry._fields[1:])]
    entries = map(partial(tuple.__new__, Entry), zip(*columns, strict=True))
    return {
        (platform, series, metric, item[0] if item else None): list(islice(entries, count))
        for platform, series, metric, *item, count in runs.iter_rows()
    }


def _published(posts: pl.DataFrame) -> dict[str, list[Entry]]:
    dated = posts.filter((pl.col("series") == "post") & pl.col("published").is_not_null())
    grouped = dated.group_by("platform", pl.col("published").dt.date().alias("day"), "file").agg(
        pl.len().alias("rows"), pl.col("line").min().alias("low"), pl.col("line").max().alias("high")
    )
    ledger: dict[str, list[Entry]] = defaultdict(list)
    for platform, day, file, rows, low, high in grouped.sort("platform", "day", "file").iter_rows():
        ledger[platform].append(Entry(day, 1, float(rows), file, rows, low, high))
    return dict(ledger)


def _covered(data: Data, ledger: Mapping[Key, Sequence[Entry]]) -> dict[tuple[str, str], tuple[date, date]]:
    """First and last day that the exports of a platform's series cover: as the files say, else as their rows show."""
    spans: dict[tuple[str, str], list[date]] = defaultdict(list)
    for (platform, series, _, _), entries in ledger.items():
        spans[platform, series] += [entries[0].first, max(entry.last for entry in entries)]
        spans[platform, series] += _said(data, {entry.file for entry in entries}, series)
    return {key: (min(days), max(days)) for key, days in spans.items()}


def _zeros(data: Data, ledger: Mapping[Key, Sequence[Entry]]) -> set[tuple[str, str]]:
    """Platform and series of the files whose missing rows are declared to mean zero."""
    return {
        (platform, series)
        for (platform, series, _, _), entries in ledger.items()
        if any(data.files[file].absent_is_zero for file in {entry.file for entry in entries})
    }


def _known_days(
    ledger: Mapping[Key, Sequence[Entry]], zeros: Collection[tuple[str, str]], covered: Mapping[tuple[str, str], tuple[date, date]]
) -> dict[str, set[date]]:
    known: dict[str, set[date]] = defaultdict(set)
    for (platform, series, _, _), entries in ledger.items():
        if series in DAILY | MONTHLY:
            known[platform].update(day for entry in entries for day in days_of(entry))
    for platform, series in zeros:
        first, last = covered[platform, series]
        known[platform].update(first + timedelta(days=index) for index in range((last - first).days + 1))
    return dict(known)


def _said(data: Data, files: set[int], series: str) -> Iterator[date]:
    """Days that files say they cover. Posts and campaigns need not appear every day: they are covered up to the day before the download."""
    for index in files:
        file = data.files[index]
        yield from (day for day in (file.first, file.last) if day is not None)
        if file.downloaded and (series == "campaign_day" or not series.endswith("_day")):
            yield file.downloaded - timedelta(days=1)
