"""Flat rates of courses: what each participation proves, and what the courses have earned without counting a day twice."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias, TypeVar

from domain.rates import Rate
from domain.values import Ags, CaseId, Cents, FundingModule, OfferId, ParticipationId

SpanKey: TypeAlias = tuple[date, date, int, str, int]
"""Last day, first day and units of a span, then code and cents of its rate ("" and 0 when none is known)."""
T = TypeVar("T")


class FlatRateResult(StrEnum):
    """Whether a participation earns the flat rate of its course."""

    EARNED = "earned"
    NOT_EARNED = "not_earned"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatRateSpan:
    """Attendance of one participation that was decided on; ``version`` is its entry in the case.

    ``rate`` is what counted when it was decided; None: no rate was known, so there is no amount.
    """

    from_on: date
    to_on: date
    units_attended: int
    units_held: int
    version: int
    rate: Rate | None

    @property
    def year(self) -> int:
        """The budget year it belongs to: that of its last day."""
        return self.to_on.year


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatRate:
    """What was decided about one participation. ``entry_by`` is the last day to enter, None when no rule asks for one.

    ``versions`` are the entries of the grant that decided it, the last revision and what came after.
    """

    case_id: CaseId
    participation_id: ParticipationId
    offer_id: OfferId
    module: FundingModule
    municipality: Ags
    result: FlatRateResult
    entered_on: date
    course_starts_on: date
    entry_by: date | None
    spans: tuple[FlatRateSpan, ...]
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseEarning:
    """What one course earned on one line: teaching units, and their amount; None: a rate is not known."""

    offer_id: OfferId
    module: FundingModule
    municipality: Ags
    year: int
    units: int
    amount_cents: Cents | None


def course_earnings(flat_rates: Iterable[FlatRate]) -> tuple[CourseEarning, ...]:
    """What the courses earned by ``flat_rates``, by offer and year, in a total order.

    A unit that a course held is paid once, however many attended it.
    """
    courses: dict[OfferId, list[FlatRate]] = defaultdict(list)
    for flat_rate in flat_rates:
        if flat_rate.result is FlatRateResult.EARNED:
            courses[flat_rate.offer_id].append(flat_rate)
    found = []
    for offer_id in sorted(courses):
        decided = courses[offer_id]
        by_year: dict[int, list[FlatRateSpan]] = defaultdict(list)
        for span in proven_spans([span for flat_rate in decided for span in flat_rate.spans]):
            by_year[span.year].append(span)
        found += [
            CourseEarning(
                offer_id=offer_id,
                module=decided[0].module,
                municipality=decided[0].municipality,
                year=year,
                units=sum(span.units_held for span in spans),
                amount_cents=amount_of(spans),
            )
            for year, spans in sorted(by_year.items())
        ]
    return tuple(found)


def amount_of(spans: Iterable[FlatRateSpan]) -> Cents | None:
    """Units times rate; None, never 0, as soon as one rate is not known."""
    total = 0
    for span in spans:
        if span.rate is None:
            return None
        total += span.units_held * span.rate.amount_cents
    return Cents(total)


def proven_spans(spans: Sequence[FlatRateSpan]) -> tuple[FlatRateSpan, ...]:
    """Of all spans of one course those that prove the most units held without any day counted twice.

    Participants enter on different days, so their spans overlap without being equal, and nobody records how the units
    lie in them; the best set of spans that do not overlap is the most that is proven. Spans in which nobody was present
    prove nothing. Ties are settled by the order of the days, so that the order of recording makes no difference.
    """
    return tuple(
        best_apart(
            {
                span_key(span.from_on, span.to_on, span.units_held, span.rate): span
                for span in spans
                if span.units_attended > 0
            }
        )
    )


def best_apart(spans: Mapping[SpanKey, T]) -> list[T]:
    """The spans with the most units that share no day, in the order of their days."""
    return [spans[key] for key in keys_apart(spans)]


def keys_apart(spans: Iterable[SpanKey]) -> list[SpanKey]:
    """The same of their keys, each given once."""
    ordered = sorted(spans)
    ends = [key[0] for key in ordered]
    best = [0]
    before = []
    for n, key in enumerate(ordered):
        # How many end before it begins; most often all do.
        apart = n if n == 0 or ends[n - 1] < key[1] else bisect_left(ends, key[1], 0, n)
        before.append(apart)
        best.append(max(best[n], best[apart] + key[2]))
    chosen = []
    n = len(ordered)
    while n:
        if best[n] == best[n - 1]:
            n -= 1
        else:
            chosen.append(ordered[n - 1])
            n = before[n - 1]
    return chosen[::-1]


def span_key(from_on: date, to_on: date, units_held: int, rate: Rate | None) -> SpanKey:
    """What names a span of a course and settles ties."""
    return to_on, from_on, units_held, *(("", 0) if rate is None else (rate.code, rate.amount_cents))
