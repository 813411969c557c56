"""How fast one event is on disk: our log, raw INSERTs by pgbench, and the library's own recorder, side by side.

Every repetition runs all contestants in a shuffled order; figures are ratios inside one repetition, then the median.
Run alone on a server that may be loaded: ``python -m tests.benchmarks.append_bench --dsn postgresql://…``; without
``--dsn`` it starts a server of its own. The library's recorder takes part when psycopg is installed (group bench).
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import json
import os
import random
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg

from adapters.embedded.postgres_binaries import find_postgres_binaries
from adapters.embedded.throwaway import ephemeral_postgres
from adapters.migrations import migrate
from tests.benchmarks.append_worker import PAYLOAD

LOG, RAW, LIBRARY = "append_bench_log", "append_bench_raw", "append_bench_library"
ROOT = Path(__file__).resolve().parents[2]
SEED = 20_260_302

RAW_TABLE = f"""
create schema {RAW};
create table {RAW}.events (like {LOG}.events including all);
create sequence {RAW}.positions;
"""
RAW_INSERT = f"""
insert into {RAW}.events (position, recorded_at, stream_id, version, command_rows, command_id, type, actor,
organisation, payload) values (nextval('{RAW}.positions'), clock_timestamp(), md5(random()::text)::uuid, 1, 1,
md5(random()::text)::uuid, 'case_opened.v1', 'staff-1', 'org-1', '\\x{PAYLOAD.hex()}'::bytea);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What one contestant did in one window. For raw inserts pgbench gives the mean as both latencies."""

    per_second: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A ratio over the repetitions, and the bound it should keep (None: shown only)."""

    name: str
    median: float
    low: float
    high: float
    bound: str | None
    kept: bool | None


class Worker:
    """Some worker processes that run their windows at the same time and count as one contestant."""

    def __init__(self, kind: str, dsn: str, schema: str, processes: int, clients: int) -> None:
        self._command = [sys.executable, "-m", "tests.benchmarks.append_worker", kind, "--dsn", dsn]
        self._command += ["--schema", schema, "--clients", str(clients)]
        self._count = processes
        self._processes: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> Worker:
        for _ in range(self._count):
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(*self._command, stdin=pipe, stdout=pipe, cwd=ROOT)
            self._processes.append(process)
            assert await self._line(process) == "ready\n"
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()

    async def window(self, seconds: float) -> Window:
        """Rates add up; the latencies are those of the worst process."""
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(f"{seconds}\n".encode())
        parts = [Window(**json.loads(await self._line(process))) for process in self._processes]
        return Window(
            per_second=sum(part.per_second for part in parts),
            p50_ms=max(part.p50_ms for part in parts),
            p99_ms=max(part.p99_ms for part in parts),
        )

    @staticmethod
    async def _line(process: asyncio.subprocess.Process) -> str:
        assert process.stdout is not None
        return (await process.stdout.readline()).decode()


class Pgbench:
    """Raw single-row INSERTs by that many connections, prepared, one commit each."""

    def __init__(self, dsn: str, script: Path, clients: int) -> None:
        program = str(find_postgres_binaries() / "pgbench")
        jobs = min(clients, os.cpu_count() or 1)
        self._command = [
            program,
            "-n",
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            str(jobs),
            "-f",
            str(script),
        ]
        self._dsn = dsn

    async def window(self, seconds: float) -> Window:
        """pgbench takes whole seconds."""
        pipe = asyncio.subprocess.PIPE
        arguments = [*self._command, "-T", str(max(1, round(seconds))), self._dsn]
        process = await asyncio.create_subprocess_exec(*arguments, stdout=pipe, stderr=pipe)
        output, errors = await process.communicate()
        rate = re.search(r"tps = ([\d.]+) \(without", output.decode())
        latency = re.search(r"latency average = ([\d.]+) ms", output.decode())
        if process.returncode or rate is None or latency is None:
            raise RuntimeError(f"pgbench failed: {errors.decode()}")
        mean = float(latency[1])
        return Window(per_second=float(rate[1]), p50_ms=mean, p99_ms=mean)


async def measure(
    dsn: str, *, repetitions: int, seconds: float, only: Sequence[str] = ()
) -> dict[str, list[Window]]:
    """The windows of every contestant, one per repetition."""
    connection = await asyncpg.connect(dsn)
    await _drop(connection)
    await migrate(dsn, LOG)
    await connection.execute(RAW_TABLE + f"create schema {LIBRARY}")
    windows: dict[str, list[Window]] = {}
    try:
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            script = folder / "insert.sql"
            script.write_text(RAW_INSERT.replace("\n", " "))
            contestants: dict[str, Worker | Pgbench] = {
                "raw 1": Pgbench(dsn, script, 1),
                "raw 32": Pgbench(dsn, script, 32),
                "log 1": Worker("our_log", dsn, LOG, 1, 1),
                "log 32": Worker("our_log", dsn, LOG, 1, 32),
                "log 128": Worker("our_log", dsn, LOG, 1, 128),
                "log 2x16": Worker("our_log", dsn, LOG, 2, 16),
                "log 4x8": Worker("our_log", dsn, LOG, 4, 8),
                "log 4x32": Worker("our_log", dsn, LOG, 4, 32),
            }
            if importlib.util.find_spec("psycopg"):
                contestants["library 32"] = Worker("library_recorder", dsn, LIBRARY, 1, 32)
            contestants = {name: one for name, one in contestants.items() if not only or name in only}
            for one in contestants.values():
                if isinstance(one, Worker):
                    await stack.enter_async_context(one)
            chance = random.Random(SEED)
            for _ in range(repetitions):
                for name in chance.sample(list(contestants), len(contestants)):
                    windows.setdefault(name, []).append(await contestants[name].window(seconds))
    finally:
        await _drop(connection)
        await connection.close()
    return windows


async def _drop(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    await connection.execute(f"drop schema if exists {LOG}, {RAW}, {LIBRARY} cascade")


def compare(windows: dict[str, list[Window]]) -> list[Result]:
    """The ratios, each computed inside one repetition."""

    def ratio(name: str, over: str, under: str, *, bound: float | None, most: bool = False) -> list[Result]:
        if over not in windows or under not in windows:
            return []
        latency = name.startswith("p50")
        pairs = zip(windows[over], windows[under], strict=True)
        values = [a.p50_ms / b.p50_ms if latency else a.per_second / b.per_second for a, b in pairs]
        median = statistics.median(values)
        kept = None if bound is None else median <= bound if most else median >= bound
        text = None if bound is None else f"{'≤' if most else '≥'} {bound}"
        return [Result(name=name, median=median, low=min(values), high=max(values), bound=text, kept=kept)]

    return [
        *ratio("append, 32 clients, to raw INSERT", "log 32", "raw 32", bound=2.0),
        *ratio("append, 32 clients, to the library's recorder", "log 32", "library 32", bound=30.0),
        *ratio("p50 at 32 clients to the mean of raw INSERT", "log 32", "raw 32", bound=0.4, most=True),
        *ratio("append, 1 client, to raw INSERT", "log 1", "raw 1", bound=0.6),
        *ratio("2 processes of 16 clients to 1 of 32", "log 2x16", "log 32", bound=0.7),
        *ratio("4 processes of 8 clients to raw INSERT of 32", "log 4x8", "raw 32", bound=1.0),
        *ratio("4 processes of 32 clients to 1 of 128", "log 4x32", "log 128", bound=0.7),
    ]


async def run(dsn: str, *, repetitions: int = 5, seconds: float = 1.0) -> list[dict[str, object]]:
    """Measure on the server of ``dsn`` (schemas append_bench_* are made and dropped) and return the ratios."""
    return [
        asdict(result) for result in compare(await measure(dsn, repetitions=repetitions, seconds=seconds))
    ]


def main() -> None:
    """Print the contestants and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dsn", help="a database to work in; without it a server is started")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--only", nargs="*", default=(), help="names of contestants, such as 'log 32'")
    given = parser.parse_args()
    with ExitStack() as stack:
        dsn = given.dsn or stack.enter_context(ephemeral_postgres(durable=True))
        measuring = measure(dsn, repetitions=given.repetitions, seconds=given.seconds, only=given.only)
        windows = asyncio.run(measuring)
    for name, some in windows.items():
        rates = sorted(one.per_second for one in some)
        p50, p99 = (statistics.median(getattr(one, which) for one in some) for which in ("p50_ms", "p99_ms"))
        print(f"{name:12} {statistics.median(rates):9,.0f}/s ({rates[0]:,.0f}-{rates[-1]:,.0f})", end="")
        print(f"  p50 {p50:.2f} ms  p99 {p99:.2f} ms")
    for result in compare(windows):
        verdict = {None: "", True: "kept", False: "NOT KEPT"}[result.kept]
        print(
            f"{result.name:48} {result.median:6.2f} ({result.low:.2f}-{result.high:.2f}) {result.bound} {verdict}"
        )


if __name__ == "__main__":
    main()
