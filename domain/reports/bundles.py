"""Facts that no figure by quarter tells apart, put together: counted once with their number, not one by one.

Seventy thousand cases make a few thousand bundles. A bundle is a fact like any other, one of its members with
``number`` and ``persons``; the days of entries and exits are the first of their quarter, of the others no more may be asked
than whether they have come. Where evidence is collected every fact stands alone, so that both are counted by the same
definition. Facts are taken by column here (domain/reports/fact_columns.py): a line of Python for each fact would cost more
than all else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, repeat
from typing import Any, Final, TypeAlias

from domain.reports import statistics_facts as alone
from domain.reports.definition import Counting
from domain.reports.fact_columns import ColumnsOf, column, fact_at, ids
from domain.reports.facts import CaseFact, ContactFact, ParticipationFact, SpanFact, TrainingFact
from domain.reports.quarters import quarter_of
from domain.reports.statistics_facts import (
    COACHING,
    FEMALE,
    NO_MODULE,
    Accompanied,
    Attended,
    Contacted,
    Contract,
    Placed,
    by,
)

ToldApart: TypeAlias = Callable[[Sequence[bytes]], Iterable[Hashable]]
"""Cases → what else the facts of each are to be told apart by: a class."""
AtEntry: TypeAlias = Callable[[Sequence[bytes], Sequence[date | None]], Iterable[Hashable]]
"""Cases, and the day that each entered something → what else the entries are to be told apart by."""

_DAYS: Final = ("first_plan_on", "plan_agreed_on", "declined_on", "closed_on", "follow_up_settled_on")
"""The days of a case of which figures ask whether they have come."""
_OF_ENTRY: Final = ("module", "entered_on", "left_on", "abandon_ground")

CASES: Final[ColumnsOf] = {
    "cases": (
        *("case_id", "participant_id", "municipality", "municipality_version", "gender", "opened_on"),
        *("destination", "follow_up_destination", *_DAYS),
    )
}
ENTRIES: Final[ColumnsOf] = {
    **CASES,
    "participations": ("case_id", *_OF_ENTRY),
    "spans": ("case_id", "from_on", "to_on"),
}
CONTRACTS: Final[ColumnsOf] = {
    **CASES,
    "trainings": ("case_id", "kind", "signed_on", "entered_on", "left_on", "break_off_ground"),
}
CONTACTS: Final[ColumnsOf] = {**CASES, "contacts": ("case_id", "held", "attempted")}
"""What is looked at for the bundles of each kind: a report that looks at nothing else need not have more read."""


def bundled(counting: Counting) -> bool:
    """Whether facts are put together: no evidence is collected, and nothing looks at them more closely."""
    return counting.evidence is None and counting.scope is None


def contacted(counting: Counting, told_apart: ToldApart | None = None) -> list[Contacted]:
    """``statistics_facts.cases`` in bundles."""
    if not bundled(counting):
        return counting.once(alone.cases)
    scope, come = counting.once(_scope), _Come(counting.as_of)
    keys = zip(
        scope.classes(told_apart),
        scope.column("destination"),
        scope.column("follow_up_destination"),
        *(map(come.__getitem__, scope.column(name)) for name in _DAYS),
        strict=True,
    )
    found = []
    for members in _members(enumerate(keys)).values():
        case = scope.case(members[0])
        found.append(
            Contacted(
                case.case_id,
                case.participant_id,
                case.gender == FEMALE,
                Placed(case.municipality, case.municipality_version),
                case,
                len(members),
                scope.persons_of(members),
            )
        )
    return found


def attended(counting: Counting, told_apart: ToldApart | None = None) -> list[Attended]:
    """``statistics_facts.attended`` in bundles."""
    if not bundled(counting):
        return counting.once(alone.attended)
    return [one for one, _ in _attended(counting, told_apart, None)]


def attended_at(counting: Counting, at_entry: AtEntry) -> list[tuple[Attended, Any]]:
    """The bundles where they are told apart by ``at_entry`` too, each with what that said of it."""
    return list(_attended(counting, None, at_entry))


def _attended(
    counting: Counting, told_apart: ToldApart | None, at_entry: AtEntry | None
) -> Iterator[tuple[Attended, Any]]:
    scope, facts, quarter = counting.once(_scope), counting.facts, _Quarters(counting.as_of)
    class_of = [*scope.classes(told_apart), None]

    def entries(
        cases: Sequence[bytes],
        modules: Iterable[str | None],
        entered: Sequence[date | None],
        left: Sequence[date | None],
        grounds: Iterable[str | None],
    ) -> Iterator[tuple[int, tuple[Hashable, ...]]]:
        numbers = scope.numbers_of(cases)
        keys = zip(
            map(class_of.__getitem__, numbers),
            modules,
            map(quarter.__getitem__, entered),
            map(quarter.__getitem__, left),
            grounds,
            repeat(None) if at_entry is None else at_entry(cases, entered),
            strict=False,
        )
        return zip(numbers, keys, strict=True)

    participations, spans = facts.participations, facts.spans
    modules, entered, left, grounds = (column(participations, ParticipationFact, name) for name in _OF_ENTRY)
    bundles = _members(
        chain(
            entries(ids(participations, ParticipationFact, "case_id"), modules, entered, left, grounds),
            entries(
                ids(spans, SpanFact, "case_id"),
                repeat(COACHING),
                column(spans, SpanFact, "from_on"),
                column(spans, SpanFact, "to_on"),
                repeat(None),
            ),
        )
    )
    for (in_scope, module, entered_on, left_on, ground, said), members in bundles.items():
        if in_scope is None or entered_on is None:
            continue
        case = scope.case(members[0])
        one = Attended(
            case_id=case.case_id,
            participant_id=case.participant_id,
            woman=case.gender == FEMALE,
            place=Placed(case.municipality, case.municipality_version),
            module=module or NO_MODULE,
            entered_on=entered_on,
            left_on=left_on,
            abandon_ground=ground if left_on is not None else None,
            asked_version=0,
            module_version=0,
            entered_version=0,
            left_version=0,
            case=case,
            number=len(members),
            persons=scope.persons_of(members),
        )
        yield one, said


def contracts(counting: Counting, told_apart: ToldApart | None = None) -> list[Contract]:
    """``statistics_facts.contracts`` in bundles."""
    if not bundled(counting):
        return counting.once(alone.contracts)
    scope, come = counting.once(_scope), _Come(counting.as_of)
    class_of = [*scope.classes(told_apart), None]
    trainings = counting.facts.trainings
    numbers = scope.numbers_of(ids(trainings, TrainingFact, "case_id"))
    keys = zip(
        map(class_of.__getitem__, numbers),
        *(map(come.__getitem__, column(trainings, TrainingFact, name)) for name in _OF_CONTRACT),
        column(trainings, TrainingFact, "kind"),
        column(trainings, TrainingFact, "break_off_ground"),
        strict=True,
    )
    bundles = _members(enumerate(keys))
    return [
        _contract(scope, numbers, members, fact_at(trainings, members[0]), counting.as_of)
        for (in_scope, signed, *_), members in bundles.items()
        if in_scope is not None and signed
    ]


_OF_CONTRACT: Final = ("signed_on", "entered_on", "left_on")


def _contract(
    scope: _Scope, numbers: Sequence[int], members: list[int], training: TrainingFact, as_of: date
) -> Contract:
    case = scope.case(numbers[members[0]])
    return Contract(
        case_id=case.case_id,
        participant_id=case.participant_id,
        place=Placed(case.municipality, case.municipality_version),
        kind=training.kind,
        signed_on=training.signed_on,
        entered_on=by(training.entered_on, as_of),
        left_on=by(training.left_on, as_of),
        break_off_ground=training.break_off_ground,
        signed_version=0,
        entered_version=0,
        left_version=0,
        case=case,
        number=len(members),
        persons=scope.persons_of([numbers[member] for member in members]),
    )


def accompanied(counting: Counting) -> list[Accompanied]:
    """``statistics_facts.accompanied`` summed by municipality."""
    if not bundled(counting):
        return counting.once(alone.accompanied)
    scope, as_of = counting.once(_scope), counting.as_of
    places = scope.column("municipality")
    declined = list(map(_Come(as_of).__getitem__, scope.column("declined_on")))
    known: dict[tuple[str, bool], int] = {}
    groups = [known.setdefault(group, len(known)) for group in zip(places, declined, strict=True)]
    lasted, after_end = ([0] * len(known) for _ in range(2))
    for (group, day), number in Counter(zip(groups, scope.column("opened_on"), strict=True)).items():
        lasted[group] += number * ((as_of - day).days + 1)
    for (group, day), number in Counter(zip(groups, scope.column("closed_on"), strict=True)).items():
        if day is not None and day <= as_of:
            after_end[group] += number * (as_of - day).days
    held, attempted = _contacts(counting, scope, groups)
    first = dict(zip(reversed(groups), reversed(range(len(groups))), strict=True))
    return [
        Accompanied(
            case.case_id,
            case.participant_id,
            Placed(case.municipality, case.municipality_version),
            was_declined,
            lasted[group],
            after_end[group],
            ContactFact(case.case_id, held[group], attempted[group]),
            case,
        )
        for (_, was_declined), group in known.items()
        for case in [scope.case(first[group])]
    ]


def _contacts(counting: Counting, scope: _Scope, groups: list[int]) -> tuple[list[int], list[int]]:
    """The contacts held and attempted of each group of cases."""
    # The last place is of the cases that are not asked for.
    held, attempted = ([0] * (len(set(groups)) + 1) for _ in range(2))
    contacts = counting.facts.contacts
    of_case = [*groups, len(held) - 1]
    for number, was_held, was_attempted in zip(
        scope.numbers_of(ids(contacts, ContactFact, "case_id")),
        column(contacts, ContactFact, "held"),
        column(contacts, ContactFact, "attempted"),
        strict=True,
    ):
        group = of_case[number]
        held[group] += was_held
        attempted[group] += was_attempted
    return held, attempted


# --------------------------------------------------------------------- scope


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """The cases asked for, by number. ``profiles`` are what all their facts are told apart by, ``persons`` whose they are;
    None where everybody has one case, for then the number of the case is that of the person."""

    cases: Sequence[CaseFact]
    chosen: list[int] | None
    """Which of ``cases`` are asked for, None: all."""
    ids: Sequence[bytes]
    numbers: Mapping[bytes, int]
    profiles: Sequence[tuple[str, bool]]
    persons: Sequence[int] | None

    def column(self, name: str) -> Sequence[Any]:
        """A column of the cases asked for."""
        return _chosen(column(self.cases, CaseFact, name), self.chosen)

    def case(self, number: int) -> CaseFact:
        """The case of a number."""
        return fact_at(self.cases, number if self.chosen is None else self.chosen[number])

    def numbers_of(self, cases: Iterable[bytes]) -> list[int]:
        """The numbers of cases; -1, the last place of a list, for one that is not asked for."""
        return list(map(self.numbers.get, cases, repeat(-1)))

    def persons_of(self, members: list[int]) -> list[int]:
        """The persons of cases; one may be there several times."""
        return members if self.persons is None else [self.persons[number] for number in members]

    def classes(self, told_apart: ToldApart | None) -> Sequence[Hashable]:
        """A number per case, the same for those that are not told apart."""
        keys: Iterable[Hashable] = self.profiles
        if told_apart is not None:
            keys = zip(self.profiles, told_apart(self.ids), strict=True)
        return _numbered(keys)


def _scope(counting: Counting) -> _Scope:
    as_of, place, cases = counting.as_of, counting.municipality, counting.facts.cases
    opened, places = (column(cases, CaseFact, name) for name in ("opened_on", "municipality"))
    chosen = None
    if place is not None or max(opened, default=as_of) > as_of:
        of_cases = zip(opened, places, strict=True)
        chosen = [n for n, (day, at) in enumerate(of_cases) if day <= as_of and place in (None, at)]
    case_ids = _chosen(ids(cases, CaseFact, "case_id"), chosen)
    participants = _chosen(ids(cases, CaseFact, "participant_id"), chosen)
    women = [gender == FEMALE for gender in _chosen(column(cases, CaseFact, "gender"), chosen)]
    return _Scope(
        cases=cases,
        chosen=chosen,
        ids=case_ids,
        numbers=dict(zip(case_ids, range(len(case_ids)), strict=True)),
        profiles=list(zip(_chosen(places, chosen), women, strict=True)),
        persons=None if len(set(participants)) == len(case_ids) else _numbered(participants),
    )


def _chosen(values: Sequence[Any], chosen: list[int] | None) -> Sequence[Any]:
    return values if chosen is None else list(map(values.__getitem__, chosen))


def _numbered(keys: Iterable[Hashable]) -> list[int]:
    """A number for each, the same for the same."""
    known: dict[Hashable, int] = {}
    return [known.setdefault(key, len(known)) for key in keys]


def _members(keyed: Iterable[tuple[int, tuple[Any, ...]]]) -> dict[tuple[Any, ...], list[int]]:
    """The numbers that have each key."""
    found: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for number, key in keyed:
        found[key].append(number)
    return found


class _Quarters(dict[date | None, date | None]):
    """The first day of the quarter of each day, None of none and of one that has not come; few different days are asked
    for many times."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of

    def __missing__(self, day: date | None) -> date | None:
        come = by(day, self._as_of)
        first = self[day] = None if come is None else quarter_of(come).first_day
        return first


class _Come(dict[date | None, bool]):
    """Whether days have come."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of

    def __missing__(self, day: date | None) -> bool:
        come = self[day] = by(day, self._as_of) is not None
        return come
