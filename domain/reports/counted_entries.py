"""Which entries facts rest on: the others are half of a log, and need not be read to count a report from it.

Said the other way round, by what is left aside: an entry of a kind that nobody has thought of here is read, and one that
this program does not know at all still stops the count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from domain.assessment import AssessmentRecorded
from domain.eligibility import EligibilityDecided
from domain.offering import OfferPublished
from domain.projections import event_groups as events
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import Need, looked_at
from domain.seat_request import (
    SeatAccepted,
    SeatDeclined,
    SeatLapsed,
    SeatOffered,
    SeatRefused,
    SeatRequestWithdrawn,
    SeatWaitlisted,
)

NEVER_COUNTED: Final[events.EventGroup] = frozenset().union(
    events.ELIGIBILITY,
    events.STEPS_AND_PROMISES,
    {EligibilityDecided},
    events.APPLICATIONS,
    events.HOLD,
    events.NOTES,
    events.REMINDERS,
    # Of an offer only its place is counted; its seats are counted where they are taken, in the cases.
    events.OFFER - {OfferPublished},
    events.REPORT - events.PUBLICATION,
)
"""No fact of any report rests on these."""

ANY_COLUMN: Final = frozenset({"any column"})
"""Whichever columns are looked at."""

ONLY_FOR: Final[Mapping[Need, events.EventGroup]] = {
    Need.CHARACTERISTICS: events.STATUS,
    Need.EMPLOYMENTS: events.LEGAL_FACTS,
    Need.STAGES: frozenset(),
    Need.GRANT_STATEMENTS: events.FLAT_RATE | events.ONWARD_GRANT | events.PROOF_OF_USE,
    Need.UNMET_NEEDS: events.NEEDS,
    Need.CONTACTS: events.CONTACTS,
    Need.MEASURES: frozenset(),
    Need.HINT_ANSWERS: events.HINTS,
    Need.REFERRALS: frozenset(),
    Need.PUBLISHED: events.PUBLICATION,
    # Whether a seat was taken is told by the start of the course, too.
    Need.SEATS: frozenset({SeatAccepted, SeatDeclined, SeatLapsed, SeatRequestWithdrawn}),
    Need.PAPERS: events.CONSENT | events.STATUS,
}
"""Entries on which only the facts of these needs rest."""


ONLY_FOR_COLUMNS: Final[tuple[tuple[events.EventGroup, Mapping[str, frozenset[str]]], ...]] = (
    (events.ATTENDANCE, {"participations": frozenset({"attendance"})}),
    (
        frozenset({AssessmentRecorded}),
        {"cases": frozenset({"school_leaving"}), "characteristics": ANY_COLUMN},
    ),
    (
        frozenset({SeatOffered}),
        {
            "participations": frozenset({"module", "module_version"}),
            "measures": ANY_COLUMN,
            "seats": ANY_COLUMN,
        },
    ),
    (frozenset({SeatWaitlisted, SeatRefused}), {"measures": ANY_COLUMN, "seats": ANY_COLUMN}),
    (events.GRANT_MOVEMENT, {"movements": ANY_COLUMN}),
)
"""Entries on which only these columns of facts rest."""


def left_aside(needs: Collection[Need], columns: ColumnsOf | None = None) -> frozenset[type[Any]]:
    """The events that no fact rests on which a report with these needs looks at, and none of these ``columns``."""
    asked_for = frozenset[type[Any]]().union(*(ONLY_FOR[need] for need in needs))
    aside = NEVER_COUNTED.union(*ONLY_FOR.values()) - asked_for
    if columns is not None:
        named = looked_at(needs, columns)
        for group, resting in ONLY_FOR_COLUMNS:
            if not any(_looks_at(columns[name], resting[name]) for name in resting.keys() & named):
                aside |= group
    return aside


def _looks_at(names: Collection[str], resting: frozenset[str]) -> bool:
    return resting is ANY_COLUMN or not resting.isdisjoint(names)
