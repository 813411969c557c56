"""What entries say to a reader: titles for codes, dates as people write them, no technical ids, corrections as changes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.application import ApplicationAnswer, ApplicationAnswered, ApplicationSent
from domain.assessment import AssessmentRecorded
from domain.case_fold import CASE_EVENTS
from domain.coaching import PromiseKept, PromiseMade, StepAgreed, StepCompleted
from domain.code_titles import CODE_TITLES
from domain.contact import ContactHeld, ContactKind, ContactProof
from domain.corrections import EntryCorrected
from domain.path import ReminderLevel
from domain.personal import ERASED, personal_fields
from domain.recorded import Event
from domain.reminders import (
    ReminderDelivered,
    ReminderIssued,
    ReminderUndeliverable,
    UndeliverableReason,
)
from domain.routing import RecipientRole, Routing
from domain.seat_request import SeatOffered
from domain.values import (
    DutyHolder,
    LanguageAssessment,
    LanguageLevel,
    LanguageProof,
    LanguageSkill,
    NotStated,
    NotStatedReason,
    ParticipationId,
    SchoolLeaving,
    StaffId,
)
from services.bootstrap import rule_book
from services.case_reading import history_lines, rule_titles
from tests.domain.ground import CaseFile, in_ausbildung, in_course, open_case
from tests.golden.instances import example

DAY = date(2026, 12, 2)
RULES = rule_titles(rule_book())
CALL = ContactHeld(
    occurred_on=DAY, kind=ContactKind.PHONE, minutes=60, proof=ContactProof.PHONE_NOTE, note=""
)
FIRST, SECOND = UUID(int=1), UUID(int=2)
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|[0-9a-f]{8}$")


def told(*events: Event, language: str = "de") -> list[str]:
    """The details of a history of these events."""
    return [line.details for line in history_lines(CaseFile().given(*events).history, language, RULES)]


def step(step_id: UUID, text: str) -> StepAgreed:
    """A step for the participant."""
    return StepAgreed(occurred_on=DAY, step_id=step_id, text=text, owner=DutyHolder.PARTICIPANT, due_on=DAY)


def reminder(
    level: ReminderLevel = ReminderLevel.ESCALATED,
    rule: str = "contact.none",
    ground: Routing = Routing.IN_CHARGE,
) -> ReminderIssued:
    """A reminder that was issued."""
    return ReminderIssued(
        occurred_on=DAY,
        reminder_id=f"{rule}/1/{level.value}",
        due_id=f"{rule}/1",
        rule=rule,
        level=level,
        due_on=DAY,
        role=RecipientRole.CASEWORKER,
        caseworker=StaffId("cw-1"),
        issued_at=datetime(2026, 12, 2, 5, tzinfo=UTC),
        to=StaffId("cw-2"),
        ground=ground,
    )


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Kontaktart: Telefon, Minuten: 60, Nachweis: Telefonnotiz"),
        ("en", "kind of contact: phone, minutes: 60, proof: phone note"),
    ],
)
def test_codes_and_fields_are_told_in_the_language_of_the_reader(language: str, text: str) -> None:
    """German and English, and what is empty is not told."""
    assert told(CALL, language=language) == [text]


def test_the_opening_of_a_case_is_told_with_names_for_every_key() -> None:
    """Municipality, nationality, status and regime have names; a birth date known to the day is just a date."""
    [line] = history_lines(CaseFile().done(open_case()).history)
    for part in (
        "Kommune: 05334012 Eschweiler",
        "Name: Yusuf Haidari",
        "Geburtsdatum: 15.06.2003",
        "Geschlecht: männlich",
        "Staatsangehörigkeit: Afghanistan",
        "Aufenthalt: Duldung (§ 60a AufenthG), gültig ab 10.01.2025, gültig bis 09.01.2026",
    ):
        assert part in line.details
    assert "Genauigkeit" not in line.details
    assert "Geburtsmonat" not in line.details
    assert "durchstarten" not in line.details


def test_answers_not_given_are_told_with_their_reason() -> None:
    """Asked and not answered is told; not asked is left out."""
    assessed = AssessmentRecorded(
        occurred_on=DAY,
        needs=(),
        language=(
            LanguageAssessment(
                level=LanguageLevel.A2, proof=LanguageProof.TEST, skill=LanguageSkill.ORAL, assessed_on=DAY
            ),
        ),
        school_leaving=NotStated(not_stated=NotStatedReason.REFUSED),
        work_experience_months=None,
        remark="",
    )
    assert told(assessed) == [
        "Sprachstand: A2 mündlich (Test, 02.12.2026), Schulabschluss: keine Angabe (Auskunft verweigert)"
    ]
    proven = replace(assessed, language=(), school_leaving=SchoolLeaving.FOR)
    assert told(proven, language="en") == ["school leaving certificate: Fachoberschulreife (intermediate)"]


def test_what_was_erased_is_told_as_erased_in_both_languages() -> None:
    """The fact stays, the word is gone."""
    erased = replace(CALL, note=ERASED)
    assert told(erased)[0].endswith("Notiz: gelöscht")
    assert told(erased, language="en")[0].endswith("note: erased")


def test_a_reminder_is_told_shortly_with_the_title_of_its_rule() -> None:
    """Title, level and day; where it went or why it did not; never the ids it is made of."""
    issued = reminder()
    sent = ReminderDelivered(occurred_on=DAY, reminder_id=issued.reminder_id, sent_to=StaffId("ki-1"))
    lost = ReminderUndeliverable(
        occurred_on=DAY, reminder_id=issued.reminder_id, ground=UndeliverableReason.NO_ADDRESS
    )
    assert told(issued, sent, lost) == [
        "Kein Kontakt seit längerer Zeit – Eskalation, fällig 02.12.2026",
        "Kein Kontakt seit längerer Zeit – Eskalation, gesendet an: ki-1",
        "Kein Kontakt seit längerer Zeit – Eskalation, Grund: keine Adresse hinterlegt",
    ]
    assert told(issued, language="en") == ["No contact for some time – escalation, due 2026-12-02"]


def test_a_rule_that_nobody_knows_any_more_is_told_by_its_id() -> None:
    """An old reminder stays readable when its rule is gone from the tables."""
    assert told(reminder(ReminderLevel.FIRST, "gone.rule")) == [
        "gone.rule – erste Erinnerung, fällig 02.12.2026"
    ]


def test_every_rule_of_the_paths_and_of_the_law_has_a_title_for_the_history() -> None:
    """A reminder can name any of them."""
    book = rule_book()
    assert set(book.law.versions) <= RULES.keys()
    assert all(set(path.deadlines) <= RULES.keys() for path in book.paths.values())


def test_the_only_course_needs_no_number_and_two_are_told_apart_by_theirs() -> None:
    """Ids are left out; a number appears where one could not tell which is meant."""
    case = in_course()
    assert not [line.details for line in history_lines(case.history) if "Teilnahme:" in line.details]
    offered = next(entry.event for entry in case.history if isinstance(entry.event, SeatOffered))
    case.given(replace(offered, participation_id=ParticipationId(SECOND)))
    told_now = [line.details for line in history_lines(case.history) if "Teilnahme:" in line.details]
    assert [re.findall(r"Teilnahme: (\d)", text)[0] for text in told_now] == ["1", "1", "1", "1", "2"]


def test_a_promise_and_a_step_are_told_by_what_they_are() -> None:
    """Later entries name the thing by its text, for an id tells nobody anything."""
    made = PromiseMade(
        occurred_on=DAY, promise_id=FIRST, by=DutyHolder.PARTICIPANT, due_on=DAY, text="Zeugnisse mitbringen"
    )
    assert told(made, PromiseKept(occurred_on=DAY, promise_id=FIRST)) == [
        "zugesagt von: Teilnehmerin oder Teilnehmer, fällig: 02.12.2026, Text: Zeugnisse mitbringen",
        "Zusage: Zeugnisse mitbringen",
    ]
    done = StepCompleted(occurred_on=DAY, step_id=SECOND)
    assert told(step(FIRST, "Test machen"), step(SECOND, "Lebenslauf"), done)[2] == "Schritt: Lebenslauf"


def test_two_things_with_one_name_are_told_apart_by_their_number() -> None:
    """Two applications at one employer would read the same."""
    sent = ApplicationSent(
        occurred_on=DAY, application_id=FIRST, employer="Tischlerei Muster", occupation="22342"
    )
    lines = told(
        sent,
        replace(sent, application_id=SECOND),
        ApplicationAnswered(occurred_on=DAY, application_id=SECOND, answer=ApplicationAnswer.REJECTED),
    )
    assert lines == [
        "Bewerbung: 1, Betrieb: Tischlerei Muster, Beruf (KldB 2010): 22342",
        "Bewerbung: 2, Betrieb: Tischlerei Muster, Beruf (KldB 2010): 22342",
        "Bewerbung: Tischlerei Muster (2), Antwort: Absage",
    ]


def test_a_thing_whose_name_was_erased_is_told_by_its_number() -> None:
    """After an erasure the entries still say which step is meant."""
    lines = told(
        replace(step(FIRST, ""), text=ERASED),
        replace(step(SECOND, ""), text=ERASED),
        StepCompleted(occurred_on=DAY, step_id=SECOND),
    )
    assert lines[0].startswith("Schritt: 1")
    assert lines[2] == "Schritt: 2"


def test_a_correction_tells_what_changed_from_what_and_why() -> None:
    """Only the difference; the second correction differs from the first, not from the original."""
    correction = EntryCorrected(
        occurred_on=DAY, version=1, replacement=replace(CALL, minutes=45), reason="Liste nennt 45"
    )
    again = replace(correction, replacement=replace(CALL, minutes=45, occurred_on=date(2026, 12, 1)))
    assert told(CALL, correction, again)[1:] == [
        "Eintrag 1 (Kontakt): Minuten 45 statt 60, Begründung: Liste nennt 45",
        "Eintrag 1 (Kontakt): geschehen am 01.12.2026 statt 02.12.2026, Begründung: Liste nennt 45",
    ]
    assert told(CALL, correction, language="en")[1] == (
        "entry 1 (Contact held): minutes 45 instead of 60, reason: Liste nennt 45"
    )


def test_a_struck_out_entry_and_a_value_that_came_or_went_are_told() -> None:
    """Nothing is told as an empty place."""
    struck = EntryCorrected(occurred_on=DAY, version=1, replacement=None, reason="Doppelt")
    noted = replace(struck, replacement=replace(CALL, note="Mutter dabei"))
    assert told(CALL, struck)[1] == "Eintrag 1 (Kontakt) gestrichen, Begründung: Doppelt"
    assert told(CALL, noted)[1] == "Eintrag 1 (Kontakt): Notiz Mutter dabei statt nichts, Begründung: Doppelt"
    assert told(CALL, replace(struck, replacement=CALL))[1] == (
        "Eintrag 1 (Kontakt): nichts Sichtbares geändert, Begründung: Doppelt"
    )


def test_the_training_is_told_by_its_employer_and_the_calculation_in_german_only() -> None:
    """The calculation line is kept in German; an English reader is told the day that came out."""
    case = in_ausbildung()
    german = history_lines(case.history)[-1].details
    english = history_lines(case.history, "en")[-1].details
    assert "Ende der Probezeit: 30.11.2025" in german
    assert "Berechnung der Probezeit: " in german
    assert "end of probation: 2025-11-30" in english
    assert "calculation" not in english


def test_programs_find_the_stored_facts_beside_the_words() -> None:
    """Codes, ids and dates as stored; the entry inside a correction with its name; nothing empty."""
    correction = EntryCorrected(
        occurred_on=DAY, version=1, replacement=replace(CALL, minutes=45), reason="Liste nennt 45"
    )
    call, corrected = history_lines(CaseFile().given(CALL, correction).history)
    assert call.facts == {"kind": ContactKind.PHONE, "minutes": 60, "proof": ContactProof.PHONE_NOTE}
    assert call.corrected_by == 2
    assert corrected.facts["replacement"] == {
        "event": "contact_held",
        "occurred_on": DAY,
        "kind": ContactKind.PHONE,
        "minutes": 45,
        "proof": ContactProof.PHONE_NOTE,
    }


CODES = {code for _, code in CODE_TITLES if "_" in code}


@pytest.mark.parametrize("sparse", [False, True], ids=["full", "sparse"])
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("event_class", CASE_EVENTS, ids=lambda cls: cls.__name__)
def test_no_entry_shows_a_raw_code_or_an_id(event_class: type[Any], language: str, sparse: bool) -> None:
    """Whatever event comes, its line has no code with an underscore and nothing that looks like a UUID."""
    event = example(event_class, ContactHeld, sparse=sparse)
    [line] = history_lines(CaseFile().given(event).history, language, RULES)
    assert [code for code in CODES if code in line.details] == []
    assert UUID_TEXT.findall(line.details) == []


@pytest.mark.parametrize("event_class", CASE_EVENTS, ids=lambda cls: cls.__name__)
def test_no_entry_shows_anything_of_an_erased_person(event_class: type[Any]) -> None:
    """Every personal field reads as erased, in its own place, and nothing breaks."""
    full = example(event_class, ContactHeld, sparse=False)
    erased = replace(full, **dict.fromkeys(personal_fields(event_class), ERASED))
    [line] = history_lines(CaseFile().given(erased).history, "de", RULES)
    assert line.details.count("gelöscht") == len(personal_fields(event_class))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "an: cw-2, Grund: Vertretung während einer Abwesenheit"),
        ("en", "to whom: cw-2, ground: deputy during an absence"),
    ],
)
def test_a_reminder_that_went_to_another_says_to_whom_and_why(language: str, text: str) -> None:
    """One to the caseworker of the case needs no such words."""
    [away] = told(reminder(ground=Routing.ABSENCE), language=language)
    [usual] = told(reminder(), language=language)
    assert away == f"{usual}, {text}"
