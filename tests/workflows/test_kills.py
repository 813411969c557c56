"""Workers die with commands in their hands: the command is carried out once, and the caller hears of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client

from adapters.event_store import PostgresEventStore
from domain.changes import AddNote, NoteAdded
from domain.ports import Append, Appended, StoreUnavailable
from services.bootstrap import Engine
from services.gateway import Answer, CarriedOut, CommandGateway, TemporalUnavailable
from services.worker import WorkerOptions, running_worker
from tests.patience import PATIENCE_SECONDS
from tests.workflows.ground import TODAY, KeptMail, Loop, context, eventually, open_case, running_loop
from tests.workflows.killable import killable_worker


async def insist(gateway: CommandGateway, case_id: UUID, text: str) -> Answer:
    """Give a note, and again under the same id while there is no answer: what callers are told to do."""
    once = context()
    for _ in range(10):
        try:
            return await gateway.case(
                case_id, AddNote(occurred_on=TODAY, text=text, confidential=False), once
            )
        except TemporalUnavailable:
            continue
    raise AssertionError("no answer after all")


@pytest.mark.any_postgres
async def test_commands_survive_workers_that_are_killed(
    engine: Engine, database: str, client: Client
) -> None:
    """While workers are killed one after the other, every note is recorded exactly once."""
    queue = f"kills-{uuid4()}"
    gateway = CommandGateway(engine, client, queue, patience_seconds=15)
    patient = CommandGateway(engine, client, queue, patience_seconds=PATIENCE_SECONDS)
    loop = Loop(engine, client, patient, queue, KeptMail())
    async with killable_worker(database, client.service_client.config.target_host, queue, 1) as worker:
        case_ids = [await loop.opened() for _ in range(4)]

        async def caller(case_id: UUID) -> list[Answer]:
            return [await insist(gateway, case_id, f"Notiz {n}") for n in range(8)]

        calling = asyncio.gather(*(caller(case_id) for case_id in case_ids))
        for noted in (1, 10, 20):

            async def amid(entries: int = len(case_ids) + noted) -> bool:
                return await engine.log.head() >= entries

            await eventually(amid)
            await worker.again()
        outcomes = await calling
    for case_id, results in zip(case_ids, outcomes, strict=True):
        assert all(isinstance(result, CarriedOut) for result in results)
        history = await loop.history(case_id)
        texts = Counter(entry.event.text for entry in history if isinstance(entry.event, NoteAdded))
        assert texts == {f"Notiz {n}": 1 for n in range(8)}


class LosingStore(PostgresEventStore):
    """Appends as always, but the first answers get lost: as when a worker dies after the commit."""

    to_lose = 2

    async def append(self, append: Append) -> Appended:
        """Append, and then fail twice."""
        appended = await super().append(append)
        if self.to_lose:
            self.to_lose -= 1
            raise StoreUnavailable("the answer was lost")
        return appended


async def test_an_append_whose_answer_is_lost_has_one_effect(engine: Engine, client: Client) -> None:
    """The activity runs again, finds its command in the log and answers with what was recorded."""
    losing = replace(engine, store=LosingStore(engine.store.log, engine.codec, engine.keys))
    async with running_loop(losing, client) as loop:
        case_id = await loop.opened()
        noted = await loop.give(case_id, AddNote(occurred_on=TODAY, text="einmal", confidential=False))
        assert isinstance(noted, CarriedOut)
        assert noted.repeated
        assert await loop.names(case_id) == ["CaseOpened", "NoteAdded"]


@pytest.mark.any_postgres
async def test_without_a_worker_the_caller_hears_in_time_and_may_ask_again(
    engine: Engine, client: Client
) -> None:
    """No worker: a clear error within the patience. When one comes, the same command id gives the outcome."""
    queue, case_id, once = f"late-{uuid4()}", uuid4(), context()
    gateway, opening = CommandGateway(engine, client, queue, patience_seconds=1), open_case()
    with pytest.raises(TemporalUnavailable, match="same command id"):
        await gateway.case(case_id, opening, once)
    patient = CommandGateway(engine, client, queue, patience_seconds=PATIENCE_SECONDS)
    async with running_worker(engine, client, KeptMail(), None, WorkerOptions(task_queue=queue)):
        outcome = await patient.case(case_id, opening, once)
    assert isinstance(outcome, CarriedOut)
    assert outcome.version == 1


def test_a_cache_smaller_than_the_tasks_at_once_is_refused() -> None:
    """Such a worker would throw out tasks in the middle of their decision, and commands would wait for timeouts."""
    with pytest.raises(ValueError, match="cache"):
        WorkerOptions(max_cached_workflows=8, max_concurrent_workflow_tasks=16)
    assert WorkerOptions(max_cached_workflows=0).tasks_at_once == 1
