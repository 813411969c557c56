"""The lines of the rescue list: a case that lacks an answer, a list that is missing, a form with what cures it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.reports.definition import Counting
from domain.reports.rates_known import Programme, rates_known
from domain.reports.rescue_courses import courses
from domain.reports.rescue_cut_off import cut_off
from domain.reports.rescue_vocabulary import Call, Cure, Form, Missing
from domain.reports.rescue_weeks import monday_of, sunday_of
from domain.reports.table import Cell, NotComputable
from domain.reports.tally import Key
from domain.values import FundingModule


class Rescue(NamedTuple):
    """A case that was entered and lacks an answer."""

    case: bytes
    place: str
    missing: tuple[Missing, ...]
    call: Call
    contact: str
    participations: int
    at_risk: Cell

    @property
    def key(self) -> Key:
        """Its line."""
        return (written_id(self.case),)


def in_order(rescues: Collection[Rescue]) -> list[Rescue]:
    """Those with the most money at risk first, then with most participations, then by number."""
    return sorted(rescues, key=lambda one: (-lost(one.at_risk), -one.participations, one.case))


def at_risk(counting: Counting, cents: int | None, modules: Collection[str]) -> Cell:
    """What the teaching units that a case attended by the reference date are worth, as far as their rate is known;
    ``cents`` is None when it is of none, ``modules`` are those that were entered."""
    if cents is not None:
        return cents
    # Nobody attended a unit whose rate is known: 0 where there is a rate for a module that was entered.
    rates = counting.once(rates_known)
    known = any(rates.any_for(module, counting.as_of) for module in FundingModule if module in modules)
    return 0 if known else NotComputable.RATE_NOT_KNOWN


class LateList(NamedTuple):
    """A participation in a course with ``weeks``, in their order, that were over and have no list."""

    case: bytes
    participation: bytes
    offer: bytes
    module: str
    programme: Programme
    place: str
    entered_on: date
    weeks: list[int]

    @property
    def key(self) -> Key:
        """Its line."""
        return written_id(self.case), Form.ATTENDANCE_LIST.value, written_id(self.participation)


class MissingForm(NamedTuple):
    """A line: how many such forms are missing, by when they can be cured, by which entry, through whom, and what hangs on
    them."""

    number: int
    by_on: date
    call: Call
    contact: str
    place: str
    cure: Cure
    rate: Cell
    at_stake: Cell


def form_of_list(counting: Counting, one: LateList) -> MissingForm:
    """The lists of a participation; one that was entered too late earns nothing."""
    told = counting.once(courses)
    course = told.of(one.offer)
    first, last = monday_of(one.weeks[0]), monday_of(one.weeks[-1])
    rate = told.rate(one.offer, one.module, first, last, one.programme)
    early = told.earns(one.offer, one.module, one.entered_on)
    return MissingForm(
        len(one.weeks),
        cut_off(counting),
        Call.PROVIDER,
        "" if course is None else course.provider,
        one.place,
        Cure.ATTENDANCE_RECORDED,
        NotComputable.RATE_NOT_KNOWN if rate is None else rate,
        told.worth(one.offer, len(one.weeks), rate) if early else 0,
    )


def rate_of_week(counting: Counting, one: LateList, week: int) -> int | None:
    """What a unit of a week without a list is paid with."""
    days = monday_of(week), sunday_of(week)
    return counting.once(courses).rate(one.offer, one.module, *days, one.programme)


def form_of_case(place: str, in_charge: tuple[Call, str], by_on: date, cure: Cure) -> MissingForm:
    """A form of the case itself. No flat rate is recorded to hang on it."""
    nothing = NotComputable.NOT_RECORDED
    return MissingForm(1, by_on, *in_charge, place, cure, nothing, nothing)


def lost(cell: Cell) -> int:
    """What is lost for sure, for the order of the lines: what cannot be computed counts for nothing here."""
    return cell if isinstance(cell, int) else 0


def written_id(packed: bytes) -> str:
    """An id as a line names it.

    >>> written_id(bytes(15) + b"A")
    '00000000-0000-0000-0000-000000000041'
    """
    return str(UUID(bytes=packed))
