"""The rescue list: who will not count at the cut-off because an answer is missing, whom to call, and what it costs."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final

from domain.path import Title
from domain.reports import rescue_definitions as means
from domain.reports.definition import (
    MUNICIPALITY,
    Counting,
    ReportDefinition,
    TableDefinition,
)
from domain.reports.evidence import Evidence, Kind
from domain.reports.facts import Need
from domain.reports.leaving_out import ItemTally
from domain.reports.rescue_at_once import incomplete
from domain.reports.rescue_budget import budget
from domain.reports.rescue_cases import Standing, every_standing, running_coachings
from domain.reports.rescue_cut_off import CUT_OFF, cut_off, cut_off_refusal
from domain.reports.rescue_forms import forms
from domain.reports.rescue_listed import rescues
from domain.reports.rescue_one_by_one import missing_of, worth
from domain.reports.rescue_profile import PROFILE, mandatory
from domain.reports.rescue_rows import Rescue
from domain.reports.rescue_town import Town, looked_at
from domain.reports.statistics import difference
from domain.reports.table import TOTAL, Column, Line, Publication, Table
from domain.reports.tally import Key, Tally

NAME: Final = "rescue"
VERSION: Final = 5


# -------------------------------------------------------------------- tables


class _Head:
    """What a table is called; its lines are counted with evidence, or told as they are."""

    def __init__(self, table: str, title: Title, key: Title, columns: tuple[Column, ...]) -> None:
        self.id, self.title, self.keys, self.columns = table, title, (key,), columns

    def told(self, lines: Iterator[Line]) -> Table:
        """The table of these lines."""
        return Table(id=self.id, title=self.title, keys=self.keys, columns=self.columns, lines=tuple(lines))

    def tally(self, counting: Counting, evidence: Evidence, hidden: tuple[str, ...] = ()) -> Tally:
        """The counting of it."""
        place = counting.municipality
        return Tally(
            id=self.id,
            title=self.title,
            keys=self.keys,
            columns=self.columns,
            evidence=evidence,
            within=None if place is None else lambda item: item.place == place,
            hidden=hidden,
        )


_COUNTING: Final = _Head(
    "counting",
    Title(de="Wer am Stichtag zählt", en="Who counts on the reference date"),
    Title(de="alle", en="all"),
    means.COUNTING,
)


def _counting(counting: Counting) -> Table:
    if counting.evidence is None:
        entered, lacking = len(counting.once(Town).entered), len(counting.once(incomplete))
        cells = {"entered": entered, "complete": difference(entered, lacking), "incomplete": lacking}
        return _COUNTING.told(
            iter([Line(key=(TOTAL,), cells=tuple(cells[column.id] for column in means.COUNTING))])
        )
    tally = _COUNTING.tally(counting, counting.evidence)

    def entered_cases(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if one.steps:
            yield (TOTAL,), one.case_id

    def incomplete_cases(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if missing_of(counting, one):
            yield (TOTAL,), one.case_id

    columns = ItemTally(counting, tally, counting.once(every_standing))
    columns.persons("entered", entered_cases)
    columns.persons("incomplete", incomplete_cases)
    tally.derive("complete", difference, "entered", "incomplete")
    return tally.table([(TOTAL,)])


_GAPS: Final = _Head(
    "gaps",
    Title(de="Fehlende Angaben", en="Missing answers"),
    Title(de="fehlende Angabe", en="missing answer"),
    means.GAPS,
)


def _gaps(counting: Counting) -> Table:
    if counting.evidence is None:
        lacking = counting.once(Town).lacking
        return _GAPS.told(
            Line(key=(answer.value,), cells=(len(lacking[answer]),)) for answer in mandatory(counting)
        )
    tally = _GAPS.tally(counting, counting.evidence)

    def gaps(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        return (((answer.value,), one.case_id) for answer in missing_of(counting, one))

    ItemTally(counting, tally, counting.once(every_standing)).persons("cases", gaps)
    return tally.table([(answer.value,) for answer in mandatory(counting)])


_RESCUE: Final = _Head(
    "rescue",
    Title(de="Rettungsliste", en="Rescue list"),
    Title(de="Fall", en="case"),
    means.RESCUE,
)


def _line(rescue: Rescue, days_left: int) -> Line:
    """A case with all columns, as ``means.RESCUE`` has them."""
    _, place, missing, call, contact, participations, at_risk = rescue
    named = " ".join(missing)
    return Line(key=rescue.key, cells=(named, call.value, contact, place, participations, days_left, at_risk))


def _rescue(counting: Counting) -> Table:
    """A text lists what it is read from: the answers missing, the spans of coaching that run. What it costs lists the
    units attended; the rate is that of the notice or the programme."""
    days_left = (cut_off(counting) - counting.as_of).days
    lines = [_line(rescue, days_left) for rescue in rescues(counting)]
    if counting.evidence is None:
        return _RESCUE.told(iter(lines))
    tally = _RESCUE.tally(counting, counting.evidence, hidden=("answers", "coachings", "units"))

    def answers(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        return (((str(one.case_id),), answer) for answer in missing_of(counting, one))

    def coachings(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if missing_of(counting, one):
            yield from (((str(one.case_id),), None) for _ in range(running_coachings(one)))

    def participations(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if missing_of(counting, one):
            yield from (((str(one.case_id),), None) for _ in one.steps)

    def units(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        if missing_of(counting, one):
            priced = (span for span in one.taught if worth(counting, span) is not None)
            yield from (((str(one.case_id),), span.attended) for span in priced)

    columns = ItemTally(counting, tally, counting.once(every_standing))
    columns.count("participations", participations)
    columns.persons("answers", answers)
    columns.count("coachings", coachings)
    columns.amount("units", units)
    tally.declare(Kind.DERIVED, *_FROM)
    for line in lines:
        cells = dict(zip((column.id for column in means.RESCUE), line.cells, strict=True))
        for column, (function, operands) in _FROM.items():
            refs = [tally.ref(operand, line.key) for operand in operands]
            tally.put(column, line.key, cells[column], function, refs)
    return tally.table([line.key for line in lines])


_FROM: Final = {
    "missing": ("answers_missing", ("answers",)),
    "call": ("coach_while_coached", ("coachings",)),
    "contact": ("in_charge_as_known", ("coachings",)),
    "place": ("municipality_of_case", ("participations",)),
    "days_left": ("days_to_last_day", ("answers",)),
    "at_risk": ("units_by_rate", ("units", "participations")),
}
"""Of each column that is derived the function, and what it is derived from."""


RESCUE: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Rettungsliste: wer nicht zählen wird", en="Rescue list: who will not count"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY, PROFILE, CUT_OFF),
    needs=frozenset({Need.CHARACTERISTICS, Need.SEATS, Need.PAPERS}),
    columns=looked_at,
    refusal=cut_off_refusal,
    tables=(
        TableDefinition(id="counting", count=_counting),
        TableDefinition(id="gaps", count=_gaps),
        TableDefinition(id="rescue", count=_rescue),
        TableDefinition(id="forms", count=forms),
        TableDefinition(id="budget", count=budget),
    ),
)
