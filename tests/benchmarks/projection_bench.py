"""Reading, following and rebuilding, each beside what it is compared with, in one run on one server.

Run alone: ``python -m tests.benchmarks.projection_bench [--events N]``; without ``--dsn`` it starts a server of its own.
The library's projection runner takes part when psycopg is installed (group bench).
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from adapters.embedded.postgres_databases import create_database, drop_database
from adapters.embedded.throwaway import ephemeral_postgres
from adapters.migrations import migrate
from domain.contact import ContactHeld, ContactKind, ContactProof
from domain.ports import Append
from domain.projections.register import PROJECTIONS
from services.bootstrap import Engine, open_engine
from services.garbage import paused
from services.projector import run_projector
from services.queries import Queries
from services.rebuild import rebuild
from tests.benchmarks.template_histories import LAST_DAY, load_templates, stream_id, stream_versions

KEK = bytes(range(32))
EVENTS = 1_000_000
REPETITIONS = 5
LIVE_PER_SECOND = 1_000
LIVE_SECONDS = 10
WARM_SECONDS = 5
"""Of live work before that is not counted: the projector meets 2,000 cases for the first time and reads each."""

Figure = dict[str, Any]


async def run(dsn: str, *, events: int = EVENTS, repetitions: int = REPETITIONS) -> list[Figure]:
    """All figures of this part, on databases of its own that are dropped afterwards."""
    database = await create_database(dsn, "projection_bench")
    try:
        await migrate(database)
        async with open_engine(database, KEK) as engine:
            head = await load_templates(engine.log, engine.codec, engine.keys, events)
            await _execute(engine, "vacuum analyze teilhabe.events")
            figures = await _rebuilding(engine, head, repetitions)
            figures += await _following(engine, head)
        return figures
    finally:
        await drop_database(dsn, "projection_bench")


async def _execute(engine: Engine, statement: str) -> None:
    async with engine.connections.lend() as connection:
        await connection.execute(statement, timeout=600)


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    begin = time.perf_counter()
    await work()
    return time.perf_counter() - begin


# ----------------------------------------------------------------- rebuilding


async def _rebuilding(engine: Engine, head: int, repetitions: int) -> list[Figure]:
    """A full rebuild and the typed scan against the server's own COPY of the same rows, and a catch-up from nothing."""
    rebuilt, scanned, caught_up = [], [], []
    rates = []
    for _ in range(repetitions):
        copy = await _seconds(lambda: _execute(engine, "copy teilhabe.events to '/dev/null' binary"))
        took = await _seconds(lambda: rebuild(engine))
        rebuilt.append(copy / took)
        rates.append(head / took)
        scanned.append(copy / await _seconds(lambda: _scan(engine)))
        caught_up.append(head / await _catch_up(engine, head))
    figures = [
        figure(
            f"full rebuild of {len(PROJECTIONS)} projections, {head:,} events: share of server-side COPY",
            rebuilt,
            at_least=0.05,
        ),
        figure("full rebuild, events/s", rates),
        figure("typed scan without personal fields: share of server-side COPY", scanned, at_least=0.25),
        figure("exactly-once catch-up of all projections from nothing, events/s", caught_up),
    ]
    if importlib.util.find_spec("psycopg") is not None:
        from tests.benchmarks.library_projection import library_rates

        library = await library_rates(engine.database_url, repetitions)
        figures.append(figure("the library's projection runner doing the same work, events/s", library))
        ratios = [ours / theirs for ours, theirs in zip(caught_up, library, strict=True)]
        figures.append(figure("catch-up: times the library's projection runner", ratios, at_least=100))
    return figures


async def _scan(engine: Engine) -> None:
    """As the export and the reports of old positions read the log: with the collector paused."""
    with paused():
        async for _ in engine.store.scan(personal=False):
            pass


async def _catch_up(engine: Engine, head: int) -> float:
    """Seconds from starting a projector on empty read tables until they are at the head."""
    names = ", ".join(f"teilhabe.{name}" for name in PROJECTIONS)
    await _execute(engine, f"truncate {names}, teilhabe.projections")
    queries = Queries(engine)
    begin = time.perf_counter()
    task = asyncio.create_task(run_projector(engine))
    try:
        assert await queries.wait_for(head, 3_600)
        return time.perf_counter() - begin
    finally:
        task.cancel()
        await asyncio.wait([task])
        await queries.close()


# ------------------------------------------------------------------ following


async def _following(engine: Engine, head: int) -> list[Figure]:
    """Read-your-writes and lag, with the projector in a process of its own as it is in life."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.services.projector_process",
        engine.database_url,
        stdout=asyncio.subprocess.DEVNULL,
    )
    queries = Queries(engine)
    try:
        versions = await stream_versions(engine.log, 2_000)
        assert await queries.wait_for(head, 60)
        await _contact(engine, 0, versions)
        assert await queries.wait_for(head + 1, 60)
        waits = []
        for number in range(200):
            position = await _contact(engine, number % 50, versions)
            begin = time.perf_counter()
            assert await queries.wait_for(position, 10)
            waits.append((time.perf_counter() - begin) * 1e3)
        await _live(engine, queries, versions, WARM_SECONDS)
        lags = await _live(engine, queries, versions, LIVE_SECONDS)
        return [
            figure(
                "read-your-writes, ms from the acknowledgement until the lists show it (p50)",
                _parts(waits, 50),
                at_most=5,
            ),
            figure("the same, p99", _parts(waits, 99)),
            figure(
                f"lag at {LIVE_PER_SECOND:,} events/s on 2,000 cases for {LIVE_SECONDS} s, warm, ms (p50)",
                _parts(lags, 50),
            ),
            figure("the same, p99", _parts(lags, 99), at_most=100),
        ]
    finally:
        process.kill()
        await process.wait()
        await queries.close()


async def _contact(engine: Engine, number: int, versions: dict[int, int]) -> int:
    version, versions[number] = versions[number], versions[number] + 1
    appended = await engine.store.append(
        Append(
            stream_id=stream_id(number),
            expected_version=version,
            events=(
                ContactHeld(
                    occurred_on=LAST_DAY, kind=ContactKind.PHONE, minutes=5, proof=ContactProof.NONE, note=""
                ),
            ),
            command_id=None,
            actor="cw-1",
            organisation="org-1",
        )
    )
    return appended.last_position


async def _live(engine: Engine, queries: Queries, versions: dict[int, int], seconds: int) -> list[float]:
    """Milliseconds from each acknowledgement until the read tables have it, at a steady rate."""
    lags: list[float] = []
    loop = asyncio.get_running_loop()
    turns = [asyncio.Lock() for _ in versions]
    begin = loop.time()

    async def one(number: int) -> None:
        stream = number % len(versions)
        # One writer per case at a time, as its workflow sees to.
        async with turns[stream]:
            position = await _contact(engine, stream, versions)
        acknowledged = loop.time()
        assert await queries.wait_for(position, 60)
        lags.append((loop.time() - acknowledged) * 1e3)

    async with asyncio.TaskGroup() as group:
        for number in range(LIVE_PER_SECOND * seconds):
            await asyncio.sleep(max(0.0, begin + number / LIVE_PER_SECOND - loop.time()))
            group.create_task(one(number))
    return lags


# -------------------------------------------------------------------- figures


def _parts(values: list[float], percentile: int) -> list[float]:
    """The percentile in each of five stretches of the run."""
    size = max(1, len(values) // 5)
    stretches = [sorted(values[start : start + size]) for start in range(0, size * 5, size)]
    return [stretch[min(len(stretch) - 1, len(stretch) * percentile // 100)] for stretch in stretches]


def figure(
    name: str, values: list[float], *, at_least: float | None = None, at_most: float | None = None
) -> Figure:
    """One line of the page."""
    median = statistics.median(values)
    print(f"{name}: {median:.4g}", file=sys.stderr, flush=True)
    bound, kept = None, None
    if at_least is not None:
        bound, kept = f"≥ {at_least:g}", median >= at_least
    elif at_most is not None:
        bound, kept = f"≤ {at_most:g}", median <= at_most
    return {
        "name": name,
        "median": median,
        "low": min(values),
        "high": max(values),
        "bound": bound,
        "kept": kept,
    }


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dsn")
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    chosen = parser.parse_args()
    if chosen.dsn:
        figures = asyncio.run(run(chosen.dsn, events=chosen.events, repetitions=chosen.repetitions))
    else:
        with ephemeral_postgres() as dsn:
            figures = asyncio.run(run(dsn, events=chosen.events, repetitions=chosen.repetitions))
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
