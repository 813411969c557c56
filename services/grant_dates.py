"""The dates of grants for a reader: each with its trigger, its status today and its wake-up time; and why, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.grant_streams import GrantStreams
from domain import grant as grants
from domain.decision import RuleBook, local_date
from domain.escalation import status_on
from domain.event_titles import EVENT_TITLES
from domain.events import stored_name
from domain.grant import GrantNoticeReceived
from domain.grant_agenda import grant_agenda
from domain.grant_waking import grant_wakes_at
from domain.grant_why import grant_why
from domain.path import Title
from domain.recorded import Recorded
from domain.refusals import Refusal
from services.bootstrap import Engine
from services.case_agenda import AgendaDate


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDates:
    """All dates of one grant, soonest first."""

    grant_id: UUID
    reference: str
    dates: tuple[AgendaDate, ...]

    @property
    def wakes_at(self) -> datetime | None:
        """When its next reminder goes out; None when none is ahead."""
        return min((found.wakes_at for found in self.dates if found.wakes_at is not None), default=None)


def dates_of(history: Sequence[Recorded[Any]], rules: RuleBook, now: datetime) -> GrantDates | None:
    """Every date of a grant; None when the history is none of a grant."""
    if not history or not isinstance(history[0].event, GrantNoticeReceived):
        return None
    grant = grants.fold(history)
    if grant is None:
        return None
    issued, today, found = grant.reminders.issued, local_date(now), []
    for due in grant_agenda(grant, rules.calendar, rules.law):
        trigger = history[due.trigger_version - 1].event
        name = stored_name(type(trigger))
        found.append(
            AgendaDate(
                due=due,
                status=status_on(due, today),
                wakes_at=grant_wakes_at(due, issued, now),
                reminders_issued=tuple(r.id for r in due.reminders if r.id in issued),
                trigger=name,
                trigger_title=EVENT_TITLES[name],
                trigger_on=trigger.occurred_on,
            )
        )
    return GrantDates(grant_id=history[0].stream_id, reference=grant.reference, dates=tuple(found))


async def grant_dates(engine: Engine, grant_id: UUID, now: datetime) -> GrantDates | None:
    """Every date of the grant now, from the log; None for an unknown grant. Raises StoreUnavailable."""
    history = await engine.store.load(grant_id, personal=False)
    return dates_of(history, engine.rule_book, now)


async def dates_of_all_grants(engine: Engine, now: datetime) -> tuple[GrantDates, ...]:
    """The dates of every grant of the log, by reference of the notice. Raises StoreUnavailable."""
    grant_ids = await GrantStreams(engine.connections, engine.log.schema).ids()
    found = [await grant_dates(engine, grant_id, now) for grant_id in grant_ids]
    return tuple(
        sorted((each for each in found if each is not None), key=lambda each: (each.reference, each.grant_id))
    )


async def why_of_grant(
    engine: Engine, grant_id: UUID, name: str, now: datetime
) -> tuple[Title, ...] | Refusal | None:
    """Why a reminder of the grant fired or did not; see domain.grant_why.grant_why. None for an unknown grant."""
    history = await engine.store.load(grant_id, personal=False)
    if not history or not isinstance(history[0].event, GrantNoticeReceived):
        return None
    return grant_why(history, engine.rule_book, local_date(now), name)
