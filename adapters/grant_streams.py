"""Which streams of the log are grants: asked of the log itself, through an index of its own."""

from __future__ import annotations

from uuid import UUID

from adapters.connections import Connections


class GrantStreams:
    """Lists the grants of one log."""

    def __init__(self, connections: Connections, schema: str) -> None:
        self._connections = connections
        # The condition is written as in the index, so that the planner sees that it fits.
        self.query = (
            f"select stream_id from {schema}.events "
            "where version = 1 and type like 'grant_notice_received.%' order by stream_id"
        )

    async def ids(self) -> list[UUID]:
        """The ids of all grants, in order. Raises StoreUnavailable."""
        return [record["stream_id"] for record in await self._connections.fetch(self.query)]
