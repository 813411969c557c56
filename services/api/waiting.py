"""Reading what one has written: a read may wait until the read tables have reached the position of a command."""

from __future__ import annotations

from typing import Final

from services.api.problems import ProblemError
from services.bootstrap import Engine
from services.queries import Queries

PATIENCE_SECONDS: Final = 5.0


async def caught_up(engine: Engine, queries: Queries, position: int | None) -> None:
    """Wait until the lists show everything up to ``position``.

    409 for a position that the log has not reached, 503 when the read tables take longer than PATIENCE_SECONDS.
    """
    if position is None:
        return
    if position > await engine.store.head():
        raise ProblemError(
            409,
            "position.beyond_log",
            "Diese Position hat das Protokoll (noch) nicht.",
            "The log has not reached this position (yet).",
        )
    if not await queries.wait_for(position, PATIENCE_SECONDS):
        raise ProblemError(
            503,
            "projections.behind",
            "Die Listen sind noch nicht so weit. Bitte gleich noch einmal versuchen.",
            "The lists have not come that far yet. Please try again in a moment.",
            {"Retry-After": "1"},
        )
