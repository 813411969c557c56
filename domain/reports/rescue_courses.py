"""What a course is worth by what was published of it: its teaching units, spread evenly over its weeks, times their rate."""

from __future__ import annotations

from datetime import date

from domain.periods import end_of
from domain.reports.definition import Counting, of_no_case
from domain.reports.fact_columns import column, fact_at, ids
from domain.reports.facts import CaseFact, CourseFact, OfferFact
from domain.reports.rates_known import Programme, rates_known
from domain.reports.table import Cell, NotComputable


def weeks_of(course: CourseFact) -> int:
    """The number of weeks, Monday to Sunday, with days of the course."""
    first, last = course.starts_on, course.ends_on
    return ((last - first).days + first.weekday()) // 7 + 1


def planned_units(course: CourseFact, weeks: int) -> int:
    """The teaching units planned for ``weeks`` of the course, spread evenly, half rounded up; never more than all."""
    whole = weeks_of(course)
    return (2 * course.teaching_units * min(weeks, whole) + whole) // (2 * whole)


class Courses:
    """The courses of a run, with their rates and the day by which they are to be entered. Offers are named by their id as
    bytes."""

    def __init__(self, counting: Counting) -> None:
        facts = counting.facts
        self._courses = dict(zip(ids(facts.courses, CourseFact, "offer_id"), facts.courses, strict=True))
        places = column(facts.offers, OfferFact, "municipality")
        self._places: dict[bytes, str] = dict(
            zip(ids(facts.offers, OfferFact, "offer_id"), places, strict=True)
        )
        self._rules = facts.entry_rules
        self._rates = counting.once(rates_known)
        self._entry_by: dict[tuple[str, date], date | None] = {}

    def of(self, offer: bytes) -> CourseFact | None:
        """What was published of an offer; None when the record has nothing of it."""
        return self._courses.get(offer)

    def place(self, offer: bytes) -> str:
        """The municipality of an offer, "" where the record has nothing of it."""
        return self._places.get(offer, "")

    def entry_by(self, module: str, starts_on: date) -> date | None:
        """The last day to enter for the flat rate, None where no rule asks this module."""
        asked = (module, starts_on)
        if asked not in self._entry_by:
            self._entry_by[asked] = self._last_entry(module, starts_on)
        return self._entry_by[asked]

    def _last_entry(self, module: str, starts_on: date) -> date | None:
        for rule in self._rules:
            last = rule.valid_to or date.max
            if rule.module == module and rule.valid_from <= starts_on <= last:
                return end_of(starts_on, rule.period)
        return None

    def earns(self, offer: bytes, module: str, entered_on: date) -> bool:
        """Whether the entry was early enough for the flat rate, as far as the record can say."""
        course = self.of(offer)
        by = None if course is None else self.entry_by(module, course.starts_on)
        return by is None or entered_on <= by

    def rate(self, offer: bytes, module: str, from_on: date, to_on: date, programme: Programme) -> int | None:
        """What one teaching unit of these days is paid with, in cents; None: not known."""
        rate = self._rates.for_days(module, self.place(offer), from_on, to_on, programme)
        return None if rate is None else rate.amount_cents

    def worth(self, offer: bytes, weeks: int, rate: int | None) -> Cell:
        """The flat rates of ``weeks`` of a course by its plan; not computable without rate, or without plan."""
        if rate is None:
            return NotComputable.RATE_NOT_KNOWN
        course = self.of(offer)
        return NotComputable.NOT_RECORDED if course is None else planned_units(course, weeks) * rate


@of_no_case
def courses(counting: Counting) -> Courses:
    """The courses of a run; to be asked with ``counting.once``."""
    return Courses(counting)


def case_of(counting: Counting, case: bytes) -> CaseFact:
    """A case by its id, as bytes. Raises KeyError."""
    return fact_at(counting.facts.cases, counting.once(_numbers)[case])


def _numbers(counting: Counting) -> dict[bytes, int]:
    return {case: n for n, case in enumerate(ids(counting.facts.cases, CaseFact, "case_id"))}
