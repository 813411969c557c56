"""The people behind facts: each with a number, and the facts of some of them without looking at those of the others."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from domain.reports.facts import Facts, Unread

OF_CASES: Final = (
    "cases",
    "spans",
    "participations",
    "trainings",
    "contacts",
    "characteristics",
    "employments",
    "stages",
    "unmet_needs",
    "measures",
    "hint_answers",
    "referrals",
)
"""Fields of Facts whose facts are of a case, said by their first field. All others are of grants, offers and reports."""


class People:
    """The people of ``facts``, in the order of their ids; the streams that are of no case come after them, each by itself.

    The order depends on nothing but the ids, so what is listed by it stands at the same place however it was read.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        of_case = {case.case_id: case.participant_id for case in facts.cases}
        ranks = _ranks(of_case.values(), 0)
        self.count = len(ranks)
        others = {
            fact[0]
            for each in fields(facts)
            if each.name not in (*OF_CASES, "municipalities", "programme_rates")
            and not isinstance(found := getattr(facts, each.name), Unread)
            for fact in found
            if isinstance(fact[0], UUID)  # else it is a rule, of no stream
        }
        self.numbers: dict[UUID, int] = {case_id: ranks[person] for case_id, person in of_case.items()}
        """Stream → number of its person."""
        self.numbers |= _ranks(others - self.numbers.keys(), self.count)
        self._rows: dict[str, _Rows] = {}

    def is_person(self, number: int) -> bool:
        """Whether a number is of a person, and not of a grant or an offer."""
        return number < self.count

    def facts_of(self, people: Collection[int]) -> Facts:
        """The facts of all cases of some people, and all that are of no case; each in the order they stand in."""
        found = Facts(municipalities=self._facts.municipalities)
        for each in fields(Facts):
            if each.name == "municipalities":
                continue
            there = getattr(self._facts, each.name)
            if each.name in OF_CASES and not isinstance(there, Unread):
                if each.name not in self._rows:
                    self._rows[each.name] = _Rows(there, self.numbers, self.count)
                setattr(found, each.name, self._rows[each.name].of(people))
            else:
                setattr(found, each.name, there)
        return found


class _Rows:
    """Facts sorted by the number of their person: ``begins`` says where those of each begin."""

    def __init__(self, facts: Sequence[Any], numbers: dict[UUID, int], count: int) -> None:
        of_person: defaultdict[int, list[Any]] = defaultdict(list)
        for fact in facts:
            of_person[numbers[fact[0]]].append(fact)
        self._begins = array("I", [0]) * (count + 1)
        self._facts: list[Any] = []
        for number in range(count):
            self._facts += of_person.get(number, ())
            self._begins[number + 1] = len(self._facts)

    def of(self, people: Collection[int]) -> list[Any]:
        begins = self._begins
        persons = (number for number in sorted(people) if number + 1 < len(begins))
        return [fact for number in persons for fact in self._facts[begins[number] : begins[number + 1]]]


def _ranks(ids: Iterable[UUID], first: int) -> dict[UUID, int]:
    return {one: first + rank for rank, one in enumerate(sorted(set(ids), key=attrgetter("int")))}
