"""The monitoring volume for publication, laid out like the programme's: implementation, flow by quarter, modules, participants.

It is always that of the last quarter that was over on the reference date, and every figure has passed disclosure
control against all volumes that were published before (docs/decisions/0028-published-is-a-fact.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from datetime import date
from typing import Final

from domain.characteristics import Dimension
from domain.path import Title
from domain.projections.published_reports import PublishedReportRow, lines_read
from domain.refusals import Refusal
from domain.report_publication import PublishedLine, threshold_refusal
from domain.reports import bundles
from domain.reports import statistics_definitions as means
from domain.reports.breakdown import participations, persons
from domain.reports.classed import Classed, Classes, columns_of
from domain.reports.definition import (
    Control,
    Counting,
    Edition,
    Parameter,
    ParameterKind,
    ReportDefinition,
    Seen,
    TableDefinition,
)
from domain.reports.disclosure import Threshold
from domain.reports.facts import Need
from domain.reports.flow_counting import count_flow
from domain.reports.monitoring_control import (
    FLOW,
    Name,
    PersonsBehind,
    Volume,
    lines_of,
    printed,
    volume,
)
from domain.reports.published import left_out
from domain.reports.quarters import Quarter, quarter_of, quarter_over, quarters
from domain.reports.statistics_facts import Attended, shadows
from domain.reports.table import TOTAL, Line, NotComputable, Note, Publication, Table
from domain.reports.tally import Tally
from domain.wording import shown_date

NAME: Final = "monitoring"
VERSION: Final = 3

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


TITLE: Final = Title(de="Monitoring: Tabellenband", en="Monitoring: table volume")


def _titled(day: date) -> Title:
    quarter = quarter_of(day).title
    return Title(de=f"{TITLE.de}, {quarter.de}", en=f"{TITLE.en}, {quarter.en}")


def _notes(now: Counting, tables: tuple[Table, ...]) -> tuple[Note, ...]:
    """Which quarter it is, its last day, and how much of it is left out."""
    quarter = quarter_of(now.as_of).title
    day = [shown_date(now.as_of, language) for language in ("de", "en")]
    about = Note(
        title=Title(de="Quartal", en="Quarter"),
        text=Title(de=f"{quarter.de}, bis {day[0]}", en=f"{quarter.en}, until {day[1]}"),
    )
    cells = [cell for table in tables for line in table.lines for cell in line.cells if cell != 0]
    left_out = sum(cell is NotComputable.SUPPRESSED for cell in cells)
    de = f"{left_out} von {len(cells)} Zahlen ungleich 0 sind zurückgehalten."
    en = f"{left_out} of {len(cells)} figures other than 0 are suppressed."
    if MOSTLY_LEFT_OUT * left_out > len(cells):
        de += " Seltener zu veröffentlichen (je Halbjahr oder Jahr) ließe mehr stehen."
        en += " Publishing less often (each half-year or year) would leave more standing."
    against = Note(
        title=Title(de="Geprüft gegen", en="Controlled against"),
        text=_against(_went_out(now)),
    )
    control = Note(title=Title(de="Geheimhaltung", en="Disclosure control"), text=Title(de=de, en=en))
    return about, control, against


def _against(volumes: Sequence[PublishedReportRow]) -> Title:
    """Which volumes a reader is taken to know."""
    if not volumes:
        return Title(de="noch kein Band veröffentlicht", en="no volume is published yet")
    said = [(quarter_of(one.as_of).title, str(one.seal_id)[:8]) for one in volumes]
    return Title(
        de="; ".join(f"{quarter.de} (Siegel {seal}…)" for quarter, seal in said),
        en="; ".join(f"{quarter.en} (seal {seal}…)" for quarter, seal in said),
    )


MOSTLY_LEFT_OUT: Final = 2
"""When more than one figure in so many is left out, the report says what would leave more standing."""


def _flow(counting: Counting) -> Table:
    entered = counting.once(bundles.attended)
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
        bundled=bundles.bundled(counting),
    )
    count_flow(tally, entered, names, lambda _: ())
    return tally.table([(name,) for name in names])


def _quarters(counting: Counting) -> Iterator[Quarter]:
    """From the quarter of the first entry on."""
    first = min((one.entered_on for one in counting.once(bundles.attended)), default=None)
    return iter(()) if first is None else quarters(first, counting.as_of)


def _reach(counting: Counting) -> Table:
    return persons(counting, counting.once(_CLASSES[Dimension.MUNICIPALITY]), "reach")


def _by_class(table: str) -> Callable[[Counting], Table]:
    classes = _CLASSES[BY_CLASS[table]]
    return lambda counting: _narrowed(participations(counting, counting.once(classes), table))


def _classes(dimension: Dimension) -> Callable[[Counting], Classes]:
    return lambda counting: Classes(counting, dimension)


_CLASSES: Final = {dimension: _classes(dimension) for dimension in BY_CLASS.values()}
"""The classes by each characteristic, for ``once``."""


def _narrowed(table: Table) -> Table:
    """The columns that the programme's volume has: of characteristics, who took part; of the others, the flow, too."""
    shown = _IMPLEMENTATION if table.id in _BY_IMPLEMENTATION else _PARTICIPANTS
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
_BY_IMPLEMENTATION: Final = ("municipalities", "modules")


_COUNTED: Final[dict[str, Callable[[Counting], Table]]] = {
    "reach": _reach,
    FLOW: _flow,
    **{table: _by_class(table) for table in BY_CLASS},
}


# ------------------------------------------------------------------- control


def _published(now: Counting, tables: tuple[Table, ...]) -> Seen:
    """``tables`` as they are published."""
    suppressed = _left_out(now, tables)
    shown = printed(tables, suppressed)
    return Seen(tables=shown, notes=_notes(now, shown))


def _left_out(now: Counting, tables: tuple[Table, ...]) -> frozenset[Name]:
    published = [volume(row.as_of, lines_read(row)) for row in _went_out(now)]
    return left_out(volume_of(now, tables), published, Threshold(_threshold(now)))


def volume_of(now: Counting, tables: tuple[Table, ...]) -> Volume:
    """The volume of ``tables`` before control."""
    return volume(now.as_of, lines_of(tables, _behind(now, tables)))


def _went_out(now: Counting) -> list[PublishedReportRow]:
    """Everything that was published of the volume, in the order it went out."""
    return sorted((row for row in now.facts.published if row.report == NAME), key=lambda row: row.version)


def _kept(now: Counting, tables: tuple[Table, ...]) -> tuple[PublishedLine, ...]:
    """What is recorded of a volume when it goes out: every figure, and whether it was left out."""
    return lines_of(tables, _behind(now, tables), _left_out(now, tables))


def _threshold(now: Counting) -> int:
    return int(str(now.parameters[THRESHOLD.name]))


def _refusal(now: Counting) -> Refusal | None:
    return threshold_refusal(_threshold(now), (row.threshold for row in _went_out(now)))


def _behind(counting: Counting, tables: tuple[Table, ...]) -> PersonsBehind:
    """How many persons' participations the figures are made of; of what nobody did there is no figure."""
    behind: defaultdict[Name, set[Hashable]] = defaultdict(set)
    for table in _BY_IMPLEMENTATION:
        for classed in counting.once(_CLASSES[BY_CLASS[table]]).undated():
            column = "stock" if classed.one.left_on is None else "exits"
            for key in ((classed.trait.value,), (TOTAL,)):
                behind[table, column, key].update(_persons(classed))
    # Who took part is counted in the tables themselves.
    took_part = {
        (table.id, "participations", line.key): int(str(table.cell("persons", *line.key)))
        for table in tables
        if table.id in BY_CLASS
        for line in table.lines
    }
    found = {name: len(persons) for name, persons in (*behind.items(), *_behind_flow(counting).items())}
    return found | {name: persons for name, persons in took_part.items() if persons}


def _behind_flow(counting: Counting) -> dict[Name, set[Hashable]]:
    behind: defaultdict[Name, set[Hashable]] = defaultdict(set)
    by_quarters: defaultdict[tuple[Quarter, Quarter | None], set[Hashable]] = defaultdict(set)
    for one in counting.once(bundles.attended):
        left_in = None if one.left_on is None else quarter_of(one.left_on)
        by_quarters[quarter_of(one.entered_on), left_in].update(_persons(one))
    so_far: set[Hashable] = set()
    for quarter in _quarters(counting):
        key = (str(quarter),)
        for (entered_in, left_in), found in by_quarters.items():
            if entered_in == quarter:
                behind[FLOW, "entries", key] |= found
                so_far |= found
            if left_in == quarter:
                behind[FLOW, "exits", key] |= found
            if entered_in <= quarter and (left_in is None or left_in > quarter):
                behind[FLOW, "stock", key] |= found
        behind[FLOW, "cumulative_entries", key] = set(so_far)
    return behind


def _persons(one: Attended | Classed) -> Collection[Hashable]:
    return (one.participant_id,) if one.persons is None else one.persons


def _table(table: str) -> TableDefinition:
    return TableDefinition(id=table, count=_COUNTED[table])


MONITORING: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=TITLE,
    publication=Publication.PUBLISHED,
    parameters=(THRESHOLD,),
    needs=frozenset({Need.CHARACTERISTICS, Need.PUBLISHED}),
    columns=lambda _: (
        bundles.ENTRIES | columns_of(BY_CLASS.values()) | {"published": PublishedReportRow._fields}
    ),
    tables=tuple(_table(table) for table in _COUNTED),
    control=Control(seen=_published, kept=_kept, threshold=_threshold, refusal=_refusal),
    edition=Edition(day=lambda day: quarter_over(day).last_day, titled=_titled),
)
