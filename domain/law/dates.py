"""The dates the law sets for a case: every watched rule asked about every fact, with a date or the reason for none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from domain.calendar import Calendar, Computed
from domain.case_state import CaseState
from domain.law.computing import date_and_lines, date_of
from domain.law.facts import Fact, Obstacle, facts_of
from domain.law.rule import Computation, Condition, JudgedOn, Rule, RuleGroup, Trigger
from domain.law.table import LawTable
from domain.law.vocabulary import AuthoritySubject
from domain.path import PathDefinition
from domain.periods import FIRST_DATE, InvalidPeriod
from domain.replacing import quickly_made
from domain.training import TrainingStatus
from domain.values import DutyHolder


@quickly_made
@dataclass(frozen=True, slots=True, kw_only=True)
class LawDate:
    """A date found. ``computed`` explains it, or is None when it was stored with its event.

    ``precise_on`` is the exact day where ``due_on`` is careful about a birth date; it stays on the page of the case.
    """

    rule: Rule
    fact: Fact
    due_on: date
    line_de: str
    line_en: str
    calendar: str
    computed: Computed | None
    precise_on: date | None
    waiting_on: DutyHolder


def watched(rule: Rule, path: PathDefinition) -> bool:
    """Whether the path watches this rule, by its id or its group."""
    return rule.group in path.watches or rule.id in path.watches


def law_dates(case: CaseState, path: PathDefinition, law: LawTable, calendar: Calendar) -> Iterator[LawDate]:
    """Every date that a watched rule sets for an open case, in the order of the table."""
    if not case.open:
        return
    for trigger, rules in law.watched(path.watches):
        facts = facts_of(trigger, case)
        if isinstance(facts, Obstacle):
            continue
        for versions in rules:
            for fact in facts:
                found = judge(versions, fact, case, path, calendar)
                if isinstance(found, LawDate):
                    yield found


def judge(
    versions: tuple[Rule, ...], fact: Fact, case: CaseState, path: PathDefinition, calendar: Calendar
) -> LawDate | Obstacle:
    """What the version in force makes of one fact, or why it makes nothing of it."""
    if fact.stored is not None:
        return _as_stored(versions, fact, case, calendar)
    for rule in versions:
        if rule.judged_on is JudgedOn.TRIGGER and not rule.in_force(fact.judged_on):
            continue
        if (obstacle := _obstacle(rule, fact, case)) is not None:
            return obstacle
        age = path.programme.age_to_inclusive
        if rule.computation is Computation.PROGRAMME_AGE and age is None:
            return Obstacle.NO_PROGRAMME_AGE
        try:
            computed, de, en = date_and_lines(rule, fact.on, calendar, age)
            if rule.judged_on is JudgedOn.DUE and not rule.in_force(computed.end):
                continue
            if Condition.REACHED_IN_CASE in rule.conditions and computed.end < case.intake.opened_on:
                return Obstacle.REACHED_BEFORE_CASE
            precise = fact.precise_on and date_of(rule, fact.precise_on, calendar, age_to_inclusive=age).end
        except InvalidPeriod:
            return Obstacle.DATE_IMPOSSIBLE
        return LawDate(
            rule=rule,
            fact=fact,
            due_on=computed.end,
            line_de=de,
            line_en=en,
            calendar=computed.calendar,
            computed=computed,
            precise_on=precise,
            waiting_on=waited_for(rule),
        )
    return Obstacle.NOT_IN_FORCE


def _as_stored(
    versions: tuple[Rule, ...], fact: Fact, case: CaseState, calendar: Calendar
) -> LawDate | Obstacle:
    stored = fact.stored
    if stored is None or stored.rule != versions[0].id:
        return Obstacle.NO_SUCH_FACT
    rule = next((rule for rule in versions if rule.valid_from == stored.rule_valid_from), versions[0])
    if fact.answered and rule.group is RuleGroup.REMEDIES:
        return Obstacle.DONE
    if rule.done_by and _handed_in(case, rule.done_by, fact.since):
        return Obstacle.DONE
    return LawDate(
        rule=rule,
        fact=fact,
        due_on=stored.due_on,
        line_de=stored.line_de,
        line_en=stored.line_en,
        calendar=fact.calendar_version or calendar.version,
        computed=None,
        precise_on=None,
        waiting_on=waited_for(rule),
    )


def waited_for(rule: Rule) -> DutyHolder:
    """Whom we wait for: the authority while something lies with it, else whoever has to act."""
    with_authority = rule.trigger in (Trigger.SUBMITTED, Trigger.OBJECTION_FILED) or rule.while_pending
    return (
        DutyHolder.AUTHORITY
        if with_authority and rule.duty_holder is not DutyHolder.PROVIDER
        else rule.duty_holder
    )


def _obstacle(rule: Rule, fact: Fact, case: CaseState) -> Obstacle | None:
    if rule.statuses and fact.status not in rule.statuses:
        return Obstacle.OTHER_STATUS
    if rule.regimes and case.legal_regime not in rule.regimes:
        return Obstacle.OTHER_REGIME
    if rule.training_kinds and fact.training_kind not in rule.training_kinds:
        return Obstacle.OTHER_TRAINING
    if (
        (rule.areas and fact.area not in rule.areas)
        or (rule.subjects and fact.subject not in rule.subjects)
        or (rule.modules and fact.module not in rule.modules)
    ):
        return Obstacle.OTHER_MATTER
    if rule.entry_from is not None or rule.entry_to is not None:
        entry = case.legal.entry
        if entry is None:
            return Obstacle.ENTRY_UNKNOWN
        if entry.on < (rule.entry_from or FIRST_DATE) or (rule.entry_to and entry.on > rule.entry_to):
            return Obstacle.OTHER_ENTRY
    if rule.done_by and _handed_in(case, rule.done_by, fact.since):
        return Obstacle.DONE
    if rule.while_pending and not _pending(case, rule.while_pending, fact.since):
        return Obstacle.NOTHING_PENDING
    for condition in rule.conditions:
        if (obstacle := _unmet(condition, fact, case)) is not None:
            return obstacle
    return None


def _handed_in(case: CaseState, subjects: frozenset[AuthoritySubject], since: date) -> bool:
    return any(s.subject in subjects and s.submitted_on >= since for s in case.authority.submissions)


def _pending(case: CaseState, subjects: frozenset[AuthoritySubject], since: date) -> bool:
    return any(
        s.subject in subjects and s.submitted_on >= since and not s.decided
        for s in case.authority.submissions
    )


def _unmet(condition: Condition, fact: Fact, case: CaseState) -> Obstacle | None:
    match condition:
        case Condition.IDENTITY_OPEN:
            return Obstacle.IDENTITY_CLEAR if case.legal.identity is not None else None
        case Condition.REACHED_IN_CASE:
            return None
        case Condition.TRAINING_AHEAD:
            signed = any(t.status is TrainingStatus.SIGNED for t in case.ausbildung.trainings)
            return None if signed else Obstacle.NO_TRAINING_AHEAD
        case Condition.FIRST_BREAK_OFF:
            earlier = any(
                t.status is TrainingStatus.BROKEN_OFF and t.left_on is not None and t.left_on < fact.judged_on
                for t in case.ausbildung.trainings
            )
            return Obstacle.NOT_FIRST_BREAK_OFF if earlier else None
        case Condition.NOT_ENTERED:
            entered = any(p.entered_on is not None for p in case.course.participations)
            return Obstacle.ENTERED_MEASURE if entered else None
        case Condition.NO_TRAINING_SINCE:
            new = any(
                t.signed_on >= fact.judged_on and str(t.id) != fact.reference
                for t in case.ausbildung.trainings
            )
            return Obstacle.NEW_TRAINING if new else None
