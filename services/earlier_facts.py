"""The facts of the read tables taken back to an earlier position of the log: read anew is only what has moved on since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from adapters.contact_facts import contacts_between, less
from adapters.projection_source import MovedOn, ProjectionSource
from domain.reports.counted_entries import left_aside
from domain.reports.facts import ContactFact, Facts, Need
from services.bootstrap import Engine
from services.garbage import paused
from services.log_facts import Progress, facts_of_streams


async def taken_back(
    engine: Engine,
    facts: Facts,
    standing: int,
    position: int,
    as_of: date,
    progress: Progress,
    needs: Collection[Need],
) -> Facts:
    """The ``facts`` that the read tables had at ``standing``, as they were at an earlier position.

    Streams that no counted entry was added to since are as they were; those that had begun by then are folded from the
    log. Contacts, which are most of what is added to a case, are no reason to fold it: those recorded since are taken
    off one by one, unless a correction since may have moved one that was recorded before.
    """
    source = ProjectionSource(engine.log, engine.connections, engine.codec, None)
    folded_for = set(needs) - {Need.CONTACTS}
    contacts = (
        await _contacts_before(engine, facts, standing, position, as_of) if Need.CONTACTS in needs else []
    )
    # Behind the contacts: what corrects one while they are read is seen here.
    head = await engine.log.head()
    moved_on = await source.moved_on(position, head, without=engine.codec.types_of(left_aside(folded_for)))
    with paused():
        before = facts.without([stream.stream_id for stream in moved_on])
    had_begun = [stream for stream in moved_on if stream.entries_before]
    before.add(await _folded(engine, had_begun, position, as_of, progress, folded_for))
    if Need.CONTACTS in needs:
        corrected = [stream for stream in moved_on if stream.corrected]
        again = await _folded(
            engine, [s for s in corrected if s.entries_before], position, as_of, progress, {Need.CONTACTS}
        )
        unsure = {stream.stream_id for stream in corrected}
        sure = (contact for contact in contacts if contact.case_id not in unsure)
        before.contacts = [*sure, *again.contacts]
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
) -> Facts:
    entries = {stream.stream_id: stream.entries_before for stream in streams}
    return await facts_of_streams(engine, entries, position, as_of, progress, needs=needs)
