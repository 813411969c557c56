"""Rows encoded here are the rows the driver would have written, whatever their values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from struct import error as StructError  # noqa: N812 # that is what it is called
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from adapters.copy_rows import CopyRows
from domain.projections.register import PROJECTIONS
from domain.values import NotStated

TYPES = {
    "a": "uuid",
    "b": "text",
    "c": "jsonb",
    "d": "date",
    "e": "integer",
    "f": "boolean",
    "g": "bigint",
    "h": "timestamp with time zone",
}
INSTANTS = (
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 29, 3, 0, 0, 1, tzinfo=timezone(timedelta(hours=2))),
)


def rows(number: int, *, nulls: bool) -> list[tuple[Any, ...]]:
    """Rows of every type, the values at the borders among them; some recur, some do not."""
    chance = Random(number)

    def one(place: int) -> tuple[Any, ...]:
        values: tuple[Any, ...] = (
            UUID(int=chance.choice((0, 2**128 - 1, chance.getrandbits(128)))),
            chance.choice(("", "Ğülşen Żółć", "\\N\t\n", "x" * 300, str(place))),
            chance.choice(("{}", '{"d": "ß"}', f"[{place}]")),
            chance.choice(
                (date(1, 1, 1), date(9999, 12, 31), date(2000, 1, 1), date(2026, 2, place % 28 + 1))
            ),
            chance.choice((-(2**31), 2**31 - 1, 0, place)),
            chance.choice((True, False)),
            chance.choice((-(2**63), 2**63 - 1, place)),
            chance.choice((*INSTANTS, INSTANTS[0] + timedelta(microseconds=chance.getrandbits(52)))),
        )
        return tuple(None if nulls and chance.random() < 0.2 else value for value in values)

    return [one(place) for place in range(number)]


async def _written(connection: asyncpg.Connection[asyncpg.Record], given: list[tuple[Any, ...]]) -> list[Any]:
    """The rows as they come back from a table they were loaded into."""
    await connection.execute("truncate ours")
    await connection.copy_to_table("ours", source=CopyRows([*TYPES.values()]).pieces(given), format="binary")
    return [tuple(row) for row in await connection.fetch("select * from ours order by ctid")]


@pytest.mark.parametrize("number", [0, 1, 2, 5_000])
@pytest.mark.parametrize("nulls", [False, True])
async def test_every_value_arrives_as_the_driver_would_have_sent_it(
    database: str, number: int, nulls: bool
) -> None:
    """Compared row by row with the driver's own COPY."""
    connection = await asyncpg.connect(database)
    try:
        columns = ", ".join(f"{name} {type_}" for name, type_ in TYPES.items())
        await connection.execute(f"create temp table ours ({columns}); create temp table theirs ({columns})")
        given = rows(number, nulls=nulls)
        await connection.copy_records_to_table("theirs", records=given)
        expected = [tuple(row) for row in await connection.fetch("select * from theirs order by ctid")]
        assert await _written(connection, given) == expected
        assert len(expected) == number
    finally:
        await connection.close()


def test_more_values_than_are_remembered_are_encoded_all_the_same() -> None:
    """Forgetting changes nothing, and null is never forgotten."""
    copy = CopyRows(["integer", "text"])
    given = [(place, None) for place in range(70_000)]
    once = copy.encode(given)
    assert copy.encode(given) == once
    assert copy.encode(given[:1]) == CopyRows(["integer", "text"]).encode(given[:1])


def test_values_of_a_wrong_type_are_refused() -> None:
    """Before anything reaches the server."""
    for type_, value in (
        ("integer", 2**31),
        ("uuid", "x"),
        ("date", 5),
        ("text", NotStated),
        ("bigint", "1"),
    ):
        with pytest.raises((StructError, AttributeError)):
            CopyRows([type_]).encode([(value,)])


async def test_every_read_table_is_loaded_this_way(database: str) -> None:
    """A column of a new type would quietly take the slow way: teach it here."""
    connection = await asyncpg.connect(database)
    try:
        for name in PROJECTIONS:
            types = await connection.fetch(
                "select format_type(atttypid, atttypmod) as type from pg_attribute "
                "where attrelid = to_regclass($1) and attnum > 0 and not attisdropped",
                f"teilhabe.{name}",
            )
            assert CopyRows.knows(row["type"] for row in types), name
    finally:
        await connection.close()
