"""Reports in the background: the same bytes as in the foreground, a bounded number, and nothing half done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from domain.refusals import Refusal
from services.bootstrap import Engine, open_engine
from services.report_asking import AskedReport
from services.report_jobs import ReportJob, ReportJobs, RunState
from services.reports import ReportResult, run_asked
from tests.domain.test_reports import TOWN
from tests.services.projector_process import KEK
from tests.services.read_table_ground import write

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
AS_OF = date(2025, 12, 30)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log holds the town of the report tests; the read tables stand at 0."""
    async with open_engine(database, KEK) as opened:
        for history in TOWN:
            await write(opened, history[0].stream_id, tuple(entry.event for entry in history))
        yield opened


async def _begun(jobs: ReportJobs, asked: AskedReport) -> ReportJob:
    job = await jobs.begin(asked, NOW)
    assert isinstance(job, ReportJob)
    return job


async def _over(job: ReportJob) -> None:
    assert job.task is not None
    await asyncio.wait((job.task,))


async def test_a_run_gives_the_bytes_of_the_foreground_and_tells_how_far_it_is(engine: Engine) -> None:
    """Counted from the log up to its end."""
    head = await engine.log.head()
    asked = AskedReport(name="statistics", as_of=AS_OF, known_at=head)
    jobs = ReportJobs(engine)
    job = await _begun(jobs, asked)
    await _over(job)
    direct = await run_asked(engine, asked, now=NOW)
    assert isinstance(direct, ReportResult)
    assert job.state is RunState.DONE
    assert job.result is not None
    assert job.result.body == direct.body
    assert (job.done, job.total) == (head, head)
    assert jobs.find(job.id) is job
    assert jobs.find(uuid4()) is None


async def test_what_cannot_be_run_is_refused_at_once_or_by_the_run(engine: Engine) -> None:
    """What needs the facts to be known is refused when they are."""
    jobs = ReportJobs(engine)
    refusal = await jobs.begin(AskedReport(name="nonsense"), NOW)
    assert isinstance(refusal, Refusal)
    nowhere = {"municipality": "05334099"}
    job = await _begun(jobs, AskedReport(name="funding", as_of=AS_OF, parameters=nowhere))
    await _over(job)
    assert job.state is RunState.REFUSED
    assert job.refusal is not None
    assert job.refusal.rule_id == "report.municipality_unknown"


async def test_only_so_many_wait_and_only_so_many_results_are_kept(engine: Engine) -> None:
    """The oldest result goes first; a run that waits is never forgotten."""
    jobs = ReportJobs(engine, at_a_time=1, waiting=2, kept=2)
    asked = AskedReport(name="funding", as_of=AS_OF)
    first, second = await _begun(jobs, asked), await _begun(jobs, asked)
    refusal = await jobs.begin(asked, NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == "report.too_many_runs"
    await _over(first)
    await _over(second)
    third = await _begun(jobs, asked)
    assert jobs.find(first.id) is None
    assert jobs.find(second.id) is second
    await _over(third)
    assert third.state is RunState.DONE


async def test_a_run_that_is_cancelled_has_no_result_and_closing_cancels_all(engine: Engine) -> None:
    """Neither leaves half a report; nothing begins after closing."""
    jobs = ReportJobs(engine, at_a_time=1)
    asked = AskedReport(name="statistics", as_of=AS_OF, known_at=await engine.log.head())
    running, waiting = await _begun(jobs, asked), await _begun(jobs, asked)
    assert await jobs.cancel(waiting.id) is waiting
    assert waiting.state is RunState.CANCELLED
    assert waiting.result is None
    await jobs.close()
    assert running.state is RunState.CANCELLED
    assert running.result is None
    refusal = await jobs.begin(asked, NOW)
    assert isinstance(refusal, Refusal)
    assert await jobs.cancel(uuid4()) is None
