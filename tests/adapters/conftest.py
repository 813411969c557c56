"""An open event log on a database of its own, and the smallest appends, for the tests of the log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Protocol
from uuid import UUID

import pytest

from adapters.event_log import AppendRequest, EventLog, NewRow
from adapters.migrations import SQL_FOLDER

LOG_ONLY: tuple[Path, ...] = (SQL_FOLDER / "0001_event_log.sql",)

_numbers = count(1)


class LogAppendRequests(Protocol):
    """Builds an append of ``rows`` rows; ``text`` becomes the payload of each."""

    def __call__(
        self,
        stream_id: UUID,
        expected_version: int = 0,
        *,
        rows: int = 1,
        command: int | None = None,
        text: str = "",
    ) -> AppendRequest: ...


@pytest.fixture
def log_append() -> LogAppendRequests:
    """A short way to write an append."""

    def request(
        stream_id: UUID,
        expected_version: int = 0,
        *,
        rows: int = 1,
        command: int | None = None,
        text: str = "",
    ) -> AppendRequest:
        return AppendRequest(
            stream_id=stream_id,
            expected_version=expected_version,
            rows=tuple([NewRow(type="noted.v1", payload=text.encode())] * rows),
            command_id=None if command is None else UUID(int=command),
            actor="staff-1",
            organisation="office",
        )

    return request


@pytest.fixture
def log_streams() -> Iterator[UUID]:
    """Stream ids that no other test has."""
    return (UUID(int=number << 64) for number in _numbers)


@pytest.fixture
def log_dsn(database: str) -> str:
    """A database of its own with an empty log."""
    return database


@pytest.fixture
async def event_log(log_dsn: str) -> AsyncIterator[EventLog]:
    """An empty log, open."""
    async with await EventLog.open(log_dsn) as log:
        yield log
