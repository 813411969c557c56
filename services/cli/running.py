"""Commands that run the system: the embedded parts, migrations, worker, projector, API, recovery."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from cyclopts import App

from domain.path import Title
from services.cli.connecting import engine_and_temporal, engine_here, running_database
from services.cli.outcome import CommandFailed, Json, print_json, print_lines
from services.cli.progress import progress
from services.embedded_services import (
    Services,
    running_services,
    services_status,
    start_services,
    stop_services,
)
from services.log_lines import configure_logging
from services.settings import Settings, read_settings

if TYPE_CHECKING:
    from services.bootstrap import Engine

services = App(name="services", help="Start, stop and look at the embedded PostgreSQL and Temporal.")
projections = App(name="projections", help="Look at the projections and rebuild them.")


# ------------------------------------------------------------------ services


@services.command
async def start(*, json_: Json = False) -> int:
    """Start the embedded parts in the background and print where they are.

    Prints DATABASE_URL=… and TEMPORAL_ADDRESS=… for use in a shell. What runs already is left running; a part
    that is configured from outside (DATABASE_URL, TEMPORAL_ADDRESS) is not started.
    """
    from adapters.temporal import SEARCH_ATTRIBUTES

    started = await start_services(read_settings(), SEARCH_ATTRIBUTES)
    _print_services(started, json_)
    return 0


def _print_services(started: Services, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "DATABASE_URL": started.database_url,
                "TEMPORAL_ADDRESS": started.temporal_address,
                "temporal_ui": started.temporal_ui,
            }
        )
        return
    print_lines([f"DATABASE_URL={started.database_url}", f"TEMPORAL_ADDRESS={started.temporal_address}"])


@services.command
async def stop(*, json_: Json = False) -> int:
    """Stop the embedded parts; their data stays."""
    stopped = await stop_services(read_settings())
    if json_:
        print_json({"stopped": stopped})
    else:
        print_lines([f"stopped: {', '.join(stopped)}" if stopped else "nothing was running"])
    return 0


@services.command
async def status(*, json_: Json = False) -> int:
    """Show which parts run, where, and with which data."""
    parts = await services_status(read_settings())
    if json_:
        print_json(parts)
        return 0
    for part in parts:
        kind = "embedded" if part.embedded else "outside"
        print_lines(
            [f"{part.name:9} {'running' if part.running else 'stopped':8} {kind:9} {part.address or '-'}"]
        )
    return 0


async def migrate(*, json_: Json = False) -> int:
    """Bring the database up to this version of the code. Forward only; safe to repeat and to race."""
    from adapters.migrations import migrate as apply_migrations

    applied = await apply_migrations(await running_database(read_settings()))
    if json_:
        print_json({"applied": applied})
    else:
        print_lines([f"applied: {', '.join(applied)}" if applied else "nothing to apply"])
    return 0


# ------------------------------------------------------------ long-running


async def worker(*, json_: Json = False) -> int:
    """Run the worker that moves cases, until Ctrl-C. Prints one line once it is connected."""
    from services.bootstrap import mailer, staff_directory
    from services.worker import run_worker

    settings = read_settings()
    configure_logging()
    async with engine_and_temporal(settings) as (engine, client):
        _ready("worker", json_)
        await _until_stopped(run_worker(engine, client, mailer(settings), staff_directory(settings)))
    return 0


async def projector(*, json_: Json = False) -> int:
    """Run the projector that keeps the read tables current, until Ctrl-C. Prints one line once it is connected."""
    from services.projector import run_projector

    configure_logging()
    async with engine_here() as engine:
        _ready("projector", json_)
        await _until_stopped(run_projector(engine))
    return 0


async def serve(*, json_: Json = False) -> int:
    """Serve the HTTP API on loopback, until Ctrl-C. Prints its address once it takes connections."""
    from services.api import serve as serve_api

    settings = read_settings()
    configure_logging()
    async with engine_and_temporal(settings) as (engine, client):
        port: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def announced() -> None:
            async with asyncio.TaskGroup() as group:
                group.create_task(serve_api(engine, client, settings, port))
                _ready("api", json_, f"http://{settings.http_host}:{await port}")

        await _until_stopped(announced())
    return 0


def _ready(part: str, as_json: bool, address: str | None = None) -> None:
    """One line for whoever started the part: it runs now."""
    if as_json:
        print_json({"running": part, "address": address})
    else:
        print_lines([f"{part} running" + (f" at {address}" if address else "")])
    sys.stdout.flush()


async def recover(*, json_: Json = False) -> int:
    """Start a workflow for every open case that has none, and the one for grants, from the event log alone."""
    from services.recover import recover as recover_cases

    async with engine_and_temporal() as (engine, client):
        with progress(Title(de="Fälle werden aufgenommen", en="Recovering cases")) as report:
            recovered = await recover_cases(engine, client, report)
    if json_:
        print_json(recovered)
    else:
        print_lines([str(recovered)])
    return 0


async def up(*, json_: Json = False) -> int:
    """Run everything in the foreground until Ctrl-C: embedded parts, migrations, worker, projector and API."""
    settings = read_settings()
    configure_logging()
    async with whole_system(settings) as system:
        await _until_stopped(_announced(system, json_))
    return 0


async def _announced(system: System, as_json: bool) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(system.run())
        addresses = await system.addresses()
        if as_json:
            print_json(addresses)
        else:
            print_lines(f"{name:17} {address}" for name, address in addresses.items())
        sys.stdout.flush()


class System:
    """The opened parts of one process that runs everything."""

    def __init__(self, settings: Settings, services_: Services, engine: Engine, client: Any) -> None:
        self.settings = settings
        self.services = services_
        self.engine = engine
        self.client = client
        self._http_port: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Worker, projector and API together; ends when one of them fails or the task is cancelled."""
        from services.api import serve as serve_api
        from services.bootstrap import mailer, staff_directory
        from services.projector import run_projector
        from services.worker import run_worker

        async with asyncio.TaskGroup() as group:
            group.create_task(
                run_worker(self.engine, self.client, mailer(self.settings), staff_directory(self.settings))
            )
            group.create_task(run_projector(self.engine))
            group.create_task(serve_api(self.engine, self.client, self.settings, self._http_port))

    async def addresses(self) -> dict[str, str]:
        """Where everything is, by name; waits until the API takes connections."""
        port = await self._http_port
        found = {
            "api": f"http://{self.settings.http_host}:{port}/api/v1/openapi.json",
            "DATABASE_URL": self.services.database_url,
            "TEMPORAL_ADDRESS": self.services.temporal_address,
        }
        if self.services.temporal_ui:
            found["temporal_ui"] = self.services.temporal_ui
        return found


@asynccontextmanager
async def whole_system(settings: Settings) -> AsyncIterator[System]:
    """Embedded parts started (and stopped at the end if started here), migrations applied, engine opened."""
    from adapters.migrations import migrate as apply_migrations
    from adapters.temporal import SEARCH_ATTRIBUTES, connect
    from services.bootstrap import open_engine

    async with running_services(settings, SEARCH_ATTRIBUTES) as started:
        await apply_migrations(started.database_url)
        async with open_engine(started.database_url, settings.key_encryption_key()) as engine:
            await engine.keys.verify()
            client = await connect(started.temporal_address, started.temporal_namespace)
            yield System(settings, started, engine, client)


async def _until_stopped(work: Any) -> None:
    """Run ``work`` until it ends or SIGINT/SIGTERM comes; then cancel it and wait for its clean end.

    What start-up made lives as long as the process: the collector need not look at it again on every round.
    """
    gc.collect()
    gc.freeze()
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        print("stopped", file=sys.stderr)
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)


# --------------------------------------------------------------- projections


@projections.command(name="status")
async def projections_status(*, json_: Json = False) -> int:
    """Show how far each projection has read and how far it lags behind the log."""
    from services.queries import Queries

    async with engine_here() as engine:
        queries = Queries(engine)
        try:
            rows = await queries.projections_status()
        finally:
            await queries.close()
    if json_:
        print_json(rows)
        return 0
    for row in rows:
        print_lines([str(row)])
    return 0


@projections.command
async def rebuild(name: str | None = None, *, json_: Json = False) -> int:
    """Rebuild all projections, or one, beside the live ones, and swap them in.

    Parameters
    ----------
    name
        One projection; all when left out.
    """
    from adapters.migrations import pending
    from services.rebuild import UnknownProjection
    from services.rebuild import rebuild as rebuild_projections

    async with engine_here() as engine:
        if await pending(engine.database_url):
            raise CommandFailed(
                "es fehlen Änderungen am Schema; zuerst: teilhabe migrate",
                "migrations are pending; run: teilhabe migrate",
            )
        try:
            with progress(Title(de="Lesetabellen werden neu angelegt", en="Rebuilding")) as report:
                rebuilt = await rebuild_projections(engine, name, report)
        except UnknownProjection as error:
            raise CommandFailed(str(error)) from error
    if json_:
        print_json(rebuilt)
    else:
        print_lines([str(rebuilt)])
    return 0
