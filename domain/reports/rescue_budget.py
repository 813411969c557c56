"""What can be saved on each line of the budget: flat rates that only cases which do not count prove, or that nobody proves yet.

A teaching unit of a course is paid once, however many attended it: what another participant proves is not lost. So the
lines of the other tables do not add up to these, which are what the rescue is worth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from uuid import UUID

from domain.flat_rate import span_key
from domain.path import Title
from domain.reports import rescue_definitions as means
from domain.reports.definition import Counting
from domain.reports.evidence import ApartSpan, Kind, apart
from domain.reports.leaving_out import ItemTally
from domain.reports.rates_known import rates_known
from domain.reports.rescue_attendance import WEEK, Attendance, attendances
from domain.reports.rescue_cases import Standing, standings
from domain.reports.rescue_courses import courses, planned_units
from domain.reports.rescue_profile import missing_of
from domain.reports.rescue_seats import AskedSeat, asked_seats
from domain.reports.statistics import difference
from domain.reports.table import TOTAL, Cell, NotComputable, Table
from domain.reports.tally import Key, Tally, total_of_all
from domain.reports.teaching_units import rate_of

_WHOLE: Key = (TOTAL, TOTAL, TOTAL)


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
    of_cases = ItemTally(counting, tally, counting.once(standings))
    of_cases.apart("held", lambda one: _spans(counting, one))
    of_cases.apart("held_for_sure", lambda one: _sure(counting, one))
    of_lists = ItemTally(counting, tally, counting.once(attendances))
    of_lists.persons("weeks", lambda one: _weeks(counting, one, missing_too=True))
    of_lists.persons("weeks_on_record", lambda one: _weeks(counting, one, missing_too=False))
    ItemTally(counting, tally, counting.once(asked_seats)).count("seats", lambda one: _seats(counting, one))
    tally.derive("units_at_stake", difference, "held", "held_for_sure")
    tally.derive("weeks_without_list", difference, "weeks", "weeks_on_record")
    tally.declare(Kind.DERIVED, "at_stake")
    worth = _worth(counting)
    lines = sorted(worth)
    for key in lines:
        shown = ("units_at_stake", "weeks_without_list")
        tally.put("at_stake", key, worth[key], "units_by_rate", [tally.ref(column, key) for column in shown])
    known = [amount for amount in worth.values() if isinstance(amount, int)]
    whole = sum(known) if known or not worth else NotComputable.RATE_NOT_KNOWN
    tally.put("at_stake", _WHOLE, whole, "sum", [tally.ref("at_stake", key) for key in lines])
    return tally.table([*lines, _WHOLE])


# ------------------------------------------------------------- what is counted


def _spans(counting: Counting, one: Standing) -> Iterator[tuple[Key, Hashable]]:
    """The spans of attendance that prove units, with what their units are worth."""
    rates = counting.once(rates_known)
    for span in one.taught:
        if span.attended and one.steps:
            line = (span.module, span.offered_by, str(span.to_on.year))
            key = span_key(span.from_on, span.to_on, span.held, rate_of(span, rates))
            yield line, (span.offer_id, key)


def _sure(counting: Counting, one: Standing) -> Iterable[tuple[Key, Hashable]]:
    """Those of a case that counts."""
    return () if missing_of(counting, one) else _spans(counting, one)


def _weeks(counting: Counting, one: Attendance, *, missing_too: bool) -> Iterator[tuple[Key, Hashable]]:
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


# --------------------------------------------------------------------- amounts


def _worth(counting: Counting) -> dict[Key, Cell]:
    """What can be saved on each line that has anything to save, in the municipality asked for."""
    place = counting.municipality
    found: dict[Key, list[Cell]] = defaultdict(list)
    for key, amount in _of_units(counting, place):
        found[key].append(amount)
    for key, amount in _of_weeks(counting, place):
        found[key].append(amount)
    for seat in counting.once(asked_seats):
        if place in (None, seat.place):
            for key, _ in _seats(counting, seat):
                found[key].append(0)
    return {key: _sum(amounts) for key, amounts in found.items()}


def _of_units(counting: Counting, place: str | None) -> Iterator[tuple[Key, Cell]]:
    """What is proven together, less what those who count prove alone."""
    every: dict[Key, set[ApartSpan]] = defaultdict(set)
    sure: dict[Key, set[ApartSpan]] = defaultdict(set)
    for one in counting.once(standings):
        if place in (None, one.place):
            for key, span in _spans(counting, one):
                every[key].add(span)  # type: ignore[arg-type] # what _spans yields is spans
            for key, span in _sure(counting, one):
                sure[key].add(span)  # type: ignore[arg-type] # likewise
    for key, spans in every.items():
        if spans != sure[key]:
            together, alone = _amount(spans), _amount(sure[key])
            if isinstance(together, int) and isinstance(alone, int):
                if together != alone:
                    yield key, together - alone
            else:
                yield key, NotComputable.RATE_NOT_KNOWN


def _amount(spans: set[ApartSpan]) -> Cell:
    """Units times rate of those that share no day; a span names its rate."""
    total = 0
    for _, (_, _, units, code, cents) in apart(spans):
        if not code:
            return NotComputable.RATE_NOT_KNOWN
        total += units * cents
    return total


def _of_weeks(counting: Counting, place: str | None) -> Iterator[tuple[Key, Cell]]:
    """The planned units of the weeks of a course for which there is no list of anybody."""
    told = counting.once(courses)
    on_record: set[Hashable] = set()
    missing: dict[tuple[Key, UUID], set[date]] = defaultdict(set)
    rates: dict[tuple[Key, UUID], set[int | None]] = defaultdict(set)
    for one in counting.once(attendances):
        if place in (None, one.place):
            on_record.update(week for _, week in _weeks(counting, one, missing_too=False))
    for one in counting.once(attendances):
        if place not in (None, one.place):
            continue
        p = one.participation
        for key, week in _weeks(counting, one, missing_too=True):
            if week not in on_record:
                monday: date = week[1]  # type: ignore[index] # an offer and a Monday
                missing[key, p.offer_id].add(monday)
                rates[key, p.offer_id].add(
                    told.rate(p.offer_id, str(p.module), monday, monday + WEEK, one.case)
                )
    for (key, offer_id), weeks in missing.items():
        known, course = rates[key, offer_id], told.of(offer_id)
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
