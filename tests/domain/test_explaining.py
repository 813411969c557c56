"""Why a reminder fired, or did not; and what the agenda says of a date of the law."""

from __future__ import annotations

from datetime import date

import pytest

from domain.agenda import agenda, soonest
from domain.ausbildung import StartAusbildung
from domain.changes import ChangeResidenceStatus
from domain.closing import CloseCase
from domain.explaining import HOLDER_NAMES, LEVEL_NAMES, explain
from domain.hold import HoldCase, HoldReason, ResumeCase
from domain.law.vocabulary import AuthoritySubject, RemedyStep
from domain.path import ReminderLevel
from domain.periods import DateKind
from domain.reminders import Wake
from domain.replacing import replace
from domain.values import Destination, DutyHolder, ExitReason, ResidenceStatus
from domain.waking import next_wake, reminder_reached
from tests.domain.ground import LAW, CaseFile, terms
from tests.domain.law_ground import (
    CALENDAR,
    PATH,
    TRAINING,
    a_case,
    broken_off,
    contract,
    refused,
    remedy,
    status,
    submitted,
)

EXPIRY = "residence.expiry"


def told(case: CaseFile, name: str, on: date, language: str = "de") -> list[str]:
    """The sentences of the explanation on a day."""
    return [line.en if language == "en" else line.de for line in explain(case.state, terms(on), name)]


def woken(case: CaseFile, *days: date) -> CaseFile:
    """The case after the mornings of ``days``."""
    for day in days:
        case.when(Wake(occurred_on=day), on=day)
    return case


def test_every_date_of_the_law_tells_what_it_stands_on() -> None:
    """Rule, version, citation, source, mark, line, trigger, who acts and who is waited for."""
    case = a_case(
        contract(date(2025, 8, 1)),
        StartAusbildung(occurred_on=date(2025, 8, 1), ausbildung_id=TRAINING),
        broken_off(date(2026, 12, 18)),
        residence=status(ResidenceStatus.TRAINING_TOLERATION_60C),
    )
    (due,) = [due for due in case.agenda() if due.rule == "training.dropout_notice_60c"]
    assert due.kind is DateKind.DEADLINE
    assert due.statutory
    assert due.duty_holder is DutyHolder.EDUCATIONAL_INSTITUTION
    assert due.waiting_on is DutyHolder.EDUCATIONAL_INSTITUTION
    assert due.trigger_version == len(case.history)
    assert due.citation == "AufenthG § 60c Abs. 5, § 16g"
    assert (due.rule_valid_from, due.unverified) == (date(2020, 1, 1), True)
    assert due.text is not None
    assert "nicht die Beratung" in due.text.de


def test_a_reminder_that_fired_is_told_with_its_day() -> None:
    """And the one to come with its day, and the highest one that was passed over."""
    case = woken(a_case(residence=status(until=date(2026, 11, 29))), date(2026, 10, 30))
    lines = told(case, EXPIRY, date(2026, 11, 2))
    assert lines[0] == "Aufenthaltsdokument läuft ab – Verlängerung prüfen: Sonntag, 29.11.2026."
    assert "Wiederholte Erinnerung für den 30.10.2026: ausgelöst am 30.10.2026." in lines
    assert any(line.startswith("Erste Erinnerung: nicht ausgelöst: am 30.09.2026") for line in lines)
    assert "Eskalation: geplant für den 13.11.2026." in lines
    assert any("[§ 26 Abs. 4 SGB X; § 31 Abs. 4 VwVfG]" in line for line in lines)
    assert any("zuletzt geprüft am 29.04.2026, vor der Reform vom 12.06.2026" in line for line in lines)
    english = told(case, EXPIRY, date(2026, 11, 2), "en")
    assert "Repeated reminder for 30 Oct 2026: fired on 30 Oct 2026." in english


def test_a_reminder_that_is_due_goes_out_in_the_morning() -> None:
    """Before the first wake of the day it is told as due."""
    case = a_case(residence=status(until=date(2026, 11, 29)))
    assert any("fällig" in line for line in told(case, EXPIRY, date(2026, 9, 30)))


def test_a_reminder_for_a_day_that_moved_is_told_as_past() -> None:
    """A corrected or renewed document leaves the trace of what was mailed."""
    case = woken(a_case(residence=status(until=date(2026, 11, 29))), date(2026, 10, 30))
    case.done(
        ChangeResidenceStatus(occurred_on=date(2026, 11, 10), residence=status(until=date(2027, 11, 29)))
    )
    lines = told(case, EXPIRY, date(2026, 11, 12))
    assert any("29.11.2027" in line for line in lines)
    assert any("ausgelöst am 30.10.2026 für einen Termin, der so nicht mehr gilt" in line for line in lines)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("training.60c_apply_from", "Der Auslöser liegt in diesem Fall nicht vor."),
        ("residence.25b_six_years", "Kann nicht berechnet werden: Das Einreisedatum ist nicht erfasst."),
        ("residence.extension_before_expiry", "Der Aufenthaltsstatus ist ein anderer."),
        ("promise.due", "Der Auslöser liegt in diesem Fall nicht vor."),
        ("residence.nothing", "Die Regel residence.nothing gibt es nicht."),
        ("training.60c_apply_from/7/x", "Der Auslöser liegt in diesem Fall nicht vor."),
    ],
)
def test_the_absence_of_a_date_has_a_reason(rule: str, sentence: str) -> None:
    """The question "why not?" always has an answer."""
    assert told(a_case(), rule, date(2026, 5, 4))[-1] == sentence


def test_a_birth_date_that_nobody_knows_is_not_guessed() -> None:
    """It cannot be computed, and says so."""
    lines = told(a_case(birth_date=None), "residence.25a_before_27", date(2026, 5, 4))
    assert lines[-1] == "Kann nicht berechnet werden: Das Geburtsdatum ist nicht bekannt."


def test_a_rule_the_path_does_not_watch_says_so() -> None:
    """And gives no date."""
    path = replace(PATH, watches=frozenset({"training"}))
    lines = explain(a_case().state, replace(terms(), path=path), EXPIRY)
    assert lines[-1].de == "Der Weg des Falls beobachtet diese Regel nicht."
    alone = replace(PATH, watches=frozenset({EXPIRY}))
    assert explain(a_case().state, replace(terms(), path=alone), EXPIRY)[0].de.startswith(
        "Aufenthaltsdokument"
    )


def test_a_closed_case_has_no_dates_of_the_law() -> None:
    """Only the follow-up is left."""
    case = a_case()
    case.done(
        CloseCase(
            occurred_on=date(2025, 12, 1),
            exit_reason=ExitReason.PLANNED_END,
            destination=Destination.EMPLOYMENT,
            reason="Ziel erreicht",
        )
    )
    assert [due.rule for due in case.agenda()] == ["follow_up.six_months"]
    assert told(case, EXPIRY, date(2026, 5, 4))[-1] == "Der Fall ist nicht offen."


def test_dates_of_the_law_never_stop_in_a_hold() -> None:
    """Same days, same reminders, never suspended; the internal date of the same case stands still and then moves."""
    case = a_case(refused())
    before = {due.id: due for due in case.agenda() if due.statutory}
    case.done(HoldCase(occurred_on=date(2026, 11, 25), ground=HoldReason.ILLNESS, until=date(2027, 3, 31)))
    held = {due.id: due for due in case.agenda()}
    assert {key: held[key] for key in before} == before
    assert not any(due.suspended for due in held.values() if due.statutory)
    contact = next(due for due in held.values() if due.rule == "contact.none")
    assert contact.suspended
    assert "Der Fall ruht: Dieser interne Termin steht still, es wird nicht erinnert." in told(
        case, "contact.none", date(2026, 12, 1)
    )
    case.done(ResumeCase(occurred_on=date(2026, 12, 25)))
    moved = next(due for due in case.agenda() if due.rule == "contact.none")
    assert moved.held_days == 30
    assert "Um 30 Tage Ruhen verschoben." in told(case, "contact.none", date(2026, 12, 28))


def test_the_authority_is_waited_for_while_something_lies_with_it() -> None:
    """Application and objection: the person may act, but we wait for the authority."""
    case = a_case(
        submitted(AuthoritySubject.TRAINING_PERMIT, date(2027, 1, 4)),
        refused(),
        remedy(RemedyStep.OBJECTION, date(2026, 12, 10)),
    )
    waiting = {due.rule: (due.duty_holder, due.waiting_on) for due in case.agenda()}
    for rule in ("remedies.inactivity_administrative", "remedies.inactivity_objection_social"):
        assert waiting[rule] == (DutyHolder.PARTICIPANT, DutyHolder.AUTHORITY)


def test_the_reminder_that_opens_a_window_falls_into_it() -> None:
    """Friday, 1 January 2027 is a holiday: reminded on Monday, when something can be handed in."""
    (due,) = [d for d in a_case(contract(date(2027, 8, 1))).agenda() if d.rule == "training.60c_apply_from"]
    assert due.due_on == date(2027, 1, 1)
    assert due.reminders[0].on == date(2027, 1, 4)


def test_an_opened_window_does_not_hide_what_is_due_next() -> None:
    """Lists of cases show the next date that can be missed."""
    case = a_case(residence=status(until=date(2027, 1, 9)))
    first = case.agenda()[0]
    found = soonest(due for due in case.agenda() if due.statutory)
    assert first.due_on < date(2026, 1, 1)
    assert found is not None
    assert found.rule == EXPIRY


def test_the_case_wakes_for_the_law() -> None:
    """The workflow sleeps until the next reminder of any date, and each is issued exactly once."""
    case = woken(a_case(residence=status(until=date(2026, 11, 29))), date(2026, 9, 29))
    t = terms(date(2026, 9, 29))
    state = replace(case.state, reminders=replace(case.state.reminders, undelivered=()))
    at = next_wake(state, agenda(state, PATH, CALENDAR, LAW), t.now)
    assert at is not None
    assert at.date() == date(2026, 9, 30)
    woken(case, date(2026, 9, 30), date(2026, 9, 30))
    (due,) = [due for due in case.agenda() if due.rule == EXPIRY]
    assert [sent.level for sent in due.sent] == [ReminderLevel.FIRST]
    assert reminder_reached(case.state, due, date(2026, 9, 30)) is None


def test_every_holder_and_level_has_a_name() -> None:
    """In both languages."""
    assert set(HOLDER_NAMES) == set(DutyHolder)
    assert set(LEVEL_NAMES) == set(ReminderLevel)
