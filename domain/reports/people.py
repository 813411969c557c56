"""The people behind facts: each with a number, and the facts of some of them without looking at those of the others."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final, get_args, get_type_hints
from uuid import UUID

from domain.reports.evidence import Contribution
from domain.reports.facts import Facts, Unread


def _of(first: str) -> tuple[str, ...]:
    """The fields of Facts whose facts say with their first field of which stream they are, if that is called so."""
    kinds = {name: get_args(kind)[0] for name, kind in get_type_hints(Facts).items()}
    return tuple(name for name, kind in kinds.items() if getattr(kind, "_fields", ("",))[0] == first)


OF_CASES: Final = _of("case_id")
"""All other facts are of grants, offers, reports and rules."""


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
            if each.name not in (*OF_CASES, "municipalities")
            and not isinstance(found := getattr(facts, each.name), Unread)
            for fact in found
            if isinstance(fact[0], UUID)  # else it is a rule, of no stream
        }
        self.numbers: dict[UUID, int] = {case_id: ranks[person] for case_id, person in of_case.items()}
        """Stream → number of its person."""
        self.numbers |= _ranks(others - self.numbers.keys(), self.count)
        self._rows: dict[str, _Rows] = {}

    def is_person(self, number: int) -> bool:
        """Whether a number is of a person, and not of a stream that is of no case: a grant, an offer."""
        return number < self.count

    def place(self, one: Contribution) -> tuple[int, ...]:
        """Where a contribution stands: by person, and of each by case and entries."""
        place = [self.numbers.get(one.subject, len(self.numbers)), one.subject.int]
        for entry in one.entries:
            place += entry.stream_id.int, entry.version
        # What has the same entries first comes first, as no id is below zero.
        return (*place, -1, -one.weight)

    def in_order(self, contributions: Iterable[Contribution]) -> list[Contribution]:
        """The same order however the facts were read."""
        return sorted(contributions, key=self.place)

    def facts_of(self, numbers: Collection[int]) -> Facts:
        """The facts of all cases of some people, in the order they stand in, with all that is of no case."""
        found = Facts(municipalities=self._facts.municipalities)
        for each in fields(Facts):
            name, there = each.name, getattr(self._facts, each.name)
            if name == "municipalities":
                continue
            if name not in OF_CASES or isinstance(there, Unread):
                setattr(found, name, there)
                continue
            if name not in self._rows:
                self._rows[name] = _Rows(there, self.numbers)
            setattr(found, name, self._rows[name].of(numbers))
        return found


class _Rows:
    """Facts sorted by their number: ``begins`` says where those of each begin."""

    def __init__(self, facts: Sequence[Any], numbers: dict[UUID, int]) -> None:
        of_number: defaultdict[int, list[Any]] = defaultdict(list)
        for fact in facts:
            of_number[numbers[fact[0]]].append(fact)
        self._begins = array("I", [0])
        self._facts: list[Any] = []
        for number in range(max(of_number, default=-1) + 1):
            self._facts += of_number.get(number, ())
            self._begins.append(len(self._facts))

    def of(self, numbers: Collection[int]) -> list[Any]:
        begins = self._begins
        there = (number for number in sorted(numbers) if number + 1 < len(begins))
        return [fact for number in there for fact in self._facts[begins[number] : begins[number + 1]]]


def _ranks(ids: Iterable[UUID], first: int) -> dict[UUID, int]:
    return {one: first + rank for rank, one in enumerate(sorted(set(ids), key=attrgetter("int")))}
