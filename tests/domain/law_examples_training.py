"""Examples of the rules around an Ausbildung."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from domain.ausbildung import CompleteAusbildung, PassProbation
from domain.law.facts import Obstacle
from domain.law.vocabulary import (
    ExamResult,
    IdentityStep,
)
from tests.domain.law_example import (
    EQ,
    SCHULISCH,
    STARTED,
    A,
    Example,
    S,
    changed,
    clarified,
    d,
    e,
)
from tests.domain.law_ground import (
    TRAINING,
    broken_off,
    contract,
    entered,
    exam,
    status,
    submitted,
)

EXAMPLES: dict[str, list[Example]] = {
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
}
