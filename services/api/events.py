"""The event log as a stream of lines for other programs; personal fields are left out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from services.api.problems import documented
from services.api.requests import FromPosition
from services.bootstrap import Engine
from services.event_lines import event_line, exported

NDJSON: Final = "application/x-ndjson"
PIECE: Final = 2_000


def event_router(engine: Engine) -> APIRouter:
    """The route of the export."""
    router = APIRouter(tags=["events"], responses=documented(422, 500, 503))

    @router.get(
        "/events",
        operation_id="export_events",
        summary="Export the event log",
        response_class=StreamingResponse,
        responses={
            200: {
                "description": "One JSON object a line, in order of position, up to the head of now",
                "content": {NDJSON: {"schema": {"type": "string"}}},
            }
        },
    )
    async def export(start: FromPosition = 1) -> StreamingResponse:
        """Every event from a position on, in commit order, personal fields left out.

        Entries that never leave the page of their case are left out, so their positions are missing; no other is.
        The export needs no key and stays valid when somebody is erased. A client that remembers the last position
        goes on with `from` = that position + 1. An export that breaks off ends without its last line.
        """
        head = await engine.store.head()
        return StreamingResponse(_lines(engine, start, head), media_type=NDJSON)

    return router


async def _lines(engine: Engine, start: int, head: int) -> AsyncIterator[bytes]:
    """Read in pieces, so that a slow client holds no connection to the database."""
    reached = max(0, start - 1)
    while reached < head:
        entries = await engine.store.read(reached, PIECE, personal=False)
        wanted = [entry for entry in entries if entry.position <= head]
        if not wanted:
            return
        yield b"".join(event_line(entry) for entry in wanted if exported(entry))
        reached = wanted[-1].position
