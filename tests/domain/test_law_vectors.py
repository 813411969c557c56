"""The dates computed by hand, once more through the rules; and every period rule against counting day by day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agenda import agenda
from domain.ausbildung import StartAusbildung
from domain.calendar import Calendar
from domain.intake import CaseOpened
from domain.law.computing import date_of, line_of_rule
from domain.law.facts import Obstacle
from domain.law.rule import Computation, Rule
from domain.law.vocabulary import LawArea
from domain.path import ReminderLevel, ReminderPlan
from domain.periods import DateKind, Period
from domain.personal import ERASED
from domain.replacing import replace
from domain.values import ResidenceStatus
from tests.domain.ground import LAW, CaseFile
from tests.domain.law_ground import (
    CALENDAR,
    PATH,
    TRAINING,
    a_case,
    broken_off,
    contract,
    entered,
    outcome,
    refused,
    status,
)
from tests.domain.nrw_by_hand import DAYS

PERIOD_RULES = [
    rule
    for versions in LAW.versions.values()
    for rule in versions
    if rule.computation in (Computation.PERIOD, Computation.END_OF_MONTH)
]


def the(rule: str, case: CaseFile) -> tuple[date, str]:
    """Day and line of the one date that ``rule`` gives ``case``."""
    (due,) = [due for due in case.agenda() if due.rule == rule]
    return due.due_on, due.line_de


def test_objection_after_posting_on_a_friday() -> None:
    """Posted 20.11.2026: deemed notified on 24.11., one month ends on 24.12., which is a working day."""
    assert the("remedies.objection_social", a_case(refused())) == (
        date(2026, 12, 24),
        "Bekanntgabe 24.11. + 1 Monat = 24.12.",
    )


def test_a_month_from_the_last_of_january_ends_on_the_first_of_march() -> None:
    """31.01.2027 + 1 month = Sunday 28.02.: moves to Monday, 01.03."""
    case = a_case(refused(notified_on=date(2027, 1, 31)))
    assert the("remedies.objection_social", case) == (
        date(2027, 3, 1),
        "Bekanntgabe 31.01. + 1 Monat = 28.02. (Sonntag) → 01.03.",
    )


@pytest.mark.parametrize("rule", ["training.dropout_notice_60c", "training.dropout_notice_holder"])
def test_the_two_weeks_after_a_dropout_move_over_new_year(rule: str) -> None:
    """18.12.2026 + 2 weeks = Friday 01.01.2027: moves to Monday, 04.01."""
    case = a_case(
        contract(),
        StartAusbildung(occurred_on=date(2025, 8, 1), ausbildung_id=TRAINING),
        broken_off(date(2026, 12, 18)),
        residence=status(ResidenceStatus.TRAINING_PERMIT_16G),
    )
    assert the(rule, case)[0] == date(2027, 1, 4)
    assert the(rule, case)[1].endswith("18.12.2026 + 2 Wochen = 01.01.2027 (Neujahr) → 04.01.2027")


def test_an_asylum_action_is_due_two_weeks_after_service() -> None:
    """Served 17.12.2026: Thursday 31.12. is a working day."""
    case = a_case(refused(LawArea.ASYLUM, served_on=date(2026, 12, 17)))
    assert the("remedies.asylum_court_action", case)[0] == date(2026, 12, 31)


def test_the_windows_before_a_training_in_august() -> None:
    """Start 01.08.2027: apply from 01.01., grant from 01.02., on whatever day of the week."""
    case = a_case(contract(date(2027, 8, 1)))
    for rule, day in (
        ("training.60c_apply_from", date(2027, 1, 1)),
        ("training.16g_apply_from", date(2027, 1, 1)),
        ("training.60c_grant_from", date(2027, 2, 1)),
        ("training.16g_grant_from", date(2027, 2, 1)),
    ):
        assert the(rule, case)[0] == day


@pytest.mark.parametrize(("months", "ends_on"), [(1, date(2027, 8, 31)), (4, date(2027, 11, 30))])
def test_probation_ends_on_the_day_before_the_same_number(months: int, ends_on: date) -> None:
    """The first day counts; the day is stored with the contract and only shown here."""
    case = a_case(
        contract(date(2027, 8, 1), probation_months=months),
        StartAusbildung(occurred_on=date(2027, 8, 1), ausbildung_id=TRAINING),
    )
    assert the("ausbildung.probation_end", case)[0] == ends_on


def test_a_stored_date_is_not_computed_again() -> None:
    """With another calendar the agenda still shows what the events say, and by which calendar it was computed."""
    case = a_case(
        contract(date(2027, 8, 1)),
        StartAusbildung(occurred_on=date(2027, 8, 1), ausbildung_id=TRAINING),
        refused(notified_on=date(2026, 11, 20)),
    )
    before = {due.rule: (due.due_on, due.line_de) for due in case.agenda()}
    other = calendar_without_work_in_december()
    after = {due.rule: due for due in agenda(case.state, PATH, other, LAW)}
    for rule in ("remedies.objection_social", "ausbildung.probation_end"):
        assert (after[rule].due_on, after[rule].line_de) == before[rule]
    assert after["remedies.objection_social"].calendar == CALENDAR.version


def calendar_without_work_in_december() -> Calendar:
    """A calendar in which every December is a holiday."""
    december = frozenset(date(year, 12, day) for year in range(2025, 2031) for day in range(1, 32))
    return Calendar(
        region="NW",
        version="test",
        holidays=CALENDAR.holidays | december,
        first_year=CALENDAR.first_year,
        last_year=CALENDAR.last_year,
    )


def test_the_27th_year_is_complete_the_day_before_the_birthday() -> None:
    """Born 29.02.2000: exactly at the end of 28.02.2027; watched from the month of birth on, which is 31.01.2027."""
    case = a_case(birth_date=date(2000, 2, 29))
    (due,) = [due for due in case.agenda() if due.rule == "residence.25a_before_27"]
    assert (due.due_on, due.precise_on) == (date(2027, 1, 31), date(2027, 2, 28))


def test_a_birthday_is_told_by_nothing_that_leaves_the_case() -> None:
    """Two birthdays of one month make the same ids, lines, days and reminders; erased, the same but for the exact day."""
    first, last = (a_case(birth_date=date(2003, 6, day)) for day in (1, 30))
    of_birth = [
        [replace(due, precise_on=None) for due in case.agenda() if due.kind is DateKind.AGE_LIMIT]
        for case in (first, last)
    ]
    assert of_birth[0] == of_birth[1]
    opened = first.history[0].event
    assert isinstance(opened, CaseOpened)
    first.history[0] = first.history[0]._replace(event=replace(opened, birth_date=ERASED, name=ERASED))
    erased = [due for due in first.agenda() if due.kind is DateKind.AGE_LIMIT]
    assert erased == of_birth[0]
    assert len(erased) == 2


def test_a_toleration_until_a_sunday_is_reminded_of_on_the_friday_before() -> None:
    """Valid until Sunday, 29.11.2026: the day stays, and a reminder for the day itself falls on 27.11."""
    case = a_case(residence=status(until=date(2026, 11, 29)))
    own = (ReminderPlan(level=ReminderLevel.FIRST, offset_days=0),)
    path = replace(PATH, law_reminders={"residence.expiry": own})
    (due,) = [due for due in agenda(case.state, path, CALENDAR, LAW) if due.rule == "residence.expiry"]
    assert due.due_on == date(2026, 11, 29)
    assert [reminder.on for reminder in due.reminders] == [date(2026, 11, 27)]


@settings(deadline=None, max_examples=40)
@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_every_reminder_of_a_month_falls_into_the_month(start: date) -> None:
    """BAB is paid from the month of the application: whoever is reminded after it is reminded too late."""
    case = a_case(contract(start)).state
    (due,) = [due for due in agenda(case, PATH, CALENDAR, LAW) if due.rule == "benefits.bab_month_of_start"]
    assert (due.due_on.year, due.due_on.month) == (start.year, start.month)
    assert (due.due_on + timedelta(1)).day == 1
    assert {(r.on.year, r.on.month) for r in due.reminders} == {(start.year, start.month)}


# ---------------------------------------------------------- the naive reading


def naive_same_day(day: date, months: int) -> date:
    """The day ``months`` away, found by walking month by month."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def naive_working(day: date) -> bool:
    """No weekend and none of the eleven holidays, found without the package."""
    return day.isoweekday() < 6 and day not in DAYS


def naive(rule: Rule, on: date) -> date:
    """The date of a rule by walking: months first, then days, then the roll."""
    if rule.computation is Computation.END_OF_MONTH:
        while (on + timedelta(1)).day != 1:
            on += timedelta(1)
        return on
    period: Period = rule.period
    sign = -1 if period.backward else 1
    counted = rule.day_counts or rule.kind is DateKind.AGE_LIMIT
    end = on
    if months := 12 * period.years + period.months:
        end = naive_same_day(on, sign * months)
        if counted and end.day == on.day:
            end -= timedelta(1)
    for _ in range(7 * period.weeks + period.days):
        end += timedelta(sign)
    if rule.kind is DateKind.DEADLINE:
        while not naive_working(end):
            end += timedelta(1)
    return end


@pytest.mark.parametrize("rule", PERIOD_RULES, ids=lambda rule: rule.id)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_a_rule_gives_the_day_that_walking_gives(rule: Rule, data: st.DataObject) -> None:
    """Against a second computation that knows no arithmetic of dates but the next day; births are firsts of months."""
    day = data.draw(st.dates(date(1995, 1, 1), date(2055, 12, 31)))
    if rule.kind is DateKind.AGE_LIMIT:
        day = day.replace(day=1)
    computed = date_of(rule, day, CALENDAR)
    assert computed.end == naive(rule, day)
    de, en = line_of_rule(rule, computed)
    assert f"{computed.end:%d.%m.}" in de
    assert str(computed.end.day) in en
    assert computed.steps[-1].on == computed.end


@settings(deadline=None, max_examples=40)
@given(st.dates(date(1991, 1, 1), date(2025, 3, 31)))
def test_a_stay_is_counted_from_the_entry_or_not_at_all(on: date) -> None:
    """Whatever the day of entry: the day the walking gives, or a reason, and never a day before the case."""
    case = a_case(entered(on), birth_date=None).state
    found = outcome("residence.25b_six_years", case)
    expected = naive(LAW.versions["residence.25b_six_years"][0], on)
    if expected >= case.intake.opened_on:
        assert found == [expected]
    else:
        assert found in (Obstacle.REACHED_BEFORE_CASE, Obstacle.NOT_IN_FORCE)
