"""A mail server in this process, on a port that is its own before anybody hears of it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable
from typing import Any

from aiosmtpd.controller import Controller

START_PATIENCE_SECONDS = 60.0


class LoopbackSmtp(Controller):
    """An SMTP server on a free port of 127.0.0.1, for ``handler``; it begins with ``start`` and ends with ``stop``.

    The library wants a port number and binds it later: a number that was only looked up may be somebody else's by
    then, so this one binds first.
    """

    def __init__(self, handler: Any) -> None:
        self._bound = socket.socket()
        self._bound.bind(("127.0.0.1", 0))
        port = int(self._bound.getsockname()[1])
        super().__init__(handler, hostname="127.0.0.1", port=port, ready_timeout=START_PATIENCE_SECONDS)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._bound)
