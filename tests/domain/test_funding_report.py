"""The funding report: plan and actual, shares to the cent, flags, and the rate that the programme knows, by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.recorded import Recorded
from domain.reports.funding import FUNDING
from domain.reports.table import NotComputable
from domain.values import Cents, FundingModule
from tests.domain.ground import ESCHWEILER
from tests.domain.test_grant import GrantFile, notice, spending
from tests.domain.test_grant import line as grant_line
from tests.domain.test_projections import GRANT_ID
from tests.domain.test_reports import facts


def _int(cell: Any) -> int:
    assert isinstance(cell, int)
    return cell


def test_plan_actual_and_shares_of_a_grant_by_hand() -> None:
    """Plan 60,000.00 + 30,000.02 after the amendment; Land 80 % = 72,000.016 → 72,000.01, own 18,000.01."""
    report = FUNDING.run(facts(date(2025, 12, 30)), date(2025, 12, 30))
    grant = report.table("grants").line("KfI-1").cells
    assert grant == (
        90_000_02,
        72_000_01,
        18_000_01,
        43_000_03,
        34_400_02,
        8_600_01,
        46_999_99,
        4778,
        8_000_00,
        64_000_01,
    )
    lines = report.table("lines")
    assert lines.line("KfI-1", "F4", ESCHWEILER, "2025").cells == (
        30_000_02,
        24_000_01,
        6_000_01,
        33_000_03,
        26_400_02,
        6_600_01,
        -3_000_01,
        11000,
        3_000_01,
        0,
        "over_100",
    )
    assert lines.line("KfI-1", "F1", ESCHWEILER, "2025").cells[-1] == ""
    assert sum(_int(line.cells[1]) for line in lines.lines if "total" not in line.key) == 72_000_01
    assert [(line.key[1:], line.cells[:3]) for line in lines.lines if "total" in line.key] == [
        (("F1", "total", "total"), (60_000_00, 48_000_00, 12_000_00)),
        (("F4", "total", "total"), (30_000_02, 24_000_01, 6_000_01)),
        (("total", "total", "2025"), (90_000_02, 72_000_01, 18_000_01)),
        (("total", "total", "total"), (90_000_02, 72_000_01, 18_000_01)),
    ]
    assert [line.cells for line in report.table("drawdowns").lines] == [(8_000_00,)]


def test_before_the_amendment_the_plan_of_the_notice_is_in_force() -> None:
    """31 May 2025: 50,000.01 + 30,000.02, and only the first payment."""
    report = FUNDING.run(facts(date(2025, 5, 31)), date(2025, 5, 31))
    assert report.table("grants").line("KfI-1").cells[:4] == (80_000_03, 64_000_02, 16_000_01, 10_000_00)


@pytest.mark.parametrize(
    ("spent", "rest_of_the_other", "flag", "made_up_for"),
    [
        (100, 0, "", 0),
        (101, 0, "over_100", 0),
        (120, 0, "over_100", 0),
        (121, 0, "over_120", 0),
        (121, 20, "over_120", 20),
        (121, 21, "over_120_compensated", 21),
        (3000, 2899, "over_120", 2899),
    ],
)
def test_a_line_is_flagged_above_its_plan_and_above_the_tolerance_unless_made_up_for(
    spent: int, rest_of_the_other: int, flag: str, made_up_for: int
) -> None:
    """100 % and 120 % themselves are within; a line of another year makes up for nothing. Source: ANBest-P Nr. 1.2."""
    planned = {(FundingModule.F1, 2025): 100, (FundingModule.F2, 2025): 3000, (FundingModule.F3, 2026): 9_000}
    paid = {FundingModule.F1: spent, FundingModule.F2: 3000 - rest_of_the_other}
    file = GrantFile().done(notice(lines=tuple(grant_line(m, y, cents) for (m, y), cents in planned.items())))
    file.done(
        *(
            spending(voucher=m, module=m, amount_cents=Cents(cents), justification="Tarifabschluss")
            for m, cents in paid.items()
        )
    )
    history = [
        Recorded(n, GRANT_ID, n, event, datetime(2025, 1, 1, tzinfo=UTC), "ki", "org", None)
        for n, event in enumerate(file.events, 1)
    ]
    as_of = date(2025, 12, 30)
    lines = FUNDING.run(facts(as_of, [history]), as_of).table("lines")
    found = lines.line("36.04-1", "F1", ESCHWEILER, "2025")
    names = [column.id for column in lines.columns]
    assert (found.cells[names.index("flag")], found.cells[names.index("compensated")]) == (flag, made_up_for)
    assert lines.cell("gives", "36.04-1", "total", "total", "total") == made_up_for


def test_the_programme_knows_the_rate_of_f4_only() -> None:
    """20 units held by one course in one span, 18 attended by one person: 20 × 37.50 € = 750.00 €."""
    report = FUNDING.run(facts(date(2025, 12, 30)), date(2025, 12, 30))
    table = report.table("teaching_units")
    assert table.line("F4").cells == (18, 20, 750_00)
    assert table.line("F3").cells == (0, 0, NotComputable.RATE_NOT_KNOWN)
    assert table.line("total").cells == (18, 20, 750_00)
    assert [line.key[:4] for line in report.table("rates").lines] == [
        ("durchstarten/1", "F4", "teaching_unit", "P4")
    ]
    early = FUNDING.run(facts(date(2025, 5, 8)), date(2025, 5, 8)).table("teaching_units")
    assert early.line("F4").cells == (0, 0, 0)


def test_two_grants_of_one_reference_are_not_added_up() -> None:
    """Each has its own line, with its id; their money is never one sum."""
    as_of = date(2025, 12, 30)
    histories = [
        [
            Recorded(n, UUID(int=number), n, event, datetime(2025, 1, 1, tzinfo=UTC), "ki", "org", None)
            for n, event in enumerate(GrantFile().done(notice(), spending()).events, 1)
        ]
        for number in (1, 2)
    ]
    report = FUNDING.run(facts(as_of, histories), as_of)
    assert [line.key for line in report.table("grants").lines] == [
        (f"36.04-1 ({UUID(int=number)})",) for number in (1, 2)
    ]
    assert report.table("grants").cell("spent", f"36.04-1 ({UUID(int=1)})") == 10_000
    lines = report.table("lines").lines
    assert len({line.key for line in lines}) == len(lines)
