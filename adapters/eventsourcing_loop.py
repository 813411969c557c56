"""A synchronous face for the event log: an event loop in a thread of its own, and its errors in the library's words."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Coroutine
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from weakref import WeakSet

import asyncpg
from eventsourcing.persistence import DatabaseError, DataError, IntegrityError, OperationalError

from adapters.connections import Connections
from adapters.event_log import EventLog
from adapters.migrations import SQL_FOLDER, migrate
from domain.ports import StoreUnavailable, VersionConflict

T = TypeVar("T")

SOURCES: tuple[Path, ...] = (SQL_FOLDER / "0001_event_log.sql", SQL_FOLDER / "eventsourcing")
_open: WeakSet[LogThread] = WeakSet()


class LogThread:
    """One event log and one pool of connections behind blocking calls from any thread.

    Never call it from a thread that runs an event loop: it would stand still meanwhile.
    """

    def __init__(self, dsn: str, schema: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name=f"event log {schema}", daemon=True)
        self._thread.start()
        self._dsn = dsn
        self.schema = schema
        self.log: EventLog
        self.connections: Connections
        self.call(self._begin())
        _open.add(self)

    def create_tables(self) -> None:
        """Bring the schema up to date."""
        self.call(migrate(self._dsn, self.schema, SOURCES))

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin ``work`` on the loop; cancelling the future cancels it there."""
        if not self._thread.is_alive():
            work.close()
            raise OperationalError("the event log is closed")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run ``work`` on the loop and wait for it. Raises the library's errors, with ours as their cause."""
        try:
            return self.start(work).result()
        except (VersionConflict, asyncpg.IntegrityConstraintViolationError) as error:
            raise IntegrityError(str(error)) from error
        except StoreUnavailable as error:
            raise OperationalError(str(error)) from error
        except ValueError as error:
            raise DataError(str(error)) from error
        except asyncpg.PostgresError as error:
            raise DatabaseError(str(error)) from error

    def close(self) -> None:
        """Commit what is queued and end the thread. Calling it again does nothing."""
        if self._thread.is_alive():
            self.call(self._end())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _begin(self) -> None:
        self.log = await EventLog.open(self._dsn, schema=self.schema)
        self.connections = Connections(self._dsn, size=4)

    async def _end(self) -> None:
        await self.log.close()
        await self.connections.close()


@atexit.register
def _close_all() -> None:
    for thread in list(_open):
        thread.close()
