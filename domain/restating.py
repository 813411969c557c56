"""From an event back to the command that makes it, so that a correction is held to the rules of the command itself."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from domain import (
    ausbildung,
    authority,
    changes,
    closing,
    coaching,
    course,
    followup,
    hold,
    intake,
    legal_facts,
    repetition_answer,
    unmet_need,
)
from domain.commands import Command
from domain.eligible import recording
from domain.recorded import Event

_COMMAND_OF: Final[dict[type[Event], type[Command]]] = {
    intake.CaseOpened: intake.OpenCase,
    intake.InformationNoticeGiven: intake.GiveInformationNotice,
    intake.ConsentGiven: intake.GiveConsent,
    intake.ConsentWithdrawn: intake.WithdrawConsent,
    intake.AssessmentRecorded: intake.RecordAssessment,
    intake.EligibilityDecided: intake.DecideEligibility,
    recording.PersonalCheckRecorded: recording.RecordPersonalCheck,
    intake.PlanAgreed: intake.AgreePlan,
    intake.IntakeDeclined: intake.DeclineIntake,
    coaching.CoachAssigned: coaching.AssignCoach,
    coaching.ContactHeld: coaching.RecordContact,
    coaching.ContactAttempted: coaching.RecordContact,
    coaching.StepAgreed: coaching.AgreeStep,
    coaching.StepCompleted: coaching.CompleteStep,
    coaching.PromiseMade: coaching.MakePromise,
    coaching.PromiseKept: coaching.SettlePromise,
    coaching.PromiseBroken: coaching.SettlePromise,
    coaching.CoachingEnded: coaching.EndCoaching,
    course.SeatRequested: course.RequestSeat,
    course.SeatAccepted: course.AcceptSeat,
    course.SeatDeclined: course.DeclineSeat,
    course.SeatRequestWithdrawn: course.WithdrawSeatRequest,
    course.CourseStarted: course.StartCourse,
    course.AttendanceRecorded: course.RecordAttendance,
    course.CourseFinished: course.FinishCourse,
    course.CourseAbandoned: course.AbandonCourse,
    ausbildung.ApplicationSent: ausbildung.RecordApplication,
    ausbildung.ApplicationAnswered: ausbildung.RecordApplicationAnswer,
    ausbildung.ContractSigned: ausbildung.SignContract,
    ausbildung.AusbildungStarted: ausbildung.StartAusbildung,
    ausbildung.ProbationPassed: ausbildung.PassProbation,
    ausbildung.AusbildungBrokenOff: ausbildung.BreakOffAusbildung,
    ausbildung.AusbildungCompleted: ausbildung.CompleteAusbildung,
    followup.FollowUpAttempted: followup.RecordFollowUpAttempt,
    followup.FollowUpOutcomeRecorded: followup.RecordFollowUpOutcome,
    followup.FollowUpNotReached: followup.RecordFollowUpNotReached,
    hold.CaseHeld: hold.HoldCase,
    changes.ResidenceStatusChanged: changes.ChangeResidenceStatus,
    changes.LegalRegimeChanged: changes.ChangeLegalRegime,
    changes.MunicipalityChanged: changes.ChangeMunicipality,
    changes.CaseHandedOver: changes.HandOverCase,
    changes.ContactWaysChanged: changes.ChangeContactWays,
    changes.NoteAdded: changes.AddNote,
    closing.CaseClosed: closing.CloseCase,
    legal_facts.EntryToGermanyRecorded: legal_facts.RecordEntryToGermany,
    legal_facts.TolerationSinceRecorded: legal_facts.RecordTolerationSince,
    legal_facts.IdentityClarificationRecorded: legal_facts.RecordIdentityClarification,
    legal_facts.EmploymentRecorded: legal_facts.RecordEmployment,
    legal_facts.ExamRecorded: legal_facts.RecordExam,
    authority.SubmissionRecorded: authority.RecordSubmission,
    authority.AuthorityDecisionRecorded: authority.RecordAuthorityDecision,
    authority.RemedyRecorded: authority.RecordRemedy,
    repetition_answer.RepetitionHintAnswered: repetition_answer.AnswerRepetitionHint,
    unmet_need.FailedMatchRecorded: unmet_need.RecordFailedMatch,
    unmet_need.NeedSettled: unmet_need.SettleNeed,
}

_SAID_BY_THE_KIND: Final[dict[type[Event], dict[str, Any]]] = {
    coaching.ContactHeld: {"held": True},
    coaching.ContactAttempted: {"held": False},
    coaching.PromiseKept: {"kept": True},
    coaching.PromiseBroken: {"kept": False},
}


def restated(event: Event) -> Any:
    """The case command that would make ``event``; None for what no person's command makes."""
    cls = _COMMAND_OF.get(type(event))
    if cls is None:
        return None
    values = {f.name: getattr(event, f.name) for f in fields(cls) if hasattr(event, f.name)}
    return cls(**values, **_SAID_BY_THE_KIND.get(type(event), {}))
