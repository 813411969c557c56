"""The suites that the eventsourcing library ships for its recorders, unchanged, against ours; and a plain Application."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import count
from typing import ClassVar
from uuid import UUID, uuid4

import eventsourcing.cryptography
import pytest
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.utils import Environment, get_topic

from adapters.embedded.postgres_databases import create_database, database_dsn, drop_database, run_apart
from adapters.eventsourcing_loop import LogThread
from adapters.eventsourcing_module import LogFactory
from adapters.eventsourcing_recorders import (
    LogAggregateRecorder,
    LogApplicationRecorder,
    LogProcessRecorder,
    LogTrackingRecorder,
)

# The suites import the library's cipher on pycryptodome; its twin on `cryptography` has the same names.
sys.modules.setdefault("eventsourcing.cipher", eventsourcing.cryptography)

from eventsourcing.tests import persistence as suites  # noqa: E402 - after the line above

_numbers = count(1)


class OnOurLog:
    """A database for each class of tests, a schema for each test."""

    dsn: ClassVar[str]

    @pytest.fixture(autouse=True, scope="class")
    @staticmethod
    def _database(request: pytest.FixtureRequest, postgres_server: str) -> Iterator[None]:
        name = f"conformance_{os.getpid()}_{next(_numbers)}"
        create, drop = create_database(postgres_server, name), drop_database(postgres_server, name)
        run_apart(create)
        request.cls.dsn = database_dsn(postgres_server, name)
        yield
        run_apart(drop)

    @pytest.fixture(autouse=True)
    def _closing(self) -> Iterator[None]:
        self.threads: list[LogThread] = []
        yield
        for thread in self.threads:
            thread.close()

    def thread(self) -> LogThread:
        """A log of its own with all tables."""
        thread = LogThread(self.dsn, f"log_{next(_numbers)}")
        self.threads.append(thread)
        thread.create_tables()
        return thread


class TestApplicationRecorder(OnOurLog, suites.ApplicationRecorderTestCase[ApplicationRecorder]):
    def create_recorder(self) -> ApplicationRecorder:
        return LogApplicationRecorder(self.thread())

    def test_insert_subscribe(self) -> None:
        """The library offers this one for recorders that have subscriptions."""
        self.optional_test_insert_subscribe()


class TestNotificationsDoNotInterleave(OnOurLog, suites.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ApplicationRecorder:
        return LogApplicationRecorder(self.thread())


class TestAggregateRecorder(OnOurLog, suites.AggregateRecorderTestCase):
    def create_recorder(self) -> AggregateRecorder:
        return LogAggregateRecorder(self.thread(), "snapshots")


class TestTrackingRecorder(OnOurLog, suites.TrackingRecorderTestCase):
    def create_recorder(self) -> TrackingRecorder:
        return LogTrackingRecorder(self.thread())


class TestProcessRecorder(OnOurLog, suites.ProcessRecorderTestCase):
    def create_recorder(self) -> LogProcessRecorder:
        return LogProcessRecorder(self.thread())


class OwnTrackingRecorder(LogTrackingRecorder):
    """What an application with views of its own would write."""


class TestFactory(OnOurLog, suites.InfrastructureFactoryTestCase[LogFactory]):
    def setUp(self) -> None:
        self.env = Environment(
            "Conformance", {"PERSISTENCE_MODULE": "adapters.eventsourcing_module", "EVENT_LOG_DSN": self.dsn}
        )
        super().setUp()

    def expected_factory_class(self) -> type[LogFactory]:
        return LogFactory

    def expected_aggregate_recorder_class(self) -> type[AggregateRecorder]:
        return LogAggregateRecorder

    def expected_application_recorder_class(self) -> type[ApplicationRecorder]:
        return LogApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return LogTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return OwnTrackingRecorder

    def expected_process_recorder_class(self) -> type[LogProcessRecorder]:
        return LogProcessRecorder


class Shelter(Aggregate):
    """Any aggregate as the library's users write it."""

    @event("Opened")
    def __init__(self, name: str) -> None:
        self.name = name
        self.beds = 0

    @event("BedsAdded")
    def add_beds(self, number: int) -> None:
        self.beds += number

    @event("Renamed")
    def rename(self, name: str) -> None:
        self.name = name


class Shelters(Application[UUID]):
    """A plain application: nothing in it knows of our log."""

    is_snapshotting_enabled = True

    def open(self, name: str) -> UUID:
        shelter = Shelter(name)
        self.save(shelter)
        return shelter.id

    def enlarge(self, shelter_id: UUID, beds: int, name: str) -> None:
        shelter: Shelter = self.repository.get(shelter_id)
        shelter.add_beds(beds)
        shelter.rename(name)
        self.save(shelter)


class TestPlainApplication(OnOurLog):
    @pytest.fixture
    def application(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelters]:
        monkeypatch.setenv("PERSISTENCE_MODULE", "adapters.eventsourcing_module")
        monkeypatch.setenv("EVENT_LOG_DSN", self.dsn)
        monkeypatch.setenv("SHELTERS_EVENT_LOG_SCHEMA", f"shelters_{next(_numbers)}")
        with Shelters() as application:
            yield application

    def test_its_commands_become_gap_free_notifications(self, application: Shelters) -> None:
        """Commands on two aggregates are numbered 1, 2, 3, … in the order they were saved."""
        first = application.open("Nord")
        second = application.open("Süd")
        application.enlarge(first, 12, "Nordstern")

        notifications = application.notification_log.select(start=1, limit=10)

        assert [notification.id for notification in notifications] == [1, 2, 3, 4]
        assert [notification.originator_id for notification in notifications] == [first, second, first, first]
        assert [n.topic for n in notifications][-1] == get_topic(Shelter.Renamed)  # type: ignore[attr-defined] # made by @event
        shelter: Shelter = application.repository.get(first)
        assert (shelter.name, shelter.beds, shelter.version) == ("Nordstern", 12, 3)

    def test_a_snapshot_is_kept_beside_the_log(self, application: Shelters) -> None:
        """Taking a snapshot adds no notification, and loading starts from it."""
        shelter_id = application.open("Nord")
        application.enlarge(shelter_id, 3, "Nordstern")
        application.take_snapshot(shelter_id)

        assert application.snapshots is not None
        assert [snapshot.originator_version for snapshot in application.snapshots.get(shelter_id)] == [3]
        assert application.recorder.max_notification_id() == 3
        shelter: Shelter = application.repository.get(shelter_id)
        assert shelter.beds == 3

    def test_two_aggregates_are_saved_together_or_not_at_all(self, application: Shelters) -> None:
        """A conflict on the second leaves nothing of the first."""
        shelter_id = application.open("Nord")
        stale: Shelter = application.repository.get(shelter_id)
        application.enlarge(shelter_id, 1, "Nordstern")
        stale.add_beds(5)
        fresh = Shelter("Süd")

        with pytest.raises(IntegrityError):
            application.save(fresh, stale)

        assert application.recorder.select_events(fresh.id) == []
        assert application.recorder.max_notification_id() == 3


class TestWhatOurLogRefuses(OnOurLog):
    def test_text_as_originator_id_is_refused(self) -> None:
        """Streams of the log are UUIDs."""
        recorder = LogApplicationRecorder(self.thread())
        stored = StoredEvent(originator_id="no-uuid", originator_version=1, topic="t", state=b"")
        with pytest.raises(ProgrammingError, match="must be UUIDs"):
            recorder.insert_events([stored])

    def test_a_gap_in_versions_is_refused(self) -> None:
        """Where the library's own recorder would store it."""
        recorder = LogApplicationRecorder(self.thread())
        shelter = uuid4()
        events = [StoredEvent(shelter, version, "t", b"") for version in (1, 3)]
        with pytest.raises(IntegrityError, match="do not follow"):
            recorder.insert_events(events)
        with pytest.raises(IntegrityError, match="expected 2"):
            recorder.insert_events(events[1:])
        assert recorder.max_notification_id() is None

    def test_a_closed_log_says_so(self) -> None:
        """No call hangs on a thread that is gone."""
        recorder = LogTrackingRecorder(self.thread())
        self.threads[0].close()
        with pytest.raises(OperationalError, match="closed"):
            recorder.insert_tracking(Tracking("upstream", 1))
