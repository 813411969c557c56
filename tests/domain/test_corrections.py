"""Corrections: the earlier entry counts as corrected from now on, and the case must still make sense afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.case import fold
from domain.coaching import ContactHeld, ContactKind, ContactProof, RecordContact
from domain.corrections import CorrectEntry, EntryCorrected
from domain.intake import CaseOpened
from domain.recorded import Event
from domain.reminders import ReminderIssued, Wake
from domain.replacing import replace
from domain.values import ParticipantId
from tests.domain.ground import (
    CASE_ID,
    LATER,
    OPENED,
    CaseFile,
    closed,
    in_ausbildung,
    in_coaching,
    in_course,
    only,
    rule_of,
    terms,
)

TALK = date(2025, 4, 7)


def with_contact() -> CaseFile:
    """A case with one contact of 40 minutes, its last entry."""
    contact = RecordContact(
        occurred_on=TALK,
        kind=ContactKind.PHONE,
        held=True,
        minutes=40,
        proof=ContactProof.PHONE_NOTE,
    )
    return in_coaching().done(contact)


def entry(file: CaseFile, kind: type[Event]) -> Any:
    """The first entry of this kind."""
    return next(e for e in file.history if isinstance(e.event, kind))


def correct(version: int, replacement: Event | None, **changes: Any) -> CorrectEntry:
    """A correction of today."""
    values: dict[str, Any] = {
        "occurred_on": LATER,
        "version": version,
        "replacement": replacement,
        "reason": "Zahlendreher",
    }
    return CorrectEntry(**(values | changes))


def test_the_corrected_value_counts_and_the_old_one_stays_in_the_log() -> None:
    file = with_contact()
    wrong = entry(file, ContactHeld)
    event = only(file.when(correct(wrong.version, replace(wrong.event, minutes=50))))
    assert isinstance(event, EntryCorrected)
    assert file.state.coaching.minutes == 50
    assert fold(file.history[:-1]).coaching.minutes == 40  # type: ignore[union-attr] # the case exists
    assert entry(file, ContactHeld).event.minutes == 40


def test_the_latest_correction_of_an_entry_counts() -> None:
    file = with_contact()
    wrong = entry(file, ContactHeld)
    for minutes in (50, 55, 45):
        file.done(correct(wrong.version, replace(wrong.event, minutes=minutes)))
    assert file.state.coaching.minutes == 45
    assert file.state.corrections == 3


def test_what_counts_already_is_not_corrected_again() -> None:
    file = with_contact()
    wrong = entry(file, ContactHeld)
    assert file.when(correct(wrong.version, wrong.event)) == ()
    changed = correct(wrong.version, replace(wrong.event, minutes=50))
    file.done(changed)
    assert file.when(changed) == ()
    assert isinstance(only(file.when(correct(wrong.version, wrong.event))), EntryCorrected)


def test_a_struck_out_contact_never_took_place() -> None:
    file = with_contact()
    file.done(correct(entry(file, ContactHeld).version, None))
    assert (file.state.coaching.contacts_held, file.state.coaching.last_contact_on) == (0, None)
    assert file.state.version == len(file.history)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"reason": " "}, "correction.reason_missing"),
        ({"version": 0}, "correction.entry_unknown"),
        ({"version": 99}, "correction.entry_unknown"),
        ({"occurred_on": LATER + timedelta(days=1)}, "case.in_the_future"),
        ({"occurred_on": TALK}, ""),
        ({"occurred_on": TALK - timedelta(days=1)}, "correction.before_entry"),
        ({"occurred_on": date(1, 1, 1)}, "correction.before_entry"),
    ],
)
def test_a_correction_has_a_reason_an_entry_and_a_day(changes: dict[str, Any], rule: str) -> None:
    file = with_contact()
    wrong = entry(file, ContactHeld)
    command = correct(**({"version": wrong.version, "replacement": None} | changes))
    assert rule_of(file.when(command)) == rule


def test_an_entry_stays_of_its_kind_and_keeps_its_ids() -> None:
    file = with_contact()
    talk, opened = entry(file, ContactHeld), entry(file, CaseOpened)
    assert rule_of(file.when(correct(talk.version, opened.event))) == "correction.other_kind"
    other = replace(opened.event, participant_id=ParticipantId(CASE_ID))
    assert rule_of(file.when(correct(1, other))) == "correction.id_changed"
    for changed in ({"path": "other"}, {"path_version": 2}, {"synthetic": True}):
        assert rule_of(file.when(correct(1, replace(opened.event, **changed)))) == "correction.path_changed"
    later = replace(talk.event, occurred_on=LATER + timedelta(days=1))
    assert rule_of(file.when(correct(talk.version, later))) == "case.in_the_future"


@pytest.mark.parametrize("kind", ["CaseOpened", "PlanAgreed", "CoachAssigned", "CourseStarted"])
def test_what_others_rest_on_is_not_struck_out(kind: str) -> None:
    file = in_course()
    found = next(e for e in file.history if type(e.event).__name__ == kind)
    assert rule_of(file.when(correct(found.version, None))) == "correction.not_strikable"


def test_what_the_system_wrote_is_not_corrected() -> None:
    file = with_contact()
    talk = entry(file, ContactHeld)
    file.done(correct(talk.version, replace(talk.event, minutes=50)), Wake(occurred_on=LATER))
    for kind in (EntryCorrected, ReminderIssued):
        found = entry(file, kind)
        assert rule_of(file.when(correct(found.version, None))) == "correction.not_correctable"


def _moved(file: CaseFile, kind: str, **changes: Any) -> CorrectEntry:
    found = next(e for e in file.history if type(e.event).__name__ == kind)
    return correct(found.version, replace(found.event, **changes))


@pytest.mark.parametrize(
    ("file", "kind", "changes", "rule"),
    [
        (in_course(), "CourseStarted", {"occurred_on": date(2025, 5, 5)}, ""),
        (in_course(), "CourseStarted", {"occurred_on": date(2025, 5, 6)}, ""),
        (in_course(), "CourseStarted", {"occurred_on": date(2025, 5, 4)}, "correction.contradicts"),
        (in_course(), "SeatRequested", {"occurred_on": date(2025, 5, 6)}, "correction.contradicts"),
        (closed(), "CaseClosed", {"occurred_on": date(2025, 10, 2)}, ""),
        (closed(), "CaseClosed", {"occurred_on": date(2025, 3, 1)}, "correction.before_first_contact"),
        (closed(), "CaseClosed", {"occurred_on": date(2025, 3, 9)}, "correction.contradicts"),
        (in_ausbildung(), "ContractSigned", {"ends_on": date(2025, 8, 1)}, "correction.contradicts"),
        (with_contact(), "ContactHeld", {"occurred_on": OPENED}, ""),
        (
            with_contact(),
            "ContactHeld",
            {"occurred_on": OPENED - timedelta(days=1)},
            "correction.before_first_contact",
        ),
        (with_contact(), "CaseOpened", {"occurred_on": OPENED - timedelta(days=9)}, ""),
        (
            with_contact(),
            "CaseOpened",
            {"occurred_on": OPENED + timedelta(days=1)},
            "correction.before_first_contact",
        ),
    ],
)
def test_a_correction_must_not_make_the_case_contradict_itself(
    file: CaseFile, kind: str, changes: dict[str, Any], rule: str
) -> None:
    assert rule_of(file.when(_moved(file, kind, **changes))) == rule


def test_a_corrected_birth_date_moves_the_month_kept_for_statistics() -> None:
    file = with_contact()
    file.done(_moved(file, "CaseOpened", birth_date=date(2001, 2, 3)))
    assert file.state.intake.birth_month == date(2001, 2, 1)


def test_a_correction_without_a_history_is_asked_to_come_with_one() -> None:
    from domain.case import decide

    file = with_contact()
    assert rule_of(decide(correct(1, None), file.state, terms())) == "correction.needs_history"
    assert rule_of(CaseFile().when(correct(1, None))) == "case.unknown"
