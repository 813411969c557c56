"""The processes of the stress test: writers that quarrel over streams, and a reader at the end of the log.

A writer prints a line for every outcome the moment it has it, so that the lines outlive a kill -9. The reader prints
every row it sees until it has seen the position given on its input.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import sys
from uuid import UUID

import uvloop

from adapters.event_log import AppendRequest, CommandRepeated, EventLog, NewRow
from domain.ports import VersionConflict

CLIENTS = 6
SHARED_STREAMS = [UUID(int=number) for number in range(1, 5)]


def say(*words: object) -> None:
    """One line on standard output, past every buffer."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


async def write(dsn: str, seed: int, commands: int) -> None:
    """Clients that append to their own streams and to shared ones, stale on purpose now and then, repeating commands.

    Each gives so many commands; 0 is without end. They begin when a line comes in.
    """
    chance = random.Random(seed)

    def new_id() -> UUID:
        return UUID(int=chance.getrandbits(128))

    async with await EventLog.open(dsn) as log:
        await log.head()
        say("ready")
        await asyncio.to_thread(sys.stdin.readline)
        await asyncio.gather(*[client(log, chance, new_id(), commands) for _ in range(CLIENTS)])


async def client(log: EventLog, chance: random.Random, own: UUID, commands: int) -> None:
    """One client: a command after the other, each with its own id."""
    version = 0
    done: AppendRequest | None = None
    for _ in range(commands) if commands else itertools.count():
        shared = chance.random() < 0.2
        stream, expected = own, version
        if shared:
            stream = chance.choice(SHARED_STREAMS)
            rows = await log.read_stream(stream)
            expected = rows[-1].version if rows else 0
        elif version and chance.random() < 0.05:
            expected = chance.randrange(version)
        request = AppendRequest(
            stream_id=stream,
            expected_version=expected,
            rows=(NewRow(type="noted.v1", payload=b"x" * chance.randrange(400)),) * chance.randint(1, 3),
            command_id=UUID(int=chance.getrandbits(128)),
            actor="staff-1",
            organisation="office",
        )
        if done is not None and chance.random() < 0.05:
            request = done
        try:
            appended = await log.append(request)
        except CommandRepeated as repeated:
            say("repeated", request.stream_id, request.command_id, repeated.version, repeated.last_position)
        except VersionConflict:
            say("conflict", request.stream_id, request.command_id, expected)
        else:
            say(
                "acknowledged",
                stream,
                request.command_id,
                appended.version,
                appended.last_position,
                len(request.rows),
            )
            done = request
            if not shared:
                version = appended.version


async def read(dsn: str) -> None:
    """Follow the log from its beginning."""
    position, end = 0, asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    async with await EventLog.open(dsn) as log:
        say("reading")
        while not end.done() or position < int(end.result()):
            await log.wait_for_more(position, 0.2)
            for row in await log.read(position, 500):
                say(row.position, row.stream_id, row.version)
                position = row.position


if __name__ == "__main__":
    if sys.argv[1] == "write":
        uvloop.run(write(sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
    else:
        uvloop.run(read(sys.argv[2]))
