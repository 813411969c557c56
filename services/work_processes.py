"""Processes that share work on the log: each gets its task pickled on standard input and tells what it has done.

Through standard input, because the address of the database is no argument for all to see. A process writes the number of
entries done, line by line, and at its end may hand back bytes.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).resolve().parent.parent
_HANDED_BACK: Final = b"="
"""Begins the line before the bytes that are handed back; it says how many they are."""


class WorkFailed(Exception):
    """A process gave up; the text says why, in one line."""


def processes() -> int:
    """Among how many it pays to share."""
    return max(1, min(8, os.cpu_count() or 1))


async def in_processes(module: str, tasks: Sequence[object], told: Callable[[int], None]) -> list[bytes]:
    """Run ``module`` once per task, side by side, and return what each handed back, in the order of ``tasks``.

    ``told`` hears how many entries are done by all together. When one fails or the caller is cancelled, all are ended.
    Raises WorkFailed.
    """
    counts = [0] * len(tasks)

    async def one(number: int, task: object) -> bytes:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=_ROOT,
        )
        assert process.stdin is not None  # noqa: S101 # both are pipes
        assert process.stdout is not None  # noqa: S101 # both are pipes
        handed_back = b""
        try:
            process.stdin.write(pickle.dumps(task))
            process.stdin.close()
            async for line in process.stdout:
                if line.startswith(_HANDED_BACK):
                    handed_back = await _rest(process.stdout, int(line[1:]))
                else:
                    counts[number] = int(line)
                    told(sum(counts))
            _, complaint = await process.communicate()
            if process.returncode != 0:
                lines = complaint.decode(errors="replace").strip().splitlines()
                raise WorkFailed(lines[-1] if lines else f"exit status {process.returncode}")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return handed_back

    try:
        async with asyncio.TaskGroup() as group:
            begun = [group.create_task(one(number, task)) for number, task in enumerate(tasks)]
    except* WorkFailed as failed:
        raise WorkFailed(str(failed.exceptions[0])) from None
    return [task.result() for task in begun]


async def _rest(stream: asyncio.StreamReader, size: int) -> bytes:
    """The bytes handed back; fewer when the process broke off, which its exit status tells."""
    try:
        return await stream.readexactly(size)
    except asyncio.IncompleteReadError as error:
        return error.partial


def task_here() -> Any:
    """In the process: its task."""
    return pickle.load(sys.stdin.buffer)  # noqa: S301 # from the parent, by its own pipe


def tell(done: int) -> None:
    """In the process: so many entries are done."""
    print(done, flush=True)


def hand_back(result: bytes) -> None:
    """In the process, at its end: the result."""
    sys.stdout.flush()
    out = sys.stdout.buffer
    out.write(_HANDED_BACK + str(len(result)).encode() + b"\n")
    out.write(result)
    out.flush()
