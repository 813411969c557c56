"""Drill-downs of a simulated town page by page: grants with vouchers and flat rates, courses that several people attend."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.grant_notice import GrantNoticeReceived
from domain.reports.registry import REPORTS
from tests.domain.report_evidence import facts_of
from tests.domain.test_drill_pages import check_pages
from tests.services.test_report_town import DAYS, asked, town


@pytest.mark.parametrize("as_of", DAYS[1:])
@pytest.mark.parametrize("name", sorted(REPORTS))
def test_the_pages_of_the_cells_of_a_town_are_their_drill_downs(name: str, as_of: date) -> None:
    """Whatever the parameters, none of them needs the facts of everybody."""
    facts = facts_of(town(), as_of)
    for parameters in asked(REPORTS[name]):
        assert not check_pages(REPORTS[name], facts, as_of, parameters, most_cells=15)


@pytest.mark.parametrize("name", ["funding", "proof_of_use"])
def test_two_grants_of_one_reference_are_told_apart_on_every_page(name: str) -> None:
    """A page of the one is counted with the other: without it, it would be called by its reference alone."""
    grants = [history for history in town() if isinstance(history[0].event, GrantNoticeReceived)]
    twins = [[entry._replace(stream_id=UUID(int=n)) for entry in one] for n, one in enumerate(grants)]
    facts = facts_of([*town(), *twins], DAYS[-1])
    assert not check_pages(REPORTS[name], facts, DAYS[-1], {}, most_cells=30)
