"""The dates of a grant: statements, repayment, proofs of providers, and until when drawn money is to be spent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from domain.agenda import Due, PlannedReminder, law_due, planned
from domain.calendar import Calendar
from domain.date_wording import german_date
from domain.grant import GrantState, ProofKind
from domain.law.computing import date_of, line_of_rule
from domain.law.dates import LawDate, waited_for
from domain.law.facts import Fact
from domain.law.rule import Trigger
from domain.law.table import LawTable
from domain.money import land_share
from domain.path import Escalation, Title
from domain.periods import DateKind
from domain.values import DutyHolder, ResidenceStatus
from domain.wording import shown_euros as euros

PROOF_OF_USE: Final = "programme.proof_of_use"
"""The rule that proposes a day where the notice names none; its reminders serve all days that a notice sets."""
INTERIM_STATEMENT: Final = "grant.interim_statement"
REPAYMENT: Final = "grant.repayment"
ONWARD_PROOF: Final = "onward_grant.proof"


def grant_agenda(grant: GrantState, calendar: Calendar, law: LawTable) -> tuple[Due, ...]:
    """All dates of ``grant``, soonest first.

    A day that the notice names is that day and does not move; only where it names none for the proof of use, the rule
    proposes one. A drawdown is done with as soon as the Land share of what was spent, and what was paid back, cover it
    and all before it; a statement when it was delivered. Raises InvalidPeriod for days that cannot be computed.
    """
    triggers = [(Trigger.MONEY_DRAWN, list(_unspent(grant)))]
    if grant.plan.proof_due_on is None and not _proven(grant):
        triggers.append((Trigger.GRANT_PERIOD_ENDS, [_fact(grant.period_to, grant.period_version, "")]))
    found = [
        law_due(_dated(law, trigger, fact, rule_id, calendar), None, Escalation(), calendar, {})
        for trigger, facts in triggers
        for fact in facts
        for rule_id in _in_force(law, trigger, fact.judged_on)
    ]
    found += [_set_due(law, calendar, *day) for day in _days_set(grant)]
    return tuple(sorted(found, key=lambda due: (due.due_on, due.id)))


def to_remind_of(due: Due, today: date) -> PlannedReminder | None:
    """The reminder of ``due`` that is reached on ``today``, the highest; None while the first is still ahead.

    Nothing is stored about it: whoever looks is reminded until the date is done with.
    """
    reached = [reminder for reminder in due.reminders if reminder.on <= today]
    return reached[-1] if reached else None


def _proven(grant: GrantState) -> bool:
    return any(proof.kind is ProofKind.FINAL and proof.covers_to >= grant.period_to for proof in grant.proofs)


class _DaySet(NamedTuple):
    """A day that a notice, an amendment or an onward grant sets."""

    rule: str
    title: Title
    on: date
    duty_holder: DutyHolder
    version: int
    set_by: str
    reference: str


def _days_set(grant: GrantState) -> Iterator[_DaySet]:
    plan, caseworker = grant.plan, DutyHolder.CASEWORKER
    if plan.proof_due_on is not None and not _proven(grant):
        yield _DaySet(
            PROOF_OF_USE,
            Title(de="Verwendungsnachweis", en="Proof of use"),
            plan.proof_due_on,
            caseworker,
            plan.version,
            plan.reference,
            "",
        )
    delivered = sum(proof.kind is ProofKind.INTERIM for proof in grant.proofs)
    for place, day in enumerate(sorted(plan.interim_due_on), 1):
        if place > delivered and not _proven(grant):
            title = Title(de=f"{place}. Zwischennachweis", en=f"Interim statement {place}")
            yield _DaySet(INTERIM_STATEMENT, title, day, caseworker, plan.version, plan.reference, str(place))
    excess = grant.drawn_cents - grant.land_cents
    if plan.repay_by is not None and excess > 0:
        title = Title(
            de=f"Rückzahlung von {euros(excess, 'de')} an das Land",
            en=f"Repayment of {euros(excess, 'en')} to the Land",
        )
        yield _DaySet(REPAYMENT, title, plan.repay_by, caseworker, plan.version, plan.reference, "")
    for onward in grant.onward.values():
        if onward.proof_due_on is not None and onward.proof is None:
            title = Title(
                de=f"Nachweis des Trägers {onward.provider}", en=f"Proof of the provider {onward.provider}"
            )
            yield _DaySet(
                ONWARD_PROOF,
                title,
                onward.proof_due_on,
                DutyHolder.PROVIDER,
                onward.version,
                onward.reference,
                onward.reference,
            )


def _set_due(
    law: LawTable,
    calendar: Calendar,
    rule: str,
    title: Title,
    on: date,
    duty_holder: DutyHolder,
    version: int,
    set_by: str,
    reference: str,
) -> Due:
    identity = f"{rule}/{version}/{reference}" if reference else f"{rule}/{version}"
    reminders = planned(identity, on, DateKind.APPOINTMENT, law.rule(PROOF_OF_USE).reminders, calendar)
    return Due(
        id=identity,
        rule=rule,
        title=title,
        kind=DateKind.APPOINTMENT,
        due_on=on,
        statutory=True,
        citation=set_by,
        duty_holder=duty_holder,
        trigger_version=version,
        line_de=f"Tag gesetzt in {set_by}: {german_date(on)}",
        line_en=f"day set in {set_by}: {on.isoformat()}",
        calendar=calendar.version,
        reference=reference,
        suspended=False,
        reminders=reminders,
        waiting_on=duty_holder,
        target_on=on,
        ultimate_on=on,
        at_risk_on=reminders[0].on if reminders else None,
    )


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
    covered = land_share(grant.spent_cents, grant.own_share) + grant.repaid_cents
    drawn = 0
    for draw in grant.draws:
        drawn += draw.amount_cents
        if drawn > covered:
            yield _fact(draw.on, draw.version, draw.reference)
