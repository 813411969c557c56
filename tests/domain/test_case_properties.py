"""Whatever is commanded in whatever order: nothing raises, folding is one thing, and nothing personal leaks."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from adapters.event_codec import EventCodec
from domain.case import evolve, fold
from domain.case_corrections import contradictions
from domain.case_state import CaseState
from domain.corrections import EntryCorrected
from domain.events import EVENTS
from domain.grant import GrantState
from domain.offering import OfferState
from domain.recorded import Recorded
from domain.refusals import Refusal
from tests.domain.any_command import ANY_COMMAND, CORRECTION, MARK, Moved, marked_case
from tests.domain.ground import CASE_ID, CaseFile

CODEC = EventCodec(EVENTS)
KEY = AESGCM(bytes(range(32)))
COMMANDS = st.lists(ANY_COMMAND, max_size=12)
WITH_CORRECTIONS = st.lists(st.one_of(ANY_COMMAND, CORRECTION), max_size=12)


def lived(commands: list[Any]) -> tuple[CaseFile, list[Refusal]]:
    """The case after ``commands``, and the refusals on the way."""
    file, refusals = marked_case(), []
    for command in commands:
        decision = file.when(command.of(file) if isinstance(command, Moved) else command)
        if isinstance(decision, Refusal):
            refusals.append(decision)
    return file, refusals


def step_by_step(history: list[Recorded[Any]], case: CaseState | None = None) -> CaseState | None:
    """Folded with ``evolve`` alone."""
    for entry in history:
        case = evolve(case, entry.event, entry.version)
    return case


@given(COMMANDS, st.integers(0, 40))
def test_folding_in_two_chunks_equals_folding_at_once(commands: list[Any], cut: int) -> None:
    """As long as no correction reaches back; and ``evolve`` never raises on what was decided."""
    history = lived([c for c in commands if not hasattr(c, "replacement")])[0].history
    assert step_by_step(history) == fold(history)
    assert step_by_step(history[cut:], step_by_step(history[:cut])) == fold(history)


@pytest.mark.thorough
@given(WITH_CORRECTIONS)
def test_a_case_folds_the_same_after_storing_and_reloading(commands: list[Any]) -> None:
    """Every event through the codec and back, personal fields sealed and opened."""
    history = lived(commands)[0].history
    reloaded = [
        entry._replace(
            event=CODEC.decode(
                CODEC.encode(entry.event, CASE_ID, entry.version, KEY), CASE_ID, entry.version, KEY
            )
        )
        for entry in history
    ]
    assert [entry.event for entry in reloaded] == [entry.event for entry in history]
    assert fold(reloaded) == fold(history)


@given(WITH_CORRECTIONS)
def test_a_refusal_speaks_both_languages_and_names_nobody(commands: list[Any]) -> None:
    """Refusals travel through logs and workflow histories."""
    for refusal in lived(commands)[1]:
        assert refusal.de.strip()
        assert refusal.en.strip()
        assert refusal.de != refusal.en
        assert MARK not in refusal.de + refusal.en + refusal.rule_id


@given(WITH_CORRECTIONS, st.dates(date(2025, 3, 3), date(2025, 12, 31)))
def test_the_case_can_be_shown_as_of_any_day(commands: list[Any], day: date) -> None:
    """Also after corrections: a day never asks for what the case cannot say."""
    file = lived(commands)[0]
    as_of = fold(file.history, as_of=day)
    assert as_of is None or as_of.intake.opened_on <= day


@given(WITH_CORRECTIONS)
def test_corrections_bring_no_contradiction_into_a_case(commands: list[Any]) -> None:
    """What was sound stays sound: every correction is looked at before it is recorded."""
    file = marked_case()
    for command in commands:
        before = contradictions(file.state)
        decision = file.when(command.of(file) if isinstance(command, Moved) else command)
        if not isinstance(decision, Refusal) and any(isinstance(e, EntryCorrected) for e in decision):
            assert contradictions(file.state) <= before


@pytest.mark.parametrize("cls", [CaseState, OfferState, GrantState])
def test_states_are_values(cls: type[Any]) -> None:
    """No state can be changed in place, so one that was handed out stays as it was."""
    assert hasattr(cls, "__slots__")
    with pytest.raises(FrozenInstanceError):
        setattr(object.__new__(cls), "version", 2)  # noqa: B010 - mypy knows that it is frozen
