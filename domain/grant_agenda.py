"""The dates of a grant: statements, repayment, proofs of providers, and until when drawn money is to be spent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from typing import Final, NamedTuple

from domain.agenda import Due, PlannedReminder, law_due, planned
from domain.calendar import Calendar
from domain.date_wording import german_date
from domain.grant_state import FinancingPlan, GrantState, ProofKind
from domain.law.computing import date_of, line_of_rule
from domain.law.dates import LawDate, waited_for
from domain.law.facts import Fact
from domain.law.rule import Trigger
from domain.law.table import LawTable
from domain.money import land_share
from domain.number_wording import shown_euros as euros
from domain.path import Escalation, Title
from domain.periods import DateKind, InvalidPeriod
from domain.reminders import SentReminder
from domain.values import DutyHolder, ResidenceStatus

PROOF_OF_USE: Final = "programme.proof_of_use"
"""The rule that proposes a day where the notice names none; its reminders serve all days that a notice sets."""
INTERIM_STATEMENT: Final = "grant.interim_statement"
REPAYMENT: Final = "grant.repayment"
ONWARD_PROOF: Final = "onward_grant.proof"


def grant_agenda(grant: GrantState, calendar: Calendar, law: LawTable) -> tuple[Due, ...]:
    """All dates of ``grant``, soonest first, each with the reminders that were sent for it.

    A day that the notice names is that day and does not move; only where it names none for the proof of use, the rule
    proposes one. An amendment that leaves a day as it was leaves its entry as it was. A drawdown is done with as soon as
    the Land share of what was spent, and what was paid back, cover it and all before it; a statement when it was
    delivered. A day outside the years of the calendar, which nobody can mean, is left out, as it is of a case.
    """
    sent: dict[str, list[SentReminder]] = {}
    for reminder in grant.reminders.sent:
        sent.setdefault(reminder.due_id, []).append(reminder)
    triggers = [(Trigger.MONEY_DRAWN, list(_unspent(grant)))]
    if grant.plan.proof_due_on is None and not _proven(grant):
        triggers.append((Trigger.GRANT_PERIOD_ENDS, [_fact(grant.period_to, grant.period_version, "")]))
    found: list[Due] = []
    for trigger, facts in triggers:
        for fact in facts:
            for rule_id in _in_force(law, trigger, fact.judged_on):
                with suppress(InvalidPeriod):
                    dated = _dated(law, trigger, fact, rule_id, calendar)
                    found.append(law_due(dated, None, Escalation(), calendar, sent))
    for day in _days_set(grant):
        with suppress(InvalidPeriod):
            found.append(_set_due(law, calendar, sent, day))
    return tuple(sorted(found, key=lambda due: (due.due_on, due.id)))


def to_remind_of(due: Due, today: date) -> PlannedReminder | None:
    """The reminder of ``due`` that is reached on ``today``, the highest; None while the first is still ahead.

    For whoever looks: it stays until the date is done with, also when its mail has long been sent.
    """
    reached = [reminder for reminder in due.reminders if reminder.on <= today]
    return reached[-1] if reached else None


def _proven(grant: GrantState) -> bool:
    return any(proof.kind is ProofKind.FINAL and proof.covers_to >= grant.period_to for proof in grant.proofs)


class _DaySet(NamedTuple):
    """A day that a notice, an amendment or an onward grant sets: entry ``version``, under the reference ``set_by``."""

    rule: str
    title: Title
    on: date
    duty_holder: DutyHolder
    version: int
    set_by: str
    reference: str

    @property
    def id(self) -> str:
        """The id of the agenda entry."""
        return f"{self.rule}/{self.version}" + (f"/{self.reference}" if self.reference else "")


def _days_set(grant: GrantState) -> Iterator[_DaySet]:
    plan, officer = grant.plan, DutyHolder.GRANT_OFFICER
    if plan.proof_due_on is not None and not _proven(grant):
        title = Title(de="Verwendungsnachweis", en="Proof of use")
        said = _said_since(grant, lambda other: other.proof_due_on == plan.proof_due_on)
        yield _DaySet(PROOF_OF_USE, title, plan.proof_due_on, officer, said.version, said.reference, "")
    delivered = sum(proof.kind is ProofKind.INTERIM for proof in grant.proofs)
    for place, day in enumerate(sorted(set(plan.interim_due_on)), 1):
        if place > delivered and not _proven(grant):
            title = Title(de=f"{place}. Zwischennachweis", en=f"Interim statement {place}")
            said = _said_since(grant, _asks_for(day))
            yield _DaySet(
                INTERIM_STATEMENT, title, day, officer, said.version, said.reference, day.isoformat()
            )
    excess = grant.drawn_cents - grant.land_cents
    if plan.repay_by is not None and excess > 0:
        title = Title(
            de=f"Rückzahlung von {euros(excess, 'de')} an das Land",
            en=f"Repayment of {euros(excess, 'en')} to the Land",
        )
        said = _said_since(grant, lambda other: other.repay_by == plan.repay_by)
        yield _DaySet(REPAYMENT, title, plan.repay_by, officer, said.version, said.reference, "")
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


def _asks_for(day: date) -> Callable[[FinancingPlan], bool]:
    return lambda plan: day in plan.interim_due_on


def _said_since(grant: GrantState, says: Callable[[FinancingPlan], bool]) -> FinancingPlan:
    """The plan since which, without interruption, all plans say so; the latest one does."""
    found = grant.plan
    for plan in reversed(grant.plans):
        if not says(plan):
            break
        found = plan
    return found


def _set_due(law: LawTable, calendar: Calendar, sent: dict[str, list[SentReminder]], day: _DaySet) -> Due:
    reminders = planned(day.id, day.on, DateKind.APPOINTMENT, law.rule(PROOF_OF_USE).reminders, calendar)
    return Due(
        id=day.id,
        rule=day.rule,
        title=day.title,
        kind=DateKind.APPOINTMENT,
        due_on=day.on,
        statutory=True,
        citation=day.set_by,
        duty_holder=day.duty_holder,
        trigger_version=day.version,
        line_de=f"Tag gesetzt in {day.set_by}: {german_date(day.on)}",
        line_en=f"day set in {day.set_by}: {day.on.isoformat()}",
        calendar=calendar.version,
        reference=day.reference,
        suspended=False,
        reminders=reminders,
        waiting_on=day.duty_holder,
        target_on=day.on,
        ultimate_on=day.on,
        at_risk_on=reminders[0].on if reminders else None,
        sent=tuple(sent.get(day.id, ())),
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
