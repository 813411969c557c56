"""Money from and to the Land: drawdowns of its share, and repayments of what was not needed or is claimed back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from domain.commands import Command
from domain.decision import Decision
from domain.grant_state import GrantState
from domain.recorded import Event
from domain.refusals import Refusal
from domain.values import Cents


class RepaymentGround(StrEnum):
    """Why money goes back to the Land."""

    NOT_SPENT_IN_TIME = "not_spent_in_time"
    NOTICE_AMENDED = "notice_amended"
    NOT_ACCEPTED = "not_accepted"
    REFUNDED_BY_PROVIDER = "refunded_by_provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDrawdown(Command):
    """Record a drawdown (Mittelabruf) of the Land share."""

    reference: str
    amount_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRepayment(Command):
    """Record that drawn money was paid back to the Land (Rückzahlung); interest is not part of ``amount_cents``."""

    reference: str
    amount_cents: Cents
    ground: RepaymentGround


PaymentCommand: TypeAlias = RecordDrawdown | RecordRepayment


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawdownRecorded(Event):
    """Money of the Land was drawn."""

    reference: str
    amount_cents: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentRecorded(Event):
    """Drawn money was paid back to the Land."""

    reference: str
    amount_cents: Cents
    ground: RepaymentGround


PaymentEvent: TypeAlias = DrawdownRecorded | RepaymentRecorded


def decide(command: PaymentCommand, grant: GrantState) -> Decision:
    """Decide a drawdown or a repayment. One reference is one payment; giving it again with other figures is refused."""
    earlier = grant.draws if isinstance(command, RecordDrawdown) else grant.repayments
    known = next((payment for payment in earlier if payment.reference == command.reference), None)
    if known is not None:
        if known.amount_cents == command.amount_cents:
            return ()
        return Refusal(
            "grant.payment_reference_repeated",
            "Unter diesem Zeichen ist schon ein anderer Betrag erfasst.",
            "Another amount is on record under this reference.",
        )
    if command.amount_cents <= 0:
        return Refusal(
            "grant.amount_not_positive", "Der Betrag ist nicht positiv.", "The amount is not positive."
        )
    if isinstance(command, RecordRepayment):
        if command.amount_cents > grant.drawn_cents:
            return Refusal(
                "grant.repaid_beyond_drawn",
                f"Abgerufen und nicht zurückgezahlt sind {grant.drawn_cents} Cent; mehr geht nicht zurück.",
                f"{grant.drawn_cents} cents are drawn and not paid back; no more can go back.",
            )
        return (
            RepaymentRecorded(
                occurred_on=command.occurred_on,
                reference=command.reference,
                amount_cents=command.amount_cents,
                ground=command.ground,
            ),
        )
    if grant.drawn_cents + command.amount_cents > grant.land_cents:
        return Refusal(
            "grant.drawn_beyond_share",
            "Der Abruf übersteigt den Anteil des Landes.",
            "The drawdown exceeds the share of the Land.",
        )
    return (
        DrawdownRecorded(
            occurred_on=command.occurred_on, reference=command.reference, amount_cents=command.amount_cents
        ),
    )
