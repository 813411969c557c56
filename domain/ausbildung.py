"""Ausbildung: from the application over the contract to the first day, the probation and the end; dual, schulisch or as EQ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never
from uuid import UUID

from domain import application
from domain.application import (
    ApplicationAnswer,
    ApplicationAnswered,
    ApplicationSent,
    RecordApplication,
    RecordApplicationAnswer,
)
from domain.commands import Command
from domain.decision import Decision, Terms
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.training import (
    AusbildungKind,
    AusbildungState,
    BreakOffReason,
    Chamber,
    ContractSigned,
    SignContract,
    Training,
    TrainingStatus,
    contracted,
    probation_end,
    sign,
)

__all__ = [
    "ApplicationAnswer",
    "ApplicationAnswered",
    "ApplicationSent",
    "AusbildungBrokenOff",
    "AusbildungCommand",
    "AusbildungCompleted",
    "AusbildungEvent",
    "AusbildungKind",
    "AusbildungStarted",
    "AusbildungState",
    "BreakOffAusbildung",
    "BreakOffReason",
    "Chamber",
    "CompleteAusbildung",
    "ContractSigned",
    "PassProbation",
    "ProbationPassed",
    "RecordApplication",
    "RecordApplicationAnswer",
    "SignContract",
    "StartAusbildung",
    "Training",
    "TrainingStatus",
    "decide",
    "evolve",
]

# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAusbildung(Command):
    """Record the first day of the Ausbildung."""

    ausbildung_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PassProbation(Command):
    """Record that the probation was passed."""

    ausbildung_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakOffAusbildung(Command):
    """Record that the Ausbildung ended early. ``occurred_on`` is the last day, ``known_on`` when we learnt it."""

    ausbildung_id: UUID
    known_on: date
    ground: BreakOffReason
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteAusbildung(Command):
    """Record that the Ausbildung was completed (exam result announced, BBiG § 21 (2))."""

    ausbildung_id: UUID


AusbildungCommand: TypeAlias = (
    RecordApplication
    | RecordApplicationAnswer
    | SignContract
    | StartAusbildung
    | PassProbation
    | BreakOffAusbildung
    | CompleteAusbildung
)

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class AusbildungStarted(Event):
    """First day of the Ausbildung.

    When it differs from the contract, the end of probation is computed anew from this day.
    """

    ausbildung_id: UUID
    probation_ends_on: date | None
    probation_line: str
    calendar_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbationPassed(Event):
    """The probation was passed."""

    ausbildung_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AusbildungBrokenOff(Event):
    """The Ausbildung ended early; dates of notice run from ``known_on``."""

    ausbildung_id: UUID
    known_on: date
    ground: BreakOffReason
    reason: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AusbildungCompleted(Event):
    """The Ausbildung was completed."""

    ausbildung_id: UUID


AusbildungEvent: TypeAlias = (
    ApplicationSent
    | ApplicationAnswered
    | ContractSigned
    | AusbildungStarted
    | ProbationPassed
    | AusbildungBrokenOff
    | AusbildungCompleted
)

# -------------------------------------------------------------------- decide


def decide(command: AusbildungCommand, ausbildung: AusbildungState, terms: Terms) -> Decision:
    """Decide an Ausbildung command."""
    match command:
        case RecordApplication() | RecordApplicationAnswer():
            return application.decide(command, ausbildung)
        case SignContract():
            return sign(command, ausbildung, terms)
        case StartAusbildung() | PassProbation() | BreakOffAusbildung() | CompleteAusbildung():
            training = ausbildung.find(command.ausbildung_id)
            if training is None:
                return Refusal(
                    "ausbildung.unknown", "Diese Ausbildung gibt es nicht.", "There is no such Ausbildung."
                )
            return _progress(command, training, terms)
        case _:
            assert_never(command)


def _progress(
    command: StartAusbildung | PassProbation | BreakOffAusbildung | CompleteAusbildung,
    training: Training,
    terms: Terms,
) -> Decision:
    match command:
        case StartAusbildung():
            return _start(command, training, terms)
        case PassProbation():
            if training.probation_passed:
                return ()
            if training.status is not TrainingStatus.RUNNING:
                return _not_running()
            if training.entered_on and command.occurred_on < training.entered_on:
                return _ends_before_entry()
            return (ProbationPassed(occurred_on=command.occurred_on, ausbildung_id=training.id),)
        case BreakOffAusbildung():
            return _break_off(command, training, terms)
        case CompleteAusbildung():
            if training.status is TrainingStatus.COMPLETED:
                return ()
            if training.status is not TrainingStatus.RUNNING:
                return _not_running()
            if training.entered_on and command.occurred_on <= training.entered_on:
                return _ends_before_entry()
            return (AusbildungCompleted(occurred_on=command.occurred_on, ausbildung_id=training.id),)
        case _:
            assert_never(command)


def _start(command: StartAusbildung, training: Training, terms: Terms) -> Decision:
    if training.status is TrainingStatus.RUNNING:
        return ()
    if training.status is not TrainingStatus.SIGNED:
        return Refusal(
            "ausbildung.already_ended",
            "Diese Ausbildung ist schon beendet.",
            "This Ausbildung has already ended.",
        )
    if command.occurred_on < training.signed_on:
        return Refusal(
            "ausbildung.start_before_contract",
            "Der Beginn liegt vor dem Vertrag.",
            "The start lies before the contract.",
        )
    if command.occurred_on == training.starts_on or training.probation_ends_on is None:
        ends_on, line = training.probation_ends_on, training.probation_line
    else:
        ends_on, line = probation_end(command.occurred_on, training.probation_months, terms)
    return (
        AusbildungStarted(
            occurred_on=command.occurred_on,
            ausbildung_id=training.id,
            probation_ends_on=ends_on,
            probation_line=line,
            calendar_version=terms.calendar.version,
        ),
    )


def _break_off(command: BreakOffAusbildung, training: Training, terms: Terms) -> Decision:
    if training.status is TrainingStatus.BROKEN_OFF:
        return ()
    if training.status is TrainingStatus.COMPLETED:
        return Refusal(
            "ausbildung.already_ended",
            "Diese Ausbildung ist schon beendet.",
            "This Ausbildung has already ended.",
        )
    if training.entered_on and command.occurred_on < training.entered_on:
        return _ends_before_entry()
    if command.known_on > terms.today:
        return Refusal(
            "ausbildung.known_in_the_future",
            "Bekannt geworden ist der Abbruch spätestens heute.",
            "Breaking off became known today at the latest.",
        )
    if not command.reason.strip():
        return Refusal(
            "ausbildung.reason_missing",
            "Der Abbruch braucht eine Begründung.",
            "Breaking off needs a reason.",
        )
    return (
        AusbildungBrokenOff(
            occurred_on=command.occurred_on,
            ausbildung_id=training.id,
            known_on=command.known_on,
            ground=command.ground,
            reason=command.reason,
        ),
    )


def _not_running() -> Refusal:
    return Refusal(
        "ausbildung.not_running", "Diese Ausbildung läuft nicht.", "This Ausbildung is not running."
    )


def _ends_before_entry() -> Refusal:
    return Refusal(
        "ausbildung.end_before_start",
        "Das Ende liegt nicht nach dem Beginn.",
        "The end does not lie after the start.",
    )


# -------------------------------------------------------------------- evolve


def evolve(ausbildung: AusbildungState, event: AusbildungEvent, version: int) -> AusbildungState:
    """Fold one Ausbildung event; ``version`` is its place in the stream."""
    match event:
        case ApplicationSent() | ApplicationAnswered():
            return application.evolve(ausbildung, event, version)
        case ContractSigned():
            return replace(ausbildung, trainings=(*ausbildung.trainings, contracted(event, version)))
        case AusbildungStarted() | ProbationPassed() | AusbildungBrokenOff() | AusbildungCompleted():
            return replace(
                ausbildung,
                trainings=tuple(
                    _evolve_one(t, event, version) if t.id == event.ausbildung_id else t
                    for t in ausbildung.trainings
                ),
            )
        case _:
            assert_never(event)


def _evolve_one(
    training: Training,
    event: AusbildungStarted | ProbationPassed | AusbildungBrokenOff | AusbildungCompleted,
    version: int,
) -> Training:
    match event:
        case AusbildungStarted():
            return replace(
                training,
                status=TrainingStatus.RUNNING,
                entered_on=event.occurred_on,
                entered_version=version,
                probation_ends_on=event.probation_ends_on,
                probation_line=event.probation_line,
                probation_version=version,
            )
        case ProbationPassed():
            return replace(training, probation_passed=True)
        case AusbildungBrokenOff():
            return replace(
                training,
                status=TrainingStatus.BROKEN_OFF,
                left_on=event.occurred_on,
                left_version=version,
                break_off_ground=event.ground,
                break_off_known_on=event.known_on,
            )
        case AusbildungCompleted():
            return replace(
                training, status=TrainingStatus.COMPLETED, left_on=event.occurred_on, left_version=version
            )
        case _:
            assert_never(event)
