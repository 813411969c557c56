"""What may be lost on each line of the budget, course by course: spans that nobody proves who counts, weeks without any list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from domain.flat_rate import SpanKey, keys_apart, span_key
from domain.reports.definition import Counting
from domain.reports.rates_known import Programme
from domain.reports.rescue_at_once import RatesAsWritten, attended, incomplete, late_lists
from domain.reports.rescue_courses import courses, planned_units
from domain.reports.rescue_rows import LateList, rate_of_week
from domain.reports.rescue_town import Spans, Town
from domain.reports.rescue_weeks import year_of
from domain.reports.table import Cell, NotComputable
from domain.reports.tally import Key

Course: TypeAlias = tuple[Key, bytes]
"""A line of the budget, and a course that has something on it."""


_NO_SPANS: Final[frozenset[SpanKey]] = frozenset()
_NO_WEEKS: Final[frozenset[int]] = frozenset()


class Saved(NamedTuple):
    """Of the courses where anything may be lost: the spans that ``every`` case proves and those that a case does which
    counts for ``sure``; the weeks ``missing`` in somebody's list, and of these at least the ones ``on_record`` of somebody.
    ``late`` are those lists."""

    every: Mapping[Course, set[SpanKey]]
    sure: Mapping[Course, set[SpanKey]]
    missing: Mapping[Course, set[int]]
    on_record: Mapping[Course, set[int]]
    late: list[LateList]


class Lost(NamedTuple):
    """What cases that do not count prove alone of a course: its units, and their flat rates."""

    units: int
    cents: Cell


def lost_units(saved: Saved) -> dict[Course, Lost]:
    """Of each course what is proven together, less what those who count prove alone, where that is not the same."""
    found = {}
    for course, every in saved.every.items():
        sure = saved.sure.get(course, _NO_SPANS)
        if every != sure:
            together, alone = keys_apart(every), keys_apart(sure)
            amounts = _amount(together), _amount(alone)
            cents: Cell = NotComputable.RATE_NOT_KNOWN
            if isinstance(amounts[0], int) and isinstance(amounts[1], int):
                cents = amounts[0] - amounts[1]
            found[course] = Lost(_units(together) - _units(alone), cents)
    return found


def units_of_all(saved: Saved, lost: Mapping[Course, Lost]) -> int:
    """The units of all lines together: what several lines say of a course is proven once."""
    lines_of: dict[bytes, list[Course]] = defaultdict(list)
    for course in saved.every:
        lines_of[course[1]].append(course)
    whole = 0
    for offer in {offer for _, offer in lost}:
        lines = lines_of[offer]
        if len(lines) == 1:
            whole += lost[lines[0]].units
        else:
            every = set[SpanKey]().union(*(saved.every[line] for line in lines))
            sure = set[SpanKey]().union(*(saved.sure.get(line, _NO_SPANS) for line in lines))
            whole += _units(keys_apart(every)) - _units(keys_apart(sure))
    return whole


def _units(spans: Iterable[SpanKey]) -> int:
    return sum(span[2] for span in spans)


def _amount(spans: Iterable[SpanKey]) -> int | None:
    """Units times rate; None: the rate of one is not known."""
    total = 0
    for _, _, units, code, cents in spans:
        if not code:
            return None
        total += units * cents
    return total


class Bare(NamedTuple):
    """The weeks of a course for which there is no list of anybody on its line, and what those are worth by the plan of which
    there is no list on any line; None where these are none."""

    weeks: set[int]
    cents: Cell | None


def bare_weeks(counting: Counting, saved: Saved) -> dict[Course, Bare]:
    """Of each course with a missing list the weeks without any."""
    with_list = _by_offer(saved.on_record)
    nobody = {course: weeks - with_list.get(course[1], _NO_WEEKS) for course, weeks in saved.missing.items()}
    rates = _rates(counting, saved.late, nobody)
    return {
        course: Bare(
            weeks - saved.on_record.get(course, _NO_WEEKS),
            _planned(counting, course[1], nobody[course], rates),
        )
        for course, weeks in saved.missing.items()
    }


def weeks_of_all(saved: Saved) -> int:
    """How many weeks of courses there is no list of on any line."""
    with_list = _by_offer(saved.on_record)
    return sum(
        len(weeks - with_list.get(offer, _NO_WEEKS)) for offer, weeks in _by_offer(saved.missing).items()
    )


def _by_offer(weeks_of: Mapping[Course, set[int]]) -> dict[bytes, set[int]]:
    found: dict[bytes, set[int]] = defaultdict(set)
    for (_, offer), weeks in weeks_of.items():
        found[offer].update(weeks)
    return found


def _rates(
    counting: Counting, late: Iterable[LateList], nobody: Mapping[Course, set[int]]
) -> dict[tuple[bytes, int], set[int | None]]:
    """What a unit of each week of a course for which there is no list is paid with, for each who lacks one."""
    asked = _by_offer(nobody)
    told = counting.once(courses)
    found: dict[tuple[bytes, int], set[int | None]] = defaultdict(set)
    for one in late:
        wanted = asked.get(one.offer)
        if wanted and told.earns(one.offer, one.module, one.entered_on):
            for week in wanted.intersection(one.weeks):
                found[one.offer, week].add(rate_of_week(counting, one, week))
    return found


def _planned(
    counting: Counting, offer: bytes, weeks: set[int], rates: Mapping[tuple[bytes, int], set[int | None]]
) -> Cell | None:
    """The units planned for these weeks times their rate."""
    if not weeks:
        return None
    known = {rate for week in weeks for rate in rates[offer, week]}
    course = counting.once(courses).of(offer)
    if None in known or len(known) > 1:
        return NotComputable.RATE_NOT_KNOWN
    if course is None:
        return NotComputable.NOT_RECORDED
    [rate] = known
    return planned_units(course, len(weeks)) * (rate or 0)


def line_of_week(counting: Counting, module: str, offer: bytes, week: int) -> Key:
    """The line that a week of a course counts in: of the year of its last day."""
    return module, counting.once(courses).place(offer), year_of(week)


# -------------------------------------------------------- from a town by column


def saved_at_once(counting: Counting) -> Saved:
    """From the courses that a case which lacks an answer attended, and from the weeks that are missing somewhere."""
    every, sure = spans_proven(counting, counting.once(attended))
    missing, on_record = _weeks(counting)
    return Saved(every, sure, missing, on_record, counting.once(late_lists))


def spans_proven(
    counting: Counting, of: Iterable[tuple[int, Spans]], *, everywhere: bool = False
) -> tuple[dict[Course, set[SpanKey]], dict[Course, set[SpanKey]]]:
    """The spans proven by every case and by those that count, of the participations given; where these are not the same, or
    ``everywhere``."""
    town, cases = counting.once(Town), counting.once(incomplete)
    as_of, programmes = counting.as_of.isoformat(), town.programmes
    said: dict[bytes, tuple[set[_Said], set[_Said]]] = {}
    for number, spans in of:
        case, offer, module = town.of_case[number], town.offers[number], town.modules[number] or ""
        programme = programmes[case]
        both = said.get(offer)
        if both is None:
            both = said[offer] = (set(), set())
        both[case not in cases].update(
            [
                (module, programme, from_on, to_on, held)
                for from_on, to_on, present, held, _ in spans
                if present and to_on <= as_of
            ]
        )
    every: dict[Course, set[SpanKey]] = {}
    sure: dict[Course, set[SpanKey]] = {}
    told, rates, days = counting.once(courses), counting.once(RatesAsWritten), _Days()
    for offer, (unsure_said, sure_said) in said.items():
        if unsure_said <= sure_said and not everywhere:
            continue
        place = told.place(offer)
        lines: dict[tuple[str, str], tuple[set[SpanKey], set[SpanKey]]] = {}
        for span in unsure_said | sure_said:
            module, programme, from_on, to_on, held = span
            rate = rates[module, place, from_on, to_on, programme]
            key = span_key(days[from_on], days[to_on], held, rate)
            line = lines.get((module, to_on[:4]))
            if line is None:
                line = lines[module, to_on[:4]] = (set(), set())
            line[0].add(key)
            if span in sure_said:
                line[1].add(key)
        for (module, year), (of_every, of_sure) in lines.items():
            every[(module, place, year), offer] = of_every
            sure[(module, place, year), offer] = of_sure
    return every, sure


_Said: TypeAlias = tuple[str, Programme, str, str, int]
"""Module and programme, first and last day as they are written, units held."""


class _Days(dict[str, date]):
    def __missing__(self, text: str) -> date:
        day = self[text] = date.fromisoformat(text)
        return day


def _weeks(counting: Counting) -> tuple[dict[Course, set[int]], dict[Course, set[int]]]:
    town, told = counting.once(Town), counting.once(courses)
    missing: dict[Course, set[int]] = defaultdict(set)
    on_record: dict[Course, set[int]] = defaultdict(set)
    of_offer: dict[bytes, set[int]] = defaultdict(set)
    for one in counting.once(late_lists):
        if told.earns(one.offer, one.module, one.entered_on):
            of_offer[one.offer].update(one.weeks)
            for week in one.weeks:
                missing[line_of_week(counting, one.module, one.offer, week), one.offer].add(week)
    for number in town.in_courses:
        offer, module, entered_on = town.offers[number], town.modules[number], town.entered_on[number]
        if offer not in of_offer or module is None or entered_on is None:
            continue
        if told.earns(offer, module, entered_on):
            for week in town.on_record_among(number, of_offer[offer]):
                on_record[line_of_week(counting, module, offer, week), offer].add(week)
    return missing, on_record
