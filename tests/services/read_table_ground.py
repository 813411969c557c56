"""Ground of the tests of projector and rebuild: an engine, cases that are written, and the rows as they should be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid5

from domain.ports import Append, Appended
from domain.projections.folding import fold_stream
from domain.projections.projection import Row
from domain.projections.register import BY_STREAM_KIND, PROJECTIONS, all_rows
from domain.recorded import Event, Recorded
from domain.replacing import replace
from domain.values import ParticipantId
from services.bootstrap import Engine
from services.projector import run_projector

SPACE = UUID("7a1d3c1e-2222-5c39-9a3c-2f0f5f1f8d33")
_JSON = {"codes", "reminders", "sent", "attendance"}


def events_for(number: int, history: list[Recorded[Any]]) -> tuple[Event, ...]:
    """The events of ``history`` for a participant of their own."""
    opened, *rest = (entry.event for entry in history)
    return (replace(opened, participant_id=participant(number)), *rest)


def participant(number: int) -> ParticipantId:
    """The participant of case ``number``."""
    return ParticipantId(uuid5(SPACE, f"participant/{number}"))


def case_id(number: int) -> UUID:
    """The stream of case ``number``."""
    return uuid5(SPACE, f"case/{number}")


async def write(engine: Engine, stream_id: UUID, events: tuple[Event, ...], after: int = 0) -> Appended:
    """Append events to a stream, one command for all."""
    return await engine.store.append(
        Append(
            stream_id=stream_id,
            expected_version=after,
            events=events,
            command_id=uuid5(stream_id, str(after)),
            actor="cw-1",
            organisation="org-1",
        )
    )


async def write_one_by_one(engine: Engine, stream_id: UUID, events: tuple[Event, ...]) -> int:
    """Append each event on its own; the last position."""
    position = 0
    for version, event in enumerate(events):
        position = (await write(engine, stream_id, (event,), version)).last_position
    return position


@asynccontextmanager
async def projecting(engine: Engine) -> AsyncIterator[asyncio.Task[None]]:
    """A projector that runs beside the body."""
    task = asyncio.create_task(run_projector(engine))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def stored_rows(engine: Engine) -> dict[str, list[Row]]:
    """What the read tables hold, in order of their keys."""
    found: dict[str, list[Row]] = {}
    for name, projection in PROJECTIONS.items():
        columns = projection.row._fields
        async with engine.connections.lend() as connection:
            records = await connection.fetch(f"select {', '.join(columns)} from {engine.log.schema}.{name}")
        found[name] = _sorted([_comparable(columns, tuple(record)) for record in records])
    return found


async def folded_rows(engine: Engine) -> dict[str, list[Row]]:
    """What they should hold: every stream of the log folded from its beginning."""
    histories: dict[UUID, list[Recorded[Any]]] = {}
    async for entries in engine.store.scan():
        for entry in entries:
            histories.setdefault(entry.stream_id, []).append(entry)
    found: dict[str, list[Row]] = {name: [] for name in PROJECTIONS}
    for history in histories.values():
        stream = fold_stream(history, engine.rule_book)
        for name, rows in all_rows(stream, history, BY_STREAM_KIND[type(stream.state)]).items():
            found[name].extend(_comparable(PROJECTIONS[name].row._fields, tuple(row)) for row in rows)
    return {name: _sorted(rows) for name, rows in found.items()}


def _comparable(columns: tuple[str, ...], row: Row) -> Row:
    return tuple(
        json.loads(value) if column in _JSON and value is not None else value
        for column, value in zip(columns, row, strict=True)
    )


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: tuple(map(str, row[:3])))


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Whether ``holds`` becomes true within ``seconds``."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not await holds():
        if loop.time() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True
