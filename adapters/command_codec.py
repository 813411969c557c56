"""Commands on their way through Temporal: whole, under the participant's key, so that no history tells who it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag

from adapters.dataclass_json import Shape, encode_json
from adapters.event_codec import NONCE_BYTES, EventCodec
from adapters.subject_keys import SubjectKeys, missing
from domain.ports import KeyUnavailable, ParticipantErased


class UnknownCommand(Exception):
    """A sealed command is none of the register, or of another shape than this program knows."""


_NOTHING = msgspec.Raw(b"null")


class _Content(msgspec.Struct):
    name: str
    public: msgspec.Raw
    personal: msgspec.Raw


class SubjectSealedCommands:
    """Fulfils domain.ports.SealedCommands for a register of commands (name → class).

    ``events`` writes the events that a command may carry, as a correction does.
    """

    def __init__(self, commands: Mapping[str, type[Any]], events: EventCodec, keys: SubjectKeys) -> None:
        self._keys = keys
        self._shapes = {name: Shape(cls, events) for name, cls in commands.items()}
        self._names = {cls: name for name, cls in commands.items()}
        self._decode = msgspec.json.Decoder(_Content).decode

    async def seal(self, stream_id: UUID, command: Any) -> bytes:
        """As domain.ports.SealedCommands.seal.

        A command that names a ``participant_id`` opens a case: it makes the key if the stream has none. Raises
        KeyUnavailable when the participant is erased, or the stream has no key and the command opens none.
        """
        name = self._names.get(type(command))
        if name is None:
            raise UnknownCommand(f"{type(command).__name__} is not in the register of commands")
        participant_id = getattr(command, "participant_id", None)
        if participant_id is not None:
            key = await self._keys.ensure(stream_id, participant_id)
        else:
            key = await self._key(stream_id)
        public, personal = self._shapes[name].split(command)
        inner = _NOTHING if personal is None else msgspec.Raw(personal)
        content = encode_json(_Content(name, msgspec.Raw(public), inner))
        nonce = os.urandom(NONCE_BYTES)
        return nonce + key.encrypt(nonce, content, _place(stream_id))

    async def open(self, stream_id: UUID, sealed: bytes) -> Any:
        """As domain.ports.SealedCommands.open; KeyUnavailable also when the box is not what was sealed."""
        key = await self._key(stream_id)
        try:
            content = self._decode(key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _place(stream_id)))
        except (InvalidTag, ValueError):
            raise KeyUnavailable(
                f"a command for stream {stream_id} does not open under the key of the stream"
            ) from None
        shape = self._shapes.get(content.name)
        if shape is None:
            raise UnknownCommand(f"{content.name} is not in the register of commands")
        personal = bytes(content.personal)
        try:
            if personal == bytes(_NOTHING):
                return shape.whole(bytes(content.public))
            return shape.join(bytes(content.public), personal)
        except ValueError:
            # Without the cause: it quotes values.
            raise UnknownCommand(
                f"a command {content.name} is of another shape than this program knows"
            ) from None

    async def _key(self, stream_id: UUID) -> Any:
        keys = await self._keys.get_many((stream_id,))
        if stream_id not in keys:
            raise missing(stream_id)
        key = keys[stream_id]
        if key is None:
            raise ParticipantErased(
                f"stream {stream_id}: the participant is erased, commands cannot be sealed or opened"
            )
        return key


def _place(stream_id: UUID) -> bytes:
    return stream_id.bytes + b"command"
