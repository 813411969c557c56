"""Reports counted in the background: with progress, a bounded number at a time, results kept for a while, nothing half done.

A run lives in the memory of its process. When that ends, running ones are cancelled and all results are gone; the same
question asked again gives the same bytes, for a report is a value.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

import structlog

from domain.refusals import Refusal
from services.bootstrap import Engine
from services.report_asking import AskedReport, made_sure
from services.reports import ReportResult, run_asked

AT_A_TIME = 2
MOST_WAITING = 20
MOST_KEPT = 50

_log = structlog.get_logger(__name__)


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = frozenset({RunState.DONE, RunState.REFUSED, RunState.FAILED, RunState.CANCELLED})


@dataclass(slots=True, kw_only=True)
class ReportJob:
    """One run. ``done`` and ``total`` count entries of the log, 0 of 0 while the read tables answer."""

    id: UUID
    asked: AskedReport
    state: RunState = RunState.WAITING
    done: int = 0
    total: int = 0
    result: ReportResult | None = None
    refusal: Refusal | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class ReportJobs:
    """The runs of this process."""

    def __init__(
        self,
        engine: Engine,
        *,
        at_a_time: int = AT_A_TIME,
        waiting: int = MOST_WAITING,
        kept: int = MOST_KEPT,
    ) -> None:
        self._engine = engine
        self._places = asyncio.Semaphore(at_a_time)
        self._most_waiting = waiting
        self._most_kept = kept
        self._jobs: OrderedDict[UUID, ReportJob] = OrderedDict()
        self._closed = False

    async def begin(self, asked: AskedReport, now: datetime) -> ReportJob | Refusal:
        """Begin a run. Refused at once: what ``made_sure`` refuses, and when too many wait already."""
        sure = await made_sure(self._engine, asked, now)
        if isinstance(sure, Refusal):
            return sure
        if self._closed or sum(job.state not in OVER for job in self._jobs.values()) >= self._most_waiting:
            return Refusal(
                "report.too_many_runs",
                "Es warten schon zu viele Berichte; bitte später noch einmal.",
                "Too many reports are waiting; try again later.",
            )
        job = ReportJob(id=uuid4(), asked=asked)
        self._jobs[job.id] = job
        self._forget()
        job.task = asyncio.create_task(self._run(job, now))
        return job

    def find(self, job_id: UUID) -> ReportJob | None:
        """A run that is still known."""
        return self._jobs.get(job_id)

    async def cancel(self, job_id: UUID) -> ReportJob | None:
        """Cancel a run; one that is over stays as it is."""
        job = self._jobs.get(job_id)
        if job is not None and job.task is not None and job.state not in OVER:
            job.task.cancel()
            await asyncio.wait((job.task,))
            if job.state not in OVER:
                # Its task had not even begun.
                job.state = RunState.CANCELLED
        return job

    async def close(self) -> None:
        """Cancel what runs; no run begins any more."""
        self._closed = True
        for job_id in list(self._jobs):
            await self.cancel(job_id)

    async def _run(self, job: ReportJob, now: datetime) -> None:
        def progress(done: int, total: int) -> None:
            job.done, job.total = done, total

        try:
            async with self._places:
                job.state = RunState.RUNNING
                found = await run_asked(self._engine, job.asked, now=now, progress=progress)
        except asyncio.CancelledError:
            job.state = RunState.CANCELLED
        except Exception as error:
            # Never the text: it may quote what could not be counted.
            _log.error("report_failed", report=job.asked.name, failure=type(error).__name__)
            job.state = RunState.FAILED
        else:
            if isinstance(found, Refusal):
                job.refusal, job.state = found, RunState.REFUSED
            else:
                job.result, job.state = found, RunState.DONE

    def _forget(self) -> None:
        """The oldest that are over go first."""
        over = [job_id for job_id, job in self._jobs.items() if job.state in OVER]
        for job_id in over[: max(0, len(self._jobs) - self._most_kept)]:
            del self._jobs[job_id]
