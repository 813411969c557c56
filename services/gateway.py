"""The one way in for commands: a case command goes through its workflow, everything else straight to the log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID, uuid4

import structlog
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from domain.command_handling import (
    Accepted,
    CommandContext,
    Outcome,
    decide_case,
    decide_offer,
    handle,
)
from domain.decision import local_date
from domain.events import stored_name
from domain.intake import OpenCase
from domain.ports import KeyUnavailable, ParticipantErased
from domain.refusals import Refusal
from services.bootstrap import Engine
from services.clock import utc_now
from services.double_funding import decider_of_grants
from workflows.case_workflow import CaseWorkflow
from workflows.course_seat import concerned_by
from workflows.messages import MOST_EVENTS, CaseMemory, CommandMessage, CommandResult, workflow_id

TASK_QUEUE: Final = "teilhabe-cases"
TASK_TIMEOUT: Final = timedelta(seconds=5)
"""How long a command waits at most for a worker that died with it in its hands."""
PATIENCE_SECONDS: Final = 30.0
_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


_ERASED: Final = Refusal(
    "participant.erased",
    "Diese Person wurde gelöscht; zu ihr kann nichts mehr erfasst werden.",
    "This person was erased; nothing more can be recorded about them.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOut:
    """The command was carried out, now or before (``repeated``).

    A reader that has reached ``position`` sees the effect. ``events`` are the stored names of what was recorded (the
    last at ``version``), none when everything was so already; what they say is in the log and nowhere on the way.
    """

    position: int
    version: int
    events: tuple[str, ...]
    repeated: bool = False


Answer: TypeAlias = CarriedOut | Refusal


_NOT_YET: Final = Refusal(
    "grant.in_the_future",
    "Das Datum liegt in der Zukunft; gebucht wird, was geschehen ist.",
    "The date lies in the future; only what has happened is booked.",
)


class TemporalUnavailable(Exception):
    """Temporal did not take the command or did not answer in time.

    Nothing is half done: the command is carried out whole or not at all, and giving it again with the same command
    id is safe and tells which.
    """


class CommandFault(Exception):
    """The command could not be decided at all, for the reason ``kind`` (the name of an error); nothing was recorded."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"the command could not be decided: {kind}")
        self.kind = kind


class CommandGateway:
    """Gives commands to cases, offers and grants.

    ``patience_seconds`` bounds the wait for an answer. ``most_events`` is the history length at which case workflows
    started here begin a new run. After ``today`` no grant is booked.
    """

    def __init__(
        self,
        engine: Engine,
        client: Client,
        task_queue: str = TASK_QUEUE,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        most_events: int = MOST_EVENTS,
        today: Callable[[], date] = lambda: local_date(utc_now()),
    ) -> None:
        self._engine = engine
        self._today = today
        self._client = client
        self._task_queue = task_queue
        self._patience = patience_seconds
        self._most_events = most_events

    async def case(self, case_id: UUID, command: Any, context: CommandContext) -> Answer:
        """Carry out a case command through the workflow of the case, which is started if there is none.

        Raises TemporalUnavailable, CommandFault, KeyUnavailable, StoreUnavailable.
        """
        begun = time.perf_counter()
        answer = await self._case(case_id, command, context)
        _tell("case", case_id, command, answer, begun)
        return answer

    async def offer(self, offer_id: UUID, command: Any, context: CommandContext) -> Answer:
        """Carry out an offer command on the log, and tell the cases that have news.

        Raises StoreUnavailable and TooManyConflicts. A case that cannot be told now asks again by itself.
        """
        begun = time.perf_counter()
        store = self._engine.store
        outcome = await handle(store, decide_offer, offer_id, command, context, lambda history: None)
        answer = _answer(outcome)
        _tell("offer", offer_id, command, answer, begun)
        if isinstance(outcome, Accepted) and outcome.events:
            await self._poke_all(concerned_by(outcome, await store.load(offer_id)))
        return answer

    async def grant(self, grant_id: UUID, command: Any, context: CommandContext) -> Answer:
        """Carry out a grant command on the log; what is yet to happen is refused.

        Raises StoreUnavailable and TooManyConflicts.
        """
        begun = time.perf_counter()
        if command.occurred_on > self._today():
            answer: Answer = _NOT_YET
        else:
            decider = await decider_of_grants(self._engine, grant_id, command)
            store = self._engine.store
            outcome = await handle(store, decider, grant_id, command, context, lambda history: None)
            answer = _answer(outcome)
        _tell("grant", grant_id, command, answer, begun)
        return answer

    async def _case(self, case_id: UUID, command: Any, context: CommandContext) -> Answer:
        opens = isinstance(command, OpenCase)
        if not opens and not await self._engine.keys.get_many((case_id,)):
            return Refusal("case.unknown", "Diesen Fall gibt es nicht.", "There is no such case.")
        try:
            sealed = await self._engine.sealed_commands.seal(case_id, command)
        except ParticipantErased:
            return _ERASED
        except KeyUnavailable:
            if opens and (refusal := await self._opened_for_another(case_id, command)):
                return refusal
            raise
        message = CommandMessage(
            case_id=case_id,
            command_id=context.command_id,
            name=stored_name(type(command)),
            actor=context.actor,
            organisation=context.organisation,
            sealed=sealed,
            if_version=context.if_version,
        )
        result = await self._answered(message, str(context.command_id), opens=opens)
        if result.fault is not None:
            # Temporal keeps an answer under its update id; what was in the way may be gone by now.
            result = await self._answered(message, f"{context.command_id}/{uuid4()}", opens=opens)
        if result.fault == ParticipantErased.__name__:
            return _ERASED
        if result.fault is not None:
            raise CommandFault(result.fault)
        if result.refusal is not None:
            return Refusal(result.refusal.rule_id, result.refusal.de, result.refusal.en)
        return CarriedOut(
            position=result.position,
            version=result.version,
            events=result.events,
            repeated=result.repeated,
        )

    async def _answered(self, message: CommandMessage, update_id: str, *, opens: bool) -> CommandResult:
        """The answer of the workflow; a workflow that ended between the lines is started again."""
        pause = _FIRST_PAUSE_SECONDS
        try:
            async with asyncio.timeout(self._patience):
                while True:
                    try:
                        return await self._update(message, update_id, opens=opens)
                    except WorkflowUpdateFailedError:
                        # The workflow ended (or began a new run) with the update in its hands.
                        pass
                    except RPCError as error:
                        if not _passing(error):
                            raise
                    # Many callers that come back at once keep a case from beginning its new run.
                    await asyncio.sleep(pause)
                    pause = min(_LONGEST_PAUSE_SECONDS, 2 * pause)
        except TimeoutError:
            raise TemporalUnavailable(
                f"no answer within {self._patience:g} s; the command may still be carried out, "
                "repeat it with the same command id"
            ) from None
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            raise TemporalUnavailable(
                "Temporal gave no answer in time; repeat the command with the same command id"
            ) from None
        except RPCError as error:
            raise TemporalUnavailable(
                f"Temporal did not take the command ({error.status.name.lower()}); "
                "repeat it with the same command id"
            ) from None

    async def _update(self, message: CommandMessage, update_id: str, *, opens: bool) -> CommandResult:
        """Ask the running workflow, and start it only when there is none: the plain question is the cheaper one."""
        patience = timedelta(seconds=self._patience)
        if not opens:
            running = self._client.get_workflow_handle_for(CaseWorkflow.run, workflow_id(message.case_id))
            try:
                return await running.execute_update(
                    CaseWorkflow.handle, message, id=update_id, rpc_timeout=patience
                )
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
        start = WithStartWorkflowOperation(
            CaseWorkflow.run,
            CaseMemory(case_id=message.case_id, most_events=self._most_events),
            id=workflow_id(message.case_id),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            task_timeout=TASK_TIMEOUT,
        )
        return await self._client.execute_update_with_start_workflow(
            CaseWorkflow.handle, message, start_workflow_operation=start, id=update_id, rpc_timeout=patience
        )

    async def _opened_for_another(self, case_id: UUID, command: OpenCase) -> Refusal | None:
        """What the domain says to opening a case that is there already, for a participant with another key."""
        history = await self._engine.store.load(case_id, personal=False)
        if not history:
            return None
        terms = self._engine.rule_book.terms(history, command, utc_now())
        decision = decide_case(command, history, terms)
        return decision if isinstance(decision, Refusal) else None

    async def _poke_all(self, case_ids: Iterable[UUID]) -> None:
        for case_id in case_ids:
            try:
                await poke_case(self._client, self._task_queue, case_id)
            except RPCError as error:
                _log.warning("case not told of its seat now", stream=str(case_id), reason=error.status.name)


async def poke_case(client: Client, task_queue: str, case_id: UUID) -> None:
    """Make a case ask its offers again; its workflow is started if there is none. Raises RPCError."""
    await client.start_workflow(
        CaseWorkflow.run,
        CaseMemory(case_id=case_id),
        id=workflow_id(case_id),
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        task_timeout=TASK_TIMEOUT,
        start_signal="poke",
        rpc_timeout=timedelta(seconds=10),
    )


def _passing(error: RPCError) -> bool:
    """Whether the same update can be given again at once: Temporal is there and only let go of it."""
    if error.status is RPCStatusCode.UNAVAILABLE:
        # A new run began with more updates than it could take along, or a task was lost; not a server that is away.
        return "update was aborted" in error.message
    return error.status in (
        RPCStatusCode.NOT_FOUND,
        RPCStatusCode.ABORTED,
        RPCStatusCode.ALREADY_EXISTS,
        RPCStatusCode.FAILED_PRECONDITION,
        RPCStatusCode.RESOURCE_EXHAUSTED,
    )


def _answer(outcome: Outcome) -> Answer:
    if isinstance(outcome, Refusal):
        return outcome
    return CarriedOut(
        position=outcome.position,
        version=outcome.version,
        events=tuple(stored_name(type(event)) for event in outcome.events),
        repeated=outcome.repeated,
    )


def _tell(kind: str, stream_id: UUID, command: Any, answer: Answer, begun: float) -> None:
    """One line per command, without anything personal."""
    done = isinstance(answer, CarriedOut)
    _log.info(
        "command",
        stream=f"{kind}/{stream_id}",
        command=stored_name(type(command)),
        outcome="accepted" if done else "refused",
        rule=None if isinstance(answer, CarriedOut) else answer.rule_id,
        version=answer.version if isinstance(answer, CarriedOut) else None,
        repeated=isinstance(answer, CarriedOut) and answer.repeated,
        duration_ms=round((time.perf_counter() - begun) * 1000, 1),
    )
