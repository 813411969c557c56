"""Ground of the law's tests: a case with a residence status and a few facts, and what a rule makes of it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from domain.ausbildung import AusbildungKind, BreakOffAusbildung, BreakOffReason, Chamber, SignContract
from domain.authority import RecordAuthorityDecision, RecordRemedy, RecordSubmission
from domain.calendar import Calendar
from domain.case_state import CaseState
from domain.law.dates import LawDate, judge, watched
from domain.law.facts import Obstacle, facts_of
from domain.law.vocabulary import (
    AuthorityKind,
    AuthoritySubject,
    DecisionOutcome,
    ExamResult,
    LawArea,
    RemedyNotice,
    RemedyStep,
)
from domain.legal_facts import RecordEntryToGermany, RecordExam
from domain.path import PathDefinition
from domain.person import Residence
from domain.values import DutyHolder, ResidenceStatus
from tests.domain.ground import (
    LAW,
    CaseFile,
    assessment,
    consent,
    durchstarten,
    eligibility,
    notice,
    open_case,
    plan,
    terms,
)

TRAINING = UUID(int=7001)
DECISION = UUID(int=7002)
SUBMISSION = UUID(int=7003)
JOB = UUID(int=7004)
SIGNED = date(2025, 4, 1)
PATH: PathDefinition = durchstarten()
CALENDAR: Calendar = terms().calendar


def status(
    kind: ResidenceStatus = ResidenceStatus.TOLERATION_60A,
    until: date | None = date(2030, 1, 9),
    since: date | None = date(2025, 1, 10),
) -> Residence:
    """A residence status with its validity."""
    return Residence(status=kind, valid_from=since, valid_until=until)


def a_case(*commands: Any, today: date = date(2029, 6, 29), **opening: Any) -> CaseFile:
    """A case whose intake is complete, opened on 3 March 2025 with ``opening``, and given ``commands``."""
    opening.setdefault("residence", status())
    intake = (open_case(**opening), notice(), consent(), assessment(), eligibility(), plan())
    return CaseFile(today=today).done(*intake, *commands)


def entered(on: date) -> RecordEntryToGermany:
    """Entry into Germany."""
    return RecordEntryToGermany(occurred_on=SIGNED, entered_on=on)


def contract(
    starts_on: date = date(2025, 8, 1), kind: AusbildungKind = AusbildungKind.DUAL, **changes: Any
) -> SignContract:
    """A contract for three years, signed on 1 April 2025."""
    values: dict[str, Any] = {
        "occurred_on": SIGNED,
        "ausbildung_id": TRAINING,
        "employer": "Elektro Beispiel",
        "occupation": "26212",
        "kind": kind,
        "chamber": Chamber.HWK,
        "starts_on": starts_on,
        "ends_on": starts_on.replace(year=starts_on.year + 3),
        "probation_months": 4,
    }
    return SignContract(**(values | changes))


def broken_off(on: date, known_on: date | None = None, training: UUID = TRAINING) -> BreakOffAusbildung:
    """The training ended early."""
    return BreakOffAusbildung(
        occurred_on=on,
        ausbildung_id=training,
        known_on=known_on or on,
        ground=BreakOffReason.OWN_NOTICE,
        reason="Eigene Kündigung",
    )


def exam(on: date, result: ExamResult = ExamResult.PLANNED, recorded: date = date(2028, 1, 10)) -> RecordExam:
    """A final examination of the training."""
    return RecordExam(occurred_on=recorded, ausbildung_id=TRAINING, exam_on=on, result=result)


def submitted(
    subject: AuthoritySubject,
    on: date,
    area: LawArea = LawArea.RESIDENCE,
    by: DutyHolder = DutyHolder.PARTICIPANT,
    ident: UUID = SUBMISSION,
) -> RecordSubmission:
    """Something handed in."""
    return RecordSubmission(
        occurred_on=max(on, SIGNED),
        submission_id=ident,
        authority=AuthorityKind.IMMIGRATION_OFFICE,
        area=area,
        subject=subject,
        submitted_on=on,
        by=by,
    )


def refused(area: LawArea = LawArea.SOCIAL_CODE, **changes: Any) -> RecordAuthorityDecision:
    """A refusal with a right notice of remedies, posted on Friday, 20 November 2026."""
    values: dict[str, Any] = {
        "occurred_on": date(2027, 2, 10),
        "decision_id": DECISION,
        "authority": AuthorityKind.JOB_CENTRE,
        "area": area,
        "subject": AuthoritySubject.LIVING_BENEFITS,
        "outcome": DecisionOutcome.REFUSED,
        "remedy_notice": RemedyNotice.PRESENT,
    }
    if not changes.keys() & {"posted_on", "notified_on", "served_on"}:
        values["posted_on"] = date(2026, 11, 20)
    return RecordAuthorityDecision(**(values | changes))


def remedy(step: RemedyStep, on: date, ident: UUID = DECISION) -> RecordRemedy:
    """What was done against the decision."""
    return RecordRemedy(occurred_on=max(on, date(2027, 2, 10)), decision_id=ident, step=step, filed_on=on)


def outcome(rule_id: str, case: CaseState, path: PathDefinition = PATH) -> list[date] | Obstacle:
    """The dates the rule gives the case, soonest first, or the first reason why there is none."""
    versions = LAW.versions[rule_id]
    if not watched(versions[0], path):
        return Obstacle.NOT_WATCHED
    facts = facts_of(versions[0].trigger, case)
    if isinstance(facts, Obstacle):
        return facts
    judged = [judge(versions, fact, case, path, CALENDAR) for fact in facts]
    found = sorted(one.due_on for one in judged if isinstance(one, LawDate))
    reasons = [one for one in judged if isinstance(one, Obstacle) and one is not Obstacle.NO_SUCH_FACT]
    if found:
        return found
    return reasons[0] if reasons else Obstacle.NO_SUCH_FACT
