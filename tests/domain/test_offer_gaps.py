"""The report on gaps in the offer: by hand over four needs, on every side of their days; every figure led back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assessment import FieldOfAction
from domain.changes import ChangeMunicipality
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.facts import Facts
from domain.reports.offer_gaps import OFFER_GAPS
from domain.reports.table import NotComputable, Report
from domain.unmet_need import NeedEnd, NoMatchReason, RecordFailedMatch, SettleNeed
from domain.values import Ags, LanguageLevel, OfferKind, ParticipantId
from tests.domain.ground import CaseFile
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of
from tests.domain.test_gaps import ALSDORF, MONSCHAU, with_need

LANGUAGE, PREPARATION = OfferKind.LANGUAGE.value, OfferKind.PREPARATION.value
DAYS = (
    date(2026, 1, 4),
    date(2026, 1, 5),
    date(2026, 2, 2),
    date(2026, 2, 15),
    date(2026, 2, 16),
    date(2026, 3, 1),
)


def search(on: date, ground: NoMatchReason, need: int, **changes: Any) -> RecordFailedMatch:
    """A further search in vain for a course to B1."""
    values: dict[str, Any] = {
        "occurred_on": on,
        "need_id": UUID(int=9_000 + need),
        "field": FieldOfAction.LANGUAGE,
        "kind": OfferKind.LANGUAGE,
        "level": LanguageLevel.B1,
        "wanted_from": on,
        "ground": ground,
    }
    return RecordFailedMatch(**(values | changes))


def files() -> list[CaseFile]:
    """Case 1 searches twice and withdraws; case 2 stays open and moves; case 3 wants two things, one met elsewhere."""
    return [
        with_need(1).done(
            search(date(2026, 2, 2), NoMatchReason.FULL, 1),
            SettleNeed(occurred_on=date(2026, 2, 16), need_id=UUID(int=9_001), ground=NeedEnd.WITHDRAWN),
        ),
        with_need(2, on=date(2026, 1, 12)).done(
            ChangeMunicipality(occurred_on=date(2026, 2, 10), municipality=MONSCHAU)
        ),
        with_need(3, on=date(2026, 1, 20)).done(
            search(
                date(2026, 1, 26),
                NoMatchReason.TOO_FAR,
                4,
                field=FieldOfAction.AUSBILDUNG,
                kind=OfferKind.PREPARATION,
                level=None,
            ),
            SettleNeed(
                occurred_on=date(2026, 2, 15), need_id=UUID(int=9_003), ground=NeedEnd.MATCHED_ELSEWHERE
            ),
        ),
    ]


def town() -> list[list[Recorded[Any]]]:
    """The three cases of two persons: the second and the third are of one."""
    streams = []
    for number, file in enumerate(files(), 1):
        first, *rest = [entry._replace(stream_id=UUID(int=number)) for entry in file.history]
        person = ParticipantId(UUID(int=100 + min(number, 2)))
        streams.append([first._replace(event=replace(first.event, participant_id=person)), *rest])
    return streams


TOWN = town()


def run(as_of: date, **parameters: Any) -> Report:
    """The report over the three cases."""
    return OFFER_GAPS.run(facts_of(TOWN, as_of), as_of, parameters)


def test_open_needs_by_hand() -> None:
    """15 Feb: need 1 full for the second time (41 days), need 2 (34 days, now Monschau), need 4 (20 days); need 3 is met.

    Two language courses of two persons, median of 34 and 41 the lower: 34; with need 4: of 20, 34, 41 the middle: 34.
    """
    table = run(date(2026, 2, 15)).table("open_needs")
    assert {line.key: line.cells for line in table.lines} == {
        (LANGUAGE, ALSDORF, "full"): (1, 1, 0, 41),
        (LANGUAGE, MONSCHAU, "none_exists"): (1, 1, 0, 34),
        (LANGUAGE, "total", "total"): (2, 2, 0, 34),
        (PREPARATION, ALSDORF, "too_far"): (1, 1, 0, 20),
        (PREPARATION, "total", "total"): (1, 1, 0, 20),
        ("total", "total", "total"): (3, 2, 0, 34),
    }


@pytest.mark.parametrize(("longer_than", "number"), [(0, 3), (33, 2), (34, 1), (40, 1), (41, 0), (3_650, 0)])
def test_open_for_long_is_more_than_the_days_asked_for(longer_than: int, number: int) -> None:
    """41, 34 and 20 days: exactly so many days is not more."""
    table = run(date(2026, 2, 15), longer_than=longer_than).table("open_needs")
    assert table.cell("long_open", "total", "total", "total") == number


def test_by_field_each_need_stands_once() -> None:
    """The needs of the fields add up, the persons do not: one person looks in both fields."""
    table = run(date(2026, 2, 15)).table("by_field")
    assert table.line("language", "total").cells == (2, 2)
    assert table.line("ausbildung", "total").cells == (1, 1)
    assert table.line("total", "total").cells == (3, 2)


def test_what_became_of_needs_by_hand() -> None:
    """1 March: of four needs one was met (26 days), one given up (42), two are open. Kaplan and Meier: a quarter is met on
    day 26 and nothing later, so more than half are not met yet."""
    table = run(date(2026, 3, 1)).table("course_of_needs")
    assert table.line("total").cells == (4, 1, 1, 2, NotComputable.MEDIAN_NOT_REACHED)
    assert table.line(PREPARATION).cells == (1, 0, 0, 1, NotComputable.MEDIAN_NOT_REACHED)
    # Of the language courses: three at risk on day 26, one met: two thirds are left.
    assert table.line(LANGUAGE).cells == (3, 1, 1, 1, NotComputable.MEDIAN_NOT_REACHED)


@pytest.mark.parametrize(("day", "open_needs"), [(4, 0), (5, 1), (12, 2), (19, 2), (20, 3), (26, 4)])
def test_a_need_counts_from_the_day_of_its_first_search(day: int, open_needs: int) -> None:
    """The days of January on which one of the four came up."""
    report = run(date(2026, 1, day))
    assert report.table("open_needs").cell("needs", "total", "total", "total") == open_needs
    assert report.table("course_of_needs").cell("arisen", "total") == open_needs


def test_of_no_needs_the_median_is_not_computable() -> None:
    """Never a silent zero."""
    report = OFFER_GAPS.run(Facts(), date(2026, 2, 15))
    nothing = NotComputable.NOTHING_TO_DIVIDE_BY
    assert report.table("open_needs").line("total", "total", "total").cells == (0, 0, 0, nothing)
    assert report.table("course_of_needs").line("total").cells == (0, 0, 0, 0, nothing)


@pytest.mark.parametrize("place", [None, ALSDORF, MONSCHAU])
@pytest.mark.parametrize("as_of", DAYS)
def test_leaving_out_an_entry_changes_exactly_the_cells_that_list_it(as_of: date, place: Ags | None) -> None:
    """A first search, a second one, a move, an end: every one of them."""
    parameters: dict[str, Any] = {"longer_than": 30} | ({"municipality": place} if place else {})
    check_sums(OFFER_GAPS, facts_of(TOWN, as_of), as_of, parameters)
    nobody_searched = as_of == DAYS[0] or (as_of == DAYS[1] and place == MONSCHAU)
    assert (check_leaving_out(OFFER_GAPS, TOWN, as_of, parameters) == 0) == nobody_searched


@given(day=st.dates(date(2026, 1, 1), date(2026, 12, 31)), longer_than=st.integers(0, 400))
def test_the_lines_of_additive_columns_add_up_whatever_the_day(day: date, longer_than: int) -> None:
    """Open needs by kind, place and reason are those by field and those not ended."""
    report = run(day, longer_than=longer_than)
    total = report.table("open_needs").line("total", "total", "total").cells
    assert total[0] == report.table("by_field").cell("needs", "total", "total")
    assert total[0] == report.table("course_of_needs").cell("open", "total")
    for column in ("needs", "long_open"):
        table = report.table("open_needs")
        parts = [table.cell(column, *line.key) for line in table.lines if "total" not in line.key]
        assert sum(int(str(part)) for part in parts) == table.cell(column, "total", "total", "total")
