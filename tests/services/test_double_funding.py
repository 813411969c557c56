"""Booking with an eye on the other grants: refused with the place where it stands already, or booked with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.command_handling import Accepted, CommandContext, Outcome, handle
from domain.grant import CorrectSpending, CostKind, booking_of
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import Cents, FundingModule, ParticipationId
from services.bootstrap import Engine, open_engine
from services.double_funding import decider_of_grants
from services.queries import Queries
from tests.domain.test_flat_rate import ANNA, COURSE, claim, decide_rates
from tests.domain.test_grant import line, notice, spending
from tests.patience import PATIENCE_SECONDS
from tests.services.projector_process import KEK
from tests.services.read_table_ground import projecting

ONE, OTHER = UUID(int=0x6A1), UUID(int=0x6A2)
F4 = FundingModule.F4
TICKET: dict[str, Any] = {"cost_kind": CostKind.TRAVEL, "participation_id": ParticipationId(ANNA)}


class Offices:
    """Two grants, and a way to give them commands as the gateway does."""

    def __init__(self, engine: Engine, queries: Queries) -> None:
        self._engine, self._queries = engine, queries

    async def gave(self, grant_id: UUID, command: Any, command_id: UUID | None = None) -> Outcome:
        """Give a command and wait until the lists show it."""
        decider = await decider_of_grants(self._engine, grant_id, command)
        context = CommandContext(command_id=command_id or uuid4(), actor="cw", organisation="org")
        outcome = await handle(self._engine.store, decider, grant_id, command, context, lambda history: None)
        assert await self._queries.wait_for(await self._engine.log.head(), PATIENCE_SECONDS)
        return outcome


@pytest.fixture
async def offices(database: str) -> AsyncIterator[Offices]:
    """Two grants of one town with the same lines."""
    async with open_engine(database, KEK) as engine, projecting(engine):
        queries = Queries(engine)
        found = Offices(engine, queries)
        lines = (line(), line(F4, cents=10_000_00))
        for grant_id, reference in ((ONE, "36.04-1"), (OTHER, "36.04-2")):
            assert isinstance(await found.gave(grant_id, notice(reference=reference, lines=lines)), Accepted)
        yield found
        await queries.close()


def refused(outcome: Outcome, rule: str, *places: str) -> None:
    """The rule, and both places in both languages."""
    assert isinstance(outcome, Refusal)
    assert outcome.rule_id == rule
    for text in (outcome.de, outcome.en):
        assert all(place in text for place in places)


async def test_what_another_grant_pays_is_refused_until_somebody_says_why(offices: Offices) -> None:
    """The same ticket with another amount; the same command again still has its first outcome."""
    first = spending(voucher="A-1", **TICKET)
    command_id = uuid4()
    assert isinstance(await offices.gave(ONE, first, command_id), Accepted)
    again = spending(voucher="B-1", amount_cents=Cents(5), payee="K-17", **TICKET)
    refused(await offices.gave(OTHER, again), "grant.double_funding_elsewhere", "36.04-1", "A-1")
    justified = replace(again, justification="Hin- und Rückfahrt getrennt abgerechnet")
    assert isinstance(await offices.gave(OTHER, justified), Accepted)
    repeated = await offices.gave(ONE, first, command_id)
    assert isinstance(repeated, Accepted)
    assert repeated.repeated


async def test_a_correction_into_what_another_grant_pays_is_refused_too(offices: Offices) -> None:
    """And a voucher that was corrected away is no reason any more."""
    first, second = spending(voucher="A-1"), spending(voucher="B-1", amount_cents=Cents(9_999))
    for grant_id, command in ((ONE, first), (OTHER, second)):
        assert isinstance(await offices.gave(grant_id, command), Accepted)
    alike = CorrectSpending(
        occurred_on=date(2025, 5, 1), voucher="B-1", booking=booking_of(first), reason="Zahlendreher"
    )
    refused(await offices.gave(OTHER, alike), "grant.double_funding_elsewhere", "36.04-1", "A-1")
    away = CorrectSpending(
        occurred_on=date(2025, 5, 1),
        voucher="A-1",
        booking=booking_of(replace(first, amount_cents=Cents(1))),
        reason="Zahlendreher",
    )
    assert isinstance(await offices.gave(ONE, away), Accepted)
    assert isinstance(await offices.gave(OTHER, alike), Accepted)


async def test_a_flat_rate_is_not_decided_for_days_that_another_grant_decided_or_paid(
    offices: Offices,
) -> None:
    """Nor a course paid at real cost that another grant pays by flat rate; other days may be decided."""
    assert isinstance(await offices.gave(ONE, decide_rates(claim())), Accepted)
    refused(
        await offices.gave(OTHER, decide_rates(claim())), "flat_rate.paid_elsewhere", "36.04-1", str(ANNA)
    )
    taught = spending(voucher="B-1", module=F4, cost_kind=CostKind.TEACHING, offer_id=COURSE)
    refused(await offices.gave(OTHER, taught), "grant.double_funding_elsewhere", "36.04-1", str(ANNA))
    [march] = claim().spans
    april = replace(march, from_on=date(2025, 4, 1), to_on=date(2025, 4, 30), version=10)
    assert isinstance(await offices.gave(OTHER, decide_rates(claim(spans=(april,)))), Accepted)


async def test_a_refusal_of_the_grant_itself_comes_first(offices: Offices) -> None:
    """Nobody is asked for a reason for what cannot be booked anyway."""
    await offices.gave(ONE, spending(voucher="A-1", **TICKET))
    wrong = spending(voucher="B-1", year=2024, **TICKET)
    refused(await offices.gave(OTHER, wrong), "grant.line_unknown")
