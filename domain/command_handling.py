"""One way to carry out a command on any stream: load, decide, append; once per command id, whoever else writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from domain import case, grant, offering
from domain.commands import Command
from domain.decision import Decision, Terms
from domain.grant_waking import GrantTerms
from domain.ports import Append, EventStore, VersionConflict
from domain.recorded import Event, Recorded
from domain.refusals import Refusal

MOST_ATTEMPTS = 8
"""How often a command is decided anew when others write to the stream at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """Who gives a command, when, and as which act.

    ``command_id`` makes it once: giving it again returns the recorded outcome. ``if_version`` refuses the command
    when the stream has moved on (If-Match). ``recorded_at`` is for simulated time only.
    """

    command_id: UUID
    actor: str
    organisation: str
    if_version: int | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The command was carried out (or had been before).

    ``position`` is the last position of the stream in the log: a reader that has reached it sees the effect.
    ``events`` is empty when everything was so already.
    """

    position: int
    version: int
    events: tuple[Event, ...]
    repeated: bool = False


Outcome: TypeAlias = Accepted | Refusal
Decider: TypeAlias = Callable[[Any, Sequence[Recorded[Any]], Terms | None], Decision]
"""Decides a command on the history of its stream."""


class TooManyConflicts(Exception):
    """Others kept writing to the stream; nothing was recorded and the command may be given again."""


def decide_case(command: Any, history: Sequence[Recorded[Any]], terms: Terms | None) -> Decision:
    """Decider of case streams; ``terms`` belong to the path version of the case."""
    if terms is None:
        raise ValueError("a case is decided on terms")
    return case.decide_on_history(command, history, terms)


def decide_offer(command: Any, history: Sequence[Recorded[Any]], terms: Terms | None) -> Decision:
    """Decider of offer streams."""
    return offering.decide(command, offering.fold(history))


def decide_grant(command: Any, history: Sequence[Recorded[Any]], terms: Terms | None) -> Decision:
    """Decider of grant streams."""
    return grant.decide(command, grant.fold(history))


def decide_grant_on(terms_for: Callable[[Sequence[Recorded[Any]]], GrantTerms]) -> Decider:
    """Decider of grant streams that wake: on the terms for the history that was loaded, which is not empty."""

    def decide(command: Any, history: Sequence[Recorded[Any]], _: Terms | None) -> Decision:
        return grant.decide(command, grant.fold(history), terms_for(history))

    return decide


async def handle(
    store: EventStore,
    decider: Decider,
    stream_id: UUID,
    command: Command,
    context: CommandContext,
    terms_for: Callable[[Sequence[Recorded[Any]]], Terms | None],
) -> Outcome:
    """Carry ``command`` out on ``stream_id``.

    ``terms_for`` gives the rules for the loaded history (a case stays on its path version). Raises what the store
    raises, and TooManyConflicts.
    """
    for _ in range(MOST_ATTEMPTS):
        history = await store.load(stream_id)
        if (outcome := _already(history, context.command_id)) is not None:
            return outcome
        version = history[-1].version if history else 0
        if context.if_version is not None and context.if_version != version:
            return Refusal(
                "stream.changed",
                f"Inzwischen wurde weitergearbeitet (Stand {version} statt {context.if_version}).",
                f"Work went on in the meantime (version {version} instead of {context.if_version}).",
            )
        decision = decider(command, history, terms_for(history))
        if isinstance(decision, Refusal):
            return decision
        if not decision:
            return Accepted(position=history[-1].position if history else 0, version=version, events=())
        try:
            appended = await store.append(
                Append(
                    stream_id=stream_id,
                    expected_version=version,
                    events=decision,
                    command_id=context.command_id,
                    actor=context.actor,
                    organisation=context.organisation,
                    recorded_at=context.recorded_at,
                )
            )
        except VersionConflict:
            continue
        return Accepted(position=appended.last_position, version=appended.version, events=decision)
    raise TooManyConflicts(f"stream {stream_id}: {MOST_ATTEMPTS} conflicts in a row")


def _already(history: Sequence[Recorded[Any]], command_id: UUID) -> Accepted | None:
    """The recorded outcome of ``command_id``. Its id is on its first event; the others follow without one."""
    start = next((n for n, entry in enumerate(history) if entry.command_id == command_id), None)
    if start is None:
        return None
    end = start + 1
    while end < len(history) and history[end].command_id is None:
        end += 1
    done = history[start:end]
    return Accepted(
        position=done[-1].position,
        version=done[-1].version,
        events=tuple(entry.event for entry in done),
        repeated=True,
    )
