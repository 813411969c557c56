"""The decided flat rates of a whole town at once, by column: what stands, who earned it, and what the courses prove by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import compress, count
from typing import Any, Final, TypeAlias

from domain.flat_rate import FlatRateResult, SpanKey, keys_apart
from domain.projections.grant_flat_rates import FlatRateRow
from domain.reports.definition import Counting
from domain.reports.fact_columns import ColumnsOf, column, ids
from domain.reports.table import NotComputable

_DECIDED: Final = ("decided_on", "result", "to_on", "units_attended")
_LINE: Final = ("module", "municipality", "to_on")
_SPAN: Final = ("to_on", "from_on", "units_held", "rate_code", "rate_cents")

FLAT_RATES: Final[ColumnsOf] = {
    "flat_rates": tuple(
        dict.fromkeys(
            (
                *("grant_id", "participation_id", "offer_id", "version", "revised"),
                *(*_DECIDED, *_LINE, *_SPAN),
            )
        )
    )
}
"""What is looked at of decided flat rates where no evidence is collected."""

_EARNED: Final = FlatRateResult.EARNED.value

Worth: TypeAlias = int | NotComputable
CourseLine: TypeAlias = tuple[bytes, str, str, int]
"""A course, and the line of the plan that pays it: module, municipality, year."""


@dataclass(slots=True)
class Earned:
    """What one grant has decided: by course and line, and all ``together`` (of the municipality asked for), how many earn
    it; by course the spans, each once, and which of them have no rate."""

    participations: dict[CourseLine, int] = field(default_factory=dict)
    together: int = 0
    spans: dict[bytes, list[SpanKey]] = field(default_factory=lambda: defaultdict(list))
    without_rate: set[tuple[bytes, SpanKey]] = field(default_factory=set)

    def proven(self) -> dict[tuple[bytes, int], tuple[int, Worth]]:
        """By course and year of the last day the units that count, no day of a course twice, and what they are worth."""
        found: dict[tuple[bytes, int], tuple[int, Worth]] = {}
        for course, spans in self.spans.items():
            for span in keys_apart(spans):
                last, _, held, _, cents = span
                units, worth = found.get((course, last.year), (0, 0))
                if isinstance(worth, int):
                    known = (course, span) not in self.without_rate
                    worth = worth + held * cents if known else NotComputable.RATE_NOT_KNOWN
                found[course, last.year] = units + held, worth
        return found


def standing(counting: Counting, grants: Container[bytes]) -> list[bool]:
    """Of every span decided by ``grants``: whether it earns and its decision stands on the reference date."""
    facts, as_of = counting.facts.flat_rates, counting.as_of
    of_grants, seats = ids(facts, FlatRateRow, "grant_id"), ids(facts, FlatRateRow, "participation_id")
    versions, revised = (column(facts, FlatRateRow, name) for name in ("version", "revised"))
    decided_on, results, last_days, attended = (column(facts, FlatRateRow, name) for name in _DECIDED)
    stands = [
        on <= as_of and last is not None and units != 0 and result == _EARNED
        for on, result, last, units in zip(decided_on, results, last_days, attended, strict=True)
    ]
    last_revised: dict[tuple[bytes, bytes], int] = {}
    for grant, seat, version, on in compress(
        zip(of_grants, seats, versions, decided_on, strict=True), revised
    ):
        if on <= as_of:
            last_revised[grant, seat] = max(version, last_revised.get((grant, seat), 0))
    # Few are decided again: only of those it is asked who replaced whom.
    again = {seat for _, seat in last_revised}
    for place in compress(range(len(stands)), map(again.__contains__, seats)) if again else ():
        since = last_revised.get((of_grants[place], seats[place]), 0)
        stands[place] = stands[place] and versions[place] >= since
    if all(map(grants.__contains__, set(of_grants))):
        return stands
    return [one and grant in grants for one, grant in zip(stands, of_grants, strict=True)]


def earned_at_once(counting: Counting, grants: Container[bytes]) -> Mapping[bytes, Earned]:
    """By grant what is decided and stands; nothing here is kept for evidence.

    Numbers stand for ids, lines and spans: they are compared a hundred thousand times, what they stand for few times.
    """
    facts = counting.facts.flat_rates
    stands = standing(counting, grants)

    def chosen(*names: str) -> Iterator[Iterable[Any]]:
        return (compress(column(facts, FlatRateRow, name), stands) for name in names)

    def chosen_ids(name: str) -> Iterable[bytes]:
        return compress(ids(facts, FlatRateRow, name), stands)

    found: dict[bytes, Earned] = defaultdict(Earned)
    lines, spans = _Lines(), _Spans()
    of_courses, named = _numbered(chosen_ids("offer_id"))
    of_lines = map(lines.__getitem__, zip(chosen_ids("grant_id"), *chosen(*_LINE), strict=True))
    seats, _ = _numbered(chosen_ids("participation_id"))
    place = counting.municipality
    together: dict[bytes, set[int]] = defaultdict(set)
    number_of: dict[tuple[int, int], int] = defaultdict(int)
    for course, line, seat in set(zip(of_courses, of_lines, seats, strict=True)):
        number_of[course, line] += 1
        grant, _, municipality, _ = lines.known[line]
        if place is None or municipality == place:
            together[grant].add(seat)
    for (course, line), number in number_of.items():
        grant, module, municipality, year = lines.known[line]
        found[grant].participations[named[course], module, municipality, year] = number
    for grant, earning in together.items():
        found[grant].together = len(earning)
    of_spans = list(map(spans.__getitem__, zip(chosen_ids("grant_id"), *chosen(*_SPAN), strict=True)))
    of_grants = [found[grant].spans for grant in spans.grants]
    keys = spans.keys_of
    pairs = set(zip(of_courses, of_spans, strict=True))
    for course, span in pairs:
        of_grants[span][named[course]].append(keys[span])
    for course, span in pairs if spans.without_rate else ():
        if span in spans.without_rate:
            found[spans.grants[span]].without_rate.add((named[course], keys[span]))
    return found


def _numbered(asked: Iterable[bytes]) -> tuple[list[int], dict[int, bytes]]:
    """Ids as numbers, in their order, and which one each number stands for."""
    first: dict[bytes, int] = {}
    numbers = list(map(first.setdefault, asked, count()))
    return numbers, {number: one for one, number in first.items()}


class _Lines(dict[tuple[bytes, str, str, date], int]):
    """The numbers of the lines by which a grant pays for a module, at a place, until a day; few different ones are asked for
    many times. ``known``: grant, module, municipality and year of each."""

    def __init__(self) -> None:
        self.known: list[tuple[bytes, str, str, int]] = []
        self._numbers: dict[tuple[bytes, str, str, int], int] = {}

    def __missing__(self, asked: tuple[bytes, str, str, date]) -> int:
        grant, module, municipality, last = asked
        line = grant, module, municipality, last.year
        number = self[asked] = self._numbers.setdefault(line, len(self.known))
        if number == len(self.known):
            self.known.append(line)
        return number


class _Spans(dict[tuple[bytes, date, date, int, str | None, int | None], int]):
    """The numbers of spans that a grant pays for; by number the grant and the key of each, and which have no rate."""

    def __init__(self) -> None:
        self.grants: list[bytes] = []
        self.keys_of: list[SpanKey] = []
        self.without_rate: set[int] = set()

    def __missing__(self, asked: tuple[bytes, date, date, int, str | None, int | None]) -> int:
        grant, last, first, held, code, cents = asked
        number = self[asked] = len(self.grants)
        self.grants.append(grant)
        self.keys_of.append((last, first, held, code or "", cents or 0))
        if cents is None:
            self.without_rate.add(number)
        return number


def shared(*pairs: Iterable[tuple[bytes, bytes]]) -> set[bytes]:
    """Of things, each with a grant that pays for it, those that more than one pays for."""
    of: dict[bytes, bytes] = {}
    found: set[bytes] = set()
    for some in pairs:
        for thing, grant in set(some):
            if of.setdefault(thing, grant) != grant:
                found.add(thing)
    return found
