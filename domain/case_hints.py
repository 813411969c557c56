"""What the page of a case asks its caseworker to think about, computed from the case and shown nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.case_state import CaseState
from domain.participation import Participation, SeatRefusedReason, SeatStatus
from domain.path import PathDefinition
from domain.repetition import RepetitionHint, repetition_hints
from domain.unmet_need import NoMatchReason
from domain.values import LanguageLevel, OfferId, OfferKind, ParticipationId


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedFailedMatch:
    """An offer gave no seat and nobody has recorded an unmet need: what to record, and the entry it follows from."""

    participation_id: ParticipationId
    offer_id: OfferId
    kind: OfferKind
    level: LanguageLevel | None
    ground: NoMatchReason
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHints:
    """The hints of one case. ``repetitions`` is None where its path does not say when measures count as repeated."""

    repetitions: tuple[RepetitionHint, ...] | None
    failed_matches: tuple[SuggestedFailedMatch, ...] = ()

    @property
    def awaiting_answer(self) -> tuple[RepetitionHint, ...]:
        """The hints at repeated measures that nobody has answered yet."""
        return tuple(hint for hint in self.repetitions or () if hint.open)


def case_hints(case: CaseState, path: PathDefinition) -> CaseHints:
    """The hints of ``case`` on its ``path``."""
    rule = path.repetition
    return CaseHints(
        repetitions=None
        if rule is None
        else repetition_hints(case.course, case.ausbildung, case.repetition_answers, rule),
        failed_matches=tuple(_failed_matches(case)) if case.open else (),
    )


_GROUNDS: Final = {
    SeatRefusedReason.OFFER_CLOSED: NoMatchReason.CLOSED,
    SeatRefusedReason.OFFER_STARTED: NoMatchReason.ALREADY_STARTED,
    SeatRefusedReason.WAITING_LIST_CLOSED: NoMatchReason.FULL,
}


def _failed_matches(case: CaseState) -> Iterator[SuggestedFailedMatch]:
    """The latest "no" of each kind that nothing has followed: no failed match, no seat, no newer answer."""
    latest = {(p.kind, p.level): p for p in case.course.participations if p.answered_version}
    for (kind, level), participation in latest.items():
        ground = _ground(participation)
        if kind is None or ground is None or _dealt_with(case, participation):
            continue
        yield SuggestedFailedMatch(
            participation_id=participation.id,
            offer_id=participation.offer_id,
            kind=kind,
            level=level,
            ground=ground,
            entry=participation.answered_version,
        )


def _ground(participation: Participation) -> NoMatchReason | None:
    if participation.status is SeatStatus.WAITLISTED:
        return NoMatchReason.FULL
    if participation.status is SeatStatus.REFUSED and participation.refused_ground is not None:
        return _GROUNDS.get(participation.refused_ground)
    return None


def _dealt_with(case: CaseState, participation: Participation) -> bool:
    return any(
        need.kind is participation.kind
        and (need.level is None or need.level is participation.level)
        and (need.open or need.ended_version > participation.answered_version)
        for need in case.unmet_needs
    )
