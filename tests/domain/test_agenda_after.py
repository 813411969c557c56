"""The agenda of a case that goes on: taken over in parts, and never different from the one computed anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import pytest

from domain.agenda import AGENDA_FIELDS, LAW_FIELDS, Due, agenda, agenda_after
from domain.case_fold import evolve
from domain.case_state import CaseState
from domain.corrections import EntryCorrected
from domain.decision import RuleBook
from domain.intake import CaseOpened
from domain.law.dates import law_dates
from domain.path_dates import RULES
from domain.recorded import Event
from services.bootstrap import rule_book
from services.simulation.run import simulate

BOOK: RuleBook = rule_book()


@cache
def _histories() -> tuple[tuple[Event, ...], ...]:
    """The cases of a small town over a year, but those with corrections, which are folded anew."""
    streams: dict[UUID, list[Event]] = defaultdict(list)
    for append in simulate(15, 1, 3, date(2026, 10, 1), BOOK):
        streams[append.stream_id].extend(append.events)
    return tuple(
        tuple(events)
        for events in streams.values()
        if isinstance(events[0], CaseOpened) and not any(isinstance(e, EntryCorrected) for e in events)
    )


def _states(events: tuple[Event, ...]) -> Iterator[tuple[CaseState | None, CaseState]]:
    state: CaseState | None = None
    for version, event in enumerate(events, 1):
        before, state = state, evolve(state, event, version)  # type: ignore[arg-type] # events of one case
        yield before, state


class Guarded:
    """A case that gives some of its fields only."""

    def __init__(self, case: CaseState, allowed: tuple[str, ...]) -> None:
        self._case, self._allowed = case, allowed

    def __getattr__(self, name: str) -> Any:
        assert name in (*self._allowed, "open"), f"{name} is looked at"
        return getattr(self._case, name)


@pytest.mark.thorough
def test_every_step_gives_the_agenda_that_computing_it_anew_gives() -> None:
    """Whatever is taken over, nothing in it is stale."""
    taken_over = computed = 0
    for events in _histories():
        earlier: tuple[Due, ...] = ()
        for before, case in _states(events):
            path = BOOK.path(case.path_id, case.path_version)
            anew = agenda(case, path, BOOK.calendar, BOOK.law)
            if before is not None:
                after = agenda_after(before, earlier, case, path, BOOK.calendar, BOOK.law)
                assert after == anew
                kept = {id(due) for due in earlier} & {id(due) for due in after}
                taken_over += len(kept)
                computed += len(after) - len(kept)
            earlier = anew
    assert taken_over > 100
    assert computed > 100


def test_the_dates_look_at_no_other_field_than_those_that_are_compared() -> None:
    """What an agenda hangs on is listed by hand; a rule that looks further must be told to the list."""
    found = 0
    for events in _histories():
        for _, case in _states(events):
            path = BOOK.path(case.path_id, case.path_version)
            guarded: Any = Guarded(case, LAW_FIELDS)
            found += len(list(law_dates(guarded, path, BOOK.law, BOOK.calendar)))
            guarded = Guarded(case, AGENDA_FIELDS)
            for definition in path.deadlines.values():
                found += len(list(RULES[definition.rule](guarded, definition, BOOK.calendar)))
    assert found > 100
