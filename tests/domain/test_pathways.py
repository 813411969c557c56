"""The report on pathways: medians with people still there, by hand and against a slow count; every figure led back."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.closing import CloseCase, ReopenCase
from domain.legal_facts import RecordEmployment
from domain.reports.evidence import survival_median
from domain.reports.facts import Facts
from domain.reports.journeys import Step
from domain.reports.pathways import PATHWAYS, month_in_step
from domain.reports.table import NotComputable, Report
from domain.values import Destination, ExitReason
from tests.domain.ground import after_intake
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_reports import DAYS, ROETGEN, TOWN
from tests.domain.varied_town import VARIED

AS_OF = date(2025, 12, 30)


def run(as_of: date = AS_OF, **parameters: str) -> Report:
    """The report over the town of the report tests."""
    return PATHWAYS.run(facts_of(TOWN, as_of), as_of, parameters)


def test_time_in_step_by_hand() -> None:
    """F4: 5 May to 30 June is 57 days; one course of the same start ended, two still run on 30 December (240 days)."""
    line = run().table("time_in_step").line("F4").cells
    assert line[:3] == (4, 3, 2)
    ended = sorted(
        (step.left_on - step.entered_on).days + 1 for step in _steps("F4") if step.left_on is not None
    )
    # Two of four are over: after the second one half is left.
    assert line[3] == ended[1]


def _steps(kind: str) -> list[Step]:
    from domain.reports.journeys import journeys

    counting = PATHWAYS.counting(facts_of(TOWN, AS_OF), AS_OF)
    return [step for journey in journeys(counting) for step in journey.steps if step.kind == kind]


def test_a_median_that_more_than_half_have_not_reached_is_said_and_never_guessed() -> None:
    """On 30 June one of four courses is over: no median yet; of nothing there is none either."""
    table = run(date(2025, 6, 30)).table("time_in_step")
    assert table.cell("entered", "F4") == 4
    assert table.cell("ended", "F4") == 1
    assert table.cell("median_days", "F4") is NotComputable.MEDIAN_NOT_REACHED
    empty = PATHWAYS.run(Facts(), AS_OF).table("time_in_step")
    assert empty.cell("median_days", "total") is NotComputable.NOTHING_TO_DIVIDE_BY


DURATIONS = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=12)


@given(DURATIONS)
def test_the_median_is_the_one_of_a_slow_product_over_all_days(seen: list[tuple[int, bool]]) -> None:
    """Kaplan and Meier day by day, with nothing but fractions."""
    share, expected = Fraction(1), None
    for day in range(13):
        there = sum(lasted >= day for lasted, _ in seen)
        gone = sum(lasted == day and ended for lasted, ended in seen)
        if there:
            share *= Fraction(there - gone, there)
        if expected is None and share <= Fraction(1, 2):
            expected = day
    assert survival_median(Counter(seen)) == expected


@given(st.lists(st.integers(0, 30), min_size=1))
def test_without_anybody_still_there_it_is_the_lower_median(days: list[int]) -> None:
    """The value in the middle, of two the lower."""
    assert survival_median(Counter((day, True) for day in days)) == sorted(days)[(len(days) - 1) // 2]


@pytest.mark.parametrize(
    ("since", "until", "month"),
    [
        (date(2025, 1, 15), date(2025, 1, 15), 1),
        (date(2025, 1, 15), date(2025, 2, 14), 1),
        (date(2025, 1, 15), date(2025, 2, 15), 2),
        (date(2025, 1, 31), date(2025, 2, 28), 1),
        (date(2025, 1, 31), date(2025, 3, 1), 2),
        (date(2024, 12, 1), date(2025, 12, 1), 13),
    ],
)
def test_months_in_step_begin_on_the_day_of_the_entry(since: date, until: date, month: int) -> None:
    """The first month is 1."""
    step = Step("F4", since, until, True, 2, 3, 4, 5)
    assert month_in_step(step) == month


def test_transitions_tell_the_way_of_every_case_and_its_end() -> None:
    """Seven cases: each leaves first contact once, and each has one end."""
    table = run().table("transitions")
    ends = ("closed", "declined", "going_on", "waiting")
    from_contact = sum(int(str(line.cells[0])) for line in table.lines if line.key[0] == "first_contact")
    to_end = sum(int(str(line.cells[0])) for line in table.lines if line.key[1] in ends)
    assert (from_contact, to_end) == (7, 7)
    assert table.cell("transitions", "first_contact", "declined") == 1
    assert table.cell("transitions", "ausbildung", "waiting") == 1


def test_a_measure_begun_within_four_weeks_of_the_exit_counts_as_the_destination_then() -> None:
    """Closed on 20 May into minor employment, and nothing within 28 days: on 17 June it is known."""
    before, after = run(date(2025, 6, 16)).table("destinations"), run(date(2025, 6, 17)).table("destinations")
    assert before.cell("within_four_weeks", "not_asked_yet") == 1
    assert after.cell("within_four_weeks", "minor_employment") == 1
    assert after.cell("at_exit", "minor_employment") == 1


def test_minor_employment_is_a_line_of_its_own() -> None:
    """It is never added to employment subject to social insurance."""
    table = run().table("placements")
    assert table.cell("placements", "minor_employment") == 1
    assert all(line.key != ("employment",) for line in table.lines)
    varied = PATHWAYS.run(facts_of(VARIED, AS_OF), AS_OF).table("placements")
    assert varied.cell("placements", "employment") == 2


def test_a_job_counts_from_the_day_it_was_first_recorded_even_if_its_end_is_recorded_later() -> None:
    """Begun on 1 June, recorded on 10 June, its end on 10 September: on 9 June nobody knew, on 30 June it is one."""

    def job(on: date, ended_on: date | None) -> RecordEmployment:
        return RecordEmployment(
            occurred_on=on,
            employment_id=UUID(int=0xE1),
            starts_on=date(2025, 6, 1),
            weekly_hours=20,
            ended_on=ended_on,
            end_known_on=ended_on,
        )

    case = after_intake().done(job(date(2025, 6, 10), None), job(date(2025, 9, 10), date(2025, 9, 9)))
    for as_of, expected in ((date(2025, 6, 9), 0), (date(2025, 6, 10), 1), (date(2025, 12, 30), 1)):
        table = PATHWAYS.run(facts_of([case.history], as_of), as_of).table("placements")
        assert table.cell("placements", "total") == expected


@pytest.mark.parametrize("parameters", [{}, {"municipality": ROETGEN}])
def test_leaving_out_an_entry_changes_exactly_the_cells_that_list_it_on_every_pathway(
    parameters: dict[str, str],
) -> None:
    """With jobs, a move to another municipality, a contract broken off, and a case closed and taken up again."""
    reopened = after_intake().done(
        CloseCase(
            occurred_on=date(2025, 6, 1),
            exit_reason=ExitReason.MOVED_AWAY,
            destination=Destination.UNKNOWN,
            reason="fort",
        ),
        ReopenCase(occurred_on=date(2025, 7, 1), reason="wieder da"),
    )
    streams = [*VARIED, reopened.history]
    assert check_leaving_out(PATHWAYS, streams, AS_OF, parameters) > (5 if parameters else 30)
    for day in DAYS:
        check_sums(PATHWAYS, facts_of(streams, day), day, parameters)
