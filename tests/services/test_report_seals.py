"""Sealed reports come out again to the byte, on a restored copy of the log too; and what changed since is told with its entries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from os import urandom
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from adapters.migrations import migrate
from domain.command_handling import CommandContext
from domain.contact import ContactHeld, ContactKind, ContactProof
from domain.corrections import EntryCorrected
from domain.course import CourseAbandoned
from domain.refusals import Refusal
from domain.reports import registry
from domain.reports.evidence import CellRef
from domain.reports.registry import REPORTS
from services.bootstrap import Engine, open_engine
from services.queries import Queries
from services.report_asking import AskedReport
from services.report_delta import ChangeKind, ReportDelta, delta_since, notice_lines, plain_delta
from services.report_seals import Seal, Verification, all_sealed, seal_report, sealed, verify_seal, within_log
from tests.domain.ground import ESCHWEILER
from tests.domain.test_reports import ROETGEN, TOWN
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import projecting, write

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
AS_OF = date(2025, 12, 30)


def context() -> CommandContext:
    """Somebody who may seal."""
    return CommandContext(command_id=uuid4(), actor="controller-1", organisation="staedteregion")


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine whose log holds the town of the report tests; no read table is filled."""
    async with open_engine(database, KEK) as opened:
        for history in TOWN:
            await write(opened, history[0].stream_id, tuple(entry.event for entry in history))
        yield opened


async def _sealed(engine: Engine, name: str = "statistics", **parameters: str) -> Seal:
    asked = AskedReport(name=name, as_of=AS_OF, parameters=parameters)
    seal = await seal_report(engine, asked, uuid4(), context(), NOW)
    assert isinstance(seal, Seal)
    return seal


async def _verified(engine: Engine, seal: Seal) -> Verification:
    found = await verify_seal(engine, seal.seal_id)
    assert isinstance(found, Verification)
    return found


async def test_a_sealed_report_comes_out_again_whatever_happened_since(engine: Engine) -> None:
    """Every report, with and without a parameter; after further work and after further seals."""
    seals = [await _sealed(engine, name) for name in REPORTS]
    seals.append(await _sealed(engine, municipality=ROETGEN))
    await _work_on(engine)
    for seal in seals:
        found = await _verified(engine, seal)
        assert found.same
        assert found.digest == seal.digest
    assert len({seal.digest for seal in seals}) == len(seals)


async def _work_on(engine: Engine) -> None:
    """A late contact in the first case, and the dropout of Roetgen corrected to the next day."""
    first, second = TOWN[0], TOWN[1]
    contact = ContactHeld(
        occurred_on=date(2025, 4, 2),
        kind=ContactKind.PHONE,
        minutes=10,
        proof=ContactProof.PHONE_NOTE,
        note="",
    )
    await write(engine, first[0].stream_id, (contact,), len(first))
    dropout = next(entry for entry in second if isinstance(entry.event, CourseAbandoned))
    later = replace(dropout.event, occurred_on=date(2025, 7, 1))
    correction = EntryCorrected(
        occurred_on=date(2026, 1, 1), version=dropout.version, replacement=later, reason="falscher Tag"
    )
    await write(engine, second[0].stream_id, (correction,), len(second))


async def test_a_restored_copy_of_the_log_verifies_the_seal_without_any_key(
    engine: Engine, empty_database: str
) -> None:
    """The rows of the log alone, in another database, read by an engine that holds another key-encryption key."""
    seal = await _sealed(engine)
    await migrate(empty_database)
    source = await asyncpg.connect(engine.database_url)
    target = await asyncpg.connect(empty_database)
    try:
        rows = await source.fetch("select * from teilhabe.events order by position")
        await target.copy_records_to_table(
            "events",
            schema_name="teilhabe",
            records=[tuple(row) for row in rows],
            columns=list(rows[0].keys()),
        )
    finally:
        await source.close()
        await target.close()
    async with open_engine(empty_database, urandom(32)) as restored:
        found = await _verified(restored, seal)
        assert found.same
        assert found.seal == seal


async def test_a_copy_that_ends_before_the_seal_is_refused(engine: Engine) -> None:
    """Nothing is verified on less than was sealed."""
    seal = await _sealed(engine)
    assert within_log(seal, seal.log_position) is None
    refusal = within_log(seal, seal.log_position - 1)
    assert refusal is not None
    assert refusal.rule_id == "report_seal.log_too_short"


async def test_sealing_again_under_one_number_returns_the_seal_that_is_there(engine: Engine) -> None:
    """Even when the log has moved on."""
    seal = await _sealed(engine)
    await _work_on(engine)
    again = await seal_report(
        engine, AskedReport(name="statistics", as_of=AS_OF), seal.seal_id, context(), NOW
    )
    assert again == seal


@pytest.mark.parametrize(
    "asked",
    [
        AskedReport(name="funding", as_of=AS_OF),
        AskedReport(name="statistics", as_of=date(2025, 12, 29)),
        AskedReport(name="statistics", as_of=AS_OF, known_at=3),
        AskedReport(name="statistics", as_of=AS_OF, parameters={"municipality": ROETGEN}),
    ],
)
async def test_something_else_under_the_number_of_a_seal_is_refused(
    engine: Engine, asked: AskedReport
) -> None:
    """Another report, day, position or parameter: nobody is given another seal than the one asked for."""
    seal = await _sealed(engine)
    head = await engine.log.head()
    refusal = await seal_report(engine, asked, seal.seal_id, context(), NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == "report_seal.number_taken"
    assert await engine.log.head() == head


async def test_parameters_are_sealed_as_they_were_read(engine: Engine) -> None:
    """In whatever order and however often the codes of a list were typed: the same is asked for."""
    seal = await _sealed(engine, "repeated_measures", excused="parental_leave,illness,illness", months="024")
    assert seal.parameters == {"excused": "illness,parental_leave", "months": "24"}
    asked = AskedReport(
        name="repeated_measures",
        as_of=AS_OF,
        parameters={"months": "24", "excused": "illness,parental_leave"},
    )
    assert await seal_report(engine, asked, seal.seal_id, context(), NOW) == seal


async def test_a_definition_that_is_gone_says_which_version_it_takes(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a change of the definition the old one verifies when it is kept, and else is asked for by its number."""
    seal = await _sealed(engine)
    old = REPORTS["statistics"]
    newer = replace(old, version=old.version + 1)
    monkeypatch.setattr(registry, "REPORTS", {**REPORTS, "statistics": newer})
    monkeypatch.setattr("services.report_seals.REPORTS", {**REPORTS, "statistics": newer})
    refusal = await verify_seal(engine, seal.seal_id)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == "report_seal.definition_gone"
    assert f"version {old.version}" in refusal.en
    monkeypatch.setattr(registry, "OLD_REPORTS", {("statistics", old.version): old})
    assert (await _verified(engine, seal)).same


async def test_seals_are_listed_with_who_and_when(engine: Engine) -> None:
    """The newest first; an unknown number is refused."""
    queries = Queries(engine)
    async with projecting(engine):
        one = await _sealed(engine)
        other = await _sealed(engine, "funding")
        assert await queries.wait_for(other.position, PATIENCE_SECONDS)
        assert await all_sealed(engine) == [other, one]
        assert await all_sealed(engine, most=1) == [other]
    await queries.close()
    assert one.actor == "controller-1"
    assert await sealed(engine, one.seal_id) == one
    for number in (uuid4(), TOWN[0][0].stream_id):
        refusal = await sealed(engine, number)
        assert isinstance(refusal, Refusal)
        assert refusal.rule_id == "report_seal.unknown"


async def test_the_delta_names_each_changed_figure_with_its_late_entries_and_corrections(
    engine: Engine,
) -> None:
    """One contact more in Eschweiler; the dropout of Roetgen moved from the second quarter into the third."""
    seal = await _sealed(engine)
    unchanged = await _delta(engine, seal)
    assert unchanged.cells == ()
    assert "keine Zahl geändert" in "\n".join(notice_lines(unchanged))
    await _work_on(engine)
    delta = await _delta(engine, seal)
    shown = {cell.ref: (cell.before, cell.after) for cell in delta.cells}
    contacts = _cell(seal, CellRef("contact_density", "held", (ESCHWEILER,)), shown)
    assert contacts[1] == contacts[0] + 1
    assert shown[CellRef("flow", "exits", ("2025-Q2", "F4", ROETGEN))] == (1, 0)
    assert shown[CellRef("flow", "exits", ("2025-Q3", "F4", ROETGEN))] == (0, 1)
    assert CellRef("modules", "exits", ("F4",)) not in shown
    kinds = {
        cell.ref: {cause.kind for cause in causes}
        for cell, causes in zip(delta.cells, delta.causes, strict=True)
        if not cell.derived_from
    }
    assert kinds[CellRef("contact_density", "held", (ESCHWEILER,))] == {ChangeKind.LATE_ENTRY}
    assert kinds[CellRef("flow", "exits", ("2025-Q2", "F4", ROETGEN))] == {ChangeKind.CORRECTION}
    assert all(kinds.values()), "a figure that changed without any entry"
    text = "\n".join(notice_lines(delta, "en"))
    assert "corrects entry" in text
    assert "Exits (participations) [2025-Q2, F4 " in text
    assert "05334024 Roetgen]: 1 → 0" in text
    plain: Any = plain_delta(delta)
    assert len(plain["cells"]) == len(delta.cells)
    at_the_seal = await _delta(engine, seal, position=seal.log_position)
    assert at_the_seal.cells == ()


def _cell(seal: Seal, ref: CellRef, shown: dict[CellRef, Any]) -> tuple[int, int]:
    before, after = shown[ref]
    assert isinstance(before, int)
    assert isinstance(after, int)
    return before, after


async def _delta(engine: Engine, seal: Seal, position: int | None = None) -> ReportDelta:
    found = await delta_since(engine, seal.seal_id, position)
    assert isinstance(found, ReportDelta)
    return found


async def test_erasing_a_person_changes_no_figure_and_is_told(engine: Engine) -> None:
    """The seal still verifies; the notice says how many cases were erased."""
    seal = await _sealed(engine)
    participant = TOWN[0][0].event.participant_id
    assert await engine.keys.destroy(participant)
    assert (await _verified(engine, seal)).same
    delta = await _delta(engine, seal)
    assert delta.cells == ()
    assert delta.erased == 1
    assert "gelöschte Fälle: 1" in "\n".join(notice_lines(delta))


@pytest.mark.parametrize("position", [0, 10_000])
async def test_a_delta_to_outside_the_log_is_refused(engine: Engine, position: int) -> None:
    seal = await _sealed(engine)
    refusal = await delta_since(engine, seal.seal_id, position)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == "report_seal.position_outside"


async def test_what_cannot_be_run_cannot_be_sealed(engine: Engine) -> None:
    """The refusals of running are those of sealing, and nothing is recorded."""
    number = UUID(int=77)
    head = await engine.log.head()
    for asked, rule in (
        (AskedReport(name="nonsense"), "report.unknown"),
        (AskedReport(name="funding", as_of=date(2026, 1, 3)), "report.as_of_in_the_future"),
        (AskedReport(name="funding", as_of=AS_OF, known_at=head + 1), "report.known_at_beyond_log"),
        (
            AskedReport(name="funding", as_of=AS_OF, parameters={"municipality": "05334099"}),
            "report.municipality_unknown",
        ),
    ):
        refusal = await seal_report(engine, asked, number, context(), NOW)
        assert isinstance(refusal, Refusal)
        assert refusal.rule_id == rule
    assert await engine.log.head() == head
