"""Training: one Ausbildung by its contract, with its probation computed and the calculation line kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.calendar import compute
from domain.commands import Command
from domain.decision import Decision, Terms
from domain.periods import DateKind, Period
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal

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


class TrainingStatus(StrEnum):
    """Where a training stands."""

    SIGNED = "signed"
    RUNNING = "running"
    BROKEN_OFF = "broken_off"
    COMPLETED = "completed"


_KLDB_2010 = re.compile("[0-9]{5}")


def occupation_refusal(occupation: str) -> Refusal | None:
    """Why ``occupation`` is no code of the classification of occupations KldB 2010, or None."""
    if _KLDB_2010.fullmatch(occupation):
        return None
    return Refusal(
        "ausbildung.occupation_malformed",
        "Der Beruf ist ein fünfstelliger Schlüssel der KldB 2010.",
        "The occupation is a five-digit code of the KldB 2010.",
    )


# ------------------------------------------------------------------- command


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


# --------------------------------------------------------------------- event


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


# --------------------------------------------------------------------- state


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
    entered_version: int = 0
    left_on: date | None = None
    left_version: int = 0
    probation_passed: bool = False
    break_off_ground: BreakOffReason | None = None
    break_off_known_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnansweredApplication:
    """An application that the employer has not answered; ``version`` is the entry that sent it."""

    id: UUID
    sent_on: date
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AusbildungState:
    """Applications, those of them without any answer, and trainings of the case."""

    applications: tuple[UUID, ...] = ()
    unanswered: tuple[UnansweredApplication, ...] = ()
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


def sign(command: SignContract, ausbildung: AusbildungState, terms: Terms) -> Decision:
    """Decide a contract. Refused while another one is open, and with a probation the law does not know."""
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
    if problem := occupation_refusal(command.occupation):
        return problem
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
    probation_ends_on, line = probation_end(command.starts_on, command.probation_months, terms)
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


def probation_end(starts_on: date, months: int, terms: Terms) -> tuple[date | None, str]:
    """Last day of probation and its calculation line; the first day counts. Source: BBiG § 20; BGB § 187 (2)."""
    if months == 0:
        return None, ""
    computed = compute(
        starts_on, Period(months=months), DateKind.VALIDITY_END, terms.calendar, day_counts=True
    )
    return computed.end, computed.line("de")


# -------------------------------------------------------------------- evolve


def contracted(event: ContractSigned, version: int) -> Training:
    """The training right after its contract; ``version`` is the place of the event in the stream."""
    return Training(
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
