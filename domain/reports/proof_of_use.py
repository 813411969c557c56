"""Proof of use and interim statement: plan and actual in the order of the plan, vouchers, and the figures of the narrative."""

from __future__ import annotations

from typing import Final

from domain.money import land_share
from domain.path import Title
from domain.projections.grant_statements import OnwardGrantRow
from domain.projections.grant_use import GrantMovementRow
from domain.replacing import replace
from domain.reports import bundles
from domain.reports import proof_definitions as means
from domain.reports.definition import MUNICIPALITY, Counting, ReportDefinition, TableDefinition
from domain.reports.evidence import Kind
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import Need
from domain.reports.flat_rates_at_once import FLAT_RATES
from domain.reports.funding import difference
from domain.reports.grant_asked import GRANT, GRANT_KEY, LINE_KEYS, YEAR, asked, year_of
from domain.reports.grant_books import BOOKS, book_in, cents, entry, line_of_plan, line_of_spending
from domain.reports.grant_scope import Scopes, scopes_of
from domain.reports.line_shares import COMPENSATED, SHARED_OUT, compensate, share_out
from domain.reports.plan_totals import total_up, totals_shown
from domain.reports.proof_lists import flat_rates, onward, payments, vouchers
from domain.reports.statistics import STATISTICS
from domain.reports.table import TOTAL, Publication, Table
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


# --------------------------------------------------------------------- income


def _income(counting: Counting) -> Table:
    """Where the money came from: what the plan expects and what there was by the reference date."""
    tally = Tally(
        id="income",
        title=Title(de="Einnahmen", en="Income"),
        keys=(GRANT_KEY, Title(de="Einnahme", en="income")),
        columns=means.INCOME,
        evidence=counting.evidence,
        hidden=("all_planned", "all_spent", "received"),
    )
    tally.declare(Kind.SUM, "all_planned", "all_spent", "received")
    tally.declare(Kind.DERIVED, "planned", "actual")
    shown: list[Key] = []
    for book in asked(counting):
        key: Key = (book.reference, TOTAL)

        def line(_: object, key: Key = key) -> Key:
            return key

        tally.count("all_planned", book.plan, line, entry, cents)
        tally.but_for("all_planned", book.plan_before, line, entry, lambda _, book=book: (book.plan_version,))
        tally.count("all_spent", book.spendings, line, entry, cents)
        tally.count("received", book.drawdowns, line, entry, cents)
        tally.count("received", book.repayments, line, entry, lambda row: -row.amount_cents)
        planned, spent, received = (
            int(tally.cell(column, key)) for column in ("all_planned", "all_spent", "received")
        )
        land = land_share(planned, book.own_share)
        for source, plan, actual in (
            (means.LAND_GRANT, land, received),
            (means.OWN_FUNDS, planned - land, spent - received),
            (TOTAL, planned, spent),
        ):
            to = (book.reference, source)
            tally.put("planned", to, plan, "income_planned", (tally.ref("all_planned", key),))
            operands = (tally.ref("all_spent", key), tally.ref("received", key))
            tally.put("actual", to, actual, "income_received", operands)
            shown.append(to)
    tally.derive("deviation", difference, "actual", "planned")
    return tally.table(shown)


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
        totals=totals_shown(counting),
    )
    shown: list[Key] = []
    year = year_of(counting)
    for book in asked(counting):
        book_in(tally, book, (book.reference,), whole=False)
        keys: list[Key] = [(book.reference, *key) for key in book.keys]
        if in_year:

            def line(row: GrantMovementRow, reference: str = book.reference) -> Key:
                return reference, *line_of_spending(row)

            paid = [row for row in book.spendings if row.occurred_on.year == year]
            tally.count("spent_in_year", paid, line, entry, cents)
        share_out(tally, keys, book.own_share)
        compensate(tally, keys, {(book.reference, *line_of_plan(row)) for row in book.plan})
        here = [key for key in keys if counting.municipality in (None, key[2])]
        shown += [*here, *total_up(tally, here)]
    tally.declare(Kind.SUM, "planned", "spent", *(("spent_in_year",) if in_year else ()))
    tally.declare(Kind.DERIVED, *SHARED_OUT, *COMPENSATED)
    tally.derive("deviation", difference, "spent", "planned")
    return tally.table(shown)


# -------------------------------------------------------------------- narrative


def _narrative(*, in_year: bool) -> tuple[TableDefinition, ...]:
    return tuple(
        _chapter(number, *chapter, in_year=in_year) for number, chapter in enumerate(means.CHAPTERS, 1)
    )


def _chapter(number: int, table_id: str, title: Title, *, in_year: bool) -> TableDefinition:
    """A table of the statistics as a chapter of the narrative report, about the grant alone; its text is to be written."""
    inner = STATISTICS.table(table_id)

    def count(counting: Counting) -> Table:
        scoped = counting.once(_of_year if in_year else _of_period)
        found = inner.count(scoped)
        columns = tuple(
            replace(column, definition=means.of_the_grant(column.definition)) for column in found.columns
        )
        assert isinstance(scoped.scope, Scopes)  # noqa: S101 # narrowed below
        return replace(found, title=means.chapter_title(number, title, scoped.scope.days), columns=columns)

    return TableDefinition(id=table_id, count=count)


def _of_period(counting: Counting) -> Counting:
    return counting.narrowed(scopes_of(counting, in_year=False))


def _of_year(counting: Counting) -> Counting:
    return counting.narrowed(scopes_of(counting, in_year=True))


def _tables(*, in_year: bool) -> tuple[TableDefinition, ...]:
    return (
        TableDefinition(id="balance", count=_balance),
        TableDefinition(id="income", count=_income),
        TableDefinition(id="statement", count=lambda counting: _statement(counting, in_year=in_year)),
        TableDefinition(id="payments", count=payments),
        TableDefinition(id="onward_grants", count=onward),
        TableDefinition(id="flat_rates", count=flat_rates),
        TableDefinition(id="vouchers", count=lambda counting: vouchers(counting, in_year=in_year)),
        *_narrative(in_year=in_year),
    )


_LOOKED_AT: Final[ColumnsOf] = {
    **bundles.ENTRIES,
    **bundles.CONTRACTS,
    **BOOKS,
    **FLAT_RATES,
    "onward_grants": OnwardGrantRow._fields,
}

PROOF_OF_USE: Final = ReportDefinition(
    name="proof_of_use",
    version=4,
    title=Title(de="Verwendungsnachweis", en="Proof of use"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, GRANT),
    tables=_tables(in_year=False),
    needs=frozenset({Need.GRANT_STATEMENTS}),
    columns=lambda _: _LOOKED_AT,
)

INTERIM_STATEMENT: Final = ReportDefinition(
    name="interim_statement",
    version=4,
    title=Title(de="Zwischennachweis", en="Interim statement"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, GRANT, YEAR),
    tables=_tables(in_year=True),
    needs=frozenset({Need.GRANT_STATEMENTS}),
    columns=lambda _: _LOOKED_AT,
)
