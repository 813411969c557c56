"""The cases that were entered, with what they lack on the reference date; and what they would lack without one entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from domain.characteristics import Spell, spell_on
from domain.periods import Period, end_of
from domain.projections.characteristics import read
from domain.reports.definition import Counting
from domain.reports.facts import CaseFact
from domain.reports.rescue_papers import Papers, papers_of
from domain.reports.rescue_vocabulary import Missing
from domain.reports.statistics_facts import COACHING, NO_MODULE, Attended, Contacted, attended, by, cases
from domain.reports.teaching_units import Taught, taught
from domain.values import Destination, LegalRegime, ResidenceStatus

_FOLLOW_UP_AFTER: Final = Period(months=6)


class Standing(NamedTuple):
    """A case on the reference date: where it counts, what it entered, and the answers on record.

    ``closed_on`` and ``settled_on`` are None when they are later than the reference date, or were never.
    """

    case_id: UUID
    place: str
    steps: tuple[Attended, ...]
    case: CaseFact
    opening: frozenset[Missing]
    """What the opening of the case left open; only a correction of it says more."""
    statuses: tuple[Spell, ...]
    regimes: tuple[Spell, ...]
    schools: tuple[Spell, ...]
    closed_on: date | None
    settled_on: date | None
    taught: tuple[Taught, ...]
    """Spans of attendance that ended by the reference date."""
    declined_on: date | None
    papers: Papers | None
    left_out: frozenset[int] = frozenset()
    """Entries taken for never made."""

    def entries(self) -> set[int]:
        """The entries that the case could stand differently without, the first of it apart."""
        found = {self.case.closed_version if self.closed_on else 0}
        found.add(self.case.follow_up_version if self.settled_on else 0)
        found.add(self.case.declined_version if self.declined_on else 0)
        if self.case.municipality_before is not None:
            found.add(self.case.municipality_version)
        found.update(spell.version for spell in (*self.statuses, *self.regimes, *self.schools))
        found.update(version for span in self.taught for version in span.because)
        for step in self.steps:
            found |= {step.asked_version, step.module_version, step.entered_version}
            found |= {step.left_version, step.after_version}
        return found - {0, 1}

    def without(self, version: int) -> Standing:
        """The case had the entry ``version`` never been made."""
        steps = (step_without(step, version) for step in self.steps)
        one = self._replace(
            steps=tuple(step for step in steps if step is not None),
            statuses=tuple(spell for spell in self.statuses if spell.version != version),
            regimes=tuple(spell for spell in self.regimes if spell.version != version),
            schools=tuple(spell for spell in self.schools if spell.version != version),
            taught=tuple(span for span in self.taught if version not in span.because),
            left_out=self.left_out | {version},
        )
        if version == self.case.municipality_version and self.case.municipality_before is not None:
            one = one._replace(place=self.case.municipality_before)
        if version == self.case.closed_version:
            one = one._replace(closed_on=None)
        if version == self.case.follow_up_version:
            one = one._replace(settled_on=None)
        if version == self.case.declined_version:
            one = one._replace(declined_on=None)
        if one.papers is not None:
            one = one._replace(papers=one.papers.without(version))
        return one


def every_standing(counting: Counting) -> list[Standing]:
    """The cases entered by the reference date, for the evidence also those that left the municipality asked for; to be
    asked with ``counting.once``."""
    answers = {row.case_id: row for row in counting.facts.characteristics}
    steps: dict[UUID, list[Attended]] = defaultdict(list)
    for step in counting.once(attended):
        steps[step.case_id].append(step)
    spans: dict[UUID, list[Taught]] = defaultdict(list)
    for span in counting.once(taught):
        spans[span.case_id].append(span)
    found = []
    for one in counting.once(cases):
        if one.case_id not in steps:
            continue
        row = answers.get(one.case_id)
        opening = {
            Missing.GENDER: row is None or row.gender is None,
            Missing.BIRTH_MONTH: row is None or row.birth_month is None,
            Missing.NATIONALITY: row is None or not row.nationalities,
        }
        found.append(
            _standing(
                one,
                steps[one.case_id],
                spans[one.case_id],
                frozenset(answer for answer, lacks in opening.items() if lacks),
                read(row.statuses) if row else (),
                read(row.regimes) if row else (),
                read(row.schools) if row else (),
                papers_of(counting, one.case_id),
                counting.as_of,
            )
        )
    return found


def _standing(
    one: Contacted,
    steps: Iterable[Attended],
    spans: Iterable[Taught],
    opening: frozenset[Missing],
    statuses: Iterable[Spell],
    regimes: Iterable[Spell],
    schools: Iterable[Spell],
    of_papers: Papers | None,
    as_of: date,
) -> Standing:
    return Standing(
        one.case_id,
        one.place.municipality,
        tuple(steps),
        one.case,
        opening,
        tuple(statuses),
        tuple(regimes),
        tuple(schools),
        by(one.case.closed_on, as_of),
        by(one.case.follow_up_settled_on, as_of),
        tuple(spans),
        by(one.case.declined_on, as_of),
        of_papers,
    )


def running_coachings(one: Standing) -> int:
    """The number of spans of coaching that run."""
    return sum(1 for step in one.steps if step.module == COACHING and step.left_on is None)


def coached(one: Standing) -> bool:
    """Whether a span of coaching runs."""
    return running_coachings(one) > 0


def lacking(one: Standing, as_of: date) -> Iterator[Missing]:
    """The answers that are not on record."""
    yield from one.opening
    yield from lacking_now(one.statuses, one.regimes, one.schools, as_of)
    yield from lacking_at_exit(one.case.destination, one.closed_on, one.settled_on, as_of)


def lacking_now(
    statuses: Iterable[Spell], regimes: Iterable[Spell], schools: Iterable[Spell], as_of: date
) -> Iterator[Missing]:
    """The answers with a history that are not on record."""
    status = spell_on(statuses, as_of)
    if status is None or status.value == ResidenceStatus.UNKNOWN:
        yield Missing.RESIDENCE_STATUS
    regime = spell_on(regimes, as_of)
    if regime is None or regime.value == LegalRegime.UNKNOWN:
        yield Missing.LEGAL_REGIME
    if spell_on(schools, as_of) is None:
        yield Missing.SCHOOL_LEAVING


def lacking_at_exit(
    destination: str | None, closed_on: date | None, settled_on: date | None, as_of: date
) -> Iterator[Missing]:
    """What a case that was closed by the reference date lacks."""
    if closed_on is None:
        return
    if destination in (None, Destination.UNKNOWN.value):
        yield Missing.DESTINATION
    if settled_on is None and follow_up_due(closed_on) <= as_of:
        yield Missing.FOLLOW_UP


@lru_cache(maxsize=20_000)
def follow_up_due(closed_on: date) -> date:
    """The day on which the six months after an exit are over."""
    return end_of(closed_on, _FOLLOW_UP_AFTER)


def step_without(step: Attended, version: int) -> Attended | None:
    """A participation had the entry ``version`` never been made; None when it had not been entered."""
    if version in (step.asked_version, step.after_version):
        return None
    if version == step.entered_version:
        if step.again_on is None:
            return None
        return step._replace(
            entered_on=step.again_on, entered_version=step.again_version, again_on=None, again_version=0
        )
    if version == step.module_version:
        return step._replace(module=NO_MODULE, module_version=0)
    if version == step.left_version:
        return step._replace(
            left_on=step.next_left_on,
            left_version=step.next_left_version,
            next_left_on=None,
            next_left_version=0,
        )
    return step
