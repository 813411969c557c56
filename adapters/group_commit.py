"""One writer per process: whatever queued up during the last commit is the next batch, and one commit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import asyncpg

from adapters.connections import Connection, Connections, lost, unavailable
from adapters.log_rows import AppendRequest, CommandRepeated
from domain.ports import Appended, StoreUnavailable, VersionConflict

if TYPE_CHECKING:
    from asyncpg.prepared_stmt import PreparedStatement

MAX_BATCH_ROWS = 1_000
MAX_BATCH_BYTES = 8 * 1024 * 1024
PLANNED_ONCE: Final = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
"""Planning the statements of append_events() takes longer than running them, and a plan made while the table was small
must not stay a sequential scan. Set for the connection: set for the function, they cost a fifth of every batch."""


@dataclass(slots=True)
class _Waiting:
    """Requests that commit together or not at all, and who waits for them."""

    requests: Sequence[AppendRequest]
    done: asyncio.Future[list[Appended]]
    all_or_none: bool
    rows: int = field(init=False)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.rows = sum([len(request.rows) for request in self.requests])
        self.size = sum([len(row.payload) for request in self.requests for row in request.rows])


class GroupCommit:
    """The writer of one event log in this process.

    ``saw_head`` is told the last position after every batch. Callers are answered in the order they came.
    """

    def __init__(self, connections: Connections, schema: str, saw_head: Callable[[int], None]) -> None:
        self._connections = connections
        self._sql = sql_of_append(schema)
        self._saw_head = saw_head
        self._queue: deque[_Waiting] = deque()
        self._awake: asyncio.Future[None] | None = None
        self._connection: Connection | None = None
        self._statement: PreparedStatement[asyncpg.Record] | None = None
        self._closing = False
        self._task = asyncio.get_running_loop().create_task(self._run(), name="event log writer")

    async def append(self, requests: Sequence[AppendRequest], *, all_or_none: bool = False) -> list[Appended]:
        """Queue the requests and wait for their commit.

        Without ``all_or_none`` there is one request, which shares its commit with others. A caller that is cancelled
        before its batch began has appended nothing; afterwards the append may have happened.
        Raises VersionConflict, CommandRepeated, StoreUnavailable, and ValueError for what cannot be stored.
        """
        if self._closing:
            raise StoreUnavailable("the event log is closed")
        for request in requests:
            request.check()
        done: asyncio.Future[list[Appended]] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(requests, done, all_or_none))
        if self._awake is not None and not self._awake.done():
            self._awake.set_result(None)
        return await done

    async def close(self, timeout_seconds: float = 10) -> None:
        """Commit what is queued, then stop. What is not committed after ``timeout_seconds`` is StoreUnavailable."""
        self._closing = True
        if self._awake is not None and not self._awake.done():
            self._awake.set_result(None)
        await asyncio.wait([self._task], timeout=timeout_seconds)
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._queue or not self._closing:
                if not self._queue:
                    self._awake = loop.create_future()
                    await self._awake
                    continue
                batch = self._take()
                if batch:
                    await self._write(batch)
                    # Let the callers just answered come back with their next append, so that they ride together
                    # instead of in two half batches that wait for each other.
                    await asyncio.sleep(0)
        finally:
            self._closing = True
            if self._connection is not None:
                self._connection.terminate()
            self._answer_all(
                list(self._queue), StoreUnavailable("the event log was closed before the append")
            )
            self._queue.clear()

    def _take(self) -> list[_Waiting]:
        """The next batch: bounded, and a group that must commit as a whole alone."""
        batch: list[_Waiting] = []
        rows = size = 0
        while self._queue:
            waiting = self._queue[0]
            if waiting.done.done():  # cancelled
                self._queue.popleft()
                continue
            rows += waiting.rows
            size += waiting.size
            if batch and (rows > MAX_BATCH_ROWS or size > MAX_BATCH_BYTES or waiting.all_or_none):
                break
            batch.append(self._queue.popleft())
            if waiting.all_or_none:
                break
        return batch

    async def _write(self, batch: list[_Waiting]) -> None:
        """Commit a batch and answer everyone in it; never raises but on cancellation."""
        try:
            record = await self._commit(batch)
        except asyncio.CancelledError:
            self._answer_all(batch, StoreUnavailable("the event log was closed during the append"))
            raise
        except StoreUnavailable as error:
            self._answer_all(batch, error)
        except Exception as error:
            if len(batch) > 1:
                # Something in the batch cannot be stored; its neighbours must not suffer.
                for waiting in batch:
                    await self._write([waiting])
            else:
                self._answer_all(batch, _refusal(error))
        else:
            self._answer(batch, record)

    async def _commit(self, batch: list[_Waiting]) -> asyncpg.Record:
        try:
            if self._connection is None or self._connection.is_closed() or self._statement is None:
                self._connection = await self._connections.open(
                    name="teilhabe event log", settings=PLANNED_ONCE
                )
                self._statement = await self._connection.prepare(self._sql)
            requests = [request for waiting in batch for request in waiting.requests]
            arguments = arguments_of(requests, all_or_none=batch[0].all_or_none)
            return (await self._statement.fetch(*arguments))[0]
        except Exception as error:
            translated = unavailable(error)
            if self._connection is not None and lost(error) and translated is not None:
                self._connection.terminate()
                self._connection = self._statement = None
            if translated is None:
                raise
            raise translated from error

    def _answer(self, batch: list[_Waiting], record: asyncpg.Record) -> None:
        first_position, recorded_at, outcomes, versions, positions, instants = record
        position: int = first_position - 1
        place = 0
        for waiting in batch:
            answers: list[Appended] = []
            failure: Exception | None = None
            for request in waiting.requests:
                if outcomes is None:
                    position += len(request.rows)
                    version = request.expected_version + len(request.rows)
                    answers.append(Appended(last_position=position, version=version, recorded_at=recorded_at))
                else:
                    answer = _outcome(
                        request, outcomes[place], versions[place], positions[place], instants[place]
                    )
                    place += 1
                    if isinstance(answer, Appended):
                        position = answer.last_position
                        answers.append(answer)
                    else:
                        failure = answer
            if waiting.done.done():
                continue
            if failure is None:
                waiting.done.set_result(answers)
            else:
                waiting.done.set_exception(failure)
        self._saw_head(position)

    @staticmethod
    def _answer_all(batch: Sequence[_Waiting], error: Exception) -> None:
        for waiting in batch:
            if not waiting.done.done():
                # Each its own: an exception that is raised in two tasks mixes up their tracebacks.
                own = type(error)(*error.args)
                own.__cause__ = error.__cause__
                waiting.done.set_exception(own)


def sql_of_append(schema: str) -> str:
    """The statement that appends to the log in ``schema`` (a checked name); its arguments are ``arguments_of``."""
    casts = "boolean[] uuid[] integer[] uuid[] smallint[] text[] text[] text[] bytea[] bytea[] timestamptz[] boolean"
    arguments = ", ".join(f"${place}::{cast}" for place, cast in enumerate(casts.split(), start=1))
    return f"select * from {schema}.append_events({arguments})"


def arguments_of(requests: Iterable[AppendRequest], *, all_or_none: bool) -> tuple[Any, ...]:
    """One array per column, one entry per row, as append_events() takes them."""
    is_first: list[bool] = []
    streams: list[UUID] = []
    versions: list[int] = []
    commands: list[UUID | None] = []
    sizes: list[int | None] = []
    types: list[str] = []
    actors: list[str] = []
    organisations: list[str] = []
    payloads: list[bytes] = []
    personals: list[bytes | None] = []
    instants: list[datetime | None] = []
    for request in requests:
        first = True
        version = request.expected_version
        command = request.command_id
        size = None if command is None else len(request.rows)
        for row in request.rows:
            version += 1
            is_first.append(first)
            streams.append(request.stream_id)
            versions.append(version)
            commands.append(command)
            sizes.append(size)
            types.append(row.type)
            actors.append(request.actor)
            organisations.append(request.organisation)
            payloads.append(row.payload)
            personals.append(row.personal)
            instants.append(request.recorded_at)
            first, command, size = False, None, None
    given = instants if any(instants) else None
    columns = (
        is_first,
        streams,
        versions,
        commands,
        sizes,
        types,
        actors,
        organisations,
        payloads,
        personals,
    )
    return (*columns, given, all_or_none)


def _outcome(
    request: AppendRequest, outcome: str, version: int, position: int, recorded_at: datetime
) -> Appended | VersionConflict:
    if outcome == "a":
        return Appended(last_position=position, version=version, recorded_at=recorded_at)
    if outcome == "r":
        return CommandRepeated(version=version, last_position=position, recorded_at=recorded_at)
    return VersionConflict(
        f"stream {request.stream_id} is at version {version}, the append expected {request.expected_version}"
    )


def _refusal(error: Exception) -> Exception:
    """Why one request alone could not be stored, for its caller."""
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return VersionConflict(str(error))
    return ValueError(f"the append cannot be stored: {error}")
