"""The dates of a grant: proof of use and drawn money, explained like the dates of a case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain import grant
from domain.agenda import Due
from domain.grant import (
    AmendGrantNotice,
    BudgetLine,
    GrantState,
    RecordDrawdown,
    RecordGrantNotice,
    RecordSpending,
)
from domain.grant_agenda import grant_agenda
from domain.refusals import Refusal
from domain.values import Ags, BasisPoints, Cents, FundingModule
from tests.domain.ground import LAW
from tests.domain.law_ground import CALENDAR

ESCHWEILER = Ags("05334012")
LINE = BudgetLine(module=FundingModule.F1, municipality=ESCHWEILER, year=2022, amount_cents=Cents(100_000_00))
NOTICE = RecordGrantNotice(
    occurred_on=date(2021, 12, 1),
    reference="36.01-2021-7",
    granting_authority="Bezirksregierung Arnsberg",
    period_from=date(2022, 1, 1),
    period_to=date(2022, 6, 30),
    own_share=BasisPoints(2_000),
    lines=(LINE,),
)


def after(*commands: Any) -> GrantState:
    """The grant after ``commands``."""
    state: GrantState | None = None
    for command in commands:
        decision = grant.decide(command, state)
        assert not isinstance(decision, Refusal), decision
        for event in decision:
            state = grant.evolve(state, event)  # type: ignore[arg-type] # the events of a grant command
    assert state is not None
    return state


def drawdown(on: date, cents: int, reference: str) -> RecordDrawdown:
    """A drawdown."""
    return RecordDrawdown(occurred_on=on, reference=reference, amount_cents=Cents(cents))


def spent(cents: int, voucher: str = "B1") -> RecordSpending:
    """A payment on the one line."""
    return RecordSpending(
        occurred_on=date(2022, 4, 1),
        voucher=voucher,
        module=FundingModule.F1,
        municipality=ESCHWEILER,
        year=2022,
        amount_cents=Cents(cents),
        payee="Träger",
        purpose="Coaching",
    )


def dues(*commands: Any) -> list[Due]:
    """The agenda of the grant."""
    return list(grant_agenda(after(NOTICE, *commands), CALENDAR, LAW))


def test_the_proof_of_use_is_proposed_six_months_after_the_period() -> None:
    """30.06.2022 + 6 months = 30.12.2022, a Friday; the text sends to the day in the notice."""
    (due,) = dues()
    assert (due.rule, due.due_on, due.trigger_version) == ("programme.proof_of_use", date(2022, 12, 30), 1)
    assert due.line_de == "Ende des Bewilligungszeitraums 30.06. + 6 Monate = 30.12."
    assert due.text is not None
    assert "Tag im Bescheid" in due.text.de


def test_an_amendment_moves_the_proof_of_use() -> None:
    """30.06.2023 + 6 months = Saturday 30.12.2023, rolls over New Year to 02.01.2024; by the entry that moved it."""
    amended = AmendGrantNotice(
        occurred_on=date(2022, 5, 2),
        reference="36.01-2021-7/2",
        period_to=date(2023, 6, 30),
        own_share=BasisPoints(2_000),
        lines=(LINE,),
        reason="Verlängerung",
    )
    (due,) = dues(amended)
    assert (due.due_on, due.trigger_version) == (date(2024, 1, 2), 2)


def test_drawn_money_is_to_be_spent_within_two_months() -> None:
    """10.02.2022 + 2 months = Sunday 10.04.: Monday, 11.04."""
    due = dues(drawdown(date(2022, 2, 10), 8_000_00, "A1"))[0]
    assert (due.rule, due.due_on, due.reference) == ("programme.drawdown_spent", date(2022, 4, 11), "A1")


@pytest.mark.parametrize(
    ("spent_cents", "left"),
    [(0, ["A1", "A2"]), (9_999_99, ["A1", "A2"]), (10_000_00, ["A2"]), (20_000_00, [])],
)
def test_a_drawdown_is_done_once_the_land_share_of_the_spending_covers_it(
    spent_cents: int, left: list[str]
) -> None:
    """80 % of 10,000.00 € are the 8,000.00 € of the first; a cent less is not."""
    commands = [drawdown(date(2022, 2, 10), 8_000_00, "A1"), drawdown(date(2022, 3, 10), 8_000_00, "A2")]
    if spent_cents:
        commands.append(spent(spent_cents))  # type: ignore[arg-type] # commands of one grant
    assert [due.reference for due in dues(*commands) if due.rule == "programme.drawdown_spent"] == left


def test_the_entries_of_a_grant_have_their_own_ids() -> None:
    """Two drawdowns of one day are two entries, in a total order."""
    found = dues(drawdown(date(2022, 2, 10), 1_00, "A1"), drawdown(date(2022, 2, 10), 1_00, "A2"))
    ids = [due.id for due in found]
    assert len(set(ids)) == len(ids) == 3
    assert ids == sorted(ids, key=lambda ident: (next(due.due_on for due in found if due.id == ident), ident))
