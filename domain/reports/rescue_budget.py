"""What can be saved on each line of the budget: flat rates that only cases which do not count prove, or that nobody proves yet.

A teaching unit of a course is paid once, however many attended it: what another participant proves is not lost. So the
lines of the other tables do not add up to these, which are what the rescue is worth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from datetime import date
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from domain.flat_rate import span_key
from domain.path import Title
from domain.reports import rescue_definitions as means
from domain.reports.definition import Counting
from domain.reports.evidence import ApartSpan, Kind, apart
from domain.reports.facts import CaseFact, ParticipationFact
from domain.reports.leaving_out import ItemTally
from domain.reports.rates_known import rates_known
from domain.reports.rescue_at_once import Spans, at_once
from domain.reports.rescue_attendance import WEEK, Attendance, attendance_of
from domain.reports.rescue_cases import Standing
from domain.reports.rescue_courses import case_by_id, courses, planned_units
from domain.reports.rescue_seats import AskedSeat, asked_seats
from domain.reports.rescue_standings import attendances, missing_of, standings
from domain.reports.statistics import difference
from domain.reports.table import TOTAL, Cell, NotComputable, Table
from domain.reports.tally import Key, Tally, total_of_all
from domain.reports.teaching_units import rate_of

_WHOLE: Final[Key] = (TOTAL, TOTAL, TOTAL)
_Week: TypeAlias = tuple[UUID, date]
"""A course and the Monday of one of its weeks."""


def budget(counting: Counting) -> Table:
    """A line for each module, municipality of the offer and year on which something can be saved, and their sum."""
    place = counting.municipality
    tally = Tally(
        id="budget",
        title=Title(
            de="Was je Zeile des Finanzierungsplans zu retten ist",
            en="What can be saved on each line of the budget",
        ),
        keys=(
            Title(de="Förderbaustein", en="funding module"),
            Title(de="Kommune (AGS)", en="municipality (AGS)"),
            Title(de="Jahr", en="year"),
        ),
        columns=means.BUDGET,
        evidence=counting.evidence,
        totals=total_of_all,
        within=None if place is None else lambda item: item.place == place,
        hidden=("held", "held_for_sure", "weeks", "weeks_on_record"),
    )
    saved = counting.once(_one_by_one if counting.evidence is not None else _of_what_is_missing)
    if counting.evidence is not None:
        of_cases = ItemTally(counting, tally, counting.once(standings))
        of_cases.apart("held", lambda one: _spans(counting, one))
        of_cases.apart("held_for_sure", lambda one: _sure(counting, one))
        of_lists = ItemTally(counting, tally, counting.once(attendances))
        of_lists.persons("weeks", lambda one: _weeks(counting, one, missing_too=True))
        of_lists.persons("weeks_on_record", lambda one: _weeks(counting, one, missing_too=False))
    else:
        tally.apart("held", saved.every, _line, _nothing, _group)
        tally.apart("held_for_sure", saved.sure, _line, _nothing, _group)
        tally.persons("weeks", saved.weeks, _line, _nothing, person=_group)
        tally.persons("weeks_on_record", saved.on_record, _line, _nothing, person=_group)
    ItemTally(counting, tally, counting.once(asked_seats)).count("seats", lambda one: _seats(counting, one))
    tally.derive("units_at_stake", difference, "held", "held_for_sure")
    tally.derive("weeks_without_list", difference, "weeks", "weeks_on_record")
    tally.declare(Kind.DERIVED, "at_stake")
    worth = _worth(counting, saved)
    lines = sorted(worth)
    for key in lines:
        shown = ("units_at_stake", "weeks_without_list")
        tally.put("at_stake", key, worth[key], "units_by_rate", [tally.ref(column, key) for column in shown])
    known = [amount for amount in worth.values() if isinstance(amount, int)]
    whole = sum(known) if known or not worth else NotComputable.RATE_NOT_KNOWN
    tally.put("at_stake", _WHOLE, whole, "sum", [tally.ref("at_stake", key) for key in lines])
    return tally.table([*lines, _WHOLE])


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
    p, told = one.participation, counting.once(courses)
    if one.entered_on is None or not told.earns(p.offer_id, str(p.module), one.entered_on):
        return
    weeks = [*one.weeks_on_record(), *(one.weeks_missing() if missing_too else ())]
    place = told.place(p.offer_id)
    for monday in weeks:
        yield (str(p.module), place, str((monday + WEEK).year)), (p.offer_id, monday)


def _seats(counting: Counting, one: AskedSeat) -> Iterator[tuple[Key, Hashable]]:
    """A seat that something keeps from being entered."""
    if one.module is not None and one.starts_on is not None and any(one.wanting()):
        place = counting.once(courses).place(one.seat.offer_id)
        yield (one.module, place, str(one.starts_on.year)), None


# ------------------------------------------------------ where to look for it


class Saved(NamedTuple):
    """What may be lost, as (line, span or week of a course): the spans of ``every`` case and of those that count for
    ``sure``, the ``weeks`` and those with a list; ``rates`` are those of a unit of the missing weeks of a course."""

    every: Collection[tuple[Key, ApartSpan]]
    sure: Collection[tuple[Key, ApartSpan]]
    weeks: Collection[tuple[Key, _Week]]
    on_record: Collection[tuple[Key, _Week]]
    rates: Mapping[_Week, Collection[int | None]]


def _one_by_one(counting: Counting) -> Saved:
    """From every case and every participation."""
    place = counting.municipality
    here = [one for one in counting.once(standings) if place in (None, one.place)]
    lists = [one for one in counting.once(attendances) if place in (None, one.place)]
    return Saved(
        every={item for one in here for item in _spans(counting, one)},
        sure={item for one in here for item in _sure(counting, one)},
        weeks={item for one in lists for item in _weeks(counting, one, missing_too=True)},
        on_record={item for one in lists for item in _weeks(counting, one, missing_too=False)},
        rates=_rates(counting, lists),
    )


def _of_what_is_missing(counting: Counting) -> Saved:
    """From the courses of the cases that lack an answer, and from those with a week that is missing."""
    once = counting.once(at_once)
    touched = {span.offer_id for one in once.standings for span in one.taught}
    bare = {one.participation.offer_id for one in once.lists}
    known = counting.once(case_by_id)
    every: set[tuple[Key, ApartSpan]] = set()
    sure: set[tuple[Key, ApartSpan]] = set()
    weeks: set[tuple[Key, _Week]] = set()
    on_record: set[tuple[Key, _Week]] = set()
    for p, spans in once.attended:
        if p.offer_id in touched:
            found = _spans_of(counting, p, known[p.case_id], spans)
            every |= found
            if p.case_id not in once.incomplete:
                sure |= found
        if p.offer_id in bare:
            one = attendance_of(p, known[p.case_id], spans, counting.as_of)
            on_record.update(_weeks(counting, one, missing_too=False))
    for one in once.lists:
        weeks.update(_weeks(counting, one, missing_too=True))
    return Saved(every, sure, weeks | on_record, on_record, _rates(counting, once.lists))


def _spans_of(
    counting: Counting, p: ParticipationFact, case: CaseFact, spans: Spans
) -> set[tuple[Key, ApartSpan]]:
    """As ``_spans`` of the case has them, of one participation."""
    as_of, place = counting.as_of.isoformat(), counting.once(courses).place(p.offer_id)
    module, programme = str(p.module), (case.path, case.path_version)
    found: set[tuple[Key, ApartSpan]] = set()
    for from_on, to_on, present, held, _ in spans:
        if present and to_on <= as_of:
            first, last = date.fromisoformat(from_on), date.fromisoformat(to_on)
            rate = counting.once(rates_known).for_days(module, place, first, last, programme)
            key = span_key(first, last, held, rate)
            found.add(((module, place, to_on[:4]), (p.offer_id, key)))
    return found


def _rates(counting: Counting, lists: Iterable[Attendance]) -> dict[_Week, set[int | None]]:
    """What a unit of each missing week is paid with, for each who lacks the list of it."""
    told = counting.once(courses)
    found: dict[_Week, set[int | None]] = defaultdict(set)
    for one in lists:
        p = one.participation
        if one.entered_on is not None and told.earns(p.offer_id, str(p.module), one.entered_on):
            for monday in one.weeks_missing():
                rate = told.rate(p.offer_id, str(p.module), monday, monday + WEEK, one.case)
                found[p.offer_id, monday].add(rate)
    return found


_line: Final = itemgetter(0)
_group: Final = itemgetter(1)


def _nothing(_: object) -> tuple[int, ...]:
    return ()


# --------------------------------------------------------------------- amounts


def _worth(counting: Counting, saved: Saved) -> dict[Key, Cell]:
    """What can be saved on each line that has anything to save, in the municipality asked for."""
    place = counting.municipality
    found: dict[Key, list[Cell]] = defaultdict(list)
    for key, amount in _of_units(saved):
        found[key].append(amount)
    for key, amount in _of_weeks(counting, saved):
        found[key].append(amount)
    for seat in counting.once(asked_seats):
        if place in (None, seat.place):
            for key, _ in _seats(counting, seat):
                found[key].append(0)
    return {key: _sum(amounts) for key, amounts in found.items()}


def _of_units(saved: Saved) -> Iterator[tuple[Key, Cell]]:
    """Of each course what is proven together, less what those who count prove alone."""
    every: dict[tuple[Key, Hashable], set[ApartSpan]] = defaultdict(set)
    sure: dict[tuple[Key, Hashable], set[ApartSpan]] = defaultdict(set)
    for of, items in ((every, saved.every), (sure, saved.sure)):
        for key, span in items:
            of[key, span[0]].add(span)
    for course, spans in every.items():
        if spans != sure[course]:
            together, alone = _amount(spans), _amount(sure[course])
            if not isinstance(together, int) or not isinstance(alone, int):
                yield course[0], NotComputable.RATE_NOT_KNOWN
            elif together != alone:
                yield course[0], together - alone


def _amount(spans: set[ApartSpan]) -> Cell:
    """Units times rate of those that share no day; a span names its rate."""
    total = 0
    for _, (_, _, units, code, cents) in apart(spans):
        if not code:
            return NotComputable.RATE_NOT_KNOWN
        total += units * cents
    return total


def _of_weeks(counting: Counting, saved: Saved) -> Iterator[tuple[Key, Cell]]:
    """The planned units of the weeks of a course for which there is no list of anybody."""
    told = counting.once(courses)
    with_list = {week for _, week in saved.on_record}
    missing: dict[tuple[Key, UUID], set[date]] = defaultdict(set)
    for key, (offer_id, monday) in saved.weeks:
        if (offer_id, monday) not in with_list:
            missing[key, offer_id].add(monday)
    for (key, offer_id), weeks in missing.items():
        known = {rate for monday in weeks for rate in saved.rates[offer_id, monday]}
        course = told.of(offer_id)
        if None in known or len(known) > 1:
            yield key, NotComputable.RATE_NOT_KNOWN
        elif course is None:
            yield key, NotComputable.NOT_RECORDED
        else:
            [rate] = known
            yield key, planned_units(course, len(weeks)) * (rate or 0)


def _sum(amounts: Iterable[Cell]) -> Cell:
    """The sum, or why one of them is not known."""
    total = 0
    for amount in amounts:
        if not isinstance(amount, int):
            return amount
        total += amount
    return total
