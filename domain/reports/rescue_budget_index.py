"""Whose facts make the lines of the budget, from the town by column: the index of a drill-down, course by course.

A course has twenty weeks and five participants, so with a fact for each week two million would be made. What somebody has
of a course says as much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from typing import Final, TypeVar
from uuid import UUID

from domain.flat_rate import SpanKey, keys_apart
from domain.reports.cell_index import CellIndex, Several
from domain.reports.definition import Counting
from domain.reports.evidence import Kind
from domain.reports.fact_columns import column
from domain.reports.facts import CaseFact
from domain.reports.rescue_at_once import incomplete
from domain.reports.rescue_courses import courses
from domain.reports.rescue_saved import Course, spans_proven
from domain.reports.rescue_town import Town
from domain.reports.rescue_weeks import year_of
from domain.reports.tally import Key, total_of_all

T = TypeVar("T")

KINDS: Final = {
    "held": Kind.APART,
    "held_for_sure": Kind.APART,
    "weeks": Kind.DISTINCT,
    "weeks_on_record": Kind.DISTINCT,
}
"""The hidden columns of the budget."""


def index_budget(counting: Counting, index: CellIndex) -> None:
    """Take in the hidden columns of the table, with what they come to."""
    brought: dict[str, list[Several]] = {name: [] for name in KINDS}
    cells = {**_spans(counting, brought), **_weeks(counting, brought)}
    for name, kind in KINDS.items():
        index.take_several("budget", name, kind, brought[name], _lines_of)
        index.note("budget", name, kind, cells[name])


def _lines_of(line: Key) -> Iterator[Key]:
    yield line
    yield from total_of_all(line)


def _case_ids(counting: Counting) -> list[UUID]:
    return list(column(counting.facts.cases, CaseFact, "case_id"))


def _spans(counting: Counting, brought: Mapping[str, list[Several]]) -> dict[str, dict[Key, int]]:
    """The spans of attendance that prove units."""
    town, lacking, places = counting.once(Town), counting.once(incomplete), counting.once(courses)
    as_of, case_ids = counting.as_of.isoformat(), counting.once(_case_ids)
    attended = list(town.attendance(town.taught))
    for number, spans in attended:
        case, offer, module = town.of_case[number], town.offers[number], town.modules[number] or ""
        programme = town.programmes[case]
        proven: dict[str, list[Hashable]] = defaultdict(list)
        for from_on, to_on, present, held, _ in spans:
            if present and to_on <= as_of:
                proven[to_on[:4]].append((from_on, to_on, held, programme))
        for year, those in proven.items():
            one = Several(case_ids[case], (module, places.place(offer), year), offer, those)
            brought["held"].append(one)
            if case not in lacking:
                brought["held_for_sure"].append(one)
    every, sure = spans_proven(counting, attended, everywhere=True)
    return {"held": _summed(every, _units), "held_for_sure": _summed(sure, _units)}


def _weeks(counting: Counting, brought: Mapping[str, list[Several]]) -> dict[str, dict[Key, int]]:
    """The weeks that a participant was in a course who earns its flat rate."""
    town, told, case_ids = counting.once(Town), counting.once(courses), counting.once(_case_ids)
    every: dict[Course, set[int]] = defaultdict(set)
    on_record: dict[Course, set[int]] = defaultdict(set)
    for number in town.in_courses:
        offer, module, entered_on = town.offers[number], town.modules[number], town.entered_on[number]
        if module is None or entered_on is None or not told.earns(offer, module, entered_on):
            continue
        there, case_id = town.weeks_on_record(number), case_ids[town.of_case[number]]
        for name, weeks, found in (
            ("weeks", there.union(town.late.get(number, ())), every),
            ("weeks_on_record", there, on_record),
        ):
            for year, those in _by_year(weeks).items():
                line = module, told.place(offer), year
                brought[name].append(Several(case_id, line, offer, those))
                found[line, offer].update(those)
    return {"weeks": _summed(every, len), "weeks_on_record": _summed(on_record, len)}


def _by_year(weeks: Collection[int]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for week in weeks:
        found[year_of(week)].add(week)
    return found


def _units(spans: Iterable[SpanKey]) -> int:
    return sum(span[2] for span in keys_apart(spans))


def _summed(found: Mapping[Course, set[T]], counted: Callable[[set[T]], int]) -> dict[Key, int]:
    """The sum of each line, and of all together, where what several lines say of a course counts once."""
    cells: dict[Key, int] = defaultdict(int)
    of_offer: dict[bytes, list[set[T]]] = defaultdict(list)
    for (line, offer), things in found.items():
        cells[line] += counted(things)
        of_offer[offer].append(things)
    [whole] = total_of_all(("", "", ""))
    cells[whole] = sum(counted(set[T]().union(*lines)) for lines in of_offer.values())
    return cells
