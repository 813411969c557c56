"""Running the API: one process on one socket, until it is cancelled; requests under way are finished first."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from services.settings import Settings

GRACE_SECONDS = 10


class _Server(uvicorn.Server):
    """Leaves the signals to whoever runs the event loop, and tells when it takes connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    def port(self) -> int:
        """The port that was taken, also when any free one was asked for."""
        return int(self.servers[0].sockets[0].getsockname()[1])

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run_server(app: FastAPI, settings: Settings, started: asyncio.Future[int] | None = None) -> None:
    """Serve until cancelled. ``started`` gets the port once connections are taken.

    No headers of proxies are believed, nothing is logged by uvicorn itself: its access line has the query string.
    """
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="off",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=1_000,
        h11_max_incomplete_event_size=64 * 1024,
    )
    server = _Server(config)
    app.state.report_jobs.start()
    running = asyncio.create_task(server.serve())
    try:
        up = asyncio.create_task(server.up.wait())
        await asyncio.wait((up, running), return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if started is not None and server.started:
            started.set_result(server.port())
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.should_exit = True
        await running
        raise
    finally:
        # Runs of reports are left to the next process.
        await app.state.report_jobs.close()
        await app.state.drills.close()
