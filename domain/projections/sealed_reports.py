"""One row per sealed report: what was sealed, from what, when and by whom."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.projections import event_groups as events
from domain.projections.projection import EntryProjection
from domain.recorded import Recorded
from domain.report_seal import ReportSealed, SealedReport


class SealedReportRow(NamedTuple):
    """A seal. ``parameters`` is a JSON object of texts; ``actor`` and ``organisation`` are those who sealed it."""

    seal_id: UUID
    position: int
    report: str
    definition_version: int
    log_position: int
    as_of: date
    parameters: str
    digest: str
    sealed_on: date
    recorded_at: datetime
    actor: str
    organisation: str


def sealed_rows(entries: Iterable[Recorded[Any]]) -> list[SealedReportRow]:
    """A row per seal among ``entries``."""
    return [
        SealedReportRow(
            entry.stream_id,
            entry.position,
            seal.report,
            seal.definition_version,
            seal.log_position,
            seal.as_of,
            json.dumps({one.name: one.value for one in seal.parameters}, separators=(",", ":")),
            seal.digest,
            seal.occurred_on,
            entry.recorded_at,
            entry.actor,
            entry.organisation,
        )
        for entry in entries
        if isinstance(seal := entry.event, ReportSealed)
    ]


SEALED_REPORTS = EntryProjection(
    name="sealed_reports",
    version=1,
    row=SealedReportRow,
    key=1,
    state=SealedReport,
    handles=events.REPORT - events.PUBLICATION,
    ignores=events.CASE | events.OFFER | events.GRANT | events.PUBLICATION,
    rows=sealed_rows,
)
