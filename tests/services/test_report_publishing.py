"""Published volumes in the log: the next one is controlled against them, and every seal still comes out to the byte."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from os import urandom
from uuid import uuid4

import asyncpg
import pytest

from adapters.migrations import migrate
from domain.command_handling import CommandContext
from domain.refusals import Refusal
from domain.report_publication import PublishedSeries
from services.bootstrap import Engine, open_engine
from services.log_facts import facts_from_log
from services.queries import Queries
from services.report_asking import AskedReport
from services.report_publishing import publish_seal, published_series
from services.report_seals import Seal, seal_report, verify_seal
from services.reports import ReportResult, run_asked
from tests.domain.test_reports import TOWN
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import projecting, write
from tests.services.test_report_seals import _work_on

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
Q2, Q3 = date(2025, 6, 30), date(2025, 9, 30)


def context() -> CommandContext:
    """Somebody who may publish."""
    return CommandContext(command_id=uuid4(), actor="controller-1", organisation="staedteregion")


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log holds the town of the report tests."""
    async with open_engine(database, KEK) as opened:
        for history in TOWN:
            await write(opened, history[0].stream_id, tuple(entry.event for entry in history))
        yield opened


async def _sealed(engine: Engine, as_of: date, threshold: str = "3", name: str = "monitoring") -> Seal:
    parameters = {"threshold": threshold} if name == "monitoring" else {}
    asked = AskedReport(name=name, as_of=as_of, parameters=parameters)
    seal = await seal_report(engine, asked, uuid4(), context(), NOW)
    assert isinstance(seal, Seal), seal
    return seal


async def _series(engine: Engine) -> PublishedSeries:
    series = await published_series(engine, "monitoring")
    assert series is not None
    return series


async def test_two_quarters_with_late_entries_between_are_published_and_come_out_again(
    engine: Engine, empty_database: str
) -> None:
    """In a restored copy of the log too: the volumes before a seal are in the log before its position."""
    first = await _sealed(engine, Q2)
    assert await publish_seal(engine, first.seal_id, context(), NOW) == first
    await _work_on(engine)
    second = await _sealed(engine, Q3)
    assert await publish_seal(engine, second.seal_id, context(), NOW) == second
    series = await _series(engine)
    assert [volume.seal_id for volume in series.volumes] == [first.seal_id, second.seal_id]
    assert [volume.as_of for volume in series.volumes] == [Q2, Q3]
    assert first.log_position < second.log_position
    await migrate(empty_database)
    source, target = await asyncpg.connect(engine.database_url), await asyncpg.connect(empty_database)
    try:
        rows = await source.fetch("select * from teilhabe.events order by position")
        await target.copy_records_to_table(
            "events", schema_name="teilhabe", records=[tuple(r) for r in rows], columns=list(rows[0].keys())
        )
    finally:
        await source.close()
        await target.close()
    async with open_engine(empty_database, urandom(32)) as restored:
        for place in (engine, restored):
            for seal in (first, second):
                found = await verify_seal(place, seal.seal_id)
                assert not isinstance(found, Refusal)
                assert found.same


async def test_publishing_again_changes_nothing(engine: Engine) -> None:
    """With another command too, and after further work."""
    seal = await _sealed(engine, Q2)
    await publish_seal(engine, seal.seal_id, context(), NOW)
    head = await engine.log.head()
    assert await publish_seal(engine, seal.seal_id, context(), NOW) == seal
    assert await engine.log.head() == head


async def test_a_seal_that_another_publication_overtook_is_refused(engine: Engine) -> None:
    """Both were counted without knowing of each other; only one of them goes out."""
    one, other = await _sealed(engine, Q2), await _sealed(engine, Q3)
    assert await publish_seal(engine, one.seal_id, context(), NOW) == one
    refusal = await publish_seal(engine, other.seal_id, context(), NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == "report_publication.overtaken"
    anew = await _sealed(engine, Q3)
    assert await publish_seal(engine, anew.seal_id, context(), NOW) == anew


async def test_an_internal_report_is_not_published(engine: Engine) -> None:
    """It has passed no control."""
    seal = await _sealed(engine, Q2, name="statistics")
    refusal = await publish_seal(engine, seal.seal_id, context(), NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == "report_publication.internal"
    assert await published_series(engine, "statistics") is None


async def test_after_the_first_volume_another_threshold_is_refused_for_runs_and_seals(engine: Engine) -> None:
    """From the read tables and from the log; the threshold of the series still runs."""
    seal = await _sealed(engine, Q2, threshold="5")
    async with projecting(engine):
        await publish_seal(engine, seal.seal_id, context(), NOW)
        queries = Queries(engine)
        assert await queries.wait_for(await engine.log.head(), PATIENCE_SECONDS)
        for known_at in (None, await engine.log.head()):
            asked = AskedReport(name="monitoring", as_of=Q3, known_at=known_at, parameters={"threshold": "3"})
            refusal = await run_asked(engine, asked, now=NOW)
            assert isinstance(refusal, Refusal)
            assert refusal.rule_id == "report_publication.threshold_of_series"
            assert "threshold=5" in refusal.de
        lower = await seal_report(
            engine,
            AskedReport(name="monitoring", as_of=Q3, parameters={"threshold": "3"}),
            uuid4(),
            context(),
            NOW,
        )
        assert isinstance(lower, Refusal)
        assert isinstance(
            await run_asked(engine, AskedReport(name="monitoring", as_of=Q3), now=NOW), ReportResult
        )
        await queries.close()


async def test_the_read_tables_and_the_log_know_the_same_volumes(engine: Engine) -> None:
    """The next run says what it was controlled against, and has the same bytes from both."""
    seal = await _sealed(engine, Q2)
    async with projecting(engine):
        await publish_seal(engine, seal.seal_id, context(), NOW)
        queries = Queries(engine)
        head = await engine.log.head()
        assert await queries.wait_for(head, PATIENCE_SECONDS)
        asked = AskedReport(name="monitoring", as_of=Q3, parameters={"threshold": "3"})
        shown = await run_asked(engine, asked, now=NOW)
        assert isinstance(shown, ReportResult)
        assert f"2. Quartal 2025 (Siegel {str(seal.seal_id)[:8]}…)" in shown.body.decode()
        again = await _sealed(engine, Q3)
        assert again.digest == shown.digest
        facts = await facts_from_log(engine, head, Q3)
        assert [row.seal_id for row in facts.published] == [seal.seal_id]
        await queries.close()
