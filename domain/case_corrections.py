"""Which earlier entries may be corrected, and what a correction must leave true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

from domain.ausbildung import ApplicationSent
from domain.authority import (
    AuthorityDecisionRecorded,
    RemedyRecorded,
    SubmissionRecorded,
    notification_refusal,
    with_deadlines,
)
from domain.case_fold import effective, fold
from domain.case_state import CaseState
from domain.changes import NoteAdded
from domain.closing import CaseReopened
from domain.coaching import ContactAttempted, ContactHeld, PromiseMade, StepAgreed
from domain.corrections import CorrectEntry, EntryCorrected
from domain.course import (
    AttendanceRecorded,
    Participation,
    SeatLapsed,
    SeatOffered,
    SeatRefused,
    SeatWaitlisted,
)
from domain.decision import Decision, Terms
from domain.eligibility import EligibilityDecided, deviates
from domain.eligible.recording import (
    EligibilityRechecked,
    PersonalCheckRecorded,
    RecheckAsked,
    RecheckTakenBack,
)
from domain.followup import FollowUpAttempted
from domain.hold import CaseResumed
from domain.intake import AssessmentRecorded, CaseOpened
from domain.legal_facts import (
    EmploymentRecorded,
    EntryToGermanyRecorded,
    ExamRecorded,
    IdentityClarificationRecorded,
    TolerationSinceRecorded,
)
from domain.path import StageKind
from domain.personal import Erased
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from domain.reminders import ReminderDelivered, ReminderIssued, ReminderUndeliverable
from domain.repetition_answer import RepetitionHintAnswered
from domain.replacing import replace
from domain.unmet_need import FailedMatchRecorded, NeedSettled

NOT_CORRECTABLE: Final = (
    EntryCorrected,
    ReminderIssued,
    ReminderDelivered,
    ReminderUndeliverable,
    SeatOffered,
    SeatWaitlisted,
    SeatRefused,
    SeatLapsed,
    CaseResumed,
    CaseReopened,
    RecheckAsked,
    RecheckTakenBack,
    EligibilityRechecked,
)
"""What the system or an offer said, or what is undone by its opposite, is not corrected."""

STRIKABLE: Final = (
    ContactHeld,
    ContactAttempted,
    StepAgreed,
    PromiseMade,
    NoteAdded,
    AttendanceRecorded,
    AssessmentRecorded,
    ApplicationSent,
    FollowUpAttempted,
    EntryToGermanyRecorded,
    TolerationSinceRecorded,
    IdentityClarificationRecorded,
    EmploymentRecorded,
    ExamRecorded,
    SubmissionRecorded,
    AuthorityDecisionRecorded,
    RemedyRecorded,
    RepetitionHintAnswered,
    PersonalCheckRecorded,
    FailedMatchRecorded,
    NeedSettled,
)
"""Entries that can be struck out altogether, because nothing later rests on their existence."""


def decide_correction(command: CorrectEntry, history: Sequence[Recorded[Any]], terms: Terms) -> Decision:
    """Decide a correction on the whole history of the case.

    Refused: unknown and system entries, another kind of entry, changed ids, and whatever would make the dates of the
    case contradict each other.
    """
    entry = next((e for e in history if e.version == command.version), None)
    if entry is None:
        return Refusal("correction.entry_unknown", "Diesen Eintrag gibt es nicht.", "There is no such entry.")
    if command.occurred_on > terms.today:
        return Refusal(
            "case.in_the_future",
            "Das Datum liegt in der Zukunft; erfasst wird, was geschehen ist.",
            "The date lies in the future; only what has happened is recorded.",
        )
    if command.occurred_on < entry.event.occurred_on:
        return Refusal(
            "correction.before_entry",
            "Die Berichtigung ist vor dem Tag datiert, von dem der Eintrag spricht.",
            "The correction is dated before the day that the entry speaks of.",
        )
    refusal = _replacement_refusal(command, entry.event, terms)
    if refusal is not None:
        return refusal
    command = replace(command, replacement=_consistent(command.replacement, terms))
    if _counts_already(command, history):
        return ()
    corrected = EntryCorrected(
        occurred_on=command.occurred_on,
        version=command.version,
        replacement=command.replacement,
        reason=command.reason,
    )
    before = fold(history)
    together = [*history, entry._replace(version=history[-1].version + 1, event=corrected)]
    after = fold(together)
    if before is None or after is None:
        return Refusal("case.unknown", "Diesen Fall gibt es nicht.", "There is no such case.")
    if any(counting.event.occurred_on < after.intake.opened_on for counting in effective(together)):
        return Refusal(
            "correction.before_first_contact",
            f"Danach läge ein Eintrag vor dem Erstkontakt am {after.intake.opened_on:%d.%m.%Y}.",
            f"An entry would lie before the first contact on {after.intake.opened_on:%Y-%m-%d}.",
        )
    if new := contradictions(after) - contradictions(before):
        return Refusal(
            "correction.contradicts",
            f"Danach widerspräche sich der Fall: {', '.join(sorted(c.de for c in new))}.",
            f"The case would contradict itself: {', '.join(sorted(c.en for c in new))}.",
        )
    return (corrected,)


def _consistent(replacement: Event | None, terms: Terms) -> Event | None:
    """What was computed from a field follows its correction: the month of birth, the deadlines of a decision."""
    if isinstance(replacement, AuthorityDecisionRecorded):
        return with_deadlines(replacement, terms)
    if isinstance(replacement, EligibilityDecided):
        against = deviates(replacement.result, replacement.proposed)
        return replace(replacement, against_proposal=against)
    if isinstance(replacement, CaseOpened) and not isinstance(replacement.birth_date, Erased):
        born = replacement.birth_date
        return replace(replacement, birth_month=born.replace(day=1) if born else None)
    return replacement


def _replacement_refusal(command: CorrectEntry, original: Event, terms: Terms) -> Refusal | None:
    if not command.reason.strip():
        return Refusal(
            "correction.reason_missing",
            "Eine Berichtigung braucht eine Begründung.",
            "A correction needs a reason.",
        )
    if isinstance(original, NOT_CORRECTABLE):
        return Refusal(
            "correction.not_correctable",
            "Dieser Eintrag wurde vom System geschrieben und wird nicht berichtigt.",
            "This entry was written by the system and is not corrected.",
        )
    replacement = command.replacement
    if replacement is None:
        if isinstance(original, STRIKABLE):
            return None
        return Refusal(
            "correction.not_strikable",
            "Auf diesem Eintrag bauen andere auf; er kann geändert, aber nicht gestrichen werden.",
            "Others rest on this entry; it can be changed but not struck out.",
        )
    if type(replacement) is not type(original):
        return Refusal(
            "correction.other_kind",
            "Die Berichtigung ist von anderer Art als der Eintrag.",
            "The correction is of another kind than the entry.",
        )
    if replacement.occurred_on > terms.today:
        return Refusal(
            "case.in_the_future",
            "Das Datum liegt in der Zukunft; erfasst wird, was geschehen ist.",
            "The date lies in the future; only what has happened is recorded.",
        )
    if _ids(replacement) != _ids(original):
        return Refusal(
            "correction.id_changed",
            "Eine Berichtigung ändert keine Kennungen.",
            "A correction does not change ids.",
        )
    if isinstance(replacement, AuthorityDecisionRecorded) and (problem := notification_refusal(replacement)):
        return problem
    if isinstance(replacement, CaseOpened) and isinstance(original, CaseOpened):
        kept = ("path", "path_version", "synthetic")
        if any(getattr(replacement, name) != getattr(original, name) for name in kept):
            return Refusal(
                "correction.path_changed",
                "Der Weg eines Falls wird nicht durch Berichtigung gewechselt.",
                "The path of a case is not changed by correction.",
            )
    return None


def _ids(event: Event) -> dict[str, UUID]:
    return {f.name: getattr(event, f.name) for f in fields(event) if isinstance(getattr(event, f.name), UUID)}


def _counts_already(command: CorrectEntry, history: Sequence[Recorded[Any]]) -> bool:
    """Whether the entry already counts as the replacement says."""
    corrections = [
        e.event for e in history if isinstance(e.event, EntryCorrected) and e.event.version == command.version
    ]
    if corrections:
        return bool(corrections[-1].replacement == command.replacement)
    original = next(e.event for e in history if e.version == command.version)
    return bool(original == command.replacement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two facts of a case that cannot both be true, named for the reader."""

    de: str
    en: str


def contradictions(case: CaseState) -> frozenset[Contradiction]:
    """What in ``case`` cannot be true together: dates in the wrong order, more attended than held."""
    return frozenset(Contradiction(de=de, en=en) for wrong, de, en in _checks(case) if wrong)


_Check: TypeAlias = tuple[bool, str, str]


def _checks(case: CaseState) -> Iterator[_Check]:
    opened = case.intake.opened_on
    yield (
        any(stage.from_on < opened for stage in case.stages),
        "ein Abschnitt beginnt vor dem Erstkontakt",
        "a stage begins before the first contact",
    )
    residence = case.residence
    yield (
        _reversed(residence.valid_from, residence.valid_until),
        "der Aufenthaltsstatus endet vor seinem Beginn",
        "the residence status ends before it starts",
    )
    entry, tolerated, identity = case.legal.entry, case.legal.tolerated, case.legal.identity
    yield (
        any(fact is not None and fact.on > fact.recorded_on for fact in (entry, tolerated, identity)),
        "ein Tag der Papiere liegt nach seinem Eintrag",
        "a day of the papers lies after its entry",
    )
    yield (
        entry is not None and tolerated is not None and tolerated.on < entry.on,
        "die Duldung beginnt vor der Einreise",
        "the toleration begins before the entry into Germany",
    )
    for participation in case.course.participations:
        yield from _participation_checks(participation)
    for training in case.ausbildung.trainings:
        yield (
            training.ends_on <= training.starts_on or _reversed(training.entered_on, training.left_on),
            "eine Ausbildung endet nicht nach ihrem Beginn",
            "an Ausbildung does not end after its start",
        )
    if case.closing is not None:
        closed = case.closing.closed_on
        before = (s for s in case.stages if s.stage not in (StageKind.FOLLOW_UP, StageKind.AUSBILDUNG))
        yield (
            closed < opened or any((s.to_on or s.from_on) > closed for s in before),
            "der Austritt liegt vor dem letzten Schritt",
            "the exit lies before the last step",
        )


def _participation_checks(participation: Participation) -> Iterator[_Check]:
    entered, left = participation.entered_on, participation.left_on
    yield (
        _reversed(participation.requested_on, entered),
        "ein Eintritt liegt vor der Anfrage",
        "an entry lies before the request",
    )
    yield (
        _reversed(participation.starts_on, entered),
        "ein Eintritt liegt vor dem Kursbeginn",
        "an entry lies before the start of the course",
    )
    yield _reversed(entered, left), "ein Austritt liegt vor dem Eintritt", "an exit lies before the entry"
    for span in participation.attendance:
        yield (
            span.to_on < span.from_on or not 0 <= span.units_attended <= span.units_held,
            "eine Anwesenheit ist unmöglich",
            "an attendance is impossible",
        )
        yield (
            _reversed(entered, span.from_on) or _reversed(span.to_on, left),
            "eine Anwesenheit liegt außerhalb der Teilnahme",
            "an attendance lies outside the participation",
        )


def _reversed(first: date | None, second: date | None) -> bool:
    """Whether two days that both are known come in the wrong order."""
    return first is not None and second is not None and second < first
