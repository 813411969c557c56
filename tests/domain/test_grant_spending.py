"""Bookings: corrected and cancelled in the open, never for the same thing twice, beyond a line only with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.grant import (
    Booking,
    CancelSpending,
    CorrectSpending,
    CostKind,
    GiveOnwardGrant,
    PayeeKind,
    SpendingCancelled,
    SpendingCorrected,
    SpendingRecorded,
    booking_of,
    evolve_all,
)
from domain.values import Cents, FundingModule, OfferId, ParticipationId
from tests.domain.ground import only, rule_of
from tests.domain.test_grant import FROM, TO, GrantFile, amendment, granted, line, notice, spending

OFFER = OfferId(UUID(int=0x0FFE))
SEAT = ParticipationId(UUID(int=0x5EA7))


def booking(**changes: Any) -> Booking:
    """What ``spending`` books."""
    return booking_of(spending(**changes))


def correction(now: Booking, reason: str = "Zahlendreher") -> CorrectSpending:
    """A correction of the one voucher."""
    return CorrectSpending(occurred_on=date(2025, 5, 2), voucher="2025-03-1", booking=now, reason=reason)


def cancellation(reason: str = "doppelt erfasst", voucher: str = "2025-03-1") -> CancelSpending:
    """A cancellation of the one voucher."""
    return CancelSpending(occurred_on=date(2025, 5, 2), voucher=voucher, reason=reason)


def booked(file: GrantFile) -> dict[FundingModule, int]:
    """What is spent by module."""
    assert file.state is not None
    return {use.line.module: use.spent_cents for use in file.state.uses}


def test_a_correction_moves_the_money_and_keeps_what_was_booked() -> None:
    """100 € on F1 turn out to be 120 € on F4."""
    file = granted().done(spending())
    event = only(file.when(correction(booking(module=FundingModule.F4, amount_cents=Cents(12_000)))))
    assert isinstance(event, SpendingCorrected)
    assert (event.was.module, event.was.amount_cents) == (FundingModule.F1, 10_000)
    assert booked(file) == {FundingModule.F1: 0, FundingModule.F4: 12_000}


@pytest.mark.parametrize(
    ("now", "reason", "rule"),
    [
        ({"amount_cents": Cents(1)}, "Zahlendreher", ""),
        ({"amount_cents": Cents(1)}, " ", "grant.correction_reason_missing"),
        ({"amount_cents": Cents(0)}, "x", "grant.amount_not_positive"),
        ({"module": FundingModule.F2}, "x", "grant.line_unknown"),
        ({"occurred_on": date(2025, 5, 2)}, "x", ""),
        ({"occurred_on": date(2025, 5, 3)}, "x", "grant.paid_in_the_future"),
        ({"occurred_on": date(2024, 12, 31)}, "x", "grant.spending_outside_period"),
        ({"payee": " "}, "x", "grant.voucher_incomplete"),
        ({"purpose": "a\rb"}, "x", "grant.voucher_unreadable"),
    ],
)
def test_a_correction_is_held_to_the_rules_of_a_booking(now: Any, reason: str, rule: str) -> None:
    assert rule_of(granted().done(spending()).when(correction(booking(**now), reason))) == rule


def test_correcting_to_what_is_booked_already_records_nothing() -> None:
    """The voucher itself does not count against its own correction either."""
    file = granted().done(spending(amount_cents=Cents(100_000)))
    assert file.when(correction(booking(amount_cents=Cents(100_000)))) == ()
    assert rule_of(file.when(correction(booking(amount_cents=Cents(99_999))))) == ""


def test_a_cancelled_voucher_counts_no_more_and_its_number_is_gone() -> None:
    file = granted().done(spending())
    assert isinstance(only(file.when(cancellation())), SpendingCancelled)
    assert booked(file)[FundingModule.F1] == 0
    assert file.when(cancellation()) == ()
    assert rule_of(file.when(spending())) == "grant.voucher_repeated"
    assert rule_of(file.when(correction(booking(amount_cents=Cents(5))))) == "grant.voucher_unknown"
    assert rule_of(granted().when(cancellation())) == "grant.voucher_unknown"
    assert rule_of(granted().done(spending()).when(cancellation(" "))) == "grant.correction_reason_missing"


MARCH = {"service_from": date(2025, 3, 1), "service_to": date(2025, 3, 31)}
APRIL = {"service_from": date(2025, 4, 1), "service_to": date(2025, 4, 30)}


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        (MARCH, MARCH, "grant.double_funding"),
        (MARCH, MARCH | {"module": FundingModule.F4}, "grant.double_funding"),
        (MARCH, APRIL, ""),
        (MARCH, MARCH | {"amount_cents": Cents(10_001)}, ""),
        (MARCH, MARCH | {"payee": "VHS Nordkreis"}, ""),
        (MARCH, MARCH | {"cost_kind": CostKind.MATERIAL}, ""),
        (MARCH, MARCH | {"justification": "zwei Räume"}, ""),
        (MARCH, MARCH | {"justification": "  "}, "grant.double_funding"),
        ({}, {}, "grant.double_funding"),
        ({}, {"occurred_on": date(2025, 4, 1)}, ""),
        (MARCH, {}, "grant.double_funding"),
        (
            {"participation_id": SEAT, "cost_kind": CostKind.TRAVEL} | MARCH,
            {"participation_id": SEAT, "cost_kind": CostKind.TRAVEL, "amount_cents": Cents(1)} | MARCH,
            "grant.double_funding",
        ),
        (
            {"participation_id": SEAT, "cost_kind": CostKind.TRAVEL} | MARCH,
            {"participation_id": SEAT, "cost_kind": CostKind.CHILDCARE} | MARCH,
            "",
        ),
    ],
)
def test_the_same_thing_is_not_paid_twice_without_a_reason(first: Any, second: Any, rule: str) -> None:
    """On one line or on two; the voucher has another number."""
    file = granted().done(spending(**first))
    assert rule_of(file.when(spending(**{"voucher": "2025-03-2"} | second))) == rule


def test_a_course_is_not_paid_by_flat_rate_and_at_real_cost() -> None:
    """Whichever comes first; exam fees are paid at their cost beside the flat rate."""
    teaching = {"offer_id": OFFER, "cost_kind": CostKind.TEACHING}
    flat = {"offer_id": OFFER, "cost_kind": CostKind.FLAT_RATE, "voucher": "2", "justification": "Abschlag"}
    assert (
        rule_of(granted().done(spending(**teaching)).when(spending(**flat)))
        == "grant.flat_rate_and_real_cost"
    )
    paid = granted().done(spending(**flat))
    assert rule_of(paid.when(spending(**teaching))) == "grant.flat_rate_and_real_cost"
    assert rule_of(paid.when(spending(offer_id=OFFER, cost_kind=CostKind.EXAM_FEE))) == ""


@pytest.mark.parametrize(
    ("payee", "rule"),
    [
        ("MA-0042", ""),
        ("K4711", ""),
        ("12", "grant.person_named"),
        ("Amina Haidari", "grant.person_named"),
        ("HAIDARI", "grant.person_named"),
        ("Haidari1", "grant.person_named"),
        ("0", "grant.person_named"),
    ],
)
def test_a_person_who_is_paid_is_not_named(payee: str, rule: str) -> None:
    decision = granted().when(spending(payee=payee, payee_kind=PayeeKind.PERSON))
    assert rule_of(decision) == rule


@pytest.mark.parametrize(
    "time",
    [
        {"service_from": FROM},
        {"service_to": TO},
        {"service_from": date(2025, 3, 2), "service_to": date(2025, 3, 1)},
    ],
)
def test_the_time_of_a_service_has_both_ends_in_order(time: Any) -> None:
    assert rule_of(granted().when(spending(**time))) == "grant.service_time_wrong"


@pytest.mark.parametrize(
    ("cents", "spent_on_other", "justification", "rule"),
    [
        (100_000, 0, "", ""),
        (120_000, 0, "", ""),
        (120_001, 0, "", ""),
        (120_001, 80_000, "", "grant.plan_exceeded"),
        (120_001, 80_000, "Tarif", ""),
        (200_000, 0, "", ""),
        (200_001, 0, "", "grant.plan_exceeded"),
        (200_001, 0, "Tarif", ""),
    ],
)
def test_beyond_the_plan_a_booking_needs_a_reason(
    cents: int, spent_on_other: int, justification: str, rule: str
) -> None:
    """Two lines of 1,000 € in one year: what the one saves the other may use, 2,000 € in all."""
    file = granted()
    if spent_on_other:
        file.done(spending(voucher="0", module=FundingModule.F4, amount_cents=Cents(spent_on_other)))
    assert rule_of(file.when(spending(amount_cents=Cents(cents), justification=justification))) == rule


@pytest.mark.parametrize(
    ("cents", "rule"), [(120_000, ""), (120_001, "grant.line_overspent"), (999_999, "grant.line_overspent")]
)
def test_above_120_per_cent_nothing_of_another_year_makes_up_for_it(cents: int, rule: str) -> None:
    """One line of 1,000 € in 2025 and one of 9,000 € in 2026."""
    file = GrantFile().done(notice(lines=(line(), line(year=2026, cents=900_000))))
    assert rule_of(file.when(spending(amount_cents=Cents(cents)))) == rule


def onward(**changes: Any) -> GiveOnwardGrant:
    """600 € of F1 to a provider."""
    values: dict[str, Any] = {
        "occurred_on": FROM,
        "reference": "WL-1",
        "provider": "Lernhaus Vichttal",
        "period_from": FROM,
        "period_to": TO,
        "lines": (line(cents=60_000),),
        "conditions": "ANBest-P",
        "consent_reference": "36.04-1/Z1",
        "proof_due_on": date(2027, 3, 31),
    }
    return GiveOnwardGrant(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, ""),
        ({"amount_cents": Cents(60_000)}, ""),
        ({"amount_cents": Cents(60_001)}, "onward_grant.amount_exceeded"),
        ({"module": FundingModule.F4}, "onward_grant.amount_exceeded"),
        ({"payee": "VHS Nordkreis"}, "onward_grant.other_payee"),
        ({"onward_reference": "WL-2"}, "onward_grant.unknown"),
    ],
)
def test_an_onward_grant_pays_its_provider_up_to_what_was_promised(changes: Any, rule: str) -> None:
    file = granted().done(onward())
    assert rule_of(file.when(spending(**{"onward_reference": "WL-1"} | changes))) == rule


def test_a_line_must_be_in_the_plan_of_the_day_and_in_the_plan_of_now() -> None:
    """A line that an amendment adds from July on takes no payment of June."""
    lines = (line(), line(FundingModule.F4), line(FundingModule.F2))
    file = granted().done(
        amendment(occurred_on=date(2025, 6, 1), valid_from=date(2025, 7, 1), lines=lines, period_to=TO)
    )
    june = spending(occurred_on=date(2025, 6, 30), module=FundingModule.F2)
    assert rule_of(file.when(june)) == "grant.line_unknown"
    july = spending(occurred_on=date(2025, 7, 1), module=FundingModule.F2)
    assert rule_of(file.when(july)) == ""


SPENDINGS = st.lists(
    st.tuples(st.sampled_from([FundingModule.F1, FundingModule.F4]), st.integers(1, 10**7)), max_size=8
)


@given(SPENDINGS, st.randoms(use_true_random=False), st.data())
def test_any_order_of_bookings_gives_the_same_books(spendings: Any, random: Any, data: st.DataObject) -> None:
    """Recorded, corrected and cancelled in any order that keeps each voucher's own, folded at once or in two parts."""
    (opened,) = granted().events
    stories: list[list[Any]] = []
    expected = {FundingModule.F1: 0, FundingModule.F4: 0}
    for n, (module, cents) in enumerate(spendings):
        was = booking(module=module, amount_cents=Cents(cents))
        values = {"voucher": str(n), "module": module, "amount_cents": Cents(cents)}
        story: list[Any] = [
            SpendingRecorded(
                **{name: getattr(spending(**values), name) for name in SpendingRecorded.__slots__},
                occurred_on=was.paid_on,
            )
        ]
        fate = data.draw(st.sampled_from(["kept", "corrected", "cancelled"]))
        day = date(2025, 5, 2)
        if fate == "corrected":
            now = booking(module=FundingModule.F4, amount_cents=Cents(cents + 1))
            story.append(SpendingCorrected(occurred_on=day, voucher=str(n), was=was, booking=now, reason="x"))
            expected[FundingModule.F4] += cents + 1
        elif fate == "cancelled":
            story.append(SpendingCancelled(occurred_on=day, voucher=str(n), was=was, reason="x"))
        else:
            expected[module] += cents
        stories.append(story)
    mixed = []
    while any(stories):
        story = random.choice([story for story in stories if story])
        mixed.append(story.pop(0))
    state = evolve_all(None, [opened, *mixed])  # type: ignore[list-item] # the first event of a grant
    assert {use.line.module: use.spent_cents for use in state.uses} == expected
    assert state.spent_cents == sum(b.amount_cents for b in state.bookings.values()) == sum(expected.values())
    cut = data.draw(st.integers(0, len(mixed)))
    first = evolve_all(None, [opened, *mixed[:cut]])  # type: ignore[list-item] # the first event of a grant
    assert evolve_all(first, mixed[cut:]) == state
