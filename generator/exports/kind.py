"""What a kind of export is: the record that each declaration in `kinds/` fills in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from generator.model.vocabulary import SCALED, UNITS

Grain = Literal["day", "post", "campaign", "campaign_day", "campaign_period", "item_day", "item_period", "nth_day", "mention", "message"]


def metric_of(column: str) -> str | None:
    """The metric that a declared column feeds; None for a dimension."""
    if column in SCALED:
        return SCALED[column][0]
    return column if column in UNITS else None


@dataclass(frozen=True, slots=True)
class Names:
    """Header names of one column in each language that is known; several when platforms changed their mind."""

    en: str | tuple[str, ...] = ()
    fr: str | tuple[str, ...] = ()
    de: str | tuple[str, ...] = ()
    pt: str | tuple[str, ...] = ()
    money: bool = False  # the name may end with a currency: "Amount spent (EUR)"

    def by_language(self) -> list[tuple[str, str]]:
        """(language, name) pairs, English first."""
        pairs: list[tuple[str, str]] = []
        for language, names in (("en", self.en), ("fr", self.fr), ("de", self.de), ("pt", self.pt)):
            pairs += [(language, name) for name in ((names,) if isinstance(names, str) else names)]
        return pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of export, recognised by its header row alone."""

    name: str
    platform: str  # "multi": each row names its own; "?": neither the file nor the kind says
    series: str
    grain: Grain
    columns: Mapping[str, Names]
    required: frozenset[str]  # columns without which it is not this kind
    at_least: int = 0  # declared columns that must be there in all
    without: tuple[str, ...] = ()  # header names that say it is another kind
    item: str | None = None  # column that names what a row is about: post_id, campaign, channel, page
    zone: str | None = None  # zone of times written without an offset
    day_order: Literal["dmy", "mdy"] | None = None  # only where a published parser or file proves it for every language
    adds_up: bool = False  # several rows of one key are parts of it (devices, ad sets)
    rank: int = 0  # of several tables in one text file only those of the highest rank are read
    part: str | None = None  # how to call this table where one workbook holds several kinds
    header_cut: str | None = None  # names go on behind this mark: "Page Engaged Users (Daily aggregated values for …"
    header_skip: tuple[str, ...] = ()  # columns with this in their name are not values of a day
    keep: Mapping[str, frozenset[str]] = field(default_factory=dict)  # rows are kept only with one of these words in the column
