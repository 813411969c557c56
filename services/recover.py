"""Raise the workflows again from the event log alone: losing every Temporal server loses nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from adapters.log_rows import StreamSlice
from domain.intake import CaseOpened
from domain.recorded import Recorded
from services.bootstrap import Engine
from services.clock import utc_now
from services.gateway import TASK_QUEUE, TASK_TIMEOUT, TemporalUnavailable
from services.grant_reminders import start_grant_reminders
from workflows.case_view import view_of
from workflows.case_workflow import CaseWorkflow
from workflows.messages import CaseMemory, CaseView, workflow_id

AT_ONCE = 16
_PASSING = (RPCStatusCode.RESOURCE_EXHAUSTED, RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED)
_TRIES = 8

Progress = Callable[[int, int], None]
"""Told (cases looked after, cases to look after), from time to time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverReport:
    """What was found and done. ``cases`` are all in the log, ``open_cases`` those that something can still happen to.

    ``grant_reminders_started`` says whether the one workflow that reminds of grant dates was missing too.
    """

    cases: int
    open_cases: int
    started: int
    already_running: int
    grant_reminders_started: bool
    seconds: float

    @property
    def started_per_second(self) -> float:
        """How fast workflows were raised."""
        return self.started / self.seconds if self.seconds else 0.0


async def recover(
    engine: Engine,
    client: Client,
    progress: Progress | None = None,
    *,
    task_queue: str = TASK_QUEUE,
    at_once: int = AT_ONCE,
) -> RecoverReport:
    """Start a workflow for every open case that has none, and the one for grants. May be broken off and given again.

    Raises StoreUnavailable, UnknownEvent and TemporalUnavailable.
    """
    begun = time.perf_counter()
    grant_reminders_started = await start_grant_reminders(client, task_queue)
    running = await _running(client)
    cases, waiting = 0, list[tuple[UUID, CaseView]]()
    already = open_cases = 0
    async for case_id, view in _cases(engine, utc_now()):
        cases += 1
        if view.finished:
            continue
        open_cases += 1
        if workflow_id(case_id) in running:
            already += 1
        else:
            waiting.append((case_id, view))
    started = await _start_all(client, task_queue, waiting, at_once, progress or (lambda done, total: None))
    return RecoverReport(
        cases=cases,
        open_cases=open_cases,
        started=started,
        already_running=already + len(waiting) - started,
        grant_reminders_started=grant_reminders_started,
        seconds=time.perf_counter() - begun,
    )


async def _running(client: Client) -> set[str]:
    """Ids of the case workflows that run, as far as Temporal's index knows by now; starting finds the others."""
    query = "WorkflowType = 'CaseWorkflow' AND ExecutionStatus = 'Running'"
    try:
        return {execution.id async for execution in client.list_workflows(query)}
    except RPCError as error:
        raise TemporalUnavailable(
            f"Temporal does not list its workflows ({error.status.name.lower()})"
        ) from None


async def _cases(engine: Engine, now: datetime) -> AsyncIterator[tuple[UUID, CaseView]]:
    """Every case of the log with its view, folded without anything personal."""
    async for histories in engine.store.scan_streams(StreamSlice(None, None)):
        for history in histories:
            for found in _case(engine, history, now):
                yield found


def _case(engine: Engine, history: list[Recorded[Any]], now: datetime) -> Iterator[tuple[UUID, CaseView]]:
    if isinstance(history[0].event, CaseOpened):
        yield history[0].stream_id, view_of(history, engine.rule_book, now)


async def _start_all(
    client: Client,
    task_queue: str,
    waiting: list[tuple[UUID, CaseView]],
    at_once: int,
    progress: Progress,
) -> int:
    """Start them, ``at_once`` at a time; how many were not there yet."""
    queue = iter(waiting)
    done = started = 0

    async def starter() -> None:
        nonlocal done, started
        for case_id, view in queue:
            # Awaited apart: "started += await …" would add to what was counted before the others went on.
            is_new = await _start(client, task_queue, CaseMemory(case_id=case_id, view=view))
            started += is_new
            done += 1
            progress(done, len(waiting))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(at_once, len(waiting))):
                group.create_task(starter())
    except* TemporalUnavailable as troubles:
        raise troubles.exceptions[0] from None
    return started


async def _start(client: Client, task_queue: str, memory: CaseMemory) -> bool:
    for attempt in range(_TRIES):
        try:
            await client.start_workflow(
                CaseWorkflow.run,
                memory,
                id=workflow_id(memory.case_id),
                task_queue=task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                task_timeout=TASK_TIMEOUT,
            )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as error:
            if error.status not in _PASSING or attempt == _TRIES - 1:
                raise TemporalUnavailable(
                    f"Temporal does not start workflows ({error.status.name.lower()}); "
                    "give recover again when it does, it goes on where it stopped"
                ) from None
            await asyncio.sleep(0.1 * 2**attempt)
        else:
            return True
    raise AssertionError("unreachable")
