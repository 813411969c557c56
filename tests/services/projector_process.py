"""A projector in a process of its own, to be killed: ``python -m tests.services.projector_process DATABASE_URL``."""

from __future__ import annotations

import asyncio
import sys

from services.bootstrap import open_engine
from services.projector import run_projector

KEK = bytes(range(32))


async def _run(database_url: str) -> None:
    async with open_engine(database_url, KEK) as engine:
        await run_projector(engine)


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1]))
