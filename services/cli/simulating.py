"""The command that fills an empty store with the simulated town."""

from __future__ import annotations

from domain.path import Title
from services.cli.connecting import engine_here
from services.cli.outcome import CommandFailed, Json, print_json, print_lines, read_date
from services.cli.progress import progress


async def simulate(
    *,
    participants: int = 400,
    years: int = 2,
    seed: int = 1,
    until: str | None = None,
    json_: Json = False,
) -> int:
    """Fill an empty store with a synthetic town: the StädteRegion Aachen with its nine municipalities.

    The same seed gives the same events. No real person is in it; every stream is marked as synthetic.

    Parameters
    ----------
    participants
        How many people, 1 to 100,000.
    years
        How many years of casework, 1 to 5.
    seed
        Any whole number.
    until
        Last simulated day (YYYY-MM-DD); today when left out.
    """
    from services.simulation import SimulationImpossible, StoreNotEmpty, run_simulation

    last_day = read_date(until, "--until")
    try:
        async with engine_here() as engine:
            with progress(Title(de="Die Stadt wird simuliert", en="Simulating the town")) as report:
                simulated = await run_simulation(
                    engine, participants=participants, years=years, seed=seed, until=last_day, progress=report
                )
    except (SimulationImpossible, StoreNotEmpty) as error:
        raise CommandFailed(str(error)) from error
    if json_:
        print_json(simulated)
    else:
        print_lines([str(simulated)])
    return 0
