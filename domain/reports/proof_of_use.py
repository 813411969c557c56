"""Proof of use and interim statement: plan and actual in the order of the plan, vouchers, and the figures of the narrative."""

from __future__ import annotations

from typing import Final

from domain.money import land_share
from domain.path import Title
from domain.projections.grant_use import GrantMovementRow
from domain.replacing import replace
from domain.reports import proof_definitions as means
from domain.reports.definition import MUNICIPALITY, Counting, ReportDefinition, TableDefinition
from domain.reports.evidence import Kind
from domain.reports.facts import Need
from domain.reports.funding import difference
from domain.reports.grant_asked import GRANT, GRANT_KEY, LINE_KEYS, YEAR, asked, year_of
from domain.reports.grant_books import book_in, cents, entry, line_of_plan, line_of_spending
from domain.reports.line_shares import COMPENSATED, SHARED_OUT, compensate, share_out
from domain.reports.proof_lists import flat_rates, onward, payments, vouchers
from domain.reports.statistics import STATISTICS
from domain.reports.table import Publication, Table
from domain.reports.tally import Key, Tally

# -------------------------------------------------------------------- balance


def to_repay(land_due: int, drawn: int, repaid: int) -> int:
    """What was drawn and not paid back beyond what the Land owes."""
    return max(0, drawn - repaid - land_due)


def to_draw(land_due: int, drawn: int, repaid: int) -> int:
    """What the Land still owes."""
    return max(0, land_due - (drawn - repaid))


def _balance(counting: Counting) -> Table:
    tally = Tally(
        id="balance",
        title=Title(de="Abrechnung mit dem Land", en="Balance with the Land"),
        keys=(GRANT_KEY,),
        columns=means.BALANCE,
        evidence=counting.evidence,
        hidden=("planned", "spent"),
    )
    tally.declare(Kind.SUM, "drawn", "repaid", "planned", "spent")
    tally.declare(Kind.DERIVED, "land_due")
    for book in asked(counting):
        key = (book.reference,)
        book_in(tally, book, key, whole=True)

        def line(_: GrantMovementRow, key: Key = key) -> Key:
            return key

        tally.count("drawn", book.drawdowns, line, entry, cents)
        tally.count("repaid", book.repayments, line, entry, cents)
        planned, spent = (int(tally.cell(column, key)) for column in ("planned", "spent"))
        owed = land_share(max(0, min(planned, spent)), book.own_share)
        operands = tuple(tally.ref(column, key) for column in ("planned", "spent"))
        tally.put("land_due", key, owed, "land_share_of_spending", operands)
    tally.derive("to_repay", to_repay, "land_due", "drawn", "repaid")
    tally.derive("to_draw", to_draw, "land_due", "drawn", "repaid")
    return tally.table([(book.reference,) for book in asked(counting)])


# ---------------------------------------------------------- financial statement


def _statement(counting: Counting, *, in_year: bool) -> Table:
    tally = Tally(
        id="statement",
        title=Title(
            de="Zahlenmäßiger Nachweis in der Ordnung des Finanzierungsplans",
            en="Financial statement in the order of the financing plan",
        ),
        keys=(GRANT_KEY, *LINE_KEYS),
        columns=(*means.LINES[:4], means.IN_YEAR, *means.LINES[4:]) if in_year else means.LINES,
        evidence=counting.evidence,
    )
    shown: list[Key] = []
    year = year_of(counting)
    for book in asked(counting):
        book_in(tally, book, (book.reference,), whole=False)
        keys: list[Key] = [(book.reference, *key) for key in book.keys]
        shown += [key for key in keys if counting.municipality in (None, key[2])]
        if in_year:

            def line(row: GrantMovementRow, reference: str = book.reference) -> Key:
                return reference, *line_of_spending(row)

            paid = [row for row in book.spendings if row.occurred_on.year == year]
            tally.count("spent_in_year", paid, line, entry, cents)
        share_out(tally, keys, book.own_share)
        compensate(tally, keys, {(book.reference, *line_of_plan(row)) for row in book.plan})
    tally.declare(Kind.SUM, "planned", "spent", *(("spent_in_year",) if in_year else ()))
    tally.declare(Kind.DERIVED, *SHARED_OUT, *COMPENSATED)
    tally.derive("deviation", difference, "spent", "planned")
    return tally.table(shown)


# -------------------------------------------------------------------- narrative


def _narrative(table_id: str, number: int, de: str, en: str) -> TableDefinition:
    """A table of the statistics as a chapter of the narrative report: its figures, with the text still to be written."""
    inner = STATISTICS.table(table_id)

    def count(counting: Counting) -> Table:
        title = Title(de=f"Sachbericht {number}: {de}", en=f"Narrative report {number}: {en}")
        return replace(inner.count(counting), title=title)

    return TableDefinition(id=table_id, count=count)


_NARRATIVE: Final = (
    _narrative("reach", 1, "Zielgruppe und erreichte Personen", "target group and persons reached"),
    _narrative("modules", 2, "durchgeführte Maßnahmen", "measures carried out"),
    _narrative("placements", 3, "Übergänge in Ausbildung und Arbeit", "transitions into training and work"),
    _narrative("dropouts", 4, "Abbrüche und ihre Gründe", "dropouts and their reasons"),
    _narrative("destinations", 5, "Verbleib", "destinations"),
)


def _tables(*, in_year: bool) -> tuple[TableDefinition, ...]:
    return (
        TableDefinition(id="balance", count=_balance),
        TableDefinition(id="statement", count=lambda counting: _statement(counting, in_year=in_year)),
        TableDefinition(id="payments", count=payments),
        TableDefinition(id="onward_grants", count=onward),
        TableDefinition(id="flat_rates", count=flat_rates),
        TableDefinition(id="vouchers", count=lambda counting: vouchers(counting, in_year=in_year)),
        *_NARRATIVE,
    )


PROOF_OF_USE: Final = ReportDefinition(
    name="proof_of_use",
    version=1,
    title=Title(de="Verwendungsnachweis", en="Proof of use"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, GRANT),
    tables=_tables(in_year=False),
    needs=frozenset({Need.GRANT_STATEMENTS}),
)

INTERIM_STATEMENT: Final = ReportDefinition(
    name="interim_statement",
    version=1,
    title=Title(de="Zwischennachweis", en="Interim statement"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, GRANT, YEAR),
    tables=_tables(in_year=True),
    needs=frozenset({Need.GRANT_STATEMENTS}),
)
