"""What a decision stands on besides command and state, and what it may answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from domain.calendar import Calendar
from domain.path import PathDefinition
from domain.recorded import Event
from domain.refusals import Refusal

Decision: TypeAlias = tuple[Event, ...] | Refusal
"""Events to append (none: it is so already), or why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The rules and the instant a command is decided on.

    ``now`` is an aware UTC datetime, ``today`` the same instant as a local date (Europe/Berlin). ``path`` is the
    definition the case runs on, ``calendar`` the working days of the place of the duty.
    """

    path: PathDefinition
    calendar: Calendar
    now: datetime
    today: date
