"""Forms and answers that money or counting hang on until the cut-off, each with what cures it, whom to call, and what it costs.

A case that has all answers is still not paid for when nobody recorded who came, and still not counted when a seat is not
entered or nobody asked after six months. Each line says which entry would cure it, who can make it, how many days are
left, and what the flat rates are that hang on it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final

from domain.path import Title
from domain.reports import rescue_definitions as means
from domain.reports.definition import Counting
from domain.reports.evidence import Kind
from domain.reports.leaving_out import ItemTally
from domain.reports.rescue_attendance import Attendance, every_attendance
from domain.reports.rescue_cases import Standing, every_standing
from domain.reports.rescue_courses import courses, weeks_of
from domain.reports.rescue_listed import forms_of_cases, is_coached, late_lists
from domain.reports.rescue_one_by_one import follow_up, late_list, residence
from domain.reports.rescue_papers import in_charge
from domain.reports.rescue_rows import MissingForm, form_of_list, lost
from domain.reports.rescue_seats import AskedSeat, asked_seats
from domain.reports.rescue_vocabulary import Call
from domain.reports.rescue_weeks import monday_of
from domain.reports.table import Line, NotComputable, Table
from domain.reports.tally import Key, Tally


def forms(counting: Counting) -> Table:
    """The lines, those with the most money first, then those with the fewest days left."""
    found = counting.once(missing_forms)
    lines = sorted(
        (_line(counting, key, form) for key, form in found.items()),
        key=lambda line: (-lost(line.cells[_AT_STAKE]), line.cells[_DAYS_LEFT], line.key),
    )
    if counting.evidence is None:
        return Table(id=_ID, title=_TITLE, keys=_KEYS, columns=means.FORMS, lines=tuple(lines))
    place = counting.municipality
    tally = Tally(
        id=_ID,
        title=_TITLE,
        keys=_KEYS,
        columns=means.FORMS,
        evidence=counting.evidence,
        within=None if place is None else lambda item: item.place == place,
    )

    def follow_ups(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        return ((key, None) for key, _ in follow_up(counting, one))

    def residences(one: Standing) -> Iterator[tuple[Key, Hashable]]:
        return ((key, None) for key, _ in residence(counting, one))

    for counted, of_one in (
        (counting.once(every_attendance), _lists),
        (counting.once(every_standing), follow_ups),
        (counting.once(every_standing), residences),
        (counting.once(asked_seats), _seats),
    ):
        ItemTally(counting, tally, counted).count("missing_forms", of_one)
    tally.declare(Kind.DERIVED, *_FUNCTIONS)
    for line in lines:
        cells = dict(zip((column.id for column in means.FORMS), line.cells, strict=True))
        for column, function in _FUNCTIONS.items():
            tally.put(column, line.key, cells[column], function, (tally.ref("missing_forms", line.key),))
    return tally.table([line.key for line in lines])


_ID: Final = "forms"
_TITLE: Final = Title(de="Fehlende Formulare und Antworten", en="Missing forms and answers")
_KEYS: Final = (
    Title(de="Fall", en="case"),
    Title(de="Formular", en="form"),
    Title(de="Teilnahme", en="participation"),
)
_COLUMNS: Final = [column.id for column in means.FORMS]
_AT_STAKE: Final = _COLUMNS.index("at_stake")
_DAYS_LEFT: Final = _COLUMNS.index("days_left")
_FUNCTIONS: Final = {
    "days_left": "days_to_last_day",
    "call": "who_can_cure",
    "contact": "in_charge_as_known",
    "place": "municipality_of_case",
    "cure": "entry_that_cures",
    "rate": "rate_in_force",
    "at_stake": "planned_units_by_rate",
}
"""By which function each column is derived from the forms missing."""


def _line(counting: Counting, key: Key, form: MissingForm) -> Line:
    """A form with all columns, as ``means.FORMS`` has them."""
    number, by_on, call, contact, place, cure, rate, at_stake = form
    left = (by_on - counting.as_of).days
    return Line(key=key, cells=(number, left, call.value, contact, place, cure.value, rate, at_stake))


def _lists(one: Attendance) -> Iterator[tuple[Key, Hashable]]:
    """The weeks for which a list is missing, all in one line."""
    if weeks := one.weeks_missing():
        key = late_list(one, weeks).key
        yield from ((key, monday_of(week)) for week in weeks)


def _seats(one: AskedSeat) -> Iterator[tuple[Key, Hashable]]:
    """What keeps a seat from being entered, each in a line of its own."""
    for wanting in one.wanting():
        yield (str(one.case_id), wanting.form.value, str(one.seat.participation_id)), None


def missing_forms(counting: Counting) -> dict[Key, MissingForm]:
    """Every line of the municipality asked for by its key; to be asked with ``counting.once``."""
    place = counting.municipality
    found = {one.key: form_of_list(counting, one) for one in late_lists(counting)}
    found.update(forms_of_cases(counting))
    for seat in counting.once(asked_seats):
        if place in (None, seat.place):
            found.update(_of_seat(counting, seat))
    return found


def _of_seat(counting: Counting, one: AskedSeat) -> Iterator[tuple[Key, MissingForm]]:
    wanted = list(one.wanting())
    if not wanted or one.starts_on is None or one.module is None:
        return
    told, seat, offer = counting.once(courses), one.seat, one.seat.offer_id.bytes
    course = told.of(offer)
    programme = one.case.path, one.case.path_version
    rate = told.rate(offer, one.module, one.starts_on, one.ends_on or one.starts_on, programme)
    at_stake = told.worth(offer, 0 if course is None else weeks_of(course), rate)
    staff = in_charge(one.papers, is_coached(counting, one.case_id.bytes))
    for wanting in wanted:
        call, contact = staff
        if wanting.call is Call.PROVIDER:
            call, contact = Call.PROVIDER, seat.provider if course is None else course.provider
        yield (
            (str(one.case_id), wanting.form.value, str(seat.participation_id)),
            MissingForm(
                number=1,
                by_on=wanting.by_on,
                call=call,
                contact=contact,
                place=one.place,
                cure=wanting.cure,
                rate=NotComputable.RATE_NOT_KNOWN if rate is None else rate,
                at_stake=at_stake,
            ),
        )
