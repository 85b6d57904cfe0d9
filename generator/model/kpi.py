"""KPI values as columns: one row a value, with the file and line it was read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # 0.4 s to import, and not needed to name the type
    import polars as pl

# Columns of `Data.values`, in order, with their Polars type names.
#   platform  facebook, instagram, x, linkedin, tiktok, youtube, ga4, google_ads, meta_ads, mailchimp, matomo, google_search, …
#   account   page or handle as the file or kpi.yaml names it; null when neither does
#   series    grain of the row: account_day, post, campaign_day, channel_month … Series of different grain are never added together
#   metric    a name of FORMATS' vocabulary: impressions, reach, reactions …
#   first     first day that the value covers, in the client's zone (a post: its day of publication)
#   days      how many days the value covers (1 for a day or a post, 28–31 for a month)
#   item      post id, campaign, channel or page; null for an account's own value
#   value     never null and never NaN: a missing value has no row
#   unit      count, people, s, rank, or a currency code
#   file      index in `Data.files`
#   line      physical line, or row of the sheet, counted from 1
VALUE_COLUMNS: dict[str, str] = {
    "platform": "String",
    "account": "String",
    "series": "String",
    "metric": "String",
    "first": "Date",
    "days": "Int32",
    "item": "String",
    "value": "Float64",
    "unit": "String",
    "file": "Int32",
    "line": "Int32",
}

# Columns of `Data.restated`: values that a later download changed, each step of the way. Of posts and campaigns, whose figures grow from
# one download to the next, too.
RESTATED_COLUMNS: dict[str, str] = {
    "platform": "String",
    "account": "String",
    "series": "String",
    "metric": "String",
    "first": "Date",
    "days": "Int32",
    "item": "String",
    "unit": "String",
    "old": "Float64",
    "old_file": "Int32",  # index in `Data.files`
    "old_line": "Int32",
    "new": "Float64",
    "new_file": "Int32",
    "new_line": "Int32",
}

# Columns of `Data.posts`: what is known of a post beside its values. `published` is naive, in the client's zone.
POST_COLUMNS: dict[str, str] = {
    "platform": "String",
    "account": "String",
    "series": "String",
    "post": "String",
    "published": "Datetime",
    "type": "String",
    "text": "String",
    "permalink": "String",
    "file": "Int32",
    "line": "Int32",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Rows of a file that are not data, or were refused."""

    reason: str  # "total row", "preamble", "description row", "replaced by a later download" …
    rows: int
    lines: tuple[int, ...] = ()  # the first few


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    """What one export file (or sheet, or archive member) held."""

    path: str  # relative to the site's folder
    part: str | None  # sheet or archive member; None for a plain file
    digest: str  # of the whole file's bytes
    kind: str | None  # None: of a kind that is not read
    platform: str | None
    account: str | None
    series: str | None
    encoding: str | None
    locale: str | None
    first: date | None  # first day covered
    last: date | None  # last day covered
    downloaded: date | None  # what decides which of two overlapping downloads is the later one
    rows: int  # data rows kept
    left_out: tuple[LeftOut, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    absent_is_zero: bool = False  # whether a day without a row is declared to be a day of zeros


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """All KPI values of one client, merged and without duplicates. Never holds two clients."""

    client: str
    values: pl.DataFrame
    posts: pl.DataFrame
    files: Sequence[ExportFile]
    restated: pl.DataFrame = field(default_factory=lambda: empty_frame(RESTATED_COLUMNS))


def empty_frame(columns: Mapping[str, str]) -> pl.DataFrame:
    """No rows, with the columns of one of the tables above."""
    import polars as pl  # at the top it would cost every reader of this module 0.4 s

    return pl.DataFrame(schema={name: pl.Datetime("us") if kind == "Datetime" else getattr(pl, kind) for name, kind in columns.items()})


def no_data(client: str) -> Data:
    """The data of somebody who has none."""
    return Data(client=client, values=empty_frame(VALUE_COLUMNS), posts=empty_frame(POST_COLUMNS), files=())
