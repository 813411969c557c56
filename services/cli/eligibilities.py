"""Commands that show whether a case fits the programme, and what a change would mean; nothing is recorded by them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

from domain.change_preview import PreviewedCommand
from domain.changes import ChangeLegalRegime, ChangeResidenceStatus
from domain.decision import local_date
from domain.person import Residence
from domain.refusals import Refusal
from domain.values import LegalRegime, ResidenceStatus
from services.case_eligibility import case_eligibility, change_preview
from services.cli.cases import case
from services.cli.connecting import engine_here
from services.cli.eligibility_text import eligibility_lines, preview_lines
from services.cli.outcome import (
    CommandFailed,
    Json,
    no_case,
    not_one_of,
    print_json,
    print_lines,
    read_date,
    read_known_at,
    read_uuid,
    refused,
)

__all__ = ["case", "eligibility", "preview"]

Language = Literal["de", "en"]


@case.command
async def eligibility(
    case_id: str,
    *,
    as_of: str | None = None,
    known_at: str | None = None,
    language: Language = "de",
    json_: Json = False,
) -> int:
    """Show for each Förderbaustein what the rules say, rule by rule, by which entry, and what would turn it.

    Parameters
    ----------
    case_id
        The id of the case.
    as_of
        Business date (YYYY-MM-DD): on that day, with what had happened by then; today when left out.
    known_at
        What was known then: an instant (2026-11-22T10:00:00+01:00) or a position of the log.
    language
        de or en.
    """
    stream_id = read_uuid(case_id, "CASE-ID")
    day, known = read_date(as_of, "--as-of"), read_known_at(known_at)
    async with engine_here() as engine:
        seen = await case_eligibility(engine, stream_id, datetime.now(UTC), as_of=day, known_at=known)
    if seen is None:
        raise no_case(case_id, then=bool(day or known))
    if json_:
        print_json(seen)
    else:
        print_lines(eligibility_lines(seen, language))
    return 0


@case.command
async def preview(
    case_id: str,
    *,
    status: str | None = None,
    valid_until: str | None = None,
    legal_regime: str | None = None,
    on: str | None = None,
    language: Language = "de",
    json_: Json = False,
) -> int:
    """Show what another residence status or Rechtskreis would mean: answers, seats, offers, dates, whom to tell.

    Parameters
    ----------
    case_id
        The id of the case.
    status
        The new residence status, such as permit_25_2.
    valid_until
        Last valid day of the new document (YYYY-MM-DD).
    legal_regime
        The new Rechtskreis, such as sgb_ii. Either this or --status.
    on
        From this day on (YYYY-MM-DD); today when left out. It may lie ahead.
    language
        de or en.
    """
    stream_id, now = read_uuid(case_id, "CASE-ID"), datetime.now(UTC)
    day = read_date(on, "--on") or local_date(now)
    command = _change(status, read_date(valid_until, "--valid-until"), legal_regime, day)
    async with engine_here() as engine:
        seen = await change_preview(engine, stream_id, command, now)
    if isinstance(seen, Refusal):
        raise refused(seen, language)
    if json_:
        print_json(seen)
    else:
        print_lines(preview_lines(seen, language))
    return 0


def _change(
    status: str | None, valid_until: date | None, legal_regime: str | None, day: date
) -> PreviewedCommand:
    if (status is None) == (legal_regime is None):
        raise CommandFailed(
            "genau eine Änderung angeben: --status oder --legal-regime",
            "name one change: --status or --legal-regime",
        )
    if legal_regime is not None:
        if legal_regime not in set(LegalRegime):
            raise not_one_of("--legal-regime", LegalRegime)
        if valid_until is not None:
            raise CommandFailed("--valid-until gehört zu --status", "--valid-until belongs to --status")
        return ChangeLegalRegime(occurred_on=day, regime=LegalRegime(legal_regime))
    if status not in set(ResidenceStatus):
        raise not_one_of("--status", ResidenceStatus)
    residence = Residence(status=ResidenceStatus(status), valid_from=day, valid_until=valid_until)
    return ChangeResidenceStatus(occurred_on=day, residence=residence)
