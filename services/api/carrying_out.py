"""From a request to its outcome: each act once, however often it is sent, and never one act for another.

The command id is the Idempotency-Key. Whether a repeated key comes with the same command is not remembered anywhere;
it is decided again: the command, decided on the history as it was then, must give the events that were recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from domain.command_handling import (
    CommandContext,
    Decider,
    decide_case,
    decide_grant,
    decide_offer,
)
from domain.decision import local_date
from domain.events import stored_name
from domain.personal import ERASED
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from services.api.identity import Actor
from services.api.problems import ProblemError, refused
from services.bootstrap import Engine
from services.gateway import Answer, CarriedOut, CommandGateway

_OURS: Final = UUID("6f1f6a0e-6c1b-5d0a-9a3e-0f6f7d1f8a52")
"""Namespace of the ids that are made from idempotency keys."""

Draft = Callable[[Sequence[Recorded[Any]], date, UUID], Any]
"""Makes the command from the history of the stream, the day that counts as today, and the command id.

Only drafts that say so get the history; the others get an empty one.
"""


class StreamKind(StrEnum):
    """The kinds of stream that take commands."""

    CASE = "case"
    OFFER = "offer"
    GRANT = "grant"


_DECIDERS: Final[dict[StreamKind, Decider]] = {
    StreamKind.CASE: decide_case,
    StreamKind.OFFER: decide_offer,
    StreamKind.GRANT: decide_grant,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One request to do something to one stream.

    ``key`` is the command id when the client chose it (then the act may be a repetition), else None.
    """

    kind: StreamKind
    stream_id: UUID
    draft: Draft
    needs_history: bool = False
    key: UUID | None
    command_id: UUID
    if_version: int | None
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """An act that was carried out, now or before."""

    command_id: UUID
    command: Any
    outcome: CarriedOut


def made_id(key: UUID, what: str) -> UUID:
    """The id of what the command with this id makes: the same for the same key."""
    return uuid5(_OURS, f"{key}/{what}")


def new_key() -> UUID:
    """A command id for a request that brought none."""
    return uuid4()


async def carry_out(act: Act, engine: Engine, gateway: CommandGateway, now: Callable[[], datetime]) -> Done:
    """Carry ``act`` out once. Raises ProblemError for refusals and for a key that belongs to another command."""
    history: Sequence[Recorded[Any]] = ()
    if act.key is not None or act.needs_history:
        history = await engine.store.load(act.stream_id)
        if act.key is not None and (earlier := _recorded_outcome(act, engine, history, repeated=True)):
            return earlier
    command = act.draft(history, local_date(now()), act.command_id)
    context = CommandContext(
        command_id=act.command_id,
        actor=act.actor.staff_id,
        organisation=act.actor.organisation,
        if_version=act.if_version,
    )
    outcome = await _send(gateway, act, command, context)
    if isinstance(outcome, Refusal):
        raise refused(outcome)
    if act.key is not None:
        # Another request with this key may have been faster, with another command.
        history = await engine.store.load(act.stream_id)
        _recorded_outcome(act, engine, history, repeated=outcome.repeated)
    return Done(command_id=act.command_id, command=command, outcome=outcome)


async def _send(gateway: CommandGateway, act: Act, command: Any, context: CommandContext) -> Answer:
    match act.kind:
        case StreamKind.CASE:
            return await gateway.case(act.stream_id, command, context)
        case StreamKind.OFFER:
            return await gateway.offer(act.stream_id, command, context)
        case StreamKind.GRANT:
            return await gateway.grant(act.stream_id, command, context)


def _recorded_outcome(
    act: Act, engine: Engine, history: Sequence[Recorded[Any]], *, repeated: bool
) -> Done | None:
    """What is recorded under the key of ``act``, None when nothing is. 422 when it came from another command."""
    key = act.key
    start = next((n for n, entry in enumerate(history) if entry.command_id == key), None)
    if start is None or key is None:
        return None
    before, recorded = history[:start], [history[start]]
    for entry in history[start + 1 :]:
        if entry.command_id is not None:
            break
        recorded.append(entry)
    command = act.draft(before, recorded[0].event.occurred_on, key)
    terms = None
    if act.kind is StreamKind.CASE:
        terms = engine.rule_book.terms(before, command, recorded[0].recorded_at.astimezone(UTC))
    decided = _DECIDERS[act.kind](command, before, terms)
    if isinstance(decided, Refusal) or not _same(decided, [entry.event for entry in recorded]):
        raise other_command()
    last = recorded[-1]
    outcome = CarriedOut(
        position=last.position,
        version=last.version,
        events=tuple(stored_name(type(entry.event)) for entry in recorded),
        repeated=repeated,
    )
    return Done(command_id=key, command=command, outcome=outcome)


def other_command() -> ProblemError:
    """422 for an idempotency key that was used for something else."""
    return ProblemError(
        422,
        "idempotency.other_command",
        "Dieser Idempotency-Key gehört zu einem anderen Vorgang.",
        "This Idempotency-Key belongs to another act.",
    )


def _same(decided: Sequence[Event], recorded: Sequence[Event]) -> bool:
    """Whether these are the recorded events; an erased field may have been anything."""
    return len(decided) == len(recorded) and all(
        type(a) is type(b)
        and all(getattr(b, f.name) is ERASED or getattr(a, f.name) == getattr(b, f.name) for f in fields(a))
        for a, b in zip(decided, recorded, strict=True)
    )
