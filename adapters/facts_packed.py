"""Facts of reports as bytes, to be handed from one process to another of the same program."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final, get_type_hints

import msgspec

from domain.reports.fact_columns import Columns, ColumnsOf, ids_of
from domain.reports.facts import KINDS, Facts, Need, looked_at

_DECODER: Final = msgspec.msgpack.Decoder(Facts)


def packed(facts: Facts) -> bytes:
    """The bytes of these facts; a fact is an array without names, and only this version of the program reads it."""
    return msgspec.msgpack.encode(facts)


def unpacked(body: bytes) -> Facts:
    """The facts again."""
    return _DECODER.decode(body)


class _ByColumn(msgspec.Struct, array_like=True, frozen=True):
    """Facts by column; of each column the bytes, for what they are is known by its name."""

    municipalities: list[str]
    fields: dict[str, tuple[int, dict[str, bytes]]]


_BY_COLUMN: Final = msgspec.msgpack.Decoder(_ByColumn)


def packed_columns(facts: Facts, needs: Collection[Need], columns: ColumnsOf) -> bytes:
    """The bytes of facts that are kept by these ``columns``."""
    fields: dict[str, tuple[int, dict[str, bytes]]] = {}
    for name in looked_at(needs, columns):
        found: Columns[Any] = getattr(facts, name)
        fields[name] = (
            len(found),
            {
                of: values if isinstance(values, bytes) else msgspec.msgpack.encode(values)
                for of, values in found.columns().items()
            },
        )
    return msgspec.msgpack.encode(_ByColumn(sorted(facts.municipalities), fields))


def unpacked_columns(body: bytes, needs: Collection[Need], columns: ColumnsOf) -> Facts:
    """The facts again, by column; those that were not kept so are not read."""
    found = _BY_COLUMN.decode(body)
    facts = Facts(municipalities=set(found.municipalities))
    facts.leave_unread(needs, columns)
    for name, (length, bodies) in found.fields.items():
        decoders = _decoders(name)
        read = {
            of: decoders[of].decode(values) if of in decoders else values for of, values in bodies.items()
        }
        setattr(facts, name, Columns(KINDS[name], read, length))
    return facts


@cache
def _decoders(field: str) -> Mapping[str, msgspec.msgpack.Decoder[list[Any]]]:
    """For the columns of a field of Facts that are no ids; those are bytes already."""
    kind: type[tuple[Any, ...]] = KINDS[field]
    ids = ids_of(kind)
    return {
        name: msgspec.msgpack.Decoder(list[hint])  # type: ignore[valid-type] # made of what the class says
        for name, hint in get_type_hints(kind).items()
        if name not in ids
    }
