"""Proof of use and interim statement: the arithmetic by hand, and every figure led back to its entries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.grant import (
    CancelSpending,
    CheckOnwardProof,
    CorrectSpending,
    CostKind,
    PayeeKind,
    RecordOnwardProof,
    booking_of,
)
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.drill import Drill, drill
from domain.reports.evidence import CellRef, Kind
from domain.reports.funding import FUNDING
from domain.reports.proof_of_use import INTERIM_STATEMENT, PROOF_OF_USE
from domain.reports.table import TOTAL, Line, NotComputable, Report, Table, Unit
from domain.values import Cents, FundingModule
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_flat_rate import APRIL, BENO, COURSE, MARCH, MARCH_ONLY, claim, decide_rates, revise
from tests.domain.test_grant import GrantFile, drawdown, line, notice, spending
from tests.domain.test_grant_payments import repayment
from tests.domain.test_grant_spending import onward

GRANT_ID = UUID(int=0x6A7)
END = date(2027, 12, 31)
F1, F4, F6 = FundingModule.F1, FundingModule.F4, FundingModule.F6
ESCHWEILER = "05334012"


def eventful() -> GrantFile:
    """F1 1,000 €, F4 400 €, F6 100 € in 2025 and F1 500 € in 2026, a fifth of it own; F6 ends at 130 €."""
    plan = (line(F1), line(F4, cents=40_000), line(F6, cents=10_000), line(F1, 2026, 50_000))
    file = GrantFile().done(notice(lines=plan))
    was = spending(voucher="B-1", module=F1, amount_cents=Cents(70_000), purpose="Coaching")
    file.done(
        was,
        drawdown(120_000, "MA-1"),
        repayment(20_000, "RZ-1"),
        CorrectSpending(
            occurred_on=date(2025, 5, 1),
            voucher="B-1",
            booking=replace(booking_of(was), amount_cents=Cents(60_000)),
            reason="Zahlendreher",
        ),
        spending(voucher="B-2", module=F6, amount_cents=Cents(13_000), occurred_on=date(2025, 12, 1)),
        spending(voucher="B-3", module=F1, amount_cents=Cents(500), occurred_on=date(2025, 6, 2)),
        CancelSpending(occurred_on=date(2025, 7, 1), voucher="B-3", reason="doppelt"),
        spending(
            voucher="B-4",
            module=F1,
            year=2026,
            amount_cents=Cents(7_001),
            occurred_on=date(2026, 2, 1),
            payee="K-17",
            payee_kind=PayeeKind.PERSON,
            purpose="Fahrt",
        ),
        onward(lines=(line(F1, cents=5_000),)),
        spending(
            voucher="B-5",
            module=F1,
            amount_cents=Cents(4_000),
            onward_reference="WL-1",
            occurred_on=date(2025, 8, 1),
        ),
        RecordOnwardProof(occurred_on=date(2026, 2, 2), reference="WL-1", spent_cents=Cents(3_900)),
        CheckOnwardProof(
            occurred_on=date(2026, 3, 2), reference="WL-1", accepted_cents=Cents(3_800), reason="1 €"
        ),
        decide_rates(claim()),
        decide_rates(claim(BENO, spans=(replace(MARCH, units_held=90), APRIL), entries=(1, 4))),
        revise(claim(BENO, spans=(APRIL,), entries=(1, 4))),
        spending(
            voucher="B-6",
            module=F4,
            amount_cents=Cents(30_000),
            cost_kind=CostKind.FLAT_RATE,
            offer_id=COURSE,
            occurred_on=date(2025, 9, 1),
        ),
    )
    return file


def history(file: GrantFile) -> list[Recorded[Any]]:
    """The stream of the grant."""
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        Recorded(n, GRANT_ID, n, event, at + timedelta(seconds=n), "ki", "org", None)
        for n, event in enumerate(file.events, 1)
    ]


STREAM = history(eventful())


def run(as_of: date = END, **parameters: Any) -> Report:
    """The proof of use."""
    return PROOF_OF_USE.run(facts_of([STREAM], as_of), as_of, parameters)


def interim(as_of: date, **parameters: Any) -> Report:
    """The interim statement."""
    return INTERIM_STATEMENT.run(facts_of([STREAM], as_of), as_of, parameters)


def single(table: Table) -> list[Line]:
    """The lines that sum up no others."""
    return [found for found in table.lines if TOTAL not in found.key]


def test_plan_and_actual_stand_in_the_order_of_the_plan_with_land_and_own_share() -> None:
    """Spent: F1 60,000 + 4,000; F4 30,000; F6 13,000; F1 of 2026 7,001: 114,001 cents, 80 % = 91,200.8 → 91,200.

    By largest remainder: 64,000 × 0.8 = 51,200 (share 64,000 × 91,200/114,001 = 51,199.55…), 30,000 → 23,999.79…,
    13,000 → 10,399.91…, 7,001 → 5,600.75…; whole parts 51,199 + 23,999 + 10,399 + 5,600 = 91,197, three cents left go to
    .91 (F6), .79 (F4) and .75 (2026).
    """
    table = run().table("statement")
    lines = single(table)
    assert [key.key[1:] for key in lines] == [
        ("F1", ESCHWEILER, "2025"),
        ("F4", ESCHWEILER, "2025"),
        ("F6", ESCHWEILER, "2025"),
        ("F1", ESCHWEILER, "2026"),
    ]

    def column(name: str) -> list[Any]:
        return [table.cell(name, *found.key) for found in lines]

    assert column("planned") == [100_000, 40_000, 10_000, 50_000]
    assert column("planned_land") == [80_000, 32_000, 8_000, 40_000]
    assert column("spent") == [64_000, 30_000, 13_000, 7_001]
    assert column("spent_land") == [51_199, 24_000, 10_400, 5_601]
    assert column("spent_own") == [12_801, 6_000, 2_600, 1_400]
    assert column("deviation") == [-36_000, -10_000, 3_000, -42_999]
    assert column("used") == [6_400, 7_500, 13_000, 1_400]


def test_what_is_over_is_made_up_for_by_the_other_lines_of_the_year() -> None:
    """3,000 over on F6; F1 has 36,000 left and F4 10,000: 3,000 × 36/46 = 2,347.8 → 2,348 and 652.2 → 652."""
    table = run().table("statement")
    over = [table.cell("compensated", *found.key) for found in single(table)]
    gives = [table.cell("gives", *found.key) for found in single(table)]
    flags = [table.cell("flag", *found.key) for found in single(table)]
    assert over == [0, 0, 3_000, 0]
    assert gives == [2_348, 652, 0, 0]
    assert flags == ["", "", "over_120_compensated", ""]


def test_the_balance_with_the_land_says_what_goes_back() -> None:
    """Land out of spending 91,200; drawn 120,000 less 20,000 repaid: 8,800 are to be repaid."""
    table = run().table("balance")
    key = ("36.04-1",)
    names = ("land_due", "drawn", "repaid", "to_repay", "to_draw")
    assert [table.cell(name, *key) for name in names] == [91_200, 120_000, 20_000, 8_800, 0]
    early = run(date(2025, 4, 1)).table("balance")
    assert [early.cell(name, *key) for name in names] == [48_000, 0, 0, 0, 48_000]


def test_what_was_paid_back_may_be_drawn_again() -> None:
    """Land share of the plan 160,000; drawn 120,000, of it 20,000 paid back: 60,000 are left."""
    table = FUNDING.run(facts_of([STREAM], END), END).table("grants")
    assert (table.cell("drawn", "36.04-1"), table.cell("drawable", "36.04-1")) == (120_000, 60_000)


def test_the_list_of_vouchers_has_each_voucher_as_it_counts_in_the_end() -> None:
    """The corrected one once, the cancelled one not at all, a person by code and without a purpose."""
    table = run().table("vouchers")
    assert [(found.key[1], found.key[4], found.key[5], *found.cells) for found in single(table)] == [
        ("F1", "2025-03-31", "B-1", "1", 60_000, "Lernhaus Vichttal", "Coaching"),
        ("F1", "2025-08-01", "B-5", "2", 4_000, "Lernhaus Vichttal", "Personalkosten"),
        ("F4", "2025-09-01", "B-6", "3", 30_000, "Lernhaus Vichttal", "Personalkosten"),
        ("F6", "2025-12-01", "B-2", "4", 13_000, "Lernhaus Vichttal", "Personalkosten"),
        ("F1", "2026-02-01", "B-4", "5", 7_001, "K-17", ""),
    ]


@pytest.mark.parametrize("municipality", [None, ESCHWEILER])
@pytest.mark.parametrize("as_of", [date(2025, 4, 1), date(2025, 12, 31), END])
def test_the_statement_its_sums_and_the_list_of_vouchers_add_up(
    as_of: date, municipality: str | None
) -> None:
    """Each line is the sum of its vouchers; lines, modules and years each add up to the grant, in every column of money."""
    asked = {} if municipality is None else {"municipality": municipality}
    report = run(as_of, **asked)
    statement, vouchers = report.table("statement"), report.table("vouchers")
    grant = ("36.04-1", TOTAL, TOTAL, TOTAL)
    for place, found in enumerate(statement.columns):
        if found.unit is not Unit.CENTS:
            continue
        whole = statement.line(*grant).cells[place]
        by_module = [
            one.cells[place] for one in statement.lines if one.key[1] != TOTAL and one.key[2] == TOTAL
        ]
        by_year = [one.cells[place] for one in statement.lines if one.key[1] == TOTAL and one.key[3] != TOTAL]
        for parts in ([one.cells[place] for one in single(statement)], by_module, by_year):
            assert parts
            assert sum(int(cell) for cell in parts) == whole
    assert vouchers.cell("amount", *grant, TOTAL, TOTAL) == statement.cell("spent", *grant)
    for one in single(statement):
        paid = [int(v.cells[1]) for v in single(vouchers) if v.key[:4] == one.key]
        assert sum(paid) == statement.cell("spent", *one.key)
        if paid:
            assert vouchers.cell("amount", *one.key, TOTAL, TOTAL) == sum(paid)
    land, own, all_income = (
        report.table("income").line("36.04-1", key) for key in ("land_grant", "own_funds", TOTAL)
    )
    assert [int(a) + int(b) for a, b in zip(land.cells, own.cells, strict=True)] == list(all_income.cells)
    assert all_income.cells[:2] == (statement.cell("planned", *grant), statement.cell("spent", *grant))


def test_income_shows_the_grant_as_drawn_and_own_funds_as_the_rest() -> None:
    """Plan 2,000 €, a fifth own; drawn 1,200 € less 200 € repaid; spent 1,140.01 €: 140.01 € came from own funds."""
    table = run().table("income")
    assert table.line("36.04-1", "land_grant").cells == (160_000, 100_000, -60_000)
    assert table.line("36.04-1", "own_funds").cells == (40_000, 14_001, -25_999)


def test_onward_grants_show_what_was_promised_paid_proven_and_accepted() -> None:
    """And on a day before the check, no acceptance."""
    assert run().table("onward_grants").line("36.04-1", "WL-1").cells == (
        "Lernhaus Vichttal",
        5_000,
        4_000,
        3_900,
        3_800,
    )
    assert run(date(2026, 2, 28)).table("onward_grants").line("36.04-1", "WL-1").cells[3:] == (3_900, 0)


def test_flat_rates_show_proven_units_what_they_earn_and_what_was_paid() -> None:
    """Anna 80 units in March, Beno 70 in April after his revision: 150 × 37.50 € = 5,625 €; 300 € were paid."""
    found, total = run().table("flat_rates").lines
    assert found.cells == total.cells
    assert found.cells == (2, 150, 562_500, 30_000, 532_500)
    before = decided_only_march()
    open_, _ = PROOF_OF_USE.run(facts_of([before], END), END).table("flat_rates").lines
    assert open_.cells == (1, 150, NotComputable.RATE_NOT_KNOWN, 0, NotComputable.RATE_NOT_KNOWN)


def test_a_course_paid_out_of_two_lines_earns_its_units_once() -> None:
    """March, 80 units × 37.50 € = 3,000 €, of which F4 paid 1,000 € and F6 500 €: 1,500 € are left, in both lines and in the
    sum, which adds up what was paid and nothing else."""
    paid = {"cost_kind": CostKind.FLAT_RATE, "offer_id": COURSE}
    file = GrantFile().done(
        notice(lines=(line(F4), line(F6))),
        decide_rates(claim()),
        spending(voucher="B-1", module=F4, amount_cents=Cents(100_000), **paid),
        spending(voucher="B-2", module=F6, amount_cents=Cents(50_000), **paid),
    )
    facts = facts_of([history(file)], END)
    f4, f6, total = PROOF_OF_USE.run(facts, END).table("flat_rates").lines
    assert (f4.key[1], f4.cells) == ("F4", (1, 80, 300_000, 100_000, 150_000))
    assert (f6.key[1], f6.cells) == ("F6", (0, 80, 300_000, 50_000, 150_000))
    assert total.cells == (1, 80, 300_000, 150_000, 150_000)
    check_sums(PROOF_OF_USE, facts, END)


def decided_only_march() -> list[Recorded[Any]]:
    """A grant that knows the rate of March only."""
    file = GrantFile().done(notice(), decide_rates(claim(spans=(MARCH, APRIL)), rates=(MARCH_ONLY,)))
    return history(file)


def test_an_interim_statement_is_about_a_year_and_what_there_was_by_then() -> None:
    """As of the end of 2026: all in all, of it 2025 or 2026; without a year that of the reference date."""
    as_of = date(2026, 12, 31)
    for year, spent in ((2025, [64_000, 30_000, 13_000, 0]), (2026, [0, 0, 0, 7_001])):
        report = interim(as_of, year=year)
        table = report.table("statement")
        assert [table.cell("spent_in_year", *found.key) for found in single(table)] == spent
        assert {found.key[4][:4] for found in single(report.table("vouchers"))} == {str(year)}
    assert interim(as_of).table("statement") == interim(as_of, year=2026).table("statement")


def test_what_a_figure_is_derived_from_is_summed_up_even_where_it_is_not_shown() -> None:
    """The units of all participations (80 + 70) stand under the proven ones, as a sum and not as a count."""
    found, _ = run().table("flat_rates").lines
    ref = CellRef("flat_rates", "units", found.key)
    drilled = drill(PROOF_OF_USE, facts_of([STREAM], END), END, {}, ref)
    assert isinstance(drilled, Drill)
    assert [(operand.kind, operand.cell) for operand in drilled.operands] == [(Kind.SUM, 150)]


@pytest.mark.parametrize("reference", ["36.04-1", "36.04-9"])
def test_a_statement_is_about_the_grant_asked_for(reference: str) -> None:
    other = history(GrantFile().done(notice(reference="36.04-9")))
    other = [entry._replace(stream_id=UUID(int=0x6A9)) for entry in other]
    report = PROOF_OF_USE.run(facts_of([STREAM, other], END), END, {"grant": reference})
    assert {found.key[0] for found in report.table("statement").lines} == {reference}


def test_the_narrative_report_has_its_chapters_with_figures() -> None:
    titles = [table.title.de for table in run().tables if table.title.de.startswith("Sachbericht")]
    assert [title.partition(":")[0] for title in titles] == [f"Sachbericht {n}" for n in range(1, 6)]


@pytest.mark.parametrize("definition", [PROOF_OF_USE, INTERIM_STATEMENT], ids=lambda found: found.name)
@pytest.mark.parametrize("as_of", [date(2025, 4, 1), date(2025, 12, 31), date(2026, 2, 10), END])
def test_every_figure_leads_back_to_its_entries(definition: Any, as_of: date) -> None:
    """The drill-down makes the figure, and leaving out an entry changes exactly the cells that list it."""
    check_sums(definition, facts_of([STREAM], as_of), as_of)
    assert check_leaving_out(definition, [STREAM], as_of) > 1
