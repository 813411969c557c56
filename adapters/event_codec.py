"""From typed events to stored bytes and back: the public fields as JSON, the personal ones in one sealed box.

The box is AES-256-GCM under the key of the stream's participant. Stream, version and type are authenticated with it,
and the names of the fields lie inside: a box opens only where it was sealed. What was decided here, and what was not:
docs/decisions/0008-personal-fields.md.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, Protocol, TypeVar
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.dataclass_json import Decode, Shape, encode_json
from adapters.log_columns import Columns
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


V = TypeVar("V")


class _Found(dict[str, V]):
    """What was found for a type string, looked for at the first use."""

    def __init__(self, find: Callable[[str], V]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, type_string: str) -> V:
        self[type_string] = found = self._find(type_string)
        return found


class _Reader(Protocol):
    @property
    def is_sealed(self) -> bool: ...

    @property
    def whole(self) -> Decode: ...

    @property
    def withheld(self) -> Decode: ...

    def join(self, public: bytes, personal: bytes) -> Any: ...


class _OldVersion:
    """Reads an old version of an event: JSON values through the upcasters, then as the current version.

    ``is_sealed`` is False because only the box of the entry tells whether that version had personal fields.
    """

    is_sealed = False

    def __init__(self, steps: Sequence[Upcaster], shape: Shape) -> None:
        self._steps = steps
        self._shape = shape

    def join(self, public: bytes, personal: bytes) -> Any:
        return self._shape.whole(self._upcast(msgspec.json.decode(public) | msgspec.json.decode(personal)))

    def whole(self, public: bytes) -> Any:
        return self._shape.whole(self._upcast(msgspec.json.decode(public)))

    def withheld(self, public: bytes) -> Any:
        return self._shape.withheld(self._upcast(msgspec.json.decode(public)))

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
        self._readers = _Found(self._reader)
        self._bare = _Found(self._bare_decoder)
        self._withheld = _Found(lambda type_string: self._readers[type_string].withheld)
        for name, cls in events.items():
            type_string = f"{name}.v{cls.schema_version}"
            shape = Shape(cls, self)
            self._writers[cls] = (type_string, type_string.encode(), shape)

    def type_of(self, event: Event) -> str:
        """The type string under which ``event`` is stored: ``{name}.v{schema_version}``."""
        return self._writer(event)[0]

    def types_of(self, classes: Collection[type[Event]]) -> list[str]:
        """All type strings under which events of these classes are or ever were stored."""
        return [
            f"{name}.v{number}"
            for name, cls in self._events.items()
            if cls in classes
            for number in range(1, cls.schema_version + 1)
        ]

    def split(self, event: Event) -> tuple[str, bytes, bytes | None]:
        """Type string, public JSON object and personal JSON object in the clear (None when there is none)."""
        type_string, _, shape = self._writer(event)
        return type_string, *shape.split(event)

    def needs_key(self, event: Event) -> bool:
        """Whether ``event``, or an event inside it, has personal fields."""
        _, _, shape = self._writer(event)
        return shape.is_sealed or any(
            inner is not None and self.needs_key(inner)
            for inner in (getattr(event, name) for name in shape.carrying)
        )

    def encode(self, event: Event, stream_id: UUID, version: int, key: AESGCM | None) -> StoredEvent:
        """``event`` for this place of this stream. Raises KeyUnavailable when it needs ``key`` and there is none."""
        type_string, type_bytes, shape = self._writer(event)
        public, personal = shape.split(event)
        if personal is None:
            return StoredEvent(type_string, public, None)
        if key is None:
            raise KeyUnavailable(
                f"{type_string} has personal fields, but stream {stream_id} has no key to seal them"
            )
        nonce = os.urandom(NONCE_BYTES)
        place = stream_id.bytes + version.to_bytes(8, "big") + type_bytes
        return StoredEvent(type_string, public, nonce + key.encrypt(nonce, personal, place))

    def decode(
        self, stored: StoredEvent, stream_id: UUID, version: int, key: AESGCM | None, *, position: int = 0
    ) -> Any:
        """The event again. With ``key`` None (destroyed) the personal fields of a sealed event are ERASED.

        ``position`` is for the messages of what is raised: UnknownEvent for a name or version that the register and
        the upcasters do not know, TamperedEvent.
        """
        type_string, public, box = stored
        try:
            if box is None:
                return self._bare[type_string](public)
            if key is None:
                return self._withheld[type_string](public)
            return self._open(type_string, public, box, stream_id, version, key)
        except (_Unknown, _Incomplete, ValueError, InvalidTag) as error:
            raise _explained(error, type_string, position) from None

    def withhold(self, type_string: str, public: bytes, *, position: int = 0) -> Any:
        """The event without its box: ERASED in the personal fields, no key needed. Raises like ``decode``."""
        try:
            return self._withheld[type_string](public)
        except (_Unknown, _Incomplete, ValueError) as error:
            raise _explained(error, type_string, position) from None

    def decode_columns(self, columns: Columns, keys: Mapping[UUID, AESGCM | None]) -> list[Any]:
        """``decode`` for many events of many streams. A stream with a sealed event must be in ``keys``."""
        bare, withheld, unseal = self._bare, self._withheld, self._open
        positions, streams, versions, types, payloads, boxes, *_ = columns
        try:
            return [
                bare[type_string](public)
                if box is None
                else withheld[type_string](public)
                if (key := keys[stream_id]) is None
                else unseal(type_string, public, box, stream_id, version, key)
                for stream_id, version, type_string, public, box in zip(
                    streams, versions, types, payloads, boxes, strict=True
                )
            ]
        except (_Unknown, _Incomplete, ValueError, InvalidTag):
            # Again one by one, for an error that says where.
            for position, stream_id, version, *stored in zip(
                positions, streams, versions, types, payloads, boxes, strict=True
            ):
                self.decode(StoredEvent(*stored), stream_id, version, keys.get(stream_id), position=position)
            raise

    def withhold_columns(self, columns: Columns) -> list[Any]:
        """``withhold`` for many events of many streams."""
        withheld = self._withheld
        try:
            return [
                withheld[type_string](public)
                for type_string, public in zip(columns.types, columns.payloads, strict=True)
            ]
        except (_Unknown, _Incomplete, ValueError):
            for position, type_string, public in zip(
                columns.positions, columns.types, columns.payloads, strict=True
            ):
                self.withhold(type_string, public, position=position)
            raise

    def _open(
        self, type_string: str, public: bytes, box: bytes, stream_id: UUID, version: int, key: AESGCM
    ) -> Any:
        place = stream_id.bytes + version.to_bytes(8, "big") + type_string.encode()
        return self._readers[type_string].join(
            public, key.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], place)
        )

    def split_carried(self, event: Event) -> tuple[str, bytes, bytes | None]:
        """For the shapes: an event inside an event, split like every other."""
        return self.split(event)

    def join_carried(self, type_string: str, public: bytes, personal: bytes | None, withheld: bool) -> Event:
        """For the shapes: an event inside an event, joined like every other."""
        if withheld:
            event: Event = self._withheld[type_string](public)
        elif personal is None:
            event = self._bare[type_string](public)
        else:
            event = self._readers[type_string].join(public, personal)
        return event

    def _writer(self, event: Event) -> tuple[str, bytes, Shape]:
        try:
            return self._writers[type(event)]
        except KeyError:
            raise TypeError(f"{type(event).__name__} is not in the register of events") from None

    def _reader(self, type_string: str) -> _Reader:
        """For a type string met for the first time: the reader of an old version, if there is one."""
        name, _, number = type_string.rpartition(".v")
        cls = self._events.get(name)
        if cls is None or not re.fullmatch("[1-9][0-9]{0,5}", number):
            raise _Unknown(type_string)
        steps = chain(name, int(number), cls.schema_version, self._upcasters)
        if steps is None:
            raise _Unknown(type_string)
        shape = self._writers[cls][2]
        return _OldVersion(steps, shape) if steps else shape

    def _bare_decoder(self, type_string: str) -> Decode:
        reader = self._readers[type_string]
        if not reader.is_sealed:
            return reader.whole

        def incomplete(public: bytes) -> NoReturn:
            raise _Incomplete(type_string)

        return incomplete


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
