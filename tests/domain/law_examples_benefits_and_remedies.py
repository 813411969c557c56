"""Examples of the rules on benefits, remedies and the programme."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.changes import ChangeLegalRegime
from domain.course import AcceptSeat
from domain.law.facts import Obstacle
from domain.law.vocabulary import (
    DecisionOutcome,
    LawArea,
    RemedyNotice,
    RemedyStep,
)
from domain.values import FundingModule, LegalRegime
from tests.domain.ground import SEAT, seat_offer
from tests.domain.law_example import (
    IN_COURSE,
    SCHULISCH,
    SEAT_ASKED,
    SEAT_TAKEN,
    A,
    Example,
    S,
    d,
    e,
)
from tests.domain.law_ground import (
    SIGNED,
    contract,
    entered,
    refused,
    remedy,
    status,
    submitted,
)

EXAMPLES: dict[str, list[Example]] = {
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
