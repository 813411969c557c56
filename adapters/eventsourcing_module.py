"""A plain Application of the eventsourcing library on our event log: PERSISTENCE_MODULE=adapters.eventsourcing_module.

Environment: EVENT_LOG_DSN names the database; EVENT_LOG_SCHEMA the schema of the application's own log (else ``es_``
and the application's name); CREATE_TABLE=n leaves making the tables to somebody else. Originator ids are UUIDs.
"""

from __future__ import annotations

from typing import Any

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    InfrastructureFactory,
    InfrastructureFactoryError,
    ProcessRecorder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic, strtobool

from adapters.eventsourcing_loop import LogThread
from adapters.eventsourcing_recorders import (
    LogAggregateRecorder,
    LogApplicationRecorder,
    LogProcessRecorder,
    LogTrackingRecorder,
)


class LogFactory(InfrastructureFactory[LogTrackingRecorder]):
    """Builds the recorders of one application over one LogThread, which starts with the first of them."""

    EVENT_LOG_DSN = "EVENT_LOG_DSN"
    EVENT_LOG_SCHEMA = "EVENT_LOG_SCHEMA"
    CREATE_TABLE = "CREATE_TABLE"

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self._thread: LogThread | None = None

    def aggregate_recorder(self, purpose: str = "events") -> AggregateRecorder:
        """A recorder beside the application sequence."""
        return LogAggregateRecorder(self._ready(), purpose)

    def application_recorder(self) -> ApplicationRecorder:
        """The recorder of the application sequence."""
        recorder_class: type[LogApplicationRecorder] = self._named(
            self.APPLICATION_RECORDER_TOPIC, LogApplicationRecorder
        )
        return recorder_class(self._ready())

    def tracking_recorder(
        self, tracking_recorder_class: type[LogTrackingRecorder] | None = None
    ) -> LogTrackingRecorder:
        """The recorder of positions; the class may be given, or named in TRACKING_RECORDER_TOPIC."""
        named: type[LogTrackingRecorder] = self._named(self.TRACKING_RECORDER_TOPIC, LogTrackingRecorder)
        return (tracking_recorder_class or named)(self._ready())

    def process_recorder(self) -> ProcessRecorder:
        """Both in one."""
        recorder_class: type[LogProcessRecorder] = self._named(
            self.PROCESS_RECORDER_TOPIC, LogProcessRecorder
        )
        return recorder_class(self._ready())

    def close(self) -> None:
        """Close the log; the recorders are of no more use."""
        if self._thread is not None:
            self._thread.close()
            self._thread = None

    def _named(self, key: str, default: type[Any]) -> type[Any]:
        topic = self.env.get(key)
        return resolve_topic(topic) if topic else default

    def _ready(self) -> LogThread:
        if self._thread is None:
            dsn = self.env.get(self.EVENT_LOG_DSN)
            if not dsn:
                raise InfrastructureFactoryError(f"{self.EVENT_LOG_DSN} is not set")
            # Never the schema of our own log by chance, whatever the application is called.
            schema = self.env.get(self.EVENT_LOG_SCHEMA) or f"es_{self.env.name.lower()}"
            self._thread = LogThread(dsn, schema)
        if strtobool(self.env.get(self.CREATE_TABLE, "yes")):
            self._thread.create_tables()
        return self._thread
