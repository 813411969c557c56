"""What every domain.ports.EventStore does; the real one and the in-memory one run these same tests."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.personal import ERASED
from domain.ports import Append, Appended, EventStore, KeyUnavailable, VersionConflict
from domain.recorded import Event
from tests.adapters.sample_events import AMENDED, AMENDED_BECAUSE, BEGUN, MEASURED, NOTED

INSTANT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StoreUnderTest:
    """A store and the way to erase a participant in it."""

    store: EventStore
    destroy: Callable[[UUID], Awaitable[int]]


def append(
    stream_id: UUID,
    expected_version: int,
    *events: Event,
    command_id: UUID | None = None,
    recorded_at: datetime | None = None,
) -> Append:
    return Append(
        stream_id=stream_id,
        expected_version=expected_version,
        events=events,
        command_id=command_id,
        actor="staff-7",
        organisation="org-1",
        recorded_at=recorded_at,
    )


def begun(participant_id: UUID) -> Event:
    return dataclasses.replace(BEGUN, participant_id=participant_id)


class EventStoreContract:
    """Subclasses give the fixture ``tested``: a store over the sample events with nothing in it."""

    async def test_a_stream_that_does_not_exist_is_empty(self, tested: StoreUnderTest) -> None:
        """Not an error."""
        assert list(await tested.store.load(uuid4())) == []

    async def test_what_was_appended_is_loaded_in_order(self, tested: StoreUnderTest) -> None:
        """With its place, its envelope, and the command id on the first event of the command only."""
        stream, command_id = uuid4(), uuid4()
        events = (begun(uuid4()), MEASURED, NOTED)
        appended = await tested.store.append(
            append(stream, 0, *events, command_id=command_id, recorded_at=INSTANT)
        )
        assert appended == Appended(last_position=3, version=3, recorded_at=INSTANT)
        entries = await tested.store.load(stream)
        assert [entry.event for entry in entries] == list(events)
        assert [repr(entry.event) for entry in entries] == [repr(event) for event in events]
        assert [(entry.position, entry.version) for entry in entries] == [(1, 1), (2, 2), (3, 3)]
        assert [entry.command_id for entry in entries] == [command_id, None, None]
        envelopes = {
            (entry.stream_id, entry.recorded_at, entry.actor, entry.organisation) for entry in entries
        }
        assert envelopes == {(stream, INSTANT, "staff-7", "org-1")}

    async def test_a_later_command_goes_on_behind(self, tested: StoreUnderTest) -> None:
        """At the version it was decided on."""
        stream = uuid4()
        await tested.store.append(append(stream, 0, begun(uuid4())))
        appended = await tested.store.append(append(stream, 1, AMENDED, AMENDED_BECAUSE))
        assert (appended.version, appended.last_position) == (3, 3)
        assert [entry.event for entry in await tested.store.load(stream, after_version=1)] == [
            AMENDED,
            AMENDED_BECAUSE,
        ]
        assert list(await tested.store.load(stream, after_version=3)) == []

    async def test_positions_count_the_whole_log(self, tested: StoreUnderTest) -> None:
        """A stream is read as known at a position of the log."""
        one, other = uuid4(), uuid4()
        await tested.store.append(append(one, 0, MEASURED))
        await tested.store.append(append(other, 0, MEASURED))
        appended = await tested.store.append(append(one, 1, MEASURED))
        assert appended.last_position == 3
        assert [entry.position for entry in await tested.store.load(one)] == [1, 3]
        assert [entry.position for entry in await tested.store.load(one, known_position=2)] == [1]
        assert list(await tested.store.load(one, after_version=1, known_position=2)) == []

    @pytest.mark.parametrize("expected_version", [0, 1, 3, 1000])
    async def test_another_version_than_expected_is_refused(
        self, tested: StoreUnderTest, expected_version: int
    ) -> None:
        """Behind, ahead, or absurd; and nothing is written."""
        stream = uuid4()
        await tested.store.append(append(stream, 0, MEASURED, MEASURED))
        with pytest.raises(VersionConflict):
            await tested.store.append(append(stream, expected_version, MEASURED))
        assert len(await tested.store.load(stream)) == 2

    async def test_a_stream_cannot_begin_in_the_middle(self, tested: StoreUnderTest) -> None:
        """A stream that does not exist is at version 0."""
        with pytest.raises(VersionConflict):
            await tested.store.append(append(uuid4(), 1, MEASURED))

    async def test_a_command_is_recorded_once_per_stream(self, tested: StoreUnderTest) -> None:
        """Also at the right version; in another stream the same id is another command."""
        stream, command_id = uuid4(), uuid4()
        await tested.store.append(append(stream, 0, MEASURED, command_id=command_id))
        for expected_version in (0, 1):
            with pytest.raises(VersionConflict):
                await tested.store.append(append(stream, expected_version, MEASURED, command_id=command_id))
        await tested.store.append(append(uuid4(), 0, MEASURED, command_id=command_id))
        assert len(await tested.store.load(stream)) == 1

    async def test_of_many_writers_at_once_one_wins(self, tested: StoreUnderTest) -> None:
        """The others are told, and nothing of theirs is there."""
        stream = uuid4()
        await tested.store.append(append(stream, 0, begun(uuid4())))
        attempts = (append(stream, 1, NOTED, MEASURED, command_id=uuid4()) for _ in range(10))
        outcomes = await asyncio.gather(*map(tested.store.append, attempts), return_exceptions=True)
        assert sum(isinstance(outcome, Appended) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, VersionConflict) for outcome in outcomes) == 9
        assert len(await tested.store.load(stream)) == 3

    async def test_recorded_at_never_runs_backwards(self, tested: StoreUnderTest) -> None:
        """An earlier instant becomes that of the entry before."""
        stream = uuid4()
        await tested.store.append(append(stream, 0, MEASURED, recorded_at=INSTANT))
        appended = await tested.store.append(
            append(stream, 1, MEASURED, recorded_at=INSTANT - timedelta(days=1))
        )
        assert appended.recorded_at == INSTANT
        assert [entry.recorded_at for entry in await tested.store.load(stream)] == [INSTANT, INSTANT]

    async def test_an_instant_that_is_not_given_is_that_of_the_log(self, tested: StoreUnderTest) -> None:
        """Aware, and the same for all events of the command."""
        stream = uuid4()
        appended = await tested.store.append(append(stream, 0, MEASURED, MEASURED))
        assert appended.recorded_at.utcoffset() == timedelta(0)
        assert {entry.recorded_at for entry in await tested.store.load(stream)} == {appended.recorded_at}

    async def test_an_append_without_events_is_refused(self, tested: StoreUnderTest) -> None:
        """A command that changes nothing appends nothing."""
        with pytest.raises(ValueError, match="append without"):
            await tested.store.append(append(uuid4(), 0))

    async def test_personal_fields_need_a_stream_of_a_participant(self, tested: StoreUnderTest) -> None:
        """An offer or a grant cannot hold a name, not even inside a carried event; nothing is written."""
        stream = uuid4()
        for events in ((NOTED,), (MEASURED, AMENDED)):
            with pytest.raises(KeyUnavailable):
                await tested.store.append(append(stream, 0, *events))
        assert list(await tested.store.load(stream)) == []

    async def test_an_erasure_takes_the_personal_fields_and_leaves_the_rest(
        self, tested: StoreUnderTest
    ) -> None:
        """In all streams of the participant and in no other."""
        participant, other = uuid4(), uuid4()
        streams = [uuid4(), uuid4(), uuid4()]
        for stream, owner in zip(streams, (participant, participant, other), strict=True):
            await tested.store.append(append(stream, 0, begun(owner), NOTED, AMENDED, MEASURED))
        assert await tested.destroy(participant) == 2
        noted = dataclasses.replace(NOTED, text=ERASED)
        first = dataclasses.replace(
            BEGUN, participant_id=participant, name=ERASED, birth_date=ERASED, salary_cents=ERASED
        )
        for stream in streams[:2]:
            events = [entry.event for entry in await tested.store.load(stream)]
            assert events == [first, noted, dataclasses.replace(AMENDED, replacement=noted), MEASURED]
        kept = [entry.event for entry in await tested.store.load(streams[2])]
        assert kept == [begun(other), NOTED, AMENDED, MEASURED]

    async def test_after_an_erasure_only_facts_without_personal_fields_are_added(
        self, tested: StoreUnderTest
    ) -> None:
        """Neither to the old case, nor as a new case of the same participant."""
        participant, stream = uuid4(), uuid4()
        await tested.store.append(append(stream, 0, begun(participant)))
        await tested.destroy(participant)
        with pytest.raises(KeyUnavailable):
            await tested.store.append(append(stream, 1, NOTED))
        with pytest.raises(KeyUnavailable):
            await tested.store.append(append(uuid4(), 0, begun(participant)))
        appended = await tested.store.append(append(stream, 1, MEASURED))
        assert appended.version == 2
