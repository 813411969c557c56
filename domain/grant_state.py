"""What a grant is made of once its events are folded: plans, bookings, drawdowns, onward grants, flat rates, proofs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from domain.flat_rate import FlatRate
from domain.grant_reminders import GrantReminders
from domain.money import land_share
from domain.rates import Rate
from domain.values import Ags, BasisPoints, Cents, FundingModule, OfferId, ParticipationId

LineKey: TypeAlias = tuple[FundingModule, Ags, int]
"""Module × municipality × year: what names a line of the financing plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """One line of the financing plan: module × municipality × year, the total of Land and own share in cents."""

    module: FundingModule
    municipality: Ags
    year: int
    amount_cents: Cents

    @property
    def key(self) -> LineKey:
        """What names the line."""
        return self.module, self.municipality, self.year


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUse:
    """A budget line with what was spent on it."""

    line: BudgetLine
    spent_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class FinancingPlan:
    """What one notice or amendment (entry ``version``) sets. ``valid_from`` is the first day it counts on."""

    version: int
    reference: str
    decided_on: date
    valid_from: date
    period_to: date
    own_share: BasisPoints
    lines: tuple[BudgetLine, ...]
    rates: tuple[Rate, ...]
    proof_due_on: date | None
    interim_due_on: tuple[date, ...]
    repay_by: date | None

    @property
    def in_force_from(self) -> date:
        """From when on somebody could go by it: it is valid, and it has been decided."""
        return max(self.decided_on, self.valid_from)


class PayeeKind(StrEnum):
    """Who was paid. A person is named in no grant: their place is taken by a code of the accounts."""

    ORGANISATION = "organisation"
    PERSON = "person"


class CostKind(StrEnum):
    """What was paid for."""

    NOT_ASSIGNED = "not_assigned"
    PERSONNEL = "personnel"
    TEACHING = "teaching"
    """A course at its real cost."""
    FLAT_RATE = "flat_rate"
    """A course at the flat rate that its participations earned."""
    EXAM_FEE = "exam_fee"
    TRAVEL = "travel"
    CHILDCARE = "childcare"
    MATERIAL = "material"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What a voucher says: the day of the payment, its line, amount, payee and purpose, and what it is for.

    ``payee`` is an organisation, or for a person a code of the accounts. ``service_from`` and ``service_to`` are the time
    the payment is for. ``onward_reference`` names the onward grant it is paid out of. ``justification`` says why it
    counts although it looks paid twice or is more than its line has.
    """

    paid_on: date
    module: FundingModule
    municipality: Ags
    year: int
    amount_cents: Cents
    payee: str
    purpose: str
    payee_kind: PayeeKind = PayeeKind.ORGANISATION
    cost_kind: CostKind = CostKind.NOT_ASSIGNED
    service_from: date | None = None
    service_to: date | None = None
    onward_reference: str = ""
    offer_id: OfferId | None = None
    participation_id: ParticipationId | None = None
    justification: str = ""

    @property
    def key(self) -> LineKey:
        """The line it is on."""
        return self.module, self.municipality, self.year


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """One drawdown, with the entry that says it."""

    reference: str
    on: date
    amount_cents: Cents
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardGrant:
    """Money of the grant given onward (Weiterleitung) to a provider, who proves its use to us."""

    reference: str
    provider: str
    given_on: date
    period_from: date
    period_to: date
    lines: tuple[BudgetLine, ...]
    conditions: str
    consent_reference: str
    proof_due_on: date | None
    version: int
    proof: OnwardProof | None = None

    @property
    def amount_cents(self) -> Cents:
        """What was promised to the provider."""
        return Cents(sum(line.amount_cents for line in self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardProof:
    """The provider's own proof of use: what it says was spent, and since its check what of that counts. The versions are the
    entries that say so."""

    delivered_on: date
    spent_cents: Cents
    version: int
    checked_on: date | None = None
    accepted_cents: Cents | None = None
    checked_version: int = 0


class ProofKind(StrEnum):
    """Which statement to the granting authority it is."""

    INTERIM = "interim"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A statement delivered to the granting authority (``covers_to``: the last day it speaks of)."""

    kind: ProofKind
    reference: str
    delivered_on: date
    covers_to: date
    version: int
    accepted_on: date | None = None
    accepted_cents: Cents | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantState:
    """A grant now. ``plans`` in the order they were recorded, ``bookings`` by voucher as they count now.

    ``spent`` is the sum of the bookings by line, ``real_cost_offers`` counts those that pay a course at its real cost. ``drawn_cents`` is what was drawn less what was paid back. No mapping in
    it is ever changed in place.
    """

    version: int
    reference: str
    granting_authority: str
    period_from: date
    plans: tuple[FinancingPlan, ...]
    bookings: Mapping[str, Booking] = field(default_factory=dict)
    cancelled: frozenset[str] = frozenset()
    spent: Mapping[LineKey, Cents] = field(default_factory=dict)
    real_cost_offers: Mapping[OfferId, int] = field(default_factory=dict)
    draws: tuple[Drawdown, ...] = ()
    repayments: tuple[Drawdown, ...] = ()
    onward: Mapping[str, OnwardGrant] = field(default_factory=dict)
    flat_rates: Mapping[ParticipationId, FlatRate] = field(default_factory=dict)
    proofs: tuple[Proof, ...] = ()
    reminders: GrantReminders = GrantReminders()

    @property
    def plan(self) -> FinancingPlan:
        """The plan recorded last."""
        return self.plans[-1]

    def plan_on(self, day: date) -> FinancingPlan:
        """The plan that is valid on ``day``: of those valid by then the one recorded last; before all, the first."""
        return next((plan for plan in reversed(self.plans) if plan.valid_from <= day), self.plans[0])

    @property
    def period_to(self) -> date:
        """Last day of the grant period."""
        return self.plan.period_to

    @property
    def period_version(self) -> int:
        """The entry that set the end of the grant period as it is."""
        version = self.plan.version
        for plan in reversed(self.plans):
            if plan.period_to != self.period_to:
                break
            version = plan.version
        return version

    @property
    def own_share(self) -> BasisPoints:
        """Own share of the plan, in basis points."""
        return self.plan.own_share

    @property
    def uses(self) -> tuple[LineUse, ...]:
        """The lines of the plan in their order, each with what was spent on it."""
        spent = self.spent
        return tuple(
            LineUse(line=line, spent_cents=spent.get(line.key, Cents(0))) for line in self.plan.lines
        )

    @property
    def vouchers(self) -> frozenset[str]:
        """Every voucher that was ever recorded; a cancelled one is not used again."""
        return self.cancelled.union(self.bookings)

    @property
    def total_cents(self) -> Cents:
        """Total of the financing plan."""
        return Cents(sum(line.amount_cents for line in self.plan.lines))

    @property
    def land_cents(self) -> Cents:
        """Share of the Land; the own share carries the rounding."""
        return land_share(self.total_cents, self.own_share)

    @property
    def spent_cents(self) -> Cents:
        """Sum of all bookings."""
        return Cents(sum(self.spent.values()))

    @property
    def repaid_cents(self) -> Cents:
        """What was paid back to the Land."""
        return Cents(sum(repayment.amount_cents for repayment in self.repayments))

    @property
    def drawn_cents(self) -> Cents:
        """What was drawn of the Land share and not paid back."""
        return Cents(sum(draw.amount_cents for draw in self.draws) - self.repaid_cents)

    def promised_by_line(self) -> dict[LineKey, int]:
        """What was given onward of each line; once a provider's proof is checked, what of it was accepted.

        An accepted sum below the promised one frees the rest, taken from the last lines of the onward grant first.
        """
        promised: dict[LineKey, int] = defaultdict(int)
        for onward in self.onward.values():
            left: int = onward.amount_cents
            if onward.proof is not None and onward.proof.accepted_cents is not None:
                left = min(left, onward.proof.accepted_cents)
            for line in onward.lines:
                part = min(left, line.amount_cents)
                promised[line.key] += part
                left -= part
        return dict(promised)

    def paid_onward(self) -> dict[str, int]:
        """What was paid out of each onward grant."""
        paid: dict[str, int] = defaultdict(int)
        for booking in self.bookings.values():
            if booking.onward_reference:
                paid[booking.onward_reference] += booking.amount_cents
        return dict(paid)
