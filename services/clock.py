"""The clock of the system, the one place where this program asks what time it is."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The instant now, aware, in UTC."""
    return datetime.now(UTC)
