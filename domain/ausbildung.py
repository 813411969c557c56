"""Ausbildung: applications, the contract, the start, the probation, the end; dual, schulisch or as EQ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never
from uuid import UUID

from domain.calendar import compute
from domain.commands import Command
from domain.decision import Decision, Terms
from domain.periods import DateKind, Period
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace

# ---------------------------------------------------------------- vocabulary


class AusbildungKind(StrEnum):
    """Kinds of training. Source: domain facts 5.2; EQ = Einstiegsqualifizierung, SGB III § 54a."""

    DUAL = "dual"
    SCHULISCH = "schulisch"
    EQ = "eq"


class Chamber(StrEnum):
    """Where the contract is registered."""

    IHK = "ihk"
    HWK = "hwk"
    LANDWIRTSCHAFTSKAMMER = "landwirtschaftskammer"
    HEALTH = "health"
    PUBLIC_SERVICE = "public_service"
    NONE = "none"


class ApplicationAnswer(StrEnum):
    """What the employer answered."""

    INVITED = "invited"
    TRIAL_WORK = "trial_work"
    REJECTED = "rejected"
    OFFERED = "offered"


class BreakOffReason(StrEnum):
    """Why an Ausbildung was broken off."""

    DISMISSED_IN_PROBATION = "dismissed_in_probation"
    DISMISSED = "dismissed"
    OWN_NOTICE = "own_notice"
    BY_AGREEMENT = "by_agreement"
    EMPLOYER_CLOSED = "employer_closed"
    ILLNESS = "illness"
    PARENTAL_LEAVE = "parental_leave"
    EXAM_FAILED_FOR_GOOD = "exam_failed_for_good"
    RESIDENCE = "residence"
    MOVED_AWAY = "moved_away"


_KLDB_2010 = re.compile(r"\d{5}")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SignContract(Command):
    """Record the training contract. ``probation_months`` 1–4 for dual training (BBiG § 20), else 0–6."""

    ausbildung_id: UUID
    employer: str
    occupation: str
    kind: AusbildungKind
    chamber: Chamber
    starts_on: date
    ends_on: date
    probation_months: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSigned(Event):
    """A training contract was signed.

    The end of probation is computed once and kept with its calculation line and the calendar version.
    """

    ausbildung_id: UUID
    employer: Personal[str]
    occupation: str
    kind: AusbildungKind
    chamber: Chamber
    starts_on: date
    ends_on: date
    probation_months: int
    probation_ends_on: date | None
    probation_line: str
    calendar_version: str


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

# --------------------------------------------------------------------- state


class TrainingStatus(StrEnum):
    """Where a training stands."""

    SIGNED = "signed"
    RUNNING = "running"
    BROKEN_OFF = "broken_off"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One training from contract to end; ``probation_line`` explains how the end of probation was computed."""

    id: UUID
    occupation: str
    kind: AusbildungKind
    chamber: Chamber
    status: TrainingStatus
    starts_on: date
    ends_on: date
    signed_on: date
    version: int
    probation_months: int
    probation_ends_on: date | None
    probation_line: str
    probation_version: int
    entered_on: date | None = None
    left_on: date | None = None
    probation_passed: bool = False
    break_off_ground: BreakOffReason | None = None
    break_off_known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AusbildungState:
    """Applications (id → latest answer) and trainings of the case."""

    applications: tuple[UUID, ...] = ()
    rejected: int = 0
    trainings: tuple[Training, ...] = ()

    def find(self, ausbildung_id: UUID) -> Training | None:
        """The training with this id."""
        return next((t for t in self.trainings if t.id == ausbildung_id), None)

    @property
    def running(self) -> Training | None:
        """The training that runs now."""
        return next((t for t in self.trainings if t.status is TrainingStatus.RUNNING), None)

    @property
    def open(self) -> Training | None:
        """The training that is signed or runs."""
        return next(
            (t for t in self.trainings if t.status in (TrainingStatus.SIGNED, TrainingStatus.RUNNING)), None
        )


# -------------------------------------------------------------------- decide


def decide(command: AusbildungCommand, ausbildung: AusbildungState, terms: Terms) -> Decision:
    """Decide an Ausbildung command."""
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
        case SignContract():
            return _sign(command, ausbildung, terms)
        case StartAusbildung() | PassProbation() | BreakOffAusbildung() | CompleteAusbildung():
            training = ausbildung.find(command.ausbildung_id)
            if training is None:
                return Refusal(
                    "ausbildung.unknown", "Diese Ausbildung gibt es nicht.", "There is no such Ausbildung."
                )
            return _progress(command, training, terms)
        case _:
            assert_never(command)


def _apply(command: RecordApplication, ausbildung: AusbildungState) -> Decision:
    if command.application_id in ausbildung.applications:
        return ()
    if not command.employer.strip():
        return Refusal("application.employer_missing", "Der Betrieb fehlt.", "The employer is missing.")
    if not _KLDB_2010.fullmatch(command.occupation):
        return _occupation_refusal()
    return (
        ApplicationSent(
            occurred_on=command.occurred_on,
            application_id=command.application_id,
            employer=command.employer,
            occupation=command.occupation,
        ),
    )


def _occupation_refusal() -> Refusal:
    return Refusal(
        "ausbildung.occupation_malformed",
        "Der Beruf ist ein fünfstelliger Schlüssel der KldB 2010.",
        "The occupation is a five-digit code of the KldB 2010.",
    )


def _probation(starts_on: date, months: int, terms: Terms) -> tuple[date | None, str]:
    """Last day of probation and its calculation line; the first day counts. Source: BBiG § 20; BGB § 187 (2)."""
    if months == 0:
        return None, ""
    computed = compute(
        starts_on, Period(months=months), DateKind.VALIDITY_END, terms.calendar, day_counts=True
    )
    return computed.end, computed.line("de")


def _sign(command: SignContract, ausbildung: AusbildungState, terms: Terms) -> Decision:
    if ausbildung.find(command.ausbildung_id):
        return ()
    if ausbildung.open:
        return Refusal(
            "ausbildung.another_is_open",
            "Es läuft schon eine Ausbildung oder ein Vertrag; bitte zuerst beenden.",
            "There already is a running Ausbildung or contract; end it first.",
        )
    if not command.employer.strip():
        return Refusal("ausbildung.employer_missing", "Der Betrieb fehlt.", "The employer is missing.")
    if not _KLDB_2010.fullmatch(command.occupation):
        return _occupation_refusal()
    if command.ends_on <= command.starts_on:
        return Refusal(
            "ausbildung.ends_before_start",
            "Die Ausbildung endet nicht nach ihrem Beginn.",
            "The Ausbildung does not end after its start.",
        )
    lowest, highest = (1, 4) if command.kind is AusbildungKind.DUAL else (0, 6)
    if not lowest <= command.probation_months <= highest:
        return Refusal(
            "ausbildung.probation_out_of_range",
            f"Die Probezeit beträgt {lowest} bis {highest} Monate (BBiG § 20 prüfen).",
            f"Probation lasts {lowest} to {highest} months (check BBiG § 20).",
        )
    probation_ends_on, line = _probation(command.starts_on, command.probation_months, terms)
    return (
        ContractSigned(
            occurred_on=command.occurred_on,
            ausbildung_id=command.ausbildung_id,
            employer=command.employer,
            occupation=command.occupation,
            kind=command.kind,
            chamber=command.chamber,
            starts_on=command.starts_on,
            ends_on=command.ends_on,
            probation_months=command.probation_months,
            probation_ends_on=probation_ends_on,
            probation_line=line,
            calendar_version=terms.calendar.version,
        ),
    )


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
            return (ProbationPassed(occurred_on=command.occurred_on, ausbildung_id=training.id),)
        case BreakOffAusbildung():
            return _break_off(command, training)
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
        ends_on, line = _probation(command.occurred_on, training.probation_months, terms)
    return (
        AusbildungStarted(
            occurred_on=command.occurred_on,
            ausbildung_id=training.id,
            probation_ends_on=ends_on,
            probation_line=line,
            calendar_version=terms.calendar.version,
        ),
    )


def _break_off(command: BreakOffAusbildung, training: Training) -> Decision:
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
        case ApplicationSent():
            return replace(ausbildung, applications=(*ausbildung.applications, event.application_id))
        case ApplicationAnswered():
            rejected = event.answer is ApplicationAnswer.REJECTED
            return replace(ausbildung, rejected=ausbildung.rejected + rejected)
        case ContractSigned():
            training = Training(
                id=event.ausbildung_id,
                occupation=event.occupation,
                kind=event.kind,
                chamber=event.chamber,
                status=TrainingStatus.SIGNED,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                signed_on=event.occurred_on,
                version=version,
                probation_months=event.probation_months,
                probation_ends_on=event.probation_ends_on,
                probation_line=event.probation_line,
                probation_version=version,
            )
            return replace(ausbildung, trainings=(*ausbildung.trainings, training))
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
                break_off_ground=event.ground,
                break_off_known_on=event.known_on,
            )
        case AusbildungCompleted():
            return replace(training, status=TrainingStatus.COMPLETED, left_on=event.occurred_on)
        case _:
            assert_never(event)
