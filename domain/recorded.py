"""An event as the log keeps it: the fact, its place in the log, when it was learnt and who said it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Generic, NamedTuple, TypeVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events.

    ``occurred_on`` is the business date ("valid"): the day the fact became true, in local time. The day it
    became known is ``Recorded.recorded_at``. ``schema_version`` is bumped with every added field, together with
    an upcaster in adapters/upcasters.py and a golden file; a name is never changed or reused. An event that must not
    be seen outside the page of its case says so with ``leaves_case_page``; then no export has it.
    """

    schema_version: ClassVar[int] = 1
    leaves_case_page: ClassVar[bool] = True

    occurred_on: date


E_co = TypeVar("E_co", bound=Event, covariant=True)


class Recorded(NamedTuple, Generic[E_co]):
    """One entry of the log. ``position`` counts the whole log from 1, ``version`` the stream from 1."""

    position: int
    stream_id: UUID
    version: int
    event: E_co
    recorded_at: datetime
    actor: str
    """Opaque staff id, or ``system``; never a participant."""
    organisation: str
    """Opaque id of the employer of the actor."""
    command_id: UUID | None
    """The command that made this event; unique per stream, carried by the first event of the command."""
