"""What a file says about the run that made it: known at, digest, and whether the figures are of a simulated town."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time

from domain.reports.table import Report
from services.report_contacts import Contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRun:
    """How a report came about, beside its value. ``digest`` is the SHA-256 of its canonical JSON, in hex.

    ``known_at`` is the instant that was asked for, None where a position or the present was. ``synthetic`` marks a
    simulated town.
    """

    position: int
    digest: str
    known_at: datetime | None = None
    synthetic: bool = False
    contacts: Contacts | None = None
    """Whom the ids of staff in the report reach when it is shown; without it the ids stand alone."""

    def instant(self, report: Report) -> datetime:
        """The instant that stands as the date of the file: the known instant, else the start of the reference date.

        Never the clock: the same run gives the same bytes, as long as its contacts are the same.
        """
        return self.known_at or datetime.combine(report.as_of, time(), UTC)
