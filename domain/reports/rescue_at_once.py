"""The lines of the rescue list from a town by column, where no evidence is asked: only what is on the list is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from itertools import chain
from typing import TypeAlias

from domain.rates import Rate
from domain.reports.definition import Counting
from domain.reports.rates_known import Programme, rates_known
from domain.reports.rescue_cases import follow_up_due
from domain.reports.rescue_courses import courses
from domain.reports.rescue_cut_off import cut_off
from domain.reports.rescue_papers import staff_in_charge
from domain.reports.rescue_profile import PROFILE
from domain.reports.rescue_rows import (
    LateList,
    MissingForm,
    Rescue,
    at_risk,
    form_of_case,
    in_order,
    written_id,
)
from domain.reports.rescue_town import Spans, Town
from domain.reports.rescue_vocabulary import Call, Cure, Form, Missing, Profile
from domain.reports.statistics_facts import COACHING
from domain.reports.table import Cell
from domain.reports.tally import Key


def incomplete(counting: Counting) -> set[int]:
    """The cases that lack an answer; to be asked with ``counting.once``."""
    return set().union(*counting.once(Town).lacking.values())


def rescues(counting: Counting) -> list[Rescue]:
    """The cases to be rescued, in their order; to be asked with ``counting.once``."""
    town, cases = counting.once(Town), counting.once(incomplete)
    lacks: dict[int, tuple[Missing, ...]] = dict.fromkeys(cases, ())
    for answer, those in town.lacking.items():
        for case in those:
            lacks[case] += (answer,)
    of_courses = map(town.of_case.__getitem__, town.in_courses)
    of_coachings = (case for case, _ in town.coachings)
    entries = Counter(filter(cases.__contains__, chain(of_courses, of_coachings)))
    amounts, in_charge = _at_risk(counting), InCharge(counting, cases)
    return in_order(
        [
            Rescue(
                town.case_ids[case],
                town.places[case],
                missing,
                *in_charge(case, case in town.coached),
                entries[case],
                amounts[case],
            )
            for case, missing in lacks.items()
        ]
    )


class InCharge:
    """Whom to call about each of some cases."""

    def __init__(self, counting: Counting, cases: Collection[int]) -> None:
        self._staff = counting.once(Town).staff(cases)

    def __call__(self, case: int, coached: bool) -> tuple[Call, str]:
        """As ``staff_in_charge``."""
        return staff_in_charge(*self._staff.get(case, ("", "", None)), coached)


def _at_risk(counting: Counting) -> dict[int, Cell]:
    """What is at risk of each case that lacks an answer."""
    town, cases = counting.once(Town), counting.once(incomplete)
    cents: dict[int, int] = {}
    as_of, rates = counting.as_of.isoformat(), counting.once(RatesAsWritten)
    for number, spans in counting.once(attended):
        case = town.of_case[number]
        if case in cases:
            for from_on, to_on, present, _, _ in spans:
                if to_on <= as_of and (rate := rates.of(number, from_on, to_on)) is not None:
                    cents[case] = cents.get(case, 0) + present * rate.amount_cents
    modules: dict[int, set[str]] = {case: set() for case in cases.difference(cents)}
    for number in town.in_courses:
        if (case := town.of_case[number]) in modules:
            modules[case].add(town.modules[number] or "")
    for case, _ in town.coachings:
        if case in modules:
            modules[case].add(COACHING)
    return {case: at_risk(counting, cents.get(case), modules.get(case, ())) for case in cases}


Attended: TypeAlias = list[tuple[int, Spans]]


def attended(counting: Counting) -> Attended:
    """What was attended in the courses that a case which lacks an answer attended; to be asked with ``counting.once``."""
    town, cases = counting.once(Town), counting.once(incomplete)
    touched = {town.offers[number] for number in town.taught if town.of_case[number] in cases}
    return list(town.attendance([number for number in town.taught if town.offers[number] in touched]))


class RatesAsWritten(dict[tuple[str, str, str, str, Programme], Rate | None]):
    """The rates of spans of attendance by their days as they are written; to be asked with ``counting.once``."""

    def __init__(self, counting: Counting) -> None:
        super().__init__()
        self._town, self._courses = counting.once(Town), counting.once(courses)
        self._rates = counting.once(rates_known)

    def of(self, number: int, from_on: str, to_on: str) -> Rate | None:
        """The rate of a span of a participation; None: not known."""
        town = self._town
        place = self._courses.place(town.offers[number])
        programme = town.programmes[town.of_case[number]]
        return self[town.modules[number] or "", place, from_on, to_on, programme]

    def __missing__(self, span: tuple[str, str, str, str, Programme]) -> Rate | None:
        module, place, from_on, to_on, programme = span
        days = date.fromisoformat(from_on), date.fromisoformat(to_on)
        rate = self[span] = self._rates.for_days(module, place, *days, programme)
        return rate


# --------------------------------------------------------------------- forms


def late_lists(counting: Counting) -> list[LateList]:
    """The participations with weeks without a list; to be asked with ``counting.once``."""
    return [
        _late_list(counting.once(Town), number, weeks) for number, weeks in counting.once(Town).late.items()
    ]


def _late_list(town: Town, number: int, weeks: list[int]) -> LateList:
    case, module, entered_on = town.of_case[number], town.modules[number], town.entered_on[number]
    assert module is not None  # noqa: S101 # lists are of modules
    assert entered_on is not None  # noqa: S101 # that were entered
    return LateList(
        town.case_ids[case],
        town.participations[number],
        town.offers[number],
        module,
        town.programmes[case],
        town.places[case],
        entered_on,
        weeks,
    )


def forms_of_cases(counting: Counting) -> dict[Key, MissingForm]:
    """The forms of the cases themselves; to be asked with ``counting.once``."""
    town = counting.once(Town)
    asked = list(_follow_ups(counting, town))
    ending = list(town.residences())
    in_charge = InCharge(counting, {case for case, _ in (*asked, *ending)})
    found: dict[Key, MissingForm] = {}
    for case, due in asked:
        # No coach accompanies a case that is closed.
        staff = in_charge(case, coached=False)
        form = form_of_case(town.places[case], staff, due, Cure.FOLLOW_UP_OUTCOME_RECORDED)
        found[written_id(town.case_ids[case]), Form.FOLLOW_UP.value, ""] = form
    for case, until in ending:
        staff = in_charge(case, case in town.coached)
        form = form_of_case(town.places[case], staff, until, Cure.RESIDENCE_STATUS_CHANGED)
        found[written_id(town.case_ids[case]), Form.RESIDENCE.value, ""] = form
    return found


def _follow_ups(counting: Counting, town: Town) -> Iterator[tuple[int, date]]:
    if counting.parameters[PROFILE.name] == Profile.ESF_PLUS.value:
        last = cut_off(counting)
        for case, closed_on in town.unsettled():
            if (due := follow_up_due(closed_on)) <= last:
                yield case, due
