"""What each entry of a case says about who has to act next: from an event to the turns of the steps it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, Final

from domain import ausbildung, authority, closing, coaching, course, followup, hold, intake
from domain import seat_request as seat
from domain.application import ApplicationAnswer, ApplicationAnswered, ApplicationSent
from domain.law.vocabulary import RemedyStep
from domain.recorded import Recorded
from domain.support_plan import PlanAgreed
from domain.training import ContractSigned
from domain.waiting import HOLD_OWNER, OWNER_OF, Owner, StepKind, Turn

_Said = list[tuple[StepKind, str, Owner | None, date]]
_NO_INTAKE: Final[tuple[StepKind, str, None]] = (StepKind.INTAKE, "", None)


def turns_of(entries: Iterable[Recorded[Any]]) -> tuple[Turn, ...]:
    """The turns of these entries in their order; of a whole case, hand in what counts of it (corrections applied)."""
    found: list[Turn] = []
    for entry in entries:
        say = _SAYS.get(type(entry.event))
        if say is not None:
            found += [Turn(*said, entry.version) for said in say(entry.event)]
        if isinstance(entry.event, seat.SeatOffered):
            found[-1] = found[-1]._replace(starts_on=entry.event.starts_on)
        elif isinstance(entry.event, seat.SeatAccepted):
            found[-1] = found[-1]._replace(until_start=True)
    return tuple(found)


def _opened(e: intake.CaseOpened) -> _Said:
    return [(StepKind.CASE, "", Owner.US, e.occurred_on), (StepKind.INTAKE, "", Owner.US, e.occurred_on)]


def _planned(e: PlanAgreed) -> _Said:
    return [(*_NO_INTAKE, e.occurred_on)]


def _declined(e: intake.IntakeDeclined) -> _Said:
    return [(*_NO_INTAKE, e.occurred_on), (StepKind.CASE, "", None, e.occurred_on)]


def _closed(e: closing.CaseClosed) -> _Said:
    return [
        (*_NO_INTAKE, e.occurred_on),
        (StepKind.CASE, "", None, e.occurred_on),
        (StepKind.FOLLOW_UP, "", Owner.US, e.occurred_on),
    ]


def _reopened(e: closing.CaseReopened) -> _Said:
    return [
        (StepKind.CASE, "", Owner.US, e.occurred_on),
        (StepKind.FOLLOW_UP, "", None, e.occurred_on),
    ]


def _followed_up(e: followup.FollowUpOutcomeRecorded | followup.FollowUpNotReached) -> _Said:
    return [(StepKind.FOLLOW_UP, "", None, e.occurred_on)]


def _step_agreed(e: coaching.StepAgreed) -> _Said:
    return [(StepKind.STEP, str(e.step_id), OWNER_OF[e.owner], e.occurred_on)]


def _step_done(e: coaching.StepCompleted) -> _Said:
    return [(StepKind.STEP, str(e.step_id), None, e.occurred_on)]


def _promised(e: coaching.PromiseMade) -> _Said:
    return [(StepKind.PROMISE, str(e.promise_id), OWNER_OF[e.by], e.occurred_on)]


def _promise_settled(e: coaching.PromiseKept | coaching.PromiseBroken) -> _Said:
    return [(StepKind.PROMISE, str(e.promise_id), None, e.occurred_on)]


def _seat(owner: Owner | None) -> Callable[[Any], _Said]:
    def say(e: Any) -> _Said:
        return [(StepKind.SEAT, str(e.participation_id), owner, e.occurred_on)]

    return say


def _course_started(e: course.CourseStarted) -> _Said:
    return [
        (StepKind.SEAT, str(e.participation_id), Owner.PROVIDER, e.occurred_on),
        (*_NO_INTAKE, e.occurred_on),
    ]


def _applied(e: ApplicationSent) -> _Said:
    return [(StepKind.APPLICATION, str(e.application_id), Owner.EMPLOYER, e.occurred_on)]


def _answered(e: ApplicationAnswered) -> _Said:
    """An invitation, trial work or an offer is in the hands of the participant; a refusal ends it."""
    owner = None if e.answer is ApplicationAnswer.REJECTED else Owner.PARTICIPANT
    return [(StepKind.APPLICATION, str(e.application_id), owner, e.occurred_on)]


def _signed(e: ContractSigned) -> _Said:
    """Until the first day the employer is to register and prepare; from then on we are to find out whether it began."""
    training = str(e.ausbildung_id)
    return [
        (StepKind.TRAINING, training, Owner.EMPLOYER, e.occurred_on),
        (StepKind.TRAINING, training, Owner.US, max(e.starts_on, e.occurred_on)),
        (StepKind.APPLICATION, "", None, e.occurred_on),
    ]


def _training_started(e: ausbildung.AusbildungStarted) -> _Said:
    return [
        (StepKind.TRAINING, str(e.ausbildung_id), Owner.EMPLOYER, e.occurred_on),
        (*_NO_INTAKE, e.occurred_on),
    ]


def _training_ended(e: ausbildung.AusbildungBrokenOff | ausbildung.AusbildungCompleted) -> _Said:
    return [(StepKind.TRAINING, str(e.ausbildung_id), None, e.occurred_on)]


def _submitted(e: authority.SubmissionRecorded) -> _Said:
    return [(StepKind.SUBMISSION, str(e.submission_id), Owner.AUTHORITY, e.occurred_on)]


def _decided(e: authority.AuthorityDecisionRecorded) -> _Said:
    """A decision is in the hands of the participant until the last day on which something can be done against it."""
    said: _Said = []
    if e.answers is not None:
        said.append((StepKind.SUBMISSION, str(e.answers), None, e.occurred_on))
    if e.on_objection_to is not None:
        said.append((StepKind.DECISION, str(e.on_objection_to), None, e.occurred_on))
    if e.deadlines:
        over = max(deadline.due_on for deadline in e.deadlines) + timedelta(days=1)
        said.append((StepKind.DECISION, str(e.decision_id), Owner.PARTICIPANT, e.occurred_on))
        said.append((StepKind.DECISION, str(e.decision_id), None, max(over, e.occurred_on)))
    return said


def _contested(e: authority.RemedyRecorded) -> _Said:
    owner = None if e.step is RemedyStep.NOT_PURSUED else Owner.AUTHORITY
    return [(StepKind.DECISION, str(e.decision_id), owner, e.occurred_on)]


def _held(e: hold.CaseHeld) -> _Said:
    return [(StepKind.HOLD, "", HOLD_OWNER[e.ground], e.occurred_on)]


def _resumed(e: hold.CaseResumed) -> _Said:
    return [(StepKind.HOLD, "", None, e.occurred_on)]


_SAYS: Final[dict[type[Any], Callable[[Any], _Said]]] = {
    intake.CaseOpened: _opened,
    PlanAgreed: _planned,
    intake.IntakeDeclined: _declined,
    closing.CaseClosed: _closed,
    closing.CaseReopened: _reopened,
    followup.FollowUpOutcomeRecorded: _followed_up,
    followup.FollowUpNotReached: _followed_up,
    coaching.StepAgreed: _step_agreed,
    coaching.StepCompleted: _step_done,
    coaching.PromiseMade: _promised,
    coaching.PromiseKept: _promise_settled,
    coaching.PromiseBroken: _promise_settled,
    seat.SeatRequested: _seat(Owner.PROVIDER),
    seat.SeatOffered: _seat(Owner.PARTICIPANT),
    seat.SeatWaitlisted: _seat(Owner.PROVIDER),
    seat.SeatAccepted: _seat(Owner.PROVIDER),
    seat.SeatRefused: _seat(None),
    seat.SeatDeclined: _seat(None),
    seat.SeatLapsed: _seat(None),
    seat.SeatRequestWithdrawn: _seat(None),
    course.CourseStarted: _course_started,
    course.CourseFinished: _seat(None),
    course.CourseAbandoned: _seat(None),
    ApplicationSent: _applied,
    ApplicationAnswered: _answered,
    ContractSigned: _signed,
    ausbildung.AusbildungStarted: _training_started,
    ausbildung.AusbildungBrokenOff: _training_ended,
    ausbildung.AusbildungCompleted: _training_ended,
    authority.SubmissionRecorded: _submitted,
    authority.AuthorityDecisionRecorded: _decided,
    authority.RemedyRecorded: _contested,
    hold.CaseHeld: _held,
    hold.CaseResumed: _resumed,
}
"""Events that hand a step to somebody, or end it. All others change nothing about who has to act."""

SAYING: Final = frozenset(_SAYS)
