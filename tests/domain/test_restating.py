"""A correction is held to the rules of the command that made the entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.case_corrections import NOT_CORRECTABLE
from domain.case_fold import CASE_EVENTS
from domain.changes import ChangeMunicipality, MunicipalityChanged
from domain.coaching import ContactHeld, ContactKind, RecordContact
from domain.corrections import CorrectEntry, EntryCorrected
from domain.intake import CaseOpened, PersonName
from domain.refusals import Refusal
from domain.restating import restated
from domain.values import Ags
from tests.domain.ground import CaseFile, in_coaching, in_course
from tests.golden.instances import example

CONTACT_ON = date(2025, 3, 12)


def with_contact() -> CaseFile:
    """A case whose latest entry is a contact of 60 minutes."""
    return in_coaching().done(
        RecordContact(occurred_on=CONTACT_ON, kind=ContactKind.IN_PERSON, held=True, minutes=60, note="x")
    )


def correct(case: CaseFile, version: int, **changes: Any) -> Any:
    """Correct entry ``version`` by ``changes``."""
    event = case.history[version - 1].event
    return case.when(
        CorrectEntry(
            occurred_on=case.today,
            version=version,
            replacement=replace(event, **changes),
            reason="Tippfehler",
        )
    )


@pytest.mark.parametrize(
    "cls", [c for c in CASE_EVENTS if c not in NOT_CORRECTABLE], ids=lambda c: c.__name__
)
def test_every_correctable_event_leads_back_to_its_command(cls: type[Any]) -> None:
    """A kind of entry without a command would be corrected unchecked."""
    assert restated(example(cls, ContactHeld, sparse=False)) is not None


@pytest.mark.parametrize("cls", NOT_CORRECTABLE, ids=lambda c: c.__name__)
def test_what_no_person_records_has_no_command_to_go_back_to(cls: type[Any]) -> None:
    """Reminders, answers of offers and the like."""
    assert restated(example(cls, ContactHeld, sparse=False)) is None


@pytest.mark.parametrize(("minutes", "accepted"), [(45, True), (1440, True), (1441, False), (-5, False)])
def test_a_corrected_contact_lasts_between_0_and_1440_minutes(minutes: int, accepted: bool) -> None:
    """The same bounds as when the contact is recorded."""
    case = with_contact()
    decision = correct(case, len(case.history), minutes=minutes)
    if accepted:
        assert [type(e) for e in decision] == [EntryCorrected]
        assert case.state.coaching.minutes == minutes
    else:
        assert isinstance(decision, Refusal)
        assert decision.rule_id == "contact.minutes_out_of_range"


def test_a_name_cannot_be_corrected_to_nothing() -> None:
    """Opening a case without a name is refused, and so is correcting it away."""
    case = with_contact()
    assert isinstance(case.history[0].event, CaseOpened)
    decision = correct(case, 1, name=PersonName(family_name="  "))
    assert isinstance(decision, Refusal)
    assert decision.rule_id.startswith("name.")


def test_a_municipality_key_keeps_its_eight_digits() -> None:
    """A malformed key is refused in a correction as in the command."""
    case = with_contact().done(ChangeMunicipality(occurred_on=CONTACT_ON, municipality=Ags("05334004")))
    assert isinstance(case.history[-1].event, MunicipalityChanged)
    decision = correct(case, len(case.history), municipality=Ags("5334004"))
    assert isinstance(decision, Refusal)
    assert decision.rule_id == "intake.ags_malformed"


def test_an_entry_is_corrected_on_the_case_as_it_was_before_it() -> None:
    """The start of a running course moves by a correction, though a running course cannot start again."""
    case = in_course()
    version = next(e.version for e in case.history if type(e.event).__name__ == "CourseStarted")
    assert not isinstance(correct(case, version, occurred_on=date(2025, 5, 6)), Refusal)
    assert case.state.course.participations[0].entered_on == date(2025, 5, 6)


def test_a_contact_keeps_being_a_contact_after_later_entries() -> None:
    """Correcting an early entry does not ask what the case allows today."""
    case = with_contact()
    version = len(case.history)
    case.done(RecordContact(occurred_on=date(2025, 3, 20), kind=ContactKind.PHONE, held=False))
    assert not isinstance(correct(case, version, minutes=30), Refusal)
    assert isinstance(case.history[version - 1].event, ContactHeld)
