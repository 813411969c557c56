"""The dates of a grant: when the proof of use is due, and until when drawn money is to be spent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from domain.agenda import Due, law_due
from domain.calendar import Calendar
from domain.grant import WHOLE, GrantState
from domain.law.computing import date_of, line_of_rule
from domain.law.dates import LawDate, waited_for
from domain.law.facts import Fact
from domain.law.rule import Trigger
from domain.law.table import LawTable
from domain.path import Escalation
from domain.values import ResidenceStatus


def grant_agenda(grant: GrantState, calendar: Calendar, law: LawTable) -> tuple[Due, ...]:
    """All dates of ``grant``, soonest first.

    The day of the proof of use is a proposal: the one in the notice counts. A drawdown is done with as soon as the Land
    share of what was spent covers it and all before it. Raises InvalidPeriod for days that cannot be computed.
    """
    found = [
        law_due(_dated(law, trigger, fact, rule_id, calendar), None, Escalation(), calendar, {})
        for trigger, facts in (
            (Trigger.GRANT_PERIOD_ENDS, [_fact(grant.period_to, grant.period_version, "")]),
            (Trigger.MONEY_DRAWN, list(_unspent(grant))),
        )
        for fact in facts
        for rule_id in _in_force(law, trigger, fact.judged_on)
    ]
    return tuple(sorted(found, key=lambda due: (due.due_on, due.id)))


def _in_force(law: LawTable, trigger: Trigger, day: date) -> Iterator[str]:
    for versions in law.by_trigger.get(trigger, ()):
        if any(rule.in_force(day) for rule in versions):
            yield versions[0].id


def _dated(law: LawTable, trigger: Trigger, fact: Fact, rule_id: str, calendar: Calendar) -> LawDate:
    rule = next(rule for rule in law.versions[rule_id] if rule.in_force(fact.judged_on))
    computed = date_of(rule, fact.on, calendar)
    de, en = line_of_rule(rule, computed)
    return LawDate(
        rule=rule,
        fact=fact,
        due_on=computed.end,
        line_de=de,
        line_en=en,
        calendar=computed.calendar,
        computed=computed,
        precise_on=None,
        waiting_on=waited_for(rule),
    )


def _fact(on: date, version: int, reference: str) -> Fact:
    return Fact(
        on=on,
        version=version,
        judged_on=on,
        since=on,
        status=ResidenceStatus.UNKNOWN,
        reference=reference,
    )


def _unspent(grant: GrantState) -> Iterator[Fact]:
    covered = sum(use.spent_cents for use in grant.uses) * (WHOLE - grant.own_share) // WHOLE
    drawn = 0
    for draw in grant.draws:
        drawn += draw.amount_cents
        if drawn > covered:
            yield _fact(draw.on, draw.version, draw.reference)
