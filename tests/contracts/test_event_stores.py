"""The event store on Postgres and its in-memory twin keep the same contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from adapters.connections import Connections
from adapters.event_codec import EventCodec
from adapters.event_log import EventLog
from adapters.event_store import PostgresEventStore
from adapters.in_memory import InMemoryEventStore
from adapters.key_wrapping import LocalKeyWrapper
from adapters.subject_keys import SubjectKeys
from tests.adapters.sample_events import EVENTS
from tests.contracts.event_store_contract import EventStoreContract, StoreUnderTest


class TestPostgresEventStore(EventStoreContract):
    """On a database of its own for each test."""

    @pytest.fixture
    async def tested(self, database: str) -> AsyncIterator[StoreUnderTest]:
        connections = Connections(database)
        keys = SubjectKeys(connections, LocalKeyWrapper([bytes(32)]))
        async with await EventLog.open(database) as log:
            yield StoreUnderTest(
                store=PostgresEventStore(log, EventCodec(EVENTS), keys), destroy=keys.destroy
            )
        await connections.close()


class TestInMemoryEventStore(EventStoreContract):
    """The twin."""

    @pytest.fixture
    def tested(self) -> StoreUnderTest:
        store = InMemoryEventStore(clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
        return StoreUnderTest(store=store, destroy=store.destroy)
