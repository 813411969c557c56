"""Writers in several processes, one of them killed, and a reader behind them: nothing missed, doubled or out of order."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

import asyncpg

ROOT = Path(__file__).resolve().parents[2]
WRITERS = 3
COMMANDS = 600
"""Of each client of a writer; those of the one that is killed go on until then."""
WITHOUT_END = 0

# Some transactions dawdle between their insert and their commit: without the lock, readers would miss rows then.
DAWDLE = """
create function teilhabe.dawdle() returns trigger language plpgsql as
$$ begin perform pg_sleep(random() * 0.008); return null; end $$;
create constraint trigger dawdle after insert on teilhabe.events deferrable initially deferred
for each row when (new.position % 97 = 0) execute function teilhabe.dawdle();
"""


async def start(*arguments: object) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", "tests.adapters.event_log_stress", *map(str, arguments)]
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe)


async def output(process: asyncio.subprocess.Process) -> list[list[str]]:
    assert process.stdout is not None
    return [
        line.decode().split()
        for line in (await process.stdout.read()).splitlines(keepends=True)
        if line.endswith(b"\n")
    ]


async def test_no_event_is_missed_doubled_or_out_of_order(database: str) -> None:
    """Stale versions, repeated commands, slow commits and a kill -9 among several processes."""
    connection = await asyncpg.connect(database)
    await connection.execute(DAWDLE)

    reader = await start("read", database)
    reading = asyncio.create_task(output(reader))
    writers = [
        await start("write", database, seed, COMMANDS if seed else WITHOUT_END) for seed in range(WRITERS)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert await writer.stdout.readline() == b"ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"begin\n")
    outputs = [asyncio.create_task(output(writer)) for writer in writers]
    while (await connection.fetchval("select max(position) from teilhabe.events") or 0) < 500:
        await asyncio.sleep(0.01)
    writers[0].kill()
    lines = [line for one in await asyncio.gather(*outputs) for line in one]
    assert [await writer.wait() for writer in writers] == [-9] + [0] * (WRITERS - 1)

    rows = await connection.fetch(
        "select position, stream_id, version, command_id, command_rows, recorded_at from teilhabe.events "
        "order by position"
    )
    await connection.close()
    assert reader.stdin is not None
    reader.stdin.write(f"{len(rows)}\n".encode())
    seen = (await reading)[1:]
    assert await reader.wait() == 0

    # The log: positions and versions without gaps, time never backwards.
    assert [row["position"] for row in rows] == list(range(1, len(rows) + 1))
    versions: Counter[str] = Counter()
    for row in rows:
        versions[str(row["stream_id"])] += 1
        assert row["version"] == versions[str(row["stream_id"])]
    assert [row["recorded_at"] for row in rows] == sorted(row["recorded_at"] for row in rows)

    # The reader: exactly the log, in order.
    assert seen == [[str(row["position"]), str(row["stream_id"]), str(row["version"])] for row in rows]

    # The writers: what was acknowledged is there once, where it was said to be; what was refused is not.
    recorded = {
        (str(row["stream_id"]), str(row["command_id"])): (
            row["version"] + row["command_rows"] - 1,
            row["position"] + row["command_rows"] - 1,
        )
        for row in rows
        if row["command_id"] is not None
    }
    outcomes = Counter(line[0] for line in lines)
    acknowledged: set[tuple[str, str]] = set()
    for outcome, stream, command, *numbers in lines:
        if outcome == "conflict":
            assert (stream, command) not in recorded
        else:
            assert recorded[stream, command] == (int(numbers[0]), int(numbers[1]))
        if outcome == "acknowledged":
            assert (stream, command) not in acknowledged
            acknowledged.add((stream, command))
    # Only what the killed writer had no time to say is there without an acknowledgement.
    assert len(recorded) - len(acknowledged) <= 6

    # All of it happened at all.
    assert outcomes["acknowledged"] > 500
    assert outcomes["conflict"] > 10
    assert outcomes["repeated"] > 10
