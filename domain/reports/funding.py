"""The funding report: plan, actual and rest of every budget line, the shares of Land and own, drawdowns, teaching units."""

from __future__ import annotations

from typing import Final

from domain.money import land_share
from domain.path import Title
from domain.projections.grant_use import GrantMovementRow
from domain.reports import funding_definitions as means
from domain.reports import units_at_once
from domain.reports.definition import MUNICIPALITY, Counting, ReportDefinition, TableDefinition
from domain.reports.evidence import Kind
from domain.reports.grant_books import OWN_SHARE, book_in, books, cents, entry, line_of_plan
from domain.reports.line_shares import COMPENSATED, SHARED_OUT, compensate, share_out
from domain.reports.plan_totals import total_up, totals_shown
from domain.reports.rates_known import RATES
from domain.reports.table import Publication, Table, share
from domain.reports.tally import Key, Tally
from domain.reports.teaching_units import MODULE, rates, teaching_units

NAME: Final = "funding"
VERSION: Final = 5

_GRANT = Title(de="Bescheid", en="grant notice")
_MUNICIPALITY = Title(de="Kommune (AGS)", en="municipality (AGS)")
_YEAR = Title(de="Jahr", en="year")


def drawable(land: int, drawn: int, repaid: int) -> int:
    """What may still be drawn of the share of the Land; what was paid back may be drawn again."""
    return land - drawn + repaid


def difference(one: int, other: int) -> int:
    """``one`` minus ``other``."""
    return one - other


# -------------------------------------------------------------------- tables


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

        tally.count("drawn", book.drawdowns, line, entry, cents)
        tally.count("repaid", book.repayments, line, entry, cents)
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
        keys=(_GRANT, MODULE, _MUNICIPALITY, _YEAR),
        columns=means.LINES,
        evidence=counting.evidence,
        totals=totals_shown(counting),
    )
    shown: list[Key] = []
    for book in counting.once(books):
        book_in(tally, book, (book.reference,), whole=False)
        keys: list[Key] = [(book.reference, *key) for key in book.keys]
        share_out(tally, keys, book.own_share)
        compensate(tally, keys, {(book.reference, *line_of_plan(row)) for row in book.plan})
        here = [key for key in keys if counting.municipality in (None, key[2])]
        shown += [*here, *total_up(tally, here)]
    tally.declare(Kind.SUM, "planned", "spent")
    tally.declare(Kind.DERIVED, *SHARED_OUT, *COMPENSATED)
    tally.derive("remaining", difference, "planned", "spent")
    return tally.table(shown)


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

        tally.count("amount", book.drawdowns, line, entry, cents)
        keys += map(line, book.drawdowns)
    return tally.table(dict.fromkeys(keys))


FUNDING: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Mittelverwendung", en="Use of funds"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, OWN_SHARE),
    columns=lambda _: units_at_once.COLUMNS | RATES,
    tables=(
        TableDefinition(id="grants", count=_grants),
        TableDefinition(id="lines", count=_lines),
        TableDefinition(id="drawdowns", count=_drawdowns),
        TableDefinition(id="teaching_units", count=teaching_units),
        TableDefinition(id="rates", count=rates),
    ),
)
