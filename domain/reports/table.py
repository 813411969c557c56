"""What a report is made of: tables of figures, each column with its unit and its exact definition; and its one byte form."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeAlias

from domain.path import Title


class Unit(StrEnum):
    """What a figure counts. Persons and participations are never mixed in one column."""

    PERSONS = "persons"
    PARTICIPATIONS = "participations"
    CONTRACTS = "contracts"
    CONTACTS = "contacts"
    TRANSITIONS = "transitions"
    CASES = "cases"
    FORMS = "forms"
    NEEDS = "needs"
    HINTS = "hints"
    DAYS = "days"
    WEEKS = "weeks"
    TEACHING_UNITS = "teaching_units"
    CENTS = "cents"
    BASIS_POINTS = "basis_points"
    """Hundredths of a per cent."""
    HUNDREDTHS = "hundredths"
    """A ratio times 100."""
    TEXT = "text"
    CONTACT = "contact"
    """Whom to call: the opaque id of a member of staff, or the name of an organisation."""
    PLACE = "place"
    """A municipality by its AGS."""


WORDS: Final = frozenset({Unit.TEXT, Unit.CONTACT, Unit.PLACE})
"""Units whose cells are words."""

UNIT_TITLES: Final = {
    Unit.PERSONS: Title(de="Personen", en="persons"),
    Unit.PARTICIPATIONS: Title(de="Teilnahmen", en="participations"),
    Unit.CONTRACTS: Title(de="Verträge", en="contracts"),
    Unit.CONTACTS: Title(de="Kontakte", en="contacts"),
    Unit.TRANSITIONS: Title(de="Übergänge", en="transitions"),
    Unit.FORMS: Title(de="Formulare", en="forms"),
    Unit.CASES: Title(de="Fälle", en="cases"),
    Unit.NEEDS: Title(de="Bedarfe", en="needs"),
    Unit.HINTS: Title(de="Hinweise", en="hints"),
    Unit.DAYS: Title(de="Tage", en="days"),
    Unit.WEEKS: Title(de="Wochen", en="weeks"),
    Unit.TEACHING_UNITS: Title(de="Unterrichtsstunden (45 min)", en="teaching units (45 min)"),
    Unit.CENTS: Title(de="Euro", en="euros"),
    Unit.BASIS_POINTS: Title(de="Prozent", en="per cent"),
    Unit.HUNDREDTHS: Title(de="Verhältnis", en="ratio"),
    Unit.TEXT: Title(de="Angabe", en="entry"),
    Unit.CONTACT: Title(de="Kontakt", en="contact"),
    Unit.PLACE: Title(de="Kommune", en="municipality"),
}


class NotComputable(StrEnum):
    """Why there is no figure. It is a value of its own and never 0."""

    NOTHING_TO_DIVIDE_BY = "nothing_to_divide_by"
    RATE_NOT_KNOWN = "rate_not_known"
    NO_LINE_IN_PLAN = "no_line_in_plan"
    NOT_RECORDED = "not_recorded"
    """Nobody asks for it."""
    MEDIAN_NOT_REACHED = "median_not_reached"
    """More than half are not over yet."""
    SUPPRESSED = "suppressed"
    """Known, and left out of what is published: domain/reports/disclosure.py."""


NOT_COMPUTABLE_TITLES: Final = {
    NotComputable.NOT_RECORDED: Title(
        de="nicht berechenbar: wird nicht erfasst", en="not computable: not recorded"
    ),
    NotComputable.NOTHING_TO_DIVIDE_BY: Title(
        de="nicht berechenbar: Bezugsgröße ist leer", en="not computable: nothing to divide by"
    ),
    NotComputable.RATE_NOT_KNOWN: Title(
        de="nicht berechenbar: Pauschale nicht bekannt",
        en="not computable: rate not known",
    ),
    NotComputable.MEDIAN_NOT_REACHED: Title(
        de="nicht berechenbar: mehr als die Hälfte dauert noch an",
        en="not computable: more than half is not over yet",
    ),
    NotComputable.SUPPRESSED: Title(
        de="zurückgehalten (statistische Geheimhaltung)", en="suppressed (statistical disclosure control)"
    ),
    NotComputable.NO_LINE_IN_PLAN: Title(
        de="nicht berechenbar: kein Ansatz im Finanzierungsplan", en="not computable: no line in the plan"
    ),
}

Cell: TypeAlias = int | str | NotComputable
"""Figures are integers in the unit of their column; str only in columns of the units ``WORDS``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of figures. ``definition`` says exactly what is counted, ``source`` why so."""

    id: str
    title: Title
    unit: Unit
    definition: Title
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: what it is about (one text per key column) and a cell per column."""

    key: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a report; ``keys`` are the titles of the leading columns, ``lines`` in a fixed order."""

    id: str
    title: Title
    keys: tuple[Title, ...]
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]

    def line(self, *key: str) -> Line:
        """The line with this key. Raises KeyError."""
        for line in self.lines:
            if line.key == key:
                return line
        raise KeyError(key)

    def cell(self, column: str, *key: str) -> Cell:
        """The cell of a line by the id of its column. Raises KeyError."""
        for place, candidate in enumerate(self.columns):
            if candidate.id == column:
                return self.line(*key).cells[place]
        raise KeyError(column)


class Publication(StrEnum):
    """Who may see a report. Published figures have passed disclosure control, internal ones have not."""

    INTERNAL = "internal"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What the head of a report says of all of it: the quarter it is about, how much of it is left out."""

    title: Title
    text: Title


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as a value: the same rows, date and parameters give the same report.

    ``version`` is raised when a definition changes. ``as_of`` is the day the figures are of. ``parameters`` are name and
    value as text, those left to mean all or none left out, in the order of the definition.
    """

    name: str
    version: int
    title: Title
    publication: Publication
    as_of: date
    parameters: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...] = ()

    @property
    def municipality(self) -> str | None:
        """The municipality it is about; None means all of them."""
        return dict(self.parameters).get("municipality")

    def table(self, table_id: str) -> Table:
        """A table by its id. Raises KeyError."""
        for table in self.tables:
            if table.id == table_id:
                return table
        raise KeyError(table_id)


TOTAL: Final = "total"
"""Key of a line that sums up the others."""


def ratio(part: int, whole: int, scale: int) -> int | NotComputable:
    """``part`` / ``whole`` × ``scale`` in whole numbers, half rounded up; not computable when ``whole`` is 0.

    >>> ratio(1, 3, 10_000), ratio(2, 3, 10_000), ratio(1, 8, 100)
    (3333, 6667, 13)
    """
    if whole == 0:
        return NotComputable.NOTHING_TO_DIVIDE_BY
    return (2 * part * scale + whole) // (2 * whole)


def share(part: int, whole: int) -> int | NotComputable:
    """``part`` of ``whole`` in basis points."""
    return ratio(part, whole, 10_000)


def sum_of(cells: Collection[Cell]) -> int | NotComputable:
    """The sum of amounts at a rate, not known as soon as one is not."""
    known = [cell for cell in cells if isinstance(cell, int)]
    return sum(known) if len(known) == len(cells) else NotComputable.RATE_NOT_KNOWN


def canonical_json(report: Report) -> bytes:
    """The report as the one sequence of bytes that is hashed and sealed: JSON in UTF-8, keys sorted, no blanks.

    A report without notes has no word of them.
    """
    return _text(report).encode()


def _text(value: Any) -> str:
    match value:
        case NotComputable():
            return f'{{"not_computable":{_quoted(value.value)}}}'
        case str():
            return _quoted(str(value))
        case int() | None:
            return json.dumps(value)
        case date():
            return _quoted(value.isoformat())
        case tuple():
            return (
                _lines_text(value) if value and type(value[0]) is Line else f"[{','.join(map(_text, value))}]"
            )
        case _:
            named = ((name, getattr(value, name)) for name in sorted(value.__dataclass_fields__))
            told = (f"{_quoted(name)}:{_text(part)}" for name, part in named if (name, part) != _NO_NOTES)
            return f"{{{','.join(told)}}}"


_NO_NOTES: Final = ("notes", ())
_quoted: Final = json.JSONEncoder(ensure_ascii=False).encode


def _lines_text(lines: tuple[Line, ...]) -> str:
    """Most of a report: column by column, for a call for each cell would cost more than the counting."""
    cells, keys = (
        zip(*(line.cells for line in lines), strict=True),
        zip(*(line.key for line in lines), strict=True),
    )
    columns = [[_column_text(column) for column in columns] for columns in (cells, keys)]
    of_cells, of_key = (",".join(["%s"] * len(each)) for each in columns)
    line = f'{{"cells":[{of_cells}],"key":[{of_key}]}}'
    return f"[{','.join(map(line.__mod__, zip(*columns[0], *columns[1], strict=True)))}]"


def _column_text(cells: tuple[Cell, ...]) -> Iterable[str]:
    kinds = set(map(type, cells))
    if kinds == {int}:
        return map(str, cells)
    return map(_Texts().__getitem__, cells) if kinds == {str} else map(_text, cells)


class _Texts(dict[Any, str]):
    """How texts are written; few different ones recur in a column."""

    def __missing__(self, text: str) -> str:
        found = self[text] = _quoted(text)
        return found
