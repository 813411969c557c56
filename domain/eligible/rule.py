"""One rule of eligibility as data: for what it counts, which fact it looks at, and what it makes of that fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.periods import Period
from domain.title import Title
from domain.values import FundingModule

REFORM_IN_FORCE: Final = date(2026, 6, 12)
"""As for the dates of the law: what was not read after this day carries a mark."""


class EligibilitySubject(StrEnum):
    """For what a person may fit: the programme, its Förderbausteine, and what other law opens beside it."""

    PROGRAMME = "programme"
    F1 = "F1"
    F2 = "F2"
    F3 = "F3"
    F4 = "F4"
    F5 = "F5"
    F6 = "F6"
    BVB = "bvb"
    BAB = "bab"
    BAFOEG = "bafoeg"
    INTEGRATION_COURSE = "integration_course"
    TRAINING_TOLERATION = "training_toleration"
    TRAINING_PERMIT = "training_permit"
    WORK_PERMIT = "work_permit"

    @property
    def of_programme(self) -> bool:
        """Whether the programme decides on it; of the rest the engine only says what to check elsewhere."""
        return self is EligibilitySubject.PROGRAMME or self.module is not None

    @property
    def module(self) -> FundingModule | None:
        """The Förderbaustein, if it is one."""
        return next((module for module in FundingModule if module.value == self.value), None)


def subject_of(module: FundingModule | None) -> EligibilitySubject:
    """What a decision on ``module`` (None: the programme) decides on."""
    return EligibilitySubject(module.value) if module else EligibilitySubject.PROGRAMME


class Verdict(StrEnum):
    """Yes, no, or not to be decided from what is recorded. Combined as Kleene does it."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def negated(verdict: Verdict) -> Verdict:
    """Yes for no and no for yes; unknown stays."""
    return {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES, Verdict.UNKNOWN: Verdict.UNKNOWN}[verdict]


def all_of(*verdicts: Verdict) -> Verdict:
    """No when one says no, else unknown when one is, else yes.

    >>> all_of(Verdict.UNKNOWN, Verdict.NO), all_of(Verdict.YES, Verdict.UNKNOWN), all_of()
    (<Verdict.NO: 'no'>, <Verdict.UNKNOWN: 'unknown'>, <Verdict.YES: 'yes'>)
    """
    if Verdict.NO in verdicts:
        return Verdict.NO
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.YES


def any_of(*verdicts: Verdict) -> Verdict:
    """Yes when one says yes, else unknown when one is, else no."""
    return negated(all_of(*map(negated, verdicts)))


class LookedAt(StrEnum):
    """The facts a rule may look at; each is found in the folded case by ``domain.eligible.facts``."""

    AGE = "age"
    """Completed years of life on the day, as for an entry on that day."""
    RESIDENCE_STATUS = "residence_status"
    LEGAL_REGIME = "legal_regime"
    SCHOOL_LEAVING = "school_leaving"
    STAY = "stay"
    """Time since the entry into Germany: yes from the end of the period on."""
    TOLERATED = "tolerated"
    """Time of toleration without a gap: yes from the end of the period on."""
    TITLE_HELD = "title_held"
    """Time since the title began: yes until the end of the period."""
    TRAINING_AHEAD = "training_ahead"
    """A signed contract whose start lies within the (backward) period: yes from its opening on."""
    IDENTITY = "identity"
    """The identity is clarified or all steps are taken, by the end of the period from the entry, or by ``by_day``."""
    PERSONAL_CHECK = "personal_check"
    """Only what a person has checked and recorded."""


class PersonalCheck(StrEnum):
    """What no list of data knows and a person has to find out; recorded as holding or not, without details."""

    STATE_FACILITY = "state_facility"
    EXCLUDED_FROM_FUNDING = "excluded_from_funding"
    OTHER_BENEFITS_FIRST = "other_benefits_first"
    EMPLOYMENT_BAN = "employment_ban"
    OTHER_FUNDING = "other_funding"
    INDIVIDUAL_NEED = "individual_need"


class TurningEvent(StrEnum):
    """What would have to happen, beside time, for a rule to answer otherwise."""

    STATUS_CHANGE = "status_change"
    STATUS_RECORDED = "status_recorded"
    REGIME_CHANGE = "regime_change"
    REGIME_RECORDED = "regime_recorded"
    BIRTH_DATE_RECORDED = "birth_date_recorded"
    ENTRY_RECORDED = "entry_recorded"
    TOLERATION_RECORDED = "toleration_recorded"
    TITLE_BEGIN_RECORDED = "title_begin_recorded"
    IDENTITY_CLARIFIED = "identity_clarified"
    CONTRACT_SIGNED = "contract_signed"
    SCHOOL_LEAVING_RECORDED = "school_leaving_recorded"
    CHECK_RECORDED = "check_recorded"
    CHECK_CHANGES = "check_changes"
    PERSON_LOOKS = "person_looks"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EligibilityRule:
    """One version of one rule.

    It applies when the status is one of ``statuses`` (empty: whatever it is) and the entry into Germany lies between
    ``entry_from`` and ``entry_to``. ``yes`` and ``no`` are the codes that decide; where they are silent ``check`` may,
    once a person has recorded it: then ``check_means`` is what it means when it holds. What neither decides is unknown,
    never a guess.
    """

    id: str
    subjects: frozenset[EligibilitySubject]
    title: Title
    citation: str
    source: str
    source_link: str
    valid_from: date
    valid_to: date | None
    verified_on: date
    looks_at: LookedAt
    yes: frozenset[str]
    no: frozenset[str]
    check: PersonalCheck | None
    check_means: Verdict
    period: Period
    by_day: date | None
    age_from: int | None
    age_to_inclusive: int | None
    statuses: frozenset[str]
    entry_from: date | None
    entry_to: date | None

    @property
    def unverified(self) -> bool:
        """Whether nobody has read the source again since the reform of 12 June 2026."""
        return self.verified_on <= REFORM_IN_FORCE

    def in_force(self, day: date) -> bool:
        """Whether this version counts on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
