"""The decided flat rates of a whole town at once, by column: what stands, who earned it, and what the courses prove by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import compress
from operator import attrgetter
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
                *("grant_id", "participation_id", "offer_id", "version", "place", "revised"),
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
    """What one grant has decided: by course and line, and all together (of the municipality asked for), who earns it; by
    course the spans, each once, and which of them have no rate."""

    participations: dict[CourseLine, int] = field(default_factory=lambda: defaultdict(int))
    together: set[bytes] = field(default_factory=set)
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
    decided = (column(facts, FlatRateRow, name) for name in _DECIDED)
    stands = [
        on <= as_of and last is not None and attended != 0 and result == _EARNED
        for on, result, last, attended in zip(*decided, strict=True)
    ]
    decided_on = column(facts, FlatRateRow, "decided_on")
    last_revised: dict[tuple[bytes, bytes], int] = {}
    for grant, seat, version, on in compress(
        zip(of_grants, seats, versions, decided_on, strict=True), revised
    ):
        if on <= as_of:
            last_revised[grant, seat] = max(version, last_revised.get((grant, seat), 0))
    if last_revised:
        replaced = map(last_revised.get, zip(of_grants, seats, strict=True))
        stands = [
            one and (since is None or version >= since)
            for one, since, version in zip(stands, replaced, versions, strict=True)
        ]
    if all(map(grants.__contains__, set(of_grants))):
        return stands
    return [one and grant in grants for one, grant in zip(stands, of_grants, strict=True)]


def earned_at_once(counting: Counting, grants: Container[bytes]) -> Mapping[bytes, Earned]:
    """By grant what is decided and stands; nothing here is kept for evidence."""
    facts = counting.facts.flat_rates
    stands = standing(counting, grants)

    def chosen(*names: str) -> list[list[Any]]:
        return [list(compress(column(facts, FlatRateRow, name), stands)) for name in names]

    def chosen_ids(*names: str) -> list[list[bytes]]:
        return [list(compress(ids(facts, FlatRateRow, name), stands)) for name in names]

    found: dict[bytes, Earned] = defaultdict(Earned)
    place = counting.municipality
    grants_of, seats, courses = chosen_ids("grant_id", "participation_id", "offer_id")
    modules, municipalities, last_days = chosen(*_LINE)
    lines = zip(courses, modules, municipalities, map(attrgetter("year"), last_days), strict=True)
    # Each once: a set takes them faster than Python looks at them.
    for grant, line, seat in set(zip(grants_of, lines, seats, strict=True)):
        earned = found[grant]
        earned.participations[line] += 1
        if place in (None, line[2]):
            earned.together.add(seat)
    to_on, from_on, held, codes, cents = chosen(*_SPAN)
    without = [amount is None for amount in cents]
    if any(without):
        codes, cents = [code or "" for code in codes], [amount or 0 for amount in cents]

    def spans() -> Iterable[tuple[bytes, bytes, SpanKey]]:
        return zip(grants_of, courses, zip(to_on, from_on, held, codes, cents, strict=True), strict=True)

    for grant, course, span in set(spans()):
        found[grant].spans[course].append(span)
    for grant, course, span in compress(spans(), without):
        found[grant].without_rate.add((course, span))
    return found


def shared(*pairs: Iterable[tuple[bytes, bytes]]) -> set[bytes]:
    """Of things, each with a grant that pays for it, those that more than one pays for."""
    of: dict[bytes, bytes] = {}
    found: set[bytes] = set()
    for some in pairs:
        for thing, grant in set(some):
            if of.setdefault(thing, grant) != grant:
                found.add(thing)
    return found
