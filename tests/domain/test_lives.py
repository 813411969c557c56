"""Lives put together: whatever lives a town is made of, its figures are those of lives that each stand alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.recorded import Recorded
from domain.reports.definition import ParameterValue
from domain.reports.registry import REPORTS
from domain.values import ParticipantId
from tests.domain.any_life import lives
from tests.domain.report_evidence import check_sums, facts_of
from tests.domain.test_reports import ROETGEN

LIFE_BY_LIFE = ("pathways", "pathways_breakdown", "not_won", "esf")
"""Reports that bundle lives."""


@st.composite
def towns(draw: st.DrawFn) -> list[list[Recorded[Any]]]:
    """A few lives, most of them lived several times, of persons of whom some have more than one case."""
    streams: list[list[Recorded[Any]]] = []
    for life in draw(st.lists(lives(), min_size=1, max_size=4)):
        for person in draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)):
            first, *rest = life
            opened = first._replace(
                event=replace(first.event, participant_id=ParticipantId(UUID(int=0x100 + person)))
            )
            case_id = UUID(int=len(streams) + 1)
            streams.append([entry._replace(stream_id=case_id) for entry in (opened, *rest)])
    return streams


@pytest.mark.parametrize("name", LIFE_BY_LIFE)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    town=towns(),
    as_of=st.dates(date(2025, 3, 3), date(2026, 3, 1)),
    place=st.sampled_from((None, ROETGEN)),
    by=st.sampled_from(("gender", "municipality", "residence_status", "legal_regime")),
)
def test_bundled_lives_count_as_lives_that_stand_alone(
    name: str, town: list[list[Recorded[Any]]], as_of: date, place: str | None, by: str
) -> None:
    """With evidence every life stands alone, without it is one of a bundle: the same bytes, on every day."""
    parameters: dict[str, ParameterValue] = {} if place is None else {"municipality": place}
    if name == "pathways_breakdown":
        parameters["by"] = by
    check_sums(REPORTS[name], facts_of(town, as_of), as_of, parameters)
