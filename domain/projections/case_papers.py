"""What a case has on paper that runs out or is taken back, and who of the staff is in charge of it: one row per case."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from domain.case_state import CaseState
from domain.consent import Consent, ConsentPurpose
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection


class CasePapersRow(NamedTuple):
    """One row per case. ``notices`` is a JSON array of [given on, version] of the information notice, ``consents`` of
    [given on, valid until, withdrawn on, version, version of the withdrawal] of the consent to case management,
    ``residences`` of [recorded on, valid until, version] of the residence status; each in the order recorded.

    ``residence_until`` is the last valid day of the status recorded last, None when it has none; ``residence_on`` the day
    of that entry. ``organisation`` is that of the caseworker. ``coach`` is the one assigned last.
    """

    case_id: UUID
    municipality: str
    caseworker: str
    organisation: str
    coach: str | None
    notices: str
    consents: str
    residences: str
    residence_on: date
    residence_until: date | None


def papers_rows(stream: FoldedStream) -> tuple[CasePapersRow]:
    """The row of a case."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    latest = case.residence_history[-1]
    return (
        CasePapersRow(
            stream.stream_id,
            case.municipality,
            case.caseworker,
            stream.organisation,
            case.coaching.coach,
            _json(case.intake.notices),
            _json(map(_consent, _to_case_management(case.intake.consents))),
            _json((s.recorded_on, s.residence.valid_until, s.version) for s in case.residence_history),
            latest.recorded_on,
            latest.residence.valid_until,
        ),
    )


def _to_case_management(consents: Iterable[Consent]) -> Iterable[Consent]:
    return (consent for consent in consents if consent.purpose is ConsentPurpose.CASE_MANAGEMENT)


def _consent(consent: Consent) -> tuple[Any, ...]:
    return (
        consent.given_on,
        consent.valid_until,
        consent.withdrawn_on,
        consent.version,
        consent.withdrawn_version,
    )


def _json(rows: Iterable[tuple[Any, ...]]) -> str:
    plain = [[part.isoformat() if isinstance(part, date) else part for part in row] for row in rows]
    return json.dumps(plain, separators=(",", ":"))


_HANDLES = (
    events.OPENING | events.CORRECTION | events.CONSENT | events.STATUS | events.PLACE | events.COACHING_SPAN
)

CASE_PAPERS = StateProjection(
    name="case_papers",
    version=1,
    row=CasePapersRow,
    key=1,
    state=CaseState,
    handles=_HANDLES,
    ignores=(events.CASE - _HANDLES) | events.OFFER | events.GRANT | events.REPORT,
    rows=papers_rows,
)
