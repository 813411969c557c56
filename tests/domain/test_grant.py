"""Grants: lines, amendments, spending, drawdowns; in cents, and never beyond the share of the Land."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from domain.grant import (
    AmendGrantNotice,
    BudgetLine,
    DrawdownRecorded,
    GrantNoticeAmended,
    GrantNoticeReceived,
    GrantState,
    RecordDrawdown,
    RecordGrantNotice,
    RecordSpending,
    SpendingRecorded,
    decide,
    evolve,
)
from domain.recorded import Event
from domain.refusals import Refusal
from domain.values import Ags, BasisPoints, Cents, FundingModule
from tests.domain.ground import only, rule_of

FROM, TO = date(2025, 1, 1), date(2026, 12, 31)


def line(module: FundingModule = FundingModule.F1, year: int = 2025, cents: int = 100_000) -> BudgetLine:
    """A line for Eschweiler."""
    return BudgetLine(module=module, municipality=Ags("05334012"), year=year, amount_cents=Cents(cents))


def notice(**changes: Any) -> RecordGrantNotice:
    """1,000 € for F1 and 1,000 € for F4, a fifth of it own."""
    values: dict[str, Any] = {
        "occurred_on": date(2024, 12, 20),
        "reference": "36.04-1",
        "granting_authority": "Bezirksregierung Arnsberg",
        "period_from": FROM,
        "period_to": TO,
        "own_share": BasisPoints(2_000),
        "lines": (line(), line(FundingModule.F4)),
    }
    return RecordGrantNotice(**(values | changes))


def spending(**changes: Any) -> RecordSpending:
    """100 € on F1."""
    values: dict[str, Any] = {
        "occurred_on": date(2025, 3, 31),
        "voucher": "2025-03-1",
        "module": FundingModule.F1,
        "municipality": Ags("05334012"),
        "year": 2025,
        "amount_cents": Cents(10_000),
        "payee": "Lernhaus Vichttal",
        "purpose": "Personalkosten",
    }
    return RecordSpending(**(values | changes))


def amendment(**changes: Any) -> AmendGrantNotice:
    """The same plan, half a year longer."""
    values: dict[str, Any] = {
        "occurred_on": date(2026, 6, 1),
        "reference": "36.04-1/Ä1",
        "period_to": date(2027, 6, 30),
        "own_share": BasisPoints(2_000),
        "lines": (line(), line(FundingModule.F4)),
        "reason": "Verlängerung",
    }
    return AmendGrantNotice(**(values | changes))


def drawdown(cents: int, reference: str = "MA-1") -> RecordDrawdown:
    """Money of the Land."""
    return RecordDrawdown(occurred_on=date(2025, 4, 15), reference=reference, amount_cents=Cents(cents))


@dataclass
class GrantFile:
    """A grant under test."""

    state: GrantState | None = None
    events: list[Event] = field(default_factory=list)

    def when(self, command: Any) -> tuple[Event, ...] | Refusal:
        """Decide ``command`` and fold what came of it."""
        decision = decide(command, self.state)
        if not isinstance(decision, Refusal):
            for event in decision:
                self.state = evolve(self.state, event)  # type: ignore[arg-type] # grants decide grant events
                self.events.append(event)
        return decision

    def given(self, event: Any) -> None:
        """Fold an event as it is."""
        self.state = evolve(self.state, event)
        self.events.append(event)

    def done(self, *commands: Any) -> GrantFile:
        """Give commands that must be accepted."""
        for command in commands:
            assert not isinstance(decision := self.when(command), Refusal), decision
        return self


def granted() -> GrantFile:
    """A grant of 2,000 €."""
    return GrantFile().done(notice())


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, ""),
        ({"period_to": FROM}, ""),
        ({"period_to": FROM - timedelta(days=1)}, "grant.period_ends_before_start"),
        ({"own_share": BasisPoints(0)}, ""),
        ({"own_share": BasisPoints(10_000)}, ""),
        ({"own_share": BasisPoints(-1)}, "grant.own_share_out_of_range"),
        ({"own_share": BasisPoints(10_001)}, "grant.own_share_out_of_range"),
        ({"lines": ()}, "grant.lines_missing"),
        ({"lines": (line(cents=1),)}, ""),
        ({"lines": (line(cents=0),)}, "grant.lines_missing"),
        ({"lines": (line(), line(cents=-5))}, "grant.lines_missing"),
        ({"lines": (line(), line(cents=5))}, "grant.line_doubled"),
        ({"lines": (line(), line(year=2026))}, ""),
    ],
)
def test_a_notice_has_lines_a_share_and_a_period(changes: dict[str, Any], rule: str) -> None:
    decision = GrantFile().when(notice(**changes))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), GrantNoticeReceived)


def test_a_grant_begins_with_its_notice() -> None:
    assert rule_of(granted().when(notice())) == "grant.exists"
    for command in (spending(), amendment(), drawdown(1)):
        assert rule_of(GrantFile().when(command)) == "grant.unknown"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, ""),
        ({"amount_cents": Cents(1)}, ""),
        ({"amount_cents": Cents(0)}, "grant.amount_not_positive"),
        ({"amount_cents": Cents(-1)}, "grant.amount_not_positive"),
        ({"occurred_on": FROM}, ""),
        ({"occurred_on": FROM - timedelta(days=1)}, "grant.spending_outside_period"),
        ({"occurred_on": TO}, ""),
        ({"occurred_on": TO + timedelta(days=1)}, "grant.spending_outside_period"),
        ({"year": 2026}, "grant.line_unknown"),
        ({"module": FundingModule.F2}, "grant.line_unknown"),
        ({"municipality": Ags("05334032")}, "grant.line_unknown"),
        ({"payee": "Bäckerei Özgür & Söhne (شركة)"}, ""),
        ({"payee": ""}, "grant.voucher_incomplete"),
        ({"payee": " \u00a0"}, "grant.voucher_incomplete"),
        ({"voucher": "\t"}, "grant.voucher_incomplete"),
        ({"purpose": ""}, "grant.voucher_incomplete"),
        ({"payee": "zwei\nZeilen"}, "grant.voucher_unreadable"),
        ({"purpose": "rot \x1b[31m"}, "grant.voucher_unreadable"),
        ({"payee": "Rechnung\u202ecod.exe"}, "grant.voucher_unreadable"),
        ({"voucher": "1\u2066"}, "grant.voucher_unreadable"),
    ],
)
def test_spending_goes_to_a_line_within_the_period(changes: dict[str, Any], rule: str) -> None:
    decision = granted().when(spending(**changes))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), SpendingRecorded)


def test_a_voucher_is_recorded_once() -> None:
    file = granted().done(spending())
    assert rule_of(file.when(spending(amount_cents=Cents(5)))) == "grant.voucher_repeated"


@pytest.mark.parametrize(
    ("cents", "rule"),
    [
        (160_000, ""),
        (160_001, "grant.drawn_beyond_share"),
        (0, "grant.amount_not_positive"),
        (-1, "grant.amount_not_positive"),
    ],
)
def test_no_more_is_drawn_than_the_share_of_the_land(cents: int, rule: str) -> None:
    """80 % of 200,000 cents = 160,000 cents."""
    decision = granted().when(drawdown(cents))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), DrawdownRecorded)


def test_drawdowns_add_up_and_each_counts_once() -> None:
    file = granted().done(drawdown(100_000))
    assert file.when(drawdown(100_000)) == ()
    assert rule_of(file.when(drawdown(60_001, "MA-2"))) == "grant.drawn_beyond_share"
    assert rule_of(file.when(drawdown(60_000, "MA-2"))) == ""


def test_the_own_share_carries_the_rounding() -> None:
    """80 % of 101 cents = 80.8: the Land gives 80, the municipality 21."""
    file = GrantFile().done(notice(lines=(line(cents=101),)))
    assert file.state is not None
    assert file.state.land_cents == 80


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, ""),
        ({"reason": " "}, "grant.reason_missing"),
        ({"lines": ()}, "grant.lines_missing"),
        ({"lines": (line(FundingModule.F4),)}, "grant.line_in_use"),
        ({"lines": (line(),)}, ""),
        ({"period_to": FROM - timedelta(days=1)}, "grant.period_ends_before_start"),
        ({"own_share": BasisPoints(10_001)}, "grant.own_share_out_of_range"),
    ],
)
def test_an_amendment_keeps_every_line_that_was_spent_on(changes: dict[str, Any], rule: str) -> None:
    decision = granted().done(spending()).when(amendment(**changes))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), GrantNoticeAmended)


def test_what_was_spent_stays_on_its_line_through_an_amendment() -> None:
    file = granted().done(spending(), amendment(lines=(line(FundingModule.F4), line(cents=120_000))))
    assert file.state is not None
    spent = {use.line.module: (use.line.amount_cents, use.spent_cents) for use in file.state.uses}
    assert spent == {FundingModule.F4: (100_000, 0), FundingModule.F1: (120_000, 10_000)}
    assert rule_of(file.when(spending(occurred_on=date(2027, 6, 30), voucher="2"))) == ""
