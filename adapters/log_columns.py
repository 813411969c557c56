"""Entries of the log as columns: how many of them come out of the database at a third of the cost of single rows.

The server puts each column of an answer into one array. The driver then makes one list per column, without a record and
ten conversions per row, and whoever types the entries works on the lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import UUID

import msgspec

from adapters.log_rows import Row
from domain.recorded import Recorded

if TYPE_CHECKING:
    import asyncpg

# Row._make and Recorded._make without their length checks: a rebuild calls them a million times.
_row = partial(tuple.__new__, Row)
_recorded = partial(tuple.__new__, Recorded)


class Columns(NamedTuple):
    """Entries of the log, column by column, all of one length; the fields of ``Row`` in their order."""

    positions: Sequence[int]
    streams: Sequence[UUID]
    versions: Sequence[int]
    types: Sequence[str]
    payloads: Sequence[bytes]
    boxes: Sequence[bytes | None]
    commands: Sequence[UUID | None]
    instants: Sequence[datetime]
    actors: Sequence[str]
    organisations: Sequence[str]

    @classmethod
    def of(cls, record: asyncpg.Record) -> Self:
        """The columns of an answer to ``select_columns``; none are empty lists."""
        fetched: list[Any] = list(record)
        if fetched[0] is None:
            return cls([], [], [], [], [], [], [], [], [], [])
        size = len(fetched[0])
        if isinstance(fetched[1], UUID):
            fetched[1] = (fetched[1],) * size
        fetched[7] = msgspec.convert(fetched[7], list[datetime], strict=False)
        left_out = (None,) * size
        filled: list[Any] = [left_out if column is None else column for column in fetched]
        return cls(*filled)

    @classmethod
    def of_stream(cls, stream_id: UUID, records: Sequence[asyncpg.Record]) -> Self:
        """The columns of single rows of one stream, selected with ``select_rows``."""
        if not records:
            return cls([], [], [], [], [], [], [], [], [], [])
        positions, versions, types, payloads, boxes, commands, seconds, actors, organisations = zip(
            *records, strict=True
        )
        instants = msgspec.convert(seconds, list[datetime], strict=False)
        streams = (stream_id,) * len(positions)
        return cls(
            positions, streams, versions, types, payloads, boxes, commands, instants, actors, organisations
        )

    def rows(self) -> list[Row]:
        """The same, row by row."""
        return list(map(_row, zip(*self, strict=True)))

    def recorded(self, events: Sequence[Any]) -> list[Recorded[Any]]:
        """The entries with their ``events``, decoded from types, payloads and boxes."""
        positions, streams, versions, _, _, _, commands, instants, actors, organisations = self
        entries = zip(
            positions, streams, versions, events, instants, actors, organisations, commands, strict=True
        )
        return list(map(_recorded, entries))


def select_columns(
    entries: str, *, stream: str | None = None, boxes: bool = True, commands: bool = True
) -> str:
    """The statement that answers with the columns of ``entries``, a select of rows of the log in the wanted order.

    ``stream`` is the id of the stream when all are of one. What is left out is None in every entry. An aggregate takes
    the rows as a sorted sub-select hands them over (PostgreSQL documentation, 9.21), so their order is kept.
    """
    # An instant as seconds in binary floating point is exact to the microsecond until the year 2242, and needs no
    # arithmetic on dates in Python.
    return (
        f"select array_agg(position), {stream or 'array_agg(stream_id)'}, array_agg(version), array_agg(type), "
        f"array_agg(payload), {'array_agg(personal)' if boxes else 'null'}, "
        f"{'array_agg(command_id)' if commands else 'null'}, array_agg(date_part('epoch', recorded_at)), "
        f"array_agg(actor), array_agg(organisation) from ({entries}) as e"
    )


def select_rows(source: str, *, boxes: bool = True) -> str:
    """The statement that answers with single rows of one stream, for ``Columns.of_stream``.

    For the few entries of one case the aggregates take longer to set up than they save.
    """
    return (
        f"select position, version, type, payload, {'personal' if boxes else 'null'}, command_id, "
        f"date_part('epoch', recorded_at), actor, organisation {source}"
    )
