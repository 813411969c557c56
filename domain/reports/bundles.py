"""Facts that a figure does not tell apart, put together: counted once with their number, not one by one.

Seventy thousand cases make a few hundred bundles. A bundle is a fact like any other, with ``number`` and ``persons``; each
function says below what may be asked of its bundles, the rest refuses (``NOT_READ``). Where evidence is collected every
fact stands alone, so that both are counted by the same definition. Facts are taken by column here
(domain/reports/fact_columns.py): a line of Python for each would cost more than all else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, repeat
from typing import Any, Final, NamedTuple, TypeAlias

from domain.reports import statistics_facts as alone
from domain.reports.bundle_scope import BundleScope, Come, Quarters, bundle_scope, members_by
from domain.reports.definition import Counting
from domain.reports.fact_columns import NOT_READ, ColumnsOf, column, fact_at, ids
from domain.reports.facts import ContactFact, ParticipationFact, SpanFact, TrainingFact
from domain.reports.statistics_facts import (
    COACHING,
    NO_MODULE,
    Accompanied,
    Attended,
    Contacted,
    Contract,
    Placed,
    by,
)

ToldApart: TypeAlias = Sequence[Any]
"""What the facts of each case are to be told apart by, by its number: a class."""
AtEntry: TypeAlias = Callable[[Sequence[bytes], Sequence[date | None]], Iterable[Hashable]]
"""Cases, and the day that each entered something → what the entries are to be told apart by besides."""

_NOT_TOLD: Final[Any] = NOT_READ
_DAYS: Final = ("first_plan_on", "plan_agreed_on", "declined_on", "closed_on", "follow_up_settled_on")
"""The days of a case of which figures ask whether they have come."""
_OF_ENTRY: Final = ("module", "entered_on", "left_on", "abandon_ground")
_OF_CONTRACT: Final = ("signed_on", "entered_on", "left_on", "kind", "break_off_ground")

CASES: Final[ColumnsOf] = {
    "cases": (
        *("case_id", "participant_id", "municipality", "gender", "opened_on"),
        *("destination", "follow_up_destination", *_DAYS),
    )
}
ENTRIES: Final[ColumnsOf] = {
    **CASES,
    "participations": ("case_id", *_OF_ENTRY),
    "spans": ("case_id", "from_on", "to_on"),
}
CONTRACTS: Final[ColumnsOf] = {**CASES, "trainings": ("case_id", *_OF_CONTRACT)}
CONTACTS: Final[ColumnsOf] = {**CASES, "contacts": ("case_id", "held", "attempted")}
"""What is looked at for the bundles of each kind: a report that looks at nothing else need not have more read."""


def bundled(counting: Counting) -> bool:
    """Whether facts are put together: no evidence is collected."""
    return counting.evidence is None


# --------------------------------------------------------------------- cases


def contacted(counting: Counting) -> list[Contacted]:
    """``statistics_facts.cases`` by municipality. Of the days of a case it may be asked whether they have come."""
    if not bundled(counting):
        return counting.once(alone.cases)
    found = contacted_apart(counting, counting.once(bundle_scope).places)
    return [one._replace(place=Placed(place, 0)) for one, place in found]


def contacted_apart(counting: Counting, told_apart: ToldApart) -> list[tuple[Contacted, Any]]:
    """The same by something else, each bundle with what that is."""
    scope, come = counting.once(bundle_scope), Come(counting.as_of)
    keys = zip(
        told_apart,
        scope.women,
        scope.column("destination"),
        scope.column("follow_up_destination"),
        *(map(come.__getitem__, scope.column(name)) for name in _DAYS),
        _cases_asked(counting),
        strict=False,
    )
    return [
        (
            Contacted(
                _NOT_TOLD,
                _NOT_TOLD,
                woman,
                _NOT_TOLD,
                scope.case(members[0]),
                len(members),
                scope.persons_of(members),
            ),
            said,
        )
        for (said, woman, *_, asked), members in members_by(enumerate(keys)).items()
        if asked
    ]


def _cases_asked(counting: Counting) -> Iterable[bool]:
    if counting.scope is None:
        return repeat(True)
    scope = counting.once(bundle_scope)
    days = (scope.column(name) for name in ("opened_on", "closed_on", "declined_on"))
    return counting.scope.cases(scope.places, *days)


# ------------------------------------------------------------------- entries


class _Entry(NamedTuple):
    """What participations and spans of coaching are told apart by; of the days the first of the quarter."""

    place: str | None
    """None of a case that is not asked for."""
    woman: bool
    module: str
    entered_on: date | None
    left_on: date | None
    ground: str | None
    said: Any
    asked: bool = True

    def bundle(self, persons: Collection[int], number: int) -> Attended:
        """The bundle of so many entries of these persons."""
        return Attended(
            case_id=_NOT_TOLD,
            participant_id=_NOT_TOLD,
            woman=self.woman,
            place=Placed(self.place or "", 0),
            module=self.module,
            entered_on=self.entered_on,  # type: ignore[arg-type] # only what was entered is asked
            left_on=self.left_on,
            abandon_ground=self.ground if self.left_on is not None else None,
            asked_version=0,
            module_version=0,
            entered_version=0,
            left_version=0,
            case=_NOT_TOLD,
            number=number,
            persons=persons,
        )


def attended(counting: Counting) -> list[Attended]:
    """``statistics_facts.attended`` by municipality, module, ground, and quarters: of the days no more may be asked."""
    if not bundled(counting):
        return counting.once(alone.attended)
    scope = counting.once(bundle_scope)
    return [
        entry.bundle(scope.persons_of(members), len(members))
        for entry, members in counting.once(_entries).items()
    ]


def attended_apart(counting: Counting, told_apart: ToldApart) -> list[tuple[Attended, Any]]:
    """The same by something else than municipality, each bundle with what that is."""
    scope = counting.once(bundle_scope)
    keyed = (
        (number, (module, entered_on, left_on, ground, told_apart[number]))
        for (_, _, module, entered_on, left_on, ground, *_), members in counting.once(_entries).items()
        for number in members
    )
    return [
        (
            _Entry(None, _NOT_TOLD, module, entered_on, left_on, ground, value).bundle(
                scope.persons_of(members), len(members)
            ),
            value,
        )
        for (module, entered_on, left_on, ground, value), members in members_by(keyed).items()
    ]


def undated(counting: Counting) -> list[Attended]:
    """The same by municipality; of days and grounds it may be asked only whether there is one."""
    if not bundled(counting):
        return counting.once(alone.attended)
    found = undated_apart(counting, counting.once(bundle_scope).places)
    return [one._replace(place=Placed(place, 0)) for one, place in found]


def entered(counting: Counting) -> list[Attended]:
    """The same; it may be asked only whose entries they are."""
    if not bundled(counting):
        return counting.once(alone.attended)
    scope = counting.once(bundle_scope)
    of_places: dict[str | None, list[int]] = defaultdict(list)
    for entry, members in counting.once(_entries).items():
        of_places[entry.place].extend(members)
    nothing: Final = (_NOT_TOLD,) * 5
    return [
        _Entry(place, *nothing, None).bundle(scope.persons_of(members), len(members))
        for place, members in of_places.items()
    ]


def undated_apart(counting: Counting, told_apart: ToldApart) -> list[tuple[Attended, Any]]:
    """The same by something else, each bundle with what that is."""
    scope = counting.once(bundle_scope)
    found = []
    for (woman, *of_case), numbers in counting.once(_states).items():
        for value, members in members_by(
            zip(numbers, map(told_apart.__getitem__, numbers), strict=True)
        ).items():
            persons = scope.persons_of(members)
            found += [
                (
                    _Entry(None, woman, _NOT_TOLD, _NOT_TOLD, *state, value).bundle(
                        persons, times * len(members)
                    ),
                    value,
                )
                for times, state in zip(of_case, _STATES, strict=True)
                if times
            ]
    return found


_STATES: Final = ((None, None), (_NOT_TOLD, None), (_NOT_TOLD, _NOT_TOLD))
"""Going on, over, and given up: the last day, and the ground."""


def _states(counting: Counting) -> dict[tuple[bool, int, int, int], list[int]]:
    """The cases that entered anything: by whose they are, and how many of their entries are going on, over, and given up."""
    lists: tuple[list[int], ...] = ([], [], [])
    for entry, members in counting.once(_entries).items():
        lists[0 if entry.left_on is None else 1 if entry.ground is None else 2].extend(members)
    numbers = list(dict.fromkeys(chain.from_iterable(lists)))
    women = counting.once(bundle_scope).women
    # Not by [], which would call Python for every case that is not there.
    times = (map(Counter(found).get, numbers, repeat(0)) for found in lists)
    return members_by(zip(numbers, zip(map(women.__getitem__, numbers), *times, strict=True), strict=True))


def attended_at(counting: Counting, at_entry: AtEntry) -> list[tuple[Attended, Any]]:
    """``attended`` told apart by what ``at_entry`` says of each entry, too; each bundle with that."""
    scope = counting.once(bundle_scope)
    found = _told_apart(counting, at_entry)
    return [
        (entry.bundle(scope.persons_of(members), len(members)), entry.said)
        for entry, members in found.items()
    ]


def _entries(counting: Counting) -> dict[_Entry, list[int]]:
    return _told_apart(counting, None)


def _told_apart(counting: Counting, at_entry: AtEntry | None) -> dict[_Entry, list[int]]:
    """The numbers of the cases that have an entry of each kind, as often as they have it."""
    scope, facts, quarter = counting.once(bundle_scope), counting.facts, Quarters(counting.as_of)
    places, women = [*scope.places, None], [*scope.women, False]

    def entries(
        cases: Sequence[bytes],
        modules: Sequence[str],
        entered: Sequence[date | None],
        left: Sequence[date | None],
        grounds: Iterable[str | None],
    ) -> Iterator[tuple[int, tuple[Any, ...]]]:
        numbers = scope.numbers_of(cases)
        keys = zip(
            map(places.__getitem__, numbers),
            map(women.__getitem__, numbers),
            modules,
            map(quarter.__getitem__, entered),
            map(quarter.__getitem__, left),
            grounds,
            repeat(None) if at_entry is None else at_entry(cases, entered),
            repeat(True)
            if counting.scope is None
            else counting.scope.entries(map(places.__getitem__, numbers), modules, entered),
            strict=False,
        )
        return zip(numbers, keys, strict=True)

    participations, spans = facts.participations, facts.spans
    modules, entered, left, grounds = (column(participations, ParticipationFact, name) for name in _OF_ENTRY)
    found = members_by(
        chain(
            entries(
                ids(participations, ParticipationFact, "case_id"),
                [module or NO_MODULE for module in modules],
                entered,
                left,
                grounds,
            ),
            entries(
                ids(spans, SpanFact, "case_id"),
                [COACHING] * len(spans),
                column(spans, SpanFact, "from_on"),
                column(spans, SpanFact, "to_on"),
                repeat(None),
            ),
        )
    )
    known = ((_Entry(*key), members) for key, members in found.items())
    return {
        entry: members
        for entry, members in known
        if entry.asked and entry.place is not None and entry.entered_on
    }


# ----------------------------------------------------------------- contracts


def contracts(counting: Counting) -> list[Contract]:
    """``statistics_facts.contracts``. Of the days it may be asked whether they have come."""
    if not bundled(counting):
        return counting.once(alone.contracts)
    nothing = [None] * len(counting.once(bundle_scope).ids)
    return [one for one, _ in contracts_apart(counting, nothing)]


def contracts_apart(counting: Counting, told_apart: ToldApart) -> list[tuple[Contract, Any]]:
    """The same told apart by something, each bundle with what that is."""
    scope, come, as_of = counting.once(bundle_scope), Come(counting.as_of), counting.as_of
    trainings = counting.facts.trainings
    numbers = scope.numbers_of(ids(trainings, TrainingFact, "case_id"))
    signed, entered, left, kinds, grounds = (column(trainings, TrainingFact, name) for name in _OF_CONTRACT)
    days = (map(come.__getitem__, days) for days in (signed, entered, left))
    said = [*told_apart, None]
    asked: Iterable[bool] = map((-1).__lt__, numbers)
    if counting.scope is not None:
        asked = counting.scope.contracts(map([*scope.places, None].__getitem__, numbers), signed)
    keys = zip(map(said.__getitem__, numbers), asked, *days, kinds, grounds, strict=True)
    return [
        (
            _contract(scope, [numbers[member] for member in members], fact_at(trainings, members[0]), as_of),
            value,
        )
        for (value, is_asked, is_signed, *_), members in members_by(enumerate(keys)).items()
        if is_asked and is_signed
    ]


def _contract(scope: BundleScope, members: list[int], training: TrainingFact, as_of: date) -> Contract:
    return Contract(
        case_id=_NOT_TOLD,
        participant_id=_NOT_TOLD,
        place=_NOT_TOLD,
        kind=training.kind,
        signed_on=training.signed_on,
        entered_on=by(training.entered_on, as_of),
        left_on=by(training.left_on, as_of),
        break_off_ground=training.break_off_ground,
        signed_version=0,
        entered_version=0,
        left_version=0,
        case=_NOT_TOLD,
        number=len(members),
        persons=scope.persons_of(members),
    )


# ------------------------------------------------------------------ contacts


def accompanied(counting: Counting) -> list[Accompanied]:
    """``statistics_facts.accompanied`` summed by municipality."""
    if not bundled(counting) or counting.scope is not None:
        return counting.once(alone.accompanied)
    found = accompanied_apart(counting, counting.once(bundle_scope).places)
    return [one._replace(place=Placed(place, 0)) for one, place in found]


def accompanied_apart(counting: Counting, told_apart: ToldApart) -> list[tuple[Accompanied, Any]]:
    """The same by something else, each sum with what that is."""
    scope, as_of = counting.once(bundle_scope), counting.as_of
    declined = map(Come(as_of).__getitem__, scope.column("declined_on"))
    known: dict[tuple[Any, bool], int] = {}
    pairs = zip(told_apart, declined, strict=True)
    groups = [known.setdefault(group, len(known)) for group in pairs]
    # The last place is of the cases that are not asked for.
    lasted, after_end, held, attempted = ([0] * (len(known) + 1) for _ in range(4))
    for (group, day), number in Counter(zip(groups, scope.column("opened_on"), strict=True)).items():
        lasted[group] += number * ((as_of - day).days + 1)
    for (group, day), number in Counter(zip(groups, scope.column("closed_on"), strict=True)).items():
        if day is not None and day <= as_of:
            after_end[group] += number * (as_of - day).days
    contacts = counting.facts.contacts
    of_case = [*groups, len(known)]
    for number, was_held, was_attempted in zip(
        scope.numbers_of(ids(contacts, ContactFact, "case_id")),
        column(contacts, ContactFact, "held"),
        column(contacts, ContactFact, "attempted"),
        strict=True,
    ):
        held[of_case[number]] += was_held
        attempted[of_case[number]] += was_attempted
    return [
        (
            Accompanied(
                _NOT_TOLD,
                _NOT_TOLD,
                _NOT_TOLD,
                was_declined,
                lasted[group],
                after_end[group],
                ContactFact(_NOT_TOLD, held[group], attempted[group]),
                _NOT_TOLD,
            ),
            said,
        )
        for (said, was_declined), group in known.items()
    ]
