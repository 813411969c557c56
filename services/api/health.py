"""Whether the service lives, and whether it can do its work: facts, and the reasons when it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from temporalio.client import Client
from temporalio.service import RPCError

from adapters.migrations import MigrationRefused, pending
from domain.ports import StoreUnavailable
from services.bootstrap import Engine
from services.queries import Queries

PATIENCE_SECONDS: Final = 3.0
LARGEST_LAG: Final = 10_000
"""Positions the read tables may be behind before the service says that it is not ready."""


class Alive(BaseModel):
    """The process answers."""

    alive: bool


class Readiness(BaseModel):
    """Whether commands and reads can be served now."""

    ready: bool
    database: bool = Field(description="the event log answers")
    temporal: bool = Field(description="the workflow service answers")
    migrations_pending: int | None = Field(description="files not yet applied; null when not known")
    head: int | None = Field(description="last position of the log; null when not known")
    projector_lag: int | None = Field(
        description="positions the slowest read table is behind; null when not known"
    )
    reasons: list[str] = Field(description="why not ready")


def health_router(engine: Engine, temporal: Client, queries: Queries) -> APIRouter:
    """The only routes that anybody may ask."""
    router = APIRouter(prefix="/health", tags=["health"])

    @router.get("/live", operation_id="live", summary="Does the process answer?")
    async def live() -> Alive:
        """Looks at nothing: for whoever restarts dead processes."""
        return Alive(alive=True)

    @router.get(
        "/ready",
        operation_id="ready",
        summary="Can the service do its work?",
        responses={503: {"model": Readiness, "description": "Not ready, with the reasons"}},
    )
    async def ready(response: Response) -> Readiness:
        """Database, workflow service, migrations and lag; 503 with reasons when one of them stands in the way."""
        head, waiting, lag, temporal_answers = await asyncio.gather(
            _fact(engine.store.head()),
            _fact(_pending(engine)),
            _fact(_lag(queries)),
            _fact(_temporal(temporal)),
        )
        reasons = []
        if head is None:
            reasons.append("database_unavailable")
        if temporal_answers is None:
            reasons.append("temporal_unavailable")
        if waiting:
            reasons.append("migrations_pending")
        if lag is not None and lag > LARGEST_LAG:
            reasons.append("projector_behind")
        if reasons:
            response.status_code = 503
        return Readiness(
            ready=not reasons,
            database=head is not None,
            temporal=temporal_answers is not None,
            migrations_pending=waiting,
            head=head,
            projector_lag=lag,
            reasons=reasons,
        )

    return router


async def _pending(engine: Engine) -> int:
    return len(await pending(engine.database_url))


async def _lag(queries: Queries) -> int:
    return max(status.lag for status in await queries.projections_status())


async def _temporal(client: Client) -> int:
    await client.service_client.check_health(timeout=timedelta(seconds=PATIENCE_SECONDS))
    return 1


async def _fact(asked: Awaitable[int]) -> int | None:
    """The answer, or None when none comes in time."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asked
    except (StoreUnavailable, MigrationRefused, RPCError, OSError, TimeoutError):
        return None
