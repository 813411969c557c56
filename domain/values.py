"""Ids, money and code lists, in the words of the field (docs/glossary.md). Sources stand beside each list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType, TypeAlias, TypeVar
from uuid import UUID

CaseId = NewType("CaseId", UUID)
ParticipantId = NewType("ParticipantId", UUID)
OfferId = NewType("OfferId", UUID)
GrantId = NewType("GrantId", UUID)
ParticipationId = NewType("ParticipationId", UUID)
StaffId = NewType("StaffId", str)
"""Opaque id of a caseworker, coach or function mailbox; ``system`` for what happens by itself."""
Cents = NewType("Cents", int)
BasisPoints = NewType("BasisPoints", int)
Ags = NewType("Ags", str)
"""Amtlicher Gemeindeschlüssel, 8 digits as text. Source: MietNEinV, Anlage."""
NationalityCode = NewType("NationalityCode", str)
"""Destatis Staatsangehörigkeitsschlüssel, 3 digits; 997 stateless, 998 unclear, 999 not stated. Not ISO."""

SYSTEM = StaffId("system")


class NotStatedReason(StrEnum):
    """Why a statistical question that was asked has no answer."""

    REFUSED = "refused"
    DOES_NOT_KNOW = "does_not_know"
    LANGUAGE_BARRIER = "language_barrier"
    NOT_PROVEN = "not_proven"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotStated:
    """ "Keine Angabe": asked, and no answer given. A question that was not asked is ``None``."""

    not_stated: NotStatedReason


T = TypeVar("T")
Answer: TypeAlias = T | NotStated | None
"""A statistical answer: the value, "keine Angabe" with its reason, or None = not asked."""


class Gender(StrEnum):
    """Source: § 22 (3) PStG; "ohne Angabe" is NotStated."""

    FEMALE = "female"
    MALE = "male"
    DIVERSE = "diverse"


class BirthDatePrecision(StrEnum):
    """How much of the birth date is known; 1 January is a common placeholder in papers."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class ReferralSource(StrEnum):
    """Access channels. Source: durchstarten.nrw/service/faq/c-1."""

    COORDINATING_OFFICE = "coordinating_office"  # Kommunales Integrationszentrum
    YOUTH_MIGRATION_SERVICE = "youth_migration_service"  # JMD
    EMPLOYMENT_AGENCY = "employment_agency"
    JOBCENTER = "jobcenter"
    VOLUNTEER = "volunteer"
    IMMIGRATION_OFFICE = "immigration_office"
    ALLIANCE_CORE_GROUP = "alliance_core_group"
    SCHOOL = "school"
    PROVIDER = "provider"
    SELF = "self"
    OTHER = "other"


class ResidenceStatus(StrEnum):
    """Kinds of residence status. Source: sections of AufenthG and AsylG as named; list: domain facts 5.2."""

    ASYLUM_PERMISSION = "asylum_permission"  # Aufenthaltsgestattung, § 55 AsylG
    TOLERATION_60A = "toleration_60a"  # Duldung
    TOLERATION_60B = "toleration_60b"  # Duldung für Personen mit ungeklärter Identität
    TRAINING_TOLERATION_60C = "training_toleration_60c"  # Ausbildungsduldung
    EMPLOYMENT_TOLERATION_60D = "employment_toleration_60d"  # Beschäftigungsduldung
    TRAINING_PERMIT_16G = "training_permit_16g"
    PERMIT_18A = "permit_18a"
    PERMIT_19D = "permit_19d"
    PERMIT_25_1 = "permit_25_1"
    PERMIT_25_2 = "permit_25_2"
    PERMIT_25_3 = "permit_25_3"
    PERMIT_25_5 = "permit_25_5"
    PERMIT_25A = "permit_25a"
    PERMIT_25B = "permit_25b"
    PERMIT_104C = "permit_104c"
    PERMIT_24 = "permit_24"
    FAMILY_PERMIT = "family_permit"
    SETTLEMENT_PERMIT = "settlement_permit"
    EU_CITIZEN = "eu_citizen"
    GERMAN = "german"
    UNKNOWN = "unknown"


class LegalRegime(StrEnum):
    """Rechtskreis: under which law the person's living is secured. Source: domain facts 5.2."""

    ASYLBLG_3 = "asylblg_3"
    ASYLBLG_2 = "asylblg_2"
    SGB_II = "sgb_ii"
    SGB_III = "sgb_iii"
    SGB_VIII = "sgb_viii"
    SGB_XII = "sgb_xii"
    BAFOEG_BAB = "bafoeg_bab"
    SELF_SUPPORTING = "self_supporting"
    UNKNOWN = "unknown"


class LanguageLevel(StrEnum):
    """Gemeinsamer Europäischer Referenzrahmen; A0 includes literacy courses."""

    A0 = "A0"
    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


class LanguageProof(StrEnum):
    """How a language level is known."""

    CERTIFICATE = "certificate"
    TEST = "test"
    SELF_ASSESSMENT = "self_assessment"


class LanguageSkill(StrEnum):
    """Which skill the level speaks of; § 25b AufenthG asks for A2 oral."""

    ORAL = "oral"
    WRITTEN = "written"
    BOTH = "both"


class SchoolLeaving(StrEnum):
    """Highest school leaving qualification. Source: domain facts 5.2."""

    NONE = "none"
    FOERDERSCHULE = "foerderschule"
    HSA_9 = "hsa_9"
    HSA_10A = "hsa_10a"
    FOR = "for"  # mittlerer Abschluss
    FHR = "fhr"
    AHR = "ahr"
    FOREIGN_RECOGNISED = "foreign_recognised"
    FOREIGN_NOT_RECOGNISED = "foreign_not_recognised"


class FundingModule(StrEnum):
    """Förderbausteine of "Durchstarten in Ausbildung und Arbeit". Source: durchstarten.nrw."""

    F1 = "F1"
    F2 = "F2"
    F3 = "F3"
    F4 = "F4"
    F5 = "F5"
    F6 = "F6"


class OfferKind(StrEnum):
    """What an offer, and so a measure, is: coarse enough to compare them."""

    COACHING = "coaching"
    LANGUAGE = "language"
    SCHOOL_LEAVING = "school_leaving"
    PREPARATION = "preparation"
    QUALIFICATION = "qualification"
    INNOVATION = "innovation"


class ExitReason(StrEnum):
    """Austrittsgrund: why the accompaniment ended; never mixed with the destination. Domain facts 5.6."""

    PLANNED_END = "planned_end"
    AUSBILDUNG = "ausbildung"
    WORK = "work"
    SCHOOL = "school"
    REGIME_CHANGE = "regime_change"
    MOVED_AWAY = "moved_away"
    STATUS_CHANGE = "status_change"
    VOLUNTARY_DEPARTURE = "voluntary_departure"
    DEPORTATION = "deportation"
    NO_CONTACT = "no_contact"
    ILLNESS = "illness"
    PARENTAL_LEAVE = "parental_leave"
    CHILDCARE = "childcare"
    DROPPED_OUT = "dropped_out"
    EXCLUDED = "excluded"
    AGE_LIMIT = "age_limit"
    DEATH = "death"
    PROGRAMME_ENDED = "programme_ended"


class Destination(StrEnum):
    """Verbleib: where the person went. Source: domain facts 5.6 (iABE/BA categories)."""

    SCHOOL_OR_STUDIES = "school_or_studies"
    INTERNSHIP = "internship"
    AUSBILDUNG = "ausbildung"
    AUSBILDUNG_SUBSIDISED = "ausbildung_subsidised"
    EMPLOYMENT = "employment"
    MINOR_EMPLOYMENT = "minor_employment"
    VOLUNTARY_SERVICE = "voluntary_service"
    MEASURE = "measure"
    NONE = "none"
    UNKNOWN = "unknown"


class DutyHolder(StrEnum):
    """Who has to act for a date to be kept."""

    PARTICIPANT = "participant"
    CASEWORKER = "caseworker"
    PROVIDER = "provider"
    EDUCATIONAL_INSTITUTION = "educational_institution"
    EMPLOYER = "employer"
    AUTHORITY = "authority"
    GRANT_OFFICER = "grant_officer"
    """Whoever is in charge of a grant; of dates of grants alone."""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageAssessment:
    """One dated language level: level, kind of proof and skill belong together."""

    level: LanguageLevel
    proof: LanguageProof
    skill: LanguageSkill
    assessed_on: date
