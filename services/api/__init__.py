"""The HTTP API under /api/v1."""

from __future__ import annotations

import asyncio

from temporalio.client import Client

from services.bootstrap import Engine
from services.settings import Settings


async def serve(
    engine: Engine, client: Client, settings: Settings, started: asyncio.Future[int] | None = None
) -> None:
    """Serve the API on the configured host and port until cancelled; ``started`` gets the port."""
    from services.api.app import create_app
    from services.api.serving import run_server
    from services.gateway import CommandGateway
    from services.queries import Queries

    queries = Queries(engine)
    try:
        app = create_app(engine, CommandGateway(engine, client), queries, settings, client)
        await run_server(app, settings, started)
    finally:
        await queries.close()
