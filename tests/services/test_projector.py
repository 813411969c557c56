"""The projector: exactly once whatever dies, one leader at a time, and a clear stop at what it cannot read."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from adapters.event_codec import EventCodec
from adapters.event_log import AppendRequest, NewRow
from domain.changes import NoteAdded
from domain.events import EVENTS
from domain.projections.case_overview import CASE_OVERVIEW
from domain.projections.projection import FoldedStream, Projection, Row
from domain.projections.register import BY_STREAM_KIND, PROJECTIONS
from services.bootstrap import Engine, open_engine
from services.projector import TURN_SECONDS
from services.queries import AgendaFilter, CaseFilter, OfferFilter, PageOf, Queries
from services.rebuild import rebuild
from tests.domain.ground import LATER, in_course
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import (
    case_id,
    events_for,
    eventually,
    folded_rows,
    participant,
    projecting,
    stored_rows,
    write,
    write_one_by_one,
)

ROOT = Path(__file__).resolve().parents[2]
NOTE = NoteAdded(occurred_on=LATER, text="Bitte zurückrufen", confidential=False)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[Engine]:
    """An engine on a database of its own."""
    async with open_engine(database, KEK) as opened:
        yield opened


@pytest.fixture
async def queries(engine: Engine) -> AsyncIterator[Queries]:
    """Reading on that engine."""
    opened = Queries(engine)
    yield opened
    await opened.close()


async def test_what_a_command_wrote_can_be_read_after_waiting_for_its_position(
    engine: Engine, queries: Queries
) -> None:
    """Lists, agenda and timeline show the case, with its name."""
    async with projecting(engine):
        position = await write_one_by_one(engine, case_id(1), events_for(1, in_course().history))
        assert await queries.wait_for(position, PATIENCE_SECONDS)
        [listed] = (await queries.cases(CaseFilter(stage="course", open=True))).items
        assert (listed.case.case_id, listed.name, listed.case.status) == (
            case_id(1),
            "Haidari, Yusuf",
            "open",
        )
        agenda = await queries.agenda(datetime.now(UTC), AgendaFilter(caseworker="cw-eschweiler-1"))
        assert [item.due.due_on for item in agenda.items] == sorted(item.due.due_on for item in agenda.items)
        assert agenda.total == len(agenda.items) > 0
        assert [row.version for row in await queries.timeline(case_id(1))] == list(range(1, 12))
        assert (await queries.cases(CaseFilter(municipality="05334999"))).total == 0
        assert (await queries.offers(OfferFilter(with_free_seats=True))).items == ()
    assert await stored_rows(engine) == await folded_rows(engine)


async def test_a_page_counts_the_whole_list(engine: Engine, queries: Queries) -> None:
    """Pages follow each other without gap or overlap, and beyond the end there is nothing."""
    async with projecting(engine):
        for number in range(5):
            last = await write(engine, case_id(number), events_for(number, in_course().history))
        assert await queries.wait_for(last.last_position, PATIENCE_SECONDS)
    pages = [await queries.cases(page=PageOf(limit=2, offset=offset)) for offset in (0, 2, 4, 6)]
    assert [page.total for page in pages] == [5, 5, 5, 5]
    ids = [item.case.case_id for page in pages for item in page.items]
    assert ids == sorted(ids, key=str)
    assert set(ids) == {case_id(n) for n in range(5)}
    with pytest.raises(ValueError, match="a page has"):
        PageOf(limit=0)


async def test_a_projector_killed_again_and_again_writes_every_row_exactly_once(
    engine: Engine, queries: Queries, database: str
) -> None:
    """SIGKILL while it works; the next one goes on where the last commit ended."""
    position = 0
    for turn in range(3):
        process = await _projector(database)
        try:
            start = (await queries.projections_status())[0].position

            async def moved(start: int = start) -> bool:
                return (await queries.projections_status())[0].position > start

            writer = asyncio.create_task(_write_cases(engine, range(10 * turn, 10 * turn + 10)))
            assert await eventually(moved, PATIENCE_SECONDS)
        finally:
            process.send_signal(signal.SIGKILL)
            await process.wait()
        position = await writer
    assert position == 30 * len(in_course().history)
    async with projecting(engine):
        assert await queries.wait_for(position, PATIENCE_SECONDS)
    assert await stored_rows(engine) == await folded_rows(engine)


async def _write_cases(engine: Engine, numbers: range) -> int:
    """Write whole cases event by event; the last position."""
    history = in_course().history
    return [await write_one_by_one(engine, case_id(n), events_for(n, history)) for n in numbers][-1]


async def _projector(database: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.services.projector_process",
        database,
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def test_of_two_projectors_one_leads_and_the_other_takes_over(engine: Engine, queries: Queries) -> None:
    """No row twice, and no gap when the leader goes away: whoever waits looks twice a second."""
    assert TURN_SECONDS <= 0.5
    async with projecting(engine):
        async with projecting(engine) as other:
            first = await write(engine, case_id(1), events_for(1, in_course().history))
            assert await queries.wait_for(first.last_position, PATIENCE_SECONDS)
            assert not other.done()
        second = await write(engine, case_id(2), events_for(2, in_course().history))
        assert await queries.wait_for(second.last_position, PATIENCE_SECONDS)
    async with projecting(engine):
        third = await write(engine, case_id(3), events_for(3, in_course().history))
        assert await queries.wait_for(third.last_position, PATIENCE_SECONDS)
    assert await stored_rows(engine) == await folded_rows(engine)


async def test_a_rebuild_while_events_come_in_ends_with_the_rows_of_the_naive_fold(
    engine: Engine, queries: Queries
) -> None:
    """The live projector goes on, readers never see less than before, and nothing is lost at the swap."""
    seen: list[int] = []
    done = asyncio.Event()

    async def watching() -> None:
        while not done.is_set():
            seen.append((await queries.cases()).total)
            await asyncio.sleep(0.005)

    async with projecting(engine):
        for number in range(10):
            last = await write(engine, case_id(number), events_for(number, in_course().history))
        assert await queries.wait_for(last.last_position, PATIENCE_SECONDS)
        watcher = asyncio.create_task(watching())

        writer = asyncio.create_task(_write_cases(engine, range(10, 40)))
        rebuilt = [await rebuild(engine), await rebuild(engine, "agenda_entries"), await rebuild(engine)]
        position = await writer
        assert await queries.wait_for(position, PATIENCE_SECONDS)
        done.set()
        await watcher
    assert [len(r.projections) for r in rebuilt] == [len(PROJECTIONS), 1, len(PROJECTIONS)]
    assert seen == sorted(seen)
    assert seen[0] >= 10
    assert await stored_rows(engine) == await folded_rows(engine)
    assert {status.state for status in await queries.projections_status()} == {"current"}


async def test_an_event_of_an_unknown_version_stops_the_projector_there_until_a_program_that_knows_it(
    engine: Engine, queries: Queries
) -> None:
    """Everything before it is projected, the status says where and why, nothing after it is lost."""
    old = {name: cls for name, cls in EVENTS.items() if name != "note_added"}
    old_program = replace(engine, codec=EventCodec(old))
    before = await write(engine, case_id(1), events_for(1, in_course().history))
    note = await write(engine, case_id(1), (NOTE,), before.version)
    after = await write(engine, case_id(2), events_for(2, in_course().history))
    async with projecting(old_program):
        assert await queries.wait_for(before.last_position, PATIENCE_SECONDS)

        async def stopped() -> bool:
            return {s.failed_position for s in await queries.projections_status()} == {note.last_position}

        assert await eventually(stopped, PATIENCE_SECONDS)
        status = (await queries.projections_status())[0]
        assert (status.state, status.position) == ("failed", before.last_position)
        assert status.failure is not None
        assert f"position {note.last_position}" in status.failure
        assert "note_added" in status.failure
        assert not await queries.wait_for(after.last_position, 0.1)
    async with projecting(engine):
        assert await queries.wait_for(after.last_position, PATIENCE_SECONDS)
    assert await stored_rows(engine) == await folded_rows(engine)

    async def healed() -> bool:
        return {s.state for s in await queries.projections_status()} == {"current"}

    assert await eventually(healed, PATIENCE_SECONDS)


async def test_an_event_from_the_future_stops_the_projector_with_its_version_in_the_message(
    engine: Engine, queries: Queries
) -> None:
    """``contact_held.v99`` is not guessed at."""
    before = await write(engine, case_id(1), events_for(1, in_course().history))
    await engine.log.append(
        AppendRequest(
            stream_id=case_id(1),
            expected_version=before.version,
            rows=(NewRow(type="contact_held.v99", payload=b"{}"),),
            command_id=None,
            actor="cw-1",
            organisation="org-1",
        )
    )
    async with projecting(engine):

        async def stopped() -> bool:
            return "contact_held.v99" in str((await queries.projections_status())[0].failure)

        assert await eventually(stopped, PATIENCE_SECONDS)
    assert (await queries.listed_case(case_id(1))) is not None


def _divide_by_zero(stream: FoldedStream) -> list[Row]:
    raise ZeroDivisionError(str(stream.position))


async def test_a_defective_projection_is_left_behind_alone_and_comes_back_with_a_rebuild(
    engine: Engine, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others go on; the status names position and projection."""
    kind = CASE_OVERVIEW.state
    whole = BY_STREAM_KIND[kind]
    defective = replace(CASE_OVERVIEW, rows=_divide_by_zero)
    monkeypatch.setitem(
        cast("dict[type[Any], tuple[Projection, ...]]", BY_STREAM_KIND),
        kind,
        tuple(defective if p is CASE_OVERVIEW else p for p in whole),
    )
    async with projecting(engine):
        last = await write(engine, case_id(1), events_for(1, in_course().history))
        assert await queries.wait_for(last.last_position, PATIENCE_SECONDS)
        by_name = {status.name: status for status in await queries.projections_status()}
        assert by_name["case_overview"].state == "failed"
        assert "ZeroDivisionError" in str(by_name["case_overview"].failure)
        assert {s.state for n, s in by_name.items() if n != "case_overview"} == {"current"}
        monkeypatch.undo()
        await rebuild(engine, "case_overview")
        more = await write(engine, case_id(1), (NOTE,), last.version)
        assert await queries.wait_for(more.last_position, PATIENCE_SECONDS)
    assert await stored_rows(engine) == await folded_rows(engine)


async def test_rows_that_other_code_made_are_said_to_be_outdated_and_rebuilt_by_the_next_projector(
    engine: Engine, queries: Queries
) -> None:
    """The stored version tells."""
    async with projecting(engine):
        last = await write(engine, case_id(1), events_for(1, in_course().history))
        assert await queries.wait_for(last.last_position, PATIENCE_SECONDS)
    async with engine.connections.lend() as connection:
        await connection.execute("update teilhabe.projections set version = 0 where name = 'participations'")
        await connection.execute("delete from teilhabe.participations")
    by_name = {status.name: status.state for status in await queries.projections_status()}
    assert by_name["participations"] == "outdated"
    async with projecting(engine):

        async def current() -> bool:
            return {s.state for s in await queries.projections_status()} == {"current"}

        assert await eventually(current, PATIENCE_SECONDS)
    assert await stored_rows(engine) == await folded_rows(engine)


async def test_erasing_a_person_wipes_the_name_at_once_and_no_rebuild_brings_it_back(
    engine: Engine, queries: Queries
) -> None:
    """The facts stay and go on being projected."""
    async with projecting(engine):
        last = await write(engine, case_id(1), events_for(1, in_course().history))
        assert await queries.wait_for(last.last_position, PATIENCE_SECONDS)
        await engine.keys.destroy(participant(1))
        listed = await queries.listed_case(case_id(1))
        assert listed is not None
        assert listed.name is None
        finished = await write(engine, case_id(2), events_for(2, in_course().history))
        assert await queries.wait_for(finished.last_position, PATIENCE_SECONDS)
        await rebuild(engine)
        names = {item.case.case_id: item.name for item in (await queries.cases()).items}
        assert names == {case_id(1): None, case_id(2): "Haidari, Yusuf"}
