"""Wake me then: a wish to be woken, the day it leads to, and the re-check that the case makes by itself on that day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, assert_never

from domain.case_state import CaseState
from domain.decision import Decision, Terms
from domain.eligible.facts import births
from domain.eligible.judging import judge, rules_of, turn_after, used_rules, verdict_on
from domain.eligible.recording import (
    AskForRecheck,
    EligibilityRechecked,
    EligibilityRecordCommand,
    PersonalCheckRecorded,
    Recheck,
    RecheckAsked,
    RecheckTakenBack,
    RecordPersonalCheck,
    TakeBackRecheck,
)
from domain.eligible.rule import EligibilityRule, LookedAt, Verdict
from domain.law.table import LawTable
from domain.path import PathDefinition
from domain.refusals import Refusal
from domain.values import BirthDatePrecision

RECHECK_RULE: Final = "eligibility.recheck"
"""The path's deadline that says how the caseworker is reminded of a re-check; a path without it has none."""
_ONE_DAY: Final = timedelta(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckDate:
    """The day a wish to be woken leads to: the answer is then ``to`` instead of ``asked.answer``, by ``because``.

    The day tells no birthday: an age that was reached counts from the first day of the month after it.
    """

    asked: Recheck
    due_on: date
    to: Verdict
    because: tuple[EligibilityRule, ...]


def decide(command: EligibilityRecordCommand, case: CaseState, terms: Terms) -> Decision:
    """Decide what is recorded about eligibility; what is so already records nothing."""
    on = command.occurred_on
    match command:
        case RecordPersonalCheck():
            known = case.eligibility.checked(command.check)
            if known is not None and known.holds is command.holds:
                return ()
            return (PersonalCheckRecorded(occurred_on=on, check=command.check, holds=command.holds),)
        case AskForRecheck():
            return _ask(command, case, terms)
        case TakeBackRecheck():
            if case.eligibility.recheck(command.subject) is None:
                return ()
            return (RecheckTakenBack(occurred_on=on, subject=command.subject),)
        case _:
            assert_never(command)


def _ask(command: AskForRecheck, case: CaseState, terms: Terms) -> Decision:
    if RECHECK_RULE not in terms.path.deadlines:
        return Refusal(
            "eligibility.no_recheck_in_path",
            "Der Weg dieses Falls sieht keine erneute Prüfung der Förderfähigkeit vor.",
            "The path of this case knows no re-check of eligibility.",
        )
    on, rules = command.occurred_on, rules_of(terms.path, terms.law)
    answer = verdict_on(case, command.subject, on, rules)
    asked = Recheck(subject=command.subject, asked_on=on, answer=answer, version=case.version + 1)
    if recheck_date(case, asked, rules) is None:
        return Refusal(
            "eligibility.nothing_turns_it",
            "Durch Zeit allein ändert sich diese Antwort nicht; die Prüfung zeigt, was geschehen müsste.",
            "Time alone does not change this answer; the judgement shows what would have to happen.",
        )
    known = case.eligibility.recheck(command.subject)
    if known is not None and known.answer is answer:
        return ()
    return (RecheckAsked(occurred_on=on, subject=command.subject, answer=answer),)


def recheck_dates(case: CaseState, path: PathDefinition, law: LawTable) -> Iterator[RecheckDate]:
    """The days of all wishes of an open case; a wish that the facts have made pointless has none."""
    if not case.open or not case.eligibility.rechecks:
        return
    rules = rules_of(path, law)
    for asked in case.eligibility.rechecks:
        found = recheck_date(case, asked, rules)
        if found is not None:
            yield found


def recheck_date(case: CaseState, asked: Recheck, rules: Sequence[EligibilityRule]) -> RecheckDate | None:
    """The first day after the wish on which the answer is another than it was; None when time brings none.

    Where facts recorded since have changed the answer already, it is the first day after the wish: at once.
    """
    first = _after_birthday(case, asked, rules)
    now = verdict_on(case, asked.subject, first, rules, by_month=True)
    if now is not asked.answer:
        return RecheckDate(asked=asked, due_on=first, to=now, because=())
    turn = turn_after(case, asked.subject, first, rules, by_month=True, answer=asked.answer)
    if turn is None:
        return None
    return RecheckDate(asked=asked, due_on=turn.on, to=turn.to, because=turn.because)


def _after_birthday(case: CaseState, asked: Recheck, rules: Sequence[EligibilityRule]) -> date:
    """The day after the wish; within the month of an age that counts, the first day of the next month."""
    day = asked.asked_on + _ONE_DAY
    born = births(case, by_month=True)
    if born is None or case.intake.birth_date_precision is not BirthDatePrecision.DAY:
        return day
    counts = next((rule for rule in rules if rule.looks_at is LookedAt.AGE), None)
    after = born[0]
    if counts is None or (asked.asked_on.month % 12 + 1) != after.month:
        return day
    year = asked.asked_on.year + (after.month == 1)
    ages = {counts.age_from, None if counts.age_to_inclusive is None else counts.age_to_inclusive + 1}
    return date(year, after.month, 1) if year - after.year in ages else day


def rechecks_due(case: CaseState, terms: Terms, day: date) -> Iterator[EligibilityRechecked]:
    """The re-checks whose day has come by ``day``, on the first working day from it on."""
    if not case.eligibility.rechecks or RECHECK_RULE not in terms.path.deadlines:
        return
    for found in recheck_dates(case, terms.path, terms.law):
        if terms.calendar.next_working_day(found.due_on) <= day:
            yield _rechecked(case, terms, found.asked)


def _rechecked(case: CaseState, terms: Terms, asked: Recheck) -> EligibilityRechecked:
    """The re-check of ``asked`` on today's facts."""
    judged = judge(case, asked.subject, terms.today, rules_of(terms.path, terms.law))
    return EligibilityRechecked(
        occurred_on=terms.today,
        subject=asked.subject,
        before=asked.answer,
        after=judged.verdict,
        rules_used=used_rules(judged),
    )
