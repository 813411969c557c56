"""The schema grows by numbered SQL files: each runs once, in one transaction, and never changes afterwards."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from adapters.spoken_error import SpokenError, SpokenUnavailable

SQL_FOLDER = Path(__file__).resolve().parent.parent / "infra" / "sql"
DEFAULT_SCHEMA = "teilhabe"
LOCK_TIMEOUT = "10s"
_ADVISORY_LOCK = 7_305_808_865_019_191_657
_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
_SCHEMA = re.compile(r"^[a-z_][a-z0-9_]{0,39}$")


class MigrationRefused(SpokenError):
    """The files and what the database has recorded do not fit; nothing was changed. The text says which file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file: ``number`` orders the files, ``digest`` is the SHA-256 of its bytes."""

    number: int
    name: str
    sql: str
    digest: str


def checked_schema(schema: str) -> str:
    """``schema`` itself when it can stand in SQL without quotes.

    At most 40 characters, for names of channels are made from it. Raises ValueError otherwise.
    """
    if not _SCHEMA.match(schema):
        raise ValueError(f"not a usable schema name (a-z, 0-9, _; at most 40 characters): {schema!r}")
    return schema


def migrations(*sources: Path) -> list[Migration]:
    """The migrations in ``sources`` (files, or folders whose NNNN_*.sql are taken) in order of number.

    Raises MigrationRefused when a name does not fit, or when two files have the same number.
    """
    found: dict[int, Migration] = {}
    for source in sources or (SQL_FOLDER,):
        for path in sorted(source.glob("*.sql")) if source.is_dir() else [source]:
            match = _NAME.match(path.name)
            if match is None:
                raise MigrationRefused(
                    f"{path.name} is not named NNNN_what_it_makes.sql",
                    de=f"{path.name} heißt nicht NNNN_was_es_macht.sql",
                )
            number, content = int(match[1]), path.read_bytes()
            if number in found:
                raise MigrationRefused(
                    f"{path.name} has the same number as {found[number].name}",
                    de=f"{path.name} hat dieselbe Nummer wie {found[number].name}",
                )
            digest = hashlib.sha256(content).hexdigest()
            found[number] = Migration(number=number, name=path.name, sql=content.decode(), digest=digest)
    return [found[number] for number in sorted(found)]


async def migrate(dsn: str, schema: str = DEFAULT_SCHEMA, sources: Sequence[Path] = ()) -> list[str]:
    """Bring ``schema`` up to date and return the names of the files applied now, in order.

    Several callers at once are safe: one works, the others wait and find nothing to do. Each file commits on its own,
    so after a failure the ones before it stay. A statement that waits longer than LOCK_TIMEOUT for a lock fails.
    Raises MigrationRefused, StoreUnavailable.
    """
    wanted = migrations(*sources)
    connection = await _connect(dsn)
    try:
        # For the session, for it spans the transactions of all files; given back when the connection ends.
        await connection.execute("select pg_advisory_lock($1)", _ADVISORY_LOCK)
        async with connection.transaction():
            # Asked first, for "if not exists" wants the right to create even where there is nothing to do.
            if await connection.fetchval("select to_regnamespace($1) is null", checked_schema(schema)):
                await connection.execute(f"create schema {schema}")
            await connection.execute(
                f"create table if not exists {schema}.migrations (number integer primary key, name text not null, "
                "digest text not null, applied_at timestamptz not null default clock_timestamp())"
            )
        todo = _todo(wanted, await _recorded(connection, schema))
        for migration in todo:
            await _apply(connection, schema, migration)
        return [migration.name for migration in todo]
    finally:
        await connection.close()


async def pending(dsn: str, schema: str = DEFAULT_SCHEMA, sources: Sequence[Path] = ()) -> list[str]:
    """The names of the files that ``migrate`` would apply now. Changes nothing.

    Raises MigrationRefused, StoreUnavailable.
    """
    wanted = migrations(*sources)
    connection = await _connect(dsn)
    try:
        table = f"{checked_schema(schema)}.migrations"
        if await connection.fetchval("select to_regclass($1) is null", table):
            return [migration.name for migration in wanted]
        return [migration.name for migration in _todo(wanted, await _recorded(connection, schema))]
    finally:
        await connection.close()


async def _connect(dsn: str) -> asyncpg.Connection[asyncpg.Record]:
    try:
        return await asyncpg.connect(dsn, timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise SpokenUnavailable(
            f"the database cannot be reached: {error}", de=f"die Datenbank ist nicht zu erreichen: {error}"
        ) from error


async def _recorded(
    connection: asyncpg.Connection[asyncpg.Record], schema: str
) -> dict[int, tuple[str, str]]:
    rows = await connection.fetch(f"select number, name, digest from {schema}.migrations order by number")
    return {row["number"]: (row["name"], row["digest"]) for row in rows}


def _todo(wanted: Sequence[Migration], recorded: dict[int, tuple[str, str]]) -> list[Migration]:
    """What is not recorded yet. A recorded file that was changed or is gone is refused: history is not edited."""
    for number, (name, digest) in recorded.items():
        match next((migration for migration in wanted if migration.number == number), None):
            case None:
                raise MigrationRefused(
                    f"{name} was applied to this database, but the file is gone",
                    de=f"{name} ist auf diese Datenbank angewandt, die Datei ist aber weg",
                )
            case migration if migration.digest != digest:
                raise MigrationRefused(
                    f"{migration.name} was changed after it was applied; write a new file instead",
                    de=f"{migration.name} wurde nach der Anwendung geändert; stattdessen eine neue Datei schreiben",
                )
    todo = [migration for migration in wanted if migration.number not in recorded]
    if todo and recorded and todo[0].number < max(recorded):
        raise MigrationRefused(
            f"{todo[0].name} comes before {recorded[max(recorded)][0]}, which was already applied",
            de=f"{todo[0].name} kommt vor {recorded[max(recorded)][0]}, das schon angewandt ist",
        )
    return todo


async def _apply(connection: asyncpg.Connection[asyncpg.Record], schema: str, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(
            f"set local search_path to {schema}; set local lock_timeout to '{LOCK_TIMEOUT}'"
        )
        try:
            await connection.execute(migration.sql)
        except asyncpg.PostgresError as error:
            raise MigrationRefused(f"{migration.name}: {error}", de=f"{migration.name}: {error}") from error
        await connection.execute(
            f"insert into {schema}.migrations (number, name, digest) values ($1, $2, $3)",
            migration.number,
            migration.name,
            migration.digest,
        )
