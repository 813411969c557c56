"""Connections to Postgres that come back after a restart, and driver errors in the words of the ports."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

from adapters.spoken_error import SpokenUnavailable
from domain.ports import StoreUnavailable

NO_ANSWER_SECONDS = 5.0

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)

_NOT_NOW = (
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.PostgresSystemError,
    asyncpg.TransactionRollbackError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
_NO_LOG = (asyncpg.UndefinedTableError, asyncpg.UndefinedFunctionError, asyncpg.InvalidSchemaNameError)


def lost(error: BaseException) -> bool:
    """Whether the connection is of no more use, and nobody knows if the server carried out the statement.

    asyncpg's complaint about an argument is an InterfaceError too, but a ValueError as well, and nothing was sent.
    """
    return isinstance(error, _LOST) and not isinstance(error, ValueError)


def unavailable(error: BaseException) -> StoreUnavailable | None:
    """The error as StoreUnavailable with one line for the operator; None when it is not the store's fault."""
    if isinstance(error, _NO_LOG):
        return SpokenUnavailable(
            f"the database has no event log of this version; run the migrations: teilhabe migrate ({_line(error)})",
            de="die Datenbank hat kein Ereignisprotokoll dieser Version; erst die Migrationen ausführen: "
            f"teilhabe migrate ({_line(error)})",
        )
    if lost(error) or isinstance(error, _NOT_NOW):
        return SpokenUnavailable(
            f"the event log cannot be reached: {_line(error)}",
            de=f"das Ereignisprotokoll ist nicht zu erreichen: {_line(error)}",
        )
    return None


def _line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


class Connections:
    """Opens connections and lends up to ``size`` of them for reading.

    Unlike asyncpg's pool it sends nothing when a connection is given back (a reset is a round trip, a third of the
    time of loading a case). So a borrower must leave no trace: no SET without LOCAL, no LISTEN, no open transaction.
    """

    def __init__(
        self, dsn: str, *, size: int = 8, connect_timeout: float = 10, statement_timeout: float = 60
    ) -> None:
        self._dsn = dsn
        self._connect_timeout = connect_timeout
        self._statement_timeout = statement_timeout
        self._idle: list[Connection] = []
        self._slots = asyncio.Semaphore(size)
        self._closed = False

    async def open(
        self,
        *,
        statement_timeout: float | None = None,
        name: str = "teilhabe",
        settings: Mapping[str, str] | None = None,
    ) -> Connection:
        """A new connection with further ``settings`` of the server; the caller closes it. Raises StoreUnavailable."""
        seconds = statement_timeout or self._statement_timeout
        try:
            return await asyncpg.connect(
                self._dsn,
                timeout=self._connect_timeout,
                # The server gives up by itself, so that nothing happens after the caller was told; the driver's own
                # limit is for a server that does not answer at all.
                command_timeout=seconds + NO_ANSWER_SECONDS,
                server_settings={
                    "statement_timeout": str(round(seconds * 1000)),
                    # Compiling takes longer than any of our statements runs.
                    "jit": "off",
                    "application_name": name,
                    **(settings or {}),
                },
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise unavailable(error) or StoreUnavailable(_line(error)) from error

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Connection]:
        """A connection for reading. Raises StoreUnavailable; errors of the body are translated."""
        async with self._slots:
            connection = await self._take()
            try:
                yield connection
            except Exception as error:
                if connection.is_closed() or lost(error) or connection.is_in_transaction():
                    connection.terminate()
                translated = unavailable(error)
                if translated is None:
                    raise
                raise translated from error
            except BaseException:
                # Cancelled half way: the answer is still under way on this connection.
                connection.terminate()
                raise
            finally:
                if self._closed:
                    connection.terminate()
                elif not connection.is_closed():
                    self._idle.append(connection)

    @asynccontextmanager
    async def lend_spare(self) -> AsyncIterator[Connection | None]:
        """``lend`` for whoever holds a connection already: None unless one is free at once."""
        if self._slots.locked():
            yield None
            return
        async with self.lend() as connection:
            yield connection

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """All rows of a query that changes nothing; asked once more on a new connection when one has died.

        Raises StoreUnavailable.
        """
        try:
            async with self.lend() as connection:
                return await connection.fetch(query, *arguments)
        except StoreUnavailable as error:
            cause = error.__cause__
            if cause is None or not lost(cause) or isinstance(cause, TimeoutError):
                raise
        async with self.lend() as connection:
            return await connection.fetch(query, *arguments)

    async def close(self) -> None:
        """Close what is idle; what is lent closes when it is given back."""
        self._closed = True
        while self._idle:
            connection = self._idle.pop()
            try:
                await connection.close(timeout=5)
            except _LOST:
                connection.terminate()

    async def _take(self) -> Connection:
        if self._closed:
            raise StoreUnavailable("the event log is closed")
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await self.open()
