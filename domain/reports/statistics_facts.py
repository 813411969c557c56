"""What the statistics count: cases, participations, contracts at the reference date, each with the entries behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from domain.reports.definition import Counting
from domain.reports.fact_columns import fact_at, ids
from domain.reports.facts import CaseFact, ContactFact
from domain.reports.quarters import quarter_of
from domain.values import FundingModule, Gender

T = TypeVar("T")

NO_MODULE: Final = "unknown"
COACHING: Final = FundingModule.F1.value


class Placed(NamedTuple):
    """Where a case counts: the municipality last known of it, and the entry that says so."""

    municipality: str
    version: int


class Attended(NamedTuple):
    """A participation, whatever its module, or a span of coaching, that was entered by the reference date."""

    case_id: UUID
    participant_id: UUID
    woman: bool
    place: Placed
    module: str
    entered_on: date
    left_on: date | None
    abandon_ground: str | None
    asked_version: int
    module_version: int
    entered_version: int
    left_version: int
    case: CaseFact
    again_on: date | None = None
    again_version: int = 0
    after_version: int = 0
    """The end of the span of coaching before it: without that it would not be an entry of its own."""
    next_left_on: date | None = None
    next_left_version: int = 0
    """The end of the span after it, which without its own end would be its end."""
    number: int = 1
    persons: Collection[int] | None = None
    """How many such there are, and whose, where it stands for a bundle (domain/reports/bundles.py)."""


class Contacted(NamedTuple):
    """A case opened by the reference date, at the place it counts for."""

    case_id: UUID
    participant_id: UUID
    woman: bool
    place: Placed
    case: CaseFact
    number: int = 1
    persons: Collection[int] | None = None


class Accompanied(NamedTuple):
    """A case opened by the reference date, or several of one place: the days since then, of those the days after its end,
    and its contacts."""

    case_id: UUID
    participant_id: UUID
    place: Placed
    declined: bool
    days: int
    days_closed: int
    contact: ContactFact
    case: CaseFact


def cases(counting: Counting) -> list[Contacted]:
    """The cases opened by the reference date, of the municipality asked for; for evidence also those that left it."""
    return _scoped(counting, counting.once(_opened))


def _scoped(counting: Counting, facts: list[T]) -> list[T]:
    """Of facts those in scope; for evidence all, for one that is not may be without one of its entries."""
    if counting.scope is None or counting.evidence is not None:
        return facts
    return [fact for fact in facts if counting.scope(fact)]


def cases_of(counting: Counting, chosen: Set[bytes]) -> list[Contacted]:
    """Of the same cases only these."""
    found = ids(counting.facts.cases, CaseFact, "case_id")
    some = (fact_at(counting.facts.cases, number) for number, case in enumerate(found) if case in chosen)
    return _scoped(counting, _opened_of(counting, some))


def _opened(counting: Counting) -> list[Contacted]:
    return _opened_of(counting, counting.facts.cases)


def _opened_of(counting: Counting, facts: Iterable[CaseFact]) -> list[Contacted]:
    place = counting.municipality
    gone = counting.evidence is not None
    return [
        Contacted(
            case.case_id,
            case.participant_id,
            case.gender == FEMALE,
            Placed(case.municipality, case.municipality_version),
            case,
        )
        for case in facts
        if case.opened_on <= counting.as_of
        and (place in (None, case.municipality) or (gone and place == case.municipality_before))
    ]


FEMALE: Final = Gender.FEMALE.value


def accompanied(counting: Counting) -> list[Accompanied]:
    """The same cases with their days and contacts."""
    as_of = counting.as_of
    contacts = {contact.case_id: contact for contact in counting.facts.contacts}
    return [
        Accompanied(
            one.case_id,
            one.participant_id,
            one.place,
            by(one.case.declined_on, as_of) is not None,
            (as_of - one.case.opened_on).days + 1,
            0 if (closed_on := by(one.case.closed_on, as_of)) is None else (as_of - closed_on).days,
            contacts.get(one.case_id) or ContactFact(one.case_id, 0, 0),
            one.case,
        )
        for one in counting.once(cases)
    ]


def attended(counting: Counting) -> list[Attended]:
    """Participations and spans of coaching entered by the reference date, of the municipality asked for."""
    return _scoped(
        counting, list(attended_of(counting, {one.case_id: one for one in counting.once(_opened)}))
    )


def attended_of(counting: Counting, known: Mapping[UUID, Contacted]) -> Iterator[Attended]:
    """The same of the ``known`` cases."""
    as_of = counting.as_of
    for p in counting.facts.participations:
        if p.entered_on is None or p.entered_on > as_of or (one := known.get(p.case_id)) is None:
            continue
        left_on = by(p.left_on, as_of)
        yield Attended(
            p.case_id,
            one.participant_id,
            one.woman,
            one.place,
            p.module or NO_MODULE,
            p.entered_on,
            left_on,
            p.abandon_ground if left_on else None,
            p.requested_version,
            p.module_version,
            p.entered_version,
            p.left_version if left_on else 0,
            one.case,
        )
    spans = sorted(
        (span for span in counting.facts.spans if span.from_on <= as_of and span.case_id in known),
        key=lambda span: (span.case_id.int, span.from_version),
    )
    for span, before, after in zip(spans, [None, *spans], [*spans[1:], None], strict=False):
        one = known[span.case_id]
        left_on = by(span.to_on, as_of)
        next_left_on = by(after.to_on, as_of) if after and after.case_id == span.case_id else None
        yield Attended(
            span.case_id,
            one.participant_id,
            one.woman,
            one.place,
            COACHING,
            span.from_on,
            left_on,
            None,
            0,
            0,
            span.from_version,
            span.to_version if left_on else 0,
            one.case,
            by(span.again_on, as_of),
            span.again_version,
            before.to_version if before and before.case_id == span.case_id else 0,
            next_left_on,
            after.to_version if after and next_left_on else 0,
        )


def by(day: date | None, as_of: date) -> date | None:
    """``day`` if it had come by the reference date."""
    return day if day is not None and day <= as_of else None


# ------------------------------------------------------------------ evidence


def shadows(one: Any) -> Iterator[tuple[Any, int]]:
    """How a fact would count but for one later entry: before the case moved, without the answer that named the module,
    by the later assignment of a coach."""
    case: CaseFact = one.case
    if case.municipality_before is not None:
        before = Placed(case.municipality_before, case.municipality_before_version)
        yield one._replace(place=before), case.municipality_version
    if isinstance(one, Attended):
        if one.module_version:
            yield one._replace(module=NO_MODULE, module_version=0), one.module_version
        if one.again_on is not None:
            again = one._replace(entered_on=one.again_on, entered_version=one.again_version)
            yield again, one.entered_version


def because_there(one: Contacted) -> tuple[int, ...]:
    """Without these entries the case would not count here."""
    return (one.place.version,)


def because_entered(one: Attended) -> tuple[int, ...]:
    """Without these the participation would not have been entered."""
    return (one.place.version, one.asked_version, one.module_version, one.entered_version, one.after_version)


def because_left(one: Attended) -> tuple[int, ...]:
    """Without these it would not have been left."""
    return (*because_entered(one), one.left_version)


def joined_spans(left: Iterable[Attended]) -> list[Attended]:
    """Spans of coaching as they would end but for their own end, with the end of the span after them; for ``but_for``."""
    return [
        one._replace(
            left_on=one.next_left_on, left_version=one.next_left_version, next_left_version=one.left_version
        )
        for one in left
        if one.next_left_on is not None
    ]


def because_own_end(joined: Attended) -> tuple[int, ...]:
    """The own end of a span that was joined with the next one."""
    return (joined.next_left_version,)


def because_exit(one: Attended) -> tuple[int, ...]:
    """The exit alone."""
    return (one.left_version,)


class Contract(NamedTuple):
    """A contract of Ausbildung signed by the reference date."""

    case_id: UUID
    participant_id: UUID
    place: Placed
    kind: str
    signed_on: date
    entered_on: date | None
    left_on: date | None
    break_off_ground: str | None
    signed_version: int
    entered_version: int
    left_version: int
    case: CaseFact
    number: int = 1
    persons: Collection[int] | None = None


def contracts(counting: Counting) -> list[Contract]:
    """The contracts of the cases asked for."""
    known = {one.case_id: one for one in counting.once(_opened)}
    as_of = counting.as_of
    signed = [
        Contract(
            t.case_id,
            one.participant_id,
            one.place,
            t.kind,
            t.signed_on,
            by(t.entered_on, as_of),
            by(t.left_on, as_of),
            t.break_off_ground,
            t.signed_version,
            t.entered_version,
            t.left_version,
            one.case,
        )
        for t in counting.facts.trainings
        if t.signed_on <= as_of and (one := known.get(t.case_id)) is not None
    ]
    return _scoped(counting, signed)


def because_signed(one: Contract) -> tuple[int, ...]:
    """Without these there would be no contract."""
    return (one.place.version, one.signed_version)


def because_started(one: Contract) -> tuple[int, ...]:
    """Without these it would not have been started."""
    return (one.place.version, one.signed_version, one.entered_version)


def because_broken_off(one: Contract) -> tuple[int, ...]:
    """Without these it would not have been broken off."""
    return (one.place.version, one.signed_version, one.left_version)


@lru_cache(maxsize=20_000)
def quarter_name(day: date) -> str:
    """The quarter of a day as it is written: 2025-Q1."""
    return str(quarter_of(day))
