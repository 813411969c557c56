"""Flat rates: decided once per participation, never counted twice per course, never changed in silence, never guessed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.flat_rate import CourseEarning, FlatRateResult, FlatRateSpan, course_earnings, proven_spans
from domain.flat_rate_decision import ClaimSpan, FlatRateClaim, Standing, differs, standing
from domain.grant import (
    CostKind,
    DecideFlatRates,
    FlatRateDecided,
    FlatRateRevised,
    ReviseFlatRate,
)
from domain.replacing import replace
from domain.values import Ags, CaseId, Cents, FundingModule, OfferId, ParticipationId
from tests.domain.ground import only, rule_of
from tests.domain.test_grant import GrantFile, amendment, granted, line, spending
from tests.domain.test_rates import P4, rate

COURSE = OfferId(UUID(int=0x0FFE))
ANNA, BENO = ParticipationId(UUID(int=0xA)), ParticipationId(UUID(int=0xB))
MARCH = ClaimSpan(
    from_on=date(2025, 3, 3), to_on=date(2025, 3, 31), units_attended=60, units_held=80, version=9
)
APRIL = ClaimSpan(
    from_on=date(2025, 4, 1), to_on=date(2025, 4, 30), units_attended=1, units_held=70, version=10
)


def claim(participation: ParticipationId = ANNA, **changes: Any) -> FlatRateClaim:
    """A participation in F4 that entered on the first day and attended in March."""
    values: dict[str, Any] = {
        "case_id": CaseId(UUID(int=0xCA5E)),
        "participation_id": participation,
        "offer_id": COURSE,
        "module": FundingModule.F4,
        "municipality": Ags("05334012"),
        "entered_on": date(2025, 3, 3),
        "course_starts_on": date(2025, 3, 3),
        "entry_by": date(2025, 4, 28),
        "rule": "programme.eight_weeks",
        "rule_valid_from": date(2020, 1, 1),
        "line_de": "Kursbeginn 03.03. + 8 Wochen = 28.04.",
        "line_en": "course start + 8 weeks = 2025-04-28",
        "spans": (MARCH,),
        "entries": (5, 8, 9),
    }
    return FlatRateClaim(**(values | changes))


def decide_rates(*claims: FlatRateClaim, rates: Any = (P4,)) -> DecideFlatRates:
    """Decide claims at the end of June."""
    return DecideFlatRates(occurred_on=date(2025, 6, 30), claims=claims, rates=rates)


def revise(claim: FlatRateClaim, reason: str = "Eintrag berichtigt", rates: Any = (P4,)) -> ReviseFlatRate:
    """Decide a claim again."""
    return ReviseFlatRate(occurred_on=date(2025, 7, 1), claim=claim, rates=rates, reason=reason)


def earned(file: GrantFile) -> list[tuple[int, int | None]]:
    """Units and cents of the courses."""
    assert file.state is not None
    return [(e.units, e.amount_cents) for e in course_earnings(file.state.flat_rates.values())]


def test_attendance_earns_the_units_that_the_course_held() -> None:
    """80 units held × 37.50 € = 3,000 €; how many of them one attended makes no difference."""
    file = granted()
    event = only(file.when(decide_rates(claim())))
    assert isinstance(event, FlatRateDecided)
    assert (event.result, event.entries, event.spans[0].rate) == (FlatRateResult.EARNED, (5, 8, 9), P4)
    assert earned(file) == [(80, 80 * 37_50)]


@pytest.mark.parametrize(
    ("entered_on", "entry_by", "result"),
    [
        (date(2025, 3, 3), date(2025, 4, 28), FlatRateResult.EARNED),
        (date(2025, 4, 28), date(2025, 4, 28), FlatRateResult.EARNED),
        (date(2025, 4, 29), date(2025, 4, 28), FlatRateResult.NOT_EARNED),
        (date(2025, 9, 30), date(2025, 4, 28), FlatRateResult.NOT_EARNED),
        (date(2025, 9, 30), None, FlatRateResult.EARNED),
    ],
)
def test_who_enters_after_the_last_day_earns_nothing(
    entered_on: date, entry_by: date | None, result: FlatRateResult
) -> None:
    """Where no rule asks for a last day, every entry will do."""
    file = granted()
    event = only(file.when(decide_rates(claim(entered_on=entered_on, entry_by=entry_by))))
    assert isinstance(event, FlatRateDecided)
    assert event.result is result
    assert earned(file) == ([(80, 300_000)] if result is FlatRateResult.EARNED else [])


def test_two_who_sit_in_one_course_earn_its_units_once() -> None:
    """Beno came later: his 60 units of March lie in the 80 of Anna's; those of April are his alone."""
    late = replace(MARCH, from_on=date(2025, 3, 10), units_held=60, version=4)
    file = granted().done(decide_rates(claim(), claim(BENO, spans=(late, APRIL), entries=(1, 4, 10))))
    assert earned(file) == [(150, 150 * 37_50)]


def test_a_span_in_which_nobody_was_present_earns_nothing() -> None:
    file = granted().done(decide_rates(claim(spans=(replace(MARCH, units_attended=0),))))
    assert earned(file) == []


def test_deciding_twice_records_nothing_and_more_attendance_is_added() -> None:
    """The decision on the entry stands; only the new span is decided."""
    file = granted().done(decide_rates(claim()))
    assert file.when(decide_rates(claim())) == ()
    event = only(file.when(decide_rates(claim(spans=(MARCH, APRIL), entries=(5, 8, 9, 10)))))
    assert isinstance(event, FlatRateDecided)
    assert [span.version for span in event.spans] == [10]
    assert earned(file) == [(150, 150 * 37_50)]


@pytest.mark.parametrize(
    ("changes", "rates", "what"),
    [
        ({"spans": (replace(MARCH, units_held=81),)}, (P4,), ("spans",)),
        ({"spans": (replace(MARCH, units_attended=59),)}, (P4,), ("spans",)),
        ({"spans": ()}, (P4,), ("spans",)),
        ({"spans": (replace(MARCH, version=11),)}, (P4,), ("spans",)),
        ({"entered_on": date(2025, 3, 4)}, (P4,), ("entered_on",)),
        ({"entered_on": date(2025, 5, 1)}, (P4,), ("entered_on", "result")),
        ({}, (), ("rate",)),
        ({}, (rate(amount_cents=Cents(38_00)),), ("rate",)),
        ({"line_de": "anders"}, (P4,), ()),
        ({"spans": (MARCH, APRIL)}, (P4,), ()),
    ],
)
def test_a_change_of_the_case_is_seen_and_not_followed(changes: Any, rates: Any, what: Any) -> None:
    """It is decided again by a person with a reason, or the decision stays as it was."""
    file = granted().done(decide_rates(claim()))
    now = claim(**changes)
    assert file.state is not None
    assert differs(file.state, file.state.flat_rates[ANNA], now, rates) == what
    decision = file.when(decide_rates(now, rates=rates))
    assert rule_of(decision) == ("flat_rate.differs_from_decision" if what else "")
    if what:
        assert earned(file) == [(80, 300_000)]


def test_a_new_decision_needs_a_reason_and_stands_for_all_before() -> None:
    """81 units were held, and the attendance of April is gone."""
    file = granted().done(decide_rates(claim(spans=(MARCH, APRIL))))
    now = claim(spans=(replace(MARCH, units_held=81),))
    assert rule_of(file.when(revise(now, " "))) == "flat_rate.reason_missing"
    assert isinstance(only(file.when(revise(now))), FlatRateRevised)
    assert earned(file) == [(81, 81 * 37_50)]
    assert file.when(revise(now)) == ()
    assert rule_of(granted().when(revise(now))) == "flat_rate.not_decided"


MARCH_ONLY = rate(valid_to=date(2025, 3, 31))


def test_without_any_rate_nothing_is_decided_until_one_is_known() -> None:
    """It waits, and the amendment that brings the rate lets it be decided by the next run."""
    file = granted()
    assert rule_of(file.when(decide_rates(claim(), rates=()))) == "flat_rate.rate_not_known"
    file.done(amendment(rates=(rate(amount_cents=Cents(40_00)),)))
    file.done(decide_rates(claim(), rates=()))
    assert earned(file) == [(80, 320_000)]


def test_a_rate_known_for_a_part_leaves_the_amount_open_and_is_a_difference_once_known() -> None:
    """The units of March and April stand; with a rate for March alone their amount cannot be computed, and is not 0."""
    both = claim(spans=(MARCH, APRIL))
    file = granted().done(decide_rates(both, rates=(MARCH_ONLY,)))
    assert earned(file) == [(150, None)]
    file.done(amendment(rates=(rate(amount_cents=Cents(40_00)),)))
    assert file.state is not None
    assert standing(file.state, both, ()) is Standing.DIFFERENT
    file.done(revise(both, "Satz im Änderungsbescheid", ()))
    assert earned(file) == [(150, 150 * 40_00)]


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"spans": ()}, "flat_rate.no_attendance"),
        ({"module": FundingModule.F2}, "grant.line_unknown"),
        ({"municipality": Ags("05334032")}, "grant.line_unknown"),
        (
            {"spans": (replace(MARCH, from_on=date(2026, 3, 1), to_on=date(2026, 3, 2)),)},
            "grant.line_unknown",
        ),
        (
            {"spans": (replace(MARCH, from_on=date(2024, 12, 31)),)},
            "flat_rate.outside_period",
        ),
    ],
)
def test_a_claim_that_the_grant_does_not_pay_for_is_refused(changes: Any, rule: str) -> None:
    """No attendance, no line, or no day of the grant."""
    assert rule_of(granted().when(decide_rates(claim(**changes)))) == rule


def test_a_course_paid_at_real_cost_earns_no_flat_rate() -> None:
    """Not even that of one more participation; what is paid for another course says nothing."""
    paid = spending(offer_id=COURSE, cost_kind=CostKind.TEACHING)
    assert rule_of(granted().done(paid).when(decide_rates(claim()))) == "flat_rate.real_cost_paid"
    other = spending(offer_id=OfferId(UUID(int=0xEE)), cost_kind=CostKind.TEACHING)
    assert rule_of(granted().done(other).when(decide_rates(claim()))) == ""
    file = granted().done(decide_rates(claim()))
    assert rule_of(file.when(paid)) == "grant.flat_rate_and_real_cost"


@pytest.mark.parametrize(
    ("cents", "justification", "rates", "rule"),
    [
        (30_000_0, "", (P4,), ""),
        (30_000_1, "", (P4,), "grant.flat_rate_not_earned"),
        (30_000_1, "Abschlag für April", (P4,), ""),
        (1, "", (MARCH_ONLY,), "grant.rate_not_known"),
        (1, "Abschlag", (MARCH_ONLY,), ""),
    ],
)
def test_a_flat_rate_is_paid_as_far_as_it_was_earned(
    cents: int, justification: str, rates: Any, rule: str
) -> None:
    """80 units earn 3,000 €; the plan of 1,000,000 € has room enough."""
    big = (line(cents=100_000_000), line(FundingModule.F4, cents=100_000_000))
    file = GrantFile(state=granted().done(amendment(lines=big, valid_from=date(2025, 1, 1))).state)
    spans = (MARCH, APRIL) if rates == (MARCH_ONLY,) else (MARCH,)
    file.done(decide_rates(claim(spans=spans), rates=rates))
    paid = spending(
        module=FundingModule.F4,
        offer_id=COURSE,
        cost_kind=CostKind.FLAT_RATE,
        amount_cents=Cents(cents),
        justification=justification,
    )
    assert rule_of(file.when(paid)) == rule


SPANS = st.lists(
    st.builds(
        lambda start, days, held, attended, version: FlatRateSpan(
            from_on=date(2025, 1, 1) + timedelta(days=start),
            to_on=date(2025, 1, 1) + timedelta(days=start + days),
            units_held=held,
            units_attended=min(held, attended),
            version=version,
            rate=P4,
        ),
        st.integers(0, 30),
        st.integers(0, 12),
        st.integers(0, 40),
        st.integers(0, 2),
        st.integers(1, 50),
    ),
    max_size=7,
)


def apart(spans: tuple[FlatRateSpan, ...]) -> bool:
    """Whether no two spans share a day."""
    return all(a.to_on < b.from_on or b.to_on < a.from_on for a, b in combinations(spans, 2))


@given(SPANS, st.randoms(use_true_random=False))
def test_the_proven_units_are_the_most_that_count_no_day_twice(
    spans: list[FlatRateSpan], random: Any
) -> None:
    """Compared with every set of spans there is; and the order in which they were recorded makes no difference."""
    attended = [span for span in spans if span.units_attended]
    best = max(
        sum(span.units_held for span in chosen)
        for size in range(len(attended) + 1)
        for chosen in combinations(attended, size)
        if apart(chosen)
    )
    found = proven_spans(spans)
    assert apart(found)
    assert sum(span.units_held for span in found) == best
    shuffled = list(spans)
    random.shuffle(shuffled)
    assert [(s.from_on, s.to_on, s.units_held) for s in proven_spans(shuffled)] == [
        (s.from_on, s.to_on, s.units_held) for s in found
    ]


def test_a_course_over_new_year_earns_on_the_line_of_each_year() -> None:
    """A span belongs to the year of its last day."""
    spans = tuple(
        replace(MARCH, from_on=first, to_on=last, version=n, units_held=units)
        for n, (first, last, units) in enumerate(
            [(date(2025, 12, 1), date(2025, 12, 31), 50), (date(2026, 1, 1), date(2026, 1, 31), 40)], 1
        )
    )
    lines = (line(FundingModule.F4), line(FundingModule.F4, year=2026))
    file = granted().done(
        amendment(lines=lines, valid_from=date(2025, 1, 1)), decide_rates(claim(spans=spans))
    )
    assert file.state is not None
    assert course_earnings(file.state.flat_rates.values()) == tuple(
        CourseEarning(
            offer_id=COURSE,
            module=FundingModule.F4,
            municipality=Ags("05334012"),
            year=year,
            units=units,
            amount_cents=Cents(units * 37_50),
        )
        for year, units in ((2025, 50), (2026, 40))
    )
