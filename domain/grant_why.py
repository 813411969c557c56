"""Why a reminder of a grant fired, or did not: told in the words in which a case tells it, from the whole history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from domain import grant as grants
from domain.agenda import Due
from domain.decision import RuleBook
from domain.explaining import about_due, sent_before
from domain.grant_agenda import INTERIM_STATEMENT, ONWARD_PROOF, PROOF_OF_USE, REPAYMENT, grant_agenda
from domain.law.rule import Trigger
from domain.law.table import LawTable
from domain.path import Title
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.why import Past, answer, asked

_THE_GRANT: Final = Title(de="die Zuwendung", en="the grant")
_SET_BY_NOTICES: Final = (PROOF_OF_USE, INTERIM_STATEMENT, REPAYMENT, ONWARD_PROOF)
_OF_THE_LAW: Final = (Trigger.MONEY_DRAWN, Trigger.GRANT_PERIOD_ENDS)


def rules_of_grants(law: LawTable) -> frozenset[str]:
    """The ids of all rules that give a grant its dates."""
    found = (versions[0].id for trigger in _OF_THE_LAW for versions in law.by_trigger.get(trigger, ()))
    return frozenset((*_SET_BY_NOTICES, *found))


def grant_why(
    history: Sequence[Recorded[Any]], rules: RuleBook, today: date, name: str
) -> tuple[Title, ...] | Refusal:
    """The answer about ``name``, the id of a reminder, a date or a rule, the direct one first; never empty.

    ``history`` is the whole grant, not empty. Refused when no rule of grants is called so.
    """
    question = asked(name)
    grant = grants.fold(history)
    if grant is None or question.rule not in rules_of_grants(rules.law):
        return Refusal(
            "agenda.rule_unknown",
            f"Eine Regel „{question.rule}“ gibt es nicht.",
            f'There is no rule "{question.rule}".',
        )
    lines: list[Title] = []
    if question.due_id is not None:
        past = Past(history, lambda entries: _agenda_after(entries, rules))
        lines += answer(past, question, grant.reminders.issued, today, _THE_GRANT)
    wanted = question.due_id or question.rule
    dues = [due for due in _agenda_after(history, rules) if wanted in (due.id, due.rule)]
    for due in dues:
        lines += about_due(due, None, today)
    standing = {due.id for due in dues}
    lines += (
        sent_before(sent)
        for sent in grant.reminders.sent
        if sent.due_id not in standing and wanted in (sent.due_id, sent.due_id.partition("/")[0])
    )
    if not dues:
        lines.append(
            Title(
                de="Nach dieser Regel ist nichts offen: Es ist erledigt, oder es gibt nichts, woran es hängt.",
                en="Nothing is open by this rule: it is done with, or there is nothing it hangs on.",
            )
        )
    return tuple(lines)


def _agenda_after(entries: Sequence[Recorded[Any]], rules: RuleBook) -> tuple[Due, ...]:
    grant = grants.fold(entries)
    return () if grant is None else grant_agenda(grant, rules.calendar, rules.law)
