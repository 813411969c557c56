"""Writing the read tables: the difference of a batch, or a whole table beside the live one, always with the position."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from adapters.connections import Connection
from adapters.copy_rows import CopyRows
from domain.ports import StoreUnavailable
from domain.projections.batch import Difference
from domain.projections.projection import Projection, Row

SUFFIX = "_rebuild"
"""Of the table that grows beside the live one."""

_GATE_TIMEOUT = "10s"
_TABLE_TIMEOUT = "100ms"
"""Shorter than the server's deadlock_timeout (1 s): it is never a reader who is thrown out."""
_ATTEMPTS = 60
_INDEX_MEMORY = "256MB"
_STATISTICS = 20
"""Sampled are 300 rows times this: the delivered 100 takes most of a second for the long texts of the agenda alone."""


class ProjectionsMoved(Exception):
    """Somebody else has moved the projections, or swapped one: what this projector was about to write is void."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a projection stands, as the database has it. ``failure`` says why it stopped, and where."""

    name: str
    version: int
    position: int
    live: bool
    failed_position: int | None
    failure: str | None
    built_at: datetime
    advanced_at: datetime


class ProjectionTables:
    """The read tables of one schema. Every method works on the connection it is given."""

    def __init__(self, schema: str, projections: Mapping[str, Projection]) -> None:
        self.schema = schema
        self._projections = projections
        self._types: dict[str, dict[str, str]] = {}
        self._copies: dict[str, CopyRows | None] = {}
        self._leader = f"hashtextextended('{schema}.projections.leader', 0)"
        self._swap = f"hashtextextended('{schema}.projections.swap', 0)"
        self._erasure = f"hashtextextended('{schema}.subject_keys', 0)"
        self._rebuild = f"hashtextextended('{schema}.projections.rebuild', 0)"

    # -------------------------------------------------------------- standing

    async def standing(self, connection: Connection) -> dict[str, Standing]:
        """Where every projection stands, by name."""
        rows = await connection.fetch(
            "select name, version, position, live, failed_position, failure, built_at, advanced_at "
            f"from {self.schema}.projections order by name"
        )
        return {row["name"]: Standing(**dict(row)) for row in rows}

    async def register(self, connection: Connection) -> None:
        """Enter projections that the table does not know yet, at position 0: their tables are empty.

        Where others have moved on already, they are not live until they are rebuilt.
        """
        for projection in self._projections.values():
            await connection.execute(
                f"insert into {self.schema}.projections (name, version, position, live) "
                f"select $1, $2, 0, coalesce((select max(position) from {self.schema}.projections), 0) = 0 "
                "on conflict do nothing",
                projection.name,
                projection.version,
            )

    async def take_out(
        self, connection: Connection, names: Collection[str], position: int | None, failure: str | None
    ) -> None:
        """Carry these projections along no further: they failed at ``position``, or other code built them."""
        await connection.execute(
            f"update {self.schema}.projections set live = false, failed_position = $2, failure = $3 "
            "where name = any($1)",
            list(names),
            position,
            failure,
        )

    async def note_failure(self, connection: Connection, position: int, failure: str) -> None:
        """Say that no projection gets beyond an entry, and why."""
        await connection.execute(
            f"update {self.schema}.projections set failed_position = $1, failure = $2 "
            "where live and failed_position is distinct from $1",
            position,
            failure,
        )

    async def try_lead(self, connection: Connection) -> bool:
        """Become the one projector, as long as this connection lives."""
        return bool(await connection.fetchval(f"select pg_try_advisory_lock({self._leader})"))

    # ----------------------------------------------------------------- batch

    async def commit(
        self,
        connection: Connection,
        difference: Difference,
        carried: Collection[str],
        start: int,
        end: int,
        *,
        heals: bool = False,
    ) -> None:
        """Write a difference and move the carried projections from ``start`` to ``end``: both or neither.

        ``heals`` takes back what ``note_failure`` said. Raises ProjectionsMoved when somebody else was here.
        """
        await connection.execute(f"begin; select pg_advisory_xact_lock_shared({self._swap})")
        try:
            if "case_names" in difference.changed:
                await self._leave_out_erased(connection, difference)
            for name, keys in difference.removed.items():
                await self._delete(connection, name, name, keys)
            for name, rows in difference.changed.items():
                await self._upsert(connection, name, rows)
            await connection.execute(
                f"select {self.schema}.advance_projections($1, $2, $3)", list(carried), start, end
            )
            if heals:
                await connection.execute(
                    f"update {self.schema}.projections set failed_position = null, failure = null where live"
                )
            await connection.execute("commit")
        except asyncpg.SerializationError as error:
            await connection.execute("rollback")
            raise ProjectionsMoved(str(error)) from error
        except BaseException:
            if not connection.is_closed():
                await connection.execute("rollback")
            raise

    async def _leave_out_erased(self, connection: Connection, difference: Difference) -> None:
        """No name comes back after its erasure: shared with key making, exclusive with erasing, until the commit."""
        await connection.execute(f"select pg_advisory_xact_lock_shared({self._erasure})")
        rows = difference.changed["case_names"]
        alive = await connection.fetch(
            f"select stream_id from {self.schema}.subject_keys "
            "where stream_id = any($1) and wrapped_key is not null",
            [row[0] for row in rows],
        )
        living = {record[0] for record in alive}
        difference.changed["case_names"] = [row for row in rows if row[0] in living]

    async def _delete(self, connection: Connection, name: str, table: str, keys: Sequence[Row]) -> None:
        if not keys:
            return
        types = await self._columns(connection, name)
        columns = list(self._projections[name].row._fields)[: len(keys[0])]
        arrays = ", ".join(f"${n}::{types[column]}[]" for n, column in enumerate(columns, 1))
        matches = " and ".join(f"t.{column} = k.{column}" for column in columns)
        await connection.execute(
            f"delete from {self.schema}.{table} t using unnest({arrays}) as k ({', '.join(columns)}) where {matches}",
            *(list(column) for column in zip(*keys, strict=True)),
        )

    async def _upsert(self, connection: Connection, name: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        types = await self._columns(connection, name)
        projection = self._projections[name]
        columns = list(projection.row._fields)
        key, others = columns[: projection.key], columns[projection.key :]
        arrays = ", ".join(f"${n}::{types[column]}[]" for n, column in enumerate(columns, 1))
        updates = ", ".join(f"{column} = excluded.{column}" for column in others)
        await connection.execute(
            f"insert into {self.schema}.{name} ({', '.join(columns)}) select * from unnest({arrays}) "
            f"on conflict ({', '.join(key)}) do update set {updates}",
            *(list(column) for column in zip(*rows, strict=True)),
        )

    async def _columns(self, connection: Connection, name: str) -> dict[str, str]:
        if name not in self._types:
            rows = await connection.fetch(
                "select attname, format_type(atttypid, atttypmod) as type from pg_attribute "
                "where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum",
                f"{self.schema}.{name}",
            )
            self._types[name] = {row["attname"]: row["type"] for row in rows}
        return self._types[name]

    # --------------------------------------------------------------- rebuild

    @asynccontextmanager
    async def rebuilding(self, connection: Connection, names: Collection[str]) -> AsyncIterator[None]:
        """Empty tables without indexes beside those of ``names``, for one rebuild at a time; gone afterwards."""
        await connection.execute(f"select pg_advisory_lock({self._rebuild})")
        try:
            for name in names:
                await connection.execute(
                    f"drop table if exists {self.schema}.{name}{SUFFIX}; "
                    f"create table {self.schema}.{name}{SUFFIX} (like {self.schema}.{name} including comments)"
                )
            yield
        finally:
            if not connection.is_closed():
                for name in names:
                    await connection.execute(f"drop table if exists {self.schema}.{name}{SUFFIX}")
                await connection.execute(f"select pg_advisory_unlock({self._rebuild})")

    async def fill(self, connection: Connection, name: str, rows: Sequence[Row]) -> None:
        """Load rows into the table beside."""
        if not rows:
            return
        columns = self._projections[name].row._fields
        if name not in self._copies:
            types = await self._columns(connection, name)
            wanted = [types[column] for column in columns]
            self._copies[name] = CopyRows(wanted) if CopyRows.knows(wanted) else None
        copy = self._copies[name]
        if copy is None:
            await connection.copy_records_to_table(
                f"{name}{SUFFIX}", schema_name=self.schema, columns=columns, records=rows
            )
        else:
            await connection.copy_to_table(
                f"{name}{SUFFIX}",
                source=copy.pieces(rows),
                schema_name=self.schema,
                columns=columns,
                format="binary",
            )

    async def refill(
        self, connection: Connection, name: str, streams: Collection[Any], rows: Sequence[Row]
    ) -> None:
        """Put ``rows`` in the place of whatever the table beside has of ``streams``."""
        await self._delete(connection, name, f"{name}{SUFFIX}", [(stream,) for stream in streams])
        await self.fill(connection, name, rows)

    async def index(self, connection: Connection, name: str) -> None:
        """Give the table beside the indexes of the live one."""
        built = f"{self.schema}.{name}{SUFFIX}"
        rows = await connection.fetch(
            "select i.indexrelid::regclass::text as index, i.indisprimary as primary, "
            "pg_get_indexdef(i.indexrelid) as definition, c.relname as name "
            "from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = to_regclass($1)",
            f"{self.schema}.{name}",
        )
        await connection.execute(
            f"set maintenance_work_mem = '{_INDEX_MEMORY}'; set default_statistics_target = {_STATISTICS}"
        )
        for row in rows:
            columns = re.search(r"USING (.*)$", row["definition"])
            if columns is None:
                raise RuntimeError(f"the definition of index {row['name']} cannot be read")
            await connection.execute(
                f"create {'unique ' if row['primary'] else ''}index {row['name']}{SUFFIX} on {built} using {columns[1]}"
            )
            if row["primary"]:
                await connection.execute(
                    f"alter table {built} add constraint {row['name']}{SUFFIX} primary key using index {row['name']}{SUFFIX}"
                )
        await connection.execute(f"analyze {built}")

    async def swap_in(
        self, connection: Connection, names: Collection[str], bring_up_to_date: Callable[[], Awaitable[int]]
    ) -> int:
        """Put the tables beside in the place of the live ones; the position they stand at.

        In one transaction, during which no projector commits and nobody is erased, ``bring_up_to_date`` does the last
        bit and gives the position. Readers come first: while one holds a table, this gives way and tries again, so
        that no reader ever waits for long or is part of a deadlock. Raises StoreUnavailable when it never got through.
        """
        for attempt in range(_ATTEMPTS):
            try:
                async with connection.transaction():
                    await connection.execute(f"set local lock_timeout = '{_GATE_TIMEOUT}'")
                    await connection.execute(f"select pg_advisory_xact_lock({self._swap})")
                    await connection.execute(f"select pg_advisory_xact_lock_shared({self._erasure})")
                    position = await bring_up_to_date()
                    await self._swap_tables(connection, names, position)
                    return position
            except asyncpg.LockNotAvailableError:
                await asyncio.sleep(min(1.0, 0.02 * 2**attempt))
        raise StoreUnavailable("the read tables are in use without pause; nothing was swapped")

    async def _swap_tables(self, connection: Connection, names: Collection[str], position: int) -> None:
        tables = ", ".join(f"{self.schema}.{name}" for name in sorted(names))
        await connection.execute(
            f"set local lock_timeout = '{_TABLE_TIMEOUT}'; lock table {tables} in access exclusive mode"
        )
        if "case_names" in names:
            await connection.execute(
                f"delete from {self.schema}.case_names{SUFFIX} n where not exists "
                f"(select from {self.schema}.subject_keys k where k.stream_id = n.case_id and k.wrapped_key is not null)"
            )
        for name in sorted(names):
            indexes = await connection.fetch(
                "select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid "
                "where i.indrelid = to_regclass($1)",
                f"{self.schema}.{name}{SUFFIX}",
            )
            await connection.execute(
                f"drop table {self.schema}.{name}; alter table {self.schema}.{name}{SUFFIX} rename to {name}"
            )
            for index in indexes:
                await connection.execute(
                    f"alter index {self.schema}.{index['name']} rename to {str(index['name']).removesuffix(SUFFIX)}"
                )
            await connection.execute(
                f"insert into {self.schema}.projections (name, version, position, live) values ($1, $2, $3, true) "
                "on conflict (name) do update set version = $2, position = $3, live = true, failed_position = null, "
                "failure = null, built_at = clock_timestamp(), advanced_at = clock_timestamp()",
                name,
                self._projections[name].version,
                position,
            )
        await connection.execute("select pg_notify($1, $2)", f"{self.schema}.projections", str(position))
