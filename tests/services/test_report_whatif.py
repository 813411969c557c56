"""Counterfactual runs: with the original values the sealed report to the byte, with others the cases that flip and why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.command_handling import CommandContext
from domain.refusals import Refusal
from domain.reports.evidence import CellRef
from services.bootstrap import Engine, open_engine
from services.queries import Queries
from services.report_asking import AskedReport
from services.report_seals import Seal, seal_report
from services.report_whatif import (
    Counterfactual,
    counterfactual,
    counterfactual_lines,
    plain_counterfactual,
)
from services.reports import ReportResult, run_asked
from tests.domain.test_reports import TOWN
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import projecting, write

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
AS_OF = date(2025, 12, 30)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log holds the town of the report tests."""
    async with open_engine(database, KEK) as opened:
        for history in TOWN:
            await write(opened, history[0].stream_id, tuple(entry.event for entry in history))
        yield opened


async def _sealed(engine: Engine, name: str, **parameters: str) -> Seal:
    context = CommandContext(command_id=uuid4(), actor="controller-1", organisation="staedteregion")
    asked = AskedReport(name=name, as_of=AS_OF, parameters=parameters)
    seal = await seal_report(engine, asked, uuid4(), context, NOW)
    assert isinstance(seal, Seal)
    return seal


async def _whatif(engine: Engine, seal: Seal, **values: str) -> Counterfactual:
    found = await counterfactual(engine, seal.seal_id, values)
    assert isinstance(found, Counterfactual)
    return found


@pytest.mark.parametrize(
    ("name", "sealed", "values"),
    [
        ("programme_rules", {}, {"age_from": "18", "age_to": "27"}),
        ("programme_rules", {"age_to": "24"}, {"age_to": "24"}),
        ("programme_rules", {}, {"excluded_status": ""}),
        ("programme_rules", {"age_from": "18"}, {"age_to": "27"}),
        ("funding", {"own_share": "2000"}, {"own_share": "2000"}),
        ("funding", {}, {"own_share": "2000"}),
    ],
)
async def test_with_the_original_values_it_is_the_sealed_report(
    engine: Engine, name: str, sealed: dict[str, str], values: dict[str, str]
) -> None:
    """Byte for byte, whether the values were given when sealing or were those of the rule itself."""
    found = await _whatif(engine, await _sealed(engine, name, **sealed), **values)
    assert found.same
    assert found.cells == ()
    assert found.flips == ()
    assert "Byte für Byte" in "\n".join(counterfactual_lines(found))


async def test_read_tables_that_say_something_else_are_not_believed(engine: Engine) -> None:
    """A seal is proven by its digest: what the read tables give must have it, or the log alone is counted."""
    queries = Queries(engine)
    async with projecting(engine):
        assert await queries.wait_for(await engine.log.head(), PATIENCE_SECONDS)
        seal = await _sealed(engine, "funding", own_share="2000")
        assert await queries.wait_for(seal.position, PATIENCE_SECONDS)
    await queries.close()
    asked = AskedReport(
        name="funding", as_of=AS_OF, known_at=seal.log_position, parameters={"own_share": "2000"}
    )
    for statement in (
        "select",
        f"update {engine.log.schema}.grant_plans set amount_cents = amount_cents + 1",
    ):
        async with engine.connections.lend() as connection:
            await connection.execute(statement)
        shown = await run_asked(engine, asked, now=NOW)
        assert isinstance(shown, ReportResult)
        assert (shown.digest == seal.digest) is (statement == "select")
        assert (await _whatif(engine, seal, own_share="2000")).same
        assert (await _whatif(engine, seal, own_share="1000")).cells


async def test_another_highest_age_tells_who_flips_and_into_which_line(engine: Engine) -> None:
    """With a highest age of 18 all that were within are too old; each case flips once per entry, with its entries."""
    seal = await _sealed(engine, "programme_rules")
    found = await _whatif(engine, seal, age_to="18")
    assert not found.same
    shown = {cell.ref: (cell.before, cell.after) for cell in found.cells}
    was, is_now = shown[CellRef("entries", "entries", ("total", "within_rules"))]
    assert isinstance(was, int)
    assert is_now == 0
    assert shown[CellRef("entries", "entries", ("total", "too_old"))] == (0, was)
    assert CellRef("entries", "entries", ("total", "total")) not in shown
    assert len(found.flips) == was
    cases = {history[0].stream_id for history in TOWN}
    for flip in found.flips:
        assert flip.stream_id in cases
        assert flip.before is not None
        assert flip.after is not None
        assert (flip.before[1], flip.after[1]) == ("within_rules", "too_old")
        assert flip.before[0] == flip.after[0]
        assert all(isinstance(entry.stream_id, UUID) for entry in flip.entries)
    plain: Any = plain_counterfactual(found)
    assert plain["original"] == {"age_to": "27"}
    assert len(plain["flips"]) == was
    assert "älter als das Höchstalter" in "\n".join(counterfactual_lines(found))


async def test_an_excluded_status_flips_those_who_had_it_on_the_day_of_entry(engine: Engine) -> None:
    """And under no other status."""
    seal = await _sealed(engine, "programme_rules")
    found = await _whatif(engine, seal, excluded_status="toleration_60a")
    assert found.flips
    assert {flip.after[1] for flip in found.flips if flip.after} == {"status_excluded"}
    assert (await _whatif(engine, seal, excluded_status="german")).flips == ()


async def test_another_own_share_moves_money_and_nobody(engine: Engine) -> None:
    """90,000.02 at 10 % own share: the Land bears 81,000.01."""
    seal = await _sealed(engine, "funding")
    found = await _whatif(engine, seal, own_share="1000")
    shown = {cell.ref: (cell.before, cell.after) for cell in found.cells}
    assert shown[CellRef("grants", "planned_land", ("KfI-1",))] == (72_000_01, 81_000_01)
    assert found.flips == ()
    assert found.original == {"own_share": ""}
    text = "\n".join(counterfactual_lines(found))
    assert "Eigenanteil in Basispunkten (own_share): 1000; versiegelt mit: wie im Bescheid" in text
    assert "Soll Land (Euro) [KfI-1]: 72.000,01 → 81.000,01" in text


async def test_a_value_that_changes_no_figure_says_so(engine: Engine) -> None:
    """Nobody is older than 60, so the figures stay; but the report names its rules, so it is not the sealed one."""
    seal = await _sealed(engine, "programme_rules", age_to="60")
    found = await _whatif(engine, seal, age_to="61")
    assert (found.cells, found.same) == ((), False)
    assert "Keine Zahl wäre anders" in "\n".join(counterfactual_lines(found))


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({}, "report_seal.no_rule"),
        ({"municipality": "05334012"}, "report_seal.no_rule"),
        ({"nonsense": "1"}, "report_seal.no_rule"),
        ({"age_to": "121"}, "report.parameter_malformed"),
        ({"excluded_status": "nonsense"}, "report.parameter_malformed"),
    ],
)
async def test_only_values_of_rules_can_be_other_ones(
    engine: Engine, values: dict[str, str], rule: str
) -> None:
    seal = await _sealed(engine, "programme_rules")
    refusal = await counterfactual(engine, seal.seal_id, values)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == rule
