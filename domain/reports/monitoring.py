"""The monitoring volume for publication, laid out like the programme's: implementation, flow by quarter, modules, participants.

It is always that of the last quarter that was over on the reference date, and every figure has passed disclosure
control as if the volumes of all quarters before had been published with the same threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from domain.characteristics import Dimension
from domain.path import Title
from domain.reports import statistics_definitions as means
from domain.reports.breakdown import participations, persons
from domain.reports.classed import Classes
from domain.reports.definition import Counting, Parameter, ParameterKind, ReportDefinition, TableDefinition
from domain.reports.disclosure import Threshold
from domain.reports.facts import Need
from domain.reports.monitoring_control import FLOW, Name, Volume, controlled, persons_behind, volume
from domain.reports.quarters import Quarter, quarter_of, quarters
from domain.reports.statistics_facts import (
    Attended,
    attended,
    because_entered,
    because_exit,
    because_left,
    quarter_name,
    shadows,
)
from domain.reports.table import TOTAL, Line, Publication, Table
from domain.reports.tally import Key, Tally

NAME: Final = "monitoring"
VERSION: Final = 1

THRESHOLD: Final = Parameter(
    name="threshold",
    title=Title(de="Mindestzahl von Personen", en="least number of persons"),
    kind=ParameterKind.CODE,
    default=str(Threshold.FIVE.value),
    choices=tuple(str(level.value) for level in Threshold),
)
"""Chosen once for a series: volumes of two thresholds side by side could be played off against each other.

Source: domain facts 4.6, 5 for what is published."""

BY_CLASS: Final = {
    "municipalities": Dimension.MUNICIPALITY,
    "modules": Dimension.MODULE,
    "gender": Dimension.GENDER,
    "age_band": Dimension.AGE_BAND,
    "status": Dimension.STATUS_GROUP,
    "legal_regime": Dimension.LEGAL_REGIME,
    "language_level": Dimension.LANGUAGE_LEVEL,
    "nationality": Dimension.NATIONALITY,
}
"""Tables of participations, and by what each is broken down."""


def at_quarter_end(counting: Counting) -> Counting:
    """The same run as of the last day of the last quarter that was over on the reference date."""
    quarter = quarter_of(counting.as_of)
    over = counting.as_of if counting.as_of == quarter.last_day else quarter.first_day - timedelta(1)
    return _as_of(counting, over)


def _as_of(counting: Counting, day: date) -> Counting:
    return Counting(
        facts=counting.facts, as_of=day, parameters=counting.parameters, evidence=counting.evidence
    )


def _flow(counting: Counting) -> Table:
    entered = counting.once(attended)
    left = [one for one in entered if one.left_on is not None]
    names = [str(quarter) for quarter in _quarters(counting)]
    tally = Tally(
        id=FLOW,
        title=Title(
            de="Eintritte, Austritte und Bestand nach Quartal", en="Entries, exits and stock by quarter"
        ),
        keys=(Title(de="Quartal", en="quarter"),),
        columns=means.FLOW,
        evidence=counting.evidence,
        shadows=shadows,
    )

    def entry(one: Attended) -> Key:
        return (quarter_name(one.entered_on),)

    def leaving(one: Attended) -> Key:
        return (quarter_name(one.left_on),)

    tally.count("entries", entered, entry, because_entered)
    tally.count("exits", left, leaving, because_left)
    tally.count("cumulative_entries", entered, entry, because_entered, onwards=names)
    tally.count("stock", entered, entry, because_entered, onwards=names)
    tally.count("stock", left, leaving, because_left, -1, onwards=names)
    tally.persons_between(
        "stock_persons",
        entered,
        entry,
        because_entered,
        periods=names,
        until=lambda one: None if one.left_on is None else quarter_name(one.left_on),
        ended_by=because_exit,
    )
    return tally.table([(name,) for name in names])


def _quarters(counting: Counting) -> Iterator[Quarter]:
    """From the quarter of the first entry on."""
    first = min((one.entered_on for one in counting.once(attended)), default=None)
    return iter(()) if first is None else quarters(first, counting.as_of)


def _reach(counting: Counting) -> Table:
    return persons(counting, Classes(counting, Dimension.MUNICIPALITY), "reach")


def _by_class(table: str) -> Callable[[Counting], Table]:
    return lambda counting: _narrowed(participations(counting, Classes(counting, BY_CLASS[table]), table))


def _narrowed(table: Table) -> Table:
    """The columns that the programme's volume has: of characteristics, who took part; of the others, the flow, too."""
    shown = _IMPLEMENTATION if table.id in ("municipalities", "modules") else _PARTICIPANTS
    places = [n for n, column in enumerate(table.columns) if column.id in shown]
    return Table(
        id=table.id,
        title=table.title,
        keys=table.keys,
        columns=tuple(table.columns[n] for n in places),
        lines=tuple(Line(key=line.key, cells=tuple(line.cells[n] for n in places)) for line in table.lines),
    )


_PARTICIPANTS: Final = frozenset({"participations", "persons", "women", "women_share"})
_IMPLEMENTATION: Final = _PARTICIPANTS | {"stock", "exits"}


_COUNTED: Final[dict[str, Callable[[Counting], Table]]] = {
    "reach": _reach,
    FLOW: _flow,
    **{table: _by_class(table) for table in BY_CLASS},
}


# ------------------------------------------------------------------- control


def _published(counting: Counting, tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """``tables`` (already of the last quarter end) as they are published."""
    now = at_quarter_end(counting)
    level = Threshold(int(str(counting.parameters[THRESHOLD.name])))
    return controlled([*volumes_before(now), volume_of(now, tables)], level)[0]


def volumes_before(now: Counting) -> Iterator[Volume]:
    """Those of all quarters before, from the first that had anything to tell."""
    for quarter in _quarters(now):
        if quarter.last_day < now.as_of:
            then = Counting(facts=now.facts, as_of=quarter.last_day, parameters=now.parameters)
            yield volume_of(then, tuple(count(then) for count in _COUNTED.values()))


def volume_of(counting: Counting, tables: tuple[Table, ...]) -> Volume:
    """The figures of a volume counted at a quarter end, with the persons behind each count of participations."""
    return volume(str(quarter_of(counting.as_of)), tables, persons_behind(_behind(counting)))


def _behind(counting: Counting) -> Iterator[tuple[Name, UUID]]:
    entered = counting.once(attended)
    for table, dimension in BY_CLASS.items():
        for classed in Classes(counting, dimension).of(entered):
            columns = ("participations", "stock" if classed.one.left_on is None else "exits")
            for column in columns:
                for key in ((classed.trait.value,), (TOTAL,)):
                    yield (table, column, key), classed.participant_id
    periods = [(str(quarter), quarter.last_day) for quarter in _quarters(counting)]
    for one in entered:
        yield (FLOW, "entries", (quarter_name(one.entered_on),)), one.participant_id
        if one.left_on is not None:
            yield (FLOW, "exits", (quarter_name(one.left_on),)), one.participant_id
        for name, last_day in periods:
            if one.entered_on <= last_day:
                yield (FLOW, "cumulative_entries", (name,)), one.participant_id
                if one.left_on is None or one.left_on > last_day:
                    yield (FLOW, "stock", (name,)), one.participant_id


def _table(table: str) -> TableDefinition:
    return TableDefinition(id=table, count=lambda counting: _COUNTED[table](counting.once(at_quarter_end)))


MONITORING: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Monitoring: Tabellenband", en="Monitoring: table volume"),
    publication=Publication.PUBLISHED,
    parameters=(THRESHOLD,),
    needs=frozenset({Need.CHARACTERISTICS}),
    tables=tuple(_table(table) for table in _COUNTED),
    control=_published,
)
