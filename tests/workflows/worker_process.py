"""A worker in a process of its own, to be killed: ``python -m tests.workflows.worker_process DSN ADDRESS QUEUE PORT …``."""

from __future__ import annotations

import argparse
import asyncio

from adapters.mail import smtp_mailer
from adapters.staff_directory import FileStaffDirectory
from adapters.temporal import connect
from services.bootstrap import open_engine
from services.worker import WorkerOptions, running_worker
from tests.workflows.ground import KEK

STAFF = FileStaffDirectory(
    mail_domain="staff.example", default_coordinator="ki-aachen", default_grant_officer="money-1"
)


async def work(dsn: str, address: str, queue: str, smtp_port: int, cached: int) -> None:
    """Work until killed; says ``ready`` when it begins."""
    mailer = smtp_mailer(f"smtp://127.0.0.1:{smtp_port}", "teilhabe@staff.example")
    options = WorkerOptions(task_queue=queue, simulated_time=True, max_cached_workflows=cached)
    async with open_engine(dsn, KEK) as engine:
        client = await connect(address)
        async with running_worker(engine, client, mailer, STAFF, options):
            print("ready", flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("dsn")
    parser.add_argument("address")
    parser.add_argument("queue")
    parser.add_argument("smtp_port", type=int)
    parser.add_argument("--cached", type=int, default=100)
    given = parser.parse_args()
    asyncio.run(work(given.dsn, given.address, given.queue, given.smtp_port, given.cached))
