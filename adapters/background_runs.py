"""Runs of reports as every process sees them: asked for once, carried out by one process at a time, found again tomorrow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg

from adapters.connections import Connection, Connections
from domain.refusals import Refusal


class RunKind(StrEnum):
    """What a run is for."""

    REPORT = "report"
    SEAL = "seal"
    VERIFICATION = "verification"
    """Whether a sealed report comes out again."""
    PUBLICATION = "publication"
    """That a sealed report goes out."""
    DELTA = "delta"
    """What has changed since a report was sealed."""
    COUNTERFACTUAL = "counterfactual"
    """A sealed report under other values of rules."""


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER: Final = frozenset({RunState.DONE, RunState.REFUSED, RunState.FAILED, RunState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundRun:
    """One run. The position is settled when it is asked for, so that it gives the same bytes whenever it is carried out.

    ``entries_done`` of ``entries_total`` of the log are read, 0 of 0 while the read tables answer. ``digest`` is there
    once it is done. ``actor`` and ``organisation`` are those who seal or publish. A run on a sealed report has its
    ``seal_id``, and the rest as it was sealed; ``position`` of a delta is the one compared with, ``parameters`` of a
    counterfactual are the other values.
    """

    run_id: UUID
    kind: RunKind
    report: str
    definition_version: int
    as_of: date
    position: int
    known_at: datetime | None
    parameters: Mapping[str, str]
    asked_at: datetime
    actor: str | None = None
    organisation: str | None = None
    seal_id: UUID | None = None
    state: RunState = RunState.WAITING
    entries_done: int = 0
    entries_total: int = 0
    cancel_asked: bool = False
    digest: str | None = None
    refusal: Refusal | None = field(default=None)

    @property
    def over(self) -> bool:
        """Whether nothing happens to it any more."""
        return self.state in OVER

    def asks_the_same(self, other: BackgroundRun) -> bool:
        """Whether both are for the same; the position and the moment of asking may be others."""
        return all(getattr(self, name) == getattr(other, name) for name in _ASKED)


_ASKED: Final = ("kind", "report", "as_of", "known_at", "parameters", "actor", "organisation", "seal_id")
_FIELDS: Final = (
    "run_id", "kind", "report", "definition_version", "as_of", "position", "known_at", "parameters", "asked_at",
    "actor", "organisation", "seal_id", "state", "entries_done", "entries_total", "cancel_asked", "digest", "refusal",
)  # fmt: skip
_OPEN: Final = "state in ('waiting', 'running')"


class BackgroundRuns:
    """The table of runs. All methods raise StoreUnavailable."""

    def __init__(self, connections: Connections, schema: str) -> None:
        self._connections = connections
        # The schema's name was checked when the log was opened; nothing else enters these texts.
        self._table = table = f"{schema}.report_runs"
        columns = ", ".join(_FIELDS)
        self._select = f"select {columns} from {table}"
        places = ", ".join(f"${n}" for n in range(1, len(_FIELDS) + 1))
        self._add = (
            f"insert into {table} ({columns}) select {places} "
            f"where (select count(*) from {table} where {_OPEN}) < ${len(_FIELDS) + 1} on conflict do nothing"
        )
        self._forget = (
            f"delete from {table} where not {_OPEN} and run_id not in "
            f"(select run_id from {table} order by asked_at desc, run_id limit $1)"
        )

    async def add(self, run: BackgroundRun, most_open: int, most_kept: int) -> None:
        """Add a run, unless there is one under its number or ``most_open`` are not over; forget the oldest beyond
        ``most_kept`` that are over."""
        async with self._connections.lend() as connection:
            await connection.execute(self._add, *_written(run), most_open)
            await connection.execute(self._forget, most_kept)

    async def find(self, run_id: UUID) -> BackgroundRun | None:
        """A run that is still known."""
        rows = await self._connections.fetch(f"{self._select} where run_id = $1", run_id)
        return _read(rows[0]) if rows else None

    async def latest(self, most: int) -> list[BackgroundRun]:
        """The latest runs, the newest first."""
        rows = await self._connections.fetch(f"{self._select} order by asked_at desc, run_id limit $1", most)
        return [_read(row) for row in rows]

    async def open(self) -> list[UUID]:
        """The runs that are not over, the oldest first."""
        rows = await self._connections.fetch(
            f"select run_id from {self._table} where {_OPEN} order by asked_at, run_id"
        )
        return [row[0] for row in rows]

    async def cancel(self, run_id: UUID) -> None:
        """Ask for the end of a run that is not over; whoever carries it out sees it with its next progress."""
        async with self._connections.lend() as connection:
            await connection.execute(
                f"update {self._table} set cancel_asked = true where run_id = $1 and {_OPEN}", run_id
            )

    async def claimed(self, run_id: UUID) -> Claim | None:
        """The right to carry a run out, of one process at a time; None when another has it.

        It ends with ``Claim.release``, or with the process: the server knows when its connection is gone.
        """
        connection = await self._connections.open(name="teilhabe report run")
        try:
            key = int.from_bytes(run_id.bytes[:8], "big", signed=True)
            if await connection.fetchval("select pg_try_advisory_lock($1)", key):
                return Claim(connection, self._table, run_id)
        except BaseException:
            connection.terminate()
            raise
        await connection.close(timeout=5)
        return None


class Claim:
    """One run in the hands of one process. What it writes goes through the connection that holds the claim."""

    def __init__(self, connection: Connection, table: str, run_id: UUID) -> None:
        self._connection = connection
        self._table = table
        self._run_id = run_id

    async def begun(self) -> BackgroundRun | None:
        """The run, now running; None when it was over already."""
        row = await self._connection.fetchrow(
            f"update {self._table} set state = 'running' where run_id = $1 and {_OPEN} "
            f"returning {', '.join(_FIELDS)}",
            self._run_id,
        )
        return None if row is None else _read(row)

    async def progress(self, done: int, total: int) -> bool:
        """Write down how far it is; False when its end was asked for."""
        cancel: bool | None = await self._connection.fetchval(
            f"update {self._table} set entries_done = $2, entries_total = $3 where run_id = $1 "
            "returning cancel_asked",
            self._run_id,
            done,
            total,
        )
        return cancel is False

    async def over(self, state: RunState, digest: str | None = None, refusal: Refusal | None = None) -> None:
        """Write down how it ended."""
        await self._connection.execute(
            f"update {self._table} set state = $2, digest = $3, refusal = $4 where run_id = $1 and {_OPEN}",
            self._run_id,
            state,
            digest,
            _plain(refusal),
        )

    async def release(self) -> None:
        """Give the run out of hand; another process may take it up when it is not over.

        Said to the server and answered by it: the end of a connection alone reaches it some time later.
        """
        try:
            await self._connection.execute("select pg_advisory_unlock_all()", timeout=5)
            await self._connection.close(timeout=5)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            self._connection.terminate()


def _written(run: BackgroundRun) -> list[Any]:
    values = {name: getattr(run, name) for name in _FIELDS}
    values["parameters"] = json.dumps(dict(run.parameters), sort_keys=True)
    values["refusal"] = _plain(run.refusal)
    return list(values.values())


def _plain(refusal: Refusal | None) -> str | None:
    return None if refusal is None else json.dumps([refusal.rule_id, refusal.de, refusal.en])


def _read(row: asyncpg.Record) -> BackgroundRun:
    values = dict(row)
    values["kind"] = RunKind(values["kind"])
    values["state"] = RunState(values["state"])
    values["parameters"] = json.loads(values["parameters"])
    if values["refusal"] is not None:
        values["refusal"] = Refusal(*json.loads(values["refusal"]))
    return BackgroundRun(**values)
