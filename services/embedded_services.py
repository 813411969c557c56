"""The database and Temporal that this installation uses: embedded ones started and stopped, outside ones looked at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.postgres_databases import takes_connections
from adapters.embedded.temporal import EmbeddedTemporal
from adapters.embedded.temporal_probe import SearchAttributeType, answers, register_search_attributes
from services.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Where the parts are reached. ``postgres_started`` and ``temporal_started`` tell what this call started."""

    database_url: str
    temporal_address: str
    temporal_namespace: str
    temporal_ui: str | None
    postgres_started: bool
    temporal_started: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStatus:
    """One part: embedded or outside, running or not. ``address`` of an outside database shows no password."""

    name: str
    embedded: bool
    running: bool
    address: str | None
    pid: int | None = None
    ui: str | None = None
    state: str | None = None


async def start_services(
    settings: Settings, search_attributes: Mapping[str, SearchAttributeType] | None = None
) -> Services:
    """Start what is embedded and not running yet, both at the same time; find the rest.

    ``search_attributes`` are made known to Temporal, an outside one too. Parts outlive this process until
    ``stop_services``. Raises EmbeddedError with one line; then nothing that was started here stays.
    """
    database, temporal = await asyncio.gather(
        asyncio.to_thread(_start_postgres, settings),
        _start_temporal(settings, search_attributes or {}),
        return_exceptions=True,
    )
    if isinstance(database, BaseException):
        if not isinstance(temporal, BaseException) and temporal[2]:
            await _temporal(settings).stop_async()
        raise database
    if isinstance(temporal, BaseException):
        if database[1]:
            await _postgres(settings).stop_async()
        raise temporal
    database_url, postgres_started = database
    address, ui, temporal_started = temporal
    return Services(
        database_url=database_url,
        temporal_address=address,
        temporal_namespace=settings.temporal_namespace,
        temporal_ui=ui,
        postgres_started=postgres_started,
        temporal_started=temporal_started,
    )


async def stop_services(settings: Settings) -> tuple[str, ...]:
    """Stop the embedded parts, Temporal first; return the names of those that ran. Outside ones are left alone."""
    stopped = []
    if settings.temporal_address is None and await _temporal(settings).stop_async():
        stopped.append("temporal")
    if settings.database_url is None and await _postgres(settings).stop_async():
        stopped.append("postgres")
    return tuple(stopped)


async def services_status(settings: Settings) -> tuple[PartStatus, PartStatus]:
    """How the database and Temporal are; starts and changes nothing."""
    return await database_status(settings), await asyncio.to_thread(_temporal_status, settings)


@asynccontextmanager
async def running_services(
    settings: Settings, search_attributes: Mapping[str, SearchAttributeType] | None = None
) -> AsyncIterator[Services]:
    """The parts for as long as the body runs; at the end those stop that were started for it, no others."""
    started = await start_services(settings, search_attributes)
    try:
        yield started
    finally:
        if started.temporal_started:
            await _temporal(settings).stop_async()
        if started.postgres_started:
            await _postgres(settings).stop_async()


def _postgres(settings: Settings) -> EmbeddedPostgres:
    return EmbeddedPostgres(state_dir=settings.home, binaries=settings.postgres_bin)


def _temporal(
    settings: Settings, attributes: Mapping[str, SearchAttributeType] | None = None
) -> EmbeddedTemporal:
    return EmbeddedTemporal(
        state_dir=settings.home,
        binary=settings.temporal_bin,
        namespace=settings.temporal_namespace,
        search_attributes=attributes or {},
    )


def _start_postgres(settings: Settings) -> tuple[str, bool]:
    if settings.database_url is not None:
        return settings.database_url, False
    started = _postgres(settings).start()
    return started.dsn, started.started_here


async def _start_temporal(
    settings: Settings, attributes: Mapping[str, SearchAttributeType]
) -> tuple[str, str | None, bool]:
    if settings.temporal_address is not None:
        await register_search_attributes(settings.temporal_address, settings.temporal_namespace, attributes)
        return settings.temporal_address, None, False
    started = await _temporal(settings, attributes).start_async()
    return started.address, started.ui_url, started.started_here


async def database_status(settings: Settings) -> PartStatus:
    """How the database is; starts and changes nothing."""
    if settings.database_url is not None:
        where = (
            settings.database_url.rpartition("@")[2].removeprefix("postgresql://").removeprefix("postgres://")
        )
        running = await takes_connections(settings.database_url)
        return PartStatus(name="postgres", embedded=False, running=running, address=where.partition("?")[0])
    status = await asyncio.to_thread(_postgres(settings).status)
    return PartStatus(
        name="postgres",
        embedded=True,
        running=status.running,
        address=status.dsn,
        pid=status.pid,
        state=str(status.data_dir),
    )


def _temporal_status(settings: Settings) -> PartStatus:
    if settings.temporal_address is not None:
        running = answers(settings.temporal_address, settings.temporal_namespace)
        return PartStatus(name="temporal", embedded=False, running=running, address=settings.temporal_address)
    status = _temporal(settings).status()
    return PartStatus(
        name="temporal",
        embedded=True,
        running=status.running,
        address=status.address,
        pid=status.pid,
        ui=status.ui_url,
        state=str(status.db_file),
    )
