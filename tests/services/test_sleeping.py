"""The list of all sleeping dates: it is what every case says of itself, in every order, filter and page length."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from adapters.agenda_table import AgendaFilter, AgendaSort
from adapters.waiting_table import WaitingFilter
from domain.changes import ChangeMunicipality, HandOverCase
from domain.coaching import AgreeStep, MakePromise
from domain.escalation import DueStatus
from domain.hold import HoldCase, HoldReason
from domain.ports import StoreUnavailable
from domain.projections.agenda_entries import AgendaEntryRow
from domain.projections.waiting import WaitingIntervalRow
from domain.values import Ags, DutyHolder, StaffId
from domain.waiting import Owner
from services.bootstrap import Engine, open_engine
from services.case_agenda import AgendaDate, case_dates, case_waiting
from services.cli.agendas import sleeping_lines
from services.cli.waiting import waiting_lines
from services.queries import Queries, SleepingDate
from services.rebuild import rebuild
from tests.domain.ground import CaseFile, closed, in_ausbildung, in_coaching, in_course, seat_requested
from tests.services.read_table_ground import case_id, events_for, write

NOW = datetime(2025, 11, 20, 12, tzinfo=UTC)
TODAY = date(2025, 11, 20)
KEK = bytes(range(32))
CASES = 12


def cases() -> list[CaseFile]:
    """A dozen cases: sleeping, held, closed, with steps and promises, of several places and caseworkers."""
    held = HoldCase(occurred_on=date(2025, 11, 3), ground=HoldReason.ILLNESS, until=date(2026, 1, 31))
    moved = ChangeMunicipality(occurred_on=date(2025, 6, 2), municipality=Ags("05334002"))
    handed = HandOverCase(occurred_on=date(2025, 6, 2), caseworker=StaffId("cw-aachen-2"), reason="Umzug")
    promised = MakePromise(
        occurred_on=date(2025, 10, 1),
        promise_id=UUID(int=1),
        by=DutyHolder.PARTICIPANT,
        due_on=date(2025, 11, 24),
        text="Zeugnis",
    )
    agreed = AgreeStep(
        occurred_on=date(2025, 10, 1),
        step_id=UUID(int=2),
        owner=DutyHolder.CASEWORKER,
        due_on=date(2025, 10, 8),
        text="Anruf",
    )
    return [
        made().done(*more)
        for made in (in_coaching, in_course, in_ausbildung)
        for more in ((), (held,), (moved, handed, promised), (agreed,))
    ] + [seat_requested(), closed()]


@pytest.fixture
async def filled(database: str) -> AsyncIterator[Engine]:
    """An engine whose read tables hold the dozen."""
    async with open_engine(database, KEK) as engine:
        for number, file in enumerate(cases()):
            await write(engine, case_id(number), events_for(number, file.history))
        await rebuild(engine)
        yield engine


async def every_date(engine: Engine) -> dict[tuple[UUID, str], tuple[AgendaDate, Any]]:
    """What each case says of itself, computed from its entries alone, by case and date."""
    found = {}
    for number in range(len(cases())):
        history = await engine.store.load(case_id(number))
        for one in case_dates(case_id(number), history, engine.rule_book, NOW):
            found[case_id(number), one.due.id] = one, history
    return found


async def listed(engine: Engine, sort: AgendaSort, limit: int, **narrow: Any) -> list[SleepingDate]:
    """All pages of a list, one after the other."""
    queries, after = Queries(engine), None
    found: list[SleepingDate] = []
    while True:
        page = await queries.agenda(NOW, AgendaFilter(**narrow), sort, limit, after)
        found.extend(page.items)
        assert len(page.items) <= limit
        if (after := page.end) is None:
            assert page.total == len(found)
            return found


def key(one: SleepingDate) -> tuple[UUID, str]:
    """Case and date."""
    return one.due.case_id, one.due.due_id


async def test_the_list_is_what_every_case_says_of_itself(filled: Engine) -> None:
    """Each date with its status and its wake-up time; nothing is missing, nothing is there twice."""
    naive = await every_date(filled)
    found = await listed(filled, AgendaSort.DUE, 7)
    assert len(found) == len(naive) > 50
    for one in found:
        expected, _ = naive[key(one)]
        assert (one.status, one.wakes_at) == (expected.status, expected.wakes_at)
        due, row = expected.due, one.due
        assert (row.line_de, row.citation, row.waiting_on) == (
            due.line_de,
            due.citation,
            due.waiting_on.value,
        )
        assert (row.source, row.text_de) == (due.source, due.text.de if due.text else None)
        assert (row.held_days, row.unverified) == (due.held_days, due.unverified)
    assert {one.status for one in found} == set(DueStatus)


async def test_every_order_is_total_whatever_the_length_of_a_page(filled: Engine) -> None:
    """Sorted as it says, and the same entries as in one page."""
    naive = await every_date(filled)
    for sort in AgendaSort:
        wakes = sort is AgendaSort.WAKES
        wanted = {k for k, (one, _) in naive.items() if not wakes or one.wakes_at is not None}
        for limit in (2, 500):
            found = await listed(filled, sort, limit)
            assert {key(one) for one in found} == wanted
            assert len(found) == len(wanted)
            for first, second in pairwise(found):
                assert _rank(first, sort) <= _rank(second, sort)


def _rank(one: SleepingDate, sort: AgendaSort) -> Any:
    match sort:
        case AgendaSort.DUE:
            return one.due.due_on, one.due.case_id
        case AgendaSort.WAKES:
            tomorrow = TODAY + timedelta(days=1)
            days = [one.due.wakes_on] if one.due.wakes_on else []
            return min([*days, tomorrow] if one.due.asked_daily else days)
        case _:
            return getattr(one.due, sort.value), one.due.due_on, one.due.case_id


async def test_a_status_selects_what_has_it(filled: Engine) -> None:
    """The database and the domain agree on every date."""
    naive = await every_date(filled)
    for status in DueStatus:
        found = await listed(filled, AgendaSort.DUE, 100, status=status)
        assert {key(one) for one in found} == {k for k, (one, _) in naive.items() if one.status is status}


async def test_the_list_is_narrowed_by_caseworker_place_rule_and_day(filled: Engine) -> None:
    """Each filter alone leaves exactly what fits."""
    everything = await listed(filled, AgendaSort.DUE, 100)
    filters: tuple[tuple[dict[str, Any], Callable[[AgendaEntryRow], bool]], ...] = (
        ({"caseworker": "cw-aachen-2"}, lambda due: due.caseworker == "cw-aachen-2"),
        ({"municipality": "05334002"}, lambda due: due.municipality == "05334002"),
        ({"rule": "contact.none"}, lambda due: due.rule == "contact.none"),
        ({"due_by": TODAY}, lambda due: due.due_on <= TODAY),
    )
    for narrow, fits in filters:
        found = await listed(filled, AgendaSort.DUE, 3, **narrow)
        assert [key(one) for one in found] == [key(one) for one in everything if fits(one.due)]
        assert 0 < len(found) < len(everything)


async def test_a_table_of_another_version_is_not_read(filled: Engine) -> None:
    """Rather no list than an empty or a wrong one."""
    async with filled.connections.lend() as connection:
        await connection.execute("update teilhabe.projections set version = 0 where name = 'agenda_entries'")
    with pytest.raises(StoreUnavailable, match="rebuild agenda_entries"):
        await Queries(filled).agenda(NOW)


async def test_the_list_is_told_at_a_terminal_in_both_languages(filled: Engine) -> None:
    """Aligned columns, a head, and the count at the end."""
    found = await listed(filled, AgendaSort.WAKES, 100)
    german, english = sleeping_lines(found, 99, "de"), sleeping_lines(found, 99, "en")
    assert german[0].split()[:3] == ["fällig", "Stand", "meldet"]
    assert english[0].split()[:3] == ["due", "status", "wakes"]
    assert german[-1] == f"{len(found)} von 99 Terminen"
    assert len(german) == len(found) + 2
    assert german[1].split()[0] == f"{found[0].due.due_on:%d.%m.%Y}"


async def test_who_has_to_act_is_what_every_case_says_of_itself(filled: Engine) -> None:
    """For every owner and day, the longest waiting first; nobody is the red list, and it is not empty."""
    queries = Queries(filled)
    for day in (TODAY, date(2025, 4, 5), date(2025, 6, 1)):
        for owner in Owner:
            naive = {
                (case_id(number), interval.step.value, interval.reference)
                for number in range(len(cases()))
                for interval in await case_waiting(filled, case_id(number)) or ()
                if interval.owner is owner and interval.covers(day)
            }
            found: list[WaitingIntervalRow] = []
            after = None
            while True:
                page = await queries.waiting(day, WaitingFilter(owner=owner.value), 3, after)
                found += [item.interval for item in page.items]
                if (after := page.end) is None:
                    break
            assert {(row.case_id, row.step, row.reference) for row in found} == naive
            assert page.total == len(found) == len(naive)
            assert [row.from_on for row in found] == sorted(row.from_on for row in found)
    red = await queries.waiting(TODAY, WaitingFilter(owner="nobody"))
    assert red.total > 0
    lines = waiting_lines(list(red.items), 9, TODAY, "de")
    assert lines[0].split()[2:6] == ["Tage", "niemand:", "kein", "Schritt"]
    assert lines[-1] == f"{red.total} von 9 offenen Schritten"
