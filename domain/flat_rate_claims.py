"""What a case says about the flat rate of a participation: its entry by the eight-week rule, its attendance, its entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.calendar import Calendar
from domain.case_state import CaseState
from domain.corrections import EntryCorrected
from domain.flat_rate_decision import ClaimSpan, FlatRateClaim
from domain.law.computing import date_of, line_of_rule
from domain.law.table import LawTable
from domain.offer_seats import OfferPublished
from domain.participation import Participation
from domain.recorded import Recorded
from domain.values import CaseId, ParticipationId

ENTRY_RULE: Final = "programme.eight_weeks"
"""The rule on the entry; its table says which modules it asks and from when to when."""

_FIRST_ENTRY: Final = 1


def claim_of(
    case_id: UUID,
    case: CaseState,
    history: Sequence[Recorded[Any]],
    participation_id: ParticipationId,
    offer: OfferPublished,
    law: LawTable,
    calendar: Calendar,
    until: date,
) -> FlatRateClaim | None:
    """The claim of one participation with its attendance up to ``until``; None while nobody has entered.

    ``case`` is ``history`` folded, ``offer`` the offer of the participation. Raises InvalidPeriod for a course on days
    that cannot be computed.
    """
    participation = case.course.find(participation_id)
    if participation is None or participation.entered_on is None:
        return None
    entry_by, rule, rule_valid_from, line_de, line_en = _entry_rule(offer, law, calendar)
    spans = tuple(
        ClaimSpan(
            from_on=span.from_on,
            to_on=span.to_on,
            units_attended=span.units_attended,
            units_held=span.units_held,
            version=span.version,
        )
        for span in participation.attendance
        if span.to_on <= until
    )
    return FlatRateClaim(
        case_id=CaseId(case_id),
        participation_id=participation.id,
        offer_id=participation.offer_id,
        module=offer.module,
        municipality=offer.municipality,
        entered_on=participation.entered_on,
        course_starts_on=offer.starts_on,
        entry_by=entry_by,
        rule=rule,
        rule_valid_from=rule_valid_from,
        line_de=line_de,
        line_en=line_en,
        spans=spans,
        entries=_entries(participation, spans, history),
    )


def _entry_rule(
    offer: OfferPublished, law: LawTable, calendar: Calendar
) -> tuple[date | None, str, date | None, str, str]:
    """Last day to enter, with rule, version and calculation; nothing where the rule does not ask this module."""
    for rule in law.versions.get(ENTRY_RULE, ()):
        if rule.in_force(offer.starts_on) and (not rule.modules or offer.module in rule.modules):
            computed = date_of(rule, offer.starts_on, calendar)
            return computed.end, rule.id, rule.valid_from, *line_of_rule(rule, computed)
    return None, "", None, "", ""


def _entries(
    participation: Participation, spans: Iterable[ClaimSpan], history: Sequence[Recorded[Any]]
) -> tuple[int, ...]:
    """The entries it all stands on: of the seat, the entry and the attendance, and their corrections."""
    named = {
        _FIRST_ENTRY,
        participation.requested_version,
        participation.accepted_version,
        participation.entered_version,
        *(span.version for span in spans),
    }
    corrections = {
        entry.version
        for entry in history
        if isinstance(entry.event, EntryCorrected) and entry.event.version in named
    }
    return tuple(sorted((named | corrections) - {0}))
