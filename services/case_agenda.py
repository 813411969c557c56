"""The dates of one case for a reader: each with its trigger, its status today and its wake-up time; and why, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.agenda import Due, agenda
from domain.case import effective, fold
from domain.decision import RuleBook, local_date
from domain.escalation import DueStatus, status_on
from domain.event_titles import EVENT_TITLES
from domain.events import stored_name
from domain.path import Title
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.reminders import Wake
from domain.waiting import WaitingInterval, waiting_intervals
from domain.waiting_turns import turns_of
from domain.waking import next_reminder, wakes_at, wakes_on
from domain.why import why
from services.bootstrap import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaDate:
    """A date of the agenda of a case or a grant as somebody sees it now.

    ``trigger`` is the stored name of the entry that caused it, ``trigger_on`` its business day. ``wakes_at`` is when
    it next moves by itself; None when it never will without a person.
    """

    due: Due
    status: DueStatus
    wakes_at: datetime | None
    reminders_issued: tuple[str, ...]
    trigger: str
    trigger_title: Title
    trigger_on: date


def case_dates(
    case_id: UUID, history: Sequence[Recorded[Any]], rules: RuleBook, now: datetime
) -> tuple[AgendaDate, ...]:
    """Every date of a case, soonest first; none for an empty history."""
    case = fold(history)
    if case is None:
        return ()
    path, today = rules.path(case.path_id, case.path_version), local_date(now)
    issued = case.reminders.issued
    counting = {entry.version: entry.event for entry in effective(history)}
    found = []
    for due in agenda(case, path, rules.calendar, rules.law):
        trigger = counting[due.trigger_version]
        name = stored_name(type(trigger))
        found.append(
            AgendaDate(
                due=due,
                status=status_on(due, today),
                wakes_at=wakes_at(
                    case_id,
                    wakes_on(due, next_reminder(due, issued)),
                    asked_daily=due.asked_daily,
                    statutory=due.statutory,
                    now=now,
                ),
                reminders_issued=tuple(r.id for r in due.reminders if r.id in issued),
                trigger=name,
                trigger_title=EVENT_TITLES[name],
                trigger_on=trigger.occurred_on,
            )
        )
    return tuple(found)


async def case_agenda(engine: Engine, case_id: UUID, now: datetime) -> tuple[AgendaDate, ...] | None:
    """Every date of the case now, from the log; None for an unknown case."""
    history = await _history(engine, case_id)
    return None if history is None else case_dates(case_id, history, engine.rule_book, now)


async def case_why(
    engine: Engine, case_id: UUID, name: str, now: datetime
) -> tuple[Title, ...] | Refusal | None:
    """Why a reminder of the case fired or did not; see domain.why.why. None for an unknown case."""
    history = await _history(engine, case_id)
    if history is None:
        return None
    wake = Wake(occurred_on=local_date(now))
    return why(history, engine.rule_book.terms(history, wake, now), name)


async def case_waiting(engine: Engine, case_id: UUID) -> tuple[WaitingInterval, ...] | None:
    """Who had, has and will have to act for each step of the case, from the log; None for an unknown case."""
    history = await _history(engine, case_id)
    return None if history is None else waiting_intervals(turns_of(effective(history)))


async def _history(engine: Engine, case_id: UUID) -> Sequence[Recorded[Any]] | None:
    history = await engine.store.load(case_id)
    return history if history and stored_name(type(history[0].event)) == "case_opened" else None
