"""Intake: who the person is, what was explained and agreed, what is needed, and whether the programme fits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias, assert_never

from domain.commands import Command
from domain.decision import Decision, Terms
from domain.names import normalised, unusable_name
from domain.personal import Erased, Personal
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import (
    Ags,
    Answer,
    BirthDatePrecision,
    FundingModule,
    Gender,
    LanguageAssessment,
    LegalRegime,
    NationalityCode,
    ParticipantId,
    ReferralSource,
    ResidenceStatus,
    SchoolLeaving,
    StaffId,
)

# ---------------------------------------------------------------- vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """A name after DIN 91379 (datatype A, NFC). A single-name person has a family name only.

    ``original_script`` keeps the name as the person writes it (Arabic, Dari, Tigrinya, …).
    """

    family_name: str
    given_name: str | None = None
    original_script: str | None = None


class ContactChannel(StrEnum):
    """A way to reach the participant."""

    PHONE = "phone"
    MESSENGER = "messenger"
    EMAIL = "email"
    POST = "post"
    VIA_PERSON = "via_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactWay:
    """One way to reach the participant; ``value`` is a number, an address or a person to ask."""

    channel: ContactChannel
    value: str


class ConsentPurpose(StrEnum):
    """What a consent is for; each is given and withdrawn on its own."""

    CASE_MANAGEMENT = "case_management"
    SHARING_WITH_PROVIDERS = "sharing_with_providers"
    SHARING_WITH_AUTHORITIES = "sharing_with_authorities"
    SHARING_WITH_EMPLOYERS = "sharing_with_employers"
    EVALUATION = "evaluation"


class ConsentForm(StrEnum):
    """How a consent was given. Source: SGB X § 67b (2): written or electronic."""

    WRITTEN = "written"
    ELECTRONIC = "electronic"


class FieldOfAction(StrEnum):
    """Handlungsfelder of the assessment."""

    LANGUAGE = "language"
    SCHOOL = "school"
    VOCATIONAL_ORIENTATION = "vocational_orientation"
    AUSBILDUNG = "ausbildung"
    WORK = "work"
    RESIDENCE_AND_IDENTITY = "residence_and_identity"
    HOUSING = "housing"
    HEALTH = "health"
    FAMILY_AND_CHILDCARE = "family_and_childcare"
    LIVELIHOOD_AND_DEBT = "livelihood_and_debt"
    SOCIAL_PARTICIPATION = "social_participation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One need found in the assessment. ``priority`` 1 (first) to 3."""

    field: FieldOfAction
    priority: int


class EligibilityResult(StrEnum):
    """Eligibility is three-valued; an exception always has a reason and a decider."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    EXCEPTION_GRANTED = "exception_granted"


class EligibilityReason(StrEnum):
    """On which ground the eligibility was decided. Source: durchstarten.nrw/service/faq/c-1."""

    AGE_AND_STATUS_FIT = "age_and_status_fit"
    INDIVIDUAL_NEED = "individual_need"
    AGE_OUTSIDE_RANGE = "age_outside_range"
    STATUS_EXCLUDED = "status_excluded"
    OTHER_BENEFITS_FIRST = "other_benefits_first"
    STATE_FACILITY = "state_facility"
    EMPLOYMENT_BAN = "employment_ban"
    EXCLUDED_PERSON = "excluded_person"


class GoalKind(StrEnum):
    """What a goal of the plan aims at."""

    LANGUAGE_LEVEL = "language_level"
    SCHOOL_LEAVING = "school_leaving"
    VOCATIONAL_ORIENTATION = "vocational_orientation"
    INTERNSHIP = "internship"
    AUSBILDUNG = "ausbildung"
    WORK = "work"
    IDENTITY_CLARIFICATION = "identity_clarification"
    STABILITY = "stability"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One goal of the plan, to be reached by ``target_on``."""

    kind: GoalKind
    target_on: date


class DeclineReason(StrEnum):
    """Why an intake ended without a case."""

    NOT_ELIGIBLE = "not_eligible"
    NO_INTEREST = "no_interest"
    NO_CONTACT = "no_contact"
    OTHER_SERVICE_FITS = "other_service_fits"
    NO_CAPACITY = "no_capacity"
    MOVED_AWAY = "moved_away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Residence:
    """A residence status with its validity; ``valid_until`` is the last valid day, None when unlimited."""

    status: ResidenceStatus
    valid_from: date | None = None
    valid_until: date | None = None


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
class GiveInformationNotice(Command):
    """Record that the notice after Art. 13 GDPR was handed over, in which version and language (ISO 639-1)."""

    notice_version: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConsent(Command):
    """Record a consent for one purpose; ``valid_until`` is its last day, None when it runs until withdrawn."""

    purpose: ConsentPurpose
    form: ConsentForm
    text_version: str
    language: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent(Command):
    """Record that a consent was withdrawn; it works for the future only."""

    purpose: ConsentPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAssessment(Command):
    """Record what the person needs and brings. May be repeated; the latest answers count."""

    needs: tuple[Need, ...]
    language: tuple[LanguageAssessment, ...] = ()
    school_leaving: Answer[SchoolLeaving] = None
    work_experience_months: Answer[int] = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideEligibility(Command):
    """Decide whether the programme may support this person (``module`` None) or one Förderbaustein."""

    result: EligibilityResult
    ground: EligibilityReason
    reason: str
    decided_by: StaffId
    module: FundingModule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreePlan(Command):
    """Agree the goals with the participant; repeating it revises the plan and needs a reason."""

    goals: tuple[Goal, ...]
    agreement: str
    reason: str = ""


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
    | DecideEligibility
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
class InformationNoticeGiven(Event):
    """The notice after Art. 13 GDPR was handed over."""

    notice_version: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(Event):
    """The participant consented to one purpose."""

    purpose: ConsentPurpose
    form: ConsentForm
    text_version: str
    language: str
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(Event):
    """The participant withdrew a consent."""

    purpose: ConsentPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRecorded(Event):
    """Needs and starting position were recorded."""

    needs: tuple[Need, ...]
    language: tuple[LanguageAssessment, ...]
    school_leaving: Answer[SchoolLeaving]
    work_experience_months: Answer[int]
    remark: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityDecided(Event):
    """Eligibility was decided by a person, on the path version and the age of that day."""

    result: EligibilityResult
    ground: EligibilityReason
    reason: Personal[str]
    decided_by: StaffId
    module: FundingModule | None
    age_years: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAgreed(Event):
    """A plan was agreed or revised (``revision`` counts from 1)."""

    goals: tuple[Goal, ...]
    agreement: Personal[str]
    reason: Personal[str]
    revision: int


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
class Consent:
    """A consent in force or withdrawn; ``version`` is the entry that gave it."""

    purpose: ConsentPurpose
    given_on: date
    valid_until: date | None
    version: int
    withdrawn_on: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether the consent covers ``on``."""
        return (
            self.given_on <= on
            and (self.valid_until is None or on <= self.valid_until)
            and (self.withdrawn_on is None or on < self.withdrawn_on)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """The latest decision for the programme (``module`` None) or one module."""

    module: FundingModule | None
    result: EligibilityResult
    decided_on: date
    decided_by: StaffId


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
    notice_given_on: date | None = None
    consents: tuple[Consent, ...] = ()
    assessed_on: date | None = None
    needs: tuple[Need, ...] = ()
    language: tuple[LanguageAssessment, ...] = ()
    school_leaving: Answer[SchoolLeaving] = None
    work_experience_months: Answer[int] = None
    eligibility: tuple[Eligibility, ...] = ()
    goals: tuple[Goal, ...] = ()
    plan_agreed_on: date | None = None
    plan_revision: int = 0
    declined_on: date | None = None

    def consent(self, purpose: ConsentPurpose) -> Consent | None:
        """The latest consent for ``purpose``."""
        return next((c for c in reversed(self.consents) if c.purpose is purpose), None)

    def eligible(self, module: FundingModule | None) -> Eligibility | None:
        """The decision that counts for ``module``: its own, else the one for the programme."""
        own = next((e for e in reversed(self.eligibility) if e.module is module), None)
        return own or next((e for e in reversed(self.eligibility) if e.module is None), None)


def age_on(birth_date: date, on: date) -> int:
    """Completed years of life on ``on``; the birthday itself counts. Source: BGB § 187 (2)."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


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
    if any(not (len(code) == 3 and code.isdigit()) for code in command.nationalities):
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


def validity_refusal(residence: Residence) -> Refusal | None:
    """Why the validity of a residence status cannot be, or None."""
    if residence.valid_from and residence.valid_until and residence.valid_until < residence.valid_from:
        return Refusal(
            "residence.ends_before_start",
            "Der Aufenthaltsstatus endet vor seinem Beginn.",
            "The residence status ends before it starts.",
        )
    return None


def decide(command: IntakeCommand, intake: IntakeState, terms: Terms) -> Decision:
    """Decide an intake command on an open case."""
    match command:
        case OpenCase():
            return Refusal("case.exists", "Dieser Fall ist schon eröffnet.", "This case is already open.")
        case GiveInformationNotice():
            return (
                InformationNoticeGiven(
                    occurred_on=command.occurred_on,
                    notice_version=command.notice_version,
                    language=command.language,
                ),
            )
        case GiveConsent():
            return _give_consent(command)
        case WithdrawConsent():
            return _withdraw_consent(command, intake)
        case RecordAssessment():
            return _record_assessment(command)
        case DecideEligibility():
            return _decide_eligibility(command, intake, terms)
        case AgreePlan():
            return _agree_plan(command, intake)
        case DeclineIntake():
            return _decline(command, intake)
        case _:
            assert_never(command)


def _give_consent(command: GiveConsent) -> Decision:
    if command.valid_until is not None and command.valid_until < command.occurred_on:
        return Refusal(
            "consent.ends_before_start",
            "Die Einwilligung endet vor dem Tag, an dem sie gegeben wurde.",
            "The consent ends before the day it was given.",
        )
    return (
        ConsentGiven(
            occurred_on=command.occurred_on,
            purpose=command.purpose,
            form=command.form,
            text_version=command.text_version,
            language=command.language,
            valid_until=command.valid_until,
        ),
    )


def _withdraw_consent(command: WithdrawConsent, intake: IntakeState) -> Decision:
    consent = intake.consent(command.purpose)
    if consent is None:
        return Refusal(
            "consent.not_given",
            "Für diesen Zweck liegt keine Einwilligung vor.",
            "There is no consent for this purpose.",
        )
    if consent.withdrawn_on is not None:
        return ()
    if command.occurred_on < consent.given_on:
        return Refusal(
            "consent.withdrawn_before_given",
            "Der Widerruf liegt vor der Einwilligung.",
            "The withdrawal lies before the consent.",
        )
    return (ConsentWithdrawn(occurred_on=command.occurred_on, purpose=command.purpose),)


def _record_assessment(command: RecordAssessment) -> Decision:
    if any(need.priority not in (1, 2, 3) for need in command.needs):
        return Refusal(
            "assessment.priority_out_of_range",
            "Die Dringlichkeit eines Bedarfs ist 1, 2 oder 3.",
            "The priority of a need is 1, 2 or 3.",
        )
    if any(level.assessed_on > command.occurred_on for level in command.language):
        return Refusal(
            "assessment.level_in_the_future",
            "Ein Sprachstand ist nach dem Tag der Bedarfserhebung datiert.",
            "A language level is dated after the day of the assessment.",
        )
    months = command.work_experience_months
    if isinstance(months, int) and not 0 <= months <= 600:
        return Refusal(
            "assessment.experience_out_of_range",
            "Die Berufserfahrung liegt zwischen 0 und 600 Monaten.",
            "Work experience lies between 0 and 600 months.",
        )
    return (
        AssessmentRecorded(
            occurred_on=command.occurred_on,
            needs=command.needs,
            language=command.language,
            school_leaving=command.school_leaving,
            work_experience_months=command.work_experience_months,
            remark=command.remark,
        ),
    )


def _decide_eligibility(command: DecideEligibility, intake: IntakeState, terms: Terms) -> Decision:
    if not command.reason.strip():
        return Refusal(
            "eligibility.reason_missing",
            "Die Entscheidung über die Förderfähigkeit braucht eine Begründung.",
            "The decision on eligibility needs a reason.",
        )
    birth = intake.birth_date
    age = age_on(birth, command.occurred_on) if isinstance(birth, date) else None
    programme = terms.path.programme
    if command.result is EligibilityResult.ELIGIBLE and age is not None and not programme.age_allowed(age):
        return Refusal(
            "eligibility.age_outside_range",
            f"Mit {age} Jahren liegt die Person außerhalb von {programme.age_text}; möglich ist eine "
            "begründete Ausnahme.",
            f"At {age} the person is outside {programme.age_text}; a reasoned exception is possible.",
        )
    return (
        EligibilityDecided(
            occurred_on=command.occurred_on,
            result=command.result,
            ground=command.ground,
            reason=command.reason,
            decided_by=command.decided_by,
            module=command.module,
            age_years=age,
        ),
    )


def _agree_plan(command: AgreePlan, intake: IntakeState) -> Decision:
    if not command.goals:
        return Refusal(
            "plan.goals_missing",
            "Ein Plan braucht mindestens ein Ziel.",
            "A plan needs at least one goal.",
        )
    if intake.plan_revision and not command.reason.strip():
        return Refusal(
            "plan.reason_missing",
            "Die Änderung eines Plans braucht eine Begründung.",
            "Revising a plan needs a reason.",
        )
    if any(goal.target_on < command.occurred_on for goal in command.goals):
        return Refusal(
            "plan.target_in_the_past",
            "Ein Ziel ist vor dem Tag der Vereinbarung datiert.",
            "A goal is dated before the day of the agreement.",
        )
    return (
        PlanAgreed(
            occurred_on=command.occurred_on,
            goals=command.goals,
            agreement=command.agreement,
            reason=command.reason,
            revision=intake.plan_revision + 1,
        ),
    )


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
            return replace(intake, notice_given_on=event.occurred_on)
        case ConsentGiven():
            consent = Consent(
                purpose=event.purpose,
                given_on=event.occurred_on,
                valid_until=event.valid_until,
                version=version,
            )
            return replace(intake, consents=(*intake.consents, consent))
        case ConsentWithdrawn():
            latest = intake.consent(event.purpose)
            return replace(
                intake,
                consents=tuple(
                    replace(c, withdrawn_on=event.occurred_on) if c is latest else c for c in intake.consents
                ),
            )
        case AssessmentRecorded():
            return replace(
                intake,
                assessed_on=event.occurred_on,
                needs=event.needs,
                language=(*intake.language, *event.language),
                school_leaving=_latest(intake.school_leaving, event.school_leaving),
                work_experience_months=_latest(intake.work_experience_months, event.work_experience_months),
            )
        case EligibilityDecided():
            decided = Eligibility(
                module=event.module,
                result=event.result,
                decided_on=event.occurred_on,
                decided_by=event.decided_by,
            )
            return replace(intake, eligibility=(*intake.eligibility, decided))
        case PlanAgreed():
            return replace(
                intake,
                goals=event.goals,
                plan_agreed_on=event.occurred_on,
                plan_revision=event.revision,
            )
        case IntakeDeclined():
            return replace(intake, declined_on=event.occurred_on)
        case _:
            assert_never(event)


def _latest(before: Answer, now: Answer) -> Answer:  # type: ignore[type-arg] # both sides share the type
    return before if now is None else now
