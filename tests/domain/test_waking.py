"""What each date sleeps towards, and that the soonest of them is what the workflow of the case sleeps towards."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.agenda import agenda
from domain.case_state import CaseState
from domain.decision import local_date
from domain.reminders import Wake
from domain.waking import SPREAD_SECONDS, next_reminder, next_wake, spread, wakes_at, wakes_on
from tests.domain.any_command import ANY_COMMAND
from tests.domain.ground import CASE_ID, durchstarten, in_coaching, seat_requested, terms

COMMANDS = st.lists(ANY_COMMAND, max_size=10)
BEGIN = datetime(2025, 12, 30, 23, tzinfo=UTC)
INSTANTS = st.integers(0, 365 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))


def soonest_wake(case: CaseState, now: datetime) -> datetime | None:
    """The soonest of what every date of the agenda says for itself."""
    t = terms()
    wakes = [
        wakes_at(
            CASE_ID,
            wakes_on(due, next_reminder(due, case.reminders.issued)),
            asked_daily=due.asked_daily,
            statutory=due.statutory,
            now=now,
        )
        for due in agenda(case, durchstarten(), t.calendar, t.law)
    ]
    return min((at for at in wakes if at is not None), default=None)


def slept_towards(case: CaseState, now: datetime) -> datetime | None:
    """What the workflow sleeps towards, as it does."""
    t = terms()
    at = next_wake(case, agenda(case, durchstarten(), t.calendar, t.law), now)
    return at if at is None or at <= now else at + spread(CASE_ID)


@given(COMMANDS, INSTANTS)
def test_the_soonest_date_is_what_the_workflow_sleeps_towards(commands: list[object], now: datetime) -> None:
    """Whatever has happened in the case, once it was awake; each date says its own wake-up time and none is missed."""
    file = in_coaching()
    for command in commands:
        file.when(command)
    file.when(Wake(occurred_on=local_date(now)), on=local_date(now), hour=9)
    assert soonest_wake(file.state, now) == slept_towards(file.state, now)


def test_a_seat_that_is_asked_for_is_asked_again_every_morning() -> None:
    """The date of the answer says so."""
    now = datetime(2025, 4, 1, 12, tzinfo=UTC)
    case = seat_requested().state
    assert soonest_wake(case, now) == slept_towards(case, now)
    assert soonest_wake(case, now) == datetime(2025, 4, 2, 4, tzinfo=UTC) + spread(CASE_ID)


def test_cases_begin_their_morning_within_a_quarter_of_an_hour() -> None:
    """Each at a second of its own, always the same."""
    spreads = {spread(UUID(int=number)) for number in range(2 * SPREAD_SECONDS)}
    assert spreads == {timedelta(seconds=second) for second in range(SPREAD_SECONDS)}


def test_what_is_late_wakes_at_once_or_the_next_morning() -> None:
    """A statutory date never waits; an internal one that is found during the day does."""
    noon, day = datetime(2027, 3, 3, 11, tzinfo=UTC), date(2027, 3, 1)
    at_once = wakes_at(CASE_ID, day, asked_daily=False, statutory=True, now=noon)
    tomorrow = wakes_at(CASE_ID, day, asked_daily=False, statutory=False, now=noon)
    assert at_once == noon
    assert tomorrow == datetime(2027, 3, 4, 5, tzinfo=UTC) + spread(CASE_ID)
    assert wakes_at(CASE_ID, None, asked_daily=False, statutory=True, now=noon) is None
