"""Deciding a grant command with what other grants pay already, so that nothing is funded twice without a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from adapters.claims_elsewhere import claims_elsewhere, references_of
from domain.command_handling import Decider, decide_grant
from domain.decision import Decision, Terms
from domain.double_funding import Claimed, claimed, paid_elsewhere
from domain.flat_rate_decision import FlatRateClaim
from domain.grant import (
    CorrectSpending,
    CostKind,
    DecideFlatRates,
    FlatRateDecided,
    RecordSpending,
    SpendingCorrected,
    SpendingRecorded,
    booking_of,
)
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from services.bootstrap import Engine


async def decider_of_grants(engine: Engine, grant_id: UUID, command: Any) -> Decider:
    """``decide_grant``, which for bookings and flat rates also looks at the other grants.

    What they pay is read once, before deciding, as far as the read tables have come. Raises StoreUnavailable.
    """
    asked = _asked(grant_id, command)
    if not asked:
        return decide_grant
    schema = engine.log.schema
    elsewhere: set[Claimed] = set()
    for claim in asked:
        elsewhere.update(await claims_elsewhere(engine.connections, schema, claim))
    if not elsewhere:
        return decide_grant
    grants = {claim.grant_id for claim in elsewhere}
    references = await references_of(engine.connections, schema, grants)

    def decide(command: Any, history: Sequence[Recorded[Any]], terms: Terms | None) -> Decision:
        decision = decide_grant(command, history, terms)
        if isinstance(decision, Refusal):
            return decision
        mine = [claim for event in decision for claim in _claims(grant_id, event)]
        return paid_elsewhere(mine, elsewhere, references) or decision

    return decide


def _asked(grant_id: UUID, command: Any) -> list[Claimed]:
    """What to ask the other grants about. A booking with a justification and a flat rate decided again with a reason are
    somebody's answer already."""
    match command:
        case RecordSpending(justification="") as spending:
            return [claimed(grant_id, spending.voucher, booking_of(spending))]
        case CorrectSpending(booking=booking) if not booking.justification:
            return [claimed(grant_id, command.voucher, booking)]
        case DecideFlatRates(claims=claims):
            return [_flat_rate(grant_id, claim) for claim in claims if claim.spans]
        case _:
            return []


def _flat_rate(grant_id: UUID, claim: FlatRateClaim) -> Claimed:
    return Claimed(
        grant_id=grant_id,
        reference=str(claim.participation_id),
        cost_kind=CostKind.FLAT_RATE,
        amount_cents=0,
        payee="",
        offer_id=claim.offer_id,
        participation_id=claim.participation_id,
        first=min(span.from_on for span in claim.spans),
        last=max(span.to_on for span in claim.spans),
    )


def _claims(grant_id: UUID, event: Event) -> list[Claimed]:
    match event:
        case SpendingRecorded():
            return [claimed(grant_id, event.voucher, booking_of(event))]
        case SpendingCorrected():
            return [claimed(grant_id, event.voucher, event.booking)]
        case FlatRateDecided():
            return [
                Claimed(
                    grant_id=grant_id,
                    reference=str(event.participation_id),
                    cost_kind=CostKind.FLAT_RATE,
                    amount_cents=0,
                    payee="",
                    offer_id=event.offer_id,
                    participation_id=event.participation_id,
                    first=span.from_on,
                    last=span.to_on,
                )
                for span in event.spans
                if span.units_attended
            ]
        case _:
            return []
