"""Whatever life a case has: each entry left out changes exactly the cells that list it, to values known beforehand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.recorded import Recorded
from domain.reports.registry import REPORTS
from tests.domain.any_life import lives
from tests.domain.report_evidence import check_leaving_out
from tests.domain.test_reports import ROETGEN

CASEWORK = ("breakdown", "pathways", "rescue", "statistics")
"""Reports that are counted from lives."""


@pytest.mark.parametrize("name", CASEWORK)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    history=lives(),
    as_of=st.dates(date(2025, 3, 3), date(2026, 3, 1)),
    place=st.sampled_from((None, ROETGEN)),
)
def test_leaving_out_any_entry_of_any_life_is_foretold(
    name: str, history: list[Recorded[Any]], as_of: date, place: str | None
) -> None:
    """Coaching taken up again, cases closed and taken up again, moves, jobs recorded anew, on every day."""
    parameters = {} if place is None else {"municipality": place}
    check_leaving_out(REPORTS[name], [history], as_of, parameters)
