"""From the history of a case to what its workflow needs to know: when to wake, whom to ask, what may be searched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain.agenda import Due, agenda, soonest
from domain.case import fold
from domain.case_state import CaseState
from domain.course import SeatStatus
from domain.decision import RuleBook
from domain.recorded import Recorded
from domain.waking import morning_of, next_wake
from workflows.messages import CaseView, SearchableCase

UNKNOWN_CASE = CaseView(version=0, finished=True)


def view_of(history: Sequence[Recorded[Any]], rule_book: RuleBook, now: datetime) -> CaseView:
    """The view of the case after ``history``; raises UnknownPath."""
    case = fold(history)
    if case is None:
        return UNKNOWN_CASE
    path = rule_book.path(case.path_id, case.path_version)
    dues = agenda(case, path, rule_book.calendar, rule_book.law)
    return CaseView(
        version=case.version,
        next_wake_at=next_wake(case, dues, now),
        seats=seats_of(case),
        undelivered=tuple(reminder.reminder_id for reminder in case.reminders.undelivered),
        finished=case.finished,
        searchable=_searchable(case, dues),
    )


def seats_of(case: CaseState) -> str:
    """A mark that changes whenever a participation gets into a status that its offer has to know of."""
    return " ".join(
        f"{participation.id}:{participation.status.value}"
        for participation in case.course.participations
        if participation.status not in (SeatStatus.OFFERED, SeatStatus.FINISHED, SeatStatus.REFUSED)
    )


def _searchable(case: CaseState, dues: Sequence[Due]) -> SearchableCase:
    due = soonest(dues)
    return SearchableCase(
        municipality=case.municipality,
        caseworker=case.caseworker,
        path=f"{case.path_id}/{case.path_version}",
        stages=tuple(sorted({interval.stage.value for interval in case.running_stages})),
        next_due_at=morning_of(due.due_on) if due else None,
        next_due_rule=due.rule if due else None,
    )
