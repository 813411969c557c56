"""What a decision stands on besides command and state, and what it may answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import ZoneInfo

from domain.calendar import Calendar
from domain.path import PathDefinition
from domain.ports import StaffDirectory
from domain.recorded import Event, Recorded
from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.law.table import LawTable  # rules speak of trainings, which are decided on terms

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
    definition the case runs on, ``calendar`` the working days of the place of the duty, ``law`` the legal rules.
    ``staff`` tells who can be reached when the case wakes; without it reminders are issued to nobody by name.
    """

    path: PathDefinition
    calendar: Calendar
    law: LawTable
    now: datetime
    today: date
    staff: StaffDirectory | None = None
    caseworker_organisation: str = ""


class UnknownPath(LookupError):
    """No definition with this id (and version) is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """All path definitions of this installation by id and version, its calendar, and the legal rules."""

    paths: Mapping[tuple[str, int], PathDefinition]
    calendar: Calendar
    law: LawTable

    @staticmethod
    def of(paths: Iterable[PathDefinition], calendar: Calendar, law: LawTable) -> RuleBook:
        """A rule book of these definitions.

        Raises InvalidPath when a path watches a legal rule that is none, InvalidLaw when a rule rolls by another
        calendar.
        """
        by_id = {(path.id, path.version): path for path in paths}
        law.check_calendar(calendar.region)
        for path in by_id.values():
            law.check_watched(path.id, path.watches, (*path.law_reminders, *path.law_escalation))
        return RuleBook(paths=by_id, calendar=calendar, law=law)

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
        return Terms(path=path, calendar=self.calendar, law=self.law, now=now, today=local_date(now))
