"""Changes: what changes around a person is recorded once, with its day; what is so already is not recorded again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.changes import (
    AddNote,
    CaseHandedOver,
    ChangeContactWays,
    ChangeLegalRegime,
    ChangeMunicipality,
    ChangeResidenceStatus,
    ContactWaysChanged,
    HandOverCase,
    LegalRegimeChanged,
    MunicipalityChanged,
    NoteAdded,
    ResidenceStatusChanged,
)
from domain.intake import ContactChannel, ContactWay, Residence
from domain.values import Ags, LegalRegime, ResidenceStatus, StaffId
from tests.domain.ground import CaseFile, closed, in_coaching, only, rule_of

DAY = date(2025, 5, 5)
EXTENDED = Residence(status=ResidenceStatus.TOLERATION_60A, valid_from=DAY, valid_until=date(2026, 5, 4))
WAYS = (ContactWay(channel=ContactChannel.PHONE, value="0176 04069001"),)

CHANGES: dict[str, tuple[Any, type[Any]]] = {
    "residence": (ChangeResidenceStatus(occurred_on=DAY, residence=EXTENDED), ResidenceStatusChanged),
    "regime": (ChangeLegalRegime(occurred_on=DAY, regime=LegalRegime.SGB_II), LegalRegimeChanged),
    "municipality": (
        ChangeMunicipality(occurred_on=DAY, municipality=Ags("05334032")),
        MunicipalityChanged,
    ),
    "caseworker": (
        HandOverCase(occurred_on=DAY, caseworker=StaffId("cw-stolberg-1"), reason="Umzug"),
        CaseHandedOver,
    ),
    "ways": (ChangeContactWays(occurred_on=DAY, contact_ways=WAYS), ContactWaysChanged),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_recorded_and_repeating_it_is_not(name: str) -> None:
    command, event = CHANGES[name]
    file = in_coaching()
    assert isinstance(only(file.when(command)), event)
    assert file.when(command) == ()


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_changes_in_a_closed_case(name: str) -> None:
    command, _ = CHANGES[name]
    later = type(command)(
        **{f: getattr(command, f) for f in command.__dataclass_fields__ if f != "occurred_on"},
        occurred_on=date(2025, 11, 1),
    )
    assert rule_of(closed().when(later)) == "case.closed"


def test_the_state_shows_every_change() -> None:
    file = in_coaching().done(*(command for command, _ in CHANGES.values()))
    state = file.state
    assert (state.residence, state.legal_regime, state.municipality, state.caseworker) == (
        EXTENDED,
        LegalRegime.SGB_II,
        "05334032",
        "cw-stolberg-1",
    )
    assert state.intake.contact_ways == WAYS
    assert file.history[state.residence_version - 1].event.residence == EXTENDED


@pytest.mark.parametrize(
    ("valid_until", "rule"),
    [(DAY, ""), (date(2025, 5, 4), "residence.ends_before_start"), (None, "")],
)
def test_a_title_does_not_end_before_it_begins(valid_until: date | None, rule: str) -> None:
    residence = Residence(status=ResidenceStatus.PERMIT_25_5, valid_from=DAY, valid_until=valid_until)
    change = ChangeResidenceStatus(occurred_on=DAY, residence=residence)
    assert rule_of(in_coaching().when(change)) == rule


@pytest.mark.parametrize("ags", ["", "5334012", "053340120", "Aachen"])
def test_a_municipality_has_a_key_of_eight_digits(ags: str) -> None:
    change = ChangeMunicipality(occurred_on=DAY, municipality=Ags(ags))
    assert rule_of(in_coaching().when(change)) == "intake.ags_malformed"


@pytest.mark.parametrize(("text", "rule"), [("", "note.empty"), (" \n", "note.empty"), ("x", "")])
def test_a_note_says_something(text: str, rule: str) -> None:
    decision = in_coaching().when(AddNote(occurred_on=DAY, text=text))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), NoteAdded)


def test_a_note_may_be_added_to_a_closed_case() -> None:
    file: CaseFile = closed().done(
        AddNote(occurred_on=date(2025, 11, 1), text="Rückfrage", confidential=True)
    )
    assert file.state.notes == 1
