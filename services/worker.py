"""The worker: it carries out the commands of cases and lets happen what is due, of grants too. Any number may run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from adapters.grant_streams import GrantStreams
from adapters.staff_directory import FileStaffDirectory
from domain.ports import Mailer, StaffDirectory
from services.bootstrap import Engine
from services.gateway import TASK_QUEUE, poke_case
from services.grant_reminders import start_grant_reminders
from workflows.activities import CaseActivities
from workflows.case_workflow import CaseWorkflow
from workflows.grant_activities import GrantActivities
from workflows.grant_workflow import GrantReminderWorkflow


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    """How a worker works. The numbers keep commands from stalling; docs/decisions/0015 tells how they were found.

    There are never fewer places in the cache than tasks under way, else a task is thrown out in the middle of its
    decision and the command waits for a timeout. ``max_cached_workflows=0`` replays every task from its history (for
    tests) and therefore does one at a time. Half of the pollers look for new workflows. ``simulated_time`` lets the
    log record the instants of Temporal instead of its own clock.
    """

    task_queue: str = TASK_QUEUE
    max_cached_workflows: int = 1_000
    max_concurrent_workflow_tasks: int = 16
    max_concurrent_activities: int = 50
    workflow_pollers: int = 10
    new_workflow_share: float = 0.5
    sticky_seconds: float = 2.0
    graceful_seconds: float = 10.0
    simulated_time: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for a cache that would stall commands."""
        if 0 < self.max_cached_workflows < self.max_concurrent_workflow_tasks:
            raise ValueError("the cache must hold at least as many workflows as there are tasks at once")

    @property
    def tasks_at_once(self) -> int:
        """Workflow tasks under way at the same time."""
        return self.max_concurrent_workflow_tasks if self.max_cached_workflows else 1


def sandbox() -> SandboxedWorkflowRunner:
    """The runner that keeps clocks, chance and I/O out of workflows; our own modules are not loaded anew for each."""
    return SandboxedWorkflowRunner(
        restrictions=SandboxRestrictions.default.with_passthrough_modules("domain", "workflows", "msgspec")
    )


def make_worker(
    engine: Engine,
    client: Client,
    mailer: Mailer,
    staff: StaffDirectory | None = None,
    options: WorkerOptions | None = None,
) -> Worker:
    """A worker that is not running yet."""
    chosen = options or WorkerOptions()

    async def poke(case_id: UUID) -> None:
        await poke_case(client, chosen.task_queue, case_id)

    directory = staff or FileStaffDirectory()
    activities = CaseActivities(
        store=engine.store,
        sealed_commands=engine.sealed_commands,
        rule_book=engine.rule_book,
        mailer=mailer,
        staff=directory,
        poke=poke,
        simulated=chosen.simulated_time,
    )
    of_grants = GrantActivities(
        store=engine.store,
        grant_ids=GrantStreams(engine.connections, engine.log.schema).ids,
        rule_book=engine.rule_book,
        mailer=mailer,
        staff=directory,
        simulated=chosen.simulated_time,
    )
    return Worker(
        client,
        task_queue=chosen.task_queue,
        workflows=[CaseWorkflow, GrantReminderWorkflow],
        activities=[
            activities.carry_out,
            activities.look,
            activities.wake,
            activities.pursue_seats,
            activities.poke_cases,
            activities.send_reminder,
            activities.settle_reminder,
            of_grants.wake_grants,
            of_grants.send_grant_reminder,
            of_grants.settle_grant_reminder,
        ],
        workflow_runner=sandbox(),
        max_cached_workflows=chosen.max_cached_workflows,
        max_concurrent_workflow_tasks=chosen.tasks_at_once,
        max_concurrent_activities=chosen.max_concurrent_activities,
        # Without a cache the library asks with one poller and wants to hear no number.
        max_concurrent_workflow_task_polls=chosen.workflow_pollers if chosen.max_cached_workflows else None,
        nonsticky_to_sticky_poll_ratio=chosen.new_workflow_share,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=chosen.sticky_seconds),
        graceful_shutdown_timeout=timedelta(seconds=chosen.graceful_seconds),
    )


@asynccontextmanager
async def running_worker(
    engine: Engine,
    client: Client,
    mailer: Mailer,
    staff: StaffDirectory | None = None,
    options: WorkerOptions | None = None,
) -> AsyncIterator[Worker]:
    """A worker for as long as the body runs; at the end it finishes what it holds.

    Raises KeyUnavailable when the key-encryption key is not the one the people were sealed with.
    """
    await engine.keys.verify()
    async with make_worker(engine, client, mailer, staff, options) as worker:
        yield worker


async def run_worker(
    engine: Engine,
    client: Client,
    mailer: Mailer,
    staff: StaffDirectory | None = None,
    options: WorkerOptions | None = None,
    *,
    stop: asyncio.Event | None = None,
) -> None:
    """Work until ``stop`` is set or this is cancelled, and see to it that grants are reminded of.

    Raises TemporalUnavailable.
    """
    queue = (options or WorkerOptions()).task_queue
    async with running_worker(engine, client, mailer, staff, options):
        await start_grant_reminders(client, queue)
        await (stop or asyncio.Event()).wait()
