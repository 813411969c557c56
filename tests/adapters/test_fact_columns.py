"""Facts read by column are the rows that stand in the table, whatever their texts and days are, and whatever is missing."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from adapters.connections import Connections
from adapters.fact_columns import columns_read


class Odd(NamedTuple):
    """A column of every kind that facts have, and of each one that may be missing."""

    id: UUID
    other: UUID | None
    text: str
    said: str | None
    history: str
    day: date
    ended: date | None
    number: int
    cents: int | None
    sure: bool


ODD = [
    Odd(UUID(int=n), other, text, said, "[]", day, ended, n, cents, n % 2 == 0)
    for n, (other, text, said, day, ended, cents) in enumerate(
        [
            (None, "", None, date(1999, 12, 31), None, None),
            (UUID(int=2**127), "Köln \U0001f642", "", date(2000, 1, 1), date(1, 1, 1), 0),
            (None, "\x01\x1f\x7f", "ÿ", date(2025, 2, 28), date(9999, 12, 31), -1),
            (UUID(int=7), "a,b;{}\\'\"\n", "null", date(2024, 2, 29), date(2024, 3, 1), 2**31 - 1),
        ]
    )
]
_TABLE = (
    "create temp table odd (id uuid, other uuid, text text, said text, history jsonb, day date, ended date, "
    "number integer, cents bigint, sure boolean)"
)


async def test_columns_are_the_rows_of_the_table_by_column(database: str) -> None:
    """Empty texts, such with bytes that nobody types, the first day and the last there are, and what is not there."""
    connections = Connections(database, size=1)
    try:
        async with connections.lend() as connection:
            await connection.execute(_TABLE)
            for row in ODD:
                await connection.execute(
                    "insert into odd values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", *row
                )
            found = await columns_read(connection, Odd, Odd._fields, "odd")
            assert sorted(found) == ODD
            some = await columns_read(connection, Odd, ("said", "ended"), "odd where number > $1", 1)
            assert sorted(some.column("said")) == ["null", "ÿ"]
            assert len(some) == 2
    finally:
        await connections.close()


async def test_of_no_rows_every_column_is_empty(database: str) -> None:
    """An installation that nobody has worked with."""
    connections = Connections(database, size=1)
    try:
        async with connections.lend() as connection:
            await connection.execute(_TABLE)
            found = await columns_read(connection, Odd, Odd._fields, "odd")
            assert not list(found)
            assert not any(len(found.column(name)) for name in Odd._fields)
    finally:
        await connections.close()
