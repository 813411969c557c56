"""The agenda: every date explained, shifted by the days really held, and each reminder exactly once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agenda import Due, agenda
from domain.ausbildung import PassProbation
from domain.changes import ChangeResidenceStatus
from domain.coaching import ContactKind, ContactProof, MakePromise, RecordContact, SettlePromise
from domain.course import AcceptSeat, StartCourse
from domain.followup import RecordFollowUpOutcome
from domain.hold import HoldCase, HoldReason, ResumeCase
from domain.intake import Residence
from domain.path import ReminderLevel
from domain.path_dates import RULES
from domain.reminders import ConfirmDelivery, ReminderIssued, Wake
from domain.values import Destination, DutyHolder, ResidenceStatus, StaffId
from domain.waking import morning_of, next_wake, reminder_reached
from tests.domain.ground import (
    OPENED,
    SEAT,
    CaseFile,
    closed,
    closing,
    consent,
    durchstarten,
    in_ausbildung,
    in_coaching,
    open_case,
    seat_offer,
    seat_requested,
    terms,
)

STATUTORY = {"residence.expiry", "ausbildung.probation_end", "consent.expiry"}
"""Some of them; the rules of the law are all statutory."""


def due(file: CaseFile, rule: str) -> Due:
    """The one date of this rule."""
    [found] = [d for d in file.agenda() if d.rule == rule]
    return found


def rules(file: CaseFile) -> list[str]:
    """The rules that have a date now."""
    return [d.rule for d in file.agenda()]


def contact(on: date) -> RecordContact:
    """A talk."""
    return RecordContact(
        occurred_on=on, kind=ContactKind.PHONE, held=True, minutes=20, proof=ContactProof.PHONE_NOTE
    )


def promise(due_on: date, on: date = date(2025, 4, 1)) -> MakePromise:
    """A promise by the participant."""
    return MakePromise(
        occurred_on=on, promise_id=UUID(int=7), by=DutyHolder.PARTICIPANT, due_on=due_on, text="Pass"
    )


def held(file: CaseFile, first: date, resumed: date) -> CaseFile:
    """The case rests from ``first`` until work goes on."""
    return file.done(
        HoldCase(occurred_on=first, ground=HoldReason.ILLNESS, until=resumed + timedelta(days=30)),
        ResumeCase(occurred_on=resumed),
    )


def issued(file: CaseFile) -> list[ReminderIssued]:
    """Every reminder so far."""
    return [entry.event for entry in file.history if isinstance(entry.event, ReminderIssued)]


# ----------------------------------------------------------------- each rule


def test_the_title_ends_on_the_day_written_in_it_whatever_day_that_is() -> None:
    """A Saturday stays a Saturday: the end of a validity does not move."""
    saturday = date(2026, 1, 10)
    residence = Residence(status=ResidenceStatus.TOLERATION_60A, valid_until=saturday)
    found = due(CaseFile().done(open_case(residence=residence)), "residence.expiry")
    assert (found.due_on, found.statutory, found.duty_holder) == (saturday, True, DutyHolder.PARTICIPANT)
    assert found.line_de.endswith("gültig bis 10.01.")
    assert "§ 60a" in found.citation


def test_an_extended_title_has_its_own_date_and_its_own_reminders() -> None:
    file = in_coaching()
    before = due(file, "residence.expiry")
    residence = Residence(status=ResidenceStatus.TOLERATION_60A, valid_until=date(2026, 7, 9))
    file.done(ChangeResidenceStatus(occurred_on=date(2025, 12, 1), residence=residence))
    after = due(file, "residence.expiry")
    assert after.due_on == date(2026, 7, 9)
    assert not {r.id for r in before.reminders} & {r.id for r in after.reminders}


def test_an_unlimited_title_has_no_date() -> None:
    residence = Residence(status=ResidenceStatus.SETTLEMENT_PERMIT)
    assert "residence.expiry" not in rules(CaseFile().done(open_case(residence=residence)))


def test_an_offered_seat_wants_its_answer_and_an_answered_one_does_not() -> None:
    file = seat_requested().done(seat_offer())
    found = due(file, "course.seat_answer")
    assert (found.due_on, found.reference) == (date(2025, 4, 16), str(SEAT))
    file.done(AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT))
    assert "course.seat_answer" not in rules(file)


def test_a_course_that_began_without_an_entry_is_asked_after_three_days() -> None:
    """Monday 5 May 2025 + 3 days = Thursday 8 May."""
    file = seat_requested().done(
        seat_offer(), AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT)
    )
    assert due(file, "course.start_unconfirmed").due_on == date(2025, 5, 8)
    file.done(StartCourse(occurred_on=date(2025, 5, 5), participation_id=SEAT))
    assert "course.start_unconfirmed" not in rules(file)


def test_without_a_contact_the_first_contact_counts_and_then_the_last_one() -> None:
    """3 March + 30 days = 2 April 2025; 4 April + 30 days = 4 May, a Sunday, so Friday 2 May."""
    file = in_coaching()
    assert due(file, "contact.none").due_on == date(2025, 4, 2)
    file.done(contact(date(2025, 4, 4)))
    found = due(file, "contact.none")
    assert (found.due_on, found.trigger_version) == (date(2025, 5, 2), len(file.history))


def test_the_end_of_probation_is_the_one_kept_in_the_event_until_it_is_passed() -> None:
    file = in_ausbildung()
    found = due(file, "ausbildung.probation_end")
    assert found.due_on == date(2025, 11, 30)
    from tests.domain.ground import TRAINING

    file.done(PassProbation(occurred_on=date(2025, 12, 1), ausbildung_id=TRAINING))
    assert "ausbildung.probation_end" not in rules(file)


def test_six_months_after_the_exit_somebody_asks_until_there_is_a_result() -> None:
    """1 October 2025 + 6 months = 1 April 2026."""
    file = closed()
    assert rules(file) == ["follow_up.six_months"]
    assert due(file, "follow_up.six_months").due_on == date(2026, 4, 1)
    file.done(RecordFollowUpOutcome(occurred_on=date(2025, 12, 1), destination=Destination.EMPLOYMENT))
    assert rules(file) == []


def test_a_consent_without_an_end_has_no_date_and_a_renewed_one_the_new() -> None:
    file = CaseFile().done(open_case(), consent())
    assert "consent.expiry" not in rules(file)
    file.done(consent(valid_until=date(2026, 1, 31)))
    assert due(file, "consent.expiry").due_on == date(2026, 1, 31)
    file.done(consent(valid_until=date(2026, 6, 30)))
    assert due(file, "consent.expiry").due_on == date(2026, 6, 30)


def test_a_hold_ends_on_its_last_day() -> None:
    file = in_coaching().done(
        HoldCase(occurred_on=date(2025, 12, 1), ground=HoldReason.ILLNESS, until=date(2026, 1, 15))
    )
    assert due(file, "hold.end").due_on == date(2026, 1, 15)
    assert not due(file, "hold.end").suspended


def test_a_promise_is_due_until_it_is_settled_and_its_owner_has_to_act() -> None:
    file = in_coaching().done(promise(date(2025, 4, 15)))
    assert (due(file, "promise.due").due_on, due(file, "promise.due").duty_holder) == (
        date(2025, 4, 15),
        DutyHolder.PARTICIPANT,
    )
    file.done(SettlePromise(occurred_on=date(2025, 4, 15), promise_id=UUID(int=7), kept=True))
    assert "promise.due" not in rules(file)


def test_every_rule_of_the_path_is_computed_by_code_and_the_other_way_round() -> None:
    assert set(durchstarten().deadlines) == set(RULES)


def test_the_agenda_is_sorted_by_day_and_then_by_id() -> None:
    file = in_ausbildung().done(promise(date(2026, 1, 9)), contact(date(2025, 12, 10)))
    found = file.agenda()
    assert len(found) >= 4
    assert [(d.due_on, d.id) for d in found] == sorted((d.due_on, d.id) for d in found)


# --------------------------------------------------------------------- holds


@pytest.mark.parametrize(
    ("first", "resumed", "due_on"),
    [
        (date(2025, 4, 7), date(2025, 4, 7), date(2025, 5, 2)),
        (date(2025, 4, 7), date(2025, 4, 8), date(2025, 5, 2)),
        (date(2025, 4, 7), date(2025, 4, 14), date(2025, 5, 9)),
        (date(2025, 4, 7), date(2025, 5, 20), date(2025, 6, 13)),
        (date(2025, 3, 20), date(2025, 3, 30), date(2025, 5, 2)),
    ],
)
def test_internal_dates_move_by_the_days_really_held(first: date, resumed: date, due_on: date) -> None:
    """Last contact 4 April + 30 days, rolled back to Friday 2 May; days held since then are added and rolled back.

    A hold that was over before the contact moves nothing; one day more is Saturday 3 May, so still 2 May; 43 days
    are 14 June, a Saturday, so Friday 13 June.
    """
    file = in_coaching()
    if resumed <= date(2025, 4, 4):
        file = held(file, first, resumed).done(contact(date(2025, 4, 4)))
    else:
        file = held(file.done(contact(date(2025, 4, 4))), first, resumed)
    assert due(file, "contact.none").due_on == due_on


def test_statutory_dates_never_move_and_are_never_suspended() -> None:
    file = in_ausbildung().done(consent(date(2025, 8, 2), valid_until=date(2026, 6, 30)))
    before = {d.id: d.due_on for d in file.agenda() if d.statutory}
    assert {d.rule for d in file.agenda() if d.statutory} > STATUTORY
    file.done(HoldCase(occurred_on=date(2025, 9, 1), ground=HoldReason.ABSENCE, until=date(2025, 12, 31)))
    assert all(d.suspended is not (d.statutory or d.rule == "hold.end") for d in file.agenda())
    file.done(ResumeCase(occurred_on=date(2025, 11, 1)))
    assert {d.id: d.due_on for d in file.agenda() if d.statutory} == before


# ----------------------------------------------------------------- reminders


def wake(file: CaseFile, day: date, hour: int = 10) -> list[ReminderIssued]:
    """What is reminded of on ``day``."""
    before = len(issued(file))
    file.when(Wake(occurred_on=day), on=day, hour=hour)
    return issued(file)[before:]


@pytest.mark.parametrize(
    ("day", "levels"),
    [
        (date(2025, 11, 9), []),
        (date(2025, 11, 10), ["first"]),
        (date(2025, 12, 9), ["first"]),
        (date(2025, 12, 10), ["repeated"]),
        (date(2025, 12, 23), ["repeated"]),
        (date(2025, 12, 24), ["escalated"]),
        (date(2026, 6, 1), ["escalated"]),
    ],
)
def test_a_late_wake_sends_the_highest_level_reached_and_none_of_those_passed(
    day: date, levels: list[str]
) -> None:
    """Title until 9 January 2026: 60 days before is 10 November, 30 is 10 December, 14 is 26 December, a holiday."""
    file = in_coaching().done(contact(date(2025, 10, 30)))
    assert [r.level.value for r in wake(file, day) if r.rule == "residence.expiry"] == levels


def test_reminders_are_due_at_six_in_the_morning() -> None:
    """10 November 2025 is winter time: six o'clock is 5:00 UTC."""
    day = date(2025, 11, 10)
    assert morning_of(day) == datetime(2025, 11, 10, 5, tzinfo=UTC)
    assert morning_of(date(2025, 7, 1)) == datetime(2025, 7, 1, 4, tzinfo=UTC)
    file = in_coaching().done(contact(date(2025, 10, 30)))
    wake(file, date(2025, 11, 9))
    assert wake(file, day, hour=4) == []
    assert "residence.expiry" in [r.rule for r in wake(file, day, hour=5)]


def test_an_escalated_reminder_is_for_the_deputy() -> None:
    file = in_coaching().done(contact(date(2025, 12, 20)))
    [reminder] = [r for r in wake(file, date(2025, 12, 30)) if r.rule == "residence.expiry"]
    assert (reminder.level, reminder.role.value) == (ReminderLevel.ESCALATED, "deputy")


def test_nothing_is_reminded_of_during_a_hold_but_what_the_law_sets() -> None:
    file = in_coaching().done(
        HoldCase(occurred_on=date(2025, 3, 20), ground=HoldReason.ILLNESS, until=date(2025, 12, 31))
    )
    reminded = {r.rule for r in wake(file, date(2025, 11, 10))}
    assert "residence.expiry" in reminded
    assert "contact.none" not in reminded
    assert not reminded & set(RULES) - STATUTORY


GAPS = st.lists(st.integers(1, 45), min_size=1, max_size=15)


def busy() -> CaseFile:
    """A case with many dates."""
    return (
        in_ausbildung()
        .done(consent(date(2025, 8, 2), valid_until=date(2026, 2, 28)))
        .done(promise(date(2025, 9, 1), date(2025, 8, 20)), contact(date(2025, 9, 10)))
    )


@given(GAPS)
@settings(max_examples=15)
def test_each_reminder_comes_once_however_irregular_the_wakes_are(gaps: list[int]) -> None:
    """And the last level of each date comes in any case, once the wakes have gone beyond it."""
    file, day = busy(), date(2025, 9, 11)
    for gap in gaps:
        day += timedelta(days=gap)
        wake(file, day)
        assert wake(file, day) == []
    ids = [reminder.reminder_id for reminder in issued(file)]
    assert len(set(ids)) == len(ids)
    for found in agenda(file.state, durchstarten(), terms().calendar, terms().law):
        reached = [r for r in found.reminders if r.on <= day]
        assert not reached or reached[-1].id in ids


def test_waking_every_day_sends_every_level_of_every_date() -> None:
    file, day = busy(), date(2025, 9, 11)
    last = date(2026, 1, 31)
    expected = {r.id for d in file.agenda() for r in d.reminders if day < r.on <= last}
    assert len(expected) >= 8
    while day < last:
        day += timedelta(days=1)
        wake(file, day)
    assert expected <= {reminder.reminder_id for reminder in issued(file)}


@pytest.mark.thorough
@given(st.dates(date(2025, 9, 11), date(2026, 6, 1)))
@settings(max_examples=15)
def test_sleeping_until_the_next_wake_misses_nothing(start: date) -> None:
    """Between now and the next wake no reminder is reached; at the wake there is something to do."""
    file = busy()
    wake(file, start)
    for reminder in issued(file):
        settled = ConfirmDelivery(occurred_on=start, reminder_id=reminder.reminder_id, sent_to=StaffId("cw"))
        file.when(settled, on=start)
    t = terms(start)
    instant = next_wake(file.state, agenda(file.state, t.path, t.calendar, t.law), t.now)
    if instant is None:
        return
    assert instant >= t.now
    day, dues = start, agenda(file.state, t.path, t.calendar, t.law)
    while morning_of(day + timedelta(days=1)) < instant:
        day += timedelta(days=1)
        assert all(reminder_reached(file.state, d, day) is None for d in dues)
    assert file.when(Wake(occurred_on=instant.date()), on=instant.date()) != ()


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (3, morning_of(date(2025, 6, 16))),  # 05:00 in Aachen: before the morning
        (4, morning_of(date(2025, 6, 16))),  # 06:00: the morning itself
        (5, morning_of(date(2025, 6, 17))),  # 07:00: the day has begun
        (12, morning_of(date(2025, 6, 17))),
    ],
)
def test_a_promise_that_is_due_already_when_it_is_entered_is_left_to_the_next_morning(
    hour: int, expected: datetime
) -> None:
    """Nobody who enters last month's work is told after each entry what the next one settles."""
    file = (
        CaseFile(today=date(2025, 6, 1))
        .done(open_case(residence=Residence(status=ResidenceStatus.UNKNOWN)))
        .done(promise(date(2025, 6, 10), on=date(2025, 6, 1)))
    )
    t = terms(date(2025, 6, 16), hour)
    dues = agenda(file.state, t.path, t.calendar, t.law)
    assert {d.rule for d in dues if reminder_reached(file.state, d, t.today) and d.statutory} == set()
    assert next_wake(file.state, agenda(file.state, t.path, t.calendar, t.law), t.now) == expected


def test_a_statutory_date_that_is_reached_during_the_day_wakes_at_once() -> None:
    """A title that has run out is news for today."""
    file = CaseFile(today=date(2025, 6, 16)).done(
        open_case(residence=Residence(status=ResidenceStatus.TOLERATION_60A, valid_until=date(2025, 6, 20)))
    )
    t = terms(date(2025, 6, 16), 12)
    assert next_wake(file.state, agenda(file.state, t.path, t.calendar, t.law), t.now) == t.now


def test_a_mail_that_is_still_to_go_out_does_not_keep_the_timer_awake() -> None:
    """It has a courier of its own; the timer looks at the dates behind it."""
    file = busy()
    wake(file, date(2025, 12, 1))
    assert file.state.reminders.undelivered
    t = terms(date(2025, 12, 1))
    instant = next_wake(file.state, agenda(file.state, t.path, t.calendar, t.law), t.now)
    assert instant is not None
    assert instant > t.now


def test_a_case_that_is_closed_and_followed_up_sleeps_for_ever() -> None:
    done = RecordFollowUpOutcome(occurred_on=date(2025, 12, 1), destination=Destination.EMPLOYMENT)
    t = terms()
    assert (
        next_wake(
            closed().done(done).state, agenda(closed().done(done).state, t.path, t.calendar, t.law), t.now
        )
        is None
    )


def test_an_open_case_always_has_a_next_date() -> None:
    """The contact that is missing is always one."""
    t = terms(OPENED)
    state: Any = (
        CaseFile(today=OPENED).done(open_case(residence=Residence(status=ResidenceStatus.UNKNOWN))).state
    )
    assert next_wake(state, agenda(state, t.path, t.calendar, t.law), t.now) == morning_of(date(2025, 4, 2))
    assert closing().occurred_on > OPENED
