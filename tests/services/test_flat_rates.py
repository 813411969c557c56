"""Flat rates over a real log: a run decides once, a corrected case is told and not followed, two grants are left to a person."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain import case as cases
from domain.command_handling import Accepted, CommandContext, decide_grant, handle
from domain.corrections import CorrectEntry
from domain.course import AttendanceRecorded
from domain.flat_rate import course_earnings
from domain.flat_rate_decision import Standing
from domain.grant import FlatRateRevised, GrantNoticeReceived
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import FundingModule
from services.bootstrap import Engine, open_engine
from services.flat_rates import FlatRateRun, decide_flat_rates, flat_rate_command, grant_state
from services.queries import Queries
from tests.domain.ground import OFFER, SEAT, CaseFile, in_course
from tests.domain.test_flat_rate_claims import attending, entering, published
from tests.domain.test_grant import line
from tests.domain.test_grant import notice as grant_notice
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import case_id, events_for, projecting, write

TODAY = date(2025, 12, 30)
GRANT, OTHER_GRANT = UUID(int=0x6A1), UUID(int=0x6A2)


class Office:
    """An engine with a projector beside it, and short ways to write and to run."""

    def __init__(self, engine: Engine, queries: Queries) -> None:
        self.engine = engine
        self._queries = queries

    async def wrote(self, stream_id: UUID, events: Sequence[Event], after: int = 0) -> None:
        """Append events and wait until the lists show them."""
        written = await write(self.engine, stream_id, tuple(events), after)
        assert await self._queries.wait_for(written.last_position, PATIENCE_SECONDS)

    async def run(self, until: date = TODAY) -> FlatRateRun:
        """Decide everything that can be decided."""
        run = await decide_flat_rates(self.engine, until=until, occurred_on=TODAY)
        assert await self._queries.wait_for(await self.engine.log.head(), PATIENCE_SECONDS)
        return run

    async def earned(self, grant_id: UUID = GRANT) -> list[tuple[int, int | None]]:
        """Units and cents of the courses of a grant."""
        state = await grant_state(self.engine, grant_id)
        assert state is not None
        return [(e.units, e.amount_cents) for e in course_earnings(state.flat_rates.values())]


def granted(**changes: Any) -> list[GrantNoticeReceived]:
    """A notice with a line for F4 in Eschweiler in 2025."""
    values = {"lines": (line(FundingModule.F4, cents=10_000_00),)} | changes
    command = grant_notice(**values)
    return [
        GrantNoticeReceived(
            **{field.name: getattr(command, field.name) for field in fields(GrantNoticeReceived)}
        )
    ]


@pytest.fixture
async def office(database: str) -> AsyncIterator[Office]:
    """A grant, a course of F4 in Eschweiler, and two who attend it: one from the start, one who came too late."""
    async with open_engine(database, KEK) as engine, projecting(engine):
        queries = Queries(engine)
        office = Office(engine, queries)
        await office.wrote(GRANT, granted())
        await office.wrote(OFFER, [published(municipality="05334012")])
        in_time = attending(in_course(), date(2025, 5, 5), date(2025, 5, 30))
        late = attending(entering(date(2025, 7, 1)), date(2025, 7, 1), date(2025, 7, 31), 30)
        for number, file in enumerate((in_time, late), 1):
            await office.wrote(case_id(number), _with_seat(file, number))
        yield office
        await queries.close()


def _with_seat(file: CaseFile, number: int) -> list[Event]:
    """The events of a case whose participation is its own."""
    events: Sequence[Any] = events_for(number, file.history)
    return [
        replace(event, participation_id=seat(number)) if hasattr(event, "participation_id") else event
        for event in events
    ]


def seat(number: int) -> UUID:
    """The participation of case ``number``."""
    return UUID(int=SEAT.int + number)


async def test_a_run_decides_once_and_running_it_again_adds_nothing(office: Office) -> None:
    """20 units × 37.50 € of the one who came in time; the late one is decided too, and earns nothing."""
    first = await office.run()
    assert (first.cases, first.decided, dict(first.standings)) == (2, 2, {Standing.NEW: 2})
    assert await office.earned() == [(20, 750_00)]
    head = await office.engine.log.head()
    again = await office.run()
    assert (again.decided, dict(again.standings)) == (0, {Standing.SETTLED: 2})
    assert await office.engine.log.head() == head


async def test_a_run_up_to_a_day_leaves_later_attendance_to_the_next(office: Office) -> None:
    """In June nobody had attended in July yet."""
    run = await office.run(date(2025, 6, 30))
    assert (run.decided, await office.earned()) == (1, [(20, 750_00)])
    assert (await office.run()).decided == 1


async def test_a_corrected_case_is_told_and_decided_again_by_a_person(office: Office) -> None:
    """24 units instead of 20; until somebody decides, the 20 stand."""
    await office.run()
    history = await office.engine.store.load(case_id(1))
    wrong = next(entry for entry in history if isinstance(entry.event, AttendanceRecorded))
    correction = CorrectEntry(
        occurred_on=TODAY,
        version=wrong.version,
        replacement=replace(wrong.event, units_held=24),
        reason="Zahlendreher",
    )
    terms = office.engine.rule_book.terms(history, correction, wrong.recorded_at)
    decided = cases.decide_on_history(correction, history, replace(terms, today=TODAY))
    assert not isinstance(decided, Refusal), decided
    await office.wrote(case_id(1), decided, len(history))

    run = await office.run()
    (found,) = run.differences
    assert (found.grant_id, found.case_id, found.participation_id) == (GRANT, case_id(1), seat(1))
    assert (found.what, run.decided, await office.earned()) == (("spans",), 0, [(20, 750_00)])

    command = await flat_rate_command(
        office.engine, case_id(1), seat(1), occurred_on=TODAY, until=TODAY, revise_because="berichtigt"
    )
    context = CommandContext(command_id=UUID(int=1), actor="cw-1", organisation="org-1")
    for repeated in (False, True):
        outcome = await handle(office.engine.store, decide_grant, GRANT, command, context, lambda _: None)  # type: ignore[arg-type] # no refusal
        assert isinstance(outcome, Accepted)
        assert (outcome.repeated, [type(e) for e in outcome.events]) == (repeated, [FlatRateRevised])
    assert await office.earned() == [(24, 900_00)]
    assert (await office.run()).differences == []


async def test_attendance_that_was_struck_out_altogether_is_found_too(office: Office) -> None:
    """No list shows attendance any more; the decision itself leads to the case."""
    await office.run()
    history = await office.engine.store.load(case_id(1))
    wrong = next(entry for entry in history if isinstance(entry.event, AttendanceRecorded))
    correction = CorrectEntry(
        occurred_on=TODAY, version=wrong.version, replacement=None, reason="falsche Person"
    )
    terms = office.engine.rule_book.terms(history, correction, wrong.recorded_at)
    decided = cases.decide_on_history(correction, history, replace(terms, today=TODAY))
    assert not isinstance(decided, Refusal), decided
    await office.wrote(case_id(1), decided, len(history))
    assert [found.what for found in (await office.run()).differences] == [("spans",)]


async def test_what_two_grants_could_pay_is_left_to_a_person(office: Office) -> None:
    """Both have the line and the days; neither decides."""
    await office.wrote(OTHER_GRANT, granted(reference="36.04-2"))
    run = await office.run()
    assert (run.several_grants, run.decided) == (2, 0)


async def test_without_a_line_nothing_is_decided_and_the_run_says_so(office: Office) -> None:
    """A course of another municipality."""
    elsewhere = UUID(int=0xE15E)
    await office.wrote(elsewhere, [published(municipality="05334032")])
    file = attending(in_course(), date(2025, 5, 5), date(2025, 5, 30))
    seated: Sequence[Any] = _with_seat(file, 3)
    events = [replace(event, offer_id=elsewhere) if hasattr(event, "offer_id") else event for event in seated]
    await office.wrote(case_id(3), events)
    assert (await office.run()).no_grant == 1


async def test_who_never_entered_cannot_be_decided_on(office: Office) -> None:
    found = await flat_rate_command(office.engine, case_id(1), UUID(int=5), occurred_on=TODAY, until=TODAY)
    assert isinstance(found, Refusal)
    assert found.rule_id == "flat_rate.participation_unknown"
