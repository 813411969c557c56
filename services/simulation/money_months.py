"""What else happens to the grant in a month: onward grants, flat rates, a correction, a repayment, statements, one line overspent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.flat_rate import course_earnings
from domain.flat_rate_claims import claim_of
from domain.flat_rate_decision import FlatRateClaim, Standing, standing
from domain.grant import (
    AcceptProofOfUse,
    BudgetLine,
    CancelSpending,
    CheckOnwardProof,
    CorrectSpending,
    CostKind,
    DecideFlatRates,
    DeliverProofOfUse,
    GiveOnwardGrant,
    GrantState,
    ProofKind,
    RecordOnwardProof,
    RecordRepayment,
    RecordSpending,
    RepaymentGround,
    ReviseFlatRate,
)
from domain.replacing import replace
from domain.values import Cents, FundingModule
from services.simulation.town import BY_AGS, COORDINATION, COORDINATOR, PROVIDERS
from services.simulation.world import World

REPAID = Cents(1_250_00)


def month_of_the_grant(world: World, grant_id: UUID, paid_on: date) -> None:
    """Once a month, after its payments were entered; ``paid_on`` is the last day of the month before."""
    grant = _grant(world)
    number = (paid_on.year - grant.period_from.year) * 12 + paid_on.month - grant.period_from.month
    decide_flat_rates(world, grant_id)
    match number:
        case 1:
            give_onward(world, grant_id)
        case 2:
            pay_onward(world, grant_id, paid_on)
        case 4:
            correct_a_voucher(world, grant_id, paid_on)
        case 5:
            cancel_a_voucher(world, grant_id, paid_on)
        case 6:
            repay(world, grant_id)
        case _ if number % 3 == 0:
            pay_flat_rate(world, grant_id, paid_on)
        case _:
            pass
    if paid_on.month == 12:
        overspend_a_line(world, grant_id, paid_on)
    if paid_on.month == 2 and paid_on.year > grant.period_from.year:
        deliver_statement(world, grant_id, paid_on.year - 1)
    if paid_on.month == 4:
        accept_statements(world, grant_id)


def _grant(world: World) -> GrantState:
    grant = world.ledger.grant
    assert grant is not None  # noqa: S101 # the notice came on the first day
    return grant


def _give(world: World, grant_id: UUID, command: Any) -> None:
    world.ledger.give_grant(
        grant_id,
        command,
        actor=COORDINATOR,
        organisation=COORDINATION,
        command_id=world.purse.new_id(world.clock.milliseconds),
    )


# ------------------------------------------------------------------ flat rates


def decide_flat_rates(world: World, grant_id: UUID) -> None:
    """Every attendance entered since the last time is decided; what differs is decided again with its reason."""
    grant, rates = _grant(world), world.ledger.path.rates
    claims: dict[UUID, FlatRateClaim] = {}
    for life, participation_id in world.attended:
        seat = life.state.course.find(participation_id)  # type: ignore[arg-type] # the id of a participation
        if seat is not None and seat.module is not None and any(r.module is seat.module for r in rates):
            offer = world.taught[seat.offer_id]
            claim = claim_of(
                life.case_id,
                life.state,
                (),
                seat.id,
                offer,
                world.ledger.law,
                world.ledger.calendar,
                world.today,
            )
            if claim is not None:
                corrected = world.attendance_corrected.get(life.case_id)
                entries = {*claim.entries, corrected} if corrected else claim.entries
                claims[seat.id] = replace(claim, entries=tuple(sorted(entries)))
    world.attended.clear()
    stands = {key: standing(grant, claim, rates) for key, claim in claims.items()}
    ready = tuple(claim for key, claim in claims.items() if stands[key] in (Standing.NEW, Standing.FURTHER))
    if ready:
        _give(world, grant_id, DecideFlatRates(occurred_on=world.today, claims=ready, rates=rates))
    for key, claim in claims.items():
        if stands[key] is Standing.DIFFERENT:
            _give(
                world,
                grant_id,
                ReviseFlatRate(
                    occurred_on=world.today, claim=claim, rates=rates, reason="Anwesenheit berichtigt"
                ),
            )


def pay_flat_rate(world: World, grant_id: UUID, paid_on: date) -> None:
    """The course that earned most is paid a part of it, as far as its line of the year can bear."""
    grant = _grant(world)
    uses = {use.line.key: use for use in grant.uses}
    earned = [
        (earning.amount_cents, earning.offer_id)
        for earning in course_earnings(grant.flat_rates.values())
        if earning.amount_cents and (earning.module, earning.municipality, paid_on.year) in uses
    ]
    if not earned:
        return
    amount, offer_id = max(earned)
    offer = world.taught[offer_id]
    use = uses[offer.module, offer.municipality, paid_on.year]
    paid = sum(booking.amount_cents for booking in grant.bookings.values() if booking.offer_id == offer_id)
    part = min(amount - paid, use.line.amount_cents // 20, use.line.amount_cents - use.spent_cents)
    if part <= 0:
        return
    _give(
        world,
        grant_id,
        RecordSpending(
            occurred_on=paid_on,
            voucher=f"{paid_on:%Y-%m}-P4",
            module=offer.module,
            municipality=offer.municipality,
            year=paid_on.year,
            amount_cents=Cents(part),
            payee=offer.provider,
            purpose="Pauschale P4",
            cost_kind=CostKind.FLAT_RATE,
            offer_id=offer_id,
        ),
    )


# -------------------------------------------------------------- onward grants


def give_onward(world: World, grant_id: UUID) -> None:
    """A twentieth of a coaching line goes onward to one provider in each region."""
    grant = _grant(world)
    last = date(grant.period_from.year, 12, 31)
    for number, (region, providers) in enumerate(PROVIDERS.items(), 1):
        line = next(
            use.line
            for use in grant.uses
            if use.line.module is FundingModule.F1
            and use.line.year == last.year
            and BY_AGS[use.line.municipality].region == region
        )
        part = BudgetLine(
            module=line.module,
            municipality=line.municipality,
            year=line.year,
            amount_cents=Cents(max(1, line.amount_cents // 20)),
        )
        _give(
            world,
            grant_id,
            GiveOnwardGrant(
                occurred_on=world.today,
                reference=f"WL-{number}",
                provider=providers[0],
                period_from=grant.period_from,
                period_to=last,
                lines=(part,),
                conditions="ANBest-P; Nachweis mit Belegliste",
                consent_reference=f"{grant.reference}/Z{number}",
                proof_due_on=date(last.year + 1, 3, 15),
            ),
        )


def pay_onward(world: World, grant_id: UUID, paid_on: date) -> None:
    """The providers get what was promised, in one payment."""
    for onward in _grant(world).onward.values():
        for line in onward.lines:
            _give(
                world,
                grant_id,
                RecordSpending(
                    occurred_on=paid_on,
                    voucher=f"{paid_on:%Y-%m}-{onward.reference}",
                    module=line.module,
                    municipality=line.municipality,
                    year=line.year,
                    amount_cents=line.amount_cents,
                    payee=onward.provider,
                    purpose="Weiterleitung Coaching",
                    cost_kind=CostKind.PERSONNEL,
                    onward_reference=onward.reference,
                    service_from=onward.period_from,
                    service_to=onward.period_to,
                ),
            )


def check_onward(world: World, grant_id: UUID) -> None:
    """The providers prove the use, and one of them for a little less than it was paid."""
    for number, onward in enumerate(_grant(world).onward.values()):
        if onward.proof is not None:
            continue
        spent = onward.amount_cents * (97 if number == 0 else 100) // 100
        _give(
            world,
            grant_id,
            RecordOnwardProof(occurred_on=world.today, reference=onward.reference, spent_cents=Cents(spent)),
        )
        _give(
            world,
            grant_id,
            CheckOnwardProof(
                occurred_on=world.today,
                reference=onward.reference,
                accepted_cents=Cents(spent),
                reason="",
            ),
        )


# ------------------------------------------------------------------- vouchers


def _of_month(grant: GrantState, paid_on: date) -> list[str]:
    """Plain vouchers of a month, the largest first."""
    found = [
        (booking.amount_cents, voucher)
        for voucher, booking in grant.bookings.items()
        if booking.paid_on == paid_on and booking.offer_id is None and not booking.onward_reference
    ]
    return [voucher for _, voucher in sorted(found, reverse=True)]


def correct_a_voucher(world: World, grant_id: UUID, paid_on: date) -> None:
    """Two digits were swapped: one voucher is some euros less."""
    grant = _grant(world)
    for voucher in _of_month(grant, paid_on)[:1]:
        was = grant.bookings[voucher]
        now = replace(was, amount_cents=Cents(max(1, was.amount_cents - 27_00)))
        _give(
            world,
            grant_id,
            CorrectSpending(occurred_on=world.today, voucher=voucher, booking=now, reason="Zahlendreher"),
        )


def cancel_a_voucher(world: World, grant_id: UUID, paid_on: date) -> None:
    """The smallest voucher of the month belongs to another cost centre."""
    for voucher in _of_month(_grant(world), paid_on)[-1:]:
        _give(
            world,
            grant_id,
            CancelSpending(occurred_on=world.today, voucher=voucher, reason="Andere Kostenstelle"),
        )


def repay(world: World, grant_id: UUID) -> None:
    """Some money was drawn too early and goes back."""
    amount = min(REPAID, _grant(world).drawn_cents)
    if amount > 0:
        _give(
            world,
            grant_id,
            RecordRepayment(
                occurred_on=world.today,
                reference="RZ-1",
                amount_cents=Cents(amount),
                ground=RepaymentGround.NOT_SPENT_IN_TIME,
            ),
        )


def overspend_a_line(world: World, grant_id: UUID, paid_on: date) -> None:
    """At the end of the year one small line ends at 124 %; the others of the year have more left than that."""
    grant = _grant(world)
    uses = [use for use in grant.uses if use.line.year == paid_on.year and use.spent_cents]
    if not uses:
        return
    use = min(uses, key=lambda use: (use.line.amount_cents, use.line.key))
    amount = use.line.amount_cents * 124 // 100 - use.spent_cents
    rest = sum(max(0, u.line.amount_cents - u.spent_cents) for u in uses if u is not use)
    over = sum(max(0, u.spent_cents - u.line.amount_cents) for u in uses if u is not use)
    if amount <= 0 or rest - over < amount:
        return
    _give(
        world,
        grant_id,
        RecordSpending(
            occurred_on=paid_on,
            voucher=f"{paid_on:%Y}-Nachzahlung",
            module=use.line.module,
            municipality=use.line.municipality,
            year=paid_on.year,
            amount_cents=Cents(amount),
            payee=BY_AGS[use.line.municipality].organisation,
            purpose="Nachzahlung nach Tarifabschluss",
            cost_kind=CostKind.PERSONNEL,
        ),
    )


# ----------------------------------------------------------------- statements


def deliver_statement(world: World, grant_id: UUID, year: int) -> None:
    """The interim statement of a year goes out in March; before it the proofs of the providers are checked."""
    check_onward(world, grant_id)
    _give(
        world,
        grant_id,
        DeliverProofOfUse(
            occurred_on=world.today,
            kind=ProofKind.INTERIM,
            reference=f"ZN-{year}",
            covers_to=date(year, 12, 31),
        ),
    )


def accept_statements(world: World, grant_id: UUID) -> None:
    """The granting authority accepts what was spent by the day a statement covers."""
    grant = _grant(world)
    for proof in grant.proofs:
        if proof.accepted_cents is None and proof.delivered_on < world.today - timedelta(days=30):
            spent = sum(
                booking.amount_cents
                for booking in grant.bookings.values()
                if booking.paid_on <= proof.covers_to
            )
            _give(
                world,
                grant_id,
                AcceptProofOfUse(
                    occurred_on=world.today, reference=proof.reference, accepted_cents=Cents(spent)
                ),
            )
