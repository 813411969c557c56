"""The list of sealed reports from its read table, and who was erased since."""

from __future__ import annotations

from datetime import datetime

from adapters.connections import Connections
from domain.projections.sealed_reports import SealedReportRow


async def sealed_reports(connections: Connections, schema: str, most: int) -> list[SealedReportRow]:
    """The latest seals, the newest first. Raises StoreUnavailable."""
    columns = ", ".join(SealedReportRow._fields)
    rows = await connections.fetch(
        f"select {columns} from {schema}.sealed_reports order by position desc limit $1", most
    )
    return [SealedReportRow(*row) for row in rows]


async def keys_destroyed_since(
    connections: Connections, schema: str, since: datetime, until: datetime | None = None
) -> int:
    """How many cases were erased after an instant, and by ``until``. Raises StoreUnavailable."""
    [[erased]] = await connections.fetch(
        f"select count(*) from {schema}.subject_keys "
        "where destroyed_at > $1 and ($2::timestamptz is null or destroyed_at <= $2)",
        since,
        until,
    )
    return int(erased)
