"""From rules and a case to an answer: what each rule says on a day, all of them together, and what would turn it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.case_state import CaseState
from domain.eligible.facts import Found, days_of_rules, find
from domain.eligible.recording import UsedRule
from domain.eligible.rule import EligibilityRule, EligibilitySubject, TurningEvent, Verdict, all_of
from domain.eligible.table import rules_for
from domain.law.table import LawTable
from domain.path import PathDefinition
from domain.title import Title


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule says, by which fact of which entry (``version``), and what would turn it.

    ``turns_on`` is the first day on which the rule answers otherwise although nothing else happens (``turns_to``, None
    when it does not count any more), ``turned_by`` what would have to happen else. All are None for a yes that lasts.
    """

    rule: EligibilityRule
    verdict: Verdict
    fact: Title
    version: int | None
    turns_on: date | None
    turns_to: Verdict | None
    turned_by: TurningEvent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The answer becomes ``to`` on ``on`` by time alone, because of ``because``."""

    on: date
    to: Verdict
    because: tuple[EligibilityRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The answer of all rules on ``subject`` for ``on``. It is a proposal: a person decides.

    Without any rule that counts the answer is unknown.
    """

    subject: EligibilitySubject
    on: date
    verdict: Verdict
    findings: tuple[Finding, ...]
    turn: Turn | None

    @property
    def against(self) -> tuple[Finding, ...]:
        """The findings that stand in the way: all that do not say yes."""
        return tuple(finding for finding in self.findings if finding.verdict is not Verdict.YES)


def rules_of(path: PathDefinition, law: LawTable) -> tuple[EligibilityRule, ...]:
    """All rules that count for a case on ``path``: the programme's own, then those of the law."""
    return (*path.eligibility, *law.eligibility)


def verdict_on(
    case: CaseState,
    subject: EligibilitySubject,
    day: date,
    rules: Sequence[EligibilityRule],
    *,
    by_month: bool = False,
) -> Verdict:
    """The answer of all rules on ``day``, with the facts as they are recorded."""
    found = _found(case, day, rules_for(rules, subject), by_month=by_month)
    return all_of(*(f.verdict for _, f in found)) if found else Verdict.UNKNOWN


def judge(
    case: CaseState, subject: EligibilitySubject, day: date, rules: Sequence[EligibilityRule]
) -> Judgement:
    """The answer on ``day`` with everything that explains it."""
    own = rules_for(rules, subject)
    findings = tuple(_finding(rule, found, case, day) for rule, found in _found(case, day, own))
    return Judgement(
        subject=subject,
        on=day,
        verdict=all_of(*(f.verdict for f in findings)) if findings else Verdict.UNKNOWN,
        findings=findings,
        turn=turn_after(case, subject, day, rules),
    )


def judge_all(case: CaseState, day: date, rules: Sequence[EligibilityRule]) -> tuple[Judgement, ...]:
    """The answers on every subject, in the order of the list."""
    return tuple(judge(case, subject, day, rules) for subject in EligibilitySubject)


def turn_after(
    case: CaseState,
    subject: EligibilitySubject,
    day: date,
    rules: Sequence[EligibilityRule],
    *,
    by_month: bool = False,
    answer: Verdict | None = None,
) -> Turn | None:
    """The first day after ``day`` on which the answer is another than ``answer`` (default: that of ``day``).

    Only time passes: the facts stay as recorded. None when that day never comes.
    """
    own = rules_for(rules, subject)
    before = {id(rule): found.verdict for rule, found in _found(case, day, own, by_month=by_month)}
    now = answer or (all_of(*before.values()) if before else Verdict.UNKNOWN)
    for later in sorted({on for on in days_of_rules(case, own) if on > day}):
        found = _found(case, later, own, by_month=by_month)
        then = all_of(*(f.verdict for _, f in found)) if found else Verdict.UNKNOWN
        if then is not now:
            said = [(rule, before.get(id(rule)), f.verdict) for rule, f in found]
            return Turn(on=later, to=then, because=_decisive(said, now, then))
    return None


def _decisive(
    said: Sequence[tuple[EligibilityRule, Verdict | None, Verdict]], was: Verdict, to: Verdict
) -> tuple[EligibilityRule, ...]:
    """Of the rules that answer otherwise than before those that made the answer of all turn."""
    changed = [(rule, old, new) for rule, old, new in said if old is not new]
    if to is Verdict.NO or (to is Verdict.UNKNOWN and was is Verdict.YES):
        return tuple(rule for rule, _, new in changed if new is to)
    return tuple(rule for rule, old, _ in changed if old is was)


def used_rules(judgement: Judgement) -> tuple[UsedRule, ...]:
    """Which versions of which rules a judgement stands on, to be stored with what comes of it."""
    return tuple(
        UsedRule(rule=f.rule.id, valid_from=f.rule.valid_from, verdict=f.verdict) for f in judgement.findings
    )


def _found(
    case: CaseState, day: date, own: Sequence[EligibilityRule], *, by_month: bool = False
) -> list[tuple[EligibilityRule, Found]]:
    return [
        (rule, found)
        for rule in own
        if rule.in_force(day) and (found := find(rule, case, day, by_month=by_month)) is not None
    ]


def _finding(rule: EligibilityRule, found: Found, case: CaseState, day: date) -> Finding:
    days = sorted({on for on in days_of_rules(case, (rule,)) if on > day})
    turns = ((on, then) for on in days if (then := _says(rule, case, on)) is not found.verdict)
    turns_on, turns_to = next(turns, (None, None))
    return Finding(
        rule=rule,
        verdict=found.verdict,
        fact=found.fact,
        version=found.version,
        turns_on=turns_on,
        turns_to=turns_to,
        turned_by=found.turned_by,
    )


def _says(rule: EligibilityRule, case: CaseState, day: date) -> Verdict | None:
    """None when the rule does not count on ``day`` any more."""
    found = find(rule, case, day) if rule.in_force(day) else None
    return found.verdict if found else None
