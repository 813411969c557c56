"""The grant of the town: 1.2 million euros with 20 % own share, lines by module, municipality and year, and what is spent."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from domain.grant import (
    AmendGrantNotice,
    BudgetLine,
    CostKind,
    RecordDrawdown,
    RecordGrantNotice,
    RecordSpending,
)
from domain.money import land_share, largest_remainder
from domain.replacing import replace
from domain.values import BasisPoints, Cents, FundingModule
from services.simulation import money_months
from services.simulation.town import COORDINATION, COORDINATOR, MUNICIPALITIES, PROVIDERS
from services.simulation.world import World

TOTAL = Cents(120_000_000)
OWN_SHARE = BasisPoints(2_000)
_WEIGHTS = {
    FundingModule.F1: 30,
    FundingModule.F2: 12,
    FundingModule.F3: 16,
    FundingModule.F4: 27,
    FundingModule.F5: 3,
    FundingModule.F6: 12,
}


def receive(world: World) -> None:
    """The notice comes on the first day and runs to the end of the year in which the simulated time ends."""
    last_day = date(world.clock.until.year, 12, 31)
    grant_id = world.new_id()
    world.ledger.give_grant(
        grant_id,
        RecordGrantNotice(
            occurred_on=world.today,
            reference="36.04.01-SR-1",
            granting_authority="Bezirksregierung Arnsberg",
            period_from=world.first_day,
            period_to=last_day,
            own_share=OWN_SHARE,
            lines=financing_plan(world.first_day, last_day),
            proof_due_on=date(last_day.year + 1, 6, 30),
            interim_due_on=tuple(
                date(year, 3, 31) for year in range(world.first_day.year + 1, last_day.year + 1)
            ),
            total_cents=TOTAL,
            synthetic=True,
        ),
        actor=COORDINATOR,
        organisation=COORDINATION,
    )
    span = (world.clock.until - world.first_day).days
    world.later(span // 2, amend, grant_id)
    world.on(_next_month(world.today), spend_month, grant_id)
    world.later(45, draw, grant_id, 1)


def financing_plan(first_day: date, last_day: date) -> tuple[BudgetLine, ...]:
    """Lines that add up to the total, by largest remainder."""
    years = range(first_day.year, last_day.year + 1)
    weights = {
        (module, place.ags, year): weight * place.weight * _months(year, first_day, last_day)
        for module, weight in _WEIGHTS.items()
        for place in MUNICIPALITIES
        for year in years
    }
    amounts = largest_remainder(TOTAL, list(weights.values()))
    return tuple(
        BudgetLine(module=module, municipality=ags, year=year, amount_cents=Cents(amount))
        for (module, ags, year), amount in zip(weights, amounts, strict=True)
        if amount
    )


def _months(year: int, first_day: date, last_day: date) -> int:
    first = first_day.month if year == first_day.year else 1
    last = last_day.month if year == last_day.year else 12
    return last - first + 1


def spend_month(world: World, grant_id: UUID) -> None:
    """At the beginning of a month the payments of the month before are entered, line by line."""
    chance = world.chance
    grant = world.ledger.grant
    assert grant is not None  # noqa: S101 # the notice came on the first day
    paid_on = world.today.replace(day=1) - timedelta(days=1)
    for use in grant.uses:
        line = use.line
        if line.year != paid_on.year or paid_on < grant.period_from:
            continue
        months = _months(line.year, grant.period_from, grant.period_to)
        amount = round(line.amount_cents / months * (0.72 + 0.44 * chance.share()))
        if amount <= 0 or chance.yes(0.08):
            continue
        place = next(place for place in MUNICIPALITIES if place.ags == line.municipality)
        payee = (
            place.organisation if line.module is FundingModule.F6 else chance.pick(PROVIDERS[place.region])
        )
        personnel = line.module in (FundingModule.F1, FundingModule.F6)
        world.ledger.give_grant(
            grant_id,
            RecordSpending(
                occurred_on=paid_on,
                voucher=f"{paid_on:%Y-%m}-{line.module.value}-{place.slug}",
                module=line.module,
                municipality=line.municipality,
                year=line.year,
                amount_cents=Cents(amount),
                payee=payee,
                purpose="Personalkosten" if personnel else "Kurskosten",
                cost_kind=CostKind.PERSONNEL if personnel else CostKind.OTHER,
                service_from=max(paid_on.replace(day=1), grant.period_from),
                service_to=paid_on,
            ),
            actor=COORDINATOR,
            organisation=COORDINATION,
        )
    money_months.month_of_the_grant(world, grant_id, paid_on)
    world.on(_next_month(world.today), spend_month, grant_id)


def draw(world: World, grant_id: UUID, number: int) -> None:
    """Every quarter the Land's share of what was paid is drawn, as far as it has not been."""
    grant = world.ledger.grant
    assert grant is not None  # noqa: S101 # the notice came on the first day
    amount = land_share(grant.spent_cents, grant.own_share) - grant.drawn_cents
    if amount > 0:
        world.ledger.give_grant(
            grant_id,
            RecordDrawdown(occurred_on=world.today, reference=f"MA-{number}", amount_cents=Cents(amount)),
            actor=COORDINATOR,
            organisation=COORDINATION,
        )
    world.later(91, draw, grant_id, number + 1)


def amend(world: World, grant_id: UUID) -> None:
    """Half-way, money for the last year moves from school leaving to language courses."""
    grant = world.ledger.grant
    assert grant is not None  # noqa: S101 # the notice came on the first day
    last_year = grant.period_to.year
    moved = 0
    lines = []
    for use in grant.uses:
        line = use.line
        if line.module is FundingModule.F3 and line.year == last_year and not use.spent_cents:
            part = line.amount_cents // 5
            moved += part
            line = replace(line, amount_cents=Cents(line.amount_cents - part))
        lines.append(line)
    gaining = [
        n for n, line in enumerate(lines) if line.module is FundingModule.F4 and line.year == last_year
    ]
    if not moved or not gaining:
        return
    for place, part in zip(gaining, largest_remainder(moved, [1] * len(gaining)), strict=True):
        lines[place] = replace(lines[place], amount_cents=Cents(lines[place].amount_cents + part))
    world.ledger.give_grant(
        grant_id,
        AmendGrantNotice(
            occurred_on=world.today,
            reference="36.04.01-SR-1/Ä1",
            period_to=grant.period_to,
            own_share=grant.own_share,
            lines=tuple(lines),
            reason="Mehr Bedarf an Sprachkursen",
        ),
        actor=COORDINATOR,
        organisation=COORDINATION,
    )


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=4)
