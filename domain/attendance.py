"""Attendance: teaching units attended and held in a span of days, recorded once and never more than a day has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.commands import Command
from domain.decision import Decision
from domain.participation import AttendanceSpan, Participation, wrong_status
from domain.recorded import Event
from domain.refusals import Refusal
from domain.replacing import replace
from domain.values import ParticipationId

# ---------------------------------------------------------------- vocabulary


class AttendanceProof(StrEnum):
    """What proves the attendance."""

    SIGNATURE_LIST = "signature_list"
    CLASS_REGISTER = "class_register"
    VIDEO_LOG = "video_log"


# ------------------------------------------------------------------- command


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAttendance(Command):
    """Attendance of a span in teaching units of 45 minutes; a span is recorded once, then corrected."""

    participation_id: ParticipationId
    from_on: date
    to_on: date
    units_attended: int
    units_held: int
    proof: AttendanceProof


# --------------------------------------------------------------------- event


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceRecorded(Event):
    """Teaching units attended and held in a span of days."""

    participation_id: ParticipationId
    from_on: date
    to_on: date
    units_attended: int
    units_held: int
    proof: AttendanceProof


# -------------------------------------------------------------------- decide


def decide(command: RecordAttendance, participation: Participation) -> Decision:
    """Decide a span of attendance. Refused outside the participation and where a span is recorded already."""
    span = AttendanceSpan(
        from_on=command.from_on,
        to_on=command.to_on,
        units_attended=command.units_attended,
        units_held=command.units_held,
    )
    if any(replace(old, version=0) == span for old in participation.attendance):
        return ()
    if participation.entered_on is None:
        return wrong_status(
            participation,
            "Vor dem Eintritt gibt es keine Anwesenheit",
            "There is no attendance before the entry",
        )
    if command.to_on < command.from_on:
        return Refusal(
            "attendance.ends_before_start",
            "Der Zeitraum endet vor seinem Beginn.",
            "The span ends before it starts.",
        )
    last_day = participation.left_on or command.occurred_on
    if command.from_on < participation.entered_on or command.to_on > last_day:
        return Refusal(
            "attendance.outside_participation",
            "Der Zeitraum liegt nicht ganz in der Teilnahme.",
            "The span does not lie wholly within the participation.",
        )
    if not 0 <= command.units_attended <= command.units_held:
        return Refusal(
            "attendance.more_than_held",
            "Es sind mehr Unterrichtsstunden besucht als gehalten.",
            "More teaching units attended than held.",
        )
    if command.units_held > 20 * ((command.to_on - command.from_on).days + 1):
        return Refusal(
            "attendance.more_than_a_day_has",
            "Mehr als 20 Unterrichtsstunden an einem Tag sind nicht möglich.",
            "More than 20 teaching units a day are not possible.",
        )
    if any(span.from_on <= old.to_on and old.from_on <= span.to_on for old in participation.attendance):
        return Refusal(
            "attendance.span_recorded_already",
            "Für einen Teil des Zeitraums ist schon Anwesenheit erfasst; bitte den Eintrag berichtigen.",
            "Attendance is already recorded for part of this span; correct that entry instead.",
        )
    return (
        AttendanceRecorded(
            occurred_on=command.occurred_on,
            participation_id=participation.id,
            from_on=command.from_on,
            to_on=command.to_on,
            units_attended=command.units_attended,
            units_held=command.units_held,
            proof=command.proof,
        ),
    )


# -------------------------------------------------------------------- evolve


def evolve(participation: Participation, recorded: Iterable[tuple[AttendanceRecorded, int]]) -> Participation:
    """Fold spans of attendance, each with its place in the stream."""
    spans = [
        AttendanceSpan(
            from_on=event.from_on,
            to_on=event.to_on,
            units_attended=event.units_attended,
            units_held=event.units_held,
            version=version,
        )
        for event, version in recorded
    ]
    return replace(participation, attendance=(*participation.attendance, *spans))
