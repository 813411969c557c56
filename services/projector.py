"""Keeping the read tables current: one projector leads, reads what is new, and commits rows and position as one."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog

from adapters.connections import Connection, unavailable
from adapters.event_codec import TamperedEvent
from adapters.projection_source import ProjectionSource
from adapters.projection_tables import ProjectionsMoved, ProjectionTables
from domain.decision import UnknownPath
from domain.ports import KeyUnavailable, StoreUnavailable, UnknownEvent
from domain.projections.batch import (
    Carried,
    Difference,
    ProjectionFailed,
    by_stream,
    needs_history,
    project,
)
from domain.projections.folding import UnreadableStream
from domain.projections.register import PROJECTIONS
from domain.recorded import Recorded
from services.bootstrap import Engine
from services.garbage import Housekeeping, uncollected
from services.rebuild import rebuild
from services.work_processes import WorkFailed

BATCH = 2_000
"""Entries of one transaction, at most."""
CARRIED = 5_000
"""Streams kept folded in memory."""
FAR_BEHIND = 20_000
"""From here on a rebuild is considered in place of following: it folds each stream once."""
TURN_SECONDS = 0.5
"""How often one who does not lead looks whether the leader is gone."""
RETRY_SECONDS = 2.0
"""How long to hold off an entry that cannot be projected, and a database that is away."""

_log = structlog.get_logger("projector")

_UNREADABLE = (UnknownEvent, TamperedEvent, KeyUnavailable, UnknownPath, UnreadableStream)


async def run_projector(engine: Engine) -> None:
    """Project for ever, until cancelled. Any number of these may run; one works, the others wait to take over.

    An entry that cannot be projected stops it there, and it tries again every RETRY_SECONDS; ``projections status``
    says where and why. A database that goes away is waited for.
    """
    while True:
        projector = Projector(engine)
        try:
            await projector.lead()
        except StoreUnavailable as error:
            _log.warning("projector.waits", reason=str(error))
        await asyncio.sleep(RETRY_SECONDS)


class Projector:
    """One term of leading: from getting the lock until the connection that holds it is lost."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tables = ProjectionTables(engine.log.schema, PROJECTIONS)
        self._source = ProjectionSource(engine.log, engine.connections, engine.codec, engine.keys)
        self._carried: OrderedDict[UUID, Carried] = OrderedDict()
        self._active: frozenset[str] = frozenset()
        self._limit = BATCH
        self._failing = False
        self._rebuild_failed = False
        self._housekeeping = Housekeeping()
        self.position = 0

    async def lead(self) -> None:
        """Wait for the lead, then follow the log. Raises StoreUnavailable when the connection is lost."""
        connection = await self._engine.connections.open(name="teilhabe projector")
        try:
            while not await self._tables.try_lead(connection):  # noqa: ASYNC110 # asks the database
                await asyncio.sleep(TURN_SECONDS)
            await self._take_stock(connection)
            _log.info("projector.leads", position=self.position, projections=len(self._active))
            while True:
                await self._engine.log.wait_for_more(self.position, 5.0)
                await self.catch_up(connection)
                if self._housekeeping.due():
                    self._housekeeping.collect()
        except (StoreUnavailable, asyncio.CancelledError):
            raise
        except Exception as error:
            raise unavailable(error) or error from error
        finally:
            connection.terminate()

    async def catch_up(self, connection: Connection) -> None:
        """Project everything up to the head of now."""
        head = await self._engine.log.head()
        behind = head - self.position
        if behind > FAR_BEHIND and 2 * behind > head and not self._rebuild_failed:
            await self._rebuild(connection, list(PROJECTIONS))
        while self.position < head and await self._step(connection):
            pass

    async def _take_stock(self, connection: Connection) -> None:
        """Learn what stands where; rebuild what other code has built, what failed and what is new."""
        self._carried.clear()
        await self._tables.register(connection)
        standing = await self._tables.standing(connection)
        known = {name: standing[name] for name in PROJECTIONS}
        position = max((s.position for s in known.values() if s.live), default=0)
        stale = [
            name
            for name, s in known.items()
            if not s.live or s.version != PROJECTIONS[name].version or s.position != position
        ]
        if stale:
            await self._tables.take_out(connection, stale, None, None)
            await self._look(connection)
            await self._rebuild(connection, stale)
        else:
            await self._look(connection)

    async def _rebuild(self, connection: Connection, names: Sequence[str]) -> None:
        """Rebuild; what cannot be made is left out and said, the others come without it."""
        todo = list(names)
        while todo:
            _log.info("projector.rebuilds", projections=" ".join(sorted(todo)))
            try:
                await rebuild(self._engine, todo)
                break
            except ProjectionFailed as failed:
                await self._take_out(connection, failed)
                todo.remove(failed.name)
            except (*_UNREADABLE, WorkFailed) as error:
                # The batches will stop at the same entry, and have everything before it.
                self._rebuild_failed = True
                stale = [name for name in todo if name not in self._active]
                await self._tables.take_out(connection, stale, None, _one_line(error))
                _log.error("projector.rebuild_failed", reason=_one_line(error))
                break
        await self._look(connection)

    async def _take_out(self, connection: Connection, failed: ProjectionFailed) -> None:
        await self._tables.take_out(connection, [failed.name], failed.position, str(failed))
        _log.error("projector.projection_failed", name=failed.name, reason=str(failed))

    async def _look(self, connection: Connection) -> None:
        standing = await self._tables.standing(connection)
        live = [s for s in standing.values() if s.live and s.name in PROJECTIONS]
        self._active = frozenset(s.name for s in live)
        self.position = max((s.position for s in live), default=0)
        self._failing = any(s.failure is not None for s in live)
        self._carried.clear()

    async def _step(self, connection: Connection) -> bool:
        """Project one batch; False when it cannot be projected now."""
        start = self.position
        entries: list[Recorded[Any]] = []
        try:
            with uncollected():
                entries = await self._source.entries(start, self._limit)
                if not entries:
                    return False
                difference, carried = await self._project(entries)
        except ProjectionFailed as failed:
            await self._take_out(connection, failed)
            await self._look(connection)
            return bool(self._active)
        except _UNREADABLE as error:
            if self._limit > 1:
                # Everything before the entry is projected first.
                self._limit = max(1, self._limit // 4)
                return True
            self._failing = True
            await self._tables.note_failure(connection, start + 1, _one_line(error))
            _log.error("projector.stopped", position=start + 1, reason=_one_line(error))
            await asyncio.sleep(RETRY_SECONDS)
            return False
        try:
            await self._tables.commit(
                connection, difference, self._active, start, entries[-1].position, heals=self._failing
            )
        except ProjectionsMoved:
            await self._look(connection)
            return True
        self.position = entries[-1].position
        self._carry(carried)
        self._limit = min(BATCH, self._limit * 2)
        self._failing = False
        return True

    async def _project(self, entries: Sequence[Recorded[Any]]) -> tuple[Difference, dict[UUID, Carried]]:
        streams = by_stream(entries)
        old = [stream for stream, new in streams.items() if needs_history(self._carried.get(stream), new)]
        histories = await self._source.histories(old, entries[-1].position)
        difference = Difference()
        carried = {
            stream: project(
                new,
                self._carried.get(stream),
                histories.get(stream),
                self._engine.rule_book,
                self._active,
                difference,
            )
            for stream, new in streams.items()
        }
        return difference, carried

    def _carry(self, carried: dict[UUID, Carried]) -> None:
        for stream, one in carried.items():
            self._carried[stream] = one
            self._carried.move_to_end(stream)
        while len(self._carried) > CARRIED:
            with suppress(KeyError):
                self._carried.popitem(last=False)


def _one_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
