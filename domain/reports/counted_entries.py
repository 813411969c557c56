"""Which entries facts rest on: the others are half of a log, and need not be read to count a report from it.

Said the other way round, by what is left aside: an entry of a kind that nobody has thought of here is read, and one that
this program does not know at all still stops the count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from domain.eligibility import EligibilityDecided
from domain.offering import OfferPublished
from domain.projections import event_groups as events
from domain.reports.facts import Need
from domain.seat_request import SeatAccepted, SeatDeclined, SeatLapsed, SeatRequestWithdrawn

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


def left_aside(needs: Collection[Need]) -> frozenset[type[Any]]:
    """The events that no fact rests on which a report with these needs looks at."""
    asked_for = frozenset[type[Any]]().union(*(ONLY_FOR[need] for need in needs))
    return NEVER_COUNTED.union(*ONLY_FOR.values()) - asked_for
