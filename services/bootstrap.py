"""The one place where the parts are put together: log, keys, codec, store and rules for one process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from adapters.command_codec import SubjectSealedCommands
from adapters.connections import Connections
from adapters.event_codec import EventCodec
from adapters.event_log import EventLog
from adapters.event_store import PostgresEventStore
from adapters.key_wrapping import LocalKeyWrapper
from adapters.law_files import load_law
from adapters.mail import NoMailer, smtp_mailer
from adapters.path_files import load_paths
from adapters.staff_directory import FileStaffDirectory, read_staff
from adapters.subject_keys import SubjectKeys
from domain.decision import RuleBook, local_date
from domain.events import COMMANDS, EVENTS
from domain.ports import Mailer, StaffDirectory
from services.report_contacts import Contacts
from services.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The parts every service needs. Nothing here knows Temporal; that is services/gateway.py and worker.py."""

    database_url: str
    connections: Connections
    log: EventLog
    keys: SubjectKeys
    codec: EventCodec
    store: PostgresEventStore
    sealed_commands: SubjectSealedCommands

    @property
    def rule_book(self) -> RuleBook:
        """The rules of this installation. Raises InvalidPath at the first question when one cannot be read."""
        return rule_book()


@cache
def rule_book() -> RuleBook:
    """The rules of this installation: shipped paths and law tables, and the calendar of North Rhine-Westphalia.

    Read once in a process, and not before somebody asks: half of the commands do without.
    """
    from adapters.holiday_calendar import holiday_calendar

    return RuleBook.of(load_paths(), holiday_calendar("NW"), load_law())


@cache
def event_codec() -> EventCodec:
    """The codec of all our events; what it prepares for each of them is prepared once in a process."""
    return EventCodec(EVENTS)


@asynccontextmanager
async def open_engine(database_url: str, kek: bytes, *, readers: int = 8) -> AsyncIterator[Engine]:
    """Open the parts on a migrated database; everything is closed at the end of the body.

    A database that is away shows at the first call as StoreUnavailable, a wrong ``kek`` (32 bytes) as
    KeyUnavailable, before anything is written.
    """
    connections = Connections(database_url, size=readers)
    codec = event_codec()
    keys = SubjectKeys(connections, LocalKeyWrapper([kek]))
    log = await EventLog.open(database_url, readers=readers)
    try:
        yield Engine(
            database_url=database_url,
            connections=connections,
            log=log,
            keys=keys,
            codec=codec,
            store=PostgresEventStore(log, codec, keys),
            sealed_commands=SubjectSealedCommands(COMMANDS, codec, keys),
        )
    finally:
        await log.close()
        await connections.close()


def mailer(settings: Settings) -> Mailer:
    """Where reminders go out; without SMTP_URL they wait until there is one."""
    if settings.smtp_url is None:
        return NoMailer()
    return smtp_mailer(settings.smtp_url, settings.mail_sender)


def staff_directory(settings: Settings) -> StaffDirectory:
    """Whom reminders reach. Raises InvalidStaffFile; without a file nobody has an address."""
    return read_staff(settings.staff_file) if settings.staff_file else FileStaffDirectory()


def contact_book(settings: Settings) -> Callable[[datetime], Contacts | None]:
    """Whom the ids of staff in a report reach at an instant; nobody is looked up without a staff file.

    The file is read once. Raises InvalidStaffFile.
    """
    if settings.staff_file is None:
        return lambda _: None
    staff = read_staff(settings.staff_file)
    return lambda now: Contacts(staff=staff, today=local_date(now))
