"""Words of the dealings with authorities: areas of law, what is handed in, decisions, remedies, proofs of identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AuthorityKind(StrEnum):
    """To whom something is handed in, or who decides."""

    IMMIGRATION_OFFICE = "immigration_office"  # Ausländerbehörde
    FEDERAL_MIGRATION_OFFICE = "federal_migration_office"  # BAMF
    JOB_CENTRE = "job_centre"
    EMPLOYMENT_AGENCY = "employment_agency"
    SOCIAL_WELFARE_OFFICE = "social_welfare_office"
    YOUTH_OFFICE = "youth_office"
    HOUSING_BENEFIT_OFFICE = "housing_benefit_office"
    STUDENT_GRANTS_OFFICE = "student_grants_office"  # Amt für Ausbildungsförderung
    CHAMBER = "chamber"
    COURSE_PROVIDER = "course_provider"
    COURT = "court"
    OTHER = "other"


class LawArea(StrEnum):
    """Which law a decision rests on; this decides which remedy there is in North Rhine-Westphalia."""

    RESIDENCE = "residence"  # AufenthG
    ASYLUM = "asylum"  # AsylG, two weeks
    ASYLUM_ONE_WEEK = "asylum_one_week"  # AsylG §§ 34a, 36
    SOCIAL_CODE = "social_code"  # SGB II, III, XII
    ASYLUM_SEEKER_BENEFITS = "asylum_seeker_benefits"  # AsylbLG
    HOUSING_BENEFIT = "housing_benefit"  # WoGG
    MAINTENANCE_ADVANCE = "maintenance_advance"  # UhVorschG
    YOUTH_WELFARE = "youth_welfare"  # SGB VIII
    STUDENT_GRANTS = "student_grants"  # BAföG
    OTHER_ADMINISTRATIVE = "other_administrative"


class AuthoritySubject(StrEnum):
    """What is applied for, notified or decided."""

    RESIDENCE_EXTENSION = "residence_extension"
    TRAINING_TOLERATION = "training_toleration"  # AufenthG § 60c
    TRAINING_PERMIT = "training_permit"  # AufenthG § 16g
    EMPLOYMENT_TOLERATION = "employment_toleration"  # AufenthG § 60d
    PERMIT_25A = "permit_25a"
    PERMIT_25B = "permit_25b"
    WORK_AFTER_TRAINING = "work_after_training"  # AufenthG § 19d (1a), § 16g (8)
    CONTRACT_REGISTRATION = "contract_registration"
    END_OF_TRAINING_NOTICE = "end_of_training_notice"
    END_OF_EMPLOYMENT_NOTICE = "end_of_employment_notice"
    WORK_PERMIT = "work_permit"
    BAB = "bab"
    BAFOEG = "bafoeg"
    BVB = "bvb"
    LIVING_BENEFITS = "living_benefits"
    INTEGRATION_COURSE_ADMISSION = "integration_course_admission"
    INTEGRATION_COURSE_REGISTRATION = "integration_course_registration"
    ASYLUM_APPLICATION = "asylum_application"
    EXAM_RETAKE_EXTENSION = "exam_retake_extension"
    OTHER = "other"


class DecisionOutcome(StrEnum):
    """What an authority decided."""

    GRANTED = "granted"
    PARTLY_GRANTED = "partly_granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    CLAIMED_BACK = "claimed_back"


class RemedyNotice(StrEnum):
    """Whether the decision tells correctly what can be done against it (Rechtsbehelfsbelehrung)."""

    PRESENT = "present"
    MISSING_OR_WRONG = "missing_or_wrong"
    UNKNOWN = "unknown"


class RemedyStep(StrEnum):
    """What was done against a decision."""

    OBJECTION = "objection"
    COURT_ACTION = "court_action"
    NOT_PURSUED = "not_pursued"


class IdentityStep(StrEnum):
    """How far the identity is clarified; steps taken in time count too (AufenthG § 60c (2) Nr. 3)."""

    REASONABLE_STEPS_TAKEN = "reasonable_steps_taken"
    CLARIFIED = "clarified"


class ExamResult(StrEnum):
    """Where a final examination of an Ausbildung stands."""

    PLANNED = "planned"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDeadline:
    """A date computed once, when its cause was recorded, by the version of the rule that began on ``rule_valid_from``."""

    rule: str
    rule_valid_from: date
    due_on: date
    line_de: str
    line_en: str
