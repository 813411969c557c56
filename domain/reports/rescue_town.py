"""The town of a rescue list by column, where no evidence is asked: who was entered, who lacks an answer, which list is late.

Nearly all cases lack nothing and nearly all weeks have their list, so each question is put to a whole column first, and
only what that leaves in doubt is looked at by the definition that the evidence goes by. Cases and participations are
numbers here: their places among the facts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import repeat
from typing import Any, Final, TypeAlias

from domain.projections.case_papers import CasePapersRow
from domain.projections.characteristics import CharacteristicsRow, read
from domain.projections.seat_steps import SeatStepsRow
from domain.reports.definition import Counting
from domain.reports.fact_columns import ColumnsOf, column, fact_at, ids
from domain.reports.facts import CaseFact, OfferFact, ParticipationFact, SpanFact
from domain.reports.rates_known import RATES, Programme
from domain.reports.rescue_cases import lacking_at_exit, lacking_now
from domain.reports.rescue_cut_off import cut_off
from domain.reports.rescue_papers import Papers
from domain.reports.rescue_profile import mandatory
from domain.reports.rescue_vocabulary import Missing, Profile
from domain.reports.rescue_weeks import last_over, week_of, weeks_missing, weeks_on_record
from domain.reports.statistics_facts import COACHING, by

Spans: TypeAlias = list[tuple[str, str, int, int, int]]
"""Attendance as the read table keeps it: [from, to, units attended, units held, version]."""


def looked_at(parameters: Mapping[str, Any]) -> ColumnsOf:
    """The columns that a run without evidence looks at."""
    answers = ("case_id", "gender", "birth_month", "nationalities", "statuses", "regimes")
    of_cases = ("case_id", "municipality", "opened_on", "declined_on", "closed_on", "destination")
    esf = parameters["profile"] == Profile.ESF_PLUS.value
    return {
        **RATES,
        "cases": (*of_cases, "path", "path_version", "follow_up_settled_on"),
        "participations": (
            *("case_id", "participation_id", "offer_id", "module", "entered_on", "left_on", "attendance"),
        ),
        "spans": ("case_id", "from_on", "to_on"),
        "offers": OfferFact._fields,
        "characteristics": (*answers, "schools") if esf else answers,
        "seats": SeatStepsRow._fields,
        "courses": ("offer_id", "provider", "module", "starts_on", "ends_on", "teaching_units"),
        "papers": tuple(name for name in CasePapersRow._fields if name != "municipality"),
    }


class Town:
    """What a run without evidence is told from; to be asked with ``counting.once``."""

    def __init__(self, counting: Counting) -> None:
        self._counting, self._facts, self.as_of = counting, counting.facts, counting.as_of
        facts, as_of, place = counting.facts, counting.as_of, counting.municipality
        self.case_ids = ids(facts.cases, CaseFact, "case_id")
        self.places: Sequence[str] = column(facts.cases, CaseFact, "municipality")
        opened: Sequence[date] = column(facts.cases, CaseFact, "opened_on")
        everybody: Iterable[int] = range(len(self.case_ids))
        if place is not None or max(opened, default=as_of) > as_of:
            everybody = [
                number
                for number, (day, at) in enumerate(zip(opened, self.places, strict=True))
                if day <= as_of and place in (None, at)
            ]
        self._numbers = {self.case_ids[number]: number for number in everybody}
        self.of_case = self._of_cases(ids(facts.participations, ParticipationFact, "case_id"))
        self.offers = ids(facts.participations, ParticipationFact, "offer_id")
        modules, entered_on, left_on, texts = (
            column(facts.participations, ParticipationFact, name)
            for name in ("module", "entered_on", "left_on", "attendance")
        )
        self.modules: Sequence[str | None] = modules
        self.entered_on: Sequence[date | None] = entered_on
        self.left_on: Sequence[date | None] = left_on
        self._texts: Sequence[str] = texts

    def _of_cases(self, packed: Iterable[bytes]) -> list[int]:
        """The numbers of cases, -1 for one that is not asked for."""
        return list(map(self._numbers.get, packed, repeat(-1)))

    def of_cases(self, name: str) -> Sequence[Any]:
        """A column of the cases, of all there are."""
        return column(self._facts.cases, CaseFact, name)

    @cached_property
    def programmes(self) -> list[Programme]:
        """The paths of the cases, of all there are."""
        return list(zip(self.of_cases("path"), self.of_cases("path_version"), strict=True))

    # ------------------------------------------------------------ entries

    @cached_property
    def in_courses(self) -> list[int]:
        """The participations entered by the reference date."""
        as_of = self.as_of
        return [
            number
            for number, (case, on) in enumerate(zip(self.of_case, self.entered_on, strict=True))
            if case >= 0 and on is not None and on <= as_of
        ]

    @cached_property
    def coachings(self) -> list[tuple[int, date | None]]:
        """The spans of coaching begun by the reference date: of which case, and their end if that is on record."""
        as_of, spans = self.as_of, self._facts.spans
        return [
            (case, to_on)
            for case, from_on, to_on in zip(
                self._of_cases(ids(spans, SpanFact, "case_id")),
                column(spans, SpanFact, "from_on"),
                column(spans, SpanFact, "to_on"),
                strict=True,
            )
            if case >= 0 and from_on <= as_of
        ]

    @cached_property
    def entered(self) -> set[int]:
        """The cases that were entered."""
        found = {case for case, _ in self.coachings}
        found.update(map(self.of_case.__getitem__, self.in_courses))
        return found

    @cached_property
    def coached(self) -> set[int]:
        """The cases that a coach accompanies on the reference date."""
        as_of, left_on = self.as_of, self.left_on
        running = {case for case, to_on in self.coachings if to_on is None or to_on > as_of}
        running.update(
            self.of_case[number]
            for number in self.in_courses
            if self.modules[number] == COACHING and by(left_on[number], as_of) is None
        )
        return running

    def is_coached(self, case: bytes) -> bool:
        """Whether one accompanies the case with this id."""
        return self._numbers.get(case, -1) in self.coached

    # ------------------------------------------------------------ answers

    @cached_property
    def lacking(self) -> dict[Missing, set[int]]:
        """The cases entered that lack each mandatory answer."""
        asked = mandatory(self._counting)
        found: dict[Missing, set[int]] = {answer: set() for answer in asked}
        for answer, cases in (*self._left_open(found), *self._lacking_at_exit(found)):
            found[answer].update(self.entered.intersection(cases))
        return found

    def _left_open(self, asked: Collection[Missing]) -> Iterator[tuple[Missing, Iterable[int]]]:
        rows = self._facts.characteristics
        of_row = self._of_cases(ids(rows, CharacteristicsRow, "case_id"))
        without = self.entered.difference(of_row)
        for answer, name in _ANSWERS.items():
            if answer in asked:
                said = column(rows, CharacteristicsRow, name)
                yield answer, [case for case, value in zip(of_row, said, strict=True) if not value]
                yield answer, without
        for answer, name in _HISTORIES.items():
            if answer in asked:
                texts = column(rows, CharacteristicsRow, name)
                lacks = _lacking(answer, texts, self.as_of)
                yield answer, [case for case, text in zip(of_row, texts, strict=True) if text in lacks]
                yield answer, without

    def _lacking_at_exit(self, asked: Collection[Missing]) -> Iterator[tuple[Missing, Iterable[int]]]:
        told: dict[tuple[str | None, date, bool], frozenset[Missing]] = {}
        destination, settled = self.of_cases("destination"), self.of_cases("follow_up_settled_on")
        for case, closed_on in self._closed:
            settled_on = by(settled[case], self.as_of)
            name = (destination[case], closed_on, settled_on is None)
            lacks = told.get(name)
            if lacks is None:
                at_exit = lacking_at_exit(destination[case], closed_on, settled_on, self.as_of)
                lacks = told[name] = frozenset(at_exit).intersection(asked)
            for answer in lacks:
                yield answer, (case,)

    @cached_property
    def _closed(self) -> list[tuple[int, date]]:
        """The cases closed by the reference date, with that day."""
        as_of, closed_on = self.as_of, self.of_cases("closed_on")
        return [
            (case, day)
            for case in self._numbers.values()
            if (day := closed_on[case]) is not None and day <= as_of
        ]

    def unsettled(self) -> Iterator[tuple[int, date]]:
        """The cases that were entered and closed where nobody has asked afterwards, with the day of the exit."""
        settled = self.of_cases("follow_up_settled_on")
        for case, closed_on in self._closed:
            if case in self.entered and by(settled[case], self.as_of) is None:
                yield case, closed_on

    # ------------------------------------------------------------- papers

    def residences(self) -> Iterator[tuple[int, date]]:
        """The cases that were entered and go on whose status ends before the cut-off, with its last valid day."""
        as_of, last, papers = self.as_of, cut_off(self._counting), self._facts.papers
        closed, declined = self.of_cases("closed_on"), self.of_cases("declined_on")
        packed = ids(papers, CasePapersRow, "case_id")
        said = zip(
            column(papers, CasePapersRow, "residence_on"),
            column(papers, CasePapersRow, "residence_until"),
            strict=True,
        )
        for number, (since, until) in enumerate(said):
            if since <= as_of and (until is None or until >= last):
                continue
            case = self._numbers.get(packed[number], -1)
            if case not in self.entered or by(closed[case], as_of) or by(declined[case], as_of):
                continue
            ends = until if since <= as_of else Papers(fact_at(papers, number)).residence_until(as_of)
            if ends is not None and ends < last:
                yield case, ends

    def staff(self, cases: Collection[int]) -> dict[int, tuple[str, str, str | None]]:
        """Organisation, caseworker and coach of some cases, as far as they are on record."""
        papers = self._facts.papers
        organisation, caseworker, coach = (
            column(papers, CasePapersRow, name) for name in ("organisation", "caseworker", "coach")
        )
        return {
            case: (organisation[number], caseworker[number], coach[number])
            for number, case in enumerate(self._of_cases(ids(papers, CasePapersRow, "case_id")))
            if case in cases
        }

    # --------------------------------------------------------- attendance

    @cached_property
    def participations(self) -> Sequence[bytes]:
        """The ids of the participations."""
        return ids(self._facts.participations, ParticipationFact, "participation_id")

    @cached_property
    def taught(self) -> list[int]:
        """The participations of a module with attendance, of the cases entered."""
        entered, texts = self.entered, self._texts
        return [
            number
            for number, (case, module) in enumerate(zip(self.of_case, self.modules, strict=True))
            if case in entered and module is not None and texts[number] != "[]"
        ]

    def attendance(self, numbers: Sequence[int]) -> Iterator[tuple[int, Spans]]:
        """Some participations with what their attendance says."""
        # All at once: one reader of JSON for a town, not one for each of its participations.
        parsed: list[Spans] = json.loads(f"[{','.join([self._texts[number] for number in numbers])}]")
        return zip(numbers, parsed, strict=True)

    @cached_property
    def late(self) -> dict[int, list[int]]:
        """The participations with weeks that were over and have no list, and these weeks."""
        over, week, days = last_over(self.as_of), self._week, _DAYS.findall
        entered_on, left_on, modules, texts = self.entered_on, self.left_on, self.modules, self._texts
        doubtful = []
        for number in self.in_courses:
            if modules[number] is None:
                continue
            next_week, left = week[entered_on[number]], left_on[number]
            last = over if left is None else min(over, week[left])
            for from_on, to_on in days(texts[number]):
                # In the order of their days; if they are not, more is in doubt than need be.
                if week[from_on] <= next_week <= (until := week[to_on]):
                    next_week = until + 1
            if next_week <= last:
                doubtful.append(number)
        return {number: weeks for number in doubtful if (weeks := self._weeks_missing(number))}

    def on_record_among(self, number: int, weeks: set[int]) -> set[int]:
        """The ``weeks`` that attendance is on record for of a participation that was entered."""
        if number in self.late or min(weeks) < self._week[self.entered_on[number]]:
            return weeks & self.weeks_on_record(number)
        last = self._last_week(number)
        return {week for week in weeks if week <= last}

    def weeks_on_record(self, number: int) -> set[int]:
        """The weeks that attendance is on record for of a participation that was entered."""
        week = self._week
        spans = ((week[from_on], week[to_on]) for from_on, to_on in _DAYS.findall(self._texts[number]))
        return weeks_on_record(spans, self._last_week(number))

    def _weeks_missing(self, number: int) -> list[int]:
        entered = self._week[self.entered_on[number]]
        on_record = self.weeks_on_record(number)
        return weeks_missing(entered, self._last_week(number), last_over(self.as_of), on_record)

    def _last_week(self, number: int) -> int:
        return self._week[min(self.left_on[number] or self.as_of, self.as_of)]

    @cached_property
    def _week(self) -> _Weeks:
        return _Weeks()


_ANSWERS: Final = {
    Missing.GENDER: "gender",
    Missing.BIRTH_MONTH: "birth_month",
    Missing.NATIONALITY: "nationalities",
}
"""Those of the opening, and the columns they are in."""
_HISTORIES: Final = {
    Missing.RESIDENCE_STATUS: "statuses",
    Missing.LEGAL_REGIME: "regimes",
    Missing.SCHOOL_LEAVING: "schools",
}
"""Those with a history."""
_DAYS: Final = re.compile(r'\["([0-9-]{10})", ?"([0-9-]{10})"')
"""First and last day of a span of attendance."""


class _Weeks(dict[Any, int]):
    """The weeks of days, which may be as they are written; few different ones are asked for many times."""

    def __missing__(self, day: date | str) -> int:
        week = self[day] = week_of(day if isinstance(day, date) else date.fromisoformat(day))
        return week


def _lacking(answer: Missing, histories: Iterable[str], as_of: date) -> set[str]:
    """The histories, as the read table has them, that have no answer on a day."""
    today, found = as_of.isoformat(), set()
    for history in set(histories):
        # Value, since, recorded on: codes and days, which have no quotes.
        said = history.split('"', 6)
        if len(said) == _WITH_DAYS and said[5] <= today and _UNKNOWN not in history:
            continue
        spells = read(history)
        if answer in lacking_now(spells, spells, spells, as_of):
            found.add(history)
    return found


_WITH_DAYS: Final = 7
_UNKNOWN: Final = '"unknown"'
"""As the codes of status and Rechtskreis have it."""
