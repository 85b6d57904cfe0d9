"""Header cells as written → the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SIGNS = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_CURRENCY = re.compile(r"\s*\(([A-Z]{3})\)\s*$")
CURRENCIES = frozenset([
    "EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "INR", "IDR", "SGD", "HKD", "TND", "MAD", "DZD", "EGP", "ZAR",
    "XOF", "XAF", "BRL", "MXN", "ARS", "CLP", "COP", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "RUB", "UAH",
    "ILS", "AED", "SAR", "QAR", "KRW", "THB", "VND", "PHP", "MYR", "TWD",
])  # fmt: skip


def repair(text: str) -> str:
    """Undo UTF-8 read as Windows-1252 ("DÃ©pensÃ©"), and the apostrophe left by UTF-16 that lost its zero bytes."""
    if "\x19" in text:
        text = re.sub("\x19 ?", "’", text)
    if "Ã" in text or "â€" in text:
        try:
            return text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return text
    return text


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """Case, accents, kinds of apostrophes and of blanks do not tell two headers apart."""
    folded = unicodedata.normalize("NFKC", repair(text)).translate(_SIGNS).casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return " ".join(folded.replace("\ufeff", "").split())


def split_currency(text: str) -> tuple[str, str | None]:
    """("Amount spent", "EUR") of "Amount spent (EUR)"."""
    found = _CURRENCY.search(text)
    if found is None or found[1] not in CURRENCIES:
        return text, None
    return text[: found.start()], found[1]
