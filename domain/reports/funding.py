"""The funding report: plan, actual and rest of every budget line, the shares of Land and own, drawdowns, teaching units."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.grant import WHOLE
from domain.path import Title
from domain.projections.grant_use import DRAWDOWN, REPAYMENT, SPENDING, GrantMovementRow, GrantPlanRow
from domain.reports import funding_definitions as means
from domain.reports.definition import (
    MUNICIPALITY,
    Counting,
    Parameter,
    ParameterKind,
    ReportDefinition,
    TableDefinition,
)
from domain.reports.evidence import Kind
from domain.reports.facts import CaseFact
from domain.reports.table import (
    TOTAL,
    Cell,
    NotComputable,
    Publication,
    Table,
    largest_remainder,
    share,
)
from domain.reports.tally import Key, Tally, total_of_all
from domain.values import FundingModule

NAME: Final = "funding"
VERSION: Final = 3

P4_CENTS_PER_UNIT: Final = 3_750
"""Flat rate P4 per teaching unit of a course of F4: 37.50 €. Source: durchstarten.nrw, page on F4, as of 2022."""

FLAG_OVER_PLAN: Final = "over_100"
FLAG_OVER_TOLERANCE: Final = "over_120"
"""Source: ANBest-P: single lines may be exceeded by up to 20 % if compensated elsewhere."""

_GRANT = Title(de="Bescheid", en="grant notice")
_MODULE = Title(de="Förderbaustein", en="funding module")
_MUNICIPALITY = Title(de="Kommune (AGS)", en="municipality (AGS)")
_YEAR = Title(de="Jahr", en="year")


OWN_SHARE: Final = Parameter(
    name="own_share",
    title=Title(de="Eigenanteil in Basispunkten", en="own share in basis points"),
    kind=ParameterKind.NUMBER,
    most=WHOLE,
    rule=True,
)
"""As in the notice when left out."""


class GrantBooks(NamedTuple):
    """One grant as of the reference date: the plan in force (in its order) and the one before it, what was booked."""

    grant_id: UUID
    reference: str
    own_share: int
    plan: tuple[GrantPlanRow, ...]
    plan_before: tuple[GrantPlanRow, ...]
    spendings: tuple[GrantMovementRow, ...]
    drawdowns: tuple[GrantMovementRow, ...]
    repayments: tuple[GrantMovementRow, ...] = ()

    @property
    def plan_version(self) -> int:
        """The notice or amendment in force."""
        return self.plan[0].version

    @property
    def keys(self) -> list[Key]:
        """Lines of the plan in their order, then lines with spending only."""
        planned = [line_of_plan(row) for row in self.plan]
        spent = {line_of_spending(row) for row in self.spendings}
        return [*planned, *sorted(spent - set(planned))]


def line_of_plan(row: GrantPlanRow) -> Key:
    """Module, municipality and year of a line."""
    return row.module, row.municipality, str(row.year)


def line_of_spending(row: GrantMovementRow) -> Key:
    """The line a payment was booked on."""
    return row.module or "", row.municipality or "", str(row.year)


def books(counting: Counting) -> list[GrantBooks]:
    """The grants known by the reference date, by their reference."""
    plans: dict[UUID, list[GrantPlanRow]] = defaultdict(list)
    for plan in counting.facts.plans:
        if in_force_from(plan) <= counting.as_of:
            plans[plan.grant_id].append(plan)
    movements: dict[UUID, list[GrantMovementRow]] = defaultdict(list)
    for movement in counting.facts.movements:
        if movement.occurred_on <= counting.as_of:
            movements[movement.grant_id].append(movement)
    found = [_books_of(grant, rows, movements[grant]) for grant, rows in plans.items()]
    if (own_share := counting.parameters.get(OWN_SHARE.name)) is not None:
        found = [one._replace(own_share=int(str(own_share))) for one in found]
    return sorted(found, key=lambda one: (one.reference, one.grant_id.int))


def _books_of(grant: UUID, plans: list[GrantPlanRow], movements: list[GrantMovementRow]) -> GrantBooks:
    """The plan in force is that of the notice in force last; of two from one day on the one recorded later."""
    notices = sorted({(in_force_from(row), row.version) for row in plans})
    first = min(plans, key=lambda row: row.version)
    in_force = _lines_of(plans, notices[-1][1])
    ordered = sorted(movements, key=lambda row: (row.occurred_on, row.version))
    return GrantBooks(
        grant,
        first.reference,
        in_force[0].own_share,
        in_force,
        _lines_of(plans, notices[-2][1]) if len(notices) > 1 else (),
        tuple(row for row in ordered if row.kind == SPENDING),
        tuple(row for row in ordered if row.kind == DRAWDOWN),
        tuple(row for row in ordered if row.kind == REPAYMENT),
    )


def in_force_from(row: GrantPlanRow) -> date:
    """From when on the plan of this line counts: it is valid, and it has been decided."""
    return max(row.decided_on, row.valid_from)


def _lines_of(plans: list[GrantPlanRow], version: int) -> tuple[GrantPlanRow, ...]:
    return tuple(sorted((row for row in plans if row.version == version), key=lambda row: row.place))


def land_share(total_cents: int, own_share: int) -> int:
    """The share of the Land; the own share carries the rounding (domain/grant.py)."""
    return total_cents * (WHOLE - own_share) // WHOLE


def drawable(land: int, drawn: int, repaid: int) -> int:
    """What may still be drawn of the share of the Land; what was paid back may be drawn again."""
    return land - drawn + repaid


def difference(one: int, other: int) -> int:
    """``one`` minus ``other``."""
    return one - other


def _entry(row: GrantPlanRow | GrantMovementRow) -> tuple[int, ...]:
    return (row.version,)


def _cents(row: GrantPlanRow | GrantMovementRow) -> int:
    return row.amount_cents


# -------------------------------------------------------------------- tables


def book_in(tally: Tally, book: GrantBooks, prefix: Key, *, whole: bool) -> None:
    """Plan and actual of one grant, in its line or line by line."""

    def planned(row: GrantPlanRow) -> Key:
        return prefix if whole else (*prefix, *line_of_plan(row))

    def spent(row: GrantMovementRow) -> Key:
        return prefix if whole else (*prefix, *line_of_spending(row))

    tally.count("planned", book.plan, planned, _entry, _cents)
    tally.but_for("planned", book.plan_before, planned, _entry, lambda _: (book.plan_version,))
    tally.count("spent", book.spendings, spent, _entry, _cents)


def _grants(counting: Counting) -> Table:
    tally = Tally(
        id="grants",
        title=Title(de="Zuwendungen", en="Grants"),
        keys=(_GRANT,),
        columns=means.GRANTS,
        evidence=counting.evidence,
        hidden=("repaid",),
    )
    for book in counting.once(books):
        key = (book.reference,)
        book_in(tally, book, key, whole=True)

        def line(_: GrantMovementRow, key: Key = key) -> Key:
            return key

        tally.count("drawn", book.drawdowns, line, _entry, _cents)
        tally.count("repaid", book.repayments, line, _entry, _cents)
        for kind in ("planned", "spent"):
            whole = sum(row.amount_cents for row in (book.plan if kind == "planned" else book.spendings))
            land = land_share(whole, book.own_share)
            operands = (tally.ref(kind, key),)
            tally.put(f"{kind}_land", key, land, "land_share", operands)
            tally.put(f"{kind}_own", key, whole - land, "own_share", operands)
    tally.declare(Kind.SUM, "planned", "spent", "drawn", "repaid")
    tally.declare(Kind.DERIVED, "planned_land", "planned_own", "spent_land", "spent_own")
    tally.derive("remaining", difference, "planned", "spent")
    tally.derive("used", share, "spent", "planned")
    tally.derive("drawable", drawable, "planned_land", "drawn", "repaid")
    return tally.table([(book.reference,) for book in counting.once(books)])


def _lines(counting: Counting) -> Table:
    tally = Tally(
        id="lines",
        title=Title(de="Ansätze: Soll und Ist", en="Budget lines: plan and actual"),
        keys=(_GRANT, _MODULE, _MUNICIPALITY, _YEAR),
        columns=means.LINES,
        evidence=counting.evidence,
    )
    shown: list[Key] = []
    for book in counting.once(books):
        book_in(tally, book, (book.reference,), whole=False)
        keys: list[Key] = [(book.reference, *key) for key in book.keys]
        shown += [key for key in keys if counting.municipality in (None, key[2])]
        for kind in ("planned", "spent"):
            cents = [int(tally.cell(kind, key)) for key in keys]
            land = largest_remainder(land_share(sum(cents), book.own_share), cents)
            operands = tuple(tally.ref(kind, key) for key in keys)
            for key, whole, part in zip(keys, cents, land, strict=True):
                # All lines of the grant decide, since the cents that are left over go to the largest remainders.
                tally.put(f"{kind}_land", key, part, "land_share_by_largest_remainder", operands)
                tally.put(f"{kind}_own", key, whole - part, "own_share", (tally.ref(kind, key), *operands))
        in_plan = {line_of_plan(row) for row in book.plan}
        for key in keys:
            planned, spent = int(tally.cell("planned", key)), int(tally.cell("spent", key))
            operands = (tally.ref("spent", key), tally.ref("planned", key))
            used: Cell = NotComputable.NO_LINE_IN_PLAN if key[1:] not in in_plan else share(spent, planned)
            tally.put("used", key, used, "share", operands)
            tally.put("flag", key, flag(planned, spent), "flag", operands)
    tally.declare(Kind.SUM, "planned", "spent")
    tally.declare(Kind.DERIVED, "planned_land", "planned_own", "spent_land", "spent_own", "used", "flag")
    tally.derive("remaining", difference, "planned", "spent")
    return tally.table(shown)


def flag(planned: int, spent: int) -> str:
    """Whether a line is above its plan, or above what may be compensated."""
    if 100 * spent > 120 * planned:
        return FLAG_OVER_TOLERANCE
    return FLAG_OVER_PLAN if spent > planned else ""


def _drawdowns(counting: Counting) -> Table:
    tally = Tally(
        id="drawdowns",
        title=Title(de="Mittelabrufe", en="Drawdowns"),
        keys=(_GRANT, Title(de="Datum", en="date"), Title(de="Zeichen", en="reference")),
        columns=means.DRAWDOWNS,
        evidence=counting.evidence,
    )
    keys: list[Key] = []
    tally.declare(Kind.SUM, "amount")
    for book in counting.once(books):

        def line(row: GrantMovementRow, reference: str = book.reference) -> Key:
            return (reference, row.occurred_on.isoformat(), row.reference)

        tally.count("amount", book.drawdowns, line, _entry, _cents)
        keys += map(line, book.drawdowns)
    return tally.table(dict.fromkeys(keys))


class Taught(NamedTuple):
    """A span of attendance of one participation."""

    case_id: UUID
    municipality: str
    municipality_version: int
    module: str
    offer_id: UUID
    from_on: str
    to_on: str
    attended: int
    held: int
    because: tuple[int, ...]
    case: CaseFact


def _taught(counting: Counting) -> Iterator[Taught]:
    known = {case.case_id: case for case in counting.facts.cases}
    as_of = counting.as_of.isoformat()
    gone = counting.evidence is not None
    for p in counting.facts.participations:
        if p.module is None or p.attendance == "[]":
            continue
        case = known[p.case_id]
        if counting.municipality not in (None, case.municipality, case.municipality_before if gone else None):
            continue
        for from_on, to_on, attended, held, version in json.loads(p.attendance):
            if to_on <= as_of:
                yield Taught(
                    p.case_id,
                    case.municipality,
                    case.municipality_version,
                    p.module,
                    p.offer_id,
                    from_on,
                    to_on,
                    attended,
                    held,
                    (p.requested_version, p.module_version, version),
                    case,
                )


def _before_moving(one: Taught) -> Iterator[tuple[Any, int]]:
    case = one.case
    if case.municipality_before is not None:
        before = one._replace(
            municipality=case.municipality_before, municipality_version=case.municipality_before_version
        )
        yield before, case.municipality_version


def _teaching(counting: Counting) -> Table:
    """Attended units are summed over participations; held ones are counted once per offer and span."""
    taught = list(_taught(counting))
    place = counting.municipality
    tally = Tally(
        id="teaching_units",
        title=Title(de="Unterrichtsstunden und Pauschalen", en="Teaching units and flat rates"),
        keys=(_MODULE,),
        columns=means.TEACHING,
        evidence=counting.evidence,
        totals=total_of_all,
        shadows=_before_moving,
        within=None if place is None else lambda one: one.municipality == place,
    )

    def module(one: Taught) -> Key:
        return (one.module,)

    def because(one: Taught) -> tuple[int, ...]:
        return (one.municipality_version, *one.because)

    tally.count("attended", taught, module, because, lambda one: one.attended)
    tally.largest(
        "held",
        (one for one in taught if one.attended),
        module,
        because,
        lambda one: one.held,
        lambda one: (one.module, one.offer_id, one.from_on, one.to_on),
    )
    lines = [*((each.value,) for each in FundingModule), (TOTAL,)]
    for key in lines:
        known = key == (FundingModule.F4.value,)
        amount = int(tally.cell("held", key)) * P4_CENTS_PER_UNIT if known else NotComputable.RATE_NOT_KNOWN
        tally.put("flat_rate_amount", key, amount, "flat_rate_p4", (tally.ref("held", key),) if known else ())
    return tally.table(lines)


FUNDING: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Mittelverwendung", en="Use of funds"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, OWN_SHARE),
    tables=(
        TableDefinition(id="grants", count=_grants),
        TableDefinition(id="lines", count=_lines),
        TableDefinition(id="drawdowns", count=_drawdowns),
        TableDefinition(id="teaching_units", count=_teaching),
    ),
)
