"""A large log made of a few true histories: the same decided events again and again, under fresh ids."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID, uuid5

from adapters.event_codec import EventCodec
from adapters.event_log import AppendRequest, EventLog, NewRow
from adapters.subject_keys import SubjectKeys
from domain.attendance import AttendanceProof, RecordAttendance
from domain.closing import CloseCase
from domain.coaching import AssignCoach
from domain.contact import ContactKind, RecordContact
from domain.course import FinishCourse
from domain.intake import CaseOpened
from domain.participation import CourseCertificate
from domain.recorded import Event
from domain.reminders import Wake
from domain.replacing import replace
from domain.values import Ags, Destination, ExitReason, ParticipantId
from tests.domain.ground import COACH, SEAT, CaseFile, after_intake, in_course

_NAMESPACE = UUID("5f0d3c1e-1111-5c39-9a3c-2f0f5f1f8d22")
_BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
_PLACES = tuple(Ags(f"053340{n:02d}") for n in (4, 8, 12, 16, 20, 24, 28, 32, 36))
_BATCH_STREAMS = 200
LAST_DAY = date(2025, 12, 30)
"""The day of what is added later."""


def templates() -> tuple[tuple[Event, ...], ...]:
    """Three cases of together about 130 events: a short one, one in a course, one that came to its end."""
    short = after_intake().done(AssignCoach(occurred_on=date(2025, 3, 10), coach=COACH))
    _contacts(short, date(2025, 3, 12), 10)
    course = in_course()
    _contacts(course, date(2025, 5, 6), 30)
    long = in_course()
    for week in range(16):
        monday = date(2025, 5, 5) + timedelta(weeks=week)
        long.done(
            RecordAttendance(
                occurred_on=monday + timedelta(days=4),
                participation_id=SEAT,
                from_on=monday,
                to_on=monday + timedelta(days=4),
                units_attended=18,
                units_held=20,
                proof=AttendanceProof.SIGNATURE_LIST,
            )
        )
    _contacts(long, date(2025, 5, 7), 20)
    long.done(
        FinishCourse(
            occurred_on=date(2025, 9, 30), participation_id=SEAT, certificate=CourseCertificate.ATTENDANCE
        )
    )
    long.when(Wake(occurred_on=date(2025, 12, 1)), on=date(2025, 12, 1))
    long.done(
        CloseCase(
            occurred_on=date(2025, 12, 15),
            exit_reason=ExitReason.PLANNED_END,
            destination=Destination.EMPLOYMENT,
            reason="Arbeit gefunden",
        )
    )
    return tuple(tuple(entry.event for entry in file.history) for file in (short, course, long))


def _contacts(file: CaseFile, first: date, number: int) -> None:
    for n in range(number):
        file.done(
            RecordContact(
                occurred_on=first + timedelta(days=4 * n), kind=ContactKind.IN_PERSON, held=True, minutes=30
            )
        )


def stream_id(number: int) -> UUID:
    """The id of the stream with this number, spread over all ids as random ones are."""
    return uuid5(_NAMESPACE, f"case/{number}")


def events_of(number: int, histories: tuple[tuple[Event, ...], ...]) -> tuple[Event, ...]:
    """The history of one case: a template with a participant and a municipality of its own."""
    opened, *rest = histories[number % len(histories)]
    assert isinstance(opened, CaseOpened)
    opened = replace(
        opened,
        participant_id=ParticipantId(uuid5(_NAMESPACE, f"participant/{number}")),
        municipality=_PLACES[number % len(_PLACES)],
        synthetic=True,
    )
    return (opened, *rest)


async def load_templates(log: EventLog, codec: EventCodec, keys: SubjectKeys, events: int) -> int:
    """Load at least ``events`` events into an empty log and return the head; streams are interleaved as in life."""
    histories = templates()
    per_round = sum(len(history) for history in histories)
    streams = -(-events // per_round) * len(histories)
    participants = {
        stream_id(n): ParticipantId(uuid5(_NAMESPACE, f"participant/{n}")) for n in range(streams)
    }
    made = await keys.ensure_many(participants)

    def chunks() -> Iterator[list[AppendRequest]]:
        at = _BEGIN
        numbers = iter(range(streams))
        while batch := list(islice(numbers, _BATCH_STREAMS)):
            requests = []
            waiting = [(n, list(enumerate(events_of(n, histories), 1))) for n in batch]
            while waiting:
                for number, rest in waiting:
                    version, event = rest.pop(0)
                    at += timedelta(seconds=1)
                    requests.append(_request(codec, stream_id(number), version, event, made, at))
                waiting = [(number, rest) for number, rest in waiting if rest]
            yield requests

    return await log.bulk_append(chunks())


def _request(
    codec: EventCodec, stream: UUID, version: int, event: Event, keys: Any, at: datetime
) -> AppendRequest:
    type_, payload, personal = codec.encode(event, stream, version, keys[stream])
    return AppendRequest(
        stream_id=stream,
        expected_version=version - 1,
        rows=(NewRow(type=type_, payload=payload, personal=personal),),
        command_id=uuid5(stream, str(version)),
        actor="cw-1",
        organisation="org-1",
        recorded_at=at,
    )


async def stream_versions(log: EventLog, streams: int) -> dict[int, int]:
    """The versions of the first ``streams`` streams, by number."""
    histories = templates()
    versions = {number: len(histories[number % len(histories)]) for number in range(streams)}
    for number in (0, streams - 1):
        rows = await log.read_stream(stream_id(number))
        assert rows[-1].version == versions[number]
    return versions
