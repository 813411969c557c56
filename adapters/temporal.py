"""The way to a Temporal server: how values are written there, what running cases may be searched by, and connecting."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    EncodingPayloadConverter,
    JSONPlainPayloadConverter,
)
from temporalio.service import KeepAliveConfig, RPCError

from adapters.embedded.temporal_probe import SearchAttributeType

SEARCH_ATTRIBUTES: Final[Mapping[str, SearchAttributeType]] = {
    "TeilhabeMunicipality": SearchAttributeType.KEYWORD,
    "TeilhabeCaseworker": SearchAttributeType.KEYWORD,
    "TeilhabePath": SearchAttributeType.KEYWORD,
    "TeilhabeStages": SearchAttributeType.KEYWORD_LIST,
    "TeilhabeNextDueAt": SearchAttributeType.DATETIME,
}
"""To be registered before the first worker starts. Codes, opaque staff ids and dates: nothing about a person."""

PATIENCE_SECONDS = 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 3.0


class TemporalUnreachable(Exception):
    """The Temporal server does not answer. One line, with the address."""


class MsgspecJson(EncodingPayloadConverter):
    """Dataclasses as JSON, typed both ways and without a detour through dicts."""

    @property
    def encoding(self) -> str:
        """The same as Temporal's own JSON, so that its web UI shows it."""
        return "json/plain"

    def to_payload(self, value: Any) -> Payload | None:
        """The value as JSON; raises TypeError for what JSON cannot say."""
        return Payload(metadata={"encoding": b"json/plain"}, data=msgspec.json.encode(value))

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """The value again, checked against ``type_hint``."""
        return msgspec.json.decode(payload.data, type=Any if type_hint is None else type_hint)


class TypedPayloads(CompositePayloadConverter):
    """Temporal's usual converters with ours for JSON."""

    def __init__(self) -> None:
        """Take the place of the plain JSON converter and leave the others."""
        usual = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(
            *(
                MsgspecJson() if isinstance(converter, JSONPlainPayloadConverter) else converter
                for converter in usual
            )
        )


KEEP_ALIVE: Final = KeepAliveConfig(interval_millis=30_000, timeout_millis=15_000)
"""Never pings more often than every 10 s: the server then hangs up ("too many pings"), every poll on the connection is
lost with the task it was given, and the command waits ten seconds for that task to time out."""

DATA_CONVERTER: Final = DataConverter(payload_converter_class=TypedPayloads)


async def connect(
    address: str, namespace: str = "default", *, patience_seconds: float = PATIENCE_SECONDS
) -> Client:
    """A client of the server at ``address``, waited for up to ``patience_seconds`` while it starts.

    Raises TemporalUnreachable.
    """
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + patience_seconds
    pause = _FIRST_PAUSE
    while True:
        try:
            return await Client.connect(
                address,
                namespace=namespace,
                data_converter=DATA_CONVERTER,
                keep_alive_config=KEEP_ALIVE,
                connect_timeout=timedelta(seconds=5),
            )
        except (RPCError, RuntimeError):
            if loop.time() + pause >= give_up_at:
                raise TemporalUnreachable(
                    f"Temporal at {address} does not answer: is it running, and is TEMPORAL_ADDRESS right?"
                ) from None
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE, pause * 2)
