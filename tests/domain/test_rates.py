"""Rates as configuration: of the notice before the programme, for a whole span or not at all, and never 0."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.rates import Rate, RateUnit, rate_for, rates_refusal
from domain.refusals import Refusal
from domain.values import Cents, FundingModule

UNIT = RateUnit.TEACHING_UNIT


def rate(**changes: Any) -> Rate:
    """P4 as the programme has it."""
    values: dict[str, Any] = {
        "code": "P4",
        "module": FundingModule.F4,
        "unit": UNIT,
        "amount_cents": Cents(37_50),
        "valid_from": date(2020, 1, 1),
        "valid_to": None,
        "source": "durchstarten.nrw",
    }
    return Rate(**(values | changes))


P4 = rate()
OLD = rate(code="P3", module=FundingModule.F3, amount_cents=Cents(30_00), valid_to=date(2025, 6, 30))
NEW = rate(code="P3", module=FundingModule.F3, amount_cents=Cents(32_00), valid_from=date(2025, 7, 1))


@pytest.mark.parametrize(
    ("first", "last", "cents"),
    [
        (date(2025, 6, 1), date(2025, 6, 30), 30_00),
        (date(2025, 7, 1), date(2025, 7, 1), 32_00),
        (date(2025, 6, 15), date(2025, 7, 15), None),
        (date(2019, 12, 31), date(2020, 1, 1), None),
        (date(2019, 1, 1), date(2019, 1, 31), None),
    ],
)
def test_a_rate_counts_for_a_whole_span_or_not_at_all(first: date, last: date, cents: int | None) -> None:
    """Across a change, and where no rate is in force, there is none; that is not 0."""
    found = rate_for(FundingModule.F3, UNIT, first, last, (OLD, NEW), ())
    assert (found and found.amount_cents) == cents


def test_the_rate_of_the_notice_goes_before_that_of_the_programme() -> None:
    """Also where the notice says it for another time only in part: then nobody guesses."""
    own = rate(amount_cents=Cents(40_00), valid_from=date(2025, 3, 1))
    day = date(2025, 4, 1)
    assert rate_for(FundingModule.F4, UNIT, day, day, (own,), (P4,)) == own
    assert rate_for(FundingModule.F4, UNIT, day, day, (), (P4,)) == P4
    assert rate_for(FundingModule.F4, UNIT, date(2025, 2, 1), date(2025, 2, 28), (own,), (P4,)) == P4
    assert rate_for(FundingModule.F4, UNIT, date(2025, 2, 15), date(2025, 3, 15), (own,), (P4,)) is None
    assert rate_for(FundingModule.F1, UNIT, day, day, (own,), (P4,)) is None


@pytest.mark.parametrize(
    ("rates", "rule"),
    [
        ((), ""),
        ((P4, OLD, NEW), ""),
        ((rate(amount_cents=Cents(0)),), "grant.rate_incomplete"),
        ((rate(amount_cents=Cents(-1)),), "grant.rate_incomplete"),
        ((rate(source=" "),), "grant.rate_incomplete"),
        ((rate(code=""),), "grant.rate_incomplete"),
        ((rate(valid_to=date(2019, 12, 31)),), "grant.rate_ends_before_start"),
        ((rate(valid_to=date(2020, 1, 1)),), ""),
        ((P4, rate(code="P4b", valid_from=date(2025, 1, 1))), "grant.rate_doubled"),
        (
            (OLD, rate(code="P3b", module=FundingModule.F3, valid_from=date(2025, 6, 30))),
            "grant.rate_doubled",
        ),
    ],
)
def test_a_set_of_rates_has_one_rate_at_a_time_each_with_its_source(rates: Any, rule: str) -> None:
    found = rates_refusal(rates)
    assert (found.rule_id if isinstance(found, Refusal) else "") == rule
