"""A grant: the notice and its amendments, spending, drawdowns, onward grants, flat rates and proof of use, as one stream."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeAlias, assert_never

from domain import (
    flat_rate_decision,
    grant_payments,
    grant_proof,
    grant_reminders,
    grant_spending,
    onward_grant,
)
from domain.decision import Decision
from domain.flat_rate import FlatRate
from domain.flat_rate_decision import (
    DecideFlatRates,
    FlatRateCommand,
    FlatRateDecided,
    FlatRateEvent,
    FlatRateRevised,
    ReviseFlatRate,
)
from domain.grant_notice import (
    AmendGrantNotice,
    GrantNoticeAmended,
    GrantNoticeReceived,
    NoticeCommand,
    NoticeEvent,
    RecordGrantNotice,
    amend,
    plan_of,
    receive,
)
from domain.grant_payments import (
    DrawdownRecorded,
    PaymentCommand,
    PaymentEvent,
    RecordDrawdown,
    RecordRepayment,
    RepaymentGround,
    RepaymentRecorded,
)
from domain.grant_proof import (
    AcceptProofOfUse,
    DeliverProofOfUse,
    ProofCommand,
    ProofEvent,
    ProofOfUseAccepted,
    ProofOfUseDelivered,
)
from domain.grant_reminders import (
    ConfirmGrantReminder,
    GiveUpGrantReminder,
    GrantReminderCommand,
    GrantReminderDelivered,
    GrantReminderEvent,
    GrantReminderIssued,
    GrantReminderUndeliverable,
    WakeGrant,
)
from domain.grant_spending import (
    CancelSpending,
    CorrectSpending,
    RecordSpending,
    SpendingCancelled,
    SpendingCommand,
    SpendingCorrected,
    SpendingEvent,
    SpendingRecorded,
    booking_of,
)
from domain.grant_state import (
    Booking,
    BudgetLine,
    CostKind,
    Drawdown,
    FinancingPlan,
    GrantState,
    LineKey,
    LineUse,
    OnwardGrant,
    PayeeKind,
    Proof,
    ProofKind,
)
from domain.grant_waking import GrantTerms, wake
from domain.money import WHOLE
from domain.onward_grant import (
    CheckOnwardProof,
    GiveOnwardGrant,
    OnwardCommand,
    OnwardEvent,
    OnwardGrantGiven,
    OnwardProofChecked,
    OnwardProofReceived,
    RecordOnwardProof,
)
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.values import Cents, ParticipationId

__all__ = [
    "UNKNOWN_GRANT",
    "WHOLE",
    "AcceptProofOfUse",
    "AmendGrantNotice",
    "Booking",
    "BudgetLine",
    "CancelSpending",
    "CheckOnwardProof",
    "CorrectSpending",
    "CostKind",
    "DecideFlatRates",
    "DeliverProofOfUse",
    "Drawdown",
    "DrawdownRecorded",
    "FinancingPlan",
    "FlatRateDecided",
    "FlatRateRevised",
    "GiveOnwardGrant",
    "GrantCommand",
    "GrantEvent",
    "GrantNoticeAmended",
    "GrantNoticeReceived",
    "GrantReminderDelivered",
    "GrantReminderIssued",
    "GrantReminderUndeliverable",
    "GrantState",
    "LineKey",
    "LineUse",
    "OnwardGrant",
    "OnwardGrantGiven",
    "OnwardProofChecked",
    "OnwardProofReceived",
    "PayeeKind",
    "Proof",
    "ProofKind",
    "ProofOfUseAccepted",
    "ProofOfUseDelivered",
    "RecordDrawdown",
    "RecordGrantNotice",
    "RecordOnwardProof",
    "RecordRepayment",
    "RecordSpending",
    "RepaymentGround",
    "RepaymentRecorded",
    "ReviseFlatRate",
    "SpendingCancelled",
    "SpendingCorrected",
    "SpendingRecorded",
    "booking_of",
    "decide",
    "evolve",
    "evolve_all",
    "fold",
]

GrantCommand: TypeAlias = (
    NoticeCommand
    | SpendingCommand
    | PaymentCommand
    | OnwardCommand
    | ProofCommand
    | FlatRateCommand
    | GrantReminderCommand
)
GrantEvent: TypeAlias = (
    NoticeEvent | SpendingEvent | PaymentEvent | OnwardEvent | ProofEvent | FlatRateEvent | GrantReminderEvent
)

UNKNOWN_GRANT: Final = Refusal(
    "grant.unknown", "Diesen Zuwendungsbescheid gibt es nicht.", "There is no such grant notice."
)

# -------------------------------------------------------------------- decide


def decide(command: GrantCommand, grant: GrantState | None, terms: GrantTerms | None = None) -> Decision:
    """Decide a grant command. Only waking asks for ``terms``: raises ValueError when they are missing."""
    if isinstance(command, RecordGrantNotice):
        return receive(command, grant)
    if grant is None:
        return UNKNOWN_GRANT
    match command:
        case AmendGrantNotice():
            return amend(command, grant)
        case RecordSpending() | CorrectSpending() | CancelSpending():
            return grant_spending.decide(command, grant)
        case RecordDrawdown() | RecordRepayment():
            return grant_payments.decide(command, grant)
        case GiveOnwardGrant() | RecordOnwardProof() | CheckOnwardProof():
            return onward_grant.decide(command, grant)
        case DeliverProofOfUse() | AcceptProofOfUse():
            return grant_proof.decide(command, grant)
        case DecideFlatRates() | ReviseFlatRate():
            return flat_rate_decision.decide(command, grant)
        case ConfirmGrantReminder() | GiveUpGrantReminder():
            return grant_reminders.settle(command, grant.reminders)
        case WakeGrant():
            if terms is None:
                raise ValueError("a grant wakes on terms")
            return wake(grant, terms)
        case _:
            assert_never(command)


# -------------------------------------------------------------------- evolve


def evolve(grant: GrantState | None, event: GrantEvent) -> GrantState:
    """Fold one grant event."""
    return evolve_all(grant, (event,))


def evolve_all(grant: GrantState | None, events: Iterable[GrantEvent]) -> GrantState:
    """Fold several grant events. Raises ValueError when there are none and there was no grant."""
    draft = None if grant is None else _Draft(grant)
    for event in events:
        if draft is None:
            if not isinstance(event, GrantNoticeReceived):
                raise ValueError("the first event of a grant is GrantNoticeReceived")
            draft = _Draft(_opened(event))
        else:
            draft.apply(event)
    if draft is None:
        raise ValueError("a grant begins with its notice")
    return draft.finished()


def fold(history: Iterable[Recorded[Any]], grant: GrantState | None = None) -> GrantState | None:
    """The grant after ``history``."""
    events = [entry.event for entry in history]
    return evolve_all(grant, events) if events else grant


def _opened(event: GrantNoticeReceived) -> GrantState:
    return GrantState(
        version=1,
        reference=event.reference,
        granting_authority=event.granting_authority,
        period_from=event.period_from,
        plans=(plan_of(event, 1, None),),
    )


class _Draft:
    """A grant while events are folded into it: copied once, then changed in place, so that a fold grows with its events."""

    def __init__(self, grant: GrantState) -> None:
        self._grant = grant
        self._version = grant.version
        self._plans = list(grant.plans)
        self._bookings = dict(grant.bookings)
        self._cancelled = set(grant.cancelled)
        self._spent = dict(grant.spent)
        self._real_cost_offers = dict(grant.real_cost_offers)
        self._draws = list(grant.draws)
        self._repayments = list(grant.repayments)
        self._onward = dict(grant.onward)
        self._flat_rates: dict[ParticipationId, FlatRate] = dict(grant.flat_rates)
        self._proofs = grant.proofs
        self._reminders = grant.reminders

    def finished(self) -> GrantState:
        """The grant as a value."""
        return GrantState(
            version=self._version,
            reference=self._grant.reference,
            granting_authority=self._grant.granting_authority,
            period_from=self._grant.period_from,
            plans=tuple(self._plans),
            bookings=self._bookings,
            cancelled=frozenset(self._cancelled),
            spent=self._spent,
            real_cost_offers=self._real_cost_offers,
            draws=tuple(self._draws),
            repayments=tuple(self._repayments),
            onward=self._onward,
            flat_rates=self._flat_rates,
            proofs=self._proofs,
            reminders=self._reminders,
        )

    def apply(self, event: GrantEvent) -> None:
        """Take in one more event."""
        self._version = version = self._version + 1
        match event:
            case GrantNoticeReceived():
                raise ValueError("a grant has one first notice")
            case GrantNoticeAmended():
                self._plans.append(plan_of(event, version, self._plans[-1]))
            case SpendingRecorded():
                self._book(event.voucher, booking_of(event))
            case SpendingCorrected():
                self._take_out(event.voucher, event.was)
                self._book(event.voucher, event.booking)
            case SpendingCancelled():
                self._take_out(event.voucher, event.was)
                self._cancelled.add(event.voucher)
            case DrawdownRecorded():
                self._draws.append(_payment(event, version))
            case RepaymentRecorded():
                self._repayments.append(_payment(event, version))
            case OnwardGrantGiven() | OnwardProofReceived() | OnwardProofChecked():
                onward = onward_grant.evolve(self._onward.get(event.reference), event, version)
                if onward is not None:
                    self._onward[event.reference] = onward
            case ProofOfUseDelivered() | ProofOfUseAccepted():
                self._proofs = grant_proof.evolve(self._proofs, event, version)
            case FlatRateDecided() | FlatRateRevised():
                decided = self._flat_rates.get(event.participation_id)
                self._flat_rates[event.participation_id] = flat_rate_decision.evolve(decided, event, version)
            case GrantReminderIssued() | GrantReminderDelivered() | GrantReminderUndeliverable():
                self._reminders = grant_reminders.evolve(self._reminders, event)
            case _:
                assert_never(event)

    def _book(self, voucher: str, booking: Booking) -> None:
        self._bookings[voucher] = booking
        self._count(booking, 1)

    def _take_out(self, voucher: str, was: Booking) -> None:
        self._bookings.pop(voucher, None)
        self._count(was, -1)

    def _count(self, booking: Booking, sign: int) -> None:
        self._spent[booking.key] = Cents(self._spent.get(booking.key, 0) + sign * booking.amount_cents)
        if booking.cost_kind is CostKind.TEACHING and booking.offer_id is not None:
            left = self._real_cost_offers.pop(booking.offer_id, 0) + sign
            if left:
                self._real_cost_offers[booking.offer_id] = left


def _payment(event: DrawdownRecorded | RepaymentRecorded, version: int) -> Drawdown:
    return Drawdown(
        reference=event.reference, on=event.occurred_on, amount_cents=event.amount_cents, version=version
    )
