"""From the opaque id in a report to the work address that reaches somebody today: the deputy while one is away.

A report names nobody, and its bytes stay the same whoever is on leave. What it shows is looked up in the staff file when
it is shown, by the rule that reminders go by (domain/routing.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from domain.code_titles import in_language
from domain.path import ReminderLevel, Title
from domain.ports import StaffDirectory
from domain.replacing import replace
from domain.reports.rescue_vocabulary import Call
from domain.reports.table import Line, Report, Table, Unit
from domain.routing import Routing, route
from domain.values import StaffId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Who is reached for ``asked``, and why. ``address`` is None when not even the coordination has one."""

    asked: StaffId
    to: StaffId
    ground: Routing
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """Whom the ids in a report reach on ``today``."""

    staff: StaffDirectory
    today: date

    def reached(self, contact: str, municipality: str) -> Reached:
        """Whom a member of staff is reached through; ``contact`` is the id, with that of the organisation before it."""
        organisation, _, staff_id = contact.rpartition("/")
        asked = StaffId(staff_id)
        way = route(ReminderLevel.FIRST, asked, organisation, municipality, self.staff, self.today)
        return Reached(asked=asked, to=way.to, ground=way.ground, address=self.staff.address(way.to))

    def shown(self, report: Report, language: str) -> Report:
        """The report with the ids as people read them; the value that was counted and sealed stays what it is."""
        return replace(report, tables=tuple(self._table(table, language) for table in report.tables))

    def _table(self, table: Table, language: str) -> Table:
        places = {column.unit: place for place, column in enumerate(table.columns)}
        if Unit.CONTACT not in places:
            return table
        lines = tuple(self._line(line, places, language) for line in table.lines)
        return replace(table, lines=lines)

    def _line(self, line: Line, places: Mapping[Unit, int], language: str) -> Line:
        place = places[Unit.CONTACT]
        contact = line.cells[place]
        if not isinstance(contact, str) or not contact or Call.PROVIDER.value in line.cells:
            # An organisation goes by its name.
            return line
        reached = self.reached(contact, str(line.cells[places[Unit.PLACE]]))
        cells = (*line.cells[:place], shown_contact(reached, language), *line.cells[place + 1 :])
        return replace(line, cells=cells)


def nobody_looked_up() -> None:
    """Where there is no staff file: the ids stand alone."""


def shown_contact(reached: Reached, language: str) -> str:
    """One line: the id and the address, and where it is another's, whose and why."""
    address = reached.address or in_language(_NO_ADDRESS, language)
    to = f"{reached.to}, {address}"
    match reached.ground:
        case Routing.IN_CHARGE:
            return to
        case Routing.ABSENCE:
            why = _AWAY
        case Routing.UNREACHABLE:
            why = _WITHOUT
        case Routing.NOBODY_REACHABLE | Routing.NOBODY_IN_CHARGE | Routing.ESCALATED:
            why = _COORDINATION
        case _:
            assert_never(reached.ground)
    return f"{reached.asked} {in_language(why, language)} {to}"


_NO_ADDRESS: Final = Title(de="ohne Adresse", en="no address")
_AWAY: Final = Title(de="abwesend, Vertretung:", en="away, deputy:")
_WITHOUT: Final = Title(de="ohne Adresse, Vertretung:", en="without address, deputy:")
_COORDINATION: Final = Title(de="nicht erreichbar, Koordination:", en="cannot be reached, coordination:")
