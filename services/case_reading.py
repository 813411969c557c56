"""Reading one case from the log with both clocks: as of a business date, and as known at an instant or position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from domain.agenda import Due, agenda
from domain.case import CaseState, fold
from domain.corrections import EntryCorrected
from domain.event_titles import EVENT_TITLES
from domain.events import stored_name
from domain.intake import CaseOpened
from domain.personal import Erased, personal_fields
from domain.recorded import Event, Recorded
from services.bootstrap import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as somebody sees it: which entries were known (``position``) and of which day it speaks (``as_of``)."""

    case_id: UUID
    case: CaseState
    position: int
    as_of: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One entry for a reader. ``corrected_by`` is the version of the entry that corrected it, if any."""

    position: int
    version: int
    event: str
    title: str
    details: str
    occurred_on: date
    recorded_at: datetime
    actor: str
    organisation: str
    corrected_by: int | None


async def known_position(engine: Engine, known_at: datetime | int | None) -> int | None:
    """The position that ``known_at`` means; None for now."""
    if isinstance(known_at, datetime):
        return await engine.store.position_at(known_at)
    return known_at


async def case_view(
    engine: Engine, case_id: UUID, *, as_of: date | None = None, known_at: datetime | int | None = None
) -> CaseView | None:
    """The case, or None when no such case was known then or had begun by ``as_of``."""
    position = await known_position(engine, known_at)
    history: Sequence[Recorded[Any]] = await engine.store.load(case_id, known_position=position)
    if not history or not isinstance(history[0].event, CaseOpened):
        return None
    if as_of is not None and history[0].event.occurred_on > as_of:
        return None
    case = fold(history, as_of=as_of)
    if case is None:
        return None
    return CaseView(case_id=case_id, case=case, position=history[-1].position, as_of=as_of)


async def case_agenda(engine: Engine, case_id: UUID) -> tuple[tuple[Due, frozenset[str]], ...] | None:
    """Every date of the case now, each with the ids of its reminders already issued; None for an unknown case."""
    view = await case_view(engine, case_id)
    if view is None:
        return None
    path = engine.rule_book.path(view.case.path_id, view.case.path_version)
    issued = view.case.reminders.issued
    return tuple(
        (due, frozenset(r.id for r in due.reminders if r.id in issued))
        for due in agenda(view.case, path, engine.rule_book.calendar, engine.rule_book.law)
    )


def history_lines(history: Sequence[Recorded[Any]], language: str = "de") -> list[HistoryLine]:
    """The entries for a reader, oldest first; personal fields are shown, for the reader may see the case."""
    corrected = {e.event.version: e.version for e in history if isinstance(e.event, EntryCorrected)}
    return [
        HistoryLine(
            position=entry.position,
            version=entry.version,
            event=stored_name(type(entry.event)),
            title=_title(entry.event, language),
            details=_details(entry.event),
            occurred_on=entry.event.occurred_on,
            recorded_at=entry.recorded_at.astimezone(UTC),
            actor=entry.actor,
            organisation=entry.organisation,
            corrected_by=corrected.get(entry.version),
        )
        for entry in history
    ]


def _title(event: Event, language: str) -> str:
    title = EVENT_TITLES[stored_name(type(event))]
    return title.en if language == "en" else title.de


_HIDDEN = frozenset(
    {"occurred_on", "participant_id", "path", "path_version", "synthetic", "calendar_version"}
)


def _details(event: Event) -> str:
    """The facts of an entry in one line: codes and dates as they are stored, ids shortened, empty ones left out."""
    personal = personal_fields(type(event))
    shown = []
    for field in fields(event):
        value = getattr(event, field.name)
        if field.name in _HIDDEN or value is None or value == () or value == "":
            continue
        if field.name in personal and isinstance(value, Erased):
            shown.append(f"{field.name}: gelöscht")
        else:
            shown.append(f"{field.name}: {_plain(value)}")
    return ", ".join(shown)


def _plain(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, UUID):
        return str(value)[-8:]
    if isinstance(value, Event):
        return f"{stored_name(type(value))} ({_details(value)})"
    if isinstance(value, tuple):
        return "; ".join(_plain(item) for item in value)
    if hasattr(value, "__dataclass_fields__"):
        parts = (getattr(value, name) for name in value.__dataclass_fields__)
        return " ".join(_plain(part) for part in parts if part not in (None, "", ()))
    return str(value)
