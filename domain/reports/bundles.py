"""Facts that no figure by quarter tells apart, put together: counted once with their number, not one by one.

Seventy thousand cases make a few thousand bundles. A bundle is a fact like any other, one of its members with
``number`` and ``persons``; of its days no more may be asked than the quarter, and whether they have come. Where evidence
is collected every fact stands alone, so that both are counted by the same definition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain.reports import statistics_facts as alone
from domain.reports.definition import Counting
from domain.reports.facts import CaseFact, ContactFact, ParticipationFact, SpanFact, TrainingFact
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
    quarter_name,
)

ToldApart: TypeAlias = Callable[[UUID], Hashable]
"""Case → what else its facts are to be told apart by: a class."""
AtEntry: TypeAlias = Callable[[UUID, date], Hashable]
"""Case and the day that it entered something → what else the entry is to be told apart by."""


def bundled(counting: Counting) -> bool:
    """Whether facts are put together: no evidence is collected, and nothing looks at them more closely."""
    return counting.evidence is None and counting.scope is None


def contacted(counting: Counting, told_apart: ToldApart | None = None) -> list[Contacted]:
    """``statistics_facts.cases`` in bundles."""
    if not bundled(counting):
        return counting.once(alone.cases)
    scope, as_of = counting.once(_scope), counting.as_of
    state: list[Iterable[Hashable]] = [
        scope.profiles,
        *(_column(scope.cases, CaseFact, name) for name in ("destination", "follow_up_destination")),
        *(
            [day is not None and day <= as_of for day in _column(scope.cases, CaseFact, name)]
            for name in _DAYS
        ),
    ]
    if told_apart is not None:
        state.append(map(told_apart, _column(scope.cases, CaseFact, "case_id")))
    bundles: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number, key in enumerate(zip(*state, strict=True)):
        bundles[key].append(number)
    found = []
    for members in bundles.values():
        case = scope.cases[members[0]]
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


_DAYS: Final = ("first_plan_on", "plan_agreed_on", "declined_on", "closed_on", "follow_up_settled_on")
"""The days of a case of which figures ask whether they have come."""


def attended(
    counting: Counting, told_apart: ToldApart | None = None, at_entry: AtEntry | None = None
) -> list[Attended]:
    """``statistics_facts.attended`` in bundles."""
    if not bundled(counting):
        return counting.once(alone.attended)
    scope, as_of, facts = counting.once(_scope), counting.as_of, counting.facts
    class_of = scope.classes(told_apart)
    quarter_of = _Quarters()
    spans = map(_OF_SPAN, facts.spans)
    entries = chain(
        map(_OF_PARTICIPATION, facts.participations),
        ((case_id, COACHING, from_on, to_on, None) for case_id, from_on, to_on in spans),
    )
    bundles: dict[Hashable, tuple[list[int], str, date, date | None, str | None]] = {}
    numbers = scope.numbers
    for case_id, module, entered_on, ended_on, reason in entries:
        if entered_on is None or entered_on > as_of or case_id not in numbers:
            continue
        number = numbers[case_id]
        left_on = ended_on if ended_on is not None and ended_on <= as_of else None
        ground = reason if left_on is not None else None
        key: tuple[Hashable, ...] = (
            class_of[number],
            module,
            quarter_of[entered_on],
            quarter_of[left_on],
            ground,
        )
        if at_entry is not None:
            key = (*key, at_entry(case_id, entered_on))
        if key in bundles:
            bundles[key][0].append(number)
        else:
            bundles[key] = ([number], module or NO_MODULE, entered_on, left_on, ground)
    return [_attended(scope, *found) for found in bundles.values()]


def _attended(
    scope: _Scope,
    members: list[int],
    module: str,
    entered_on: date,
    left_on: date | None,
    ground: str | None,
) -> Attended:
    case = scope.cases[members[0]]
    return Attended(
        case_id=case.case_id,
        participant_id=case.participant_id,
        woman=case.gender == FEMALE,
        place=Placed(case.municipality, case.municipality_version),
        module=module,
        entered_on=entered_on,
        left_on=left_on,
        abandon_ground=ground,
        asked_version=0,
        module_version=0,
        entered_version=0,
        left_version=0,
        case=case,
        number=len(members),
        persons=scope.persons_of(members),
    )


def contracts(counting: Counting, told_apart: ToldApart | None = None) -> list[Contract]:
    """``statistics_facts.contracts`` in bundles."""
    if not bundled(counting):
        return counting.once(alone.contracts)
    scope, as_of = counting.once(_scope), counting.as_of
    class_of = scope.classes(told_apart)
    bundles: dict[Hashable, tuple[list[int], TrainingFact]] = {}
    for training in counting.facts.trainings:
        number = scope.numbers.get(training.case_id)
        if number is None or training.signed_on > as_of:
            continue
        key = (
            class_of[number],
            training.kind,
            by(training.entered_on, as_of) is None,
            by(training.left_on, as_of) is None,
            training.break_off_ground,
        )
        bundles.setdefault(key, ([], training))[0].append(number)
    return [_contract(scope, members, training, as_of) for members, training in bundles.values()]


def _contract(scope: _Scope, members: list[int], training: TrainingFact, as_of: date) -> Contract:
    case = scope.cases[members[0]]
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
        persons=scope.persons_of(members),
    )


def accompanied(counting: Counting) -> list[Accompanied]:
    """``statistics_facts.accompanied`` summed by municipality."""
    if not bundled(counting):
        return counting.once(alone.accompanied)
    scope, as_of = counting.once(_scope), counting.as_of
    contacts = {contact.case_id: contact for contact in counting.facts.contacts}
    sums: dict[tuple[str, bool], list[int]] = {}
    first: dict[tuple[str, bool], CaseFact] = {}
    days = _DaysUntil(as_of)
    for case in scope.cases:
        closed_on = case.closed_on
        key = (case.municipality, case.declined_on is not None and case.declined_on <= as_of)
        found = sums.get(key)
        if found is None:
            found = sums[key] = [0, 0, 0, 0]
            first[key] = case
        found[0] += days[case.opened_on] + 1
        if closed_on is not None and closed_on <= as_of:
            found[1] += days[closed_on]
        if (contact := contacts.get(case.case_id)) is not None:
            found[2] += contact.held
            found[3] += contact.attempted
    return [
        Accompanied(
            case.case_id,
            case.participant_id,
            Placed(case.municipality, case.municipality_version),
            key[1],
            lasted,
            after_end,
            ContactFact(case.case_id, held, attempted),
            case,
        )
        for (key, case), (lasted, after_end, held, attempted) in zip(
            first.items(), sums.values(), strict=True
        )
    ]


class _DaysUntil(dict[date, int]):
    """How many days ago each day was; few different ones are asked for many times."""

    def __init__(self, as_of: date) -> None:
        self._as_of = as_of

    def __missing__(self, day: date) -> int:
        days = self[day] = (self._as_of - day).days
        return days


# --------------------------------------------------------------------- scope


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """The cases asked for, by number. ``profiles`` are what all their facts are told apart by, ``persons`` whose they are;
    None where everybody has one case, for then the number of the case is that of the person."""

    cases: list[CaseFact]
    numbers: dict[UUID, int]
    profiles: list[tuple[str, bool]]
    persons: list[int] | None

    def persons_of(self, members: list[int]) -> list[int]:
        """The persons of cases; one may be there several times."""
        return members if self.persons is None else [self.persons[number] for number in members]

    def classes(self, told_apart: ToldApart | None) -> list[int]:
        """A number per case, the same for those that are not told apart."""
        keys: Iterable[Hashable] = self.profiles
        if told_apart is not None:
            keys = zip(self.profiles, map(told_apart, self.numbers), strict=True)
        known: dict[Hashable, int] = {}
        return [known.setdefault(key, len(known)) for key in keys]


def _scope(counting: Counting) -> _Scope:
    as_of, place = counting.as_of, counting.municipality
    cases = [
        case
        for case in counting.facts.cases
        if case.opened_on <= as_of and place in (None, case.municipality)
    ]
    ids = _column(cases, CaseFact, "case_id")
    known: dict[UUID, int] = {}
    persons = [known.setdefault(one, len(known)) for one in _column(cases, CaseFact, "participant_id")]
    women = [gender == FEMALE for gender in _column(cases, CaseFact, "gender")]
    return _Scope(
        cases=cases,
        numbers=dict(zip(ids, range(len(cases)), strict=True)),
        profiles=list(zip(_column(cases, CaseFact, "municipality"), women, strict=True)),
        persons=None if len(known) == len(cases) else persons,
    )


def _column(facts: Sequence[Any], kind: type[Any], name: str) -> list[Any]:
    return list(map(itemgetter(kind._fields.index(name)), facts))


def _fields(kind: type[Any], *names: str) -> itemgetter[Any]:
    return itemgetter(*(kind._fields.index(name) for name in names))


_OF_PARTICIPATION: Final = _fields(
    ParticipationFact, "case_id", "module", "entered_on", "left_on", "abandon_ground"
)
_OF_SPAN: Final = _fields(SpanFact, "case_id", "from_on", "to_on")


class _Quarters(dict[date | None, str | None]):
    """The quarters of days, None of none; faster to ask than a function that remembers."""

    def __missing__(self, day: date | None) -> str | None:
        quarter = self[day] = None if day is None else quarter_name(day)
        return quarter
