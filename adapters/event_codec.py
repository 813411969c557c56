"""From typed events to stored bytes and back: the public fields as JSON, the personal ones in one sealed box.

The box is AES-256-GCM under the key of the stream's participant. Stream, version and type are authenticated with it,
and the names of the fields lie inside: a box opens only where it was sealed. What was decided here, and what was not:
docs/decisions/0008-personal-fields.md.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.dataclass_json import Shape, encode_json
from adapters.upcasters import UPCASTERS, Fields, Upcaster, Upcasters, chain
from domain.ports import KeyUnavailable, UnknownEvent
from domain.recorded import Event

NONCE_BYTES = 12


class TamperedEvent(Exception):
    """An entry of the log is not what was written: its box does not open, or its fields do not fit its type.

    The reader stops; nothing is skipped. The message names the place and never a value.
    """


class StoredEvent(NamedTuple):
    """An event as the log keeps it; ``personal`` is the sealed box, None when nothing in the event is personal."""

    type: str
    payload: bytes
    personal: bytes | None


class _Unknown(LookupError):
    """A type string that names no event of the register, somewhere in an entry."""


class _Incomplete(LookupError):
    """An event that must have a personal part has none."""


class _Reader(Protocol):
    @property
    def is_sealed(self) -> bool: ...

    def join(self, public: bytes, personal: bytes | None) -> Any: ...

    def withhold(self, public: bytes) -> Any: ...


class _OldVersion:
    """Reads an old version of an event: JSON values through the upcasters, then as the current version.

    ``is_sealed`` is False because only the box of the entry tells whether that version had personal fields.
    """

    is_sealed = False

    def __init__(self, steps: Sequence[Upcaster], shape: Shape) -> None:
        self._steps = steps
        self._shape = shape

    def join(self, public: bytes, personal: bytes | None) -> Any:
        fields: Fields = msgspec.json.decode(public)
        if personal is not None:
            fields |= msgspec.json.decode(personal)
        return self._shape.join(self._upcast(fields), None)

    def withhold(self, public: bytes) -> Any:
        return self._shape.withhold(self._upcast(msgspec.json.decode(public)))

    def _upcast(self, fields: Fields) -> bytes:
        for step in self._steps:
            fields = step(fields)
        return encode_json(fields)


class EventCodec:
    """Encodes and decodes the events of a register (name → class). Stateless but for what it prepared per class.

    Raises TypeError at once for an event class that could not come back as it was.
    """

    def __init__(self, events: Mapping[str, type[Event]], upcasters: Upcasters = UPCASTERS) -> None:
        self._events = dict(events)
        self._upcasters = upcasters
        self._writers: dict[type[Any], tuple[str, bytes, Shape]] = {}
        self._readers: dict[str, _Reader] = {}
        for name, cls in events.items():
            type_string = f"{name}.v{cls.schema_version}"
            shape = Shape(cls, self)
            self._writers[cls] = (type_string, type_string.encode(), shape)
            self._readers[type_string] = shape

    def type_of(self, event: Event) -> str:
        """The type string under which ``event`` is stored: ``{name}.v{schema_version}``."""
        return self._writer(event)[0]

    def split(self, event: Event) -> tuple[str, bytes, bytes | None]:
        """Type string, public JSON object and personal JSON object in the clear (None when there is none)."""
        type_string, _, shape = self._writer(event)
        return type_string, *shape.split(event)

    def encode(self, event: Event, *, stream_id: UUID, version: int, key: AESGCM | None) -> StoredEvent:
        """``event`` for this place of this stream. Raises KeyUnavailable when it needs ``key`` and there is none."""
        type_string, type_bytes, shape = self._writer(event)
        public, personal = shape.split(event)
        if personal is None:
            return StoredEvent(type_string, public, None)
        if key is None:
            raise KeyUnavailable(
                f"{type_string} has personal fields, and stream {stream_id} has no key to seal them"
            )
        nonce = os.urandom(NONCE_BYTES)
        place = stream_id.bytes + version.to_bytes(8, "big") + type_bytes
        return StoredEvent(type_string, public, nonce + key.encrypt(nonce, personal, place))

    def decode(
        self, stored: StoredEvent, *, stream_id: UUID, version: int, position: int, key: AESGCM | None
    ) -> Any:
        """The event again. With ``key`` None (destroyed) the personal fields of a sealed event are ERASED.

        Raises UnknownEvent for a name or version that the register and the upcasters do not know, TamperedEvent.
        """
        type_string, public, box = stored
        try:
            reader = self._readers.get(type_string) or self._old_version(type_string)
            if box is None:
                if reader.is_sealed:
                    raise _Incomplete(type_string)
                return reader.join(public, None)
            if key is None:
                return reader.withhold(public)
            place = stream_id.bytes + version.to_bytes(8, "big") + type_string.encode()
            return reader.join(public, key.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], place))
        except (_Unknown, _Incomplete, ValueError, InvalidTag) as error:
            raise _explained(error, type_string, position) from None

    def withhold(self, type_string: str, payload: bytes, *, position: int) -> Any:
        """The event without its box: ERASED in the personal fields, no key needed. Raises like ``decode``."""
        try:
            reader = self._readers.get(type_string) or self._old_version(type_string)
            return reader.withhold(payload)
        except (_Unknown, _Incomplete, ValueError) as error:
            raise _explained(error, type_string, position) from None

    def split_carried(self, event: Event) -> tuple[str, bytes, bytes | None]:
        """For the shapes: an event inside an event, split like every other."""
        return self.split(event)

    def join_carried(self, type_string: str, public: bytes, personal: bytes | None, withheld: bool) -> Event:
        """For the shapes: an event inside an event, joined like every other."""
        reader = self._readers.get(type_string) or self._old_version(type_string)
        if personal is None and reader.is_sealed and not withheld:
            raise _Incomplete(type_string)
        event: Event = reader.withhold(public) if withheld else reader.join(public, personal)
        return event

    def _writer(self, event: Event) -> tuple[str, bytes, Shape]:
        try:
            return self._writers[type(event)]
        except KeyError:
            raise TypeError(f"{type(event).__name__} is not in the register of events") from None

    def _old_version(self, type_string: str) -> _Reader:
        name, _, number = type_string.rpartition(".v")
        cls = self._events.get(name)
        if cls is None or not re.fullmatch("[1-9][0-9]{0,5}", number):
            raise _Unknown(type_string)
        steps = chain(name, int(number), cls.schema_version, self._upcasters)
        if not steps:
            raise _Unknown(type_string)
        reader = _OldVersion(steps, self._writers[cls][2])
        self._readers[type_string] = reader
        return reader


def _explained(error: Exception, type_string: str, position: int) -> UnknownEvent | TamperedEvent:
    """The error for the caller: the place, and never a value (msgspec quotes values in its messages)."""
    if isinstance(error, _Unknown):
        inner = "" if str(error) == type_string else f" inside {type_string}"
        return UnknownEvent(
            f"position {position}: event {error}{inner} is not known to this program; it may be newer"
        )
    if isinstance(error, _Incomplete):
        return TamperedEvent(f"position {position}: {error} is stored without its personal part")
    if isinstance(error, InvalidTag):
        return TamperedEvent(
            f"position {position}: the personal part of {type_string} is not what was sealed there"
        )
    where = re.search(r"- at `([^`]*)`", str(error)) if isinstance(error, msgspec.ValidationError) else None
    at = f" at {where[1]}" if where else ""
    return TamperedEvent(f"position {position}: the stored fields do not fit {type_string}{at}")
