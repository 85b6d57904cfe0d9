"""Values → words of a language: numbers, money, changes, days and periods, with the spaces that French wants.

The only module that knows Babel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_currency, format_decimal, get_currency_symbol
from babel.support import Translations

THIN = "\u202f"  # narrow no-break space
HARD = "\u00a0"
MINUS = "\u2212"
NO_DATA = {"fr": "n.\u202fd.", "en": "n/a"}
FLAT = 0.0005  # a relative change below this is shown as none


@lru_cache(maxsize=4)
def locale_of(language: str) -> Locale:
    return Locale.parse({"fr": "fr_FR", "en": "en_GB"}[language])


class Formats:
    """The filters of one language. Missing values become the text for no data, never None."""

    def __init__(self, language: str) -> None:
        self.language, self.locale = language, locale_of(language)
        self.no_data = NO_DATA[language]

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
        return self._plain(value, "#,##0" if float(value).is_integer() or abs(value) >= 100 else "#,##0.0")

    def _plain(self, value: float, pattern: str) -> str:
        return format_decimal(value, format=pattern, locale=self.locale).replace("-", MINUS)

    def percent(self, value: float | None) -> str:
        """0.0335 as 3,4 % (fr) or 3.4% (en)."""
        if value is None:
            return self.no_data
        digits = "#,##0.00" if 0 < abs(value) < 0.01 else "#,##0.0" if abs(value) < 1 else "#,##0"
        return self._plain(value * 100, digits) + (f"{THIN}%" if self.language == "fr" else "%")

    def money(self, value: float | None, currency: str) -> str:
        """Cents below a hundred, none above."""
        if value is None:
            return self.no_data
        digits = abs(value) < 100
        pattern = ("#,##0.00" if digits else "#,##0") + f"{THIN}¤" if self.language == "fr" else "¤" + ("#,##0.00" if digits else "#,##0")
        text = format_currency(value, currency, format=pattern, locale=self.locale, currency_digits=False)
        return text.replace("-", MINUS)

    def compact(self, value: Any, unit: str = "count", currency: str | None = None) -> str:
        """Short enough for an axis or a big figure: 1,2 M (fr), 1.2M (en)."""
        if isinstance(value, Mapping):
            return self.compact(value.get("value"), value.get("unit", unit), value.get("currency", currency))
        if value is None:
            return self.no_data
        if unit not in ("count", "people", "money") or abs(value) < 10_000:
            return self.number(value, unit, currency)
        text = format_compact_decimal(
            value, fraction_digits=1 if abs(value) < 100_000 or 1e6 <= abs(value) < 1e8 else 0, locale=self.locale
        )
        text = text.replace("-", MINUS).replace(HARD, THIN).replace(" ", THIN)
        if unit != "money":
            return text
        symbol = get_currency_symbol(currency or "EUR", locale=self.locale)
        return f"{text}{THIN}{symbol}" if self.language == "fr" else f"{symbol}{text}"

    def change(self, value: float | None) -> str:
        """A relative change with its sign: +12 %, −3,4 %; beyond tenfold as a multiple."""
        if value is None:
            return self.no_data
        if abs(value) < FLAT:
            return "="
        if value > 9.995:
            times = self._plain(value + 1, "#,##0")
            return f"×{THIN}{times}" if self.language == "fr" else f"×{times}"
        digits = "#,##0" if abs(value) >= 0.0995 else "#,##0.0"
        sign = "+" if value > 0 else ""
        return sign + self._plain(value * 100, digits) + (f"{THIN}%" if self.language == "fr" else "%")

    def difference(self, value: float | None, unit: str = "count", currency: str | None = None) -> str:
        """An absolute change with its sign; of a ratio in points."""
        if value is None:
            return self.no_data
        sign = "+" if value > 0 else ""
        if unit == "ratio":
            points = self._plain(value * 100, "#,##0.0" if abs(value) >= 0.001 else "#,##0.00")
            return f"{sign}{points}{HARD}{'pt' if self.language == 'fr' else 'pts'}"
        return sign + self.number(value, unit, currency)

    def duration(self, seconds: float | None) -> str:
        """Hours above two of them, else minutes and seconds."""
        if seconds is None:
            return self.no_data
        if seconds >= 7200:
            return f"{self._plain(seconds / 3600, '#,##0')}{THIN}h"
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes}{THIN}min{THIN}{rest:02}{THIN}s" if minutes else f"{rest}{THIN}s"

    # ---- days ----

    def day(self, value: str | None, style: str = "long") -> str:
        """An ISO day in words: 1er septembre 2026, 30 sept. 2026 (style short: without the year)."""
        if not value:
            return self.no_data
        day = date.fromisoformat(value[:10])
        pattern = {"long": "d MMMM y", "medium": "d MMM y", "short": "d MMM", "weekday": "EEEE d MMMM"}[style]
        return self._first(format_date(day, pattern, locale=self.locale), day)

    def _first(self, text: str, day: date) -> str:
        if self.language == "fr" and day.day == 1:
            text = re.sub(r"(^|(?<= ))1 (?=\D)", "1er ", text, count=1)
        return text.replace(" ", HARD, 1)

    def hour(self, value: str) -> str:
        """18 h 04 (fr), 18:04 (en), in the zone that the instant carries."""
        instant = datetime.fromisoformat(value)
        if self.language == "fr":
            return f"{instant.hour}{THIN}h{THIN}{instant.minute:02}" if instant.minute else f"{instant.hour}{THIN}h"
        return str(format_time(instant.time(), "HH:mm", locale=self.locale))

    def instant(self, value: str | None, style: str = "long") -> str:
        """A day and its hour."""
        if not value:
            return self.no_data
        joint = " à " if self.language == "fr" else ", "
        return f"{self.day(value, style)}{joint}{self.hour(value)}"

    def period(self, value: Mapping[str, Any]) -> str:
        """septembre 2026 for a whole month; else its first and last day."""
        first = date.fromisoformat(value["first"])
        if value.get("grain") == "month":
            return str(format_date(first, "MMMM y", locale=self.locale))
        return self.day_range(value["first"], value["last"])

    def day_range(self, first: str, last: str | None) -> str:
        """13–19 avril 2026; 28 sept. – 4 oct. 2026."""
        if not last or first[:10] == last[:10]:
            return self.day(first)
        start, end = date.fromisoformat(first[:10]), date.fromisoformat(last[:10])
        if (start.year, start.month) == (end.year, end.month):
            lead = "1er" if self.language == "fr" and start.day == 1 else str(start.day)
            return f"{lead}–{self.day(last)}"
        begins = self.day(first, "short" if start.year == end.year else "medium")
        return f"{begins} – {self.day(last, 'medium')}"

    def tick(self, value: str, grain: str) -> str:
        """A mark of a time axis."""
        day = date.fromisoformat(value)
        return str(format_date(day, "LLL" if grain == "month" else "d MMM", locale=self.locale))

    # ---- words ----

    def typo(self, html: str) -> str:
        """French spaces made right in HTML's text, code and attributes left alone; other languages unchanged."""
        if self.language != "fr":
            return html
        parts = re.split(r"(<(?:code|pre|kbd)\b.*?</(?:code|pre|kbd)>|<[^>]*>)", html, flags=re.S)
        return "".join(part if part.startswith("<") else french_spaces(part) for part in parts)

    def filters(self) -> Mapping[str, Callable[..., str]]:
        names = (
            "number", "percent", "money", "compact", "change", "difference", "duration",
            "day", "hour", "instant", "period", "day_range", "tick", "typo",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | {"points": lambda value: self.difference(value, "ratio")}


def french_spaces(text: str) -> str:
    """Narrow no-break spaces before ; : ! ? % » and after «, where the author typed a plain space."""
    text = re.sub(r"[ \u00a0]+([;!?%»])", THIN + r"\1", text)
    text = re.sub(r"[ \u00a0]+:(?=\s|$)", HARD + ":", text)
    return re.sub(r"«[ \u00a0]+", "«" + THIN, text)


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
