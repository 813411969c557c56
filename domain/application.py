"""Application: a training place is asked for, and the employer answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.commands import Command
from domain.decision import Decision
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.training import AusbildungState, UnansweredApplication, occupation_refusal

# ---------------------------------------------------------------- vocabulary


class ApplicationAnswer(StrEnum):
    """What the employer answered."""

    INVITED = "invited"
    TRIAL_WORK = "trial_work"
    REJECTED = "rejected"
    OFFERED = "offered"


# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordApplication(Command):
    """Record an application for a training place; ``occupation`` is a five-digit KldB 2010 code."""

    application_id: UUID
    employer: str
    occupation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordApplicationAnswer(Command):
    """Record what the employer answered."""

    application_id: UUID
    answer: ApplicationAnswer


# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSent(Event):
    """An application for a training place was sent."""

    application_id: UUID
    employer: Personal[str]
    occupation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationAnswered(Event):
    """The employer answered an application."""

    application_id: UUID
    answer: ApplicationAnswer


# -------------------------------------------------------------------- decide


def decide(command: RecordApplication | RecordApplicationAnswer, ausbildung: AusbildungState) -> Decision:
    """Decide about an application. The same application is recorded once."""
    match command:
        case RecordApplication():
            return _apply(command, ausbildung)
        case RecordApplicationAnswer():
            if command.application_id not in ausbildung.applications:
                return Refusal(
                    "application.unknown", "Diese Bewerbung gibt es nicht.", "There is no such application."
                )
            return (
                ApplicationAnswered(
                    occurred_on=command.occurred_on,
                    application_id=command.application_id,
                    answer=command.answer,
                ),
            )
        case _:
            assert_never(command)


def _apply(command: RecordApplication, ausbildung: AusbildungState) -> Decision:
    if command.application_id in ausbildung.applications:
        return ()
    if not command.employer.strip():
        return Refusal("application.employer_missing", "Der Betrieb fehlt.", "The employer is missing.")
    if problem := occupation_refusal(command.occupation):
        return problem
    return (
        ApplicationSent(
            occurred_on=command.occurred_on,
            application_id=command.application_id,
            employer=command.employer,
            occupation=command.occupation,
        ),
    )


# -------------------------------------------------------------------- evolve


def evolve(
    ausbildung: AusbildungState, event: ApplicationSent | ApplicationAnswered, version: int
) -> AusbildungState:
    """Fold one event of an application; ``version`` is its place in the stream."""
    match event:
        case ApplicationSent():
            sent = UnansweredApplication(id=event.application_id, sent_on=event.occurred_on, version=version)
            return replace(
                ausbildung,
                applications=(*ausbildung.applications, event.application_id),
                unanswered=(*ausbildung.unanswered, sent),
            )
        case ApplicationAnswered():
            rejected = event.answer is ApplicationAnswer.REJECTED
            return replace(
                ausbildung,
                rejected=ausbildung.rejected + rejected,
                unanswered=tuple(a for a in ausbildung.unanswered if a.id != event.application_id),
            )
        case _:
            assert_never(event)
