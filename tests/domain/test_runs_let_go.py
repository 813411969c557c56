"""What a run of a report has made is gone when it is done: a town that only a collector finds would slow whatever comes next."""

from __future__ import annotations

import gc
from datetime import date

import pytest

from domain.reports.registry import REPORTS
from tests.domain.report_evidence import facts_of
from tests.domain.test_reports import TOWN

AS_OF = date(2025, 12, 30)


@pytest.mark.parametrize("name", REPORTS)
def test_a_run_leaves_nothing_to_the_collector(name: str) -> None:
    """Of all reports, with every choice of each parameter."""
    report, facts = REPORTS[name], facts_of(TOWN, AS_OF)
    report.run(facts, AS_OF)
    gc.collect()
    gc.disable()
    try:
        for given in ({}, *({p.name: choice} for p in report.parameters for choice in p.choices)):
            report.run(facts, AS_OF, given)
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        left = sorted(
            {type(one).__qualname__ for one in gc.garbage if type(one).__module__.startswith("domain.")}
        )
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert left == []
