"""Reports in the background: the same bytes as in the foreground, carried out once, and found again after the process has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.background_runs import BackgroundRun, BackgroundRuns, RunKind, RunState
from domain.refusals import Refusal
from services.bootstrap import Engine, open_engine
from services.clock import utc_now
from services.report_asking import AskedReport
from services.report_jobs import ReportJobs
from services.report_run_kinds import Sealer
from services.report_seals import Seal, sealed
from services.reports import ReportResult, run_asked
from tests.domain.test_reports import TOWN
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import write

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
AS_OF = date(2025, 12, 30)
STATISTICS = AskedReport(name="statistics", as_of=AS_OF)
CONTROLLER = Sealer(actor="controller-1", organisation="staedteregion")


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log holds the town of the report tests; the read tables stand at 0."""
    async with open_engine(database, KEK) as opened:
        for history in TOWN:
            await write(opened, history[0].stream_id, tuple(entry.event for entry in history))
        yield opened


@asynccontextmanager
async def _process(engine: Engine, **bounds: Any) -> AsyncIterator[ReportJobs]:
    """What one process of the API has, ended at the end."""
    jobs = ReportJobs(engine, **bounds)
    try:
        yield jobs
    finally:
        await jobs.close()


async def _begun(jobs: ReportJobs, asked: AskedReport = STATISTICS) -> BackgroundRun:
    run = await jobs.begin(asked, NOW)
    assert isinstance(run, BackgroundRun)
    return run


async def _over(jobs: ReportJobs, run_id: UUID) -> BackgroundRun:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            run = await jobs.find(run_id)
            assert run is not None
            if run.over:
                return run
            await asyncio.sleep(0.02)


@asynccontextmanager
async def _kept_running(engine: Engine) -> AsyncIterator[None]:
    """No report comes to its end in here: where the read tables stand is locked."""
    async with engine.connections.lend() as connection, connection.transaction():
        await connection.execute(f"lock table {engine.log.schema}.projections in access exclusive mode")
        yield


async def _running(jobs: ReportJobs, run_id: UUID) -> None:
    """Until a process has begun it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (run := await jobs.find(run_id)) is None or run.state is not RunState.RUNNING:
            assert run is None or not run.over
            await asyncio.sleep(0.02)


async def test_a_run_gives_the_bytes_of_the_foreground_and_tells_how_far_it_is(engine: Engine) -> None:
    """At the position where the log stood when it was asked for."""
    head = await engine.log.head()
    async with _process(engine) as jobs:
        run = await _over(jobs, (await _begun(jobs)).run_id)
        direct = await run_asked(engine, STATISTICS, now=NOW)
        result = await jobs.result(run.run_id)
        assert isinstance(direct, ReportResult)
        assert isinstance(result, ReportResult)
        assert (run.state, run.position, run.kind) == (RunState.DONE, head, RunKind.REPORT)
        assert result.body == direct.body
        assert run.digest == direct.digest
        assert (run.entries_done, run.entries_total) == (head, head)
        assert await jobs.latest(5) == [run]
        assert await jobs.find(uuid4()) is None


async def test_the_run_of_yesterday_is_found_by_the_next_process_and_gives_the_same_bytes(
    engine: Engine,
) -> None:
    """It is counted again, also when the log has moved on; an instant that was asked for stands in its file again."""
    known_at = utc_now()
    asked = AskedReport(name="statistics", as_of=AS_OF, known_at=known_at)
    async with _process(engine) as yesterday:
        run = await yesterday.begin(asked, known_at)
        assert isinstance(run, BackgroundRun)
        await _over(yesterday, run.run_id)
        before = await yesterday.result(run.run_id)
    await write(engine, uuid4(), tuple(entry.event for entry in TOWN[0]))
    async with _process(engine) as today:
        assert isinstance(before, ReportResult)
        assert before.known_at == known_at
        assert await today.result(run.run_id) == before


async def test_a_run_that_a_process_left_unfinished_begins_again_in_the_next(engine: Engine) -> None:
    """Nothing of it is lost, and nobody has to ask again; one that ran begins again, and those that waited begin."""
    async with _kept_running(engine), _process(engine, at_a_time=1) as ending:
        runs = [await _begun(ending) for _ in range(3)]
        await _running(ending, runs[0].run_id)
        await ending.close()
    left = [await ending.find(run.run_id) for run in runs]
    assert [run and run.state for run in left] == [RunState.RUNNING, RunState.WAITING, RunState.WAITING]
    async with _process(engine) as next_one:
        next_one.start()
        assert {(await _over(next_one, run.run_id)).state for run in runs} == {RunState.DONE}


async def test_two_processes_side_by_side_carry_a_run_out_once(engine: Engine) -> None:
    """While one has it, the other cannot take it; both see it and both give its report."""
    table = BackgroundRuns(engine.connections, engine.log.schema)
    async with _process(engine, look_seconds=0.01) as one, _process(engine, look_seconds=0.01) as other:
        run = await _begun(one)
        await _over(one, run.run_id)
        waiting = [await one.begin(STATISTICS, NOW, run_id=uuid4()) for _ in range(6)]
        other.start()
        for each in waiting:
            assert isinstance(each, BackgroundRun)
            assert (await _over(other, each.run_id)).digest == (await _over(one, run.run_id)).digest
        assert isinstance(await other.result(run.run_id), ReportResult)
    claim = await table.claimed(run.run_id)
    assert claim is not None
    try:
        assert await table.claimed(run.run_id) is None
        assert await claim.begun() is None, "it is over"
    finally:
        await claim.release()
    again = await table.claimed(run.run_id)
    assert again is not None
    await again.release()


async def test_a_run_given_out_of_hand_can_be_taken_at_once(engine: Engine) -> None:
    """By anybody, without waiting for the server to notice that a connection has ended."""
    table = BackgroundRuns(engine.connections, engine.log.schema)
    for _ in range(30):
        claim = await table.claimed(UUID(int=7))
        assert claim is not None
        await claim.release()


async def test_a_report_is_sealed_once_however_often_it_is_asked_for(engine: Engine) -> None:
    """Three clicks with one number: one run, one seal, one entry in the log; something else under it is refused."""
    number = uuid4()
    head = await engine.log.head()
    async with _process(engine) as jobs, _process(engine) as other:
        for process in (jobs, other, jobs):
            run = await process.begin(STATISTICS, NOW, sealer=CONTROLLER, run_id=number)
            assert isinstance(run, BackgroundRun)
            assert (run.run_id, run.kind) == (number, RunKind.SEAL)
        over = await _over(jobs, number)
        assert over.state is RunState.DONE
        assert await engine.log.head() == head + 1
        seal = await sealed(engine, number)
        assert isinstance(seal, Seal)
        assert (seal.digest, seal.log_position, seal.actor) == (over.digest, head, CONTROLLER.actor)
        result = await jobs.result(number)
        assert isinstance(result, ReportResult)
        assert result.digest == seal.digest
        funding = AskedReport(name="funding", as_of=AS_OF)
        refusal = await jobs.begin(funding, NOW, sealer=CONTROLLER, run_id=number)
        assert isinstance(refusal, Refusal)
        assert refusal.rule_id == "report.run_other"


async def test_another_position_under_the_number_of_a_run_is_something_else(engine: Engine) -> None:
    """Given by number it must be that of the run; who left it out is given the run that is there."""
    head = await engine.log.head()
    async with _process(engine) as jobs:
        run = await jobs.begin(replace(STATISTICS, known_at=head - 1), NOW)
        assert isinstance(run, BackgroundRun)
        for known_at, same in ((head - 1, True), (head, False), (None, True)):
            again = await jobs.begin(replace(STATISTICS, known_at=known_at), NOW, run_id=run.run_id)
            assert isinstance(again, BackgroundRun) is same
            if isinstance(again, Refusal):
                assert again.rule_id == "report.run_other"


async def test_a_report_that_the_program_counts_differently_by_now_is_not_passed_off_as_the_run(
    engine: Engine,
) -> None:
    """The digest of then tells."""
    async with _process(engine) as jobs:
        run = await _over(jobs, (await _begun(jobs)).run_id)
    async with engine.connections.lend() as connection:
        await connection.execute(f"update {engine.log.schema}.report_runs set digest = repeat('0', 64)")
    async with _process(engine) as jobs:
        refusal = await jobs.result(run.run_id)
        assert isinstance(refusal, Refusal)
        assert refusal.rule_id == "report.run_differs"


async def test_what_cannot_be_run_is_refused_at_once_or_by_the_run(engine: Engine) -> None:
    """What needs the facts to be known is refused when they are."""
    async with _process(engine) as jobs:
        refusal = await jobs.begin(AskedReport(name="nonsense"), NOW)
        assert isinstance(refusal, Refusal)
        nowhere = {"municipality": "05334099"}
        run = await _begun(jobs, AskedReport(name="funding", as_of=AS_OF, parameters=nowhere))
        run = await _over(jobs, run.run_id)
        assert run.state is RunState.REFUSED
        assert run.refusal is not None
        assert run.refusal.rule_id == "report.municipality_unknown"
        assert await jobs.result(run.run_id) == run.refusal
        unknown = await jobs.result(uuid4())
        assert isinstance(unknown, Refusal)
        assert unknown.rule_id == "report.run_unknown"


async def test_only_so_many_wait_and_only_so_many_are_kept(engine: Engine) -> None:
    """The oldest that is over goes first; a run that waits is never forgotten."""
    async with _process(engine, at_a_time=0, waiting=2, kept=2) as asking:
        first, second = await _begun(asking), await _begun(asking)
        refusal = await asking.begin(STATISTICS, NOW)
        assert isinstance(refusal, Refusal)
        assert refusal.rule_id == "report.too_many_runs"
    async with _process(engine, at_a_time=1, waiting=2, kept=2) as jobs:
        jobs.start()
        await _over(jobs, first.run_id)
        await _over(jobs, second.run_id)
        later = NOW.replace(hour=13)
        third = await jobs.begin(STATISTICS, later)
        assert isinstance(third, BackgroundRun)
        left = {run.run_id for run in await jobs.latest(5)}
        assert third.run_id in left
        assert len(left) == 2
        assert (await _over(jobs, third.run_id)).state is RunState.DONE


async def test_a_run_that_is_cancelled_has_no_result(engine: Engine) -> None:
    """Running, waiting, or in the hands of another process; one that is over stays as it is."""
    async with _process(engine, at_a_time=1) as jobs, _process(engine, at_a_time=0) as elsewhere:
        async with _kept_running(engine):
            running, waiting, third = [await _begun(jobs) for _ in range(3)]
            await _running(jobs, running.run_id)
            for run_id in (waiting.run_id, running.run_id):
                run = await jobs.cancel(run_id)
                assert run is not None
                assert run.state is RunState.CANCELLED
                refusal = await jobs.result(run_id)
                assert isinstance(refusal, Refusal)
                assert refusal.rule_id == "report.run_not_done"
            await _running(jobs, third.run_id)
            await elsewhere.cancel(third.run_id)
            assert (await _over(jobs, third.run_id)).state is RunState.CANCELLED
        done = await _over(jobs, (await _begun(jobs)).run_id)
        assert done.state is RunState.DONE
        assert await jobs.cancel(done.run_id) == done
        assert await jobs.cancel(uuid4()) is None
