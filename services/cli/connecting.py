"""How a command finds the running parts: settings, the engine on the database, and Temporal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.cli.outcome import CommandFailed
from services.embedded_services import database_status, services_status
from services.settings import Settings, read_settings

if TYPE_CHECKING:
    from temporalio.client import Client

    from services.bootstrap import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the running parts are."""

    database_url: str
    temporal_address: str


async def running_parts(settings: Settings) -> Addresses:
    """The addresses of the parts, embedded or not. Raises CommandFailed naming what does not run."""
    postgres, temporal = await services_status(settings)
    down = [part.name for part in (postgres, temporal) if not part.running]
    if down:
        raise _not_running(*down)
    database_url = settings.database_url or postgres.address or ""
    return Addresses(database_url=database_url, temporal_address=temporal.address or "")


async def running_database(settings: Settings) -> str:
    """The address of the database alone. Raises CommandFailed when it does not run."""
    postgres = await database_status(settings)
    if not postgres.running:
        raise _not_running(postgres.name)
    return settings.database_url or postgres.address or ""


def _not_running(*parts: str) -> CommandFailed:
    return CommandFailed(
        f"es läuft nicht: {' und '.join(parts)}; zu starten mit: teilhabe services start",
        f"{' and '.join(parts)} not running; start with: teilhabe services start",
    )


@asynccontextmanager
async def engine_here(settings: Settings | None = None) -> AsyncIterator[Engine]:
    """The engine on the running database, for commands that read or write the log."""
    from services.bootstrap import open_engine

    chosen = settings or read_settings()
    database_url = await running_database(chosen)
    async with open_engine(database_url, chosen.key_encryption_key()) as engine:
        await engine.keys.verify()
        yield engine


@asynccontextmanager
async def engine_and_temporal(settings: Settings | None = None) -> AsyncIterator[tuple[Engine, Client]]:
    """The engine and a connected Temporal client, for commands that move cases."""
    from adapters.temporal import connect
    from services.bootstrap import open_engine

    chosen = settings or read_settings()
    addresses = await running_parts(chosen)
    async with open_engine(addresses.database_url, chosen.key_encryption_key()) as engine:
        await engine.keys.verify()
        client = await connect(addresses.temporal_address, chosen.temporal_namespace)
        yield engine, client
