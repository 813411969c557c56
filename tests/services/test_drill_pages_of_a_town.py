"""Drill-downs of a simulated town page by page: grants with vouchers and flat rates, courses that several people attend."""

from __future__ import annotations

from datetime import date

import pytest

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
