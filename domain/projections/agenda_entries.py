"""The agenda of all cases: every date with its explanation and its reminders, one row each, for work lists."""

from __future__ import annotations

from datetime import date
from json.encoder import encode_basestring_ascii as quoted
from typing import NamedTuple
from uuid import UUID

from domain.agenda import Due, PlannedReminder
from domain.case_state import CaseState
from domain.projections import event_groups as events
from domain.projections.projection import FoldedStream, StateProjection


class AgendaEntryRow(NamedTuple):
    """One date of one case; the columns of domain.agenda.Due, its planned reminders as JSON, and the next of them."""

    case_id: UUID
    due_id: str
    municipality: str
    caseworker: str
    organisation: str
    rule: str
    title_de: str
    title_en: str
    kind: str
    due_on: date
    statutory: bool
    citation: str
    duty_holder: str
    trigger_version: int
    line_de: str
    line_en: str
    calendar: str
    reference: str
    suspended: bool
    reminders: str
    reminder_on: date | None
    reminder_level: str | None


def agenda_rows(stream: FoldedStream) -> tuple[AgendaEntryRow, ...]:
    """A row per date of the agenda, soonest first."""
    case = stream.state
    assert isinstance(case, CaseState)  # noqa: S101 # the projection names the kind of its streams
    return tuple(_row(stream, case, due) for due in stream.agenda)


def _row(stream: FoldedStream, case: CaseState, due: Due) -> AgendaEntryRow:
    pending = next_reminder(due, case.reminders.issued)
    return AgendaEntryRow(
        stream.stream_id,
        due.id,
        case.municipality,
        case.caseworker,
        stream.organisation,
        due.rule,
        due.title.de,
        due.title.en,
        due.kind.value,
        due.due_on,
        due.statutory,
        due.citation,
        due.duty_holder.value,
        due.trigger_version,
        due.line_de,
        due.line_en,
        due.calendar,
        due.reference,
        due.suspended,
        _reminders(due, case.reminders.issued),
        pending.on if pending else None,
        pending.level.value if pending else None,
    )


def _reminders(due: Due, issued: frozenset[str]) -> str:
    """A JSON array, put together by hand: this runs for every date of every case that moves."""
    reminders = [
        f'{{"id":{quoted(reminder.id)},"level":"{reminder.level._value_}","on":"{reminder.on.isoformat()}",'
        f'"issued":{"true" if reminder.id in issued else "false"}}}'
        for reminder in due.reminders
    ]
    return f"[{','.join(reminders)}]"


def next_reminder(due: Due, issued: frozenset[str]) -> PlannedReminder | None:
    """The reminder that comes next: the one after the highest level issued; None in a hold or when all are out."""
    if due.suspended:
        return None
    pending = None
    for reminder in reversed(due.reminders):
        if reminder.id in issued:
            break
        pending = reminder
    return pending


AGENDA_ENTRIES = StateProjection(
    name="agenda_entries",
    version=1,
    row=AgendaEntryRow,
    key=2,
    state=CaseState,
    handles=events.CASE
    - events.NOTES
    - events.APPLICATIONS
    - events.ATTENDANCE
    - events.ASSESSMENT
    - events.HINTS,
    ignores=events.NOTES
    | events.HINTS
    | events.APPLICATIONS
    | events.ATTENDANCE
    | events.ASSESSMENT
    | events.OFFER
    | events.GRANT,
    rows=agenda_rows,
)
