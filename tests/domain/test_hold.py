"""Hold: a reason and an end; it ends by hand, by itself, or with the case; never twice on one day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.hold import LONGEST_HOLD_DAYS, CaseHeld, CaseResumed, HoldCase, HoldReason, ResumeCase
from domain.reminders import Wake
from tests.domain.ground import CaseFile, closing, in_coaching, only, rule_of

HELD = date(2025, 6, 2)
UNTIL = date(2025, 6, 30)


def hold(on: date = HELD, until: date = UNTIL, ground: HoldReason = HoldReason.ILLNESS) -> HoldCase:
    """Four weeks of illness."""
    return HoldCase(occurred_on=on, ground=ground, until=until)


def resume(on: date) -> ResumeCase:
    """Work goes on."""
    return ResumeCase(occurred_on=on)


def resumed(file: CaseFile) -> list[CaseResumed]:
    """All ends of holds."""
    return [entry.event for entry in file.history if isinstance(entry.event, CaseResumed)]


@pytest.mark.parametrize(
    ("until", "rule"),
    [
        (HELD - timedelta(days=1), "hold.end_out_of_range"),
        (HELD, ""),
        (HELD + timedelta(days=LONGEST_HOLD_DAYS), ""),
        (HELD + timedelta(days=LONGEST_HOLD_DAYS + 1), "hold.end_out_of_range"),
        (date(9999, 12, 31), "hold.end_out_of_range"),
    ],
)
def test_a_hold_lasts_a_day_to_a_year(until: date, rule: str) -> None:
    decision = in_coaching().when(hold(until=until))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), CaseHeld)


def test_a_held_case_is_not_held_again() -> None:
    file = in_coaching().done(hold())
    assert file.when(hold()) == ()
    assert rule_of(file.when(hold(until=UNTIL + timedelta(days=1)))) == "hold.already_held"
    assert rule_of(file.when(hold(ground=HoldReason.ABSENCE))) == "hold.already_held"


def test_resuming_counts_the_days_the_case_really_rested() -> None:
    file = in_coaching().done(hold())
    assert rule_of(file.when(resume(HELD - timedelta(days=1)))) == "hold.resumed_before_start"
    event = only(file.when(resume(HELD + timedelta(days=10))))
    assert event == CaseResumed(occurred_on=HELD + timedelta(days=10), held_days=10, by_itself=False)
    assert file.when(resume(HELD + timedelta(days=11))) == ()


@pytest.mark.parametrize(
    ("day", "ended"), [(UNTIL, 0), (UNTIL + timedelta(days=1), 1), (date(2025, 9, 1), 1)]
)
def test_a_hold_ends_by_itself_on_the_day_after_its_last(day: date, ended: int) -> None:
    file = in_coaching().done(hold())
    file.when(Wake(occurred_on=day), on=day)
    assert len(resumed(file)) == ended
    assert [(e.occurred_on, e.held_days, e.by_itself) for e in resumed(file)] == [
        (UNTIL + timedelta(days=1), 29, True)
    ] * ended


def test_a_hold_begins_on_the_day_the_last_one_ended_at_the_earliest() -> None:
    file = in_coaching().done(hold(), resume(date(2025, 6, 12)))
    again = date(2025, 6, 11)
    assert rule_of(file.when(hold(again, UNTIL))) == "hold.overlaps"
    assert rule_of(file.when(hold(date(2025, 6, 12), UNTIL))) == ""


def test_closing_a_held_case_ends_the_hold_with_it() -> None:
    file = in_coaching().done(hold(), closing(date(2025, 6, 20)))
    assert [(e.occurred_on, e.held_days) for e in resumed(file)] == [(date(2025, 6, 20), 18)]
    assert not file.state.hold.held


def test_held_days_are_counted_from_the_day_asked_for() -> None:
    state = in_coaching().done(hold(), resume(date(2025, 6, 12)), hold(date(2025, 8, 1), date(2025, 8, 9)))
    past = state.done(resume(date(2025, 8, 5))).state.hold
    assert past.held_days_since(date(2025, 1, 1)) == 10 + 4
    assert past.held_days_since(date(2025, 6, 7)) == 5 + 4
    assert past.held_days_since(date(2025, 6, 12)) == 4
    assert past.held_days_since(date(2025, 8, 5)) == 0
