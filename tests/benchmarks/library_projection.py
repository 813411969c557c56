"""The same projections carried by the library: its Postgres recorder, its ProjectionRunner, one transaction per event.

It gets the same rows function and keeps every stream folded in memory, so what differs is only how events are read and
how rows and position are committed. Needs psycopg (dependency group bench).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner

from adapters.embedded.postgres_databases import create_database, drop_database
from adapters.event_codec import EventCodec
from adapters.migrations import migrate
from domain.events import EVENTS
from domain.projections.batch import Carried, Difference, project
from domain.projections.register import PROJECTIONS
from domain.recorded import Recorded
from services.bootstrap import rule_book
from tests.benchmarks.template_histories import events_of, stream_id, templates

CASES = 30
_CODEC = EventCodec(EVENTS)
_RULES = rule_book()
_NAMES = frozenset(PROJECTIONS) - {"case_names"}


@dataclass(frozen=True)
class Stored(DomainEvent):
    """One of our events inside one of the library's."""

    type: str
    payload: str


class Cases(Application[UUID]):
    """The library's application; it only holds the log."""

    name = "cases"


class ReadView(PostgresTrackingRecorder):
    """The same read tables, written in the transaction of the library's tracking record."""

    def write(self, difference: Difference, tracking: Tracking) -> None:
        """Rows and position, both or neither."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            for name, keys in difference.removed.items():
                columns = PROJECTIONS[name].row._fields[: PROJECTIONS[name].key]
                where = " and ".join(f"{column} = %s" for column in columns)
                for key in keys:
                    cursor.execute(f"delete from teilhabe.{name} where {where}", key, prepare=True)
            for name, rows in difference.changed.items():
                for row in rows:
                    cursor.execute(_upsert(name), row, prepare=True)


def _upsert(name: str) -> str:
    projection = PROJECTIONS[name]
    columns = projection.row._fields
    updates = ", ".join(f"{column} = excluded.{column}" for column in columns[projection.key :])
    return (
        f"insert into teilhabe.{name} ({', '.join(columns)}) values ({', '.join(['%s'] * len(columns))}) "
        f"on conflict ({', '.join(columns[: projection.key])}) do update set {updates}"
    )


class ReadTables(Projection[ReadView]):
    """Our rows from the library's events."""

    name = "readtables"

    def __init__(self, view: ReadView) -> None:
        super().__init__(view)
        self._carried: dict[UUID, Carried] = {}

    @singledispatchmethod
    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Project one event and track it."""
        stream = domain_event.originator_id
        entry = Recorded(
            tracking.notification_id,
            stream,
            domain_event.originator_version,
            _CODEC.withhold(domain_event.type, domain_event.payload.encode()),
            domain_event.timestamp,
            "cw-1",
            "org-1",
            None,
        )
        difference = Difference()
        self._carried[stream] = project([entry], self._carried.get(stream), None, _RULES, _NAMES, difference)
        self.view.write(difference, tracking)


async def library_rates(dsn: str, repetitions: int) -> list[float]:
    """Events per second of the library's runner from nothing to its head, in every repetition."""
    import asyncio

    rates = []
    for number in range(repetitions):
        database = await create_database(dsn, f"library_bench_{number}")
        try:
            await migrate(database)
            rates.append(await asyncio.to_thread(_measure, database))
        finally:
            await drop_database(dsn, f"library_bench_{number}")
    return rates


def _measure(dsn: str) -> float:
    parts = urlsplit(dsn)
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.lstrip("/"),
        "POSTGRES_HOST": parts.hostname or "",
        "POSTGRES_PORT": str(parts.port or 5432),
        "POSTGRES_USER": unquote(parts.username or ""),
        "POSTGRES_PASSWORD": unquote(parts.password or ""),
    }
    application = Cases(env)
    last = _fill(application)
    begin = time.perf_counter()
    with ProjectionRunner(
        application_class=Cases, projection_class=ReadTables, view_class=ReadView, env=env
    ) as runner:
        runner.wait(notification_id=last, timeout=600)
        took = time.perf_counter() - begin
    application.close()
    return last / took


def _fill(application: Cases) -> int:
    histories = templates()
    last = 0
    for number in range(CASES):
        stream = stream_id(number) if number else uuid4()
        stored = []
        for version, event in enumerate(events_of(number, histories), 1):
            type_, payload, _ = _CODEC.split(event)
            stored.append(
                application.mapper.to_stored_event(
                    Stored(
                        originator_id=stream,
                        originator_version=version,
                        timestamp=DomainEvent.create_timestamp(),
                        type=type_,
                        payload=payload.decode(),
                    )
                )
            )
        ids = application.recorder.insert_events(stored)
        last = ids[-1] if ids else last
    return last
