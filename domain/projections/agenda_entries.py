"""The agenda of all cases: every date with its explanation and its reminders, one row each, for work lists."""

from __future__ import annotations

from datetime import date
from json.encoder import encode_basestring_ascii as quoted
from typing import NamedTuple
from uuid import UUID

from domain.agenda import Due
from domain.case_state import CaseState
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection
from domain.waking import next_reminder, wakes_on


class AgendaEntryRow(NamedTuple):
    """One date of one case: the columns of domain.agenda.Due, with its reminders and those sent as JSON.

    ``reminder_on`` is the day of the next reminder, ``wakes_on`` the day on which the case next moves by itself for
    this date; None when it never will without a person. The exact day of what follows from a birth is not here.
    """

    case_id: UUID
    due_id: str
    municipality: str
    caseworker: str
    organisation: str
    rule: str
    title_de: str
    title_en: str
    text_de: str | None
    text_en: str | None
    kind: str
    due_on: date
    target_on: date
    ultimate_on: date | None
    at_risk_on: date | None
    statutory: bool
    citation: str
    source: str
    source_link: str
    rule_valid_from: date | None
    verified_on: date | None
    unverified: bool
    duty_holder: str
    waiting_on: str
    trigger_version: int
    line_de: str
    line_en: str
    calendar: str
    reference: str
    suspended: bool
    held_days: int
    reminders: str
    sent: str
    reminder_on: date | None
    reminder_level: str | None
    wakes_on: date | None
    asked_daily: bool


def agenda_rows(stream: FoldedStream) -> tuple[AgendaEntryRow, ...]:
    """A row per date of the agenda, soonest first."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(_row(stream, case, due) for due in stream.agenda)


def _row(stream: FoldedStream, case: CaseState, due: Due) -> AgendaEntryRow:
    issued = case.reminders.issued
    pending = next_reminder(due, issued)
    text = due.text
    return AgendaEntryRow(
        stream.stream_id,
        due.id,
        case.municipality,
        case.caseworker,
        stream.organisation,
        due.rule,
        due.title.de,
        due.title.en,
        text.de if text else None,
        text.en if text else None,
        due.kind.value,
        due.due_on,
        due.target_on,
        due.ultimate_on,
        due.at_risk_on,
        due.statutory,
        due.citation,
        due.source,
        due.source_link,
        due.rule_valid_from,
        due.verified_on,
        due.unverified,
        due.duty_holder.value,
        due.waiting_on.value,
        due.trigger_version,
        due.line_de,
        due.line_en,
        due.calendar,
        due.reference,
        due.suspended,
        due.held_days,
        _reminders(due, issued),
        _sent(due),
        pending.on if pending else None,
        pending.level.value if pending else None,
        wakes_on(due, pending),
        due.asked_daily,
    )


def _reminders(due: Due, issued: frozenset[str]) -> str:
    """A JSON array, put together by hand: this runs for every date of every case that moves."""
    reminders = [
        f'{{"id":{quoted(reminder.id)},"level":"{reminder.level._value_}","on":"{reminder.on.isoformat()}",'
        f'"issued":{"true" if reminder.id in issued else "false"}}}'
        for reminder in due.reminders
    ]
    return f"[{','.join(reminders)}]"


def _sent(due: Due) -> str:
    """A JSON array of the reminders that were issued for this date, also for days it has moved away from."""
    if not due.sent:
        return "[]"
    sent = [
        f'{{"id":{quoted(reminder.id)},"level":"{reminder.level._value_}","on":"{reminder.on.isoformat()}",'
        f'"to":{quoted(reminder.to or "")}}}'
        for reminder in due.sent
    ]
    return f"[{','.join(sent)}]"


AGENDA_ENTRIES = StateProjection(
    name="agenda_entries",
    version=2,
    row=AgendaEntryRow,
    key=2,
    state=CaseState,
    handles=events.CASE - events.NOTES - events.ATTENDANCE - events.HINTS - events.NEEDS,
    ignores=events.NOTES
    | events.HINTS
    | events.NEEDS
    | events.ATTENDANCE
    | events.OFFER
    | events.GRANT
    | events.REPORT,
    rows=agenda_rows,
)
