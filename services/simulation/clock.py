"""The simulated clock: it never runs backwards, and people work in office hours on working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from domain.calendar import Calendar
from domain.decision import LOCAL
from domain.waking import morning_of

OPENS = time(8, 0)
OFFICE_SECONDS = 9 * 3600 - 600
"""From the opening to ten minutes before five."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Clock:
    """The instant of the town. ``today`` is the local day of ``now``."""

    __slots__ = ("_calendar", "_next_working", "now", "today", "until")

    def __init__(self, calendar: Calendar, until: date) -> None:
        self._calendar = calendar
        self._next_working: dict[date, date] = {}
        self.until = until
        self.today = date.min
        self.now = datetime.min.replace(tzinfo=UTC)

    def begin_day(self, day: date) -> None:
        """It is six in the morning of ``day``: what is due by itself happens."""
        self.today = day
        self.now = morning_of(day)

    def open_office(self) -> None:
        """It is eight."""
        self.reach(datetime.combine(self.today, OPENS, LOCAL).astimezone(UTC))

    def reach(self, instant: datetime) -> None:
        """It is ``instant``, or later already."""
        if instant > self.now:
            self.now = instant

    def tick(self, milliseconds: float = 1) -> None:
        """A moment passes."""
        self.now += _MILLISECOND * milliseconds

    @property
    def milliseconds(self) -> int:
        """Whole milliseconds since 1970, as ids of version 7 begin with."""
        return (self.now - _EPOCH) // _MILLISECOND

    def is_working_day(self, day: date) -> bool:
        """Whether the offices are open on ``day``."""
        return self.working_day(day) == day

    def working_day(self, day: date) -> date:
        """``day`` itself, or the next working day."""
        found = self._next_working.get(day)
        if found is None:
            found = self._next_working[day] = self._calendar.next_working_day(day)
        return found
