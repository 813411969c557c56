"""Gaps, repeated measures and the other figures that look past participations, counted again from the export."""

from __future__ import annotations

from datetime import date

import pytest

from domain.reports.offer_gaps import OFFER_GAPS
from tests.services import counted_needs
from tests.services.test_reports_counted_again import DAYS, cases, equal, facts


@pytest.mark.parametrize("longer_than", [0, 90])
@pytest.mark.parametrize("as_of", DAYS[1:])
def test_the_gaps_are_those_counted_from_the_export(as_of: date, longer_than: int) -> None:
    """All three tables, every cell; open for long by default and from the first day on."""
    report = OFFER_GAPS.run(facts(as_of), as_of, {"longer_than": longer_than})
    equal(report, counted_needs.gaps(cases(as_of), as_of, longer_than))
