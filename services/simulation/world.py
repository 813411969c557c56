"""What everybody in the town shares: clock, chance, the ledger, and the diary in which people write what they will do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from domain.agenda import agenda
from domain.decision import RuleBook
from domain.offer_seats import OfferPublished
from domain.participation import SeatStatus
from domain.waking import reminder_reached
from services.simulation.chance import Chance
from services.simulation.clock import Clock
from services.simulation.ledger import Ledger
from services.simulation.life import Life
from services.simulation.town import Measure, Staffing

Deed: TypeAlias = Callable[..., None]
"""What somebody will do on a day: called with the world and whatever was written beside it."""


class World:
    """The town while it is simulated.

    ``purse`` is the luck of the money alone, so that what happens to the grant changes nobody's life. ``attended`` are
    participations with attendance that no flat rate was decided for, ``attendance_corrected`` the entries of cases that
    corrected one, ``taught`` the offers of all attendance.
    """

    def __init__(
        self, *, participants: int, seed: int, first_day: date, until: date, rules: RuleBook
    ) -> None:
        self.chance = Chance(seed)
        self.purse = Chance(seed + 1_000_003)
        self.clock = Clock(rules.calendar, until)
        self.ledger = Ledger(rules, self.clock, self.chance)
        self.staffing = Staffing(participants)
        self.first_day = first_day
        self.lives: dict[UUID, Life] = {}
        self.attended: list[tuple[Life, UUID]] = []
        self.attendance_corrected: dict[UUID, int] = {}
        self.taught: dict[UUID, OfferPublished] = {}
        self.bookable: dict[str, dict[UUID, Measure]] = {}
        self._diary: dict[date, list[tuple[Deed, tuple[Any, ...]]]] = {}
        self._wakes: dict[date, list[Life]] = {}
        self._touched: dict[UUID, Life] = {}

    @property
    def today(self) -> date:
        """The day it is."""
        return self.clock.today

    def on(self, day: date, deed: Deed, *of: Any) -> None:
        """Write ``deed`` into the diary for the first working day from ``day`` on; never for today or earlier."""
        day = self.clock.working_day(max(day, self.today + timedelta(days=1)))
        if day < self.clock.until:
            self._diary.setdefault(day, []).append((deed, of))

    def later(self, days: int, deed: Deed, *of: Any) -> None:
        """Write ``deed`` into the diary for about ``days`` from now."""
        self.on(self.today + timedelta(days=days), deed, *of)

    def deeds(self) -> list[tuple[Deed, tuple[Any, ...]]]:
        """What is to be done today; each deed is handed out once."""
        return self._diary.pop(self.today, [])

    def give(self, life: Life, command: Any, **how: Any) -> bool:
        """Give a case command for ``life``; whether anything came of it."""
        events = self.ledger.give(life, command, **how)
        if events:
            self.touch(life)
        return bool(events)

    def touch(self, life: Life) -> None:
        """Something happened in the case: tonight its next day is looked for."""
        self._touched[life.case_id] = life

    def new_id(self) -> UUID:
        """An id of now."""
        return self.chance.new_id(self.clock.milliseconds)

    def business_day(self, life: Life, most_days_late: int = 14) -> date:
        """The day of which something is told: mostly today, sometimes it is entered late."""
        if not self.chance.yes(0.12):
            return self.today
        late = self.today - timedelta(days=self.chance.between(1, most_days_late))
        return max(late, life.state.intake.opened_on)

    # ------------------------------------------------------------ what happens by itself

    def waking(self) -> Iterator[Life]:
        """Cases that move by themselves today."""
        for life in self._wakes.pop(self.today, ()):
            if life.wake_on == self.today:
                life.wake_on = None
                yield life

    def plan_wakes(self) -> None:
        """For every case that was touched today: the next day on which it moves by itself. The finished ones go."""
        for life in self._touched.values():
            if life.state.finished:
                self.lives.pop(life.case_id, None)
                life.history = None
                life.wake_on = None
            else:
                self.lives[life.case_id] = life  # perhaps it came back
                self._plan_wake(life)
        self._touched.clear()

    def _plan_wake(self, life: Life) -> None:
        day = self._next_wake(life)
        if day != life.wake_on:
            life.wake_on = day
            if day is not None and day < self.clock.until:
                self._wakes.setdefault(day, []).append(life)

    def _next_wake(self, life: Life) -> date | None:
        """As domain.waking.next_wake, from tomorrow on, without asking every day how the waiting list stands."""
        case, tomorrow = life.state, self.today + timedelta(days=1)
        days = []
        for due in agenda(case, self.ledger.path, self.ledger.calendar, self.ledger.law):
            if not due.suspended:
                days += [reminder.on for reminder in due.reminders if reminder.on >= tomorrow]
                if reminder_reached(case, due, self.today):
                    days.append(tomorrow)
        if case.open:
            days += [
                p.answer_by + timedelta(days=1)
                for p in case.course.participations
                if p.status is SeatStatus.OFFERED and p.answer_by is not None
            ]
            if case.hold.until is not None:
                days.append(case.hold.until + timedelta(days=1))
        return max(min(days), tomorrow) if days else None
