"""Reading facts by column: one array for each, a fraction of the work of a record for each fact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_type_hints
from uuid import UUID

from asyncpg.pgproto.pgproto import UUID as DriverId  # noqa: N811 # two classes of one name

from adapters.connections import Connection
from domain.reports.fact_columns import Columns


async def columns_read(
    connection: Connection, kind: type[Any], names: Sequence[str], source: str, *arguments: Any
) -> Columns[Any]:
    """Some columns of facts of one ``kind``; ``source`` is what stands behind FROM."""
    packed = {name for name, of in get_type_hints(kind).items() if of is UUID}
    asked = (
        f"coalesce(string_agg(uuid_send({name}), ''), '')"
        if name in packed
        else f"coalesce(array_agg({name}), '{{}}')"
        for name in names
    )
    length, *found = await connection.fetchrow(  # type: ignore[misc] # an aggregate has one row
        f"select count(*), {', '.join(asked)} from {source}", *arguments
    )
    return Columns(kind, dict(zip(names, found, strict=True)), length, id_of=DriverId)
