"""Reading one case from the log with both clocks: as of a business date, and as known at an instant or position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from domain.case import CaseState, fold
from domain.case_hints import CaseHints, case_hints
from domain.corrections import EntryCorrected
from domain.decision import RuleBook
from domain.events import stored_name
from domain.intake import CaseOpened
from domain.path import Title
from domain.recorded import Recorded
from services.bootstrap import Engine
from services.entry_wording import EntryWording, entry_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case as somebody sees it: which entries were known (``position``) and of which day it speaks (``as_of``)."""

    case_id: UUID
    case: CaseState
    hints: CaseHints
    position: int
    as_of: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One entry for a reader. ``corrected_by`` is the version of the entry that corrected it, if any.

    ``title`` and ``details`` are words in the reader's language, ``facts`` the same for programs: fields as stored.
    """

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
    facts: Mapping[str, object] = field(default_factory=dict)


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
    path = engine.rule_book.path(case.path_id, case.path_version)
    return CaseView(
        case_id=case_id,
        case=case,
        hints=case_hints(case, path),
        position=history[-1].position,
        as_of=as_of,
    )


def rule_titles(rule_book: RuleBook) -> dict[str, Title]:
    """What every rule that a reminder can name is called: the dates of the paths and the rules of the law."""
    titles = {rule: versions[0].title for rule, versions in rule_book.law.versions.items()}
    for _, path in sorted(rule_book.paths.items()):
        titles |= {rule: deadline.title for rule, deadline in path.deadlines.items()}
    return titles


def history_lines(
    history: Sequence[Recorded[Any]], language: str = "de", rules: Mapping[str, Title] | None = None
) -> list[HistoryLine]:
    """The entries for a reader, oldest first; personal fields are shown, for the reader may see the case.

    ``rules`` (from ``rule_titles``) name the rules of reminders; without them a rule is shown by its id.
    """
    corrected = {e.event.version: e.version for e in history if isinstance(e.event, EntryCorrected)}
    words = EntryWording(history, language, rules or {})
    return [
        HistoryLine(
            position=entry.position,
            version=entry.version,
            event=stored_name(type(entry.event)),
            title=words.title(entry.event),
            details=words.details(entry),
            occurred_on=entry.event.occurred_on,
            recorded_at=entry.recorded_at.astimezone(UTC),
            actor=entry.actor,
            organisation=entry.organisation,
            corrected_by=corrected.get(entry.version),
            facts=entry_facts(entry.event),
        )
        for entry in history
    ]
