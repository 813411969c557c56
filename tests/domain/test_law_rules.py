"""Every rule of the law, by fixed days: what it gives, where it begins and ends, and why it gives nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.ausbildung import AusbildungKind, CompleteAusbildung, PassProbation, StartAusbildung
from domain.changes import ChangeLegalRegime, ChangeResidenceStatus
from domain.course import AcceptSeat, MeasureGround, RequestSeat, StartCourse
from domain.law.facts import Obstacle
from domain.law.vocabulary import (
    AuthoritySubject,
    DecisionOutcome,
    ExamResult,
    IdentityStep,
    LawArea,
    RemedyNotice,
    RemedyStep,
)
from domain.legal_facts import RecordEmployment, RecordIdentityClarification, RecordTolerationSince
from domain.values import FundingModule, LegalRegime, ResidenceStatus
from tests.domain.ground import LAW, OFFER, SEAT, seat_offer
from tests.domain.law_ground import (
    JOB,
    SIGNED,
    TRAINING,
    a_case,
    broken_off,
    contract,
    entered,
    exam,
    outcome,
    refused,
    remedy,
    status,
    submitted,
)

S = ResidenceStatus
A = AuthoritySubject
DUAL, SCHULISCH, EQ = AusbildungKind.DUAL, AusbildungKind.SCHULISCH, AusbildungKind.EQ


@dataclass(frozen=True)
class Example:
    """A case by its commands and its opening, and the days a rule gives it, or why it gives none."""

    commands: tuple[Any, ...]
    expected: list[date] | Obstacle
    residence: Any = None
    birth_date: date | None = date(2003, 6, 15)


def e(*commands: Any, then: list[date] | Obstacle, **opening: Any) -> Example:
    """An example; ``then`` is what the rule says."""
    return Example(commands, then, **opening)


def d(text: str) -> list[date]:
    """A list of one day."""
    return [date.fromisoformat(text)]


STARTED = StartAusbildung(occurred_on=date(2025, 8, 1), ausbildung_id=TRAINING)
SEAT_ASKED = RequestSeat(
    occurred_on=date(2025, 4, 1),
    participation_id=SEAT,
    offer_id=OFFER,
    ground=MeasureGround.LANGUAGE_FOR_AUSBILDUNG,
    reason="B1 fehlt",
)
SEAT_TAKEN = (SEAT_ASKED, seat_offer(), AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT))
IN_COURSE = (*SEAT_TAKEN, StartCourse(occurred_on=date(2025, 5, 5), participation_id=SEAT))


def job(
    starts_on: date, hours: int = 30, ended: date | None = None, known: date | None = None
) -> RecordEmployment:
    """A job subject to social insurance."""
    return RecordEmployment(
        occurred_on=date(2027, 6, 1),
        employment_id=JOB,
        starts_on=starts_on,
        weekly_hours=hours,
        ended_on=ended,
        end_known_on=known,
    )


def clarified(step: IdentityStep = IdentityStep.CLARIFIED) -> RecordIdentityClarification:
    """The identity is clarified, or the steps are taken."""
    return RecordIdentityClarification(occurred_on=SIGNED, step=step, reached_on=date(2025, 3, 20))


def changed(on: date, to: ResidenceStatus, until: date | None = date(2030, 1, 9)) -> ChangeResidenceStatus:
    """Another residence status from ``on``."""
    return ChangeResidenceStatus(occurred_on=on, residence=status(to, until, on))


EXAMPLES: dict[str, list[Example]] = {
    "residence.expiry": [
        e(then=d("2026-11-29"), residence=status(until=date(2026, 11, 29))),  # a Sunday: stays
        e(then=d("2026-11-29"), residence=status(S.UNKNOWN, date(2026, 11, 29))),
        e(then=Obstacle.NO_SUCH_FACT, residence=status(until=None)),
        e(then=Obstacle.OTHER_STATUS, residence=status(S.PERMIT_25A)),
        e(then=Obstacle.DATE_IMPOSSIBLE, residence=status(until=date(9999, 12, 31))),
    ],
    "residence.extension_before_expiry": [
        e(then=d("2026-11-29"), residence=status(S.TRAINING_PERMIT_16G, date(2026, 11, 29))),
        e(
            submitted(A.RESIDENCE_EXTENSION, date(2026, 10, 1)),
            then=Obstacle.DONE,
            residence=status(S.PERMIT_25A),
        ),
        # Handed in for the document before this one: does not count.
        e(
            submitted(A.RESIDENCE_EXTENSION, date(2024, 10, 1)),
            then=d("2030-01-09"),
            residence=status(S.PERMIT_25A),
        ),
        e(then=Obstacle.OTHER_STATUS),
    ],
    "residence.title_expiry": [
        e(
            submitted(A.RESIDENCE_EXTENSION, date(2026, 10, 1)),
            then=d("2030-01-09"),
            residence=status(S.PERMIT_25A),
        ),
        e(then=Obstacle.NOTHING_PENDING, residence=status(S.PERMIT_25A)),
    ],
    "residence.asylum_permission_expiry": [
        e(then=d("2025-09-30"), residence=status(S.ASYLUM_PERMISSION, date(2025, 9, 30))),
        e(then=Obstacle.OTHER_STATUS),
    ],
    "residence.104c_transition": [
        e(then=d("2026-06-30"), residence=status(S.PERMIT_104C, date(2026, 6, 30))),
        e(submitted(A.PERMIT_25B, date(2026, 5, 1)), then=Obstacle.DONE, residence=status(S.PERMIT_104C)),
        # § 104c is not extended: another application settles nothing.
        e(
            submitted(A.RESIDENCE_EXTENSION, date(2026, 5, 1)),
            then=d("2030-01-09"),
            residence=status(S.PERMIT_104C),
        ),
    ],
    "residence.104c_pending": [
        e(submitted(A.PERMIT_25A, date(2026, 5, 1)), then=d("2030-01-09"), residence=status(S.PERMIT_104C)),
        e(then=Obstacle.NOTHING_PENDING, residence=status(S.PERMIT_104C)),
    ],
    "residence.25a_before_27": [
        e(then=d("2030-05-31")),
        e(then=Obstacle.BIRTH_UNKNOWN, birth_date=None),
        e(submitted(A.PERMIT_25A, date(2025, 5, 1)), then=Obstacle.DONE),
        e(
            then=Obstacle.REACHED_BEFORE_CASE, birth_date=date(1998, 2, 28)
        ),  # 27 completed on 31 Jan 2025 at the latest
        e(then=Obstacle.OTHER_STATUS, residence=status(S.PERMIT_25_2)),
    ],
    "residence.25a_toleration_12_months": [
        e(then=d("2026-01-10")),
        e(then=Obstacle.TOLERATION_START_UNKNOWN, residence=status(since=None)),
        e(then=Obstacle.TOLERATION_START_UNKNOWN, residence=status(S.TOLERATION_60B)),
        e(
            RecordTolerationSince(occurred_on=SIGNED, tolerated_since=date(2024, 9, 15)),
            then=d("2025-09-15"),
            residence=status(since=None),
        ),
        # The day before the first contact, and the day itself.
        e(then=Obstacle.REACHED_BEFORE_CASE, residence=status(since=date(2024, 3, 2))),
        e(then=d("2025-03-03"), residence=status(since=date(2024, 3, 3))),
    ],
    "residence.25b_six_years": [
        e(entered(date(2020, 2, 29)), then=d("2026-02-28")),
        e(then=Obstacle.ENTRY_UNKNOWN),
        e(entered(date(2019, 3, 2)), then=Obstacle.REACHED_BEFORE_CASE),
    ],
    "residence.25b_four_years_with_child": [e(entered(date(2022, 5, 10)), then=d("2026-05-10"))],
    "residence.60d_toleration_12_months": [
        e(entered(date(2022, 12, 31)), then=d("2026-01-10")),
        e(entered(date(2023, 1, 1)), then=Obstacle.OTHER_ENTRY),
        e(then=Obstacle.ENTRY_UNKNOWN),
    ],
    "residence.60d_job_12_months": [
        e(entered(date(2022, 1, 1)), job(date(2025, 9, 1)), then=d("2026-09-01")),
        e(entered(date(2022, 1, 1)), job(date(2025, 9, 1), hours=20), then=d("2026-09-01")),
        e(entered(date(2022, 1, 1)), job(date(2025, 9, 1), hours=19), then=Obstacle.NO_SUCH_FACT),
    ],
    "residence.60d_job_end_employer": [
        e(
            job(date(2025, 9, 1), ended=date(2026, 12, 15), known=date(2026, 12, 18)),
            then=d("2027-01-04"),
            residence=status(S.EMPLOYMENT_TOLERATION_60D),
        ),
        e(
            job(date(2025, 9, 1), ended=date(2026, 12, 15), known=date(2026, 12, 18)),
            then=Obstacle.OTHER_STATUS,
        ),
    ],
    "residence.60d_job_end_holder": [
        e(
            job(date(2025, 9, 1), ended=date(2026, 12, 15), known=date(2026, 12, 18)),
            then=d("2027-01-04"),
            residence=status(S.EMPLOYMENT_TOLERATION_60D),
        ),
        e(
            job(date(2025, 9, 1), ended=date(2026, 12, 15), known=date(2026, 12, 18)),
            submitted(A.END_OF_EMPLOYMENT_NOTICE, date(2026, 12, 20)),
            then=Obstacle.DONE,
            residence=status(S.EMPLOYMENT_TOLERATION_60D),
        ),
    ],
    "training.60c_apply_from": [
        e(contract(date(2027, 8, 1)), then=d("2027-01-01")),
        e(
            contract(date(2025, 9, 30)), then=d("2025-02-28")
        ),  # open before the case began, and still to be used
        e(contract(date(2027, 8, 1)), submitted(A.TRAINING_PERMIT, date(2027, 1, 4)), then=Obstacle.DONE),
        e(contract(date(2027, 8, 1), EQ), then=Obstacle.OTHER_TRAINING),
        e(contract(), STARTED, then=Obstacle.NO_SUCH_FACT),
        e(contract(date(2027, 8, 1)), then=Obstacle.OTHER_STATUS, residence=status(S.PERMIT_25A)),
    ],
    "training.60c_grant_from": [
        e(contract(date(2027, 8, 1)), then=d("2027-02-01")),
        e(contract(date(2027, 8, 31)), then=d("2027-02-28")),
    ],
    "training.16g_apply_from": [
        e(contract(date(2027, 8, 1)), then=d("2027-01-01")),
        e(
            contract(date(2027, 8, 1)),
            submitted(A.TRAINING_TOLERATION, date(2027, 1, 4)),
            then=d("2027-01-01"),
        ),
        e(contract(date(2027, 8, 1)), then=Obstacle.OTHER_STATUS, residence=status(S.TOLERATION_60B)),
    ],
    "training.16g_grant_from": [e(contract(date(2027, 8, 1)), then=d("2027-02-01"))],
    "training.toleration_three_months": [
        e(then=d("2025-04-10")),
        e(then=d("2025-03-14"), residence=status(since=date(2024, 12, 14))),
        e(then=d("2025-04-30"), residence=status(since=date(2025, 1, 31))),
        # A day between two cards begins the count anew; none does not.
        e(
            changed(date(2025, 9, 2), S.TOLERATION_60A),
            then=d("2025-12-02"),
            residence=status(until=date(2025, 8, 31)),
        ),
        e(
            changed(date(2025, 9, 1), S.TOLERATION_60A),
            then=d("2025-04-10"),
            residence=status(until=date(2025, 8, 31)),
        ),
        # A time under § 60b does not count.
        e(
            changed(date(2025, 6, 1), S.TOLERATION_60B),
            changed(date(2025, 10, 1), S.TOLERATION_60A),
            then=d("2026-01-01"),
        ),
        e(submitted(A.TRAINING_TOLERATION, date(2025, 5, 1)), then=Obstacle.DONE),
    ],
    "training.identity_until_application": [
        e(entered(date(2016, 12, 31)), contract(date(2027, 8, 1)), then=d("2027-01-01")),
        e(entered(date(2017, 1, 1)), contract(date(2027, 8, 1)), then=Obstacle.OTHER_ENTRY),
        e(entered(date(2016, 12, 31)), contract(date(2027, 8, 1)), clarified(), then=Obstacle.IDENTITY_CLEAR),
    ],
    "training.identity_until_mid_2020": [
        e(entered(date(2017, 1, 1)), then=d("2020-06-30")),
        e(entered(date(2019, 12, 31)), then=d("2020-06-30")),
        e(entered(date(2016, 12, 31)), then=Obstacle.OTHER_ENTRY),
        e(entered(date(2020, 1, 1)), then=Obstacle.OTHER_ENTRY),
    ],
    "training.identity_within_six_months": [
        e(entered(date(2020, 1, 1)), then=d("2020-07-01")),
        e(entered(date(2024, 10, 29)), then=d("2025-04-29")),
        e(
            entered(date(2024, 10, 19)), then=d("2025-04-22")
        ),  # Easter Saturday moves behind Easter Monday (BGB § 193)
        e(entered(date(2019, 12, 31)), then=Obstacle.OTHER_ENTRY),
        e(
            entered(date(2024, 10, 29)),
            clarified(IdentityStep.REASONABLE_STEPS_TAKEN),
            then=Obstacle.IDENTITY_CLEAR,
        ),
    ],
    "training.contract_registration": [
        e(contract(date(2027, 8, 1)), then=d("2027-01-01")),
        e(contract(date(2027, 8, 1), SCHULISCH), then=Obstacle.OTHER_TRAINING),
        e(
            contract(date(2027, 8, 1)),
            submitted(A.CONTRACT_REGISTRATION, date(2026, 9, 1)),
            then=Obstacle.DONE,
        ),
    ],
    "training.dropout_notice_60c": [
        e(
            contract(),
            STARTED,
            broken_off(date(2026, 12, 18)),
            then=d("2027-01-04"),
            residence=status(S.TRAINING_TOLERATION_60C),
        ),
        # The status on the day of the dropout counts, not the one that followed.
        e(
            contract(),
            STARTED,
            broken_off(date(2026, 12, 18)),
            changed(date(2026, 12, 19), S.TOLERATION_60A),
            then=d("2027-01-04"),
            residence=status(S.TRAINING_TOLERATION_60C),
        ),
        e(contract(), STARTED, broken_off(date(2026, 12, 18)), then=Obstacle.OTHER_STATUS),
        e(
            contract(),
            STARTED,
            broken_off(date(2026, 12, 18)),
            submitted(A.END_OF_TRAINING_NOTICE, date(2026, 12, 21)),
            then=Obstacle.DONE,
            residence=status(S.TRAINING_TOLERATION_60C),
        ),
    ],
    "training.dropout_notice_holder": [
        e(
            contract(),
            STARTED,
            broken_off(date(2026, 12, 15), known_on=date(2026, 12, 18)),
            then=d("2027-01-04"),
            residence=status(S.TRAINING_PERMIT_16G),
        ),
        e(
            contract(),
            STARTED,
            broken_off(date(2026, 12, 18)),
            then=Obstacle.OTHER_STATUS,
            residence=status(S.TRAINING_TOLERATION_60C),
        ),
    ],
    "training.60c_search_period": [
        e(
            contract(),
            STARTED,
            broken_off(date(2026, 8, 31)),
            then=d("2027-02-28"),
            residence=status(S.TRAINING_TOLERATION_60C),
        ),
        # Given once: the second break-off opens no second search.
        e(
            contract(),
            broken_off(date(2025, 6, 30)),
            contract(date(2025, 9, 1), ausbildung_id=UUID(int=7009), occurred_on=date(2025, 7, 15)),
            broken_off(date(2025, 12, 31), training=UUID(int=7009)),
            then=Obstacle.NEW_TRAINING,
            residence=status(S.TRAINING_TOLERATION_60C),
        ),
    ],
    "training.16g_search_period": [
        e(
            contract(),
            STARTED,
            broken_off(date(2026, 8, 31)),
            then=d("2027-02-28"),
            residence=status(S.TRAINING_PERMIT_16G),
        ),
        e(contract(), STARTED, then=Obstacle.NO_SUCH_FACT, residence=status(S.TRAINING_PERMIT_16G)),
    ],
    "training.after_exam_search": [
        e(
            contract(),
            STARTED,
            CompleteAusbildung(occurred_on=date(2028, 6, 30), ausbildung_id=TRAINING),
            then=d("2028-12-30"),
            residence=status(S.TRAINING_TOLERATION_60C),
        ),
    ],
    "ausbildung.probation_end": [
        e(contract(), STARTED, then=d("2025-11-30")),
        e(contract(probation_months=1), STARTED, then=d("2025-08-31")),
        e(contract(), then=Obstacle.NO_SUCH_FACT),
        e(
            contract(),
            STARTED,
            PassProbation(occurred_on=date(2025, 12, 1), ausbildung_id=TRAINING),
            then=Obstacle.NO_SUCH_FACT,
        ),
    ],
    "training.exam_day": [
        e(contract(), STARTED, exam(date(2028, 6, 10)), then=d("2028-06-10")),  # a Saturday stays
        e(
            contract(),
            STARTED,
            exam(date(2028, 6, 10)),
            exam(date(2028, 6, 10), ExamResult.FAILED, date(2028, 7, 1)),
            then=Obstacle.NO_SUCH_FACT,
        ),
    ],
    "training.exam_within_two_months": [
        e(contract(), STARTED, then=d("2028-06-01")),
        e(contract(kind=SCHULISCH), STARTED, then=Obstacle.OTHER_TRAINING),
    ],
    "training.exam_retake_limit": [
        e(
            contract(),
            STARTED,
            exam(date(2028, 6, 10), ExamResult.FAILED, date(2028, 7, 1)),
            then=d("2029-08-01"),
        ),
        e(contract(), STARTED, exam(date(2028, 6, 10)), then=Obstacle.NO_SUCH_FACT),
    ],
    "benefits.bab_month_of_start": [
        e(contract(date(2027, 8, 1)), then=d("2027-08-31")),
        e(contract(date(2028, 2, 14)), then=d("2028-02-29")),
        e(contract(date(2027, 8, 1)), submitted(A.BAB, date(2027, 8, 2)), then=Obstacle.DONE),
        e(contract(date(2027, 8, 1)), then=Obstacle.OTHER_STATUS, residence=status(S.ASYLUM_PERMISSION)),
        e(contract(date(2027, 8, 1), SCHULISCH), then=Obstacle.OTHER_TRAINING),
    ],
    "benefits.bafoeg_month_of_start": [
        e(contract(date(2027, 8, 1), SCHULISCH), then=d("2027-08-31")),
        e(contract(date(2027, 8, 1)), then=Obstacle.OTHER_TRAINING),
    ],
    "benefits.bab_15_months": [
        e(entered(date(2024, 8, 10)), then=d("2025-11-10")),
        e(entered(date(2024, 8, 10)), then=Obstacle.OTHER_STATUS, residence=status(S.ASYLUM_PERMISSION)),
        e(entered(date(2023, 12, 2)), then=Obstacle.REACHED_BEFORE_CASE),
        e(entered(date(2023, 12, 3)), then=d("2025-03-03")),
    ],
    "benefits.bafoeg_15_months": [e(entered(date(2024, 8, 10)), then=d("2025-11-10"))],
    "benefits.bvb_9_months": [
        e(entered(date(2024, 8, 10)), then=d("2025-05-10")),
        e(entered(date(2019, 7, 31)), then=Obstacle.OTHER_ENTRY),
    ],
    "benefits.bvb_3_months": [
        # Long reached before the case began: a standing fact and no date to watch.
        e(entered(date(2019, 7, 31)), then=Obstacle.REACHED_BEFORE_CASE),
        e(entered(date(2019, 8, 1)), then=Obstacle.OTHER_ENTRY),
    ],
    "benefits.bvb_15_months": [
        e(entered(date(2024, 8, 10)), then=d("2025-11-10"), residence=status(S.ASYLUM_PERMISSION)),
        e(entered(date(2024, 8, 10)), then=Obstacle.OTHER_STATUS),
    ],
    "benefits.asylblg_36_months": [
        e(
            entered(date(2023, 5, 31)),
            ChangeLegalRegime(occurred_on=SIGNED, regime=LegalRegime.ASYLBLG_3),
            then=d("2026-05-31"),
        ),
        e(entered(date(2023, 5, 31)), then=Obstacle.OTHER_REGIME),
    ],
    "benefits.course_admission_one_year": [
        e(
            refused(
                LawArea.RESIDENCE,
                subject=A.INTEGRATION_COURSE_ADMISSION,
                outcome=DecisionOutcome.GRANTED,
                notified_on=date(2026, 3, 2),
            ),
            then=d("2027-03-02"),
        ),
        e(
            refused(
                LawArea.RESIDENCE,
                subject=A.INTEGRATION_COURSE_ADMISSION,
                outcome=DecisionOutcome.GRANTED,
                notified_on=date(2026, 3, 2),
            ),
            submitted(A.INTEGRATION_COURSE_REGISTRATION, date(2026, 4, 1)),
            then=Obstacle.DONE,
        ),
    ],
    "benefits.course_start_six_weeks": [
        e(submitted(A.INTEGRATION_COURSE_REGISTRATION, date(2026, 4, 1)), then=d("2026-05-13")),
        e(submitted(A.BAB, date(2026, 4, 1)), then=Obstacle.OTHER_MATTER),
    ],
    "benefits.course_entitlement_one_year": [
        e(then=d("2026-01-10"), residence=status(S.PERMIT_25_2)),
        e(then=Obstacle.OTHER_STATUS, residence=status(S.PERMIT_25A)),
    ],
    "remedies.court_action_instead_of_objection": [
        e(refused(LawArea.RESIDENCE), then=d("2026-12-24")),
        e(refused(LawArea.RESIDENCE, notified_on=date(2027, 1, 31)), then=d("2027-03-01")),
        e(
            refused(LawArea.RESIDENCE),
            remedy(RemedyStep.COURT_ACTION, date(2026, 12, 20)),
            then=Obstacle.DONE,
        ),
        e(refused(LawArea.HOUSING_BENEFIT), then=Obstacle.NO_SUCH_FACT),
        e(refused(LawArea.RESIDENCE, outcome=DecisionOutcome.GRANTED), then=Obstacle.NO_SUCH_FACT),
        e(
            refused(LawArea.RESIDENCE, remedy_notice=RemedyNotice.MISSING_OR_WRONG),
            then=Obstacle.NO_SUCH_FACT,
        ),
    ],
    "remedies.objection_exceptions": [
        e(refused(LawArea.HOUSING_BENEFIT), then=d("2026-12-24")),
        e(refused(LawArea.YOUTH_WELFARE), then=d("2026-12-24")),
        e(refused(LawArea.MAINTENANCE_ADVANCE), then=d("2026-12-24")),
        e(refused(LawArea.RESIDENCE), then=Obstacle.NO_SUCH_FACT),
    ],
    "remedies.court_action_after_objection": [
        e(
            refused(LawArea.YOUTH_WELFARE),
            remedy(RemedyStep.OBJECTION, date(2026, 12, 10)),
            refused(
                LawArea.YOUTH_WELFARE,
                decision_id=UUID(int=7010),
                on_objection_to=UUID(int=7002),
                served_on=date(2027, 2, 1),
            ),
            then=d("2027-03-01"),
        ),
    ],
    "remedies.missing_notice_administrative": [
        e(refused(LawArea.RESIDENCE, remedy_notice=RemedyNotice.MISSING_OR_WRONG), then=d("2027-11-24")),
        e(refused(LawArea.RESIDENCE, remedy_notice=RemedyNotice.UNKNOWN), then=d("2027-11-24")),
        e(refused(LawArea.RESIDENCE), then=Obstacle.NO_SUCH_FACT),
    ],
    "remedies.objection_social": [
        e(refused(), then=d("2026-12-24")),
        e(refused(received_on=date(2026, 11, 30)), then=d("2026-12-30")),
        e(refused(LawArea.ASYLUM_SEEKER_BENEFITS, notified_on=date(2027, 1, 31)), then=d("2027-03-01")),
        e(refused(), remedy(RemedyStep.NOT_PURSUED, date(2026, 12, 1)), then=Obstacle.DONE),
    ],
    "remedies.court_action_social": [
        e(
            refused(),
            remedy(RemedyStep.OBJECTION, date(2026, 12, 10)),
            refused(decision_id=UUID(int=7010), on_objection_to=UUID(int=7002), notified_on=date(2027, 2, 1)),
            then=d("2027-03-01"),
        ),
    ],
    "remedies.missing_notice_social": [
        e(refused(remedy_notice=RemedyNotice.UNKNOWN), then=d("2027-11-24")),
        e(refused(), then=Obstacle.NO_SUCH_FACT),
    ],
    "remedies.asylum_court_action": [
        e(refused(LawArea.ASYLUM, served_on=date(2026, 12, 17)), then=d("2026-12-31")),
        e(refused(LawArea.ASYLUM_ONE_WEEK, served_on=date(2026, 12, 17)), then=Obstacle.NO_SUCH_FACT),
    ],
    "remedies.asylum_court_action_one_week": [
        e(refused(LawArea.ASYLUM_ONE_WEEK, served_on=date(2026, 12, 18)), then=d("2026-12-28")),
    ],
    "remedies.inactivity_administrative": [
        e(submitted(A.TRAINING_PERMIT, date(2027, 1, 4)), then=d("2027-04-05")),
        e(submitted(A.TRAINING_PERMIT, date(2026, 11, 30)), then=d("2027-03-01")),
        e(submitted(A.END_OF_TRAINING_NOTICE, date(2027, 1, 4)), then=Obstacle.OTHER_MATTER),
        e(
            submitted(A.TRAINING_PERMIT, date(2026, 10, 1)),
            refused(LawArea.RESIDENCE, answers=UUID(int=7003)),
            then=Obstacle.NO_SUCH_FACT,
        ),
    ],
    "remedies.inactivity_social_application": [
        e(submitted(A.BAB, date(2027, 1, 4), LawArea.SOCIAL_CODE), then=d("2027-07-05")),
        e(submitted(A.BAB, date(2027, 1, 4)), then=Obstacle.OTHER_MATTER),
    ],
    "remedies.inactivity_objection_administrative": [
        e(
            refused(LawArea.HOUSING_BENEFIT),
            remedy(RemedyStep.OBJECTION, date(2026, 12, 10)),
            then=d("2027-03-11"),
        ),
        e(refused(LawArea.HOUSING_BENEFIT), then=Obstacle.NO_SUCH_FACT),
    ],
    "remedies.inactivity_objection_social": [
        e(refused(), remedy(RemedyStep.OBJECTION, date(2026, 12, 10)), then=d("2027-03-11")),
        e(
            refused(),
            remedy(RemedyStep.OBJECTION, date(2026, 12, 10)),
            refused(decision_id=UUID(int=7010), on_objection_to=UUID(int=7002), notified_on=date(2027, 2, 1)),
            then=Obstacle.NO_SUCH_FACT,
        ),
    ],
    "programme.eight_weeks": [
        e(*SEAT_TAKEN, then=d("2025-06-30")),
        e(*IN_COURSE, then=Obstacle.NO_SUCH_FACT),
        e(
            SEAT_ASKED,
            seat_offer(module=FundingModule.F2),
            AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT),
            then=Obstacle.OTHER_MATTER,
        ),
    ],
    "programme.age_at_entry": [
        e(then=d("2031-05-31")),
        e(then=d("2028-01-31"), birth_date=date(2000, 2, 29)),
        e(*IN_COURSE, then=Obstacle.ENTERED_MEASURE),
        e(then=Obstacle.BIRTH_UNKNOWN, birth_date=None),
    ],
}
OF_GRANTS = {"programme.proof_of_use", "programme.drawdown_spent"}
"""Tested with the dates of a grant."""


@pytest.mark.parametrize(
    ("rule_id", "example"),
    [(rule_id, example) for rule_id, examples in EXAMPLES.items() for example in examples],
    ids=[f"{rule_id}-{n}" for rule_id, examples in EXAMPLES.items() for n in range(len(examples))],
)
def test_a_rule_gives_the_day_the_law_gives(rule_id: str, example: Example) -> None:
    """Or the reason why it gives none; never a guess."""
    opening: dict[str, Any] = {"birth_date": example.birth_date}
    if example.residence is not None:
        opening["residence"] = example.residence
    case = a_case(*example.commands, **opening).state
    assert outcome(rule_id, case) == example.expected


def test_every_rule_is_tested() -> None:
    """A rule without an example of a day it gives fails here; the rules of grants have a file of their own."""
    with_days = {
        rule_id
        for rule_id, examples in EXAMPLES.items()
        if any(isinstance(example.expected, list) for example in examples)
    }
    only_by_absence = {
        "benefits.bvb_3_months"
    }  # its day lies before any case of today: see the naive comparison
    assert with_days | OF_GRANTS | only_by_absence == set(LAW.versions)


@pytest.mark.parametrize("kind", list(ResidenceStatus))
def test_every_document_that_ends_has_exactly_one_date_for_it(kind: ResidenceStatus) -> None:
    """Whatever the status; none is left out and none comes twice."""
    case = a_case(residence=status(kind, date(2027, 5, 31)))
    ends = [due.rule for due in case.agenda() if due.due_on == date(2027, 5, 31)]
    assert len(ends) == 1
    assert ends[0].startswith("residence.")
