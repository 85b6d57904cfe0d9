"""Opening hours and holidays → how long the desk was open between two instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from generator.model.holidays import public_holidays
from generator.model.listening import Service

Stretch = tuple[datetime, datetime]  # instants in UTC


class OpeningHours:
    """A client's declared hours, in its zone. Days of 23 and 25 hours are as long as they are."""

    def __init__(self, service: Service, zone: str) -> None:
        self._service, self._zone = service, ZoneInfo(zone)
        self.stretches = lru_cache(maxsize=4096)(self._stretches)

    def is_open_day(self, day: date) -> bool:
        """Whether the desk opens at all on a day."""
        return bool(self.stretches(day))

    def is_open_at(self, instant: datetime) -> bool:
        """Whether the desk is open at an instant (UTC)."""
        return any(opens <= instant < closes for opens, closes in self.stretches(self._day(instant)))

    def open_seconds(self, start: datetime, end: datetime) -> float:
        """Seconds of opening between two instants (UTC), as inbox tools count "on-hour" delays (Khoros): 0 when both fall in one night."""
        day, last, total = self._day(start), self._day(end), 0.0
        while day <= last:
            for opens, closes in self.stretches(day):
                total += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())
            day += timedelta(days=1)
        return total

    def _day(self, instant: datetime) -> date:
        return instant.astimezone(self._zone).date()

    def _stretches(self, day: date) -> tuple[Stretch, ...]:
        """When the desk is open on a day, in order and apart even in the hour that the clocks skip."""
        if day in self._service.closed or (self._service.holidays and day in public_holidays(self._service.holidays, day.year)):
            return ()
        found: list[Stretch] = []
        for first, last in self._service.spans(day.weekday()):
            opens, closes = self._instant(day, first), self._instant(day, last)
            opens = max(opens, found[-1][1]) if found else opens
            if opens < closes:
                found.append((opens, closes))
        return tuple(found)

    def _instant(self, day: date, minute: int) -> datetime:
        """A wall clock's minute as an instant; 1440 is the next day's midnight."""
        midnight = datetime.combine(day + timedelta(days=minute // 1440), datetime.min.time(), self._zone)
        return midnight.replace(hour=minute % 1440 // 60, minute=minute % 60).astimezone(UTC)
