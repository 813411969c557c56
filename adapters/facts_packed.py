"""Facts of reports as bytes, to be handed from one process to another of the same program."""

from __future__ import annotations

from typing import Final

import msgspec

from domain.reports.facts import Facts

_DECODER: Final = msgspec.msgpack.Decoder(Facts)


def packed(facts: Facts) -> bytes:
    """The bytes of these facts; a fact is an array without names, and only this version of the program reads it."""
    return msgspec.msgpack.encode(facts)


def unpacked(body: bytes) -> Facts:
    """The facts again."""
    return _DECODER.decode(body)
