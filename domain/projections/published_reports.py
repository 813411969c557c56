"""One row per published report: what the control of later volumes takes as known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.projections import event_groups as events
from domain.projections.projection import EntryProjection
from domain.recorded import Recorded
from domain.report_publication import PublishedFigure, PublishedLine, PublishedSeries, ReportPublished


class PublishedReportRow(NamedTuple):
    """A publication. ``version`` is its entry in the series, ``as_of`` the day its figures are of. ``lines`` is JSON:
    [[table, [key, …], [[column, value, persons, withheld], …]], …]."""

    series_id: UUID
    version: int
    position: int
    report: str
    seal_id: UUID
    as_of: date
    threshold: int
    published_on: date
    lines: str


def published_rows(entries: Iterable[Recorded[Any]]) -> list[PublishedReportRow]:
    """A row per publication among ``entries``."""
    return [
        PublishedReportRow(
            entry.stream_id,
            entry.version,
            entry.position,
            published.report,
            published.seal_id,
            published.as_of,
            published.threshold,
            published.occurred_on,
            _written(published.lines),
        )
        for entry in entries
        if isinstance(published := entry.event, ReportPublished)
    ]


def _written(lines: Iterable[PublishedLine]) -> str:
    return json.dumps(
        [
            [
                line.table,
                line.key,
                [[one.column, one.value, one.persons, one.withheld] for one in line.figures],
            ]
            for line in lines
        ],
        separators=(",", ":"),
    )


def lines_read(row: PublishedReportRow) -> tuple[PublishedLine, ...]:
    """The lines of a published report."""
    return tuple(
        PublishedLine(
            table=table,
            key=tuple(key),
            figures=tuple(
                PublishedFigure(column=column, value=value, persons=persons, withheld=withheld)
                for column, value, persons, withheld in figures
            ),
        )
        for table, key, figures in json.loads(row.lines)
    )


PUBLISHED_REPORTS = EntryProjection(
    name="published_reports",
    version=1,
    row=PublishedReportRow,
    key=2,
    state=PublishedSeries,
    handles=events.PUBLICATION,
    ignores=events.CASE | events.OFFER | events.GRANT | (events.REPORT - events.PUBLICATION),
    rows=published_rows,
)
