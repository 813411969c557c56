"""The reports that look past participations: from read tables and from the log they are the same bytes, and drill alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.refusals import Refusal
from domain.reports.evidence import CellRef
from domain.reports.registry import REPORTS
from domain.reports.table import canonical_json
from services.bootstrap import Engine, open_engine
from services.log_facts import facts_from_log
from services.queries import Queries
from services.report_asking import AskedReport
from services.report_drill import drill_lines, entries_behind, plain_drill
from services.report_drilling import DrillResult, drill_down
from services.reports import ReportResult, run_asked
from tests.domain import test_esf, test_not_won, test_offer_gaps, test_repetitions
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import projecting, write

NOW = datetime(2029, 12, 29, 12, tzinfo=UTC)
TOWNS = (test_offer_gaps.TOWN, test_repetitions.MANY, test_esf.TOWN, test_not_won.TOWN)
DAYS = (date(2025, 6, 30), date(2026, 2, 15), date(2027, 12, 30))
NAMES = ("gaps", "repeated_measures", "esf", "not_won", "pathways_breakdown", "rescue")


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log and read tables hold the four towns, each with numbers of its own."""
    async with open_engine(database, KEK) as opened:
        queries = Queries(opened)
        async with projecting(opened):
            for number, town in enumerate(TOWNS, 1):
                for history in town:
                    stream = UUID(int=1_000 * number + history[0].stream_id.int)
                    last = await write(opened, stream, tuple(entry.event for entry in history))
            assert await queries.wait_for(last.last_position, PATIENCE_SECONDS)
        await queries.close()
        yield opened


async def test_the_read_tables_and_the_log_give_the_same_bytes(engine: Engine) -> None:
    """Needs, measures, answers to hints, referrals and school leaving answers; on three days, and there is something in each."""
    head = await engine.log.head()
    for name in NAMES:
        for as_of in DAYS:
            result = await run_asked(engine, AskedReport(name=name, as_of=as_of), now=NOW)
            assert isinstance(result, ReportResult)
            facts = await facts_from_log(engine, head, as_of)
            again = REPORTS[name].run(facts, as_of)
            assert canonical_json(again) == result.body
        assert any(cell for line in again.tables[0].lines for cell in line.cells)


async def test_a_drill_down_into_repeated_measures_shows_shares_and_no_case(engine: Engine) -> None:
    """As text and as JSON: eighteen shares, no number of a case, no entry; and a small figure is not broken up."""
    asked = AskedReport(name="repeated_measures", as_of=DAYS[-1])
    found = await drill_down(engine, asked, CellRef("repeated_measures", "persons", ("language",)), now=NOW)
    assert isinstance(found, DrillResult)
    entries = await entries_behind(engine, found.drill, found.position)
    assert not entries
    plain = plain_drill(found.drill, entries)
    assert (plain["cell"], plain["total"]) == (18, 18)
    assert {(one["stream"], len(one["entries"])) for one in plain["contributions"]} == {(None, 0)}
    text = "\n".join(drill_lines(found.drill, entries))
    assert text.count("ein Fall, nicht genannt") == 18
    assert "00000000-" not in text
    refused = await drill_down(
        engine, asked, CellRef("repeated_measures", "persons", ("preparation",)), now=NOW
    )
    assert isinstance(refused, Refusal)
    assert refused.rule_id == "report.too_few_persons"
