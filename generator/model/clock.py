"""The run's one clock: a frozen now, which remembers the instants it was asked about, so that a build knows when it will be out of date."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


class Clock:
    """Answers whether instants have passed at `now` (with its zone), and keeps the nearest one that has not."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.next_change: datetime | None = None

    def passed(self, instant: datetime) -> bool:
        """Whether `instant` is now or earlier."""
        if instant <= self.now:
            return True
        if self.next_change is None or instant < self.next_change:
            self.next_change = instant
        return False

    def day_passed(self, day: date, zone: str) -> bool:
        """Whether a whole day is over in a zone."""
        return self.passed(datetime.fromordinal(day.toordinal() + 1).replace(tzinfo=ZoneInfo(zone)))

    def today(self, zone: str) -> date:
        """The day it is in a zone."""
        day = self.now.astimezone(ZoneInfo(zone)).date()
        self.day_passed(day, zone)
        return day

    def forget(self) -> None:
        """What was made is out of date at once: something was asked whose changes nobody sees."""
        self.next_change = self.now
