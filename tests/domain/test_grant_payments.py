"""Money from and to the Land, amendments below what was drawn, onward grants and their proofs, statements delivered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.grant import (
    AcceptProofOfUse,
    CheckOnwardProof,
    DeliverProofOfUse,
    GrantNoticeAmended,
    OnwardGrantGiven,
    OnwardProofChecked,
    OnwardProofReceived,
    ProofKind,
    ProofOfUseAccepted,
    ProofOfUseDelivered,
    RecordOnwardProof,
    RecordRepayment,
    RepaymentGround,
    RepaymentRecorded,
)
from domain.refusals import Refusal
from domain.values import BasisPoints, Cents, FundingModule
from tests.domain.ground import only, rule_of
from tests.domain.test_grant import (
    FROM,
    TO,
    GrantFile,
    amendment,
    drawdown,
    granted,
    line,
    notice,
    spending,
)
from tests.domain.test_grant_spending import onward
from tests.domain.test_rates import P4, rate


def repayment(cents: int, reference: str = "RZ-1") -> RecordRepayment:
    """Money back to the Land."""
    return RecordRepayment(
        occurred_on=date(2025, 7, 1),
        reference=reference,
        amount_cents=Cents(cents),
        ground=RepaymentGround.NOT_SPENT_IN_TIME,
    )


@pytest.mark.parametrize(
    ("cents", "rule"),
    [
        (1, ""),
        (100_000, ""),
        (100_001, "grant.repaid_beyond_drawn"),
        (0, "grant.amount_not_positive"),
        (-1, "grant.amount_not_positive"),
    ],
)
def test_no_more_goes_back_than_was_drawn(cents: int, rule: str) -> None:
    decision = granted().done(drawdown(100_000)).when(repayment(cents))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), RepaymentRecorded)


def test_what_went_back_may_be_drawn_again_and_counts_once() -> None:
    """80 % of 2,000 € = 1,600 €: all drawn, 400 € back, 400 € drawn again."""
    file = granted().done(drawdown(160_000), repayment(40_000))
    assert file.when(repayment(40_000)) == ()
    assert rule_of(file.when(repayment(39_999))) == "grant.payment_reference_repeated"
    assert rule_of(file.when(drawdown(40_001, "MA-2"))) == "grant.drawn_beyond_share"
    assert rule_of(file.when(drawdown(40_000, "MA-2"))) == ""
    assert rule_of(file.when(drawdown(1, "MA-1"))) == "grant.payment_reference_repeated"


@pytest.mark.parametrize(
    ("changes", "rule", "due"),
    [
        ({"lines": (line(), line(FundingModule.F4, cents=25_000))}, "", 0),
        ({"lines": (line(), line(FundingModule.F4, cents=24_999))}, "grant.land_share_below_drawn", 0),
        ({"lines": (line(), line(FundingModule.F4, cents=24_999)), "repay_by": date(2026, 8, 1)}, "", 1),
        ({"own_share": BasisPoints(5_001)}, "grant.land_share_below_drawn", 0),
        ({"own_share": BasisPoints(5_001), "repay_by": date(2026, 8, 1)}, "", 20),
        ({"repay_by": date(2026, 8, 1)}, "", 0),
    ],
)
def test_an_amendment_below_what_was_drawn_says_what_goes_back(changes: Any, rule: str, due: int) -> None:
    """1,000 € drawn: 80 % of 1,250 € are just that; 49.99 % of 2,000 € are 999.80 €."""
    decision = granted().done(drawdown(100_000)).when(amendment(**changes))
    assert rule_of(decision) == rule
    if not rule:
        event = only(decision)
        assert isinstance(event, GrantNoticeAmended)
        assert (event.repayment_due_cents, event.repay_by) == (due, date(2026, 8, 1) if due else None)


def test_a_stated_total_and_its_lines_agree_to_the_cent() -> None:
    """2,000 € in two lines; a cent more or less is refused, for a notice as for an amendment."""
    assert rule_of(GrantFile().when(notice(total_cents=Cents(200_000)))) == ""
    for cents in (199_999, 200_001, 0):
        assert rule_of(GrantFile().when(notice(total_cents=Cents(cents)))) == "grant.lines_do_not_add_up"
        assert rule_of(granted().when(amendment(total_cents=Cents(cents)))) == "grant.lines_do_not_add_up"


def test_an_amendment_that_says_nothing_about_rates_and_days_leaves_them() -> None:
    file = GrantFile().done(
        notice(rates=(P4,), proof_due_on=date(2027, 6, 30), interim_due_on=(date(2026, 3, 31),)), amendment()
    )
    assert file.state is not None
    assert (file.state.plan.rates, file.state.plan.proof_due_on) == ((P4,), date(2027, 6, 30))
    file.done(amendment(reference="Ä2", rates=(rate(amount_cents=Cents(40_00)),), proof_due_on=TO))
    assert [r.amount_cents for r in file.state.plan.rates] == [40_00]
    assert file.state.plan.interim_due_on == (date(2026, 3, 31),)
    assert file.state.plan.proof_due_on == TO


def test_the_plan_of_a_day_is_the_one_valid_then() -> None:
    """An amendment of 1 June that counts from 1 September."""
    file = granted().done(amendment(occurred_on=date(2025, 6, 1), valid_from=date(2025, 9, 1)))
    assert file.state is not None
    versions = [file.state.plan_on(day).version for day in (FROM, date(2025, 8, 31), date(2025, 9, 1), TO)]
    assert versions == [1, 1, 2, 2]
    assert file.state.plan_on(date(2020, 1, 1)).version == 1
    assert file.state.plan.in_force_from == date(2025, 9, 1)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, ""),
        ({"lines": (line(cents=100_000),)}, ""),
        ({"lines": (line(cents=100_001),)}, "onward_grant.line_too_small"),
        ({"lines": (line(FundingModule.F2, cents=1),)}, "onward_grant.line_too_small"),
        ({"lines": (line(cents=1), line(cents=2))}, "grant.line_doubled"),
        ({"lines": ()}, "onward_grant.lines_missing"),
        ({"lines": (line(cents=0),)}, "onward_grant.lines_missing"),
        ({"provider": " "}, "onward_grant.provider_or_conditions_missing"),
        ({"conditions": ""}, "onward_grant.provider_or_conditions_missing"),
        ({"consent_reference": ""}, "onward_grant.consent_missing"),
        ({"period_from": date(2024, 12, 31)}, "onward_grant.outside_period"),
        ({"period_to": date(2027, 1, 1)}, "onward_grant.outside_period"),
        ({"period_from": TO, "period_to": FROM}, "onward_grant.outside_period"),
    ],
)
def test_an_onward_grant_stays_within_its_lines_and_names_consent_and_conditions(
    changes: Any, rule: str
) -> None:
    decision = granted().when(onward(**changes))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), OnwardGrantGiven)


def test_what_was_promised_once_is_not_promised_again() -> None:
    """600 € of 1,000 € are promised: 400 € are left; an amendment cannot take them away either."""
    file = granted().done(onward())
    assert file.when(onward()) == ()
    assert rule_of(file.when(onward(provider="VHS Nordkreis"))) == "onward_grant.exists"
    assert rule_of(file.when(onward(reference="WL-2", lines=(line(cents=40_001),)))) == (
        "onward_grant.line_too_small"
    )
    less = amendment(lines=(line(cents=59_999), line(FundingModule.F4)))
    assert rule_of(file.when(less)) == "grant.line_promised"
    assert rule_of(file.when(onward(reference="WL-2", lines=(line(cents=40_000),)))) == ""


def received(cents: int, reference: str = "WL-1") -> RecordOnwardProof:
    """The provider's proof."""
    return RecordOnwardProof(occurred_on=date(2027, 3, 1), reference=reference, spent_cents=Cents(cents))


def checked(cents: int, reason: str = "") -> CheckOnwardProof:
    """The check of the provider's proof."""
    return CheckOnwardProof(
        occurred_on=date(2027, 4, 1), reference="WL-1", accepted_cents=Cents(cents), reason=reason
    )


def test_a_provider_proves_once_and_refunds_what_is_not_accepted() -> None:
    """500 € paid out, 480 € proven, 450 € accepted: 50 € come back, and 150 € of the 600 € are free again."""
    file = granted().done(onward(), spending(onward_reference="WL-1", amount_cents=Cents(50_000)))
    assert rule_of(file.when(checked(1))) == "onward_grant.proof_missing"
    assert isinstance(only(file.when(received(48_000))), OnwardProofReceived)
    assert file.when(received(48_000)) == ()
    assert rule_of(file.when(received(48_001))) == "onward_grant.proof_exists"
    assert rule_of(file.when(checked(48_001))) == "onward_grant.accepted_out_of_range"
    assert rule_of(file.when(checked(45_000))) == "onward_grant.reason_missing"
    event = only(file.when(checked(45_000, "Miete nicht förderfähig")))
    assert isinstance(event, OnwardProofChecked)
    assert event.refund_cents == 5_000
    assert file.when(checked(45_000)) == ()
    assert rule_of(file.when(checked(44_000, "x"))) == "onward_grant.proof_checked"
    assert rule_of(file.when(onward(reference="WL-2", lines=(line(cents=55_000),)))) == ""


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (received(1, "WL-9"), "onward_grant.unknown"),
        (received(-1), "onward_grant.amount_negative"),
        (received(0), ""),
    ],
)
def test_a_proof_belongs_to_an_onward_grant(command: Any, rule: str) -> None:
    assert rule_of(granted().done(onward()).when(command)) == rule


def delivered(**changes: Any) -> DeliverProofOfUse:
    """An interim statement for 2025."""
    values: dict[str, Any] = {
        "occurred_on": date(2026, 3, 20),
        "kind": ProofKind.INTERIM,
        "reference": "ZN-1",
        "covers_to": date(2025, 12, 31),
    }
    return DeliverProofOfUse(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, ""),
        ({"covers_to": date(2026, 3, 20)}, ""),
        ({"covers_to": date(2026, 3, 21)}, "grant.proof_of_the_future"),
        ({"covers_to": date(2024, 12, 31)}, "grant.proof_outside_period"),
        ({"covers_to": date(2027, 1, 1), "occurred_on": date(2027, 6, 1)}, "grant.proof_outside_period"),
    ],
)
def test_a_statement_speaks_of_days_of_the_grant_that_are_over(changes: Any, rule: str) -> None:
    decision = granted().when(delivered(**changes))
    assert rule_of(decision) == rule
    assert rule or isinstance(only(decision), ProofOfUseDelivered)


def test_a_statement_is_accepted_once_and_never_beyond_what_was_spent() -> None:
    def accepted(cents: int, reference: str = "ZN-1") -> Any:
        return AcceptProofOfUse(
            occurred_on=date(2026, 6, 1), reference=reference, accepted_cents=Cents(cents)
        )

    file = granted().done(spending(), delivered())
    assert file.when(delivered()) == ()
    assert rule_of(file.when(delivered(kind=ProofKind.FINAL))) == "grant.proof_exists"
    assert rule_of(file.when(accepted(1, "ZN-2"))) == "grant.proof_unknown"
    assert rule_of(file.when(accepted(10_001))) == "grant.accepted_out_of_range"
    assert isinstance(only(file.when(accepted(10_000))), ProofOfUseAccepted)
    assert file.when(accepted(10_000)) == ()
    assert rule_of(file.when(accepted(9_999))) == "grant.proof_accepted"


def test_no_refusal_about_money_has_the_same_text_in_both_languages() -> None:
    """Spot check on one that carries figures."""
    refusal = granted().done(drawdown(100_000)).when(repayment(100_001))
    assert isinstance(refusal, Refusal)
    assert "100000" in refusal.de
    assert refusal.de != refusal.en
