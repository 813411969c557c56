"""Runs on sealed reports: the same as in the foreground, the same in the next process, cancelled like every other run."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.background_runs import BackgroundRun, RunKind, RunState
from domain.refusals import Refusal
from services.bootstrap import Engine, open_engine
from services.report_asking import AskedReport
from services.report_delta import ReportDelta, delta_since, plain_delta
from services.report_jobs import ReportJobs
from services.report_run_kinds import AskedOfSeal, Finding, RunResult
from services.report_seals import Seal, seal_report
from services.report_whatif import Counterfactual, counterfactual, plain_counterfactual
from tests.domain.test_reports import TOWN
from tests.services.projector_process import KEK
from tests.services.read_table_ground import write
from tests.services.test_report_jobs import AS_OF, CONTROLLER, NOW, _kept_running, _over, _process, _running
from tests.services.test_report_seals import _work_on, context

OTHER_VALUES = {"age_to": "20"}


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log holds the town of the report tests; the read tables stand at 0."""
    async with open_engine(database, KEK) as opened:
        for history in TOWN:
            await write(opened, history[0].stream_id, tuple(entry.event for entry in history))
        yield opened


async def _sealed(engine: Engine, name: str) -> Seal:
    seal = await seal_report(engine, AskedReport(name=name, as_of=AS_OF), uuid4(), context(), NOW)
    assert isinstance(seal, Seal), seal
    return seal


def _asked(kind: RunKind, seal: Seal) -> AskedOfSeal:
    values = OTHER_VALUES if kind is RunKind.COUNTERFACTUAL else {}
    return AskedOfSeal(kind=kind, seal_id=seal.seal_id, values=values)


async def _begun(jobs: ReportJobs, asked: AskedOfSeal) -> BackgroundRun:
    sealer = CONTROLLER if asked.kind is RunKind.PUBLICATION else None
    run = await jobs.begin(asked, NOW, sealer=sealer)
    assert isinstance(run, BackgroundRun), run
    return run


async def _result(jobs: ReportJobs, run_id: UUID) -> RunResult:
    result = await jobs.result(run_id)
    assert not isinstance(result, Refusal), result
    return result


def _told(result: RunResult) -> Any:
    assert isinstance(result, Finding)
    return json.loads(result.body)


async def test_runs_on_a_seal_find_what_the_foreground_finds_and_the_next_process_tells_the_same(
    engine: Engine,
) -> None:
    """To the byte; also when the log has moved on in between, and somebody was erased."""
    seal, flow = await _sealed(engine, "programme_rules"), await _sealed(engine, "statistics")
    await _work_on(engine)
    head = await engine.log.head()
    async with _process(engine) as yesterday:
        runs = {
            kind: await _begun(yesterday, _asked(kind, flow if kind is RunKind.DELTA else seal))
            for kind in (RunKind.VERIFICATION, RunKind.DELTA, RunKind.COUNTERFACTUAL)
        }
        over = {kind: await _over(yesterday, run.run_id) for kind, run in runs.items()}
        assert {run.state for run in over.values()} == {RunState.DONE}
        found = {kind: await _result(yesterday, run.run_id) for kind, run in runs.items()}
    delta, other = (
        await delta_since(engine, flow.seal_id),
        await counterfactual(engine, seal.seal_id, OTHER_VALUES),
    )
    assert isinstance(delta, ReportDelta)
    assert delta.cells
    assert isinstance(other, Counterfactual)
    assert _told(found[RunKind.VERIFICATION])["same"] is True
    assert _told(found[RunKind.DELTA]) == json.loads(json.dumps(plain_delta(delta)))
    assert _told(found[RunKind.COUNTERFACTUAL]) == json.loads(json.dumps(plain_counterfactual(other)))
    assert over[RunKind.VERIFICATION].digest == seal.digest
    assert (over[RunKind.DELTA].position, over[RunKind.VERIFICATION].position) == (head, seal.log_position)
    assert over[RunKind.VERIFICATION].entries_total == seal.log_position
    await write(engine, uuid4(), tuple(entry.event for entry in TOWN[0]))
    assert await engine.keys.destroy(TOWN[0][0].event.participant_id)
    async with _process(engine) as today:
        for kind, run in runs.items():
            assert await _result(today, run.run_id) == found[kind]


async def test_a_verification_whose_bytes_are_others_says_so_with_both_digests(engine: Engine) -> None:
    """The run is done, for it found out what was asked; told again it says the same without counting."""
    seal = await _sealed(engine, "statistics")
    async with engine.connections.lend() as connection, connection.transaction():
        events = f"{engine.log.schema}.events"
        # Somebody with all rights of the server, past the trigger that refuses it.
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(
            f"update {events} set payload = (select payload from {events} where stream_id = $2 and version = 1) "
            "where stream_id = $1 and version = 1",
            *(history[0].stream_id for history in TOWN[:2]),
        )
    async with _process(engine) as jobs:
        run = await _over(jobs, (await _begun(jobs, _asked(RunKind.VERIFICATION, seal))).run_id)
        assert run.state is RunState.DONE
        told = _told(await _result(jobs, run.run_id))
        assert (told["same"], told["digest"], told["seal"]["digest"]) == (False, run.digest, seal.digest)
        assert run.digest != seal.digest


@pytest.mark.parametrize("kind", [RunKind.VERIFICATION, RunKind.DELTA, RunKind.COUNTERFACTUAL])
async def test_a_run_on_a_seal_is_cancelled_or_left_to_the_next_process(
    engine: Engine, kind: RunKind
) -> None:
    """As every run is; one that only waits has not begun anything."""
    seal = await _sealed(engine, "programme_rules")
    asked = _asked(kind, seal)
    async with _process(engine, at_a_time=0) as asking:
        waiting, cancelled = await _begun(asking, asked), await _begun(asking, asked)
        ended = await asking.cancel(cancelled.run_id)
        assert ended is not None
        assert ended.state is RunState.CANCELLED
        refusal = await asking.result(waiting.run_id)
        assert isinstance(refusal, Refusal)
        assert refusal.rule_id == "report.run_not_done"
    async with _process(engine) as next_one:
        next_one.start()
        assert (await _over(next_one, waiting.run_id)).state is RunState.DONE
        assert await _result(next_one, waiting.run_id)


async def test_a_delta_that_runs_ends_when_it_is_cancelled(engine: Engine) -> None:
    """Elsewhere too: whoever carries it out sees it."""
    seal = await _sealed(engine, "statistics")
    async with (
        _process(engine, at_a_time=1) as jobs,
        _process(engine, at_a_time=0) as elsewhere,
        _kept_running(engine),
    ):
        run = await _begun(jobs, _asked(RunKind.DELTA, seal))
        await _running(jobs, run.run_id)
        await elsewhere.cancel(run.run_id)
        assert (await _over(jobs, run.run_id)).state is RunState.CANCELLED


async def test_a_result_that_takes_longer_than_the_patience_is_there_a_little_later(engine: Engine) -> None:
    """Who asks is told to come again, and what counts goes on meanwhile: no request waits for it."""
    seal = await _sealed(engine, "statistics")
    async with _process(engine) as yesterday:
        run = await _over(yesterday, (await _begun(yesterday, _asked(RunKind.DELTA, seal))).run_id)
        before = await _result(yesterday, run.run_id)
    async with _process(engine, patience_seconds=0) as hasty:
        async with _kept_running(engine):
            for _ in range(3):
                refusal = await hasty.result(run.run_id)
                assert isinstance(refusal, Refusal)
                assert refusal.rule_id == "report.run_counted_again"
        while isinstance(result := await hasty.result(run.run_id), Refusal):
            assert result.rule_id == "report.run_counted_again"
        assert result == before


async def test_something_else_under_the_number_of_a_run_on_a_seal_is_refused(engine: Engine) -> None:
    """Another kind, another seal, other values."""
    one, other = await _sealed(engine, "programme_rules"), await _sealed(engine, "programme_rules")
    number = uuid4()
    asked = _asked(RunKind.COUNTERFACTUAL, one)
    async with _process(engine) as jobs:
        run = await jobs.begin(asked, NOW, run_id=number)
        assert await jobs.begin(asked, NOW, run_id=number) is not None
        assert isinstance(run, BackgroundRun)
        for another in (
            _asked(RunKind.VERIFICATION, one),
            _asked(RunKind.COUNTERFACTUAL, other),
            AskedOfSeal(kind=RunKind.COUNTERFACTUAL, seal_id=one.seal_id, values={"age_to": "21"}),
            AskedReport(name="programme_rules", as_of=AS_OF),
        ):
            refusal = await jobs.begin(another, NOW, run_id=number)
            assert isinstance(refusal, Refusal)
            assert refusal.rule_id == "report.run_other"
