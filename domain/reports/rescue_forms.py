"""Forms and answers that money or counting hang on until the cut-off, each with what cures it, whom to call, and what it costs.

A case that has all answers is still not paid for when nobody recorded who came, and still not counted when a seat is not
entered or nobody asked after six months. Each line says which entry would cure it, who can make it, how many days are
left, and what the flat rates are that hang on it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import date
from typing import NamedTuple

from domain.path import Title
from domain.periods import end_of
from domain.reports import rescue_definitions as means
from domain.reports.definition import Counting
from domain.reports.evidence import Kind
from domain.reports.leaving_out import ItemTally
from domain.reports.rescue_attendance import Attendance
from domain.reports.rescue_cases import FOLLOW_UP_AFTER, Standing, coached
from domain.reports.rescue_courses import courses, weeks_of
from domain.reports.rescue_cut_off import cut_off
from domain.reports.rescue_papers import in_charge
from domain.reports.rescue_seats import AskedSeat, asked_seats
from domain.reports.rescue_standings import attendances, coached_cases, standings
from domain.reports.rescue_vocabulary import Call, Cure, Form, Profile
from domain.reports.table import Cell, NotComputable, Table
from domain.reports.tally import Key, Tally


class MissingForm(NamedTuple):
    """A line: by when it can be cured, by which entry, through whom, and what hangs on it."""

    by_on: date
    call: Call
    contact: str
    place: str
    cure: Cure
    rate: Cell
    at_stake: Cell


def lost(cell: Cell) -> int:
    """What is lost for sure, for the order of the lines: what cannot be computed counts for nothing here."""
    return cell if isinstance(cell, int) else 0


def forms(counting: Counting) -> Table:
    """The lines, those with the most money first, then those with the fewest days left."""
    place = counting.municipality
    tally = Tally(
        id="forms",
        title=Title(de="Fehlende Formulare und Antworten", en="Missing forms and answers"),
        keys=(
            Title(de="Fall", en="case"),
            Title(de="Formular", en="form"),
            Title(de="Teilnahme", en="participation"),
        ),
        columns=means.FORMS,
        evidence=counting.evidence,
        within=None if place is None else lambda item: item.place == place,
    )

    def follow_ups(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        return ((key, None) for key, _ in _follow_up(counting, one))

    def residences(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        return ((key, None) for key, _ in _residence(counting, one))

    for counted, of_one in (
        (counting.once(attendances), lists),
        (counting.once(standings), follow_ups),
        (counting.once(standings), residences),
        (counting.once(asked_seats), seats),
    ):
        ItemTally(counting, tally, counted).count("missing_forms", of_one)
    tally.declare(Kind.DERIVED, "call", "contact", "place", "cure", "days_left", "rate", "at_stake")
    found = counting.once(missing_forms)
    left = {key: (line.by_on - counting.as_of).days for key, line in found.items()}
    for key, line in found.items():
        rests = (tally.ref("missing_forms", key),)
        tally.put("days_left", key, left[key], "days_to_last_day", rests)
        tally.put("call", key, line.call.value, "who_can_cure", rests)
        tally.put("contact", key, line.contact, "in_charge_as_known", rests)
        tally.put("place", key, line.place, "municipality_of_case", rests)
        tally.put("cure", key, line.cure.value, "entry_that_cures", rests)
        tally.put("rate", key, line.rate, "rate_in_force", rests)
        tally.put("at_stake", key, line.at_stake, "planned_units_by_rate", rests)
    return tally.table(sorted(found, key=lambda key: (-lost(found[key].at_stake), left[key], key)))


def lists(one: Attendance) -> Iterator[tuple[Key, Hashable]]:
    """The weeks for which a list is missing, all in one line."""
    key = _list_key(one)
    return ((key, monday) for monday in one.weeks_missing())


def _list_key(one: Attendance) -> Key:
    return str(one.case_id), Form.ATTENDANCE_LIST.value, str(one.participation.participation_id)


def seats(one: AskedSeat) -> Iterator[tuple[Key, Hashable]]:
    """What keeps a seat from being entered, each in a line of its own."""
    for wanting in one.wanting():
        yield (str(one.case_id), wanting.form.value, str(one.seat.participation_id)), None


def missing_forms(counting: Counting) -> dict[Key, MissingForm]:
    """Every line of the municipality asked for by its key; to be asked with ``counting.once``."""
    place = counting.municipality
    found: dict[Key, MissingForm] = {}
    for one in counting.once(attendances):
        if place in (None, one.place) and (weeks := list(one.weeks_missing())):
            found[_list_key(one)] = _missing_list(counting, one, weeks)
    for standing in counting.once(standings):
        if place in (None, standing.place):
            found.update(_follow_up(counting, standing))
            found.update(_residence(counting, standing))
    for seat in counting.once(asked_seats):
        if place in (None, seat.place):
            found.update(_of_seat(counting, seat))
    return found


def _missing_list(counting: Counting, one: Attendance, weeks: list[date]) -> MissingForm:
    p, told = one.participation, counting.once(courses)
    course = told.of(p.offer_id)
    rate = told.rate(p.offer_id, str(p.module), weeks[0], weeks[-1], one.case)
    at_stake = told.worth(p.offer_id, len(weeks), rate)
    if one.entered_on is not None and not told.earns(p.offer_id, str(p.module), one.entered_on):
        at_stake = 0
    return MissingForm(
        by_on=cut_off(counting),
        call=Call.PROVIDER,
        contact="" if course is None else course.provider,
        place=one.place,
        cure=Cure.ATTENDANCE_RECORDED,
        rate=NotComputable.RATE_NOT_KNOWN if rate is None else rate,
        at_stake=at_stake,
    )


def _of_seat(counting: Counting, one: AskedSeat) -> Iterator[tuple[Key, MissingForm]]:
    wanted = list(one.wanting())
    if not wanted or one.starts_on is None or one.module is None:
        return
    told, seat = counting.once(courses), one.seat
    course = told.of(seat.offer_id)
    rate = told.rate(seat.offer_id, one.module, one.starts_on, one.ends_on or one.starts_on, one.case)
    at_stake = told.worth(seat.offer_id, 0 if course is None else weeks_of(course), rate)
    staff = in_charge(one.papers, one.case_id.bytes in counting.once(coached_cases))
    for wanting in wanted:
        call, contact = staff
        if wanting.call is Call.PROVIDER:
            call, contact = Call.PROVIDER, seat.provider if course is None else course.provider
        key = (str(one.case_id), wanting.form.value, str(seat.participation_id))
        yield (
            key,
            MissingForm(
                by_on=wanting.by_on,
                call=call,
                contact=contact,
                place=one.place,
                cure=wanting.cure,
                rate=NotComputable.RATE_NOT_KNOWN if rate is None else rate,
                at_stake=at_stake,
            ),
        )


def falls_due(counting: Counting, one: Standing) -> date | None:
    """The day by which a follow-up is due by the cut-off, of a case where nobody has asked yet."""
    if one.closed_on is None or one.settled_on is not None:
        return None
    due = end_of(one.closed_on, FOLLOW_UP_AFTER)
    return due if due <= cut_off(counting) else None


def _follow_up(counting: Counting, one: Standing) -> Iterator[tuple[Key, MissingForm]]:
    asked = counting.parameters["profile"] == Profile.ESF_PLUS.value
    if asked and one.steps and (due := falls_due(counting, one)) is not None:
        yield (
            (str(one.case_id), Form.FOLLOW_UP.value, ""),
            _of_case(counting, one, due, Cure.FOLLOW_UP_OUTCOME_RECORDED),
        )


def _residence(counting: Counting, one: Standing) -> Iterator[tuple[Key, MissingForm]]:
    """A status that ends before the cut-off, of a case that was entered and goes on."""
    if not one.steps or one.papers is None or one.closed_on is not None or one.declined_on is not None:
        return
    until = one.papers.residence_until(counting.as_of)
    if until is not None and until < cut_off(counting):
        key = (str(one.case_id), Form.RESIDENCE.value, "")
        yield key, _of_case(counting, one, until, Cure.RESIDENCE_STATUS_CHANGED)


def _of_case(counting: Counting, one: Standing, by_on: date, cure: Cure) -> MissingForm:
    """No flat rate is recorded to hang on it."""
    call, contact = in_charge(one.papers, coached(one) and one.closed_on is None)
    nothing = NotComputable.NOT_RECORDED
    return MissingForm(
        by_on=by_on, call=call, contact=contact, place=one.place, cure=cure, rate=nothing, at_stake=nothing
    )
