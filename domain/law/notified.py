"""The deadlines of a decision: what the rules make of the day it was posted, notified or served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.calendar import Calendar
from domain.law.computing import date_of, line_of_rule
from domain.law.rule import Rule, Trigger
from domain.law.table import LawTable
from domain.law.vocabulary import AuthoritySubject, DecisionOutcome, LawArea, RemedyNotice, StoredDeadline


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """A decision as the rules see it. ``on`` is the day of posting when ``posted``, else of notification or service."""

    on: date
    posted: bool
    received_on: date | None
    area: LawArea
    subject: AuthoritySubject
    outcome: DecisionOutcome
    notice: RemedyNotice
    on_objection: bool


def deadlines_of(decision: Notified, law: LawTable, calendar: Calendar) -> tuple[StoredDeadline, ...]:
    """Every deadline the decision sets off, soonest first.

    Where it is not known whether the notice of remedies is right, both readings come: the month and the year.
    Raises InvalidPeriod for impossible days.
    """
    found = []
    for versions in law.by_trigger.get(Trigger.DECISION, ()):
        rule = next((rule for rule in versions if rule.in_force(decision.on)), None)
        if rule is None or not concerns(rule, decision):
            continue
        computed = date_of(
            rule, decision.on, calendar, posted=decision.posted, received_on=decision.received_on
        )
        de, en = line_of_rule(rule, computed)
        found.append(
            StoredDeadline(
                rule=rule.id, rule_valid_from=rule.valid_from, due_on=computed.end, line_de=de, line_en=en
            )
        )
    return tuple(sorted(found, key=lambda deadline: (deadline.due_on, deadline.rule)))


def concerns(rule: Rule, decision: Notified) -> bool:
    """Whether ``rule`` speaks of such a decision."""
    return (
        (not rule.areas or decision.area in rule.areas)
        and (not rule.subjects or decision.subject in rule.subjects)
        and (not rule.outcomes or decision.outcome in rule.outcomes)
        and (not rule.notices or decision.notice in rule.notices)
        and rule.on_objection in (None, decision.on_objection)
    )
