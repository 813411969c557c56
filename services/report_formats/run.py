"""What a file says about the run that made it: known at, parameters, digest, for whom it is, and whether it is synthetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum

from domain.path import Title
from domain.reports.table import Report


class Audience(StrEnum):
    """For whom the figures are."""

    INTERNAL = "internal"
    """Small numbers stand as they are: not for publication."""
    PUBLISHED = "published"
    """Passed disclosure control."""


AUDIENCE_TITLES = {
    Audience.INTERNAL: Title(de="intern – nicht zur Veröffentlichung", en="internal – not for publication"),
    Audience.PUBLISHED: Title(de="zur Veröffentlichung", en="for publication"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRun:
    """How a report came about, beside its value. ``digest`` is the SHA-256 of its canonical JSON, in hex.

    ``known_at`` is the instant that was asked for, None where a position or the present was. ``parameters`` are those
    beside the reference date and the municipality, as people read them. ``synthetic`` marks a simulated town.
    """

    position: int
    digest: str
    known_at: datetime | None = None
    parameters: tuple[tuple[Title, str], ...] = ()
    audience: Audience = Audience.INTERNAL
    synthetic: bool = False

    def instant(self, report: Report) -> datetime:
        """The instant that stands as the date of the file: the known instant, else the start of the reference date.

        Never the clock: the same run gives the same bytes.
        """
        return self.known_at or datetime.combine(report.as_of, time(), UTC)
