"""The funding report: plan, actual and rest of every budget line, the shares of Land and own, drawdowns, teaching units."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from domain.grant import WHOLE
from domain.path import Title
from domain.projections.grant_use import DRAWDOWN, SPENDING, GrantMovementRow, GrantPlanRow
from domain.reports import funding_definitions as means
from domain.reports.facts import Facts, ParticipationFact
from domain.reports.table import (
    TOTAL,
    Cell,
    Line,
    NotComputable,
    Report,
    Table,
    largest_remainder,
    share,
)
from domain.values import FundingModule

NAME: Final = "funding"
VERSION: Final = 1

P4_CENTS_PER_UNIT: Final = 3_750
"""Flat rate P4 per teaching unit of a course of F4: 37.50 €. Source: durchstarten.nrw, page on F4, as of 2022."""

FLAG_OVER_PLAN: Final = "over_100"
FLAG_OVER_TOLERANCE: Final = "over_120"
"""Source: ANBest-P: single lines may be exceeded by up to 20 % if compensated elsewhere."""

_GRANT = Title(de="Bescheid", en="grant notice")
_MODULE = Title(de="Förderbaustein", en="funding module")
_MUNICIPALITY = Title(de="Kommune (AGS)", en="municipality (AGS)")
_YEAR = Title(de="Jahr", en="year")

_LineKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class _GrantBooks:
    """One grant as of the reference date: the plan in force (in its order), and what was spent and drawn."""

    reference: str
    own_share: int
    plan: dict[_LineKey, int]
    spent: dict[_LineKey, int]
    drawdowns: tuple[GrantMovementRow, ...]

    @property
    def keys(self) -> list[_LineKey]:
        """Lines of the plan in their order, then lines with spending only."""
        return [*self.plan, *sorted(set(self.spent) - set(self.plan))]


def funding(facts: Facts, as_of: date, municipality: str | None = None) -> Report:
    """The funding as of ``as_of``; with ``municipality`` only its lines and courses, shares as in the whole grant."""
    books = _books(facts, as_of)
    return Report(
        name=NAME,
        version=VERSION,
        title=Title(de="Mittelverwendung", en="Use of funds"),
        as_of=as_of,
        municipality=municipality,
        tables=(
            _grants(books),
            _lines(books, municipality),
            _drawdowns(books),
            _teaching(facts.participations, as_of, municipality),
        ),
    )


def _books(facts: Facts, as_of: date) -> list[_GrantBooks]:
    plans: dict[UUID, list[GrantPlanRow]] = defaultdict(list)
    for plan in facts.plans:
        if plan.decided_on <= as_of:
            plans[plan.grant_id].append(plan)
    movements: dict[UUID, list[GrantMovementRow]] = defaultdict(list)
    for movement in facts.movements:
        if movement.occurred_on <= as_of:
            movements[movement.grant_id].append(movement)
    books = [
        _book(rows, movements[grant]) for grant, rows in sorted(plans.items(), key=lambda item: item[0].int)
    ]
    return sorted(books, key=lambda book: book.reference)


def _book(plans: list[GrantPlanRow], movements: Iterable[GrantMovementRow]) -> _GrantBooks:
    """The plan in force is that of the latest notice; of two on one day the one recorded later."""
    latest = max((row.decided_on, row.version) for row in plans)
    in_force = sorted(
        (row for row in plans if (row.decided_on, row.version) == latest), key=lambda row: row.place
    )
    first = min(plans, key=lambda row: row.version)
    spent: dict[_LineKey, int] = defaultdict(int)
    drawdowns = []
    for movement in sorted(movements, key=lambda row: (row.occurred_on, row.version)):
        if movement.kind == DRAWDOWN:
            drawdowns.append(movement)
        elif movement.kind == SPENDING and movement.module and movement.municipality and movement.year:
            spent[movement.module, movement.municipality, movement.year] += movement.amount_cents
    return _GrantBooks(
        first.reference,
        in_force[0].own_share,
        {(row.module, row.municipality, row.year): row.amount_cents for row in in_force},
        dict(spent),
        tuple(drawdowns),
    )


def _land(total_cents: int, own_share: int) -> int:
    """The share of the Land; the own share carries the rounding (domain/grant.py)."""
    return total_cents * (WHOLE - own_share) // WHOLE


# -------------------------------------------------------------------- tables


def _grants(books: list[_GrantBooks]) -> Table:
    lines = []
    for book in books:
        planned, spent = sum(book.plan.values()), sum(book.spent.values())
        planned_land, spent_land = _land(planned, book.own_share), _land(spent, book.own_share)
        drawn = sum(movement.amount_cents for movement in book.drawdowns)
        cells: tuple[Cell, ...] = (
            planned,
            planned_land,
            planned - planned_land,
            spent,
            spent_land,
            spent - spent_land,
            planned - spent,
            share(spent, planned),
            drawn,
            planned_land - drawn,
        )
        lines.append(Line(key=(book.reference,), cells=cells))
    return Table(
        id="grants",
        title=Title(de="Zuwendungen", en="Grants"),
        keys=(_GRANT,),
        columns=means.GRANTS,
        lines=tuple(lines),
    )


def _lines(books: list[_GrantBooks], municipality: str | None) -> Table:
    lines = []
    for book in books:
        keys = book.keys
        planned = [book.plan.get(key, 0) for key in keys]
        spent = [book.spent.get(key, 0) for key in keys]
        planned_land = largest_remainder(_land(sum(planned), book.own_share), planned)
        spent_land = largest_remainder(_land(sum(spent), book.own_share), spent)
        for n, (module, place, year) in enumerate(keys):
            if municipality not in (None, place):
                continue
            used = (
                NotComputable.NO_LINE_IN_PLAN
                if (module, place, year) not in book.plan
                else share(spent[n], planned[n])
            )
            cells: tuple[Cell, ...] = (
                planned[n],
                planned_land[n],
                planned[n] - planned_land[n],
                spent[n],
                spent_land[n],
                spent[n] - spent_land[n],
                planned[n] - spent[n],
                used,
                _flag(planned[n], spent[n]),
            )
            lines.append(Line(key=(book.reference, module, place, str(year)), cells=cells))
    return Table(
        id="lines",
        title=Title(de="Ansätze: Soll und Ist", en="Budget lines: plan and actual"),
        keys=(_GRANT, _MODULE, _MUNICIPALITY, _YEAR),
        columns=means.LINES,
        lines=tuple(lines),
    )


def _flag(planned: int, spent: int) -> str:
    if 100 * spent > 120 * planned:
        return FLAG_OVER_TOLERANCE
    return FLAG_OVER_PLAN if spent > planned else ""


def _drawdowns(books: list[_GrantBooks]) -> Table:
    return Table(
        id="drawdowns",
        title=Title(de="Mittelabrufe", en="Drawdowns"),
        keys=(_GRANT, Title(de="Datum", en="date"), Title(de="Zeichen", en="reference")),
        columns=means.DRAWDOWNS,
        lines=tuple(
            Line(
                key=(book.reference, movement.occurred_on.isoformat(), movement.reference),
                cells=(movement.amount_cents,),
            )
            for book in books
            for movement in book.drawdowns
        ),
    )


@dataclass(slots=True)
class _Units:
    attended: int = 0
    held: int = 0


def _teaching(participations: list[ParticipationFact], as_of: date, municipality: str | None) -> Table:
    """Attended units are summed over participations; held ones are counted once per offer and span."""
    by_module: dict[str, _Units] = {module.value: _Units() for module in FundingModule}
    held: dict[tuple[str, UUID, str, str], int] = defaultdict(int)
    for participation in participations:
        if municipality not in (None, participation.municipality) or participation.module is None:
            continue
        units = by_module[participation.module]
        for from_on, to_on, attended, of_held in json.loads(participation.attendance):
            if to_on > as_of.isoformat():
                continue
            units.attended += attended
            if attended:
                span = (participation.module, participation.offer_id, from_on, to_on)
                held[span] = max(held[span], of_held)
    for (module, *_), number in held.items():
        by_module[module].held += number
    lines = []
    for module, units in by_module.items():
        amount: Cell = (
            units.held * P4_CENTS_PER_UNIT
            if module == FundingModule.F4.value
            else NotComputable.RATE_NOT_KNOWN
        )
        lines.append(Line(key=(module,), cells=(units.attended, units.held, amount)))
    total = (
        sum(units.attended for units in by_module.values()),
        sum(units.held for units in by_module.values()),
        NotComputable.RATE_NOT_KNOWN,
    )
    return Table(
        id="teaching_units",
        title=Title(de="Unterrichtsstunden und Pauschalen", en="Teaching units and flat rates"),
        keys=(_MODULE,),
        columns=means.TEACHING,
        lines=(*lines, Line(key=(TOTAL,), cells=total)),
    )
