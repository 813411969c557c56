"""The events in groups, written out one by one: a new event is in none, and every projection must say what it means to it.

Nothing here is computed from the register of events, or the test that compares the two could not fail.
"""

from __future__ import annotations

from typing import Any, Final

from domain import (
    authority,
    changes,
    closing,
    coaching,
    consent,
    course,
    followup,
    grant,
    hold,
    legal_facts,
    offering,
    reminders,
    repetition_answer,
    unmet_need,
)
from domain import seat_request as seat
from domain.application import ApplicationAnswered, ApplicationSent
from domain.assessment import AssessmentRecorded
from domain.attendance import AttendanceRecorded
from domain.ausbildung import AusbildungBrokenOff, AusbildungCompleted, AusbildungStarted, ProbationPassed
from domain.corrections import EntryCorrected
from domain.eligibility import EligibilityDecided
from domain.eligible import recording
from domain.intake import CaseOpened, IntakeDeclined
from domain.report_publication import ReportPublished
from domain.report_seal import ReportSealed
from domain.support_plan import PlanAgreed
from domain.training import ContractSigned

EventGroup = frozenset[type[Any]]

OPENING: Final[EventGroup] = frozenset({CaseOpened})
CORRECTION: Final[EventGroup] = frozenset({EntryCorrected})
CONSENT: Final[EventGroup] = frozenset(
    {consent.InformationNoticeGiven, consent.ConsentGiven, consent.ConsentWithdrawn}
)
ASSESSMENT: Final[EventGroup] = frozenset({AssessmentRecorded, EligibilityDecided})
ELIGIBILITY: Final[EventGroup] = frozenset(
    {
        recording.PersonalCheckRecorded,
        recording.RecheckAsked,
        recording.RecheckTakenBack,
        recording.EligibilityRechecked,
    }
)
INTAKE_END: Final[EventGroup] = frozenset({PlanAgreed, IntakeDeclined})
COACHING_SPAN: Final[EventGroup] = frozenset({coaching.CoachAssigned, coaching.CoachingEnded})
CONTACTS: Final[EventGroup] = frozenset({coaching.ContactHeld, coaching.ContactAttempted})
STEPS_AND_PROMISES: Final[EventGroup] = frozenset(
    {
        coaching.StepAgreed,
        coaching.StepCompleted,
        coaching.PromiseMade,
        coaching.PromiseKept,
        coaching.PromiseBroken,
    }
)
SEATS: Final[EventGroup] = frozenset(
    {
        seat.SeatRequested,
        seat.SeatOffered,
        seat.SeatWaitlisted,
        seat.SeatRefused,
        seat.SeatAccepted,
        seat.SeatDeclined,
        seat.SeatLapsed,
        seat.SeatRequestWithdrawn,
    }
)
COURSE_SPAN: Final[EventGroup] = frozenset(
    {course.CourseStarted, course.CourseFinished, course.CourseAbandoned}
)
ATTENDANCE: Final[EventGroup] = frozenset({AttendanceRecorded})
APPLICATIONS: Final[EventGroup] = frozenset({ApplicationSent, ApplicationAnswered})
TRAINING: Final[EventGroup] = frozenset({ContractSigned, ProbationPassed})
TRAINING_SPAN: Final[EventGroup] = frozenset({AusbildungStarted, AusbildungBrokenOff, AusbildungCompleted})
FOLLOW_UP: Final[EventGroup] = frozenset(
    {followup.FollowUpAttempted, followup.FollowUpOutcomeRecorded, followup.FollowUpNotReached}
)
HOLD: Final[EventGroup] = frozenset({hold.CaseHeld, hold.CaseResumed})
PLACE: Final[EventGroup] = frozenset({changes.MunicipalityChanged, changes.CaseHandedOver})
STATUS: Final[EventGroup] = frozenset({changes.ResidenceStatusChanged, changes.LegalRegimeChanged})
LEGAL_FACTS: Final[EventGroup] = frozenset(
    {
        legal_facts.EntryToGermanyRecorded,
        legal_facts.TolerationSinceRecorded,
        legal_facts.IdentityClarificationRecorded,
        legal_facts.EmploymentRecorded,
        legal_facts.ExamRecorded,
        authority.SubmissionRecorded,
        authority.AuthorityDecisionRecorded,
        authority.RemedyRecorded,
    }
)
NOTES: Final[EventGroup] = frozenset({changes.NoteAdded, changes.ContactWaysChanged})
CLOSING: Final[EventGroup] = frozenset({closing.CaseClosed, closing.CaseReopened})
REMINDERS: Final[EventGroup] = frozenset(
    {reminders.ReminderIssued, reminders.ReminderDelivered, reminders.ReminderUndeliverable}
)
HINTS: Final[EventGroup] = frozenset({repetition_answer.RepetitionHintAnswered})
NEEDS: Final[EventGroup] = frozenset({unmet_need.FailedMatchRecorded, unmet_need.NeedSettled})

CASE: Final[EventGroup] = frozenset().union(
    OPENING,
    CORRECTION,
    CONSENT,
    ASSESSMENT,
    ELIGIBILITY,
    INTAKE_END,
    COACHING_SPAN,
    CONTACTS,
    STEPS_AND_PROMISES,
    SEATS,
    COURSE_SPAN,
    ATTENDANCE,
    APPLICATIONS,
    TRAINING,
    TRAINING_SPAN,
    FOLLOW_UP,
    HOLD,
    PLACE,
    STATUS,
    LEGAL_FACTS,
    NOTES,
    CLOSING,
    REMINDERS,
    HINTS,
    NEEDS,
)

OFFER: Final[EventGroup] = frozenset(
    {
        offering.OfferPublished,
        offering.CapacityChanged,
        offering.OfferClosed,
        offering.SeatHeld,
        offering.PutOnWaitingList,
        offering.SeatTaken,
        offering.SeatReleased,
    }
)

GRANT_NOTICE: Final[EventGroup] = frozenset({grant.GrantNoticeReceived, grant.GrantNoticeAmended})
SPENDING: Final[EventGroup] = frozenset(
    {grant.SpendingRecorded, grant.SpendingCorrected, grant.SpendingCancelled}
)
GRANT_MOVEMENT: Final[EventGroup] = SPENDING | {grant.DrawdownRecorded, grant.RepaymentRecorded}
ONWARD_GRANT: Final[EventGroup] = frozenset(
    {grant.OnwardGrantGiven, grant.OnwardProofReceived, grant.OnwardProofChecked}
)
FLAT_RATE: Final[EventGroup] = frozenset({grant.FlatRateDecided, grant.FlatRateRevised})
PROOF_OF_USE: Final[EventGroup] = frozenset({grant.ProofOfUseDelivered, grant.ProofOfUseAccepted})
GRANT_REMINDERS: Final[EventGroup] = frozenset(
    {grant.GrantReminderIssued, grant.GrantReminderDelivered, grant.GrantReminderUndeliverable}
)
GRANT: Final[EventGroup] = (
    GRANT_NOTICE | GRANT_MOVEMENT | ONWARD_GRANT | FLAT_RATE | PROOF_OF_USE | GRANT_REMINDERS
)

PUBLICATION: Final[EventGroup] = frozenset({ReportPublished})
REPORT: Final[EventGroup] = frozenset({ReportSealed}) | PUBLICATION
