"""How often each case was in contact by a day: counted from the nearer end of the time that contacts are known of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from adapters.connections import Connection, Connections
from adapters.fact_columns import columns_read
from domain.reports.facts import ATTEMPTED, HELD, ContactFact

# Written out, for with a parameter the partial index would not be found to fit.
_CONTACTS: Final = f"event in ('{HELD}', '{ATTEMPTED}')"
_COUNTED: Final = (
    f"count(*) filter (where event = '{HELD}') as held, "
    f"count(*) filter (where event = '{ATTEMPTED}') as attempted"
)
_VERSIONS: Final = (
    f", array_agg(version order by version) filter (where event = '{HELD}'), "
    f"array_agg(version order by version) filter (where event = '{ATTEMPTED}')"
)


async def contacts_by(
    connection: Connection,
    schema: str,
    as_of: date,
    *,
    versions: bool,
    names: Sequence[str],
    known_at: int | None = None,
) -> Sequence[ContactFact]:
    """The contacts that count by ``as_of``, by case, in the columns of these ``names``; with their ``versions`` where every
    single one is wanted, else those alone that were recorded up to the position ``known_at``."""
    timeline = f"{schema}.case_timeline"
    by = f"from {timeline} where counts_on <= $1 and {_CONTACTS} group by case_id"
    if versions:
        found = await connection.fetch(f"select case_id, {_COUNTED}{_VERSIONS} {by}", as_of)
        return [_with_versions(*record) for record in found]
    first, last = await connection.fetchrow(  # type: ignore[misc] # an aggregate has one row
        f"select min(counts_on), max(counts_on) from {timeline} where {_CONTACTS}"
    )
    counts, later = "counts_on <= $1", "counts_on > $1"
    asked: list[date | int] = [as_of]
    if known_at is not None:
        counts, later = f"{counts} and position <= $2", f"({later} or position > $2)"
        asked.append(known_at)
    if first is None or as_of < first or as_of - first < last - as_of:
        counted = (
            f"select case_id, {_COUNTED} from {timeline} where {counts} and {_CONTACTS} group by case_id"
        )
    else:
        counted = (
            "select case_id, o.contacts_held - coalesce(later.held, 0) as held, "
            "o.contacts_attempted - coalesce(later.attempted, 0) as attempted "
            f"from {schema}.case_overview o left join (select case_id, {_COUNTED} from {timeline} "
            f"where {later} and {_CONTACTS} group by case_id) later using (case_id)"
        )
    some = f"({counted}) counted where held > 0 or attempted > 0"
    if set(names) <= set(_OF_CASE):
        return await columns_read(connection, ContactFact, names, some, *asked)
    found = await connection.fetch(f"select {', '.join(_OF_CASE)} from {some}", *asked)
    return [ContactFact(*record) for record in found]


_OF_CASE: Final = ("case_id", "held", "attempted")


async def contacts_between(
    connections: Connections, schema: str, as_of: date, after_position: int, up_to_position: int
) -> dict[UUID, tuple[tuple[int, ...], tuple[int, ...]]]:
    """The versions of the contacts that count by ``as_of`` and were recorded in a stretch of the log, by case: held, and
    attempted. Raises StoreUnavailable."""
    found = await connections.fetch(
        f"select case_id{_VERSIONS} from {schema}.case_timeline "
        f"where position > $2 and position <= $3 and counts_on <= $1 and {_CONTACTS} group by case_id",
        as_of,
        after_position,
        up_to_position,
    )
    return {case_id: (tuple(held or ()), tuple(attempted or ())) for case_id, held, attempted in found}


def less(contact: ContactFact, held: Collection[int], attempted: Collection[int]) -> ContactFact:
    """The contacts of a case without some versions; they need not be known one by one."""
    return ContactFact(
        contact.case_id,
        contact.held - len(held),
        contact.attempted - len(attempted),
        tuple(version for version in contact.held_versions if version not in held),
        tuple(version for version in contact.attempted_versions if version not in attempted),
    )


def _with_versions(
    case_id: UUID,
    held: int,
    attempted: int,
    held_versions: list[int] | None,
    attempted_versions: list[int] | None,
) -> ContactFact:
    return ContactFact(case_id, held, attempted, tuple(held_versions or ()), tuple(attempted_versions or ()))
