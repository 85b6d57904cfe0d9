"""Values → words of a language: numbers, money, changes, days and periods, with the spaces that French wants.

The only module that knows Babel.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, get_currency_symbol
from babel.support import Translations

from generator.theme import LANGUAGES

THIN = "\u202f"  # narrow no-break space
HARD = "\u00a0"
MINUS = "\u2212"
ORDINALS = {"fr": ("1er", "2e", "3e", "4e"), "en": ("First", "Second", "Third", "Fourth")}
PARTS_OF_YEAR = {
    ("fr", "quarter"): "{ordinal} trimestre {year}", ("fr", "half-year"): "{ordinal} semestre {year}",
    ("en", "quarter"): "Q{part} {year}", ("en", "half-year"): "{ordinal} half of {year}",
}  # fmt: skip
NO_DATA = {"fr": "n.\u202fd.", "en": "n/a"}
FLAT = 0.0005  # a relative change up to this is shown as none
SPACES = r"(?:[ \u00a0\u202f]|&nbsp;)+"  # as typed, and as the HTML cleaner writes a no-break space
MARKUP = re.compile(  # what typography leaves alone: code, then any tag with the attributes it quotes
    r"(<(?:code|pre|kbd)\b.*?</(?:code|pre|kbd)>|<[^<>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*)*>)", re.S
)


SKELETONS = {"medium": "yMMMd", "short": "MMMd", "weekday": "MMMMEEEEd", "weekday alone": "E"}  # of other languages


@lru_cache(maxsize=16)
def locale_of(language: str) -> Locale:
    """How a language writes; as English does where nobody knows."""
    name = {"fr": "fr_FR", "en": "en_GB"}.get(language) or language.replace("-", "_")
    return Locale.parse(name if is_known(language) else "en_GB")


def is_known(language: str) -> bool:
    try:
        Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return False
    return True


class Formats:
    """The filters of one language. Missing values become the text for no data, never None."""

    def __init__(self, language: str) -> None:
        self.language, self.locale = language, locale_of(language)
        self.no_data = NO_DATA.get(language, "–")
        self.own = language in LANGUAGES
        self.percent_sign = f"{THIN}%" if language == "fr" else re.sub(r"^[^%]*[0#]", "", str(self.locale.percent_formats[None].pattern))

    # ---- numbers ----

    def number(self, value: Any, unit: str = "count", currency: str | None = None) -> str:
        """A value with its unit; also takes a figure or a cell, whose own unit wins."""
        if isinstance(value, Mapping):
            return self.number(value.get("value"), value.get("unit", unit), value.get("currency", currency))
        if value is None:
            return self.no_data
        makers: Mapping[str, Callable[[float], str]] = {
            "ratio": self.percent,
            "money": lambda amount: self.money(amount, currency or "EUR"),
            "s": self.duration,
            "multiple": lambda amount: (
                f"{self._plain(amount, '#,##0.00')}{HARD}×" if self.language == "fr" else f"{self._plain(amount, '#,##0.00')}×"
            ),
            "rank": lambda amount: self._plain(amount, "#,##0.0"),
        }
        return makers.get(unit, self._count)(float(value))

    def _count(self, value: float) -> str:
        return self._plain(value, "#,##0" if float(value).is_integer() or round(abs(value), 1) >= 100 else "#,##0.0")

    def _plain(self, value: float, pattern: str) -> str:
        """Digits with a true minus; what rounds to zero has none."""
        text = format_decimal(value, format=pattern, locale=self.locale)
        return text.replace("-", MINUS) if re.search("[1-9]", text) else text.removeprefix("-")

    def percent(self, value: float | None) -> str:
        """0.0335 as 3,4 % (fr) or 3.4% (en)."""
        if value is None:
            return self.no_data
        size = abs(value) * 100
        digits = "#,##0.00" if size and round(size, 2) < 1 else "#,##0.0" if round(size, 1) < 100 else "#,##0"
        return self._plain(value * 100, digits) + self.percent_sign

    def money(self, value: float | None, currency: str) -> str:
        """Cents below a hundred, none above."""
        if value is None:
            return self.no_data
        return self._with_symbol(self._plain(value, "#,##0.00" if round(abs(value), 2) < 100 else "#,##0"), currency)

    def _with_symbol(self, amount: str, currency: str) -> str:
        """12 € in French, −£12 in English."""
        symbol = get_currency_symbol(currency, locale=self.locale).replace("£GB", "£")  # Unicode's French name for it; nobody writes it
        if self.language == "fr":
            return f"{amount}{THIN}{symbol}"
        if str(self.locale.currency_formats["standard"].pattern).endswith("¤"):
            return f"{amount}{HARD}{symbol}"
        return f"{MINUS}{symbol}{amount[1:]}" if amount.startswith(MINUS) else f"{symbol}{amount}"

    def compact(self, value: Any, unit: str = "count", currency: str | None = None) -> str:
        """Short enough for an axis or a big figure: 1,2 M (fr), 1.2M (en)."""
        if isinstance(value, Mapping):
            return self.compact(value.get("value"), value.get("unit", unit), value.get("currency", currency))
        if value is None:
            return self.no_data
        if unit not in ("count", "people", "money") or abs(value) < 10_000:
            return self.number(value, unit, currency)
        value, digits = three_figures(value)
        text = format_compact_decimal(value, fraction_digits=digits, locale=self.locale)
        text = text.replace("-", MINUS).replace(HARD, THIN).replace(" ", THIN)
        return self._with_symbol(text, currency or "EUR") if unit == "money" else text

    def change(self, value: float | None) -> str:
        """A relative change with its sign: +12 %, −3,4 %; beyond tenfold as a multiple."""
        if value is None:
            return self.no_data
        if abs(value) <= FLAT:
            return "="
        if value > 9.995:
            times = self._plain(value + 1, "#,##0")
            return f"×{THIN}{times}" if self.language == "fr" else f"×{times}"
        digits = "#,##0" if abs(value) >= 0.0995 else "#,##0.0"
        return signed(self._plain(value * 100, digits) + self.percent_sign)

    def difference(self, value: float | None, unit: str = "count", currency: str | None = None) -> str:
        """An absolute change with its sign; of a ratio in points."""
        if value is None:
            return self.no_data
        if unit == "ratio":
            points = self._plain(value * 100, "#,##0.0" if abs(value) >= 0.001 else "#,##0.00")
            return signed(f"{points}{HARD}{'pt' if self.language == 'fr' else 'pts'}")
        return signed(self.number(value, unit, currency))

    def size(self, value: float, unit: str = "count") -> str:
        """How far something moved, whichever way: 7 %; of a ratio in points."""
        return (self.difference(abs(value), unit) if unit == "ratio" else self.change(abs(value))).removeprefix("+")

    def weight(self, value: int) -> str:
        """Of a file: 2,1 Mo; 340 kB."""
        kilo, mega = ("ko", "Mo") if self.language == "fr" else ("kB", "MB")
        many = value >= 1_000_000
        return f"{self._plain(value / (1_000_000 if many else 1000), '#,##0.#' if many else '#,##0')}{HARD}{mega if many else kilo}"

    def duration(self, seconds: float | None) -> str:
        """Hours from ten of them on; hours and minutes from two; else minutes and seconds."""
        if seconds is None:
            return self.no_data
        if round(seconds) < 0:
            return MINUS + self.duration(-seconds)
        minutes, rest = divmod(round(seconds), 60)
        if minutes >= 600:
            return f"{self._plain(seconds / 3600, '#,##0')}{THIN}h"
        if minutes >= 120:
            hours, minutes = divmod(minutes, 60)
            return f"{hours}{THIN}h{THIN}{minutes:02}{THIN}min" if minutes else f"{hours}{THIN}h"
        return f"{minutes}{THIN}min{THIN}{rest:02}{THIN}s" if minutes else f"{rest}{THIN}s"

    # ---- days ----

    def day(self, value: str | None, style: str = "long") -> str:
        """An ISO day in words: 1er septembre 2026, 30 sept. 2026 (style short: without the year)."""
        if not value:
            return self.no_data
        return _day(self.language, value[:10], style)

    def day_of(self, value: str, style: str) -> str:
        day = date.fromisoformat(value)
        if not self.own:
            text = (
                format_skeleton(SKELETONS[style], day, locale=self.locale) if style in SKELETONS else format_date(day, style, self.locale)
            )
            return re.sub(r"(?<=\d\.) |(?<=\d) ", HARD, str(text), count=1)
        pattern = {"long": "d MMMM y", "medium": "d MMM y", "short": "d MMM", "weekday": "EEEE d MMMM", "weekday alone": "EEE"}[style]
        return self._first(format_date(day, pattern, locale=self.locale), day)

    def _first(self, text: str, day: date) -> str:
        if self.language == "fr" and day.day == 1:
            text = re.sub(r"\b1 (?=\D)", "1er ", text, count=1)
        return re.sub(r"(?<=\d) |(?<=1er) ", HARD, text, count=1)  # the number stays with its month

    def hour(self, value: str) -> str:
        """18 h 04 (fr), 18:04 (en), in the zone that the instant carries."""
        instant = datetime.fromisoformat(value)
        if self.language == "fr":
            return f"{instant.hour}{THIN}h{THIN}{instant.minute:02}" if instant.minute else f"{instant.hour}{THIN}h"
        return f"{instant.hour:02}:{instant.minute:02}" if self.own else str(format_time(instant.time(), "short", locale=self.locale))

    def instant(self, value: str | None, style: str = "long") -> str:
        """A day and its hour."""
        if not value:
            return self.no_data
        joint = " à " if self.language == "fr" else ", "
        return f"{self.day(value, style)}{joint}{self.hour(value)}"

    def period(self, value: Mapping[str, Any]) -> str:
        """A calendar period by its name: septembre 2026, 3e trimestre 2026, 2026; of others the first and last day."""
        first, grain = date.fromisoformat(value["first"]), value.get("grain")
        if grain == "month":
            return str(format_date(first, "MMMM y", locale=self.locale))
        if grain == "year":
            return str(first.year)
        if grain in ("quarter", "half-year"):
            part = (first.month - 1) // (3 if grain == "quarter" else 6) + 1
            words = self.language if self.own else "en"
            return PARTS_OF_YEAR[words, grain].format(part=part, ordinal=ORDINALS[words][part - 1], year=first.year)
        return self.day_range(value["first"], value["last"])

    def day_range(self, first: str, last: str | None) -> str:
        """13–19 avril 2026; 28 sept. – 4 oct. 2026."""
        if not last or first[:10] == last[:10]:
            return self.day(first)
        start, end = date.fromisoformat(first[:10]), date.fromisoformat(last[:10])
        if not self.own:
            return str(format_interval(start, end, "yMMMd", locale=self.locale))
        if (start.year, start.month) == (end.year, end.month):
            lead = "1er" if self.language == "fr" and start.day == 1 else str(start.day)
            return f"{lead}–{self.day(last)}"
        begins = self.day(first, "short" if start.year == end.year else "medium")
        return f"{begins} – {self.day(last, 'medium')}"

    def tick(self, value: str, grain: str) -> str:
        """A mark of a time axis."""
        return str(format_date(date.fromisoformat(value), "LLL", locale=self.locale)) if grain == "month" else self.day(value, "short")

    # ---- words ----

    def typo(self, html: str) -> str:
        """French spaces made right in HTML's text, code and attributes left alone; other languages unchanged."""
        if self.language != "fr":
            return html
        parts = MARKUP.split(html)
        return "".join(part if index % 2 else french_spaces(part) for index, part in enumerate(parts))

    def filters(self) -> Mapping[str, Callable[..., str]]:
        names = (
            "number", "percent", "money", "compact", "change", "difference", "size", "weight", "duration",
            "day", "hour", "instant", "period", "day_range", "tick", "typo",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"points": lambda value: self.difference(value, "ratio")}


@lru_cache(maxsize=1024)
def _day(language: str, value: str, style: str) -> str:
    """The days of a site are few, and stand on many pages."""
    return Formats(language).day_of(value, style)


def french_spaces(text: str) -> str:
    """Narrow no-break spaces before ; ! ? % € » and after «, a wide one before a colon, where the author typed a plain space."""
    text = re.sub(rf"{SPACES}(?=[;!?%€»])", THIN, text)
    text = re.sub(rf"{SPACES}:(?=\s|$)", HARD + ":", text)
    text = re.sub(r"\bde (?=avril|août|octobre)", "d’", text)  # "the report of" a month, whichever it is
    return re.sub(rf"(?<=«){SPACES}", THIN, text)


def signed(text: str) -> str:
    """A written number with the plus of those above zero."""
    return text if text.startswith(MINUS) or not re.search("[1-9]", text) else f"+{text}"


def three_figures(value: float) -> tuple[float, int]:
    """A value from 1,000 on and the decimals that leave about three figures before K, M or B; 999,600 counts as a million."""
    scale = 1000.0 ** int(math.log10(abs(value)) / 3 + 1e-9)
    if round(abs(value) / scale) >= 1000:
        return math.copysign(scale * 1000, value), 0
    return value, 1 if round(abs(value) / scale, 1) < 100 else 0


class Messages:
    """The words of templates in one language, by gettext. English is what templates say; another language needs every message."""

    def __init__(self, language: str, catalogue: bytes | None) -> None:
        self._english = language == "en"
        compiled = BytesIO()
        parsed = read_po(BytesIO(catalogue or b""), locale=language)
        self._known = {key for message in parsed if message.string for key in ([message.id] if isinstance(message.id, str) else message.id)}
        write_mo(compiled, parsed)
        compiled.seek(0)
        self._words = Translations(compiled)
        self.missing: dict[str, None] = {}

    def gettext(self, text: str) -> str:
        self._look(text)
        return str(self._words.gettext(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        self._look(one)
        return str(self._words.ngettext(one, many, count))

    def _look(self, text: str) -> None:
        if not self._english and text not in self._known:
            self.missing[text] = None


@lru_cache(maxsize=8)
def read_messages(language: str, catalogue: bytes | None) -> Messages:
    """The messages of a catalogue's bytes (gettext's .po form), compiled once a process."""
    return Messages(language, catalogue)
