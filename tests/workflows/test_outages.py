"""Temporal goes away and comes back, and mail waits through a new run: a clear word, nothing lost, nothing twice."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from adapters.embedded.temporal import EmbeddedTemporal
from adapters.temporal import SEARCH_ATTRIBUTES, TemporalUnreachable, connect
from domain.changes import AddNote
from domain.ports import Mail, MailDeferred
from services.bootstrap import Engine
from services.gateway import CarriedOut, CommandGateway, TemporalUnavailable
from services.worker import WorkerOptions, running_worker
from tests.patience import PATIENCE_SECONDS
from tests.workflows.ground import ENDS_SOON, STAFF, TODAY, KeptMail, Loop, context, eventually, running_loop


@pytest.mark.any_postgres
async def test_a_command_outlives_a_temporal_that_goes_away(engine: Engine, tmp_path: Path) -> None:
    """While it is away the caller hears so and nothing is recorded; when it is back the same id is carried out once."""
    server = EmbeddedTemporal(
        state_dir=tmp_path, search_attributes=SEARCH_ATTRIBUTES, ui=False, durable=False
    )
    client = await connect((await server.start_async()).address)
    try:
        async with running_loop(engine, client) as loop:
            case_id, once = await loop.opened(), context()
            note = AddNote(occurred_on=TODAY, text="einmal", confidential=False)
            await server.stop_async()
            hasty = CommandGateway(engine, client, loop.task_queue, patience_seconds=2)
            with pytest.raises(TemporalUnavailable):
                await hasty.case(case_id, note, once)
            assert await loop.names(case_id) == ["CaseOpened"]
            await server.start_async()
            outcome = await loop.gateway.case(case_id, note, once)
            assert isinstance(outcome, CarriedOut)
            assert await loop.names(case_id) == ["CaseOpened", "NoteAdded"]
    finally:
        await server.stop_async()


async def test_a_temporal_that_is_not_there_is_named_in_one_line() -> None:
    """The address is in the message."""
    with pytest.raises(TemporalUnreachable, match=r"^Temporal at 127\.0\.0\.1:1 [^\n]*$"):
        await connect("127.0.0.1:1", patience_seconds=0.5)


class ClosedMail(KeptMail):
    """A mail server that puts everything off until it opens."""

    open = False
    deferred = 0

    async def send(self, mail: Mail) -> None:
        """Take it when open."""
        if not self.open:
            self.deferred += 1
            raise MailDeferred("closed")
        await super().send(mail)


@pytest.mark.any_postgres
async def test_mail_that_waits_does_not_hold_up_the_case_nor_its_next_run(
    engine: Engine, client: Client
) -> None:
    """Commands go on while a reminder waits for its server; the next run of the workflow takes the mail over."""
    queue, mail = f"waiting-{uuid4()}", ClosedMail()
    gateway = CommandGateway(engine, client, queue, patience_seconds=PATIENCE_SECONDS, most_events=60)
    loop = Loop(engine, client, gateway, queue, mail)
    async with running_worker(engine, client, mail, STAFF, WorkerOptions(task_queue=queue)):
        case_id = await loop.opened(residence=ENDS_SOON)

        async def put_off() -> bool:
            return mail.deferred > 0

        await eventually(put_off)
        mail.open = True
        for n in range(12):
            await loop.done(case_id, AddNote(occurred_on=TODAY, text=f"Notiz {n}", confidential=False))

        async def confirmed() -> bool:
            return (await loop.names(case_id)).count("ReminderDelivered") == 1

        await eventually(confirmed)
        assert len({each.message_id for each in mail.sent}) == 1
