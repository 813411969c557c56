"""Grants: what the plan allows, what was spent on each line, what was drawn, and each payment with its voucher."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.budget_use import PlannedAndSpent, balance
from domain.grant import (
    Booking,
    DrawdownRecorded,
    GrantNoticeAmended,
    GrantNoticeReceived,
    GrantState,
    PayeeKind,
    RepaymentRecorded,
    SpendingCancelled,
    SpendingCorrected,
    SpendingRecorded,
    booking_of,
)
from domain.projections import event_groups as events
from domain.projections.projection import EntryProjection, FoldedStream, StateProjection
from domain.recorded import Recorded

_OTHERS = events.CASE | events.OFFER | events.REPORT


class GrantRow(NamedTuple):
    """A grant as its latest notice has it. Money in cents, ``own_share`` in basis points; ``drawn_cents`` is less what
    was repaid."""

    grant_id: UUID
    version: int
    last_position: int
    reference: str
    organisation: str
    period_from: date
    period_to: date
    own_share: int
    planned_cents: int
    land_cents: int
    spent_cents: int
    drawn_cents: int
    repaid_cents: int


def grant_rows(stream: FoldedStream) -> tuple[GrantRow]:
    """The row of a grant."""
    state = stream.state
    assert isinstance(state, GrantState)  # noqa: S101 # the projection names the kind of its streams
    return (
        GrantRow(
            stream.stream_id,
            state.version,
            stream.position,
            state.reference,
            stream.organisation,
            state.period_from,
            state.period_to,
            state.own_share,
            state.total_cents,
            state.land_cents,
            state.spent_cents,
            state.drawn_cents,
            state.repaid_cents,
        ),
    )


GRANTS = StateProjection(
    name="grants",
    version=2,
    row=GrantRow,
    key=1,
    state=GrantState,
    handles=events.GRANT,
    ignores=_OTHERS,
    rows=grant_rows,
)


class GrantUseRow(NamedTuple):
    """One line of the financing plan with what was spent on it; what is over, what other lines of its year make up for,
    and the flag of that (domain/budget_use.py)."""

    grant_id: UUID
    place: int
    module: str
    municipality: str
    year: int
    organisation: str
    planned_cents: int
    spent_cents: int
    over_cents: int
    compensated_cents: int
    flag: str


def use_rows(stream: FoldedStream) -> tuple[GrantUseRow, ...]:
    """A row per line, in the order of the plan."""
    state = stream.state
    assert isinstance(state, GrantState)  # noqa: S101 # the projection names the kind of its streams
    uses = state.uses
    balances = balance(
        [PlannedAndSpent(use.line.year, use.line.amount_cents, use.spent_cents) for use in uses]
    )
    return tuple(
        GrantUseRow(
            stream.stream_id,
            place,
            use.line.module.value,
            use.line.municipality,
            use.line.year,
            stream.organisation,
            use.line.amount_cents,
            use.spent_cents,
            found.over_cents,
            found.compensated_cents,
            found.flag.value,
        )
        for place, (use, found) in enumerate(zip(uses, balances, strict=True), 1)
    )


GRANT_USE = StateProjection(
    name="grant_use",
    version=2,
    row=GrantUseRow,
    key=2,
    state=GrantState,
    handles=events.GRANT_NOTICE | events.SPENDING,
    ignores=(events.GRANT - events.GRANT_NOTICE - events.SPENDING) | _OTHERS,
    rows=use_rows,
)


class GrantPlanRow(NamedTuple):
    """One line of one financing plan: of the notice (the only one with ``period_from``) or of an amendment."""

    grant_id: UUID
    version: int
    place: int
    decided_on: date
    reference: str
    period_from: date | None
    period_to: date
    own_share: int
    module: str
    municipality: str
    year: int
    amount_cents: int
    valid_from: date
    proof_due_on: date | None


def plan_rows(entries: Iterable[Recorded[Any]]) -> list[GrantPlanRow]:
    """The lines of every notice and amendment among ``entries``."""
    return [
        GrantPlanRow(
            entry.stream_id,
            entry.version,
            place,
            event.occurred_on,
            event.reference,
            event.period_from if isinstance(event, GrantNoticeReceived) else None,
            event.period_to,
            event.own_share,
            line.module.value,
            line.municipality,
            line.year,
            line.amount_cents,
            (isinstance(event, GrantNoticeAmended) and event.valid_from) or event.occurred_on,
            event.proof_due_on,
        )
        for entry in entries
        if isinstance(event := entry.event, GrantNoticeReceived | GrantNoticeAmended)
        for place, line in enumerate(event.lines, 1)
    ]


GRANT_PLANS = EntryProjection(
    name="grant_plans",
    version=2,
    row=GrantPlanRow,
    key=3,
    state=GrantState,
    handles=events.GRANT_NOTICE,
    ignores=(events.GRANT - events.GRANT_NOTICE) | _OTHERS,
    rows=plan_rows,
)

SPENDING = "spending"
DRAWDOWN = "drawdown"
REPAYMENT = "repayment"


class GrantMovementRow(NamedTuple):
    """A payment on a line, or a drawdown or repayment of the Land share (which have no line).

    A correction is two rows, a cancellation one: what the voucher counted as with a minus, on the day of its payment,
    and what it counts as now. ``purpose`` of a payment to a person is left out.
    """

    grant_id: UUID
    version: int
    place: int
    kind: str
    occurred_on: date
    reference: str
    module: str | None
    municipality: str | None
    year: int | None
    amount_cents: int
    payee: str | None
    purpose: str | None
    cost_kind: str | None
    onward_reference: str | None
    offer_id: UUID | None
    participation_id: UUID | None
    service_from: date | None
    service_to: date | None


def movement_rows(entries: Iterable[Recorded[Any]]) -> list[GrantMovementRow]:
    """The rows of every payment, drawdown and repayment among ``entries``, and of what became of them."""
    rows = []
    for entry in entries:
        match entry.event:
            case SpendingRecorded() as spent:
                rows.append(_booked(entry, 1, spent.voucher, booking_of(spent), 1))
            case SpendingCorrected() as corrected:
                rows.append(_booked(entry, 1, corrected.voucher, corrected.was, -1))
                rows.append(_booked(entry, 2, corrected.voucher, corrected.booking, 1))
            case SpendingCancelled() as cancelled:
                rows.append(_booked(entry, 1, cancelled.voucher, cancelled.was, -1))
            case DrawdownRecorded() as drawn:
                rows.append(_paid(entry, DRAWDOWN, drawn))
            case RepaymentRecorded() as repaid:
                rows.append(_paid(entry, REPAYMENT, repaid))
            case _:
                pass
    return rows


def _booked(entry: Recorded[Any], place: int, voucher: str, booking: Booking, sign: int) -> GrantMovementRow:
    return GrantMovementRow(
        entry.stream_id,
        entry.version,
        place,
        SPENDING,
        booking.paid_on,
        voucher,
        booking.module.value,
        booking.municipality,
        booking.year,
        sign * booking.amount_cents,
        booking.payee,
        None if booking.payee_kind is PayeeKind.PERSON else booking.purpose,
        booking.cost_kind.value,
        booking.onward_reference or None,
        booking.offer_id,
        booking.participation_id,
        booking.service_from,
        booking.service_to,
    )


def _paid(entry: Recorded[Any], kind: str, payment: DrawdownRecorded | RepaymentRecorded) -> GrantMovementRow:
    return GrantMovementRow(
        grant_id=entry.stream_id,
        version=entry.version,
        place=1,
        kind=kind,
        occurred_on=payment.occurred_on,
        reference=payment.reference,
        module=None,
        municipality=None,
        year=None,
        amount_cents=payment.amount_cents,
        payee=None,
        purpose=None,
        cost_kind=None,
        onward_reference=None,
        offer_id=None,
        participation_id=None,
        service_from=None,
        service_to=None,
    )


GRANT_MOVEMENTS = EntryProjection(
    name="grant_movements",
    version=2,
    row=GrantMovementRow,
    key=3,
    state=GrantState,
    handles=events.GRANT_MOVEMENT,
    ignores=(events.GRANT - events.GRANT_MOVEMENT) | _OTHERS,
    rows=movement_rows,
)
