"""The residence history: every status a person had, from which day, and since when tolerated without a gap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from domain.legal_facts import DatedFact
from domain.person import Residence
from domain.values import ResidenceStatus

_ONE_DAY: Final = timedelta(1)
COUNTING_TOLERATIONS: Final = frozenset(
    {
        ResidenceStatus.TOLERATION_60A,
        ResidenceStatus.TRAINING_TOLERATION_60C,
        ResidenceStatus.EMPLOYMENT_TOLERATION_60D,
    }
)
"""Tolerations whose time counts; a time under § 60b does not (AufenthG § 60b (5))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidenceSpell:
    """One status as recorded. ``from_on`` is None when nobody knows since when the first one was held.

    ``recorded_on`` is the business day of the entry ``version``.
    """

    residence: Residence
    from_on: date | None
    version: int
    recorded_on: date


def status_on(history: tuple[ResidenceSpell, ...], day: date) -> ResidenceStatus:
    """The status in force on ``day``: the last one recorded by then, else the first one known."""
    by_then = [spell for spell in history if spell.recorded_on <= day]
    return (by_then or history)[-1 if by_then else 0].residence.status


def tolerated_since(history: tuple[ResidenceSpell, ...], recorded: DatedFact | None) -> DatedFact | None:
    """Since when the person is tolerated without a gap; None when not tolerated now, or nobody knows.

    ``recorded`` is what the cards say; it counts as long as no gap came after it. A day without status between two
    spells, another status and a time under § 60b begin the count anew: the later day, which is the careful reading.
    """
    first: ResidenceSpell | None = None
    for spell in reversed(history):
        if spell.residence.status not in COUNTING_TOLERATIONS:
            break
        if first is not None and _gap(spell, first):
            break
        first = spell
    if first is None:
        return None
    if recorded is not None and (
        recorded.version >= first.version or recorded.on >= (first.from_on or recorded.on)
    ):
        return recorded
    if first.from_on is None:
        return None
    return DatedFact(on=first.from_on, version=first.version, recorded_on=first.recorded_on)


def _gap(before: ResidenceSpell, after: ResidenceSpell) -> bool:
    until = before.residence.valid_until
    return until is not None and after.from_on is not None and after.from_on - until > _ONE_DAY
