"""What can be saved on each line of the budget: flat rates that only cases which do not count prove, or that nobody proves yet.

A teaching unit of a course is paid once, however many attended it: what another participant proves is not lost. So the
lines of the other tables do not add up to these, which are what the rescue is worth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final, TypeAlias
from uuid import UUID

from domain.flat_rate import SpanKey, span_key
from domain.path import Title
from domain.reports import rescue_definitions as means
from domain.reports.definition import Counting
from domain.reports.evidence import ApartSpan, Kind
from domain.reports.leaving_out import ItemTally
from domain.reports.rates_known import rates_known
from domain.reports.rescue_attendance import Attendance, every_attendance
from domain.reports.rescue_budget_index import KINDS, index_budget
from domain.reports.rescue_cases import Standing, every_standing
from domain.reports.rescue_courses import courses
from domain.reports.rescue_listed import collects, late_lists
from domain.reports.rescue_one_by_one import missing_of
from domain.reports.rescue_saved import (
    Bare,
    Course,
    Lost,
    Saved,
    bare_weeks,
    line_of_week,
    lost_units,
    saved_at_once,
    units_of_all,
    weeks_of_all,
)
from domain.reports.rescue_seats import AskedSeat, asked_seats
from domain.reports.rescue_weeks import monday_of
from domain.reports.statistics import difference
from domain.reports.table import TOTAL, Cell, Table
from domain.reports.tally import Key, Tally, total_of_all
from domain.reports.teaching_units import rate_of

_WHOLE: Final[Key] = (TOTAL, TOTAL, TOTAL)
_Week: TypeAlias = tuple[UUID, date]
"""A course and the Monday of one of its weeks."""


def budget(counting: Counting) -> Table:
    """A line for each module, municipality of the offer and year on which something can be saved, and their sum."""
    saved = _one_by_one(counting) if collects(counting) else saved_at_once(counting)
    lost, bare = lost_units(saved), bare_weeks(counting, saved)
    worth = _worth(counting, lost, bare)
    lines = sorted(worth)
    known = [amount for amount in worth.values() if isinstance(amount, int)]
    worth[_WHOLE] = sum(known) if known or not lines else worth[lines[0]]
    if collects(counting):
        return _with_evidence(counting, lines, worth)
    units = Counter({_WHOLE: units_of_all(saved, lost)})
    for (line, _), of_course in lost.items():
        units[line] += of_course.units
    weeks = Counter({_WHOLE: weeks_of_all(saved)})
    for (line, _), weeks_of_course in bare.items():
        weeks[line] += len(weeks_of_course.weeks)
    figures: dict[str, Mapping[Key, Cell]] = {
        "units_at_stake": units,
        "weeks_without_list": weeks,
        "at_stake": worth,
    }
    return _told(counting, lines, figures)


def _told(counting: Counting, lines: list[Key], figures: Mapping[str, Mapping[Key, Cell]]) -> Table:
    """The table of these figures, and where it is indexed whose facts make them."""
    tally = _tally(counting)
    ItemTally(counting, tally, counting.once(asked_seats)).count("seats", lambda one: _seats(counting, one))
    for column in KINDS:
        tally.declare(KINDS[column], column)
    for column, (minuend, subtrahend) in _DIFFERENCES.items():
        for key in (*lines, _WHOLE):
            operands = [tally.ref(minuend, key), tally.ref(subtrahend, key)]
            tally.put(column, key, figures[column][key], difference.__name__, operands)
    _put_worth(tally, lines, figures["at_stake"])
    table = tally.table([*lines, _WHOLE])
    if counting.evidence is not None and counting.evidence.index is not None:
        index_budget(counting, counting.evidence.index)
    return table


_DIFFERENCES: Final = {
    "units_at_stake": ("held", "held_for_sure"),
    "weeks_without_list": ("weeks", "weeks_on_record"),
}


_ID: Final = "budget"
_TITLE: Final = Title(
    de="Was je Zeile des Finanzierungsplans zu retten ist",
    en="What can be saved on each line of the budget",
)
_KEYS: Final = (
    Title(de="Förderbaustein", en="funding module"),
    Title(de="Kommune (AGS)", en="municipality (AGS)"),
    Title(de="Jahr", en="year"),
)


def _tally(counting: Counting) -> Tally:
    place = counting.municipality
    return Tally(
        id=_ID,
        title=_TITLE,
        keys=_KEYS,
        columns=means.BUDGET,
        evidence=counting.evidence,
        totals=total_of_all,
        within=None if place is None else lambda item: item.place == place,
        hidden=tuple(KINDS),
    )


def _with_evidence(counting: Counting, lines: list[Key], worth: Mapping[Key, Cell]) -> Table:
    """The table counted with the contributions of everybody."""
    tally = _tally(counting)
    of_cases = ItemTally(counting, tally, counting.once(every_standing))
    of_cases.apart("held", lambda one: _spans(counting, one))
    of_cases.apart("held_for_sure", lambda one: _sure(counting, one))
    of_lists = ItemTally(counting, tally, counting.once(every_attendance))
    of_lists.persons("weeks", lambda one: _weeks(counting, one, missing_too=True))
    of_lists.persons("weeks_on_record", lambda one: _weeks(counting, one, missing_too=False))
    ItemTally(counting, tally, counting.once(asked_seats)).count("seats", lambda one: _seats(counting, one))
    for column, operands in _DIFFERENCES.items():
        tally.derive(column, difference, *operands)
    _put_worth(tally, lines, worth)
    return tally.table([*lines, _WHOLE])


def _put_worth(tally: Tally, lines: list[Key], worth: Mapping[Key, Cell]) -> None:
    tally.declare(Kind.DERIVED, "at_stake")
    for key in lines:
        operands = [tally.ref(column, key) for column in _DIFFERENCES]
        tally.put("at_stake", key, worth[key], "units_by_rate", operands)
    tally.put("at_stake", _WHOLE, worth[_WHOLE], "sum", [tally.ref("at_stake", key) for key in lines])


# ------------------------------------------------------------- what is counted


def _spans(counting: Counting, one: Standing) -> Iterator[tuple[Key, ApartSpan]]:
    """The spans of attendance that prove units, with what their units are worth."""
    rates = counting.once(rates_known)
    for span in one.taught:
        if span.attended and one.steps:
            line = (span.module, span.offered_by, str(span.to_on.year))
            key = span_key(span.from_on, span.to_on, span.held, rate_of(span, rates))
            yield line, (span.offer_id, key)


def _sure(counting: Counting, one: Standing) -> Iterable[tuple[Key, ApartSpan]]:
    """Those of a case that counts."""
    return () if missing_of(counting, one) else _spans(counting, one)


def _weeks(counting: Counting, one: Attendance, *, missing_too: bool) -> Iterator[tuple[Key, _Week]]:
    """The weeks of a course that a participant was in who earns its flat rate."""
    if not _earns(counting, one):
        return
    weeks = sorted(one.weeks_on_record())
    if missing_too:
        weeks += one.weeks_missing()
    p = one.participation
    for week in weeks:
        line = line_of_week(counting, str(p.module), p.offer_id.bytes, week)
        yield line, (p.offer_id, monday_of(week))


def _earns(counting: Counting, one: Attendance) -> bool:
    p = one.participation
    entered_on = one.entered_on
    if entered_on is None:
        return False
    return counting.once(courses).earns(p.offer_id.bytes, str(p.module), entered_on)


def _seats(counting: Counting, one: AskedSeat) -> Iterator[tuple[Key, Hashable]]:
    """A seat that something keeps from being entered."""
    if one.module is not None and one.starts_on is not None and any(one.wanting()):
        place = counting.once(courses).place(one.seat.offer_id.bytes)
        yield (one.module, place, str(one.starts_on.year)), None


def _one_by_one(counting: Counting) -> Saved:
    """From every case and every participation."""
    place = counting.municipality
    every: dict[Course, set[SpanKey]] = defaultdict(set)
    sure: dict[Course, set[SpanKey]] = defaultdict(set)
    for one in counting.once(every_standing):
        if place in (None, one.place):
            counts = not missing_of(counting, one)
            for line, (offer_id, key) in _spans(counting, one):
                assert isinstance(offer_id, UUID)  # noqa: S101 # spans are of courses
                course = line, offer_id.bytes
                every[course].add(key)
                if counts:
                    sure[course].add(key)
    missing: dict[Course, set[int]] = defaultdict(set)
    on_record: dict[Course, set[int]] = defaultdict(set)
    for of in counting.once(every_attendance):
        if place in (None, of.place) and _earns(counting, of):
            p, offer = of.participation, of.participation.offer_id.bytes
            for weeks, found in ((of.weeks_missing(), missing), (of.weeks_on_record(), on_record)):
                for week in weeks:
                    found[line_of_week(counting, str(p.module), offer, week), offer].add(week)
    return Saved(every, sure, missing, on_record, late_lists(counting))


# --------------------------------------------------------------------- amounts


def _worth(counting: Counting, lost: Mapping[Course, Lost], bare: Mapping[Course, Bare]) -> dict[Key, Cell]:
    """What can be saved on each line that has anything to save, in the municipality asked for."""
    place = counting.municipality
    found: dict[Key, list[Cell]] = defaultdict(list)
    for (line, _), units in lost.items():
        if units.cents != 0:
            found[line].append(units.cents)
    for (line, _), weeks in bare.items():
        if weeks.cents is not None:
            found[line].append(weeks.cents)
    for seat in counting.once(asked_seats):
        if place in (None, seat.place):
            for line, _ in _seats(counting, seat):
                found[line].append(0)
    return {line: _sum(amounts) for line, amounts in found.items()}


def _sum(amounts: Iterable[Cell]) -> Cell:
    """The sum, or why one of them is not known."""
    total = 0
    for amount in amounts:
        if not isinstance(amount, int):
            return amount
        total += amount
    return total
