"""``teilhabe demo``: the whole loop on real parts, with one fresh participant walked from intake to Ausbildung."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter
from rich.console import Console

from adapters.embedded.state import prepare_directory
from domain.path import Title
from services.cli.outcome import Json, print_json
from services.cli.progress import progress
from services.cli.running import System, whole_system
from services.log_lines import configure_logging
from services.settings import Settings, read_settings

SEED = 1
PARTICIPANTS = 400
YEARS = 2


async def demo(
    *,
    exit_: Annotated[bool, Parameter(name="--exit", negative=())] = False,
    participants: int = PARTICIPANTS,
    years: int = YEARS,
    json_: Json = False,
) -> int:
    """Start everything, fill the simulated town, walk one participant through, print history and reports.

    The state is kept in the state directory; the second start finds the town filled. Stays up until Ctrl-C.

    Parameters
    ----------
    exit_
        Stop after printing.
    participants
        How many people the simulated town has when it is filled.
    years
        How many years of casework it has then.
    json_
        Tell the story on standard error and print the case and the addresses as JSON.
    """
    from services.cli.demo_mail import demo_mailbox
    from services.cli.demo_walk import walk

    console = Console(highlight=False, soft_wrap=True, stderr=json_)
    async with demo_mailbox() as mailbox:
        settings = _with_free_port(mailbox.settings(read_settings()))
        console.print("[bold]teilhabe[/bold] – Vorführung mit echten Teilen (PostgreSQL, Temporal, SMTP)\n")
        async with _log_file(settings) as log_file, whole_system(settings) as system:
            await _fill(console, system, participants, years)
            running = asyncio.create_task(system.run())
            try:
                await _recover(system)
                case_id = await _unless_failed(running, walk(console, system, mailbox))
                console.print("\n[bold]Adressen[/bold]")
                addresses = await system.addresses() | {"log": str(log_file)}
                for name, address in addresses.items():
                    console.print(f"  {name:17} {address}", markup=False)
                # What another terminal needs to see the same; the mails of the demo go out by this file.
                console.print(f"  {'staff file':17} TEILHABE_STAFF_FILE={settings.staff_file}", markup=False)
                if json_:
                    print_json({"case_id": case_id, "addresses": addresses})
                if not exit_:
                    console.print("\nLäuft weiter bis Strg-C. (Running until Ctrl-C.)")
                    await running
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    return 0


@asynccontextmanager
async def _log_file(settings: Settings) -> AsyncIterator[Path]:
    """The log lines of the demo go beside its state, so that the reader sees the story only."""
    file = prepare_directory(settings.home) / "demo.log"
    with file.open("a", encoding="utf-8") as stream:
        configure_logging(stream)
        yield file


def _with_free_port(settings: Settings) -> Settings:
    """The configured port, or any free one when somebody else listens there."""
    with socket.socket() as probe:
        try:
            probe.bind((settings.http_host, settings.http_port))
        except OSError:
            return replace(settings, http_port=0)
    return settings


async def _fill(console: Console, system: System, participants: int, years: int) -> None:
    from services.simulation import run_simulation

    head = await system.engine.store.head()
    if head:
        console.print(f"Die Stadt ist schon gefüllt: {head} Ereignisse im Protokoll.")
        return
    title = Title(
        de=f"Simulierte Stadt: {participants} Personen, {years} Jahre",
        en=f"Simulated town: {participants} people, {years} years",
    )
    with progress(title) as report:
        simulated = await run_simulation(
            system.engine, participants=participants, years=years, seed=SEED, until=None, progress=report
        )
    console.print(str(simulated), markup=False)


async def _recover(system: System) -> None:
    from services.recover import recover

    with progress(
        Title(de="Offene Fälle aus dem Protokoll aufnehmen", en="Taking up open cases from the log")
    ) as report:
        recovered = await recover(system.engine, system.client, report)
    print(str(recovered), file=sys.stderr)


async def _unless_failed(running: asyncio.Task[None], work: Coroutine[None, None, UUID]) -> UUID:
    """Wait for ``work``; when the system fails first, raise its failure instead of waiting for ever."""
    task = asyncio.create_task(work)
    await asyncio.wait({running, task}, return_when=asyncio.FIRST_COMPLETED)
    if not task.done():
        task.cancel()
        await running
    return await task
