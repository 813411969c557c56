"""One legal rule as data: what it watches, from when to when it is in force, where it stands, and who must act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from domain.law.vocabulary import AuthoritySubject, DecisionOutcome, LawArea, RemedyNotice
from domain.path import ReminderPlan, Title
from domain.periods import DateKind, Period
from domain.training import AusbildungKind
from domain.values import DutyHolder, FundingModule, LegalRegime, ResidenceStatus

REFORM_IN_FORCE: Final = date(2026, 6, 12)
"""The GEAS-Anpassungsgesetz (BGBl. 2026 I Nr. 111): what was not verified after this day carries a mark."""


class RuleGroup(StrEnum):
    """Subjects; each is one table, and a path watches whole groups or single rules."""

    RESIDENCE = "residence"
    TRAINING = "training"
    BENEFITS = "benefits"
    REMEDIES = "remedies"
    PROGRAMME = "programme"


class Trigger(StrEnum):
    """The fact a date hangs on. Everything a rule can hang on is listed here and found in ``domain.law.facts``."""

    RESIDENCE_ENDS = "residence_ends"
    TITLE_BEGINS = "title_begins"
    TOLERATED_SINCE = "tolerated_since"
    ENTERED_GERMANY = "entered_germany"
    BORN = "born"
    TRAINING_AHEAD = "training_ahead"
    TRAINING_FUNDED = "training_funded"
    TRAINING_ENDS = "training_ends"
    PROBATION_ENDS = "probation_ends"
    TRAINING_BROKEN_OFF = "training_broken_off"
    BREAK_OFF_KNOWN = "break_off_known"
    TRAINING_COMPLETED = "training_completed"
    EXAM_PLANNED = "exam_planned"
    EXAM_FAILED = "exam_failed"
    EMPLOYED_SINCE = "employed_since"
    EMPLOYMENT_END_KNOWN = "employment_end_known"
    DECISION = "decision"
    OBJECTION_FILED = "objection_filed"
    SUBMITTED = "submitted"
    SEAT_STARTS = "seat_starts"
    GRANT_PERIOD_ENDS = "grant_period_ends"
    MONEY_DRAWN = "money_drawn"


class Computation(StrEnum):
    """How the date follows from the fact."""

    PERIOD = "period"
    """The period of the rule, run from the fact."""
    END_OF_MONTH = "end_of_month"
    """The last day of the calendar month in which the fact lies."""
    FIXED_DAY = "fixed_day"
    """A day written in the law, whatever the day of the fact."""
    PROGRAMME_AGE = "programme_age"
    """The last day on which the age fits the programme; the age comes from the path definition."""
    AS_STORED = "as_stored"
    """Computed when the event was recorded, and never again."""


class JudgedOn(StrEnum):
    """Which day decides what version of the rule counts."""

    TRIGGER = "trigger"
    """The business day of the fact."""
    DUE = "due"
    """The day that comes out: for openings and validities, which follow the law of the day on which one acts."""


class Condition(StrEnum):
    """What else must hold for the date to be watched."""

    IDENTITY_OPEN = "identity_open"
    """Neither is the identity clarified, nor were all reasonable steps taken."""
    REACHED_IN_CASE = "reached_in_case"
    """The day lies in the time of the case; what was reached before it began is no date to watch."""
    TRAINING_AHEAD = "training_ahead"
    """A contract is signed and the Ausbildung has not begun."""
    FIRST_BREAK_OFF = "first_break_off"
    """No Ausbildung was broken off before; the time to look for a new one is given once."""
    NOT_ENTERED = "not_entered"
    """No measure has been entered; ages count at entry."""
    NO_TRAINING_SINCE = "no_training_since"
    """No other contract was signed on or after the day of the fact."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule:
    """One version of one rule, and equal to no other, so that it can be looked up by itself at no cost.

    An empty set under ``statuses`` to ``modules`` means: whatever it is. ``done_by``: handed in for any of these
    since the fact, the date is done with. ``while_pending``: only while one of these is handed in and not decided.
    ``entry_from``/``entry_to`` bound the day of entry into Germany. It never says what the outcome will be: titles
    and texts say what to check.
    """

    id: str
    group: RuleGroup
    title: Title
    text: Title
    citation: str
    source: str
    source_link: str
    valid_from: date
    valid_to: date | None
    verified_on: date
    duty_holder: DutyHolder
    kind: DateKind
    trigger: Trigger
    computation: Computation
    period: Period
    day_counts: bool
    fixed_on: date | None
    judged_on: JudgedOn
    calendar: str
    conditions: tuple[Condition, ...]
    statuses: frozenset[ResidenceStatus]
    regimes: frozenset[LegalRegime]
    training_kinds: frozenset[AusbildungKind]
    areas: frozenset[LawArea]
    outcomes: frozenset[DecisionOutcome]
    notices: frozenset[RemedyNotice]
    on_objection: bool | None
    """True: only decisions on an objection; False: only first decisions; None: both."""
    subjects: frozenset[AuthoritySubject]
    modules: frozenset[FundingModule]
    done_by: frozenset[AuthoritySubject]
    while_pending: frozenset[AuthoritySubject]
    entry_from: date | None
    entry_to: date | None
    reminders: tuple[ReminderPlan, ...]

    @property
    def unverified(self) -> bool:
        """Whether nobody has read the law again since the reform of 12 June 2026; shown on the screen."""
        return self.verified_on <= REFORM_IN_FORCE

    def in_force(self, day: date) -> bool:
        """Whether this version counts on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


TRIGGER_NAMES: Final[dict[Trigger, Title]] = {
    Trigger.RESIDENCE_ENDS: Title(de="Aufenthaltsdokument gültig bis", en="residence document valid until"),
    Trigger.TITLE_BEGINS: Title(de="Titel gültig ab", en="title valid from"),
    Trigger.TOLERATED_SINCE: Title(de="Duldung ohne Lücke seit", en="tolerated without a gap since"),
    Trigger.ENTERED_GERMANY: Title(de="Einreise", en="entry into Germany"),
    Trigger.BORN: Title(de="Geburtsmonat, gerechnet ab", en="month of birth, counted from"),
    Trigger.TRAINING_AHEAD: Title(de="Beginn der Ausbildung", en="start of the training"),
    Trigger.TRAINING_FUNDED: Title(de="Monat des Beginns", en="month of the start"),
    Trigger.TRAINING_ENDS: Title(de="Ende laut Vertrag", en="end by contract"),
    Trigger.PROBATION_ENDS: Title(de="Ende der Probezeit", en="end of probation"),
    Trigger.TRAINING_BROKEN_OFF: Title(de="Abbruch", en="broken off"),
    Trigger.BREAK_OFF_KNOWN: Title(de="Kenntnis vom Abbruch", en="break-off known"),
    Trigger.TRAINING_COMPLETED: Title(de="Abschluss", en="completed"),
    Trigger.EXAM_PLANNED: Title(de="Prüfung", en="examination"),
    Trigger.EXAM_FAILED: Title(de="Vertragsende, Prüfung nicht bestanden", en="end by contract, exam failed"),
    Trigger.EMPLOYED_SINCE: Title(de="Beschäftigt seit", en="employed since"),
    Trigger.EMPLOYMENT_END_KNOWN: Title(de="Kenntnis vom Ende der Beschäftigung", en="job end known"),
    Trigger.DECISION: Title(de="Bekanntgabe", en="notification"),
    Trigger.OBJECTION_FILED: Title(de="Widerspruch", en="objection"),
    Trigger.SUBMITTED: Title(de="Eingereicht", en="handed in"),
    Trigger.SEAT_STARTS: Title(de="Kursbeginn", en="course start"),
    Trigger.GRANT_PERIOD_ENDS: Title(de="Ende des Bewilligungszeitraums", en="end of the grant period"),
    Trigger.MONEY_DRAWN: Title(de="Mittelabruf", en="drawdown"),
}
"""How a calculation line names the fact it begins with."""
