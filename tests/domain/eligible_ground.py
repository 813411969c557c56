"""Ground of the tests of eligibility: cases with a few facts, and what the rules make of them on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.case_state import CaseState
from domain.changes import ChangeLegalRegime
from domain.eligible.facts import find
from domain.eligible.judging import Judgement, judge, rules_of
from domain.eligible.recording import RecordPersonalCheck
from domain.eligible.rule import EligibilityRule, EligibilitySubject, PersonalCheck, Verdict
from domain.intake import RecordAssessment
from domain.values import Answer, LegalRegime, SchoolLeaving
from tests.domain.ground import LAW, CaseFile, durchstarten, open_case

RULES: tuple[EligibilityRule, ...] = rules_of(durchstarten(), LAW)
DAY = date(2025, 6, 2)
S = EligibilitySubject


def case_of(*commands: Any, today: date = date(2029, 6, 29), **opening: Any) -> CaseFile:
    """A case that has only been opened, on 3 March 2025 with ``opening``, and given ``commands``."""
    return CaseFile(today=today).done(open_case(**opening), *commands)


def check(which: PersonalCheck, holds: bool = False, on: date = DAY) -> RecordPersonalCheck:
    """A person has checked something; by default it does not hold."""
    return RecordPersonalCheck(occurred_on=on, check=which, holds=holds)


def regime(to: LegalRegime, on: date = DAY) -> ChangeLegalRegime:
    """Another Rechtskreis."""
    return ChangeLegalRegime(occurred_on=on, regime=to)


def school(leaving: Answer[SchoolLeaving], on: date = DAY) -> RecordAssessment:
    """An assessment that asks for the school leaving only."""
    return RecordAssessment(occurred_on=on, needs=(), school_leaving=leaving)


ALL_CHECKED = (
    check(PersonalCheck.STATE_FACILITY),
    check(PersonalCheck.EXCLUDED_FROM_FUNDING),
    check(PersonalCheck.EMPLOYMENT_BAN),
    check(PersonalCheck.OTHER_FUNDING),
    regime(LegalRegime.ASYLBLG_3),
    school(SchoolLeaving.NONE),
)
"""Everything a person has to find out for F1 to F4, and nothing speaks against it."""


def says(rule_id: str, case: CaseState, day: date) -> Verdict | None:
    """What the rule says on ``day``; None when it does not count or does not apply."""
    for rule in RULES:
        if rule.id == rule_id and rule.in_force(day):
            found = find(rule, case, day)
            return found.verdict if found else None
    return None


def judged(file: CaseFile, subject: EligibilitySubject, day: date = DAY) -> Judgement:
    """The judgement of ``subject`` on ``day``."""
    return judge(file.state, subject, day, RULES)
