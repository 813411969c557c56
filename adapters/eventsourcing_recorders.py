"""The recorders of the eventsourcing library over our event log: thin, synchronous, in the library's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import CancelledError, Future
from itertools import groupby
from threading import Lock
from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    OperationalError,
    ProcessRecorder,
    ProgrammingError,
    StoredEvent,
    Subscription,
    Tracking,
    TrackingRecorder,
)

from adapters.eventsourcing_loop import LogThread
from adapters.group_commit import arguments_of, sql_of_append
from adapters.log_rows import AppendRequest, NewRow
from domain.ports import StoreUnavailable

ACTOR = "eventsourcing"
SUBSCRIPTION_CHUNK = 500
_WAIT_SECONDS = 3_600.0


class LogAggregateRecorder(AggregateRecorder):
    """Records of aggregates outside of the application sequence, such as snapshots."""

    def __init__(self, thread: LogThread, purpose: str) -> None:
        self._thread = thread
        self._purpose = purpose
        self._table = f"{thread.schema}.aggregate_records"

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Write all or none; there are no notification ids. Raises IntegrityError."""
        rows = [
            (self._purpose, _uuid(event.originator_id), event.originator_version, event.topic, event.state)
            for event in stored_events
        ]
        self._thread.call(self._insert(rows))
        return None

    async def _insert(self, rows: list[tuple[str, UUID, int, str, bytes]]) -> None:
        async with self._thread.connections.lend() as connection:
            await connection.executemany(
                f"insert into {self._table} values ($1, $2, $3, $4, $5)",
                rows,
            )

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Records of one aggregate in order of version."""
        sql = (
            "select originator_id, originator_version, topic, state "
            f"from {self._table} where purpose = $1 and originator_id = $2 and originator_version > $3 "
            f"and originator_version <= $4 order by originator_version {'desc' if desc else 'asc'} limit $5"
        )
        bounds = _bounds(gt, lte)
        fetch = self._thread.connections.fetch(sql, self._purpose, _uuid(originator_id), *bounds, limit)
        return [StoredEvent(*record) for record in self._thread.call(fetch)]


class LogApplicationRecorder(ApplicationRecorder):
    """The application sequence is the event log, its notification ids are positions."""

    def __init__(self, thread: LogThread) -> None:
        self._thread = thread
        self._table = f"{thread.schema}.events"

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        """Append all or none and return the positions, which follow one another.

        Events of one aggregate must follow one another in version. Raises IntegrityError, OperationalError.
        """
        requests = _requests(stored_events)
        if len(requests) == 1:
            appended = self._thread.call(self._thread.log.append(requests[0]))
            last = appended.last_position
        elif requests:
            last = self._thread.call(self._thread.log.append_together(requests))[-1].last_position
        else:
            return []
        return list(range(last - len(stored_events) + 1, last + 1))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Events of one aggregate in order of version."""
        sql = (
            f"select stream_id, version, type, payload from {self._table} "
            f"where stream_id = $1 and version > $2 and version <= $3 "
            f"order by version {'desc' if desc else 'asc'} limit $4"
        )
        fetch = self._thread.connections.fetch(sql, _uuid(originator_id), *_bounds(gt, lte), limit)
        return [StoredEvent(*record) for record in self._thread.call(fetch)]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events in order of position."""
        after = 0 if start is None else start - 1 if inclusive_of_start else start
        return self._thread.call(self._notifications(after, limit, stop, topics))

    async def _notifications(
        self, after: int, limit: int, stop: int | None, topics: Sequence[str]
    ) -> list[Notification]:
        sql = (
            f"select stream_id, version, type, payload, position from {self._table} "
            "where position > $1 and ($2::bigint is null or position <= $2) "
            "and (cardinality($3::text[]) = 0 or type = any ($3)) order by position limit $4"
        )
        records = await self._thread.connections.fetch(sql, after, stop, list(topics), limit)
        return [Notification(*record) for record in records]

    def max_notification_id(self) -> int | None:
        """The head of the log, None when it is empty."""
        return self._thread.call(self._thread.log.head()) or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Notifications behind ``gt``, those recorded already and then those to come, as soon as they are committed."""
        return LogSubscription(self, gt, topics)

    async def next_notifications(self, after: int, topics: Sequence[str]) -> list[Notification]:
        """At least one notification, however long that takes; in order of position."""
        while True:
            head = await self._thread.log.wait_for_more(after, _WAIT_SECONDS)
            if found := await self._notifications(after, SUBSCRIPTION_CHUNK, None, topics):
                return found
            # Nothing up to here has one of the topics.
            after = max(after, head)

    def start_next(self, after: int, topics: Sequence[str]) -> Future[list[Notification]]:
        """Begin ``next_notifications``; the future may be cancelled."""
        return self._thread.start(self.next_notifications(after, topics))


class LogSubscription(Subscription[LogApplicationRecorder]):
    """Sleeps until NOTIFY; ``stop`` from any thread ends the iteration at once."""

    def __init__(self, recorder: LogApplicationRecorder, gt: int | None, topics: Sequence[str]) -> None:
        super().__init__(recorder, gt, topics)
        self._ready: list[Notification] = []
        self._coming: Future[list[Notification]] | None = None
        self._stopping = Lock()

    def stop(self) -> None:
        """End the iteration, also one that waits in another thread."""
        with self._stopping:
            super().stop()
            if self._coming is not None:
                self._coming.cancel()

    def __next__(self) -> Notification:
        if not self._ready and not self._has_been_stopped:
            with self._stopping:
                if self._has_been_stopped:
                    raise StopIteration
                self._coming = self._recorder.start_next(self._last_notification_id or 0, self._topics)
            try:
                self._ready = self._coming.result()[::-1]
            except CancelledError:
                raise StopIteration from None
            except StoreUnavailable as error:
                raise OperationalError(str(error)) from error
        if self._has_been_stopped:
            raise StopIteration
        notification = self._ready.pop()
        self._last_notification_id = notification.id
        return notification


class LogTrackingRecorder(TrackingRecorder):
    """How far an application has followed others. Subclasses may write their views in the same way."""

    def __init__(self, thread: LogThread) -> None:
        self._thread = thread
        self._insert_tracking = f"select {thread.schema}.insert_tracking($1, $2)"
        self._max_tracking = (
            f"select max(notification_id) as last from {thread.schema}.tracking where application_name = $1"
        )

    def insert_tracking(self, tracking: Tracking) -> None:
        """Record a notification as processed. Raises IntegrityError when it, or a later one, already is."""
        self._thread.call(self._track(tracking))

    async def _track(self, tracking: Tracking) -> None:
        async with self._thread.connections.lend() as connection:
            await connection.execute(
                self._insert_tracking, tracking.application_name, tracking.notification_id
            )

    def max_tracking_id(self, application_name: str) -> int | None:
        """The last notification that is recorded as processed."""
        [record] = self._thread.call(self._thread.connections.fetch(self._max_tracking, application_name))
        return cast("int | None", record["last"])


class LogProcessRecorder(LogTrackingRecorder, LogApplicationRecorder, ProcessRecorder):
    """Events and the notification that made them commit together: processed exactly once."""

    def __init__(self, thread: LogThread) -> None:
        LogApplicationRecorder.__init__(self, thread)
        LogTrackingRecorder.__init__(self, thread)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """As for any application; with ``tracking`` the events are recorded only if that is."""
        tracking: Tracking | None = kwargs.get("tracking")
        if tracking is None:
            return super().insert_events(stored_events)
        return self._thread.call(self._process(_requests(stored_events), tracking))

    async def _process(self, requests: list[AppendRequest], tracking: Tracking) -> list[int]:
        async with self._thread.connections.lend() as connection, connection.transaction():
            await connection.execute(
                self._insert_tracking, tracking.application_name, tracking.notification_id
            )
            if not requests:
                return []
            # Last, for it locks the log until the commit.
            arguments = arguments_of(requests, all_or_none=True)
            [record] = await connection.fetch(sql_of_append(self._thread.schema), *arguments)
            first: int = record["first_position"]
            return list(range(first, first + sum(len(request.rows) for request in requests)))


def _uuid(originator_id: UUID | str) -> UUID:
    if isinstance(originator_id, UUID):
        return originator_id
    raise ProgrammingError(f"originator ids must be UUIDs here: {originator_id!r}")


def _bounds(gt: int | None, lte: int | None) -> tuple[int, int]:
    return (-1 if gt is None else gt, 2**31 - 1 if lte is None else lte)


def _requests(stored_events: Iterable[StoredEvent]) -> list[AppendRequest]:
    """One request for each run of events of the same aggregate, so that the given order is kept."""
    requests = []
    for originator_id, run in groupby(stored_events, key=lambda event: event.originator_id):
        events = list(run)
        first = events[0].originator_version
        if [event.originator_version for event in events] != list(range(first, first + len(events))):
            raise IntegrityError(f"the versions of {originator_id} do not follow one another")
        rows = tuple(NewRow(type=event.topic, payload=event.state) for event in events)
        requests.append(
            AppendRequest(
                stream_id=_uuid(originator_id),
                expected_version=first - 1,
                rows=rows,
                command_id=None,
                actor=ACTOR,
                organisation="",
            )
        )
    return requests
