"""Public holidays of a country or of a part of it. The only module that knows the calendars of the `holidays` library."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


def is_calendar(code: str) -> bool:
    """Whether "FR", or "GB-SCT" for a part of a country, names a calendar."""
    import holidays  # 0.1 s, and only for clients who declare one

    country, _, part = code.partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    return country in known and (not part or part in known[country])


@lru_cache(maxsize=64)
def public_holidays(code: str, year: int) -> frozenset[date]:
    """The days of one year on which offices are closed."""
    import holidays

    country, _, part = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=part or None, years=year))
