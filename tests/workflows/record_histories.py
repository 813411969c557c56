"""Record the histories that must replay for ever: ``python -m tests.workflows.record_histories``, before a change.

Writes only files that are not there yet: a recorded history is never edited.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from uuid import UUID, uuid4

from temporalio.client import Client

from adapters.embedded.throwaway import ephemeral_postgres, ephemeral_temporal
from adapters.migrations import migrate
from adapters.temporal import SEARCH_ATTRIBUTES, connect
from domain.changes import AddNote
from domain.course import SeatStatus
from services.bootstrap import Engine, open_engine
from services.grant_reminders import start_grant_reminders
from tests.domain import ground as cases
from tests.workflows.ground import ENDS_SOON, KEK, OPENED, TODAY, Loop, eventually, running_loop
from tests.workflows.test_grant_reminders import received
from tests.workflows.test_seats import ask, publish, ready, settled
from workflows.grant_messages import grant_reminders_id
from workflows.messages import workflow_id

FOLDER = Path(__file__).parent / "histories"


async def record(engine: Engine, client: Client) -> None:
    """One case each: intake with a seat and a refusal, reminders that were sent, a run that followed another; and grants."""
    async with running_loop(engine, client) as loop:
        await keep(client, "intake_and_seat", workflow_id(await _intake_and_seat(loop)))
        await keep(client, "reminders_by_mail", workflow_id(await _reminders_by_mail(loop)))
        await keep(client, "grant_reminders", await _grant_reminders(loop))
    async with running_loop(engine, client, most_events=60) as loop:
        await keep(client, "continued", workflow_id(await _continued(loop)))


async def _intake_and_seat(loop: Loop) -> UUID:
    case_id = await ready(loop)
    await loop.give(case_id, cases.open_case())
    participation = await ask(loop, case_id, await publish(loop, 1))
    await settled(loop, {case_id: participation}, {SeatStatus.OFFERED: 1})
    return case_id


async def _reminders_by_mail(loop: Loop) -> UUID:
    case_id = await loop.opened(residence=ENDS_SOON)

    async def sent() -> bool:
        return "ReminderDelivered" in await loop.names(case_id)

    await eventually(sent)
    await loop.done(case_id, cases.notice(OPENED))
    return case_id


async def _grant_reminders(loop: Loop) -> str:
    grant_ids = [await received(loop) for _ in range(2)]
    await start_grant_reminders(loop.client, loop.task_queue)

    async def sent() -> bool:
        return all(["GrantReminderDelivered" in await loop.names(grant_id) for grant_id in grant_ids])

    await eventually(sent)
    return grant_reminders_id(loop.task_queue)


async def _continued(loop: Loop) -> UUID:
    case_id = await loop.opened()
    for n in range(14):
        await loop.done(case_id, AddNote(occurred_on=TODAY, text=f"Notiz {n}", confidential=False))
    return case_id


async def keep(client: Client, name: str, identity: str) -> None:
    """Write the history of the present run of a workflow; the names of the machine and its processes are left out."""
    file = FOLDER / f"{name}.json"
    if file.exists():
        return
    text = (await client.get_workflow_handle(identity).fetch_history()).to_json()
    text = re.sub(r'"identity":\s*"[^"]*"', '"identity": "recorder"', text)
    text = re.sub(r'("name":\s*")[^"]*-[0-9a-f]{32}"', rf'\1sticky-{uuid4()}"', text)
    file.write_text(text + "\n", encoding="utf-8")


async def main() -> None:
    """Record on servers of our own."""
    FOLDER.mkdir(exist_ok=True)
    with ephemeral_postgres() as dsn, ephemeral_temporal(SEARCH_ATTRIBUTES) as address:
        await migrate(dsn)
        async with open_engine(dsn, KEK) as engine:
            await record(engine, await connect(address))


if __name__ == "__main__":
    asyncio.run(main())
