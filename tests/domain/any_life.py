"""Any life of a case that the engine accepts: moves drawn by chance, each on its day, the refused ones left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from hypothesis import strategies as st

from domain.ausbildung import BreakOffAusbildung, StartAusbildung
from domain.changes import ChangeLegalRegime, ChangeMunicipality, ChangeResidenceStatus
from domain.closing import CloseCase, ReopenCase
from domain.coaching import AssignCoach, CoachingEnd, EndCoaching
from domain.contact import ContactKind, RecordContact
from domain.course import AbandonCourse, FinishCourse, StartCourse
from domain.followup import RecordFollowUpOutcome
from domain.intake import DeclineIntake, DeclineReason
from domain.legal_facts import RecordEmployment
from domain.participation import AbandonReason, CourseCertificate, MeasureGround
from domain.person import Residence
from domain.recorded import Recorded
from domain.seat_request import AcceptSeat, RequestSeat
from domain.training import BreakOffReason
from domain.values import (
    Destination,
    ExitReason,
    FundingModule,
    LegalRegime,
    ParticipationId,
    ResidenceStatus,
    StaffId,
)
from tests.domain.ground import (
    ESCHWEILER,
    OFFER,
    OPENED,
    CaseFile,
    assessment,
    consent,
    eligibility,
    notice,
    open_case,
    plan,
    seat_offer,
    training_contract,
)
from tests.domain.test_reports import ROETGEN

SEATS: Final = (ParticipationId(UUID(int=0xC1)), ParticipationId(UUID(int=0xC2)))
TRAININGS: Final = (UUID(int=0xA1), UUID(int=0xA2))
JOBS: Final = (UUID(int=0xE1), UUID(int=0xE2))


def _job(on: date, job: UUID, back: int, over: bool) -> RecordEmployment:
    return RecordEmployment(
        occurred_on=on,
        employment_id=job,
        starts_on=on - timedelta(back),
        weekly_hours=20,
        ended_on=on if over else None,
        end_known_on=on if over else None,
    )


_MOVES: Final[tuple[Callable[[date], Any], ...]] = (
    *(
        lambda on, coach=coach: AssignCoach(occurred_on=on, coach=StaffId(coach))
        for coach in ("coach-1", "coach-2", "coach-3")
    ),
    *(lambda on, end=end: EndCoaching(occurred_on=on, ground=end) for end in tuple(CoachingEnd)[:3]),
    *(
        lambda on, place=place: ChangeMunicipality(occurred_on=on, municipality=place)
        for place in (ROETGEN, ESCHWEILER)
    ),
    lambda on: ChangeResidenceStatus(
        occurred_on=on, residence=Residence(status=ResidenceStatus.TRAINING_PERMIT_16G)
    ),
    lambda on: ChangeLegalRegime(occurred_on=on, regime=LegalRegime.SGB_II),
    plan,
    lambda on: RecordContact(occurred_on=on, kind=ContactKind.IN_PERSON, held=True, minutes=30),
    lambda on: DeclineIntake(occurred_on=on, ground=DeclineReason.NO_INTEREST, reason="später"),
    *(
        lambda on, to=to: CloseCase(
            occurred_on=on, exit_reason=ExitReason.WORK, destination=to, reason="fort"
        )
        for to in (Destination.MINOR_EMPLOYMENT, Destination.UNKNOWN)
    ),
    lambda on: ReopenCase(occurred_on=on, reason="wieder da"),
    lambda on: RecordFollowUpOutcome(occurred_on=on, destination=Destination.EMPLOYMENT),
    *(
        lambda on, job=job, back=back, over=over: _job(on, job, back, over)
        for job in JOBS
        for back, over in ((0, False), (20, False), (20, True))
    ),
)


def _seat(seat: ParticipationId, module: FundingModule) -> tuple[Callable[[date], Any], ...]:
    return (
        lambda on: RequestSeat(
            occurred_on=on,
            participation_id=seat,
            offer_id=OFFER,
            ground=MeasureGround.LANGUAGE_FOR_AUSBILDUNG,
            reason="B1 fehlt",
        ),
        lambda on: seat_offer(
            on,
            participation_id=seat,
            module=module,
            answer_by=on + timedelta(1),
            starts_on=on + timedelta(1),
            ends_on=on + timedelta(200),
        ),
        lambda on: AcceptSeat(occurred_on=on, participation_id=seat),
        lambda on: StartCourse(occurred_on=on, participation_id=seat),
        lambda on: AbandonCourse(
            occurred_on=on, participation_id=seat, ground=AbandonReason.TOO_FAR, reason="zwei Stunden Weg"
        ),
        lambda on: FinishCourse(
            occurred_on=on, participation_id=seat, certificate=CourseCertificate.ATTENDANCE
        ),
    )


def _training(training: UUID) -> tuple[Callable[[date], Any], ...]:
    return (
        lambda on: training_contract(
            occurred_on=on, ausbildung_id=training, starts_on=on, ends_on=on + timedelta(1_000)
        ),
        lambda on: StartAusbildung(occurred_on=on, ausbildung_id=training),
        lambda on: BreakOffAusbildung(
            occurred_on=on,
            ausbildung_id=training,
            known_on=on,
            ground=BreakOffReason.OWN_NOTICE,
            reason="anderer Beruf",
        ),
    )


_CHAINS: Final = (
    _seat(SEATS[0], FundingModule.F4),
    _seat(SEATS[1], FundingModule.F2),
    *(_training(training) for training in TRAININGS),
    (_MOVES[0], _MOVES[3], _MOVES[1], _MOVES[4], _MOVES[2], _MOVES[5]),
)
"""What comes one after the other; drawn one by one, it would hardly ever come in this order."""


@st.composite
def lives(draw: st.DrawFn) -> list[Recorded[Any]]:
    """The entries of one case: intake, then chains of moves shuffled into one another, with other moves between."""
    case = CaseFile().done(open_case(), notice(), consent(), assessment(), eligibility())
    if draw(st.sampled_from((True, True, True, False))):
        case.done(plan())
    waiting = [
        list(chain)
        for chain in draw(st.lists(st.sampled_from(_CHAINS), min_size=1, max_size=4, unique_by=id))
    ]
    day = OPENED
    for _ in range(draw(st.integers(8, 30))):
        day += timedelta(draw(st.sampled_from((0, 1, 7, 20, 40))))
        choices = [chain[0] for chain in waiting]
        move = draw(st.sampled_from([*choices, *choices, *choices, *_MOVES]))
        for chain in waiting:
            if chain[0] is move:
                chain.pop(0)
                break
        waiting = [chain for chain in waiting if chain]
        case.when(move(day), on=max(day, OPENED))
    return case.history
