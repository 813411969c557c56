"""What was counted in an earlier version of a report is counted again by that version, or refused with both: it never differs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from adapters.background_runs import BackgroundRun, RunKind, RunState
from domain.refusals import Refusal
from domain.report_seal import ReportSealed
from domain.reports.evidence import CellRef
from domain.reports.registry import OLD_REPORTS, REPORTS
from services.bootstrap import Engine, open_engine
from services.report_asking import AskedReport
from services.report_delta import ReportDelta, delta_since
from services.report_drilling import DrillResult, drill_down
from services.report_jobs import ReportJobs
from services.report_publishing import publish_seal
from services.report_run_kinds import AskedOfSeal
from services.report_seals import Seal, Verification, asked_again, seal_report, sealed, verify_seal
from services.report_whatif import Counterfactual, counterfactual
from services.reports import ReportResult, run_asked
from tests.domain.test_reports import TOWN
from tests.services.projector_process import KEK
from tests.services.read_table_ground import write
from tests.services.test_report_jobs import AS_OF, NOW, _over, _process
from tests.services.test_report_seals import _work_on, context

[KEPT] = (version for name, version in OLD_REPORTS if name == "funding")
GONE = 3


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log holds the town of the report tests; the read tables stand at 0."""
    async with open_engine(database, KEK) as opened:
        for history in TOWN:
            await write(opened, history[0].stream_id, tuple(entry.event for entry in history))
        yield opened


def _asked(version: int | None) -> AskedReport:
    return AskedReport(name="funding", as_of=AS_OF, version=version)


async def _sealed_then(engine: Engine) -> Seal:
    """What a program with the kept version has sealed."""
    seal = await seal_report(engine, _asked(KEPT), uuid4(), context(), NOW)
    assert isinstance(seal, Seal), seal
    return seal


async def _sealed_in_a_version_that_is_gone(engine: Engine) -> Seal:
    """Its digest is that of another program; whatever it is, this one cannot tell."""
    number = uuid4()
    entry = ReportSealed(
        occurred_on=AS_OF,
        report="funding",
        definition_version=GONE,
        log_position=await engine.log.head(),
        as_of=AS_OF,
        parameters=(),
        digest="5a" * 32,
    )
    await write(engine, number, (entry,))
    seal = await sealed(engine, number)
    assert isinstance(seal, Seal)
    return seal


async def test_a_seal_of_a_kept_version_is_counted_again_by_its_own_definition(engine: Engine) -> None:
    """Verified, compared, under other values, and drilled into; the present definition gives other bytes."""
    seal = await _sealed_then(engine)
    assert seal.definition_version == KEPT < REPORTS["funding"].version
    present = await run_asked(engine, _asked(None), now=NOW)
    assert isinstance(present, ReportResult)
    assert present.digest != seal.digest
    verified = await verify_seal(engine, seal.seal_id)
    assert isinstance(verified, Verification)
    assert verified.same
    await _work_on(engine)
    delta = await delta_since(engine, seal.seal_id)
    assert isinstance(delta, ReportDelta)
    assert (delta.definition.version, delta.cells) == (KEPT, ())
    same = await counterfactual(engine, seal.seal_id, {"own_share": "1000"})
    assert isinstance(same, Counterfactual)
    assert (same.definition.version, same.result.report.version) == (KEPT, KEPT)
    again = await asked_again(engine, seal.seal_id)
    assert isinstance(again, AskedReport)
    key = next(table for table in same.result.report.tables if table.id == "lines").lines[0].key
    drilled = await drill_down(engine, again, CellRef("lines", "spent", key), now=NOW)
    assert isinstance(drilled, DrillResult)
    assert (drilled.position, drilled.as_of) == (seal.log_position, seal.as_of)


async def test_a_seal_of_a_version_that_is_gone_is_refused_with_both_versions_and_its_digest(
    engine: Engine,
) -> None:
    """By everything that would count it, in both languages; nothing says that it differs."""
    seal = await _sealed_in_a_version_that_is_gone(engine)
    now = REPORTS["funding"].version
    refusals: list[object] = [
        await verify_seal(engine, seal.seal_id),
        await delta_since(engine, seal.seal_id),
        await counterfactual(engine, seal.seal_id, {"own_share": "1000"}),
        await publish_seal(engine, seal.seal_id, context(), NOW),
        await asked_again(engine, seal.seal_id),
    ]
    async with _process(engine) as jobs:
        refusals += [
            await jobs.begin(AskedOfSeal(kind=kind, seal_id=seal.seal_id), NOW)
            for kind in (RunKind.VERIFICATION, RunKind.DELTA, RunKind.COUNTERFACTUAL, RunKind.PUBLICATION)
        ]
        assert await jobs.latest(1) == []
    for refusal in refusals:
        assert isinstance(refusal, Refusal)
        assert refusal.rule_id == "report_seal.definition_gone"
        for text, versions in (
            (refusal.de, (f"Fassung {GONE}", f"Fassung {now}")),
            (refusal.en, (f"version {GONE}", f"version {now}")),
        ):
            assert all(said in text for said in (*versions, seal.digest))
        assert "gilt weiter" in refusal.de
        assert "still stands" in refusal.en


async def _upgraded(engine: Engine, run_id: UUID, version: int) -> None:
    """As if the run had been asked for when the report had that version."""
    async with engine.connections.lend() as connection:
        await connection.execute(
            f"update {engine.log.schema}.report_runs set definition_version = $2 where run_id = $1",
            run_id,
            version,
        )


async def _begun(jobs: ReportJobs) -> BackgroundRun:
    run = await jobs.begin(_asked(None), NOW)
    assert isinstance(run, BackgroundRun), run
    return run


async def test_a_run_that_waits_through_an_upgrade_is_carried_out_in_the_version_it_was_asked_in(
    engine: Engine,
) -> None:
    """Or refused, where that is gone: the row would name a version that its bytes are not of."""
    async with _process(engine, at_a_time=0) as before:
        kept, gone = await _begun(before), await _begun(before)
        await _upgraded(engine, kept.run_id, KEPT)
        await _upgraded(engine, gone.run_id, GONE)
    async with _process(engine) as after:
        after.start()
        assert (await _over(after, kept.run_id)).state is RunState.DONE
        result = await after.result(kept.run_id)
        assert isinstance(result, ReportResult)
        assert result.report.version == KEPT
        refused = await _over(after, gone.run_id)
        assert refused.state is RunState.REFUSED
        assert refused.refusal is not None
        assert refused.refusal.rule_id == "report.version_gone"
        for said in (f"Fassung {GONE}", f"Fassung {REPORTS['funding'].version}", "gilt weiter"):
            assert said in refused.refusal.de


async def test_the_result_of_a_run_of_a_kept_version_is_told_again_by_the_next_process(
    engine: Engine,
) -> None:
    """To the byte; of one that is gone both versions are named, never that it is counted differently."""
    async with _process(engine, at_a_time=0) as before:
        run = await _begun(before)
        await _upgraded(engine, run.run_id, KEPT)
    async with _process(engine) as then:
        then.start()
        await _over(then, run.run_id)
        told = await then.result(run.run_id)
        assert isinstance(told, ReportResult)
    async with _process(engine) as today:
        assert await today.result(run.run_id) == told
    await _upgraded(engine, run.run_id, GONE)
    async with _process(engine) as later:
        refusal = await later.result(run.run_id)
        assert isinstance(refusal, Refusal)
        assert refusal.rule_id == "report.version_gone"
