"""Coaching: a coach, contacts, agreed steps, promises of either side. Before, during and after courses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from domain import contact
from domain.commands import Command
from domain.contact import ContactAttempted, ContactHeld, ContactKind, ContactProof, RecordContact
from domain.decision import Decision
from domain.periods import check_date
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import DutyHolder, StaffId

__all__ = [
    "AgreeStep",
    "AssignCoach",
    "CoachAssigned",
    "CoachingCommand",
    "CoachingEnd",
    "CoachingEnded",
    "CoachingEvent",
    "CoachingState",
    "CompleteStep",
    "ContactAttempted",
    "ContactHeld",
    "ContactKind",
    "ContactProof",
    "EndCoaching",
    "MakePromise",
    "OpenItem",
    "PromiseBroken",
    "PromiseKept",
    "PromiseMade",
    "RecordContact",
    "SettlePromise",
    "StepAgreed",
    "StepCompleted",
    "decide",
    "evolve",
]

# ---------------------------------------------------------------- vocabulary


class CoachingEnd(StrEnum):
    """Why a coaching ended."""

    GOALS_REACHED = "goals_reached"
    NO_CONTACT = "no_contact"
    WISH_OF_PARTICIPANT = "wish_of_participant"
    COACH_CHANGED_PROVIDER = "coach_changed_provider"
    CASE_CLOSED = "case_closed"


# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignCoach(Command):
    """Assign a coach; the first assignment begins the coaching, a later one changes the coach."""

    coach: StaffId
    provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeStep(Command):
    """Agree a next step with its owner and day."""

    step_id: UUID
    owner: DutyHolder
    due_on: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteStep(Command):
    """Mark an agreed step as done."""

    step_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePromise(Command):
    """Record a promise by the participant or by us (``by=caseworker``), due on a day."""

    promise_id: UUID
    by: DutyHolder
    due_on: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePromise(Command):
    """Record whether a promise was kept."""

    promise_id: UUID
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCoaching(Command):
    """End the coaching for now; it may begin again."""

    ground: CoachingEnd
    reason: str = ""


CoachingCommand: TypeAlias = (
    AssignCoach | RecordContact | AgreeStep | CompleteStep | MakePromise | SettlePromise | EndCoaching
)

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachAssigned(Event):
    """A coach took over; begins a coaching when none was running."""

    coach: StaffId
    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAgreed(Event):
    """A next step was agreed."""

    step_id: UUID
    owner: DutyHolder
    due_on: date
    text: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCompleted(Event):
    """An agreed step was done."""

    step_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseMade(Event):
    """Somebody promised something until a day."""

    promise_id: UUID
    by: DutyHolder
    due_on: date
    text: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept(Event):
    """A promise was kept."""

    promise_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBroken(Event):
    """A promise was not kept."""

    promise_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachingEnded(Event):
    """The coaching ended for now."""

    ground: CoachingEnd
    reason: Personal[str]


CoachingEvent: TypeAlias = (
    CoachAssigned
    | ContactHeld
    | ContactAttempted
    | StepAgreed
    | StepCompleted
    | PromiseMade
    | PromiseKept
    | PromiseBroken
    | CoachingEnded
)

# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """A step or promise not yet settled; ``version`` is the entry that made it, ``agreed_on`` its day."""

    id: UUID
    owner: DutyHolder
    agreed_on: date
    due_on: date
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachingState:
    """What coaching has brought so far. ``settled`` remembers ids, so that repeating is harmless."""

    coach: StaffId | None = None
    provider: str = ""
    running_since: date | None = None
    last_contact_on: date | None = None
    last_contact_version: int = 0
    contacts_held: int = 0
    contacts_attempted: int = 0
    attempts_since_contact: int = 0
    minutes: int = 0
    steps: tuple[OpenItem, ...] = ()
    promises: tuple[OpenItem, ...] = ()
    settled: frozenset[UUID] = frozenset()
    broken_promises: int = 0


# -------------------------------------------------------------------- decide


def decide(command: CoachingCommand, coaching: CoachingState) -> Decision:
    """Decide a coaching command; whether the stage may be entered was asked before (domain/case.py)."""
    match command:
        case AssignCoach():
            if coaching.running_since and (coaching.coach, coaching.provider) == (
                command.coach,
                command.provider,
            ):
                return ()
            return (
                CoachAssigned(
                    occurred_on=command.occurred_on, coach=command.coach, provider=command.provider
                ),
            )
        case RecordContact():
            return contact.decide(command)
        case AgreeStep():
            return _agree_step(command, coaching)
        case CompleteStep():
            return _complete_step(command, coaching)
        case MakePromise():
            return _make_promise(command, coaching)
        case SettlePromise():
            return _settle_promise(command, coaching)
        case EndCoaching():
            if coaching.running_since is None:
                return Refusal(
                    "coaching.not_running", "Es läuft kein Coaching.", "There is no coaching running."
                )
            if command.occurred_on < coaching.running_since:
                return Refusal(
                    "coaching.ends_before_start",
                    "Das Coaching endet vor seinem Beginn.",
                    "The coaching ends before it began.",
                )
            return (
                CoachingEnded(occurred_on=command.occurred_on, ground=command.ground, reason=command.reason),
            )
        case _:
            assert_never(command)


def _agree_step(command: AgreeStep, coaching: CoachingState) -> Decision:
    if command.step_id in coaching.settled or _find(coaching.steps, command.step_id):
        return ()
    if check_date(command.due_on) < command.occurred_on:
        return Refusal(
            "step.due_in_the_past",
            "Der Schritt ist fällig, bevor er vereinbart wurde.",
            "The step is due before it was agreed.",
        )
    if not command.text.strip():
        return Refusal(
            "step.text_missing", "Der Schritt braucht eine Beschreibung.", "The step needs a description."
        )
    return (
        StepAgreed(
            occurred_on=command.occurred_on,
            step_id=command.step_id,
            owner=command.owner,
            due_on=command.due_on,
            text=command.text,
        ),
    )


def _complete_step(command: CompleteStep, coaching: CoachingState) -> Decision:
    if command.step_id in coaching.settled:
        return ()
    step = _find(coaching.steps, command.step_id)
    if step is None:
        return Refusal("step.unknown", "Diesen Schritt gibt es nicht.", "There is no such step.")
    if command.occurred_on < step.agreed_on:
        return Refusal(
            "step.completed_before_agreed",
            f"Der Schritt wurde erst am {step.agreed_on:%d.%m.%Y} vereinbart.",
            f"The step was only agreed on {step.agreed_on.isoformat()}.",
        )
    return (StepCompleted(occurred_on=command.occurred_on, step_id=command.step_id),)


def _make_promise(command: MakePromise, coaching: CoachingState) -> Decision:
    if command.promise_id in coaching.settled or _find(coaching.promises, command.promise_id):
        return ()
    if check_date(command.due_on) < command.occurred_on:
        return Refusal(
            "promise.due_in_the_past",
            "Die Zusage ist fällig, bevor sie gegeben wurde.",
            "The promise is due before it was made.",
        )
    if not command.text.strip():
        return Refusal(
            "promise.text_missing",
            "Die Zusage braucht eine Beschreibung.",
            "The promise needs a description.",
        )
    return (
        PromiseMade(
            occurred_on=command.occurred_on,
            promise_id=command.promise_id,
            by=command.by,
            due_on=command.due_on,
            text=command.text,
        ),
    )


def _settle_promise(command: SettlePromise, coaching: CoachingState) -> Decision:
    if command.promise_id in coaching.settled:
        return ()
    promise = _find(coaching.promises, command.promise_id)
    if promise is None:
        return Refusal("promise.unknown", "Diese Zusage gibt es nicht.", "There is no such promise.")
    if command.occurred_on < promise.agreed_on:
        return Refusal(
            "promise.settled_before_made",
            f"Die Zusage wurde erst am {promise.agreed_on:%d.%m.%Y} gegeben.",
            f"The promise was only made on {promise.agreed_on.isoformat()}.",
        )
    settled = PromiseKept if command.kept else PromiseBroken
    return (settled(occurred_on=command.occurred_on, promise_id=command.promise_id),)


def _find(items: tuple[OpenItem, ...], item_id: UUID) -> OpenItem | None:
    return next((item for item in items if item.id == item_id), None)


# -------------------------------------------------------------------- evolve


def evolve(coaching: CoachingState, event: CoachingEvent, version: int) -> CoachingState:
    """Fold one coaching event; ``version`` is its place in the stream."""
    match event:
        case CoachAssigned():
            return replace(
                coaching,
                coach=event.coach,
                provider=event.provider,
                running_since=coaching.running_since or event.occurred_on,
            )
        case ContactHeld() | ContactAttempted():
            return met(coaching, ((event, version),))
        case StepAgreed():
            item = OpenItem(
                id=event.step_id,
                owner=event.owner,
                agreed_on=event.occurred_on,
                due_on=event.due_on,
                version=version,
            )
            return replace(coaching, steps=(*coaching.steps, item))
        case StepCompleted():
            return replace(
                coaching,
                steps=tuple(item for item in coaching.steps if item.id != event.step_id),
                settled=coaching.settled | {event.step_id},
            )
        case PromiseMade():
            item = OpenItem(
                id=event.promise_id,
                owner=event.by,
                agreed_on=event.occurred_on,
                due_on=event.due_on,
                version=version,
            )
            return replace(coaching, promises=(*coaching.promises, item))
        case PromiseKept() | PromiseBroken():
            return replace(
                coaching,
                promises=tuple(item for item in coaching.promises if item.id != event.promise_id),
                settled=coaching.settled | {event.promise_id},
                broken_promises=coaching.broken_promises + isinstance(event, PromiseBroken),
            )
        case CoachingEnded():
            return replace(coaching, running_since=None)
        case _:
            assert_never(event)


def met(
    coaching: CoachingState, contacts: Iterable[tuple[ContactHeld | ContactAttempted, int]]
) -> CoachingState:
    """Fold contacts held and attempted in a row, each with its place in the stream, into one new state."""
    last_on, last_version = coaching.last_contact_on, coaching.last_contact_version
    held, minutes, attempted = coaching.contacts_held, coaching.minutes, coaching.contacts_attempted
    since = coaching.attempts_since_contact
    for event, version in contacts:
        if isinstance(event, ContactAttempted):
            attempted += 1
            since += 1
            continue
        held += 1
        since = 0
        minutes += event.minutes
        if last_on is None or event.occurred_on >= last_on:
            last_on, last_version = event.occurred_on, version
    return replace(
        coaching,
        last_contact_on=last_on,
        last_contact_version=last_version,
        contacts_held=held,
        contacts_attempted=attempted,
        attempts_since_contact=since,
        minutes=minutes,
    )
