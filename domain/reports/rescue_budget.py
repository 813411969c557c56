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
from domain.reports.fact_columns import column, ids
from domain.reports.facts import CaseFact
from domain.reports.leaving_out import ItemTally
from domain.reports.rates_known import Programme, rates_known
from domain.reports.rescue_at_once import at_once
from domain.reports.rescue_attendance import WEEK, Attendance
from domain.reports.rescue_cases import Standing
from domain.reports.rescue_courses import courses, planned_units
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
    whole = sum(known) if known or not worth else worth[lines[0]]
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
    if _earns(counting, one):
        yield from (_week(counting, one, monday) for monday in one.weeks_on_record())
    if missing_too:
        yield from _missing_weeks(counting, one)


def _missing_weeks(counting: Counting, one: Attendance) -> Iterator[tuple[Key, _Week]]:
    """Those of them for which a list is missing."""
    if _earns(counting, one):
        yield from (_week(counting, one, monday) for monday in one.weeks_missing())


def _earns(counting: Counting, one: Attendance) -> bool:
    p = one.participation
    entered_on = one.entered_on
    return entered_on is not None and counting.once(courses).earns(p.offer_id, str(p.module), entered_on)


def _week(counting: Counting, one: Attendance, monday: date) -> tuple[Key, _Week]:
    p = one.participation
    place = counting.once(courses).place(p.offer_id)
    return (str(p.module), place, str((monday + WEEK).year)), (p.offer_id, monday)


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
    """From the courses that a case which lacks an answer attended, and from the weeks that are missing somewhere."""
    once, told = counting.once(at_once), counting.once(courses)
    touched = {span.offer_id.bytes for one in once.standings for span in one.taught}
    weeks = {item for one in once.lists for item in _missing_weeks(counting, one)}
    bare: dict[bytes, set[tuple[Key, date]]] = defaultdict(set)
    for key, (offer_id, monday) in weeks:
        bare[offer_id.bytes].add((key, monday))
    spans_of: dict[bytes, tuple[set[_Said], set[_Said]]] = {}
    on_record: set[tuple[Key, _Week]] = set()
    as_of, programmes = counting.as_of.isoformat(), counting.once(_programmes)
    for case, offer, module, entered_on, left_on, _, spans in once.attended:
        if offer in touched:
            every, sure = spans_of.setdefault(offer, (set(), set()))
            programme = programmes[case]
            said = [
                (module, programme, from_on, to_on, held)
                for from_on, to_on, present, held, _ in spans
                if present and to_on <= as_of
            ]
            every.update(said)
            if case not in once.incomplete:
                sure.update(said)
        if offer in bare and told.earns(UUID(bytes=offer), module, entered_on):
            last = min(left_on or counting.as_of, counting.as_of)
            for key, monday in bare[offer]:
                first_day, last_day = monday.isoformat(), (monday + WEEK).isoformat()
                if monday <= last and any(span[0] <= last_day and first_day <= span[1] for span in spans):
                    on_record.add((key, (UUID(bytes=offer), monday)))
    differing = [(UUID(bytes=offer), both) for offer, both in spans_of.items() if both[0] != both[1]]
    return Saved(
        every={item for offer_id, (every, _) in differing for item in _spans_said(counting, offer_id, every)},
        sure={item for offer_id, (_, sure) in differing for item in _spans_said(counting, offer_id, sure)},
        weeks=weeks,
        on_record=on_record,
        rates=_rates(counting, once.lists),
    )


def _programmes(counting: Counting) -> dict[bytes, Programme]:
    """The path of every case."""
    facts = counting.facts.cases
    of = zip(column(facts, CaseFact, "path"), column(facts, CaseFact, "path_version"), strict=True)
    return dict(zip(ids(facts, CaseFact, "case_id"), of, strict=True))


_Said: TypeAlias = tuple[str, Programme, str, str, int]
"""Module and programme, first and last day as they are written, units held."""


def _spans_said(counting: Counting, offer_id: UUID, said: Iterable[_Said]) -> Iterator[tuple[Key, ApartSpan]]:
    """As ``_spans`` of the cases has them."""
    place, rates = counting.once(courses).place(offer_id), counting.once(rates_known)
    for module, programme, from_on, to_on, held in said:
        first, last = date.fromisoformat(from_on), date.fromisoformat(to_on)
        rate = rates.for_days(module, place, first, last, programme)
        yield (module, place, to_on[:4]), (offer_id, span_key(first, last, held, rate))


def _rates(counting: Counting, lists: Iterable[Attendance]) -> dict[_Week, set[int | None]]:
    """What a unit of each missing week is paid with, for each who lacks the list of it."""
    told = counting.once(courses)
    found: dict[_Week, set[int | None]] = defaultdict(set)
    for one in lists:
        p = one.participation
        if _earns(counting, one):
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
