"""Follow-up: six months after exit somebody asks how it went; "not reached" is a result too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never

from domain.commands import Command
from domain.contact import ContactKind
from domain.decision import Decision
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import Destination

# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFollowUpAttempt(Command):
    """Record that the former participant was tried to be reached, in vain."""

    kind: ContactKind
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFollowUpOutcome(Command):
    """Record where the person is six months after exit."""

    destination: Destination
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFollowUpNotReached(Command):
    """End the follow-up without an answer. At least one attempt must be on record."""


FollowUpCommand: TypeAlias = RecordFollowUpAttempt | RecordFollowUpOutcome | RecordFollowUpNotReached

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpAttempted(Event):
    """Somebody tried to reach the former participant."""

    kind: ContactKind
    note: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpOutcomeRecorded(Event):
    """Where the person is six months after exit."""

    destination: Destination
    note: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpNotReached(Event):
    """The follow-up ended without an answer."""

    attempts: int


FollowUpEvent: TypeAlias = FollowUpAttempted | FollowUpOutcomeRecorded | FollowUpNotReached

# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpState:
    """Attempts and result after the latest exit."""

    attempts: int = 0
    destination: Destination | None = None
    settled_on: date | None = None
    settled_version: int = 0


# -------------------------------------------------------------------- decide


def decide(command: FollowUpCommand, follow_up: FollowUpState, closed_on: date | None) -> Decision:
    """Decide a follow-up command; refused while the case is open."""
    if closed_on is None:
        return Refusal(
            "follow_up.case_open",
            "Eine Nachbefragung gibt es erst nach dem Austritt.",
            "There is a follow-up only after the exit.",
        )
    if command.occurred_on < closed_on:
        return Refusal(
            "follow_up.before_exit",
            "Die Nachbefragung liegt vor dem Austritt.",
            "The follow-up lies before the exit.",
        )
    if follow_up.settled_on is not None:
        repeated = (
            isinstance(command, RecordFollowUpOutcome) and command.destination is follow_up.destination
        ) or (isinstance(command, RecordFollowUpNotReached) and follow_up.destination is None)
        if repeated:
            return ()
        return Refusal(
            "follow_up.already_settled",
            "Das Ergebnis der Nachbefragung steht schon fest; bitte den Eintrag berichtigen.",
            "The result of the follow-up is on record; correct that entry instead.",
        )
    match command:
        case RecordFollowUpAttempt():
            return (FollowUpAttempted(occurred_on=command.occurred_on, kind=command.kind, note=command.note),)
        case RecordFollowUpOutcome():
            return (
                FollowUpOutcomeRecorded(
                    occurred_on=command.occurred_on, destination=command.destination, note=command.note
                ),
            )
        case RecordFollowUpNotReached():
            if follow_up.attempts == 0:
                return Refusal(
                    "follow_up.no_attempt",
                    "„Nicht erreicht“ braucht mindestens einen Versuch.",
                    '"Not reached" needs at least one attempt.',
                )
            return (FollowUpNotReached(occurred_on=command.occurred_on, attempts=follow_up.attempts),)
        case _:
            assert_never(command)


# -------------------------------------------------------------------- evolve


def evolve(follow_up: FollowUpState, event: FollowUpEvent, version: int) -> FollowUpState:
    """Fold one follow-up event; ``version`` is its place in the stream."""
    match event:
        case FollowUpAttempted():
            return replace(follow_up, attempts=follow_up.attempts + 1)
        case FollowUpOutcomeRecorded():
            return replace(
                follow_up,
                destination=event.destination,
                settled_on=event.occurred_on,
                settled_version=version,
            )
        case FollowUpNotReached():
            return replace(follow_up, settled_on=event.occurred_on, settled_version=version)
        case _:
            assert_never(event)
