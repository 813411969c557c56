"""Participants that no figure of the ESF+ report tells apart, put together: one of them is asked, and counted with their number."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from itertools import compress, starmap
from operator import le, sub
from typing import Any, Final

from domain.characteristics import NOT_STATED
from domain.periods import end_of
from domain.projections.characteristics import CharacteristicsRow, read, spells_known
from domain.reports import lives, stages
from domain.reports.bundle_scope import DayNumbers, MonthNumbers, asked_once, members_by
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
from domain.reports.journeys import AUSBILDUNG, FOUR_WEEKS, Step
from domain.reports.leaving_out import Together
from domain.reports.lives import Lives
from domain.reports.lives_apart import begun_after_the_end
from domain.reports.pathways import within_four_weeks
from domain.reports.statistics_facts import COACHING
from domain.values import LegalRegime, ResidenceStatus, SchoolLeaving

_ANSWERS: Final = ("gender", "birth_month", "nationalities", "statuses", "regimes", "schools")
_ENDED_WITH: Final = ("certificate", "school_leaving_gained")

LOOKED_AT: Final[ColumnsOf] = united(
    lives.DESTINATIONS,
    stages.STEPS,
    lives.JOBS,
    {
        "characteristics": ("case_id", *_ANSWERS),
        "measures": ("case_id", "entered_on", "left_on", *_ENDED_WITH),
    },
)


def asked_together(counting: Counting) -> Sequence[Any]:
    """``esf_participants.participants``, in bundles where that may be; those who entered nothing are in none."""
    return _Bundles(counting).made() if bundled(counting) else counting.once(participants)


class _Bundles:
    """Those who entered something, by number, and what they are told apart by."""

    def __init__(self, counting: Counting) -> None:
        self._facts, self._as_of = counting.facts, counting.as_of
        self._lives = counting.once(Lives)
        first = _first_entered(self._lives)
        self._numbers, self._entered_on = list(first), list(first.values())
        self._gained = self._first_gained()
        rows = self._facts.characteristics
        at = {case_id: place for place, case_id in enumerate(ids(rows, CharacteristicsRow, "case_id"))}
        of_case = self._lives.asked.ids
        self._row_of = [at[of_case[number]] for number in self._numbers]

    def made(self) -> list[Together]:
        persons_of = self._lives.asked.persons_of
        return [
            Together(
                self._asked(places[0]), len(places), persons_of([self._numbers[place] for place in places])
            )
            for places in members_by(enumerate(self._keys())).values()
        ]

    def _asked(self, place: int) -> Any:
        number = self._numbers[place]
        first = Step(COACHING, self._entered_on[place], None, False, 0, 0, 0, 0)
        steps = (first, *begun_after_the_end(self._lives, number))
        row = fact_at(self._facts.characteristics, self._row_of[place])
        gained = (Qualified(self._gained[number], ()),) if number in self._gained else ()
        return asked(participant_of(self._lives.whole(number, steps), row, gained, self._as_of))

    def _keys(self) -> Iterator[Hashable]:
        """Gender, age at entry, whether a nationality is known, what is asked of each history, and of the exit."""
        genders, months, nationalities, statuses, regimes, schools = map(self._answers, _ANSWERS)
        return zip(
            genders,
            self._ages(months),
            map("".__eq__, nationalities),
            *starmap(self._told_apart, ((statuses, *_STATUS), (regimes, *_REGIME), (schools, *_SCHOOL))),
            map(self._exit_keys().get, self._numbers),
            strict=True,
        )

    def _answers(self, name: str) -> list[Any]:
        told = column(self._facts.characteristics, CharacteristicsRow, name)
        return list(map(told.__getitem__, self._row_of))

    def _ages(self, months: Sequence[date | None]) -> list[Hashable]:
        """The indicator of each age at entry, or that the month of birth is missing."""
        # A month of birth is its first day, so that whole months decide.
        entered, number = self._entered_on, MonthNumbers()
        known = [month or _NEVER for month in months]
        lived = map(sub, map(number.__getitem__, entered), map(number.__getitem__, known))
        ages = asked_once(lived, lambda place: of_age(known[place], entered[place]))
        return [_MISSING if month is None else age for month, age in zip(months, ages, strict=True)]

    def _told_apart(
        self, texts: Sequence[str], kinds: Mapping[str, Hashable], asks: Callable[..., Hashable]
    ) -> list[Hashable]:
        """Histories by what is asked of them: where all answers are of one kind it does not matter which of them counts on
        which day; of several kinds it is found out."""
        different = list(dict.fromkeys(texts))
        of_one_kind: list[Hashable] = [_NO_ANSWER] * len(different)
        for number, value, _, _ in spells_known(different, self._as_of.isoformat()):
            kind = (kinds[value],)
            of_one_kind[number] = kind if of_one_kind[number] in (_NO_ANSWER, kind) else _SEVERAL
        known = dict(zip(different, of_one_kind, strict=True))
        found = list(map(known.__getitem__, texts))

        entered = self._entered_on
        mixed = [place for place, one in enumerate(found) if one is _SEVERAL]

        def answer(n: int) -> Hashable:
            spells = [spell for spell in read(texts[mixed[n]]) if spell.known_on <= self._as_of]
            return asks(spells, entered[mixed[n]], self._as_of)

        answers = asked_once(((texts[place], entered[place]) for place in mixed), answer)
        for place, told in zip(mixed, answers, strict=True):
            found[place] = (_SEVERAL, told)
        return found

    def _exit_keys(self) -> dict[int, Hashable]:
        """Of those whose case is closed whether four weeks are over and six months, where they went, whether and when that was
        settled and how, whether they gained something by then, and where they are after four weeks."""
        lives, as_of, day = self._lives, self._as_of, DayNumbers()
        closed = [number for number in self._numbers if lives.closed_on[number] is not None]
        closed_on = list(map(lives.closed_on.__getitem__, closed))
        settled_on = list(map(lives.settled_on.__getitem__, closed))
        ends = [day[on] + FOUR_WEEKS.days for on in closed_on]
        keys = zip(
            map(as_of.toordinal().__ge__, ends),
            asked_once(closed_on, lambda place: _six_months_over(closed_on[place], as_of)),
            map(lives.destination.__getitem__, closed),
            [on is None for on in settled_on],
            map(le, map(day.__getitem__, settled_on), ends),
            map(lives.settled_destination.__getitem__, closed),
            map(le, map(day.__getitem__, map(self._gained.get, closed)), ends),
            map(self._where, closed),
            strict=True,
        )
        return dict(zip(closed, keys, strict=True))

    def _where(self, number: int) -> str | None:
        """Where somebody is after four weeks who began something in them."""
        if number not in self._lives.busy_after_the_end:
            return None
        begun = begun_after_the_end(self._lives, number)
        return within_four_weeks(self._lives.whole(number, begun), self._as_of)

    def _first_gained(self) -> dict[int, date]:
        """The first day on which each gained a qualification."""
        facts, as_of, numbers_of = self._facts, self._as_of, self._lives.asked.numbers_of
        found: dict[int, date] = {}

        def gain(number: int, on: date) -> None:
            if number >= 0 and on <= as_of and on < found.get(number, date.max):
                found[number] = on

        measures, trainings = facts.measures, facts.trainings
        ended_with = list(zip(*(column(measures, MeasureFact, name) for name in _ENDED_WITH), strict=True))
        gainful = asked_once(ended_with, lambda place: qualifies(*ended_with[place]))
        for number, entered_on, left_on in compress(
            zip(
                numbers_of(ids(measures, MeasureFact, "case_id")),
                column(measures, MeasureFact, "entered_on"),
                column(measures, MeasureFact, "left_on"),
                strict=True,
            ),
            gainful,
        ):
            if entered_on and left_on:
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


def _first_entered(lives: Lives) -> dict[int, date]:
    """The first day of each in a step that is no Ausbildung."""
    first: dict[int, date] = {}
    steps = lives.stages
    for number, kind, day in zip(steps.numbers, steps.kinds, steps.entered_on, strict=True):
        if kind != AUSBILDUNG and day < first.get(number, date.max):
            first[number] = day
    return first


def _six_months_over(closed_on: date | None, as_of: date) -> bool:
    return closed_on is not None and end_of(closed_on, SIX_MONTHS) <= as_of


_MISSING: Final = "missing"
_SEVERAL: Final = "several"
_NO_ANSWER: Final = ()
_NEVER: Final = date(1900, 1, 1)
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
