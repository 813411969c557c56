"""Why a reminder fired or did not: told for those that fired, are planned, were passed over, held, moved or taken away."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agenda import Due
from domain.changes import ChangeResidenceStatus
from domain.coaching import RecordContact, SettlePromise
from domain.contact import ContactKind
from domain.corrections import CorrectEntry
from domain.hold import HoldCase, HoldReason, ResumeCase
from domain.refusals import Refusal
from domain.reminders import ConfirmDelivery, ReminderIssued, Wake
from domain.replacing import replace
from domain.values import StaffId
from domain.why import asked, why
from tests.domain.any_command import ANY_COMMAND
from tests.domain.ground import CaseFile, in_coaching, terms
from tests.domain.law_ground import a_case, status
from tests.domain.test_agenda import promise


def told(case: CaseFile, name: str, on: date, language: str = "de") -> list[str]:
    """The sentences of the answer on a day."""
    answer = why(case.history, terms(on), name)
    assert not isinstance(answer, Refusal), answer
    return [line.en if language == "en" else line.de for line in answer]


def contact_date(case: CaseFile) -> Due:
    """The date of the next contact."""
    return next(due for due in case.agenda() if due.rule == "contact.none")


def test_a_reminder_that_fired_says_when_and_to_whom_the_mail_went() -> None:
    """With the entries that say so."""
    case = in_coaching()
    name = contact_date(case).reminders[0].id
    case.when(Wake(occurred_on=date(2025, 4, 2)), on=date(2025, 4, 2))
    case.when(
        ConfirmDelivery(occurred_on=date(2025, 4, 2), reminder_id=name, sent_to=StaffId("cw-1")),
        on=date(2025, 4, 2),
    )
    lines = told(case, name, date(2025, 4, 3))
    assert lines[0] == f"Ja: erste Erinnerung, ausgelöst am 02.04.2025 (Eintrag {len(case.history) - 1})."
    assert lines[1] == "Die Mail ging am 02.04.2025 an cw-1."
    assert lines[2] == "Kein Kontakt seit längerer Zeit: Mittwoch, 02.04.2025."
    assert told(case, name, date(2025, 4, 3), "en")[0].startswith("Yes: first reminder, fired on 2 Apr 2025")


def test_a_planned_reminder_says_for_when() -> None:
    """Not yet."""
    case = in_coaching()
    name = contact_date(case).reminders[1].id
    assert told(case, name, date(2025, 4, 3))[0] == "Noch nicht: Sie ist für den 16.04.2025 geplant."


def test_a_hold_suppresses_a_reminder_and_then_moves_it() -> None:
    """While the case rests, and after it went on: the day it was meant for never comes again."""
    case = in_coaching()
    name = contact_date(case).reminders[0].id
    held = HoldCase(occurred_on=date(2025, 3, 20), ground=HoldReason.ILLNESS, until=date(2025, 4, 30))
    case.done(held)
    assert told(case, name, date(2025, 4, 5))[0] == (
        "Nein: Der Fall ruht, und an interne Termine wird dann nicht erinnert."
    )
    entry = len(case.history)
    case.done(ResumeCase(occurred_on=date(2025, 4, 10)))
    lines = told(case, name, date(2025, 4, 11))
    assert lines[0] == "Nein: Die erste Erinnerung ist nicht ausgelöst worden."
    assert lines[1] == (
        "Der Termin vom 02.04.2025 wurde auf den 23.04.2025 verlegt durch "
        f"Eintrag {entry + 1} („Fall wieder aufgenommen“ vom 10.04.2025)."
    )
    assert lines[2].startswith(f"Bis dahin ruhte der Fall seit dem 20.03.2025 (Eintrag {entry})")
    assert any("Um 21 Tage Ruhen verschoben" in line for line in lines)


def test_a_lower_level_that_was_passed_over_says_since_when_the_date_is_known() -> None:
    """A document that is recorded seven weeks before its end: sixty days before, nobody knew."""
    case = in_coaching()
    longer = status(until=date(2026, 1, 23))
    case.when(ChangeResidenceStatus(occurred_on=date(2025, 12, 1), residence=longer), on=date(2025, 12, 1))
    (due,) = [due for due in case.agenda() if due.rule == "residence.expiry"]
    lowest, repeated = due.reminders[:2]
    assert lowest.on < date(2025, 12, 1)
    case.when(Wake(occurred_on=date(2025, 12, 24)), on=date(2025, 12, 24))
    line = told(case, lowest.id, date(2025, 12, 28))[0]
    assert line == (
        "Nein: Für den 24.11.2025 vorgesehen, doch bekannt ist der Termin erst seit dem 01.12.2025 "
        f"(Eintrag {due.trigger_version}); seither gilt eine höhere Stufe (wiederholte Erinnerung)."
    )
    assert told(case, repeated.id, date(2025, 12, 28))[0].startswith("Ja: wiederholte Erinnerung")


def test_a_date_that_a_correction_took_away_names_the_correction() -> None:
    """What was mailed for it stays on record."""
    case = in_coaching().done(promise(date(2025, 5, 5), date(2025, 4, 1)))
    made = len(case.history)
    (due,) = [due for due in case.agenda() if due.rule == "promise.due"]
    struck = CorrectEntry(
        occurred_on=date(2025, 4, 3), version=made, replacement=None, reason="gehört zu einem anderen Fall"
    )
    case.done(struck)
    for name in (due.id, due.reminders[0].id):
        lines = told(case, name, date(2025, 5, 6))
        assert (
            f"Diesen Termin gibt es nicht mehr seit Eintrag {made + 1} („Eintrag berichtigt“ vom 03.04.2025) "
            f"zu Eintrag {made} („Zusage gegeben“)."
        ) in lines
    assert told(case, due.reminders[0].id, date(2025, 5, 6))[0] == (
        "Nein: Die erste Erinnerung ist nicht ausgelöst worden."
    )


def test_a_date_that_was_moved_by_a_correction_says_to_when() -> None:
    """A contact of 20 March that really was on 27 March."""
    contact = RecordContact(occurred_on=date(2025, 3, 20), kind=ContactKind.PHONE, held=True, minutes=5)
    case = in_coaching().done(contact)
    entry = case.history[-1]
    name = contact_date(case).reminders[0].id
    right = replace(entry.event, occurred_on=date(2025, 3, 27))
    case.done(
        CorrectEntry(occurred_on=date(2025, 4, 1), version=entry.version, replacement=right, reason="Tag")
    )
    lines = told(case, name, date(2025, 4, 22))
    assert lines[1].startswith("Der Termin vom 17.04.2025 wurde auf den 25.04.2025 verlegt durch Eintrag")


def test_a_kept_promise_says_which_entry_settled_it() -> None:
    """Nothing is left to remind of."""
    case = in_coaching().done(promise(date(2025, 5, 5), date(2025, 4, 1)))
    (due,) = [due for due in case.agenda() if due.rule == "promise.due"]
    promised = case.history[-1].event.promise_id
    case.done(SettlePromise(occurred_on=date(2025, 4, 20), promise_id=promised, kept=True))
    lines = told(case, due.reminders[0].id, date(2025, 5, 6))
    assert f"Diesen Termin gibt es nicht mehr seit Eintrag {len(case.history)}" in lines[1]


@pytest.mark.parametrize(
    "name",
    ["contact.none/1/2020-01-01/first", "contact.none/99", "contact.none/x/y/z", "contact.none//first"],
)
def test_what_was_never_planned_is_told_as_that(name: str) -> None:
    """No guess, no error."""
    lines = told(in_coaching(), name, date(2025, 4, 3))
    assert lines
    if asked(name).reminder_id:
        assert lines[0] == "Nein: Eine solche Erinnerung (erste Erinnerung) war nie geplant."


@pytest.mark.parametrize("name", ["", "/", "contact.nothing", "<b>/1", "Contact.none"])
def test_a_rule_that_is_none_is_refused(name: str) -> None:
    """With its id."""
    refusal = why(a_case().history, terms(), name)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == "agenda.rule_unknown"


@pytest.mark.thorough
@given(st.lists(ANY_COMMAND, max_size=10))
def test_every_reminder_there_ever_was_has_an_answer(commands: list[object]) -> None:
    """Planned after any entry, still there or not: the answer begins with yes, no or not yet, in both languages."""
    case, names = in_coaching(), set()
    for command in commands:
        case.when(command)
        names |= {reminder.id for due in case.agenda() for reminder in due.reminders}
    case.when(Wake(occurred_on=case.today))
    fired = {e.event.reminder_id for e in case.history if isinstance(e.event, ReminderIssued)}
    for name in sorted(names)[:40]:
        answer = why(case.history, terms(), name)
        assert not isinstance(answer, Refusal)
        assert answer[0].de.startswith("Ja" if name in fired else ("Nein", "Noch nicht"))
        assert answer[0].en.startswith("Yes" if name in fired else ("No", "Not yet"))
