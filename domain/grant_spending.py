"""Spending with vouchers: booked once, corrected and cancelled in the open, never twice for the same thing."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import ClassVar, Final, TypeAlias
from uuid import UUID

from domain.budget_use import LineFlag, PlannedAndSpent, balance
from domain.commands import Command
from domain.decision import Decision
from domain.double_funding import Overlap, claimed, overlap
from domain.flat_rate import FlatRateResult, course_earnings
from domain.grant_state import Booking, CostKind, GrantState, PayeeKind
from domain.plain_text import reads_as_stored
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import Ags, Cents, FundingModule, OfferId, ParticipationId

PERSON_CODE: Final = re.compile(r"(?=.*[0-9])[A-Z0-9][A-Z0-9/.-]{2,39}")
"""What stands for a person who was paid: a code of the accounts in capitals and digits, never a name."""

_THIS_GRANT: Final = UUID(int=0)
"""Vouchers of one grant are held against each other, whichever it is."""

# ------------------------------------------------------------------ commands


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSpending(Command):
    """Record a payment with its voucher on one line. ``payee`` is an organisation, or a code for a person.

    ``justification`` is needed where it looks paid twice, or is more than its line has.
    """

    voucher: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectSpending(Command):
    """Put ``booking`` in the place of what is on record for ``voucher``."""

    voucher: str
    booking: Booking
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSpending(Command):
    """Take a voucher out of the books; its number is not used again."""

    voucher: str
    reason: str


SpendingCommand: TypeAlias = RecordSpending | CorrectSpending | CancelSpending

# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingRecorded(Event):
    """A payment was made on a line."""

    schema_version: ClassVar[int] = 2

    voucher: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingCorrected(Event):
    """A voucher counts as ``booking`` from now on; ``was`` is what it counted as, so that the books show both."""

    voucher: str
    was: Booking
    booking: Booking
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingCancelled(Event):
    """A voucher counts no more; ``was`` is what it counted as."""

    voucher: str
    was: Booking
    reason: str


SpendingEvent: TypeAlias = SpendingRecorded | SpendingCorrected | SpendingCancelled

_COMMON = tuple(field.name for field in fields(Booking) if field.name != "paid_on")


def booking_of(spending: RecordSpending | SpendingRecorded) -> Booking:
    """What a spending books."""
    return Booking(paid_on=spending.occurred_on, **{name: getattr(spending, name) for name in _COMMON})


# -------------------------------------------------------------------- decide


def decide(command: SpendingCommand, grant: GrantState) -> Decision:
    """Decide a booking, its correction or its cancellation."""
    if isinstance(command, RecordSpending):
        if command.voucher in grant.vouchers:
            return Refusal(
                "grant.voucher_repeated",
                "Dieser Beleg ist schon erfasst.",
                "This voucher is on record already.",
            )
        booking = booking_of(command)
        if problem := _unfit((command.voucher, booking.payee, booking.purpose)):
            return problem
        if problem := _booking_refusal(booking, grant):
            return problem
        values = {name: getattr(booking, name) for name in _COMMON}
        return (SpendingRecorded(occurred_on=command.occurred_on, voucher=command.voucher, **values),)
    was = grant.bookings.get(command.voucher)
    if isinstance(command, CancelSpending) and command.voucher in grant.cancelled:
        return ()
    if was is None:
        return Refusal(
            "grant.voucher_unknown",
            "Diesen Beleg gibt es nicht (mehr).",
            "There is no such voucher (any more).",
        )
    if isinstance(command, CorrectSpending) and command.booking == was:
        return ()
    if not command.reason.strip():
        return Refusal(
            "grant.correction_reason_missing",
            "Berichtigung und Storno brauchen eine Begründung.",
            "Correcting and cancelling need a reason.",
        )
    if isinstance(command, CancelSpending):
        return (
            SpendingCancelled(
                occurred_on=command.occurred_on, voucher=command.voucher, was=was, reason=command.reason
            ),
        )
    if command.booking.paid_on > command.occurred_on:
        return Refusal(
            "grant.paid_in_the_future",
            "Der Zahlungstag liegt nach dem Tag der Berichtigung.",
            "The day of the payment lies after the day of the correction.",
        )
    if problem := _unfit((command.booking.payee, command.booking.purpose)):
        return problem
    if problem := _booking_refusal(command.booking, _without(grant, command.voucher)):
        return problem
    return (
        SpendingCorrected(
            occurred_on=command.occurred_on,
            voucher=command.voucher,
            was=was,
            booking=command.booking,
            reason=command.reason,
        ),
    )


def _without(grant: GrantState, voucher: str) -> GrantState:
    was = grant.bookings[voucher]
    return replace(
        grant,
        bookings={other: booking for other, booking in grant.bookings.items() if other != voucher},
        spent={**grant.spent, was.key: Cents(grant.spent[was.key] - was.amount_cents)},
    )


def _booking_refusal(booking: Booking, grant: GrantState) -> Refusal | None:
    return (
        _unsound(booking, grant)
        or _onward_refusal(booking, grant)
        or _paid_twice(booking, grant)
        or _flat_rate_refusal(booking, grant)
        or _overspent(booking, grant)
    )


def _unfit(said: tuple[str, ...]) -> Refusal | None:
    """Why the words of a voucher cannot stand in the list of vouchers, which names its number, the payee and the reason.

    Source: ANBest-P (Belegliste: Datum, Empfänger, Grund, Betrag); domain facts 1.4.
    """
    if not all(text.strip() for text in said):
        return Refusal(
            "grant.voucher_incomplete",
            "Zu einem Beleg gehören seine Nummer, wer das Geld bekam und wofür.",
            "A voucher has its number, who got the money, and for what.",
        )
    if not all(reads_as_stored(text) for text in said):
        return Refusal(
            "grant.voucher_unreadable",
            "Nummer, Empfänger und Zweck eines Belegs stehen in einer Zeile, ohne Steuerzeichen und Zeichen, die die "
            "Schreibrichtung umkehren.",
            "Number, payee and purpose of a voucher are one line each, without control characters and marks that turn the "
            "direction of writing.",
        )
    return None


def _unsound(booking: Booking, grant: GrantState) -> Refusal | None:
    """What is wrong with a booking by itself."""
    if booking.amount_cents <= 0:
        return Refusal(
            "grant.amount_not_positive", "Der Betrag ist nicht positiv.", "The amount is not positive."
        )
    planned = [grant.plan, grant.plan_on(booking.paid_on)]
    if any(booking.key not in {line.key for line in plan.lines} for plan in planned):
        return Refusal(
            "grant.line_unknown",
            "Diesen Ansatz (Baustein, Kommune, Jahr) hat der Finanzierungsplan nicht.",
            "The financing plan has no such line (module, municipality, year).",
        )
    if not grant.period_from <= booking.paid_on <= grant.period_to:
        return Refusal(
            "grant.spending_outside_period",
            "Die Ausgabe liegt außerhalb des Bewilligungszeitraums.",
            "The spending lies outside the grant period.",
        )
    if booking.payee_kind is PayeeKind.PERSON and not PERSON_CODE.fullmatch(booking.payee):
        return Refusal(
            "grant.person_named",
            "Eine Person wird nicht mit Namen genannt, sondern mit ihrem Kennzeichen in der Buchhaltung "
            "(Großbuchstaben und Ziffern).",
            "A person is not named but given by their code in the accounts (capitals and digits).",
        )
    if (booking.service_from is None) != (booking.service_to is None) or (
        booking.service_from and booking.service_to and booking.service_to < booking.service_from
    ):
        return Refusal(
            "grant.service_time_wrong",
            "Der Leistungszeitraum braucht Beginn und Ende in dieser Reihenfolge.",
            "The time of the service needs a start and an end, in this order.",
        )
    return None


def _onward_refusal(booking: Booking, grant: GrantState) -> Refusal | None:
    """Money that was given onward goes to that provider, and no more of it than was promised on the line."""
    if not booking.onward_reference:
        return None
    onward = grant.onward.get(booking.onward_reference)
    if onward is None:
        return Refusal(
            "onward_grant.unknown", "Diese Weiterleitung gibt es nicht.", "There is no such onward grant."
        )
    if booking.payee != onward.provider:
        return Refusal(
            "onward_grant.other_payee",
            "Aus einer Weiterleitung wird nur ihr Träger bezahlt.",
            "An onward grant pays its own provider only.",
        )
    promised = sum(line.amount_cents for line in onward.lines if line.key == booking.key)
    paid = sum(
        other.amount_cents
        for other in grant.bookings.values()
        if other.onward_reference == booking.onward_reference and other.key == booking.key
    )
    if paid + booking.amount_cents > promised:
        return Refusal(
            "onward_grant.amount_exceeded",
            f"Von diesem Ansatz sind noch {promised - paid} Cent weitergeleitet und nicht ausgezahlt.",
            f"{promised - paid} cents of this line are given onward and not paid out.",
        )
    return None


def _paid_twice(booking: Booking, grant: GrantState) -> Refusal | None:
    """The same thing under another voucher: same payee, kind, amount and time; or one participation, one kind, one time."""
    if booking.justification.strip():
        return None
    mine = claimed(_THIS_GRANT, "", booking)
    for voucher, other in grant.bookings.items():
        if other.cost_kind is not booking.cost_kind:
            continue
        why = overlap(mine, claimed(_THIS_GRANT, voucher, other))
        if why in (Overlap.SAME_BILL, Overlap.SAME_PARTICIPATION):
            return Refusal(
                "grant.double_funding",
                f"Beleg {voucher} sieht aus wie dieselbe Ausgabe; wenn es zwei sind, bitte begründen.",
                f"Voucher {voucher} looks like the same spending; if they are two, say why.",
            )
    return None


def _flat_rate_refusal(booking: Booking, grant: GrantState) -> Refusal | None:
    """A course is paid by flat rate or at its real cost; a flat rate is paid as far as it was earned."""
    if booking.offer_id is None or booking.cost_kind not in (CostKind.TEACHING, CostKind.FLAT_RATE):
        return None
    of_course = [flat for flat in grant.flat_rates.values() if flat.offer_id == booking.offer_id]
    paid = [other for other in grant.bookings.values() if other.offer_id == booking.offer_id]
    against = CostKind.FLAT_RATE if booking.cost_kind is CostKind.TEACHING else CostKind.TEACHING
    earned = any(flat.result is FlatRateResult.EARNED for flat in of_course)
    if any(other.cost_kind is against for other in paid) or (
        earned and booking.cost_kind is CostKind.TEACHING
    ):
        return Refusal(
            "grant.flat_rate_and_real_cost",
            "Pauschale und Kosten nach Beleg für denselben Kurs wären eine Doppelförderung.",
            "Flat rate and real cost of the same course would fund it twice.",
        )
    if booking.cost_kind is CostKind.TEACHING or booking.justification.strip():
        return None
    total = 0
    for earning in course_earnings(of_course):
        if earning.amount_cents is None:
            return Refusal(
                "grant.rate_not_known",
                "Für eine Zeit dieses Kurses ist kein Satz bekannt; seine Pauschale ist nicht berechenbar.",
                "No rate is known for some time of this course; its flat rate cannot be computed.",
            )
        total += earning.amount_cents
    left = total - sum(other.amount_cents for other in paid if other.cost_kind is CostKind.FLAT_RATE)
    if booking.amount_cents > left:
        return Refusal(
            "grant.flat_rate_not_earned",
            f"Von der Pauschale dieses Kurses sind noch {left} Cent verdient und nicht ausgezahlt; "
            "ein Abschlag ist zu begründen.",
            f"{left} cents of the flat rate of this course are earned and not paid; an advance needs a reason.",
        )
    return None


def _overspent(booking: Booking, grant: GrantState) -> Refusal | None:
    """More than the plan has, or more than 120 % of a line that no other line of the year makes up for."""
    if booking.justification.strip():
        return None
    over = grant.spent_cents + booking.amount_cents - grant.total_cents
    if over > 0:
        return Refusal(
            "grant.plan_exceeded",
            f"Die Ausgaben lägen {over} Cent über dem Finanzierungsplan; bitte begründen.",
            f"The spending would be {over} cents beyond the financing plan; say why.",
        )
    uses = [use for use in grant.uses if use.line.year == booking.year]
    place = next(n for n, use in enumerate(uses) if use.line.key == booking.key)
    balances = balance(
        [
            PlannedAndSpent(
                booking.year,
                use.line.amount_cents,
                use.spent_cents + (booking.amount_cents if n == place else 0),
            )
            for n, use in enumerate(uses)
        ]
    )
    if balances[place].flag is not LineFlag.OVER_120:
        return None
    short = balances[place].uncompensated_cents
    return Refusal(
        "grant.line_overspent",
        f"Der Ansatz läge über 120 %, und {short} Cent gleicht kein anderer Ansatz des Jahres aus; bitte begründen.",
        f"The line would be beyond 120 %, and no other line of the year makes up for {short} cents; say why.",
    )
