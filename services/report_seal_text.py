"""Seals as people read them: what was sealed, when and by whom, and whether it went out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from services.report_seals import Seal


def seal_lines(
    seals: Sequence[Seal], language: str, published: Mapping[UUID, date] | None = None
) -> list[str]:
    """Seals as text, two lines each, and one more for those that were ``published`` on a day."""
    from domain.wording import shown_date, shown_instant

    english = language.startswith("en")
    lines = []
    for one in seals:
        given = "".join(f", {name}={value}" for name, value in one.parameters.items())
        what = f"{one.report}/{one.definition_version}{given}"
        day, at = shown_date(one.as_of, language), shown_instant(one.recorded_at, language)
        if english:
            lines.append(f"{one.seal_id}  {what}, as of {day}, position {one.log_position}")
            lines.append(f"  sealed {at} by {one.actor} ({one.organisation}), SHA-256 {one.digest}")
        else:
            lines.append(f"{one.seal_id}  {what}, Stichtag {day}, Position {one.log_position}")
            lines.append(f"  versiegelt {at} von {one.actor} ({one.organisation}), SHA-256 {one.digest}")
        if published and (went_out := published.get(one.seal_id)) is not None:
            on = shown_date(went_out, language)
            lines.append(f"  {'published' if english else 'veröffentlicht'} {on}")
    return lines
