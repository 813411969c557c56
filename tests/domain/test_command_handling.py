"""Command handling: load, decide, append; a command counts once, a conflict is decided anew, a refusal writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from adapters.in_memory import InMemoryEventStore
from domain.changes import AddNote
from domain.command_handling import (
    MOST_ATTEMPTS,
    Accepted,
    CommandContext,
    TooManyConflicts,
    decide_case,
    decide_grant,
    decide_offer,
    handle,
)
from domain.grant import GrantNoticeReceived
from domain.offering import ConfirmSeat, OfferPublished
from domain.ports import Append, Appended, VersionConflict
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.values import ParticipationId
from tests.domain.ground import CASE_ID, LATER, closing, in_coaching, open_case, terms
from tests.domain.test_grant import notice as grant_notice
from tests.domain.test_offering import publish

NOW = datetime(2025, 12, 30, 10, tzinfo=UTC)


def store() -> InMemoryEventStore:
    """An empty store whose clock stands still."""
    return InMemoryEventStore(lambda: NOW)


def context(number: int, if_version: int | None = None) -> CommandContext:
    """The command with this id."""
    return CommandContext(command_id=UUID(int=number), actor="cw", organisation="org", if_version=if_version)


async def give(
    events: Any, command: Any, number: int, if_version: int | None = None, stream: UUID = CASE_ID
) -> Any:
    """Give a case command."""
    return await handle(
        events, decide_case, stream, command, context(number, if_version), lambda history: terms()
    )


def note(text: str = "x", on: date = LATER) -> AddNote:
    """A note."""
    return AddNote(occurred_on=on, text=text)


async def opened() -> InMemoryEventStore:
    """A store with one case."""
    events = store()
    assert isinstance(await give(events, open_case(), 1), Accepted)
    return events


async def test_an_accepted_command_says_where_its_effect_is() -> None:
    events = await opened()
    outcome = await give(events, note(), 2)
    assert (outcome.position, outcome.version, outcome.repeated) == (2, 2, False)
    [entry] = await events.load(CASE_ID, after_version=1)
    assert entry.event == outcome.events[0]
    assert (entry.command_id, entry.actor, entry.organisation) == (UUID(int=2), "cw", "org")


async def test_the_same_command_twice_has_one_effect_and_one_answer() -> None:
    events = await opened()
    first = await give(events, note(), 2)
    await give(events, note("y"), 3)
    again = await give(events, note(), 2)
    assert (again.position, again.version, again.events) == (first.position, first.version, first.events)
    assert again.repeated
    assert len(await events.load(CASE_ID)) == 3


async def test_a_repeated_command_of_several_events_answers_with_all_of_them() -> None:
    events = store()
    for number, entry in enumerate(in_coaching().history, 1):
        appending = Append(
            stream_id=CASE_ID,
            expected_version=number - 1,
            events=(entry.event,),
            command_id=UUID(int=number),
            actor="cw",
            organisation="org",
        )
        await events.append(appending)
    first = await give(events, closing(), 100)
    assert len(first.events) == 2
    await give(events, note(), 101)
    again = await give(events, closing(), 100)
    assert (again.events, again.version, again.repeated) == (first.events, first.version, True)


async def test_a_refusal_writes_nothing() -> None:
    events = await opened()
    outcome = await give(events, note(" "), 2)
    assert isinstance(outcome, Refusal)
    assert len(await events.load(CASE_ID)) == 1
    assert isinstance(await give(events, note("jetzt"), 2), Accepted)


async def test_what_is_so_already_is_accepted_without_events() -> None:
    events = await opened()
    from domain.closing import ReopenCase

    outcome = await give(events, ReopenCase(occurred_on=LATER, reason="x"), 2)
    assert (outcome.events, outcome.version, outcome.position) == ((), 1, 1)


@pytest.mark.parametrize(("version", "accepted"), [(1, True), (0, False), (2, False), (-1, False)])
async def test_a_command_for_a_version_is_refused_when_work_went_on(version: int, accepted: bool) -> None:
    events = await opened()
    outcome = await give(events, note(), 2, if_version=version)
    assert isinstance(outcome, Accepted) is accepted
    if isinstance(outcome, Refusal):
        assert outcome.rule_id == "stream.changed"


async def test_two_commands_at_once_both_count_one_after_the_other() -> None:
    events = await opened()
    outcomes = await asyncio.gather(*(give(events, note(str(n)), n) for n in range(2, 7)))
    assert sorted(outcome.version for outcome in outcomes) == [2, 3, 4, 5, 6]


async def test_the_same_command_twice_at_once_counts_once() -> None:
    events = await opened()
    outcomes = await asyncio.gather(*(give(events, note(), 2) for _ in range(3)))
    assert {(o.version, o.events) for o in outcomes} == {(2, outcomes[0].events)}
    assert len(await events.load(CASE_ID)) == 2


class Contested(InMemoryEventStore):
    """A store on which somebody else is always a moment faster."""

    appends = 0

    async def append(self, append: Append) -> Appended:
        """Never succeed."""
        self.appends += 1
        raise VersionConflict("somebody else")

    async def load(
        self, stream_id: UUID, *, after_version: int = 0, known_position: int | None = None
    ) -> list[Recorded[Any]]:
        """One case, which never changes."""
        return in_coaching().history


async def test_after_many_conflicts_in_a_row_the_command_is_given_back() -> None:
    contested = Contested(lambda: NOW)
    with pytest.raises(TooManyConflicts):
        await give(contested, note(), 500)
    assert contested.appends == MOST_ATTEMPTS


async def test_offers_and_grants_are_handled_the_same_way() -> None:
    events = store()

    def no_terms(history: Sequence[Recorded[Any]]) -> None:
        return None

    offer, grant = UUID(int=61), UUID(int=62)
    published = await handle(events, decide_offer, offer, publish(), context(1), no_terms)
    received = await handle(events, decide_grant, grant, grant_notice(), context(2), no_terms)
    assert isinstance(published, Accepted)
    assert isinstance(received, Accepted)
    assert isinstance(published.events[0], OfferPublished)
    assert isinstance(received.events[0], GrantNoticeReceived)
    confirm = ConfirmSeat(occurred_on=LATER, participation_id=ParticipationId(CASE_ID))
    assert isinstance(await handle(events, decide_offer, offer, confirm, context(3), no_terms), Refusal)


def test_a_case_is_decided_on_terms() -> None:
    with pytest.raises(ValueError, match="terms"):
        decide_case(open_case(), (), None)
