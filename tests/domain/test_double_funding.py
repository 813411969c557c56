"""Double funding: what looks paid twice is found across grants as within one, named with both places, whoever booked first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.double_funding import Claimed, Overlap, across_grants, overlap, paid_elsewhere
from domain.grant import CancelSpending, CorrectSpending, CostKind, booking_of
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.replacing import replace
from domain.reports.double_funding import DOUBLE_FUNDING
from domain.reports.drill import Drill, drill
from domain.reports.evidence import CellRef
from domain.values import Cents, FundingModule, OfferId, ParticipationId
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_flat_rate import ANNA, BENO, COURSE, claim, decide_rates, revise
from tests.domain.test_grant import GrantFile, line, notice, spending
from tests.domain.test_grant_spending import onward

END = date(2026, 12, 31)
F1, F4 = FundingModule.F1, FundingModule.F4
ONE, OTHER = UUID(int=0x6A1), UUID(int=0x6A2)


def claimed(**changes: Any) -> Claimed:
    """A voucher of 100 € in March."""
    values: dict[str, Any] = {
        "grant_id": ONE,
        "reference": "B-1",
        "cost_kind": CostKind.TRAVEL,
        "amount_cents": 10_000,
        "payee": "Lernhaus Vichttal",
        "offer_id": None,
        "participation_id": None,
        "first": date(2025, 3, 1),
        "last": date(2025, 3, 31),
    }
    return Claimed(**(values | changes))


APRIL = {"first": date(2025, 4, 1), "last": date(2025, 4, 30)}
DECIDED = {"cost_kind": CostKind.FLAT_RATE, "payee": "", "participation_id": ANNA, "offer_id": COURSE}
TAUGHT = {"cost_kind": CostKind.TEACHING, "offer_id": COURSE}
OF_ANNA = {"participation_id": ANNA}


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ({}, {}, Overlap.SAME_BILL),
        ({}, {"first": date(2025, 3, 31), "last": date(2025, 5, 1)}, Overlap.SAME_BILL),
        ({}, APRIL, None),
        ({}, {"amount_cents": 10_001}, None),
        ({}, {"payee": "Werkstatt"}, None),
        ({}, {"cost_kind": CostKind.CHILDCARE}, None),
        ({}, OF_ANNA, None),
        (OF_ANNA, OF_ANNA | {"amount_cents": 5, "payee": "K-17"}, Overlap.SAME_PARTICIPATION),
        (OF_ANNA, OF_ANNA | {"amount_cents": 5} | APRIL, None),
        (OF_ANNA, {"participation_id": BENO}, None),
        (TAUGHT, TAUGHT | {"cost_kind": CostKind.FLAT_RATE}, Overlap.FLAT_RATE_AND_REAL_COST),
        (TAUGHT, DECIDED, Overlap.FLAT_RATE_AND_REAL_COST),
        (TAUGHT, DECIDED | APRIL, None),
        (TAUGHT, DECIDED | {"offer_id": OfferId(UUID(int=1))}, None),
        (DECIDED, DECIDED, Overlap.SAME_ATTENDANCE),
        (DECIDED, DECIDED | {"participation_id": BENO}, None),
        (DECIDED, DECIDED | APRIL, None),
        (DECIDED, {"cost_kind": CostKind.FLAT_RATE, "offer_id": COURSE}, None),
    ],
)
def test_two_claims_look_paid_twice_by_bill_participation_course_or_days(
    one: dict[str, Any], other: dict[str, Any], why: Overlap | None
) -> None:
    """For a common time only, and in whatever order."""
    a, b = claimed(**one), claimed(grant_id=OTHER, reference="C-9", **other)
    assert overlap(a, b) is overlap(b, a) is why
    assert [found for _, _, found in across_grants([a, b])] == ([why] if why else [])
    assert list(across_grants([a, replace(b, grant_id=ONE)])) == []
    refusal = paid_elsewhere([a], [b], {OTHER: "36.04-2"})
    if why is None:
        assert refusal is None
    else:
        assert isinstance(refusal, Refusal)
        assert refusal.rule_id == (
            "flat_rate.paid_elsewhere" if a.decided else "grant.double_funding_elsewhere"
        )
        assert all("36.04-2" in text and "C-9" in text for text in (refusal.de, refusal.en))


CLAIMS = st.builds(
    claimed,
    grant_id=st.sampled_from([ONE, OTHER, UUID(int=0x6A3)]),
    reference=st.uuids().map(str),
    cost_kind=st.sampled_from([CostKind.TEACHING, CostKind.FLAT_RATE, CostKind.TRAVEL]),
    amount_cents=st.sampled_from([1, 2]),
    payee=st.sampled_from(["", "A", "B"]),
    offer_id=st.sampled_from([None, COURSE]),
    participation_id=st.sampled_from([None, ANNA, BENO]),
    last=st.sampled_from([date(2025, 3, 1), date(2025, 3, 31)]),
    first=st.sampled_from([date(2025, 2, 1), date(2025, 3, 1)]),
)


@given(st.lists(CLAIMS, max_size=12, unique_by=lambda each: each.reference))
def test_looking_only_where_something_is_common_finds_every_pair(claims: list[Claimed]) -> None:
    """The same pairs as holding every claim against every other."""
    sound = [each for each in claims if each.payee or each.cost_kind is CostKind.FLAT_RATE]
    expected = {
        frozenset({one.reference, other.reference})
        for one, other in combinations(sound, 2)
        if one.grant_id != other.grant_id and overlap(one, other) is not None
    }
    found = [frozenset({one.reference, other.reference}) for one, other, _ in across_grants(sound)]
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert list(across_grants(sound)) == list(across_grants(sound[::-1]))


# ---------------------------------------------------------------------- report


def stream(file: GrantFile, grant_id: UUID) -> list[Recorded[Any]]:
    """The stream of a grant."""
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return [Recorded(n, grant_id, n, event, at, "ki", "org", None) for n, event in enumerate(file.events, 1)]


def two_grants() -> list[list[Recorded[Any]]]:
    """A travel ticket and a bill claimed in both, one of them out of an onward grant; a course by flat rate and at real cost;
    a participation decided in both, in one of them decided again; vouchers corrected into and out of being alike."""
    ticket = {"cost_kind": CostKind.TRAVEL, "participation_id": ParticipationId(ANNA), "module": F1}
    first = GrantFile().done(
        notice(lines=(line(F1), line(F4, cents=1_000_000))),
        onward(lines=(line(F1, cents=5_000),)),
        spending(voucher="A-1", amount_cents=Cents(4_900), **ticket),
        spending(voucher="A-2", amount_cents=Cents(4_000), onward_reference="WL-1"),
        spending(voucher="A-3", amount_cents=Cents(777)),
        spending(voucher="A-4", amount_cents=Cents(888)),
        decide_rates(claim(), claim(BENO)),
        revise(claim(BENO, spans=())),
    )
    now = booking_of(spending(voucher="A-4", amount_cents=Cents(889)))
    first.done(
        CorrectSpending(occurred_on=date(2025, 7, 1), voucher="A-4", booking=now, reason="Zahlendreher"),
        CancelSpending(occurred_on=date(2025, 7, 1), voucher="A-3", reason="doppelt"),
    )
    second = GrantFile().done(
        notice(reference="36.04-2", lines=(line(F1), line(F4, cents=1_000_000))),
        spending(voucher="B-1", amount_cents=Cents(5_100), payee="K-17", **ticket),
        spending(voucher="B-2", amount_cents=Cents(4_000)),
        spending(voucher="B-3", amount_cents=Cents(777)),
        spending(voucher="B-4", amount_cents=Cents(888)),
        spending(
            voucher="B-5", module=F4, amount_cents=Cents(90_000), cost_kind=CostKind.TEACHING, offer_id=COURSE
        ),
    )
    third = GrantFile().done(
        notice(reference="36.04-3", lines=(line(F1), line(F4, cents=1_000_000))), decide_rates(claim())
    )
    return [stream(first, ONE), stream(second, OTHER), stream(third, UUID(int=0x6A3))]


def test_the_report_names_both_places_of_what_looks_paid_twice() -> None:
    """Anna's ticket 49 and 51 €, the bill of 40 €, the course, Anna's days; not what was cancelled or corrected apart."""
    table = DOUBLE_FUNDING.run(facts_of(two_grants(), END), END).table("pairs")
    assert [pair.key for pair in table.lines] == sorted(pair.key for pair in table.lines)
    assert {pair.key: pair.cells for pair in table.lines} == {
        ("36.04-1", "A-1", "36.04-2", "B-1"): ("same_participation", 0, 4_900, 5_100),
        ("36.04-1", "A-2", "36.04-2", "B-2"): ("same_bill", 0, 4_000, 4_000),
        ("36.04-1", str(COURSE), "36.04-2", "B-5"): ("flat_rate_and_real_cost", 1, 300_000, 90_000),
        ("36.04-1", str(COURSE), "36.04-3", str(COURSE)): ("same_attendance", 1, 300_000, 300_000),
        ("36.04-2", "B-5", "36.04-3", str(COURSE)): ("flat_rate_and_real_cost", 1, 90_000, 300_000),
    }
    early = DOUBLE_FUNDING.run(facts_of(two_grants(), END), date(2025, 3, 30)).table("pairs")
    assert early.lines == ()


def test_a_course_stands_once_however_many_attend() -> None:
    """Anna was there from 1 to 31 March (80 units), Beno from 17 to 31 March (40 units): one line of two participations, of
    which the longer span is paid, 80 × 37.50 €. The course itself was paid for by a voucher of another grant."""
    [march] = claim().spans
    late = replace(march, from_on=date(2025, 3, 17), units_attended=30, units_held=40)
    lines = (line(F1), line(F4, cents=1_000_000))
    first = GrantFile().done(notice(lines=lines), decide_rates(claim(), claim(BENO, spans=(late,))))
    taught = spending(
        voucher="B-5", module=F4, amount_cents=Cents(90_000), cost_kind=CostKind.TEACHING, offer_id=COURSE
    )
    second = GrantFile().done(notice(reference="36.04-2", lines=lines), taught)
    facts = facts_of([stream(first, ONE), stream(second, OTHER)], END)
    [pair] = DOUBLE_FUNDING.run(facts, END).table("pairs").lines
    assert pair.key == ("36.04-1", str(COURSE), "36.04-2", "B-5")
    assert pair.cells == ("flat_rate_and_real_cost", 2, march.units_held * 37_50, 90_000)
    assert (march.units_held, march.to_on) == (80, date(2025, 3, 31))


def test_each_figure_leads_to_the_entries_of_both_grants() -> None:
    """Whatever is left out of the log."""
    streams = two_grants()
    facts = facts_of(streams, END)
    key = ("36.04-1", "A-1", "36.04-2", "B-1")
    drilled = drill(DOUBLE_FUNDING, facts, END, {}, CellRef("pairs", "why", key))
    assert isinstance(drilled, Drill)
    assert [operand.cell for operand in drilled.operands] == [4_900, 5_100]
    subjects = [share.contribution.subject for operand in drilled.operands for share in operand.shares]
    assert subjects == [ONE, OTHER]
    check_sums(DOUBLE_FUNDING, facts, END)
    assert check_leaving_out(DOUBLE_FUNDING, streams, END) > 5
