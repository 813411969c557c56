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
    DeliverProofOfUse,
    GiveOnwardGrant,
    GrantState,
    ProofKind,
    RecordDrawdown,
    RecordGrantNotice,
    RecordOnwardProof,
    RecordRepayment,
    RecordSpending,
    RepaymentGround,
)
from domain.grant_agenda import grant_agenda, to_remind_of
from domain.path import ReminderLevel
from domain.periods import DateKind
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import Ags, BasisPoints, Cents, DutyHolder, FundingModule
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


FINAL = DeliverProofOfUse(
    occurred_on=date(2022, 10, 4), kind=ProofKind.FINAL, reference="VN-1", covers_to=date(2022, 6, 30)
)


def noticed(**changes: Any) -> GrantState:
    """A notice that names its days."""
    days: dict[str, Any] = {
        "proof_due_on": date(2022, 12, 31),
        "interim_due_on": (date(2022, 5, 1), date(2022, 3, 31)),
    }
    return after(replace(NOTICE, **(days | changes)))


def told(state: GrantState) -> list[tuple[str, date]]:
    """Rule and day of each entry."""
    return [(due.rule, due.due_on) for due in grant_agenda(state, CALENDAR, LAW)]


def test_a_day_in_the_notice_goes_before_the_proposal_and_does_not_move() -> None:
    """31.12.2022 is a Saturday, and stays it; interim statements in the order of their days."""
    assert told(noticed()) == [
        ("grant.interim_statement", date(2022, 3, 31)),
        ("grant.interim_statement", date(2022, 5, 1)),
        ("programme.proof_of_use", date(2022, 12, 31)),
    ]
    last = grant_agenda(noticed(), CALENDAR, LAW)[-1]
    assert (last.kind, last.citation) == (DateKind.APPOINTMENT, "36.01-2021-7")
    assert last.line_de == "Tag gesetzt in 36.01-2021-7: 31.12.2022"
    assert last.reminders, "it is reminded of like the proposed day"


def test_a_delivered_statement_is_done_with() -> None:
    """The first interim statement settles the first day; the final one settles all."""
    interim = DeliverProofOfUse(
        occurred_on=date(2022, 4, 1), kind=ProofKind.INTERIM, reference="ZN-1", covers_to=date(2022, 3, 31)
    )
    state = noticed()
    assert told(given(state, interim))[0] == ("grant.interim_statement", date(2022, 5, 1))
    assert told(given(state, interim, FINAL)) == []
    assert told(given(after(NOTICE), FINAL)) == []


def test_what_is_to_be_repaid_is_due_until_it_was_repaid() -> None:
    """8,000 € drawn, and the amendment leaves a Land share of 4,000 €."""
    amended = AmendGrantNotice(
        occurred_on=date(2022, 5, 2),
        reference="Ä1",
        period_to=date(2022, 6, 30),
        own_share=BasisPoints(2_000),
        lines=(replace(LINE, amount_cents=Cents(5_000_00)),),
        reason="Weniger Bedarf",
        repay_by=date(2022, 8, 1),
    )
    state = after(NOTICE, drawdown(date(2022, 2, 10), 8_000_00, "A1"), amended)
    due = next(due for due in grant_agenda(state, CALENDAR, LAW) if due.rule == "grant.repayment")
    assert (due.due_on, due.title.de) == (date(2022, 8, 1), "Rückzahlung von 4.000,00 € an das Land")
    for cents, left in ((3_999_99, True), (4_000_00, False)):
        repaid = RecordRepayment(
            occurred_on=date(2022, 7, 1),
            reference="R1",
            amount_cents=Cents(cents),
            ground=RepaymentGround.NOTICE_AMENDED,
        )
        assert ("grant.repayment" in {rule for rule, _ in told(given(state, repaid))}) is left


def test_money_paid_back_needs_not_to_be_spent_any_more() -> None:
    """8,000 € drawn, 5,000 € spent (4,000 € of them Land), 4,000 € paid back."""
    state = after(NOTICE, drawdown(date(2022, 2, 10), 8_000_00, "A1"), spent(5_000_00))
    assert told(state)[0][0] == "programme.drawdown_spent"
    repaid = RecordRepayment(
        occurred_on=date(2022, 7, 1),
        reference="R1",
        amount_cents=Cents(4_000_00),
        ground=RepaymentGround.NOT_SPENT_IN_TIME,
    )
    assert [rule for rule, _ in told(given(state, repaid))] == ["programme.proof_of_use"]


def test_a_provider_owes_its_proof_until_it_came() -> None:
    given_onward = GiveOnwardGrant(
        occurred_on=date(2022, 1, 3),
        reference="WL-1",
        provider="Lernhaus Vichttal",
        period_from=date(2022, 1, 3),
        period_to=date(2022, 6, 30),
        lines=(replace(LINE, amount_cents=Cents(1_00)),),
        conditions="ANBest-P",
        consent_reference="Z1",
        proof_due_on=date(2022, 9, 30),
    )
    state = after(NOTICE, given_onward)
    due = next(due for due in grant_agenda(state, CALENDAR, LAW) if due.rule == "onward_grant.proof")
    assert (due.due_on, due.duty_holder, due.reference) == (
        date(2022, 9, 30),
        DutyHolder.PROVIDER,
        "WL-1",
    )
    came = RecordOnwardProof(occurred_on=date(2022, 9, 1), reference="WL-1", spent_cents=Cents(90))
    assert "onward_grant.proof" not in {rule for rule, _ in told(given(state, came))}


@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2022, 9, 29), None),
        (date(2022, 9, 30), ReminderLevel.FIRST),
        (date(2022, 11, 29), ReminderLevel.FIRST),
        (date(2022, 11, 30), ReminderLevel.REPEATED),
        (date(2022, 12, 16), ReminderLevel.ESCALATED),
        (date(2022, 12, 26), ReminderLevel.ESCALATED),
        (date(2022, 12, 27), ReminderLevel.COORDINATOR),
        (date(2023, 6, 1), ReminderLevel.COORDINATOR),
    ],
)
def test_who_looks_is_reminded_by_the_highest_level_reached(today: date, level: ReminderLevel | None) -> None:
    """90, 30, 14 and 3 days before Friday 30.12.2022: 01.10. is a Saturday, so Friday 30.09.; 30.11.; 16.12.; 27.12."""
    (due,) = dues()
    found = to_remind_of(due, today)
    assert (found and found.level) == level


def given(state: GrantState, *commands: Any) -> GrantState:
    """The grant after further commands."""
    for command in commands:
        decision = grant.decide(command, state)
        assert not isinstance(decision, Refusal), decision
        state = grant.evolve_all(state, decision)  # type: ignore[arg-type] # the events of a grant command
    return state


def test_a_day_that_nobody_can_mean_is_left_out_and_hides_no_other() -> None:
    """Before the calendar begins: no proof of use in the year 1950, but the interim statement stands."""
    assert told(noticed(proof_due_on=date(1950, 1, 1), interim_due_on=(date(2022, 5, 1),))) == [
        ("grant.interim_statement", date(2022, 5, 1))
    ]
    assert told(after(replace(NOTICE, period_to=date(2099, 12, 31)))) == [
        ("programme.proof_of_use", date(2100, 6, 30))
    ]
