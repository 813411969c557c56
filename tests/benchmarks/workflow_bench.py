"""How much a case command costs on its way through Temporal: ours beside the same workflow with an activity that does nothing.

Both run in the same process on the same servers, in turn and in alternating order; figures are ratios within one
repetition, then the median. Run alone: ``python -m tests.benchmarks.workflow_bench``, which starts servers of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from adapters.embedded.throwaway import ephemeral_postgres, ephemeral_temporal
from adapters.migrations import migrate
from adapters.temporal import SEARCH_ATTRIBUTES, connect
from domain.changes import AddNote
from domain.decision import local_date
from services.bootstrap import Engine, open_engine
from services.gateway import TASK_TIMEOUT, CarriedOut, CommandGateway
from services.log_lines import configure_logging
from services.worker import WorkerOptions, make_worker, sandbox
from tests.workflows.ground import KEK, KeptMail, context, open_case
from workflows.case_workflow import CaseWorkflow
from workflows.messages import (
    CarryOut,
    CaseMemory,
    CaseView,
    CommandMessage,
    CommandResult,
    Settled,
    workflow_id,
)

CLIENTS = (1, 8, 32)
CASES = 64
SLEEPING = (0, 500, 1_500)
TODAY = local_date(datetime.now(UTC))
NOTHING = Settled(result=CommandResult(position=1, version=1), view=CaseView(version=1))


@activity.defn(name="carry_out")
async def do_nothing(order: CarryOut) -> Settled:
    """The activity of the other contestant."""
    return NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Latencies of one contestant in one window, in milliseconds."""

    p50: float
    p99: float
    most: float
    per_second: float


Give = Callable[[UUID], Awaitable[None]]


async def window(give: Give, case_ids: list[UUID], clients: int, commands: int) -> Window:
    """``clients`` closed-loop clients give ``commands`` each, every one on cases of its own."""
    latencies: list[float] = []

    async def client(number: int) -> None:
        own = case_ids[number::clients]
        for n in range(commands):
            begun = time.perf_counter()
            await give(own[n % len(own)])
            latencies.append((time.perf_counter() - begun) * 1_000)

    begun = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(clients)))
    seconds = time.perf_counter() - begun
    latencies.sort()
    return Window(
        p50=statistics.median(latencies),
        p99=latencies[min(len(latencies) - 1, int(len(latencies) * 0.99))],
        most=latencies[-1],
        per_second=len(latencies) / seconds,
    )


def ours(gateway: CommandGateway) -> Give:
    """A note through gateway, workflow, decision and log."""

    async def give(case_id: UUID) -> None:
        note = AddNote(occurred_on=TODAY, text="Angerufen, niemanden erreicht", confidential=False)
        outcome = await gateway.case(case_id, note, context())
        assert isinstance(outcome, CarriedOut)

    return give


def nothing(client: Client) -> Give:
    """The same update with a box of the same size, to a worker that does nothing with it."""

    async def give(case_id: UUID) -> None:
        message = CommandMessage(
            case_id=case_id,
            command_id=uuid4(),
            name="add_note",
            actor="cw-eschweiler-1",
            organisation="org-eschweiler",
            sealed=bytes(180),
        )
        handle = client.get_workflow_handle_for(CaseWorkflow.run, workflow_id(case_id))
        await handle.execute_update(CaseWorkflow.handle, message, id=str(message.command_id))

    return give


async def measure(
    engine: Engine, client: Client, repetitions: int, commands: int
) -> dict[tuple[str, int], list[Window]]:
    """All windows by contestant and number of clients."""
    queue, idle_queue = f"bench-{uuid4()}", f"bench-idle-{uuid4()}"
    options = WorkerOptions(task_queue=queue)
    idle = Worker(
        client,
        task_queue=idle_queue,
        workflows=[CaseWorkflow],
        activities=[do_nothing],
        workflow_runner=sandbox(),
        max_cached_workflows=options.max_cached_workflows,
        max_concurrent_workflow_tasks=options.tasks_at_once,
        max_concurrent_workflow_task_polls=options.workflow_pollers,
        nonsticky_to_sticky_poll_ratio=options.new_workflow_share,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=options.sticky_seconds),
    )
    gateway = CommandGateway(engine, client, queue)
    windows: dict[tuple[str, int], list[Window]] = {}
    gc.freeze()  # as every service does once it has started
    async with make_worker(engine, client, KeptMail(), None, options), idle:
        real = [uuid4() for _ in range(CASES)]
        empty = [uuid4() for _ in range(CASES)]
        for case_id, other in zip(real, empty, strict=True):
            await gateway.case(case_id, open_case(), context())
            memory = CaseMemory(case_id=other, view=NOTHING.view)
            await client.start_workflow(
                CaseWorkflow.run,
                memory,
                id=workflow_id(other),
                task_queue=idle_queue,
                task_timeout=TASK_TIMEOUT,
            )
        contestants = [("case", ours(gateway), real), ("nothing", nothing(client), empty)]
        for _, give, case_ids in contestants:
            await window(give, case_ids, 8, 8)
        for repetition in range(repetitions):
            for clients in CLIENTS:
                for name, give, case_ids in contestants[:: 1 if repetition % 2 else -1]:
                    each = max(5, commands // clients)
                    windows.setdefault((name, clients), []).append(
                        await window(give, case_ids, clients, each)
                    )
    return windows


async def memory_of_sleepers(client: Client) -> list[tuple[int, float]]:
    """Resident memory in MB of this process (which is the worker's) with so many sleeping cases."""
    queue = f"sleepers-{uuid4()}"
    view = CaseView(version=1, next_wake_at=datetime.now(UTC) + timedelta(days=30))
    measured: list[tuple[int, float]] = []
    asleep = 0
    async with Worker(
        client,
        task_queue=queue,
        workflows=[CaseWorkflow],
        activities=[do_nothing],
        workflow_runner=sandbox(),
        max_cached_workflows=100,
        max_concurrent_workflow_tasks=16,
    ):
        for wanted in SLEEPING:
            gate = asyncio.Semaphore(16)

            async def start() -> None:
                case_id = uuid4()
                memory = CaseMemory(case_id=case_id, view=view)
                async with gate:  # noqa: B023 # used up before the next round
                    await client.start_workflow(
                        CaseWorkflow.run, memory, id=workflow_id(case_id), task_queue=queue
                    )

            await asyncio.gather(*(start() for _ in range(wanted - asleep)))
            asleep = wanted
            await asyncio.sleep(2)
            measured.append((wanted, _resident_mb()))
    return measured


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def compare(windows: dict[tuple[str, int], list[Window]]) -> list[dict[str, object]]:
    """The ratios and latencies, with the bounds they should keep."""
    results: list[dict[str, object]] = []

    def add(name: str, values: list[float], bound: float | None) -> None:
        median = statistics.median(values)
        results.append(
            {
                "name": name,
                "median": round(median, 3),
                "low": round(min(values), 3),
                "high": round(max(values), 3),
                "bound": None if bound is None else f"≤ {bound}",
                "kept": None if bound is None else median <= bound,
            }
        )

    for clients in CLIENTS:
        mine, other = windows["case", clients], windows["nothing", clients]
        pairs = list(zip(mine, other, strict=True))
        add(f"case command to nothing, p50, {clients} clients", [a.p50 / b.p50 for a, b in pairs], 1.3)
        add(f"case command p99 to p50, {clients} clients", [each.p99 / each.p50 for each in mine], 5)
        add(f"case command p50 in ms, {clients} clients", [each.p50 for each in mine], None)
        add(f"case command p99 in ms, {clients} clients", [each.p99 for each in mine], None)
        add(f"case command maximum in ms, {clients} clients", [each.most for each in mine], None)
        add(f"case commands per second, {clients} clients", [each.per_second for each in mine], None)
    return results


async def run(
    dsn: str, temporal_address: str, *, repetitions: int = 5, commands: int = 160
) -> list[dict[str, object]]:
    """Measure on a migrated database and a Temporal that knows our search attributes; the results with their bounds."""
    client = await connect(temporal_address)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        configure_logging(nowhere)  # the lines are made as in the service, and not read
        return await _measured(client, dsn, repetitions, commands)


async def _measured(client: Client, dsn: str, repetitions: int, commands: int) -> list[dict[str, object]]:
    async with open_engine(dsn, KEK) as engine:
        results = compare(await measure(engine, client, repetitions, commands))
    sleepers = await memory_of_sleepers(client)
    (_, least), (most_asleep, most) = sleepers[1], sleepers[-1]
    results.append(
        {
            "name": f"worker memory with {most_asleep} sleeping cases to {SLEEPING[1]}",
            "median": round(most / least, 3),
            "low": round(least, 1),
            "high": round(most, 1),
            "bound": "≤ 1.1",
            "kept": most / least <= 1.1,
        }
    )
    return results


def main() -> None:
    """Print the results, one a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dsn")
    parser.add_argument("--temporal")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--commands", type=int, default=160, help="commands of all clients in one window")
    given = parser.parse_args()
    with ExitStack() as stack:
        dsn = given.dsn or stack.enter_context(ephemeral_postgres(durable=True))
        address = given.temporal or stack.enter_context(ephemeral_temporal(SEARCH_ATTRIBUTES, durable=True))

        async def measured() -> list[dict[str, object]]:
            await migrate(dsn)
            return await run(dsn, address, repetitions=given.repetitions, commands=given.commands)

        for result in asyncio.run(measured()):
            print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
