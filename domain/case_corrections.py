"""Which earlier entries may be corrected, and what a correction must leave true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from domain.ausbildung import ApplicationSent
from domain.case_fold import fold
from domain.case_state import CaseState
from domain.changes import NoteAdded
from domain.closing import CaseReopened
from domain.coaching import ContactAttempted, ContactHeld, PromiseMade, StepAgreed
from domain.corrections import CorrectEntry, EntryCorrected
from domain.course import AttendanceRecorded
from domain.decision import Decision, Terms
from domain.followup import FollowUpAttempted
from domain.hold import CaseResumed
from domain.intake import AssessmentRecorded, CaseOpened
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from domain.reminders import ReminderDelivered, ReminderIssued, ReminderUndeliverable

NOT_CORRECTABLE: Final = (
    EntryCorrected,
    ReminderIssued,
    ReminderDelivered,
    ReminderUndeliverable,
    CaseResumed,
    CaseReopened,
)
"""What the system wrote itself, or what is undone by its opposite, is not corrected."""

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
    refusal = _replacement_refusal(command, entry.event, terms)
    if refusal is not None:
        return refusal
    if _counts_already(command, history):
        return ()
    corrected = EntryCorrected(
        occurred_on=command.occurred_on,
        version=command.version,
        replacement=command.replacement,
        reason=command.reason,
    )
    before = fold(history)
    after = fold((*history, entry._replace(version=history[-1].version + 1, event=corrected)))
    if before is None or after is None:
        return Refusal("case.unknown", "Diesen Fall gibt es nicht.", "There is no such case.")
    new_contradictions = contradictions(after) - contradictions(before)
    if new_contradictions:
        return Refusal(
            "correction.contradicts",
            "Die Berichtigung widerspricht einem anderen Eintrag: "
            + ", ".join(sorted(new_contradictions))
            + ".",
            "The correction contradicts another entry: " + ", ".join(sorted(new_contradictions)) + ".",
        )
    return (corrected,)


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


def contradictions(case: CaseState) -> frozenset[str]:
    """Dates and sums of a case that cannot both be true, named for the reader."""
    found = set()
    opened = case.intake.opened_on
    for stage in case.stages:
        if stage.from_on < opened:
            found.add(f"{stage.stage.value} vor Erstkontakt")
    for p in case.course.participations:
        if p.entered_on and p.entered_on < p.requested_on:
            found.add("Eintritt vor Anfrage")
        if p.entered_on and p.starts_on and p.entered_on < p.starts_on:
            found.add("Eintritt vor Kursbeginn")
        if p.entered_on and p.left_on and p.left_on < p.entered_on:
            found.add("Austritt vor Eintritt")
        for span in p.attendance:
            if span.to_on < span.from_on or span.units_attended > span.units_held or span.units_attended < 0:
                found.add("Anwesenheit unmöglich")
            if p.entered_on and span.from_on < p.entered_on:
                found.add("Anwesenheit vor Eintritt")
            if p.left_on and span.to_on > p.left_on:
                found.add("Anwesenheit nach Austritt")
    for t in case.ausbildung.trainings:
        if t.ends_on <= t.starts_on:
            found.add("Ausbildungsende vor Ausbildungsbeginn")
        if t.entered_on and t.left_on and t.left_on < t.entered_on:
            found.add("Ausbildung endet vor Beginn")
    if case.closing is not None:
        if case.closing.closed_on < opened:
            found.add("Abschluss vor Erstkontakt")
        if any(
            (s.to_on or s.from_on) > case.closing.closed_on
            for s in case.stages
            if s.stage.value not in ("follow_up", "ausbildung")
        ):
            found.add("Abschluss vor letztem Schritt")
    residence = case.residence
    if residence.valid_from and residence.valid_until and residence.valid_until < residence.valid_from:
        found.add("Aufenthaltsstatus endet vor Beginn")
    return frozenset(found)
