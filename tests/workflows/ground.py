"""Ground of the workflow tests: cases of their own, a gateway and a worker on real parts, and mail that is counted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import Client

from adapters.staff_directory import FileStaffDirectory
from domain.case import fold
from domain.case_state import CaseState
from domain.command_handling import CommandContext
from domain.decision import local_date
from domain.intake import OpenCase, PersonName, Residence
from domain.ports import Mail
from domain.recorded import Recorded
from domain.values import ParticipantId, ResidenceStatus
from services.bootstrap import Engine
from services.gateway import Answer, CarriedOut, CommandGateway
from services.worker import WorkerOptions, running_worker
from tests.domain import ground as domain_ground
from tests.patience import PATIENCE_SECONDS

KEK = bytes(range(32))
# Temporal's clock is the real one here, and a case that lies in the past would be reminded of at once.
TODAY = local_date(datetime.now(UTC))
OPENED = TODAY - timedelta(days=10)
ENDS_SOON = Residence(status=ResidenceStatus.TOLERATION_60A, valid_until=TODAY + timedelta(days=50))
"""A title that has to be reminded of at once, whatever the hour."""
STAFF = FileStaffDirectory(mail_domain="staff.example")
ACTOR = "cw-eschweiler-1"
ORGANISATION = "org-eschweiler"


def context(command_id: UUID | None = None, if_version: int | None = None) -> CommandContext:
    """A caseworker gives a command."""
    return CommandContext(
        command_id=command_id or uuid4(), actor=ACTOR, organisation=ORGANISATION, if_version=if_version
    )


def open_case(**changes: Any) -> OpenCase:
    """A case that was opened ten days ago, of a participant nobody has seen before."""
    values: dict[str, Any] = {
        "occurred_on": OPENED,
        "participant_id": ParticipantId(uuid4()),
        "name": PersonName(family_name="Haidari", given_name="Yusuf"),
        "residence": Residence(
            status=ResidenceStatus.TOLERATION_60A, valid_until=TODAY + timedelta(days=300)
        ),
    }
    return domain_ground.open_case(**(values | changes))


@dataclass
class KeptMail:
    """A mailer that keeps what it was given; real SMTP is tested where it is the subject."""

    sent: list[Mail] = field(default_factory=list)

    async def send(self, mail: Mail) -> None:
        """Take the mail."""
        self.sent.append(mail)


@dataclass
class Loop:
    """The running parts, and short ways to use them."""

    engine: Engine
    client: Client
    gateway: CommandGateway
    task_queue: str
    mail: KeptMail

    async def give(self, case_id: UUID, command: Any, command_id: UUID | None = None) -> Answer:
        """Give a case command as a caseworker."""
        return await self.gateway.case(case_id, command, context(command_id))

    async def done(self, case_id: UUID, *commands: Any) -> CarriedOut:
        """Give commands that must be accepted; the last outcome."""
        outcome: Answer | None = None
        for command in commands:
            outcome = await self.give(case_id, command)
            assert isinstance(outcome, CarriedOut), outcome
        assert isinstance(outcome, CarriedOut)
        return outcome

    async def opened(self, **changes: Any) -> UUID:
        """A new case."""
        case_id = uuid4()
        await self.done(case_id, open_case(**changes))
        return case_id

    async def history(self, stream_id: UUID) -> list[Recorded[Any]]:
        """A stream as the log has it."""
        return await self.engine.store.load(stream_id)

    async def names(self, stream_id: UUID) -> list[str]:
        """The kinds of the events of a stream."""
        return [type(entry.event).__name__ for entry in await self.history(stream_id)]

    async def state(self, case_id: UUID) -> CaseState:
        """The case, folded from the log."""
        state = fold(await self.history(case_id))
        assert state is not None
        return state


@asynccontextmanager
async def running_loop(
    engine: Engine,
    client: Client,
    *,
    most_events: int = 1_000,
    staff: FileStaffDirectory = STAFF,
    **options: Any,
) -> AsyncIterator[Loop]:
    """Gateway and worker on a task queue of their own."""
    task_queue = f"test-{uuid4()}"
    mail = KeptMail()
    gateway = CommandGateway(
        engine, client, task_queue, patience_seconds=PATIENCE_SECONDS, most_events=most_events
    )
    async with running_worker(engine, client, mail, staff, WorkerOptions(task_queue=task_queue, **options)):
        yield Loop(engine=engine, client=client, gateway=gateway, task_queue=task_queue, mail=mail)


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    """Wait until ``check`` holds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await check():
            await asyncio.sleep(0.02)
