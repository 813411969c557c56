"""A large town out of a smaller one: every stream of its log several times, under ids of its own, in one true log.

Simulating 70,000 participants takes half an hour, for every event is decided. Here each stream of a simulated town is
written as often as wanted, and each copy of the town lived its life some days earlier than the one before: the instants of its
entries and every day in them, but for months of birth and the days that law holds from. Or the town would be ten of each life,
and what is counted of equal lives together would seem ten times as quick as it is. The copies are merged by instant, so
positions stay without gaps and instants in order, and every id in an entry is replaced by the one of its copy. So is whom a grant
pays: a copy of a provider is another provider, or every voucher of every copy would be the bill of all the others. Read tables
are built from that log by the product. What the copies do not have is a key: their sealed boxes stay as they are and open for
nobody, names cannot be shown.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from domain.projections.case_overview import CASE_NAMES
from domain.projections.register import PROJECTIONS
from services.bootstrap import Engine
from services.rebuild import rebuild

DIGITS: Final = "0123689abcdef"
"""What tells the copies apart: the digit in an id that says its version. Ids of the town have a 4, 5 or 7 there."""

MOST_COPIES: Final = len(DIGITS) + 1

NAMELESS: Final = tuple(name for name in PROJECTIONS if name != CASE_NAMES.name)
"""The projections that need no key."""

DAYS_EARLIER: Final = 3
"""How much earlier each copy lived than the one before."""

_ID_OR_DAY: Final = re.compile(
    r"([0-9a-f]{8}-[0-9a-f]{4}-)[0-9a-f]([0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})"
    # A status is valid from a day of its own, between two more; what else is valid from a day is law.
    r'|"(?:birth_month|rule_valid_from|valid_from)":"[0-9-]{10}"(?!,"valid_until")'
    r"|([0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_COLUMNS: Final = (
    *("position", "recorded_at", "stream_id", "version", "command_rows", "command_id", "type", "actor"),
    *("organisation", "payload", "personal"),
)

Row = tuple[Any, ...]


def earlier(day: date, copy: int) -> date:
    """When a copy lived a day of the town."""
    return day - timedelta(DAYS_EARLIER * copy)


def _copied(rows: Iterable[Any], copy: int, moved: Callable[[date, int], date]) -> Iterator[Row]:
    """The entries of one copy in order; the first is the town itself."""
    if copy == 0:
        yield from rows
        return
    digit, days = DIGITS[copy - 1], dict[str, str]()

    def changed(found: re.Match[str]) -> str:
        before, after, day = found.groups()
        if before is not None:
            return f"{before}{digit}{after}"
        if day is None:
            return found[0]
        if day not in days:
            days[day] = moved(date.fromisoformat(day), copy).isoformat()
        return days[day]

    for row in rows:
        recorded_at, stream, payload = row[1], row[2], row[9]
        day = recorded_at.date()
        text = _ID_OR_DAY.sub(changed, payload.decode()).replace('"payee":"', f'"payee":"{digit} ')
        yield (
            row[0],
            recorded_at + (moved(day, copy) - day),
            UUID(_ID_OR_DAY.sub(changed, str(stream))),
            *row[3:9],
            text.encode(),
            row[10],
        )


def _merged(rows: Iterable[Any], times: int, moved: Callable[[date, int], date]) -> Iterator[Row]:
    copies = (_copied(rows, copy, moved) for copy in range(times))
    merged = heapq.merge(*copies, key=itemgetter(1))
    return ((place, *row[1:]) for place, row in enumerate(merged, start=1))


async def multiply(engine: Engine, times: int, moved: Callable[[date, int], date] = earlier) -> int:
    """Make the town in the log of ``engine`` ``times`` as large, and its read tables (but for the names) anew.

    ``moved`` says when a copy lived a day, never a later one before an earlier one. Returns the head of the log. For
    measurements only: it rewrites a log.
    """
    assert 2 <= times <= MOST_COPIES
    schema = engine.log.schema
    events = f"{schema}.events"
    connection = await engine.connections.open(statement_timeout=STATEMENT_SECONDS, name="multiply")
    try:
        async with connection.transaction():
            rows: Sequence[Any] = await connection.fetch(
                f"select {', '.join(_COLUMNS)} from {events} order by position"
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
            await connection.copy_records_to_table(
                "events",
                schema_name=schema,
                columns=_COLUMNS,
                records=_merged(rows, times, moved),
                timeout=STATEMENT_SECONDS,
            )
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
