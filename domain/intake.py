"""Intake: who the person is, and the way from the first contact to an agreed plan or a declined intake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from domain import assessment, consent, eligibility, support_plan
from domain.assessment import AssessmentRecorded, FieldOfAction, Need, RecordAssessment
from domain.characteristics import NOT_STATED, Spell
from domain.commands import Command
from domain.consent import (
    Consent,
    ConsentForm,
    ConsentGiven,
    ConsentPurpose,
    ConsentWithdrawn,
    GiveConsent,
    GiveInformationNotice,
    InformationNoticeGiven,
    WithdrawConsent,
    latest_consent,
)
from domain.decision import Decision, Terms
from domain.eligibility import (
    DecideEligibility,
    Eligibility,
    EligibilityDecided,
    EligibilityReason,
    EligibilityResult,
    eligibility_for,
)
from domain.names import normalised, unusable_name
from domain.person import ContactChannel, ContactWay, PersonName, Residence, age_on, validity_refusal
from domain.personal import Erased, Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.support_plan import AgreePlan, Goal, GoalKind, PlanAgreed
from domain.values import (
    Ags,
    Answer,
    BirthDatePrecision,
    FundingModule,
    Gender,
    LanguageAssessment,
    LegalRegime,
    NationalityCode,
    NotStated,
    ParticipantId,
    ReferralSource,
    ResidenceStatus,
    SchoolLeaving,
    StaffId,
)

__all__ = [
    "AgreePlan",
    "AssessmentRecorded",
    "CaseOpened",
    "Consent",
    "ConsentForm",
    "ConsentGiven",
    "ConsentPurpose",
    "ConsentWithdrawn",
    "ContactChannel",
    "ContactWay",
    "DecideEligibility",
    "DeclineIntake",
    "DeclineReason",
    "Eligibility",
    "EligibilityDecided",
    "EligibilityReason",
    "EligibilityResult",
    "FieldOfAction",
    "GiveConsent",
    "GiveInformationNotice",
    "Goal",
    "GoalKind",
    "InformationNoticeGiven",
    "IntakeCommand",
    "IntakeDeclined",
    "IntakeEvent",
    "IntakeState",
    "Need",
    "OpenCase",
    "PersonName",
    "PlanAgreed",
    "RecordAssessment",
    "Residence",
    "WithdrawConsent",
    "age_on",
    "ags_refusal",
    "decide",
    "evolve",
    "open_case",
    "opened",
    "validity_refusal",
]

# ---------------------------------------------------------------- vocabulary


class DeclineReason(StrEnum):
    """Why an intake ended without a case."""

    NOT_ELIGIBLE = "not_eligible"
    NO_INTEREST = "no_interest"
    NO_CONTACT = "no_contact"
    OTHER_SERVICE_FITS = "other_service_fits"
    NO_CAPACITY = "no_capacity"
    MOVED_AWAY = "moved_away"


# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Command):
    """Open the case of a participant on a path. ``occurred_on`` is the day of first contact."""

    participant_id: ParticipantId
    path: str
    name: PersonName
    municipality: Ags
    caseworker: StaffId
    birth_date: date | None = None
    birth_date_precision: BirthDatePrecision = BirthDatePrecision.DAY
    contact_ways: tuple[ContactWay, ...] = ()
    languages: tuple[str, ...] = ()
    gender: Answer[Gender] = None
    nationalities: tuple[NationalityCode, ...] = ()
    referral_source: Answer[ReferralSource] = None
    residence: Residence = Residence(status=ResidenceStatus.UNKNOWN)
    legal_regime: LegalRegime = LegalRegime.UNKNOWN
    synthetic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineIntake(Command):
    """End the intake without accompaniment."""

    ground: DeclineReason
    reason: str


IntakeCommand: TypeAlias = (
    OpenCase
    | GiveInformationNotice
    | GiveConsent
    | WithdrawConsent
    | RecordAssessment
    | AgreePlan
    | DeclineIntake
)

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A case began. ``birth_month`` (first day of the month of birth) stays for statistics after erasure."""

    participant_id: ParticipantId
    path: str
    path_version: int
    municipality: Ags
    caseworker: StaffId
    name: Personal[PersonName]
    birth_date: Personal[date | None]
    birth_date_precision: BirthDatePrecision
    birth_month: date | None
    contact_ways: Personal[tuple[ContactWay, ...]]
    languages: tuple[str, ...]
    gender: Answer[Gender]
    nationalities: tuple[NationalityCode, ...]
    referral_source: Answer[ReferralSource]
    residence: Residence
    legal_regime: LegalRegime
    synthetic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeDeclined(Event):
    """The intake ended without accompaniment."""

    ground: DeclineReason
    reason: Personal[str]


IntakeEvent: TypeAlias = (
    CaseOpened
    | InformationNoticeGiven
    | ConsentGiven
    | ConsentWithdrawn
    | AssessmentRecorded
    | EligibilityDecided
    | PlanAgreed
    | IntakeDeclined
)

# --------------------------------------------------------------------- state


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeState:
    """What intake has brought so far."""

    opened_on: date
    name: PersonName | Erased
    birth_date: date | Erased | None
    birth_month: date | None
    contact_ways: tuple[ContactWay, ...] | Erased
    languages: tuple[str, ...]
    gender: Answer[Gender]
    nationalities: tuple[NationalityCode, ...]
    referral_source: Answer[ReferralSource]
    birth_date_precision: BirthDatePrecision = BirthDatePrecision.DAY
    notice_given_on: date | None = None
    notices: tuple[tuple[date, int], ...] = ()
    """Each time that the information notice was given: the day, and the entry."""
    consents: tuple[Consent, ...] = ()
    assessed_on: date | None = None
    needs: tuple[Need, ...] = ()
    language: tuple[LanguageAssessment, ...] = ()
    level_history: tuple[Spell, ...] = ()
    school_leaving: Answer[SchoolLeaving] = None
    school_leaving_version: int = 0
    school_history: tuple[Spell, ...] = ()
    work_experience_months: Answer[int] = None
    eligibility: tuple[Eligibility, ...] = ()
    goals: tuple[Goal, ...] = ()
    plan_agreed_on: date | None = None
    plan_revision: int = 0
    plan_version: int = 0
    first_plan_on: date | None = None
    first_plan_version: int = 0
    declined_on: date | None = None
    declined_version: int = 0
    decline_ground: DeclineReason | None = None

    def consent(self, purpose: ConsentPurpose) -> Consent | None:
        """The latest consent for ``purpose``."""
        return latest_consent(self.consents, purpose)

    def eligible(self, module: FundingModule | None) -> Eligibility | None:
        """The decision that counts for ``module``: its own, else the one for the programme."""
        return eligibility_for(self.eligibility, module)


# -------------------------------------------------------------------- decide


def open_case(command: OpenCase, terms: Terms) -> Decision:
    """Decide the opening. Refuses unusable names, impossible birth dates and unknown municipalities."""
    name = PersonName(
        family_name=normalised(command.name.family_name),
        given_name=normalised(command.name.given_name) or None if command.name.given_name else None,
        original_script=normalised(command.name.original_script) if command.name.original_script else None,
    )
    for part in (name.family_name, name.given_name, name.original_script):
        if part is not None and (problem := unusable_name(part)):
            return problem
    if command.birth_date and not date(1900, 1, 1) <= command.birth_date <= command.occurred_on:
        return Refusal(
            "intake.birth_date_impossible",
            "Das Geburtsdatum liegt vor 1900 oder nach dem Erstkontakt.",
            "The birth date lies before 1900 or after the first contact.",
        )
    if problem := ags_refusal(command.municipality):
        return problem
    if any(not (len(code) == 3 and code.isascii() and code.isdigit()) for code in command.nationalities):
        return Refusal(
            "intake.nationality_malformed",
            "Eine Staatsangehörigkeit ist ein dreistelliger Destatis-Schlüssel.",
            "A nationality is a three-digit Destatis code.",
        )
    if problem := validity_refusal(command.residence):
        return problem
    return (
        CaseOpened(
            occurred_on=command.occurred_on,
            participant_id=command.participant_id,
            path=terms.path.id,
            path_version=terms.path.version,
            municipality=command.municipality,
            caseworker=command.caseworker,
            name=name,
            birth_date=command.birth_date,
            birth_date_precision=command.birth_date_precision,
            birth_month=command.birth_date.replace(day=1) if command.birth_date else None,
            contact_ways=command.contact_ways,
            languages=command.languages,
            gender=command.gender,
            nationalities=command.nationalities,
            referral_source=command.referral_source,
            residence=command.residence,
            legal_regime=command.legal_regime,
            synthetic=command.synthetic,
        ),
    )


def ags_refusal(ags: Ags) -> Refusal | None:
    """Why ``ags`` is no municipality key, or None."""
    if len(ags) == 8 and ags.isascii() and ags.isdigit():
        return None
    return Refusal(
        "intake.ags_malformed",
        "Der Amtliche Gemeindeschlüssel hat acht Ziffern.",
        "The municipality key (AGS) has eight digits.",
    )


def decide(command: IntakeCommand, intake: IntakeState) -> Decision:
    """Decide an intake command on an open case."""
    match command:
        case OpenCase():
            return Refusal("case.exists", "Dieser Fall ist schon eröffnet.", "This case is already open.")
        case GiveInformationNotice() | GiveConsent() | WithdrawConsent():
            return consent.decide(command, intake.consents)
        case RecordAssessment():
            return assessment.decide(command)
        case AgreePlan():
            return support_plan.decide(command, intake.plan_revision)
        case DeclineIntake():
            return _decline(command, intake)
        case _:
            assert_never(command)


def _decline(command: DeclineIntake, intake: IntakeState) -> Decision:
    if intake.plan_agreed_on is not None:
        return Refusal(
            "intake.plan_already_agreed",
            "Ein Plan ist vereinbart; der Fall wird abgeschlossen, nicht abgelehnt.",
            "A plan is agreed; the case is closed, not declined.",
        )
    if not command.reason.strip():
        return Refusal(
            "intake.reason_missing",
            "Die Ablehnung braucht eine Begründung.",
            "Declining needs a reason.",
        )
    return (IntakeDeclined(occurred_on=command.occurred_on, ground=command.ground, reason=command.reason),)


# -------------------------------------------------------------------- evolve


def opened(event: CaseOpened) -> IntakeState:
    """The intake right after opening."""
    return IntakeState(
        opened_on=event.occurred_on,
        name=event.name,
        birth_date=event.birth_date,
        birth_month=event.birth_month,
        birth_date_precision=event.birth_date_precision,
        contact_ways=event.contact_ways,
        languages=event.languages,
        gender=event.gender,
        nationalities=event.nationalities,
        referral_source=event.referral_source,
    )


def evolve(intake: IntakeState, event: IntakeEvent, version: int) -> IntakeState:
    """Fold one intake event; ``version`` is its place in the stream."""
    match event:
        case CaseOpened():
            return opened(event)
        case InformationNoticeGiven():
            return replace(
                intake,
                notice_given_on=event.occurred_on,
                notices=(*intake.notices, (event.occurred_on, version)),
            )
        case ConsentGiven() | ConsentWithdrawn():
            return replace(intake, consents=consent.evolve(intake.consents, event, version))
        case AssessmentRecorded():
            return replace(
                intake,
                assessed_on=event.occurred_on,
                needs=event.needs,
                language=(*intake.language, *event.language),
                level_history=(*intake.level_history, *_levels(event, version)),
                school_leaving=_latest(intake.school_leaving, event.school_leaving),
                school_leaving_version=intake.school_leaving_version
                if event.school_leaving is None
                else version,
                school_history=(*intake.school_history, *_schools(event, version)),
                work_experience_months=_latest(intake.work_experience_months, event.work_experience_months),
            )
        case EligibilityDecided():
            return replace(intake, eligibility=eligibility.evolve(intake.eligibility, event))
        case PlanAgreed():
            return replace(
                intake,
                goals=event.goals,
                plan_agreed_on=event.occurred_on,
                plan_revision=event.revision,
                plan_version=version,
                first_plan_on=intake.first_plan_on or event.occurred_on,
                first_plan_version=intake.first_plan_version or version,
            )
        case IntakeDeclined():
            return replace(
                intake,
                declined_on=event.occurred_on,
                declined_version=version,
                decline_ground=event.ground,
            )
        case _:
            assert_never(event)


def _levels(event: AssessmentRecorded, version: int) -> Iterator[Spell]:
    for found in event.language:
        yield Spell(found.level.value, found.assessed_on, event.occurred_on, version)


def _schools(event: AssessmentRecorded, version: int) -> Iterator[Spell]:
    answer = event.school_leaving
    if answer is not None:
        told = NOT_STATED if isinstance(answer, NotStated) else answer.value
        yield Spell(told, event.occurred_on, event.occurred_on, version)


def _latest(before: Answer, now: Answer) -> Answer:  # type: ignore[type-arg] # both sides share the type
    return before if now is None else now
