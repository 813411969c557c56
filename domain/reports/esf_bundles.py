"""Participants that no figure of the ESF+ report tells apart, put together: one of them is asked, and counted with their number."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from domain.characteristics import NOT_STATED
from domain.periods import end_of
from domain.projections.characteristics import CharacteristicsRow, read, values_known
from domain.reports import lives, stages
from domain.reports.bundle_scope import members_by
from domain.reports.bundles import bundled
from domain.reports.definition import Counting
from domain.reports.esf_participants import (
    OF_NO_THIRD_COUNTRY,
    SIX_MONTHS,
    Qualified,
    asked,
    educated,
    from_third_country,
    lacks,
    level_of,
    of_age,
    participant_of,
    participants,
    qualifies,
)
from domain.reports.fact_columns import ColumnsOf, column, fact_at, ids, united
from domain.reports.facts import MeasureFact, TrainingFact
from domain.reports.journeys import AUSBILDUNG, FOUR_WEEKS
from domain.reports.leaving_out import Together
from domain.reports.lives import Lives
from domain.reports.lives_apart import begun_after_the_end
from domain.reports.pathways import within_four_weeks
from domain.values import LegalRegime, ResidenceStatus, SchoolLeaving

_ANSWERS: Final = ("gender", "birth_month", "nationalities", "statuses", "regimes", "schools")
_GAINED: Final = ("entered_on", "left_on", "certificate", "school_leaving_gained")

LOOKED_AT: Final[ColumnsOf] = united(
    lives.DESTINATIONS,
    stages.STEPS,
    lives.JOBS,
    {"characteristics": ("case_id", *_ANSWERS), "measures": ("case_id", *_GAINED)},
)


def asked_together(counting: Counting) -> Sequence[Any]:
    """``esf_participants.participants``, in bundles where that may be; those who entered nothing are in none."""
    return _Bundles(counting).made() if bundled(counting) else counting.once(participants)


class _Bundles:
    def __init__(self, counting: Counting) -> None:
        self._facts, self._as_of = counting.facts, counting.as_of
        self._lives = counting.once(Lives)
        self._entered = _entered(self._lives)
        self._gained = self._first_gained()
        self._six_months_over = _SixMonthsOver(counting.as_of)
        rows = self._facts.characteristics
        at = {case_id: place for place, case_id in enumerate(ids(rows, CharacteristicsRow, "case_id"))}
        self._row_of = [at[case_id] for case_id in self._lives.asked.ids]

    def made(self) -> list[Together]:
        bundles = members_by(self._keys())
        return [
            Together(self._asked(numbers[0]), len(numbers), self._lives.asked.persons_of(numbers))
            for numbers in bundles.values()
        ]

    def _asked(self, number: int) -> Any:
        steps = (self._lives.stages.step(self._entered[number]), *begun_after_the_end(self._lives, number))
        row = fact_at(self._facts.characteristics, self._row_of[number])
        gained = (Qualified(self._gained[number], ()),) if number in self._gained else ()
        return asked(participant_of(self._lives.whole(number, steps), row, gained, self._as_of))

    def _keys(self) -> Iterator[tuple[int, tuple[Hashable, ...]]]:
        """What those are told apart by who entered something."""
        facts, as_of, row_of = self._facts.characteristics, self._as_of, self._row_of
        genders, months, nationalities, statuses, regimes, schools = (
            column(facts, CharacteristicsRow, name) for name in _ANSWERS
        )
        status, regime, school = (_Answers(as_of, *asks) for asks in (_STATUS, _REGIME, _SCHOOL))
        closed, days = self._lives.closed_on, self._lives.stages.entered_on
        for number, first in self._entered.items():
            row, entered_on = row_of[number], days[first]
            month = months[row]
            yield (
                number,
                (
                    genders[row],
                    month and of_age(month, entered_on),
                    month is None,
                    nationalities[row] == "",
                    status.told_apart(statuses[row], entered_on),
                    regime.told_apart(regimes[row], entered_on),
                    school.told_apart(schools[row], entered_on),
                    None if (closed_on := closed[number]) is None else self._exit_key(number, closed_on),
                ),
            )

    def _exit_key(self, number: int, closed_on: date) -> Hashable:
        found, as_of = self._lives, self._as_of
        end = closed_on + FOUR_WEEKS
        settled_on, gained_on = found.settled_on[number], self._gained.get(number)
        begun = begun_after_the_end(found, number)
        where = None
        if begun or number in found.jobs:
            where = within_four_weeks(found.whole(number, begun), as_of)
        return (
            end <= as_of,
            self._six_months_over[closed_on],
            found.destination[number],
            settled_on is None,
            settled_on is not None and settled_on <= end,
            found.settled_destination[number],
            gained_on is not None and gained_on <= end,
            where,
        )

    def _first_gained(self) -> dict[int, date]:
        """The first day on which each gained a qualification."""
        facts, as_of, numbers_of = self._facts, self._as_of, self._lives.asked.numbers_of
        found: dict[int, date] = {}

        def gain(number: int, on: date) -> None:
            if number >= 0 and on <= as_of and on < found.get(number, date.max):
                found[number] = on

        measures, trainings = facts.measures, facts.trainings
        for number, entered_on, left_on, certificate, school in zip(
            numbers_of(ids(measures, MeasureFact, "case_id")),
            *(column(measures, MeasureFact, name) for name in _GAINED),
            strict=True,
        ):
            if (certificate or school) and entered_on and left_on and qualifies(certificate, school):
                gain(number, left_on)
        for number, entered_on, left_on, ground in zip(
            numbers_of(ids(trainings, TrainingFact, "case_id")),
            *(
                column(trainings, TrainingFact, name)
                for name in ("entered_on", "left_on", "break_off_ground")
            ),
            strict=True,
        ):
            if entered_on and left_on and ground is None:
                gain(number, left_on)
        return found


def _entered(found: Lives) -> dict[int, int]:
    """Where the first step of each stands that is no Ausbildung."""
    steps = found.stages
    days = steps.entered_on
    first: dict[int, int] = {}
    for place, (number, kind) in enumerate(zip(steps.numbers, steps.kinds, strict=True)):
        if kind != AUSBILDUNG and (number not in first or days[place] < days[first[number]]):
            first[number] = place
    return first


class _SixMonthsOver(dict[date, bool]):
    """Whether six months are over since a day; few different days are asked for many times."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of

    def __missing__(self, day: date) -> bool:
        over = self[day] = end_of(day, SIX_MONTHS) <= self._as_of
        return over


class _Answers:
    """Histories of one answer, told apart by what is asked of them: where all answers are of one kind it does not matter
    which of them counts on which day."""

    def __init__(self, as_of: date, kinds: Mapping[str, Hashable], asks: Callable[..., Hashable]) -> None:
        self._as_of, self._today, self._kinds, self._asks = as_of, as_of.isoformat(), kinds, asks

    def told_apart(self, text: str, entered_on: date) -> Hashable:
        """By the kind of all answers, or by what is found out when they are of several."""
        kinds = {self._kinds[value] for value in values_known(text, self._today)}
        if len(kinds) > 1:
            known = [spell for spell in read(text) if spell.known_on <= self._as_of]
            return (self._asks(known, entered_on, self._as_of),)
        return kinds.pop() if kinds else None


_STATUS: Final = (
    {
        status.value: "unknown" if status is ResidenceStatus.UNKNOWN else status in OF_NO_THIRD_COUNTRY
        for status in ResidenceStatus
    },
    lambda spells, entered_on, as_of: (
        lacks(spells, as_of, ResidenceStatus.UNKNOWN),
        from_third_country(spells, entered_on, as_of),
    ),
)
_REGIME: Final = (
    {regime.value: regime is LegalRegime.UNKNOWN for regime in LegalRegime},
    lambda spells, _, as_of: lacks(spells, as_of, LegalRegime.UNKNOWN),
)
_SCHOOL: Final = ({school: level_of(school) for school in (*SchoolLeaving, NOT_STATED)}, educated)
