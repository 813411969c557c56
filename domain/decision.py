"""What a decision stands on besides command and state, and what it may answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from domain.calendar import Calendar
from domain.path import PathDefinition
from domain.recorded import Event, Recorded
from domain.refusals import Refusal

Decision: TypeAlias = tuple[Event, ...] | Refusal
"""Events to append (none: it is so already), or why not."""

LOCAL = ZoneInfo("Europe/Berlin")


def local_date(instant: datetime) -> date:
    """The calendar day in North Rhine-Westphalia at ``instant``."""
    return instant.astimezone(LOCAL).date()


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


class UnknownPath(LookupError):
    """No definition with this id (and version) is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """All path definitions of this installation by id and version, and its calendar."""

    paths: Mapping[tuple[str, int], PathDefinition]
    calendar: Calendar

    @staticmethod
    def of(paths: Iterable[PathDefinition], calendar: Calendar) -> RuleBook:
        """A rule book of these definitions."""
        return RuleBook(paths={(path.id, path.version): path for path in paths}, calendar=calendar)

    def path(self, path_id: str, version: int | None = None) -> PathDefinition:
        """A definition; without ``version`` the newest. Raises UnknownPath."""
        if version is None:
            version = max((v for known, v in self.paths if known == path_id), default=0)
        try:
            return self.paths[path_id, version]
        except KeyError:
            raise UnknownPath(f"no path definition {path_id!r} in version {version}") from None

    def terms(self, history: Sequence[Recorded[Any]], command: Any, now: datetime) -> Terms:
        """The terms for a case: the path version it was opened on, or the newest for the command that opens it.

        Raises UnknownPath.
        """
        opened = history[0].event if history else None
        if opened is not None:
            path = self.path(opened.path, opened.path_version)
        elif hasattr(command, "path"):
            path = self.path(command.path)
        else:
            path = next(iter(self.paths.values()))
        return Terms(path=path, calendar=self.calendar, now=now, today=local_date(now))
