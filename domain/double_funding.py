"""What looks paid twice: one rule for two vouchers and for decided flat rates, within a grant and across grants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations
from operator import itemgetter
from typing import Final
from uuid import UUID

from domain.grant_state import Booking, CostKind
from domain.refusals import Refusal


class Overlap(StrEnum):
    """Why two claims look as if they pay the same thing.

    Source: no double funding, durchstarten.nrw, pages on F3 and F4; how it is recognised is our reading.
    """

    SAME_BILL = "same_bill"
    """Same payee, kind, amount, course and participation, for a common time."""
    SAME_PARTICIPATION = "same_participation"
    """The same kind of cost of one participation, for a common time."""
    FLAT_RATE_AND_REAL_COST = "flat_rate_and_real_cost"
    """A course by flat rate and at its real cost, for a common time."""
    SAME_ATTENDANCE = "same_attendance"
    """The flat rate of one participation decided for common days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Something that a grant pays: a voucher as it counts now, or the days that a decided flat rate is for (no payee).

    ``reference`` names it in its grant: the voucher, or the participation.
    """

    grant_id: UUID
    reference: str
    cost_kind: CostKind
    amount_cents: int
    payee: str
    offer_id: UUID | None
    participation_id: UUID | None
    first: date
    last: date

    @property
    def decided(self) -> bool:
        """Whether it is a decided flat rate and no voucher."""
        return not self.payee


def claimed(grant_id: UUID, voucher: str, booking: Booking) -> Claimed:
    """A voucher as a claim; one that states no time is for its own day."""
    return Claimed(
        grant_id=grant_id,
        reference=voucher,
        cost_kind=booking.cost_kind,
        amount_cents=booking.amount_cents,
        payee=booking.payee,
        offer_id=booking.offer_id,
        participation_id=booking.participation_id,
        first=booking.service_from or booking.paid_on,
        last=booking.service_to or booking.paid_on,
    )


_BY_COURSE: Final = (CostKind.TEACHING, CostKind.FLAT_RATE)


def overlap(one: Claimed, other: Claimed) -> Overlap | None:
    """Why the two look paid twice, None when they do not; the order makes no difference.

    A voucher that pays a flat rate out is no second claim beside the decision that earned it.
    """
    if one.first > other.last or other.first > one.last:
        return None
    same_person = one.participation_id is not None and one.participation_id == other.participation_id
    if one.decided and other.decided:
        return Overlap.SAME_ATTENDANCE if same_person else None
    same_course = one.offer_id is not None and one.offer_id == other.offer_id
    by_course = one.cost_kind in _BY_COURSE and other.cost_kind in _BY_COURSE
    if same_course and by_course and one.cost_kind is not other.cost_kind:
        return Overlap.FLAT_RATE_AND_REAL_COST
    if one.decided or other.decided or one.cost_kind is not other.cost_kind:
        return None
    if (
        one.amount_cents == other.amount_cents
        and one.payee == other.payee
        and one.offer_id == other.offer_id
        and one.participation_id == other.participation_id
    ):
        return Overlap.SAME_BILL
    return Overlap.SAME_PARTICIPATION if same_person else None


def across_grants(claims: Iterable[Claimed]) -> Iterator[tuple[Claimed, Claimed, Overlap]]:
    """Every pair of claims of two grants that looks paid twice, each once, in a total order.

    Only claims that have something in common are held against each other, so that it grows with the claims.
    """
    ordered = sorted(((_order(claim), claim) for claim in claims), key=itemgetter(0))
    together: dict[tuple[object, ...], list[tuple[int, Claimed]]] = defaultdict(list)
    for place, (_, claim) in enumerate(ordered):
        if claim.participation_id is not None:
            together["participation", claim.participation_id].append((place, claim))
        if claim.offer_id is not None and claim.cost_kind in _BY_COURSE:
            together["course", claim.offer_id].append((place, claim))
        if not claim.decided:
            together["bill", claim.payee, claim.amount_cents, claim.cost_kind].append((place, claim))
    found: dict[tuple[int, int], tuple[Claimed, Claimed, Overlap]] = {}
    for group in together.values():
        # In the order of the grants, so that the first and the last tell whether there are two.
        if group[0][1].grant_id == group[-1][1].grant_id:
            continue
        for (first, one), (second, other) in combinations(group, 2):
            if one.grant_id != other.grant_id and (why := overlap(one, other)) is not None:
                found.setdefault((first, second), (one, other, why))
    yield from (found[key] for key in sorted(found))


def _order(claim: Claimed) -> tuple[object, ...]:
    return (
        *(claim.grant_id.int, claim.decided, claim.reference),
        *(claim.first, claim.last, claim.amount_cents),
    )


_WHY: Final = {
    Overlap.SAME_BILL: ("dieselbe Rechnung", "the same bill"),
    Overlap.SAME_PARTICIPATION: ("dieselben Kosten dieser Teilnahme", "the same cost of this participation"),
    Overlap.FLAT_RATE_AND_REAL_COST: (
        "derselbe Kurs, einmal als Pauschale und einmal nach Beleg",
        "the same course, once by flat rate and once at real cost",
    ),
    Overlap.SAME_ATTENDANCE: ("dieselben Tage dieser Teilnahme", "the same days of this participation"),
}


def paid_elsewhere(
    mine: Iterable[Claimed], elsewhere: Iterable[Claimed], references: Mapping[UUID, str]
) -> Refusal | None:
    """Why claims of a grant are refused unless somebody says why: another grant seems to pay them already.

    ``references`` name the other grants. A decided flat rate can be decided again with a reason, a voucher is booked with
    a justification.
    """
    others = sorted(elsewhere, key=_order)
    for one in mine:
        for other in others:
            if other.grant_id == one.grant_id or (why := overlap(one, other)) is None:
                continue
            place = references.get(other.grant_id, str(other.grant_id))
            de, en = _WHY[why]
            if one.decided:
                return Refusal(
                    "flat_rate.paid_elsewhere",
                    f"Im Bescheid {place} steht unter {other.reference}: {de}; die Pauschale wäre doppelt gefördert.",
                    f"Under {other.reference} the grant {place} has: {en}; the flat rate would be funded twice.",
                )
            return Refusal(
                "grant.double_funding_elsewhere",
                f"Im Bescheid {place} steht unter {other.reference}: {de}; wenn es keine Doppelförderung ist, bitte begründen.",
                f"Under {other.reference} the grant {place} has: {en}; if it is no double funding, say why.",
            )
    return None
