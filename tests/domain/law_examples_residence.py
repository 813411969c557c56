"""Examples of the rules on residence documents and titles."""

from __future__ import annotations

from datetime import date

from domain.law.facts import Obstacle
from domain.legal_facts import RecordTolerationSince
from tests.domain.law_example import (
    A,
    Example,
    S,
    d,
    e,
    job,
)
from tests.domain.law_ground import (
    SIGNED,
    entered,
    status,
    submitted,
)

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
}
