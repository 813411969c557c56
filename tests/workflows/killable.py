"""Worker processes that are killed in the middle of their work."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.patience import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class KillableWorker:
    """One worker at a time, the next one after a kill."""

    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start a worker and wait until it works."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.workflows.worker_process",
            *self.arguments,
            cwd=ROOT,
            env=os.environ | self.environment,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await self.process.stdout.readline() == b"ready\n"

    async def kill(self) -> None:
        """End it with SIGKILL, whatever it holds."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def again(self) -> None:
        """Kill it and start the next."""
        await self.kill()
        await self.start()


@asynccontextmanager
async def killable_worker(
    dsn: str, address: str, queue: str, smtp_port: int, *, cached: int = 100
) -> AsyncIterator[KillableWorker]:
    """A running worker that may be killed."""
    worker = KillableWorker((dsn, address, queue, str(smtp_port), "--cached", str(cached)))
    await worker.start()
    try:
        yield worker
    finally:
        await worker.kill()
