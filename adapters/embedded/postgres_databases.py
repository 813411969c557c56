"""Making and dropping databases on a server that runs already."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from adapters.embedded.errors import EmbeddedError

Result = TypeVar("Result")


def database_dsn(dsn: str, name: str) -> str:
    """``dsn`` with its database replaced by ``name``."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


async def create_database(dsn: str, name: str, template: str | None = None) -> str:
    """Make the database ``name`` on the server of ``dsn`` and return its own DSN.

    With ``template`` it is a copy of that database, to which nobody may be connected meanwhile.
    """
    copied = f" template {_quoted(template)} strategy file_copy" if template else ""
    await _say(dsn, f"create database {_quoted(name)}{copied}")
    return database_dsn(dsn, name)


async def create_database_if_missing(dsn: str, name: str) -> None:
    """Make the database ``name`` unless the server of ``dsn`` has it."""
    connection = await asyncpg.connect(dsn)
    try:
        if not await connection.fetchval("select exists (select from pg_database where datname = $1)", name):
            await connection.execute(f"create database {_quoted(name)}")
    finally:
        await connection.close()


async def takes_connections(dsn: str) -> bool:
    """Whether the server of ``dsn`` answers now; False while it starts, ends, or is not there.

    Raises EmbeddedError when it is there but refuses the password.
    """
    try:
        connection = await asyncpg.connect(dsn, timeout=5.0)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise EmbeddedError(
            "The PostgreSQL server refuses our user name and password",
            de="Der PostgreSQL-Server weist unseren Benutzer mit seinem Kennwort ab",
        ) from error
    except asyncpg.InvalidCatalogNameError:
        return True
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return True


async def drop_database(dsn: str, name: str) -> None:
    """Drop the database ``name`` if it is there, and end the connections to it."""
    await _say(dsn, f"drop database if exists {_quoted(name)} with (force)")


async def _say(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def run_apart(work: Coroutine[object, object, Result]) -> Result:
    """Run ``work`` to its end on a loop of its own, also when the calling thread has a running loop."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        return apart.submit(asyncio.run, work).result()
