"""What typing and sealing cost: per event in microseconds, and as ratios to reading the bare rows.

``python -m tests.benchmarks.codec_bench`` starts a server of its own, fills it with ``--events`` events of 50-event
cases and prints JSON. Ratios come from contestants that take turns within one repetition; the median counts.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import statistics
import time
import timeit
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.connections import Connections
from adapters.embedded.throwaway import ephemeral_postgres
from adapters.event_codec import EventCodec
from adapters.event_log import EventLog
from adapters.event_store import CHUNK, PostgresEventStore
from adapters.key_wrapping import LocalKeyWrapper
from adapters.migrations import migrate
from adapters.subject_keys import SubjectKeys
from domain.events import EVENTS
from domain.ports import Append
from domain.recorded import Event
from tests.golden.files import instance
from tests.golden.instances import NAMESPACE

CASE_EVENTS = 50
INSTANT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CODEC = EventCodec(EVENTS)
LIFE = (
    "contact_held",
    "step_agreed",
    "attendance_recorded",
    "contact_attempted",
    "seat_requested",
    "course_started",
)
"""What a case mostly consists of; the first event opens it."""


def per_event() -> dict[str, dict[str, float]]:
    """Microseconds to encode, decode, and decode without personal fields, for a few events; best of five."""
    key, stream = AESGCM(bytes(32)), uuid5(NAMESPACE, "bench")
    figures: dict[str, dict[str, float]] = {}
    for name in ("case_opened", *LIFE):
        event = instance(EVENTS[name], "full")
        stored = CODEC.encode(event, stream, 1, key)
        figures[name] = {
            "bytes_public": len(stored.payload),
            "bytes_sealed": len(stored.personal or b""),
            "encode_us": microseconds(partial(CODEC.encode, event, stream, 1, key)),
            "decode_us": microseconds(partial(CODEC.decode, stored, stream, 1, key)),
            "withhold_us": microseconds(partial(CODEC.withhold, stored.type, stored.payload)),
        }
    return figures


def microseconds(work: Callable[[], object]) -> float:
    """Per call, best of five."""
    return round(min(timeit.repeat(work, number=20_000, repeat=5)) / 20_000 * 1e6, 2)


async def on_the_log(events: int, repetitions: int) -> dict[str, float]:
    """Ratios on a real log: a case of 50 events to its bare rows, the typed scan to a server-side COPY."""
    with ephemeral_postgres(durable=True) as dsn:
        await migrate(dsn)
        connections = Connections(dsn)
        keys = SubjectKeys(connections, LocalKeyWrapper([os.urandom(32)]), cache_size=events)
        async with await EventLog.open(dsn) as log:
            store = PostgresEventStore(log, CODEC, keys)
            cases = [uuid5(NAMESPACE, f"case {number}") for number in range(events // CASE_EVENTS)]
            await store.bulk_append([case_of(case) for case in chunk] for chunk in chunked(cases, 100))
            async with connections.lend() as connection:
                await connection.execute("vacuum analyze teilhabe.events")
            # As every service does after its start: the collector need not walk what stays for ever.
            gc.collect()
            gc.freeze()
            contestants = {
                "copy": partial(copy, connections),
                "rows": partial(scan_rows, log),
                "typed": partial(scan, store, personal=True),
                "withheld": partial(scan, store, personal=False),
            }
            scans = await turns(contestants, repetitions)
            loads = await turns(
                {
                    "rows": partial(load_each, log.read_stream, cases[:200]),
                    "typed": partial(load_each, store.load, cases[:200]),
                },
                repetitions * 2,
            )
        await connections.close()
    return {
        "events": events,
        "scan_withheld_per_second": round(events / statistics.median(scans["withheld"])),
        "scan_withheld_to_copy": ratio(scans["copy"], scans["withheld"]),
        "scan_typed_to_copy": ratio(scans["copy"], scans["typed"]),
        "scan_rows_to_copy": ratio(scans["copy"], scans["rows"]),
        "load_50_typed_ms": round(statistics.median(loads["typed"]) / 200 * 1e3, 3),
        "load_50_typed_to_rows": ratio(loads["typed"], loads["rows"]),
    }


def case_of(stream_id: UUID) -> Append:
    """A case of 50 events for a participant of its own."""
    opened = instance(EVENTS["case_opened"], "full")
    life: list[Event] = [
        instance(EVENTS[LIFE[number % len(LIFE)]], "full") for number in range(CASE_EVENTS - 1)
    ]
    return Append(
        stream_id=stream_id,
        expected_version=0,
        events=(opened, *life),
        command_id=stream_id,
        actor="staff-7",
        organisation="org-1",
        recorded_at=INSTANT,
    )


def chunked(cases: list[UUID], size: int) -> list[list[UUID]]:
    """In pieces of ``size``."""
    return [cases[start : start + size] for start in range(0, len(cases), size)]


async def turns(
    contestants: Mapping[str, Callable[[], Awaitable[None]]], repetitions: int
) -> dict[str, list[float]]:
    """Seconds of every contestant in every repetition, after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for repetition in range(repetitions + 1):
        for name, work in contestants.items():
            start = time.perf_counter()
            await work()
            if repetition:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def ratio(one: list[float], other: list[float]) -> float:
    """Median of the ratios inside each repetition."""
    return round(statistics.median(a / b for a, b in zip(one, other, strict=True)), 3)


async def copy(connections: Connections) -> None:
    """The same rows, written by the server to nowhere."""
    async with connections.lend() as connection:
        await connection.execute("copy (select * from teilhabe.events order by position) to '/dev/null'")


async def scan_rows(log: EventLog) -> None:
    """Bare rows."""
    async for _ in log.scan(chunk=CHUNK):
        pass


async def scan(store: PostgresEventStore, *, personal: bool) -> None:
    """Typed events."""
    async for _ in store.scan(personal=personal):
        pass


async def load_each(load: Callable[[UUID], Awaitable[object]], cases: list[UUID]) -> None:
    """One case after the other."""
    for case in cases:
        await load(case)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--repetitions", type=int, default=5)
    arguments = parser.parse_args()
    figures = {
        "per_event": per_event(),
        "on_the_log": asyncio.run(on_the_log(arguments.events, arguments.repetitions)),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
