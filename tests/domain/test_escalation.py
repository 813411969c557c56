"""When a date presses: target, risk and ultimate date, each at its boundary."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.holiday_calendar import holiday_calendar
from domain.escalation import DueStatus, milestones, status_on
from domain.path import Escalation, InvalidPath, PathDefinition, parse_path
from domain.periods import DateKind
from tests.domain.ground import PATH_FILE, durchstarten, in_coaching
from tests.domain.law_ground import a_case

NW = holiday_calendar("NW")
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
TERMS = st.builds(Escalation, at_risk_percent=st.integers(1, 100), target_days_before=st.integers(0, 60))


def escalating(text: str) -> PathDefinition:
    """The shipped path with other terms of escalation for everything."""
    shipped = PATH_FILE.read_text(encoding="utf-8")
    before, _, rest = shipped.partition("[escalation]\n")
    _, _, after = rest.partition("\n\n")
    return parse_path(f"{before}[escalation]\n{text}\n\n{after}")


def test_four_fifths_of_the_time_make_a_date_at_risk() -> None:
    """From 1 to 31 March are 30 days; 24 of them have gone on 25 March."""
    days = milestones(
        date(2027, 3, 1), date(2027, 3, 31), DateKind.FOLLOW_UP, False, Escalation(at_risk_percent=80), NW
    )
    assert days == (date(2027, 3, 31), date(2027, 3, 31), date(2027, 3, 25))


def test_the_target_lies_on_a_working_day_before_the_date_and_the_grace_ends_on_one() -> None:
    """Seven days before Thursday 8 April 2027 is 1 April; before 4 April, Easter Sunday, the target moves to 25 March."""
    terms = Escalation(target_days_before=7, ultimate_days_after=3)
    days = milestones(date(2027, 1, 1), date(2027, 4, 5), DateKind.DEADLINE, False, terms, NW)
    assert days.target_on == date(2027, 3, 25)  # 29 March is Easter Monday, 26 Good Friday
    assert days.ultimate_on == date(2027, 4, 8)


def test_a_statutory_date_has_no_grace_and_an_opening_is_never_lost() -> None:
    """Whatever the path says."""
    terms = Escalation(ultimate_days_after=30)
    assert milestones(date(2027, 1, 4), date(2027, 2, 4), DateKind.DEADLINE, True, terms, NW).ultimate_on == (
        date(2027, 2, 4)
    )
    opening = milestones(date(2027, 1, 4), date(2027, 2, 4), DateKind.EARLIEST_DATE, True, terms, NW)
    assert (opening.ultimate_on, opening.at_risk_on) == (None, None)


@given(DAYS, st.integers(-40, 400), TERMS, st.booleans())
def test_the_days_of_a_date_never_cross(
    began_on: date, length: int, terms: Escalation, statutory: bool
) -> None:
    """Risk, target, date, ultimate date, in this order; and nothing presses before it began."""
    due_on = began_on + timedelta(length)
    days = milestones(began_on, due_on, DateKind.DEADLINE, statutory, terms, NW)
    assert days.at_risk_on is not None
    assert days.ultimate_on is not None
    assert days.at_risk_on <= days.target_on <= due_on <= days.ultimate_on
    assert min(began_on, due_on) <= days.at_risk_on


@given(DAYS, st.integers(0, 400), TERMS)
def test_the_share_of_the_time_is_the_naive_one(began_on: date, length: int, terms: Escalation) -> None:
    """The first day on which at least that share of the days from the beginning to the target has gone."""
    due_on = began_on + timedelta(length)
    days = milestones(began_on, due_on, DateKind.VALIDITY_END, True, terms, NW)
    span = (days.target_on - began_on).days
    naive = next(n for n in range(span + 1) if n * 100 >= span * terms.at_risk_percent)
    assert days.at_risk_on == began_on + timedelta(naive)


def test_a_date_presses_more_and_more() -> None:
    """No contact since 3 March: due on 2 April; at risk after 24 of 30 days; lost two weeks after, on 16 April."""
    (due,) = [due for due in in_coaching().agenda() if due.rule == "contact.none"]
    expected = {
        date(2025, 3, 3): DueStatus.SLEEPING,
        date(2025, 3, 26): DueStatus.SLEEPING,
        date(2025, 3, 27): DueStatus.AT_RISK,
        date(2025, 4, 1): DueStatus.AT_RISK,
        date(2025, 4, 2): DueStatus.DUE,
        date(2025, 4, 16): DueStatus.DUE,
        date(2025, 4, 17): DueStatus.OVERDUE,
    }
    assert {day: status_on(due, day) for day in expected} == expected


def test_every_date_of_the_law_presses_before_it_is_lost() -> None:
    """The last day itself is not overdue."""
    dues = [due for due in a_case().agenda() if due.statutory and due.ultimate_on is not None]
    assert dues
    for due in dues:
        assert due.ultimate_on == due.due_on
        assert status_on(due, due.due_on) is DueStatus.DUE
        assert status_on(due, due.due_on + timedelta(1)) is DueStatus.OVERDUE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at_risk_percent = 0", "1 to 100"),
        ("at_risk_percent = 101", "1 to 100"),
        ("at_risk_percent = 0.8", "whole numbers"),
        ("at_risk_percent = true", "whole numbers"),
        ("target_days_before = -1", "0 to 366"),
        ("ultimate_days_after = 367", "0 to 366"),
        ("after = 3", "unknown after"),
    ],
)
def test_terms_of_escalation_that_cannot_be_are_refused(text: str, said: str) -> None:
    """The message names the place."""
    with pytest.raises(InvalidPath, match=said):
        escalating(text)


def test_the_share_comes_from_the_path() -> None:
    """One half instead of four fifths; a rule may have terms of its own."""
    path = escalating("at_risk_percent = 50")
    assert path.escalation_of("consent.expiry").at_risk_percent == 50
    assert durchstarten().escalation_of("consent.expiry").at_risk_percent == 80
    assert durchstarten().escalation_of("residence.expiry").target_days_before > 0


def test_a_statutory_date_may_not_be_given_grace() -> None:
    """Neither one of the path nor one of the law."""
    text = PATH_FILE.read_text(encoding="utf-8")
    with pytest.raises(InvalidPath, match="no days of grace"):
        parse_path(
            text.replace(
                'rule = "consent.expiry"', 'rule = "consent.expiry"\nescalation = { ultimate_days_after = 1 }'
            )
        )
    with pytest.raises(InvalidPath, match="no days of grace"):
        parse_path(text.replace("{ target_days_before = 42 }", "{ ultimate_days_after = 1 }"))
