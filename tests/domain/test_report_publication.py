"""Publishing: a sealed volume goes out once, and one series has one threshold and one volume a quarter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.replacing import replace
from domain.report_publication import (
    PublishedFigure,
    PublishedLine,
    PublishedSeries,
    PublishReport,
    ReportPublished,
    decide,
    fold,
    series_id,
)

COMMAND = PublishReport(
    occurred_on=date(2026, 1, 20),
    seal_id=UUID(int=1),
    report="monitoring",
    definition_version=2,
    log_position=100,
    as_of=date(2025, 12, 31),
    threshold=5,
    digest="a" * 64,
    lines=(
        PublishedLine(
            table="reach",
            key=("total",),
            figures=(PublishedFigure(column="contacted", value=12, persons=None, withheld=False),),
        ),
    ),
)
NEXT = replace(COMMAND, seal_id=UUID(int=2), log_position=120, as_of=date(2026, 3, 31))


def published(position: int = 110) -> PublishedSeries:
    """The series with one volume, whose entry has a position of the log."""
    decision = decide(COMMAND, None)
    assert not isinstance(decision, Refusal)
    [event] = decision
    at = datetime(2026, 1, 20, tzinfo=UTC)
    series = fold([Recorded(position, series_id("monitoring"), 1, event, at, "a", "o", None)])
    assert series is not None
    return series


def test_a_publication_keeps_what_went_out_figure_by_figure() -> None:
    """And is folded to the series."""
    series = published()
    assert series == PublishedSeries(version=1, position=110, volumes=(series.volumes[0],))
    assert isinstance(series.volumes[0], ReportPublished)
    assert series.volumes[0].lines == COMMAND.lines


def test_publishing_the_same_seal_again_records_nothing() -> None:
    """Whatever was published since."""
    assert decide(COMMAND, published()) == ()


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (replace(NEXT, threshold=3), "report_publication.threshold_of_series"),
        (replace(NEXT, threshold=10), "report_publication.threshold_of_series"),
        (replace(NEXT, as_of=COMMAND.as_of), "report_publication.period_published"),
        (replace(NEXT, log_position=109), "report_publication.overtaken"),
    ],
)
def test_what_could_be_played_off_against_the_volumes_before_is_refused(
    command: PublishReport, rule: str
) -> None:
    """Another threshold, the same quarter twice, a volume that was counted without knowing of the last."""
    refusal = decide(command, published())
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == rule


def test_a_volume_counted_with_the_one_before_in_the_log_is_published() -> None:
    """From the very position on."""
    assert not isinstance(decide(replace(NEXT, log_position=110), published(110)), Refusal)
    assert isinstance(decide(replace(NEXT, log_position=110), published(111)), Refusal)


def test_every_report_has_a_series_of_its_own() -> None:
    """And always the same."""
    assert series_id("monitoring") == series_id("monitoring") != series_id("statistics")
