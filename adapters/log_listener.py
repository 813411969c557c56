"""Who waits for new events sleeps until NOTIFY wakes him; a slow poll is the safety net."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.connections import Connection, Connections, unavailable
from domain.ports import StoreUnavailable


class HeadListener:
    """Knows the last position of one log as far as this process has heard of it.

    One connection listens for all who wait; it is opened by the first of them and opened again after a restart.
    """

    def __init__(self, connections: Connections, schema: str, ask: Callable[[], Awaitable[int]]) -> None:
        self._connections = connections
        self._channel = f"{schema}.events"
        self._ask = ask
        self._head = 0
        self._news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._connection: Connection | None = None
        self._connecting = asyncio.Lock()
        self._closed = False

    def saw(self, head: int) -> None:
        """Take note of a position that is committed, and wake who waits for it."""
        if head > self._head:
            self._head = head
            news, self._news = self._news, asyncio.get_running_loop().create_future()
            if not news.done():
                news.set_result(None)

    async def wait_for_more(self, after_position: int, timeout_seconds: float, poll: float) -> int:
        """The head as soon as it lies above ``after_position``, or the last known one after ``timeout_seconds``.

        Asks the log itself every ``poll`` seconds. Raises StoreUnavailable at once when the log cannot be asked.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_seconds
        ask = False
        while self._head <= after_position:
            if await self._listen() or ask:
                self.saw(await self._ask())
                if self._head > after_position:
                    break
            remaining = deadline - loop.time()
            if remaining <= 0:
                break
            woken, _ = await asyncio.wait([self._news], timeout=min(poll, remaining))
            ask = not woken
        return self._head

    async def close(self) -> None:
        """Stop listening and let everyone go who waits."""
        self._closed = True
        if self._connection is not None:
            self._connection.terminate()
        self._lost()

    async def _listen(self) -> bool:
        """Make sure that somebody listens; True when nobody did, so that something may have been missed."""
        if self._connection is not None and not self._connection.is_closed():
            return False
        async with self._connecting:
            if self._closed:
                raise StoreUnavailable("the event log is closed")
            if self._connection is not None and not self._connection.is_closed():
                return True
            connection = await self._connections.open(name="teilhabe listener")
            connection.add_termination_listener(self._lost)
            try:
                await connection.add_listener(self._channel, self._heard)
            except Exception as error:
                connection.terminate()
                raise unavailable(error) or error from error
            self._connection = connection
            return True

    def _heard(self, _connection: Any, _sender: int, _channel: str, payload: object) -> None:
        self.saw(int(str(payload)))

    def _lost(self, *_: Any) -> None:
        news, self._news = self._news, self._news.get_loop().create_future()
        if not news.done():
            news.set_result(None)
