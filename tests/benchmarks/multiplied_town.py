"""A large town out of a smaller one: every stream of its log several times, under ids of its own, in one true log.

Simulating 70,000 participants takes half an hour, for every event is decided. Here each stream of a simulated town is
written as often as wanted: the copies of an entry follow one another, so positions stay without gaps and instants in
order, and every id in an entry is replaced by the one of its copy. So is whom a grant pays: a copy of a provider is another
provider, or every voucher of every copy would be the bill of all the others. Read tables are built from that log by the product.
What the copies do not have is a key: their sealed boxes stay as they are and open for nobody, names cannot be shown.
"""

from __future__ import annotations

from typing import Final

from domain.projections.case_overview import CASE_NAMES
from domain.projections.register import PROJECTIONS
from services.bootstrap import Engine
from services.rebuild import rebuild

DIGITS: Final = "0123689abcdef"
"""What tells the copies apart: the digit in an id that says its version. Ids of the town have a 4, 5 or 7 there."""

MOST_COPIES: Final = len(DIGITS) + 1

NAMELESS: Final = tuple(name for name in PROJECTIONS if name != CASE_NAMES.name)
"""The projections that need no key."""

_ANY_ID = "([0-9a-f]{8}-[0-9a-f]{4}-)[0-9a-f]([0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})"

_COPY = f"""
insert into SCHEMA.events (position, recorded_at, stream_id, version, command_rows, command_id, type, actor,
    organisation, payload, personal)
select (t.position - 1) * $1 + c.copy, t.recorded_at,
    case c.digit when '' then t.stream_id else regexp_replace(t.stream_id::text, '{_ANY_ID}', c.changed)::uuid end,
    t.version, t.command_rows, t.command_id, t.type, t.actor, t.organisation,
    case c.digit when '' then t.payload
        else convert_to(replace(
            regexp_replace(convert_from(t.payload, 'UTF8'), '{_ANY_ID}', c.changed, 'g'),
            '"payee":"', '"payee":"' || c.digit || ' '), 'UTF8') end,
    t.personal
from town t cross join lateral (
    select copy, digit, '\\1' || digit || '\\2' as changed
    from unnest($2::text[]) with ordinality as u (digit, copy)
) c
"""


async def multiply(engine: Engine, times: int) -> int:
    """Make the town in the log of ``engine`` ``times`` as large, and its read tables (but for the names) anew.

    Returns the head of the log. For measurements only: it rewrites a log.
    """
    assert 2 <= times <= MOST_COPIES
    schema = engine.log.schema
    events = f"{schema}.events"
    connection = await engine.connections.open(statement_timeout=STATEMENT_SECONDS, name="multiply")
    try:
        async with connection.transaction():
            await connection.execute(
                f"create temp table town on commit drop as select * from {events} order by position"
            )
            await connection.execute(
                f"alter table {events} disable trigger events_append_only; truncate {events}"
            )
            kept = await connection.fetch(
                "select conname, pg_get_constraintdef(oid) as made from pg_constraint "
                "where conrelid = $1::regclass and contype in ('p', 'u')",
                events,
            )
            # Indexes are made at the end, sorted: row by row they would take most of the time.
            for constraint in kept:
                await connection.execute(f"alter table {events} drop constraint {constraint['conname']}")
            await connection.execute(_COPY.replace("SCHEMA", schema), times, ["", *DIGITS[: times - 1]])
            for constraint in kept:
                await connection.execute(
                    f"alter table {events} add constraint {constraint['conname']} {constraint['made']}"
                )
            await connection.execute(f"alter table {events} enable trigger events_append_only")
            # Read tables that stay live would hold the others back at the position where they stand.
            await connection.execute(f"delete from {schema}.projections")
        await connection.execute(f"vacuum analyze {events}")
    finally:
        connection.terminate()
    await rebuild(engine, NAMELESS)
    return await engine.log.head()


STATEMENT_SECONDS: Final = 3_600
