"""One example of a rule: a case by its commands, and the days the rule gives it, or why it gives none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.ausbildung import AusbildungKind, StartAusbildung
from domain.changes import ChangeResidenceStatus
from domain.course import AcceptSeat, MeasureGround, RequestSeat, StartCourse
from domain.law.facts import Obstacle
from domain.law.vocabulary import (
    AuthoritySubject,
    IdentityStep,
)
from domain.legal_facts import RecordEmployment, RecordIdentityClarification
from domain.values import ResidenceStatus
from tests.domain.ground import OFFER, SEAT, seat_offer
from tests.domain.law_ground import (
    JOB,
    SIGNED,
    TRAINING,
    status,
)

S = ResidenceStatus
A = AuthoritySubject
DUAL, SCHULISCH, EQ = AusbildungKind.DUAL, AusbildungKind.SCHULISCH, AusbildungKind.EQ


@dataclass(frozen=True)
class Example:
    """A case by its commands and its opening, and the days a rule gives it, or why it gives none."""

    commands: tuple[Any, ...]
    expected: list[date] | Obstacle
    residence: Any = None
    birth_date: date | None = date(2003, 6, 15)


def e(*commands: Any, then: list[date] | Obstacle, **opening: Any) -> Example:
    """An example; ``then`` is what the rule says."""
    return Example(commands, then, **opening)


def d(text: str) -> list[date]:
    """A list of one day."""
    return [date.fromisoformat(text)]


STARTED = StartAusbildung(occurred_on=date(2025, 8, 1), ausbildung_id=TRAINING)
SEAT_ASKED = RequestSeat(
    occurred_on=date(2025, 4, 1),
    participation_id=SEAT,
    offer_id=OFFER,
    ground=MeasureGround.LANGUAGE_FOR_AUSBILDUNG,
    reason="B1 fehlt",
)
SEAT_TAKEN = (SEAT_ASKED, seat_offer(), AcceptSeat(occurred_on=date(2025, 4, 10), participation_id=SEAT))
IN_COURSE = (*SEAT_TAKEN, StartCourse(occurred_on=date(2025, 5, 5), participation_id=SEAT))


def job(
    starts_on: date, hours: int = 30, ended: date | None = None, known: date | None = None
) -> RecordEmployment:
    """A job subject to social insurance."""
    return RecordEmployment(
        occurred_on=date(2027, 6, 1),
        employment_id=JOB,
        starts_on=starts_on,
        weekly_hours=hours,
        ended_on=ended,
        end_known_on=known,
    )


def clarified(step: IdentityStep = IdentityStep.CLARIFIED) -> RecordIdentityClarification:
    """The identity is clarified, or the steps are taken."""
    return RecordIdentityClarification(occurred_on=SIGNED, step=step, reached_on=date(2025, 3, 20))


def changed(on: date, to: ResidenceStatus, until: date | None = date(2030, 1, 9)) -> ChangeResidenceStatus:
    """Another residence status from ``on``."""
    return ChangeResidenceStatus(occurred_on=on, residence=status(to, until, on))
