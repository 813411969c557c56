"""``teilhabe demo``: the whole loop on real parts, with one fresh participant walked from intake to Ausbildung."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from services.cli.demo_mail import demo_mailbox
from services.cli.demo_walk import walk
from services.cli.progress import progress
from services.cli.running import System, whole_system
from services.settings import read_settings

SEED = 1
PARTICIPANTS = 400
YEARS = 2


async def demo(*, exit_: Annotated[bool, Parameter(name="--exit", negative=())] = False) -> int:
    """Start everything, fill the simulated town, walk one participant through, print history and reports.

    The state is kept in the state directory; the second start finds the town filled. Stays up until Ctrl-C.

    Parameters
    ----------
    exit_
        Stop after printing.
    """
    console = Console(highlight=False, soft_wrap=True)
    async with demo_mailbox() as mailbox:
        settings = mailbox.settings(read_settings())
        console.print("[bold]teilhabe[/bold] – Vorführung mit echten Teilen (PostgreSQL, Temporal, SMTP)\n")
        async with whole_system(settings) as system:
            await _fill(console, system)
            running = asyncio.create_task(system.run())
            try:
                await _recover(system)
                await _unless_failed(running, walk(console, system, mailbox))
                console.print("\n[bold]Adressen[/bold]")
                for line in system.addresses():
                    console.print(f"  {line}", markup=False)
                if not exit_:
                    console.print("\nLäuft weiter bis Strg-C. (Running until Ctrl-C.)")
                    await running
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
    return 0


async def _fill(console: Console, system: System) -> None:
    from services.simulation import run_simulation

    head = await system.engine.store.head()
    if head:
        console.print(f"Die Stadt ist schon gefüllt: {head} Ereignisse im Protokoll.")
        return
    with progress(f"Simulierte Stadt: {PARTICIPANTS} Personen, {YEARS} Jahre") as report:
        simulated = await run_simulation(
            system.engine, participants=PARTICIPANTS, years=YEARS, seed=SEED, until=None, progress=report
        )
    console.print(str(simulated), markup=False)


async def _recover(system: System) -> None:
    from services.recover import recover

    with progress("Offene Fälle aus dem Protokoll aufnehmen") as report:
        recovered = await recover(system.engine, system.client, report)
    print(str(recovered), file=sys.stderr)


async def _unless_failed(running: asyncio.Task[None], work: object) -> None:
    """Wait for ``work``; when the system fails first, raise its failure instead of waiting for ever."""
    task = asyncio.ensure_future(work)  # type: ignore[call-overload] # a coroutine, awaited here
    done, _ = await asyncio.wait({running, task}, return_when=asyncio.FIRST_COMPLETED)
    if task in done:
        await task
        return
    task.cancel()
    await running
