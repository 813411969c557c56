"""One process of the append measurement: closed-loop clients that append one event each, again and again.

Talks in lines: says ``ready``, takes the length of a window in seconds, answers with one line of JSON, until its input
ends.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote, urlsplit
from uuid import UUID

import uvloop

from adapters.event_log import AppendRequest, EventLog, NewRow

PAYLOAD = json.dumps({"occurred_on": "2026-03-02", "text": "x" * 183}).encode()
WARM_UP_SECONDS = 0.25
_chance = random.Random()


def new_id() -> UUID:
    """A random id without asking the system for randomness, which here costs more than the rest of a client."""
    return UUID(int=_chance.getrandbits(128))


def answer(latencies: list[float], seconds: float) -> None:
    """Print what a window showed: commits per second, latencies in milliseconds."""
    latencies.sort()
    p50, p99 = (latencies[int(len(latencies) * share)] * 1000 for share in (0.5, 0.99))
    print(json.dumps({"per_second": len(latencies) / seconds, "p50_ms": p50, "p99_ms": p99}), flush=True)


async def our_log(dsn: str, schema: str, clients: int) -> None:
    """Clients are tasks on one event loop, as in a worker."""
    async with await EventLog.open(dsn, schema=schema) as log:

        async def client(until: float, latencies: list[float]) -> None:
            while (began := time.perf_counter()) < until:
                await log.append(
                    AppendRequest(
                        stream_id=new_id(),
                        expected_version=0,
                        rows=(NewRow(type="case_opened.v1", payload=PAYLOAD),),
                        command_id=new_id(),
                        actor="staff-1",
                        organisation="org-1",
                    )
                )
                latencies.append(time.perf_counter() - began)

        async def window(seconds: float) -> list[float]:
            latencies: list[float] = []
            until = time.perf_counter() + seconds
            await asyncio.gather(*[client(until, latencies) for _ in range(clients)])
            return latencies

        gc.freeze()  # as every service does once it has started
        print("ready", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            await window(WARM_UP_SECONDS)
            answer(await window(float(line)), float(line))


def library_recorder(dsn: str, schema: str, clients: int) -> None:
    """The recorder that comes with the eventsourcing library; clients are threads, for it has no async face."""
    from eventsourcing.persistence import StoredEvent
    from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

    parts = urlsplit(dsn)
    datastore = PostgresDatastore(
        dbname=parts.path.lstrip("/"),
        host=parts.hostname or "",
        port=str(parts.port or 5432),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        schema=schema,
        pool_size=clients,
    )
    recorder = PostgresApplicationRecorder(datastore, events_table_name="stored_events")
    recorder.create_table()

    def client(until: float) -> list[float]:
        latencies: list[float] = []
        while (began := time.perf_counter()) < until:
            event = StoredEvent(
                originator_id=new_id(), originator_version=1, topic="case_opened", state=PAYLOAD
            )
            recorder.insert_events([event])
            latencies.append(time.perf_counter() - began)
        return latencies

    with ThreadPoolExecutor(clients) as pool:

        def window(seconds: float) -> list[float]:
            until = time.perf_counter() + seconds
            return [one for some in pool.map(client, [until] * clients) for one in some]

        print("ready", flush=True)
        while line := sys.stdin.readline():
            window(WARM_UP_SECONDS)
            answer(window(float(line)), float(line))
    datastore.close()


KINDS: dict[str, Callable[[str, str, int], None]] = {
    "our_log": lambda dsn, schema, clients: uvloop.run(our_log(dsn, schema, clients)),
    "library_recorder": library_recorder,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--dsn", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--clients", type=int, required=True)
    given = parser.parse_args()
    KINDS[given.kind](given.dsn, given.schema, given.clients)
