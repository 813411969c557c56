"""The list of sealed reports from its read table, and who was erased since."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from adapters.connections import Connections
from domain.projections.sealed_reports import SealedReportRow


async def sealed_reports(
    connections: Connections, schema: str, most: int, report: str | None = None
) -> list[SealedReportRow]:
    """The latest seals, the newest first; with ``report`` of that one alone. Raises StoreUnavailable."""
    columns = ", ".join(SealedReportRow._fields)
    rows = await connections.fetch(
        f"select {columns} from {schema}.sealed_reports where $2::text is null or report = $2 "
        "order by position desc limit $1",
        most,
        report,
    )
    return [SealedReportRow(*row) for row in rows]


async def published_seals(connections: Connections, schema: str) -> dict[UUID, date]:
    """The seals that went out, with the day. Raises StoreUnavailable."""
    rows = await connections.fetch(f"select seal_id, published_on from {schema}.published_reports")
    return {row[0]: row[1] for row in rows}


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
