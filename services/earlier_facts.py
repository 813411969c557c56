"""The facts of the read tables taken back to an earlier position of the log: read anew is only what has moved on since."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from adapters.contact_facts import contacts_between, less
from adapters.projection_source import MovedOn, ProjectionSource
from domain.reports.counted_entries import left_aside
from domain.reports.fact_columns import Columns, ColumnsOf, united
from domain.reports.facts import KINDS, PLACES, ContactFact, Facts, Need
from services.bootstrap import Engine
from services.garbage import paused
from services.log_facts import Progress, facts_of_streams


def to_take_back(columns: ColumnsOf) -> ColumnsOf:
    """The ``columns``, and those by which facts are told apart and municipalities found."""
    return united({name: (KINDS[name]._fields[0],) for name in columns}, PLACES, columns)


async def taken_back(
    engine: Engine,
    facts: Facts,
    standing: int,
    position: int,
    as_of: date,
    progress: Progress,
    needs: Collection[Need],
    columns: ColumnsOf | None,
) -> Facts:
    """The ``facts`` that the read tables had at ``standing``, as they were at an earlier position; by column where only
    these ``columns`` were read, of contacts those known at the position.

    Streams that no counted entry was added to since are as they were; those that had begun by then are folded from the
    log. Contacts, which are most of what is added to a case, are no reason to fold it: those recorded since are taken
    off, unless a correction since may have moved one that was recorded before.
    """
    source = ProjectionSource(engine.log, engine.connections, engine.codec, None)
    folded_for = set(needs) - {Need.CONTACTS}
    contacts: Sequence[ContactFact] = []
    counted = Need.CONTACTS in needs and (columns is None or "contacts" in columns)
    if counted:
        contacts = facts.contacts
        if columns is None:
            contacts = await _contacts_before(engine, facts, standing, position, as_of)
    # Behind the contacts: what corrects one while they are read is seen here.
    head = await engine.log.head()
    aside = engine.codec.types_of(left_aside(folded_for, columns))
    moved_on = await source.moved_on(position, head, without=aside)
    with paused():
        before = facts.without([stream.stream_id for stream in moved_on])
    had_begun = [stream for stream in moved_on if stream.entries_before]
    before.add(await _folded(engine, had_begun, position, as_of, progress, folded_for, columns))
    if counted:
        alone = None if columns is None else {"contacts": columns["contacts"]}
        corrected = [stream for stream in moved_on if stream.corrected]
        begun = [stream for stream in corrected if stream.entries_before]
        again = await _folded(engine, begun, position, as_of, progress, {Need.CONTACTS}, alone)
        unsure = {stream.stream_id for stream in corrected}
        if isinstance(contacts, Columns):
            sure = contacts.without("case_id", {stream.bytes for stream in unsure})
            before.contacts = sure.and_(again.contacts)
        else:
            left = (contact for contact in contacts if contact.case_id not in unsure)
            before.contacts = [*left, *again.contacts]
    return before


async def _contacts_before(
    engine: Engine, facts: Facts, standing: int, position: int, as_of: date
) -> list[ContactFact]:
    since = await contacts_between(engine.connections, engine.log.schema, as_of, position, standing)
    left = (
        less(contact, *since[contact.case_id]) if contact.case_id in since else contact
        for contact in facts.contacts
    )
    return [contact for contact in left if contact.held or contact.attempted]


async def _folded(
    engine: Engine,
    streams: list[MovedOn],
    position: int,
    as_of: date,
    progress: Progress,
    needs: Collection[Need],
    columns: ColumnsOf | None,
) -> Facts:
    entries = {stream.stream_id: stream.entries_before for stream in streams}
    return await facts_of_streams(engine, entries, position, as_of, progress, needs=needs, columns=columns)
