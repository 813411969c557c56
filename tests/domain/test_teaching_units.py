"""Teaching units and what they are worth: the rule of the decided flat rates, with the rates of notices and programme."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.flat_rate import course_earnings
from domain.flat_rate_decision import ClaimSpan
from domain.rates import Rate
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.reports.drill import Drill, Page, drill
from domain.reports.evidence import CellRef
from domain.reports.facts import Facts, OfferFact, ProgrammeRate
from domain.reports.funding import FUNDING
from domain.reports.table import NotComputable, Report
from domain.values import Ags, CaseId, Cents, FundingModule, OfferId, ParticipationId
from tests.domain.ground import ESCHWEILER, in_course
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_flat_rate import claim, decide_rates
from tests.domain.test_grant import GrantFile, amendment, line, notice
from tests.domain.test_rates import P4, rate

F4 = FundingModule.F4
PLAN = (line(F4, 2025), line(F4, 2026))
AS_OF = date(2026, 12, 31)
COURSES = (OfferId(UUID(int=0xC1)), OfferId(UUID(int=0xC2)))


def stream(file: GrantFile, number: int = 0x6A7) -> list[Recorded[Any]]:
    """The stream of a grant."""
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        Recorded(n, UUID(int=number), n, event, at, "ki", "org", None)
        for n, event in enumerate(file.events, 1)
    ]


def attended(spans: dict[tuple[int, OfferId], list[ClaimSpan]], *grants: list[Recorded[Any]]) -> Facts:
    """Participants by number, each in one course with these spans of attendance, and grants; the programme knows P4."""
    facts = facts_of([in_course().history, *grants], AS_OF)
    [case], [participation] = facts.cases, facts.participations
    facts.cases, facts.participations = [], []
    for (number, offer), attendance in spans.items():
        case_id = UUID(int=number)
        facts.cases.append(case._replace(case_id=case_id, participant_id=case_id))
        text = json.dumps(
            [
                [
                    span.from_on.isoformat(),
                    span.to_on.isoformat(),
                    span.units_attended,
                    span.units_held,
                    span.version,
                ]
                for span in attendance
            ]
        )
        facts.participations.append(
            participation._replace(
                case_id=case_id, participation_id=case_id, offer_id=offer, module=F4.value, attendance=text
            )
        )
    facts.offers = [OfferFact(offer, ESCHWEILER) for offer in COURSES]
    facts.programme_rates = [ProgrammeRate(case.path, case.path_version, P4)]
    return facts


def span(first: date, days: int, held: int, version: int = 2, attended: int = 1) -> ClaimSpan:
    """A span of so many days."""
    return ClaimSpan(
        from_on=first,
        to_on=first + timedelta(days - 1),
        units_attended=attended,
        units_held=held,
        version=version,
    )


def run(facts: Facts) -> Report:
    """The funding report of all that happened."""
    return FUNDING.run(facts, AS_OF)


def worth(facts: Facts) -> Any:
    """Held units of F4 and what they are worth."""
    return run(facts).table("teaching_units").line("F4").cells[1:]


APRIL = span(date(2025, 4, 1), 30, 80)
SPANS = st.builds(
    span,
    st.dates(date(2025, 1, 1), date(2025, 3, 31)),
    st.integers(1, 40),
    st.integers(1, 30),
    attended=st.integers(0, 2),
)
RATES = st.sampled_from(
    [
        (),
        (rate(amount_cents=Cents(40_00)),),
        (rate(amount_cents=Cents(40_00), valid_to=date(2025, 2, 14)),),
        (rate(valid_to=date(2025, 2, 14)), rate(amount_cents=Cents(41_00), valid_from=date(2025, 2, 15))),
    ]
)


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 4), st.sampled_from(COURSES)),
        st.lists(SPANS, max_size=4),
        min_size=1,
        max_size=4,
    ),
    RATES,
)
def test_the_funding_report_and_the_decided_flat_rates_agree_on_any_attendance(
    drawn: dict[tuple[int, OfferId], list[ClaimSpan]], rates: tuple[Rate, ...]
) -> None:
    """Everybody entered in time and everything is decided: the same units, and the same amount or none on both sides."""
    spans = {
        (number, key[1]): [
            ClaimSpan(
                from_on=one.from_on,
                to_on=one.to_on,
                units_attended=one.units_attended,
                units_held=one.units_held,
                version=version,
            )
            for version, one in enumerate(attendance, 2)
        ]
        for number, (key, attendance) in enumerate(drawn.items(), 1)
    }
    file = GrantFile().done(notice(lines=PLAN, rates=rates))
    facts = attended(spans, stream(file))
    for (number, offer), attendance in spans.items():
        case_id = UUID(int=number)
        one = claim(
            ParticipationId(case_id), case_id=CaseId(case_id), offer_id=offer, spans=tuple(attendance)
        )
        decision = file.when(decide_rates(one))
        # A claim without any rate waits; the report has its units nevertheless.
        assume(not isinstance(decision, Refusal) or decision.rule_id == "flat_rate.no_attendance")
    assert file.state is not None
    earnings = course_earnings(file.state.flat_rates.values())
    amounts = [earning.amount_cents for earning in earnings]
    known = sum(amount or 0 for amount in amounts)
    held, amount = worth(facts)
    assert held == sum(earning.units for earning in earnings)
    assert amount == (NotComputable.RATE_NOT_KNOWN if None in amounts else known)


def test_two_who_sit_in_one_course_have_its_units_held_once() -> None:
    """80 units held from 1 to 30 April, of which somebody who came on the 10th recorded 60: 80 × 37.50 € = 3,000 €."""
    late = span(date(2025, 4, 10), 21, 60)
    may = span(date(2025, 5, 1), 31, 70, 3)
    facts = attended({(1, COURSES[0]): [APRIL], (2, COURSES[0]): [late, may], (3, COURSES[1]): [APRIL]})
    assert worth(facts) == (80 + 70 + 80, 230 * 37_50)


def test_the_rate_of_the_notice_goes_before_that_of_the_programme_as_far_as_it_was_known() -> None:
    """40 € from the notice, 42 € from the amendment of June 2026: by the end of 2026 80 × 42 €, before 80 × 40 €."""
    file = GrantFile().done(
        notice(lines=PLAN, rates=(rate(amount_cents=Cents(40_00)),)),
        amendment(lines=PLAN, rates=(rate(amount_cents=Cents(42_00)),)),
    )
    facts = attended({(1, COURSES[0]): [APRIL]}, stream(file))
    assert worth(facts) == (80, 80 * 42_00)
    before = FUNDING.run(facts, date(2026, 5, 31))
    assert before.table("teaching_units").line("F4").cells[1:] == (80, 80 * 40_00)
    assert [(found.key[0], *found.cells) for found in before.table("rates").lines] == [
        ("36.04-1", 40_00, P4.source),
        ("durchstarten/1", 37_50, P4.source),
    ]


def test_where_nobody_knows_which_rate_counts_there_is_no_amount_and_no_zero() -> None:
    """A change of rate within a span; two grants that could both pay it and do not agree; no rate at all."""
    change = (rate(valid_to=date(2025, 4, 15)), rate(amount_cents=Cents(40_00), valid_from=date(2025, 4, 16)))
    one = GrantFile().done(notice(lines=PLAN, rates=change))
    assert worth(attended({(1, COURSES[0]): [APRIL]}, stream(one))) == (80, NotComputable.RATE_NOT_KNOWN)
    own = stream(GrantFile().done(notice(lines=PLAN, rates=(rate(amount_cents=Cents(40_00)),))))
    other = stream(GrantFile().done(notice(lines=PLAN, reference="36.04-2")), 0x6A8)
    both = attended({(1, COURSES[0]): [APRIL]}, own, other)
    assert worth(both) == (80, NotComputable.RATE_NOT_KNOWN)
    unknown = attended({(1, COURSES[0]): [APRIL]})
    unknown.programme_rates = []
    assert worth(unknown) == (80, NotComputable.RATE_NOT_KNOWN)
    assert run(unknown).table("teaching_units").line("total").cells[2] is NotComputable.RATE_NOT_KNOWN


def test_a_grant_without_a_line_for_the_course_says_nothing_about_its_rate() -> None:
    """Another municipality, another year, a period that is over: then the programme counts."""
    rates = (rate(amount_cents=Cents(40_00)),)
    elsewhere: Any = [
        type(one)(module=F4, municipality=Ags("05334032"), year=2025, amount_cents=Cents(1))
        for one in PLAN[:1]
    ]
    grants: list[dict[str, Any]] = [
        {"lines": tuple(elsewhere)},
        {"lines": PLAN[1:]},
        {"lines": PLAN, "period_to": date(2025, 4, 29)},
    ]
    for number, changes in enumerate(grants, 1):
        grant = stream(GrantFile().done(notice(rates=rates, **changes)), number)
        assert worth(attended({(1, COURSES[0]): [APRIL]}, grant)) == (80, 80 * 37_50)


def test_an_amount_leads_to_the_units_and_to_the_entry_that_set_the_rate() -> None:
    """The drill-down names the attendance and the amendment; without the amendment the rate of the notice is back."""
    file = GrantFile().done(
        notice(lines=PLAN, rates=(rate(amount_cents=Cents(40_00)),)),
        amendment(lines=PLAN, rates=(rate(amount_cents=Cents(42_00)),)),
    )
    grant = stream(file)
    facts = attended({(1, COURSES[0]): [APRIL]}, grant)
    drilled = drill(FUNDING, facts, AS_OF, {}, CellRef("teaching_units", "flat_rate_amount", ("F4",)))
    assert isinstance(drilled, Drill)
    held, amount = drilled.operands
    assert (held.ref.column, held.cell, held.shares[0].amount) == ("held", 80, 80)
    assert (amount.ref.table, amount.cell) == ("rates", 42_00)
    assert _said(amount) == [(42_00, [1, 2])]
    cell = CellRef("teaching_units", "flat_rate_amount", ("F4",))
    drilled = drill(FUNDING, facts, AS_OF, {}, cell, Page(but_for=True))
    assert isinstance(drilled, Drill)
    assert _said(drilled.operands[1]) == [(40_00, [1]), (-40_00, [1, 2])]
    check_sums(FUNDING, facts, AS_OF)
    assert check_leaving_out(FUNDING, [grant], AS_OF) == 2


def _said(amount: Drill) -> list[tuple[int, list[int]]]:
    """What an amount rests on: each share with the versions of its entries."""
    return [
        (share.amount, [entry.version for entry in share.contribution.entries])
        for share in amount.operands[0].shares
    ]
