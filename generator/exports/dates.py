"""Columns of text → days and times in the client's zone, with day and month told apart by all the values of the column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from generator.exports.headers import normal
from generator.exports.isodates import iso_dates

Order = Literal["dmy", "mdy"]

_MANY = 20_000  # cells beyond which the commonest form is tried on the column as a whole
STAMP = "\ue001"  # goes before a date that a workbook gave as a date

_TIME = r"(?:(?:[T,]|\s)\s*(\d{1,2})[:h](\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap]\.?m\.?)?)?"
_ZONE = r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _TIME + _ZONE, re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})" + _TIME + _ZONE, re.IGNORECASE)
_EAST = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
_SERIAL = re.compile(r"\ue000(\d{5})(\.\d+)?")
_WORDS = re.compile(r"(.*?)(?:[\s,]+(\d{1,2})[:h](\d{2})(?::(\d{2}))?\s*([ap]\.?m\.?)?)?" + _ZONE, re.IGNORECASE)

_MONTHS = """
january jan janvier janv januar enero janeiro gennaio января январь ene | february feb février févr fév februar febrero fevereiro
febbraio февраля февраль fev | march mar mars märz marzo março марта март mrz | april apr avril avr abril aprile апреля апрель abr |
may mai mayo maio maggio мая май | june jun juin juni junio junho giugno июня июнь | july jul juillet juil juli julio julho luglio
июля июль | august aug août aoû agosto августа август ago | september sep sept septembre septiembre setembro settembre сентября
сентябрь set | october oct octobre oktober okt octubre outubro ottobre октября октябрь out | november nov novembre noviembre
novembro ноября ноябрь | december dec décembre déc dezember dez diciembre dezembro dicembre декабря декабрь dic
"""
_MONTH = {normal(name): number for number, names in enumerate(_MONTHS.split("|"), 1) for name in names.split()}
_VIETNAMESE = {normal(name): number for number, name in enumerate(
    ("Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai"), 1)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as read; `year` is None when the text has none, `second` and `first` are open when the order of day and month is."""

    year: int | None
    first: int  # the month, or what stands first in 03/04/2026
    second: int  # the day, or what stands second
    clock: tuple[int, int, int] | None = None
    offset: int | None = None  # minutes east of Greenwich
    open: bool = False
    dotted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The values of a column, naive and in the client's zone."""

    values: pl.Series
    timed: bool
    bad: pl.Series
    out: pl.Series  # days that are none of this world
    order: Order | None = None  # of day and month, where the cells prove it
    offset: bool = False  # times are written with their offset from Greenwich
    undecided: tuple[str, ...] = ()  # texts that may be read in two ways; then there are no values
    contradiction: bool = False
    yearless: bool = False  # no year in the file, and no day of download to count back from


@lru_cache(maxsize=4096)
def parse(text: str) -> Moment | None:
    """One date in any of the forms that exports write; None when it is none."""
    text = " ".join(text.removeprefix(STAMP).split())
    if found := _ISO.fullmatch(text):
        y, m, d, *clock = found.groups()
        return Moment(int(y), int(m), int(d), _clock(clock[:4]), _offset(clock[4]))
    if found := _COMPACT.fullmatch(text):
        return Moment(int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.fullmatch(text):
        a, mark, b, y, *clock = found.groups()
        year = int(y) if len(y) == 4 else 2000 + int(y)
        return Moment(year, int(a), int(b), _clock(clock[:4]), _offset(clock[4]), open=True, dotted=mark == ".")
    if found := _EAST.fullmatch(text):
        return Moment(int(found[1]) if found[1] else None, int(found[2]), int(found[3]))
    if found := _SERIAL.fullmatch(text):
        day = date(1899, 12, 30) + timedelta(days=int(found[1]))
        return Moment(day.year, day.month, day.day)
    return _spoken(text)


def _spoken(text: str) -> Moment | None:
    """ "Tue, Sep 30, 2025", "30 sept. 2025", "1er août", "30. September", "18 tháng Tám", each with or without a time."""
    found = _WORDS.fullmatch(text)
    if found is None:
        return None
    words = [word for word in re.split(r"[\s,./-]+", normal(found[1])) if word and word not in ("de", "of", "del", "le", "the")]
    if "thang" in words:
        place = words.index("thang")
        month = _VIETNAMESE.get(" ".join(words[place + 1 :])) or _VIETNAMESE.get(" ".join(words[place + 1 : -1]))
        numbers = [word for word in words if word.isdigit()]
    else:
        month = next((_MONTH[word] for word in words if word in _MONTH), None)
        numbers = [re.sub(r"^(\d{1,2})(?:er|st|nd|rd|th|º)$", r"\1", word) for word in words if word[0].isdigit()]
    if month is None or not 1 <= len(numbers) <= 2 or len(words) > 5 or not all(number.isdigit() for number in numbers):
        return None
    years = [int(number) for number in numbers if len(number) == 4]
    days = [int(number) for number in numbers if len(number) <= 2]
    if len(days) != 1 or len(years) + len(days) != len(numbers):
        return None
    _, *clock = found.groups()
    return Moment(years[0] if years else None, month, days[0], _clock(clock[:4]), _offset(clock[4]))


def _clock(parts: list[str | None]) -> tuple[int, int, int] | None:
    hour, minute, second, half = parts
    if hour is None or minute is None:
        return None
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    return hours, int(minute), int(second or 0)


def _offset(text: str | None) -> int | None:
    if text is None:
        return None
    if text.upper() in ("Z", "UTC", "GMT"):
        return 0
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return -minutes if text[0] == "-" else minutes


def read_dates(cells: pl.Series, *, order: Order | None, as_of: date | None, zone: str | None, client_zone: str) -> Dates:
    """All the dates of a column; `zone` is that of times written without an offset, `order` settles what the values leave open."""
    if len(cells) > _MANY:
        column = iso_dates(cells, zone=zone, client_zone=client_zone)
        if column is not None:
            clear = pl.repeat(value=False, n=len(cells), dtype=pl.Boolean, eager=True)
            long, placed = bool((cells.str.len_chars() > 10).any()), bool(cells.str.contains(r" ?\+0000$|Z$").any())
            return Dates(values=column, timed=long, bad=clear, out=clear, offset=placed)
    texts = [text for text in cells.unique(maintain_order=True).to_list() if text and text.strip()]
    moments = {text: parse(text) for text in texts}
    known = [moment for moment in moments.values() if moment is not None]
    nothing = pl.Series(cells.name, [None] * len(cells), dtype=pl.Datetime("us"))
    false = pl.Series([False] * len(cells), dtype=pl.Boolean)
    slashed = [moment for moment in known if moment.open]
    order_found: Order | None = None
    if slashed:
        proven: set[Order] = {"dmy" for m in slashed if m.dotted or m.first > 12}
        proven |= {"mdy" for m in slashed if m.second > 12 and not m.dotted}
        if len(proven) == 2:
            return Dates(values=nothing, timed=False, bad=false, out=false, contradiction=True)
        order_found = next(iter(proven), None)
        chosen = order_found or order
        if chosen is None and not all(m.first == m.second for m in slashed):
            unclear = tuple(text for text, m in moments.items() if m and m.open and m.first != m.second)
            return Dates(values=nothing, timed=False, bad=false, out=false, undecided=unclear[:3])
    else:
        chosen = "mdy"
    if any(moment.year is None for moment in known) and as_of is None:
        return Dates(values=nothing, timed=False, bad=false, out=false, yearless=True)
    home, away = ZoneInfo(client_zone), ZoneInfo(zone) if zone else None
    values = {text: _value(moment, chosen or "mdy", as_of, away, home) if moment else None for text, moment in moments.items()}
    column = cells.replace_strict(values, default=None, return_dtype=pl.Datetime("us")) if values else nothing
    bad = column.is_null() & (cells.fill_null("").str.strip_chars() != "")
    timed, offset = (any(getattr(moment, name) is not None for moment in known) for name in ("clock", "offset"))
    return Dates(values=column, timed=timed, bad=bad, out=false, order=order_found, offset=offset)


def _value(moment: Moment, order: Order, as_of: date | None, away: ZoneInfo | None, home: ZoneInfo) -> datetime | None:
    month, day = moment.first, moment.second
    if moment.open and order == "dmy":
        month, day = day, month
    clock = moment.clock or (0, 0, 0)
    try:
        if moment.year is not None:
            value = datetime(moment.year, month, day, *clock)  # noqa: DTZ001 - the zone is applied below, where there is one
        else:
            value = datetime(_last_year(month, day, as_of or date.max), month, day, *clock)  # noqa: DTZ001 - as above
    except ValueError:
        return None
    if moment.clock is None:
        return value
    if moment.offset is not None:
        return value.replace(tzinfo=timezone(timedelta(minutes=moment.offset))).astimezone(home).replace(tzinfo=None)
    if away is not None:
        return value.replace(tzinfo=away).astimezone(home).replace(tzinfo=None)
    return value


def _last_year(month: int, day: int, as_of: date) -> int:
    """The latest year in which that day is not after `as_of`."""
    for year in range(as_of.year, as_of.year - 9, -1):
        try:
            if date(year, month, day) <= as_of:
                return year
        except ValueError:  # 29 February
            continue
    raise ValueError("no such day")


_IN_NAME: tuple[tuple[re.Pattern[str], Mapping[str, int]], ...] = (
    (re.compile(r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)"), {"y": 1, "m": 2, "d": 3}),
    (re.compile(r"([A-Za-zéû]{3,9})\.?[-_ ](\d{1,2})[-_, ]+(20\d\d)"), {"y": 3, "m": 1, "d": 2}),
)


def days_in_name(name: str) -> list[date]:
    """Days that a file's or folder's name states without doubt: 2026-03-02, 20260302, Mar-02-2026."""
    days: list[date] = []
    for pattern, place in _IN_NAME:
        for found in pattern.finditer(name):
            word = found[place["m"]]
            month = int(word) if word.isdigit() else _MONTH.get(normal(word), 0)
            try:
                days.append(date(int(found[place["y"]]), month, int(found[place["d"]])))
            except ValueError:
                continue
    return days
