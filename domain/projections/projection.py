"""What a projection is: a name, a version, the events it looks at, and a pure function from one stream to rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias
from uuid import UUID

from domain.agenda import Due
from domain.case_state import CaseState
from domain.characteristics import NOT_STATED
from domain.grant import GrantState
from domain.offering import OfferState
from domain.path import PathDefinition
from domain.projections.event_groups import EventGroup
from domain.recorded import Recorded
from domain.report_publication import PublishedSeries
from domain.report_seal import SealedReport
from domain.values import NotStated
from domain.waiting import Turn

StreamState: TypeAlias = CaseState | OfferState | GrantState | SealedReport | PublishedSeries
Row: TypeAlias = tuple[Any, ...]
"""A NamedTuple whose fields are the columns of the read table, the key first and the stream first of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldedStream:
    """A stream after its entries so far. ``organisation`` is the one that began it; ``position`` and ``recorded_at``
    are those of its last entry; ``agenda`` and ``turns`` are empty for what is not a case, and so is ``path``."""

    stream_id: UUID
    state: StreamState
    organisation: str
    position: int
    recorded_at: datetime
    agenda: tuple[Due, ...] = ()
    path: PathDefinition | None = None
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateProjection:
    """Rows that follow from the folded state of one stream of a kind (``state``), all of them at once.

    The first ``key`` columns name a row. ``version`` is raised whenever the rows of the same history come out
    differently; then the read table is rebuilt. No event in ``ignores`` changes a row.
    """

    name: str
    version: int
    row: type[Any]
    key: int
    state: type[Any]
    handles: EventGroup
    ignores: EventGroup
    rows: Callable[[FoldedStream], Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryProjection:
    """Rows that follow from single entries; a later correction changes the row of the entry it names.

    ``rows`` is given all entries of a stream in order, or the newest ones as long as no correction is among them. It
    never takes a row back.
    """

    name: str
    version: int
    row: type[Any]
    key: int
    state: type[Any]
    handles: EventGroup
    ignores: EventGroup
    rows: Callable[[Iterable[Recorded[Any]]], Sequence[Row]]


Projection: TypeAlias = StateProjection | EntryProjection


def code_of(answer: Any) -> str | None:
    """A statistical answer as one code: None = not asked, ``not_stated`` = asked without an answer."""
    if answer is None:
        return None
    if isinstance(answer, NotStated):
        return NOT_STATED
    return str(answer.value) if isinstance(answer, Enum) else str(answer)


def value_of(code: Enum | None) -> str | None:
    """The stored value of a code."""
    return None if code is None else str(code.value)
