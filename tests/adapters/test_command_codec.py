"""Commands travel sealed under the key of their case."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import pytest

from adapters.command_codec import SubjectSealedCommands, UnknownCommand
from adapters.connections import Connections
from adapters.event_codec import EventCodec
from adapters.key_wrapping import LocalKeyWrapper
from adapters.subject_keys import SubjectKeys
from domain.ports import KeyUnavailable, SealedCommands
from tests.adapters.sample_events import (
    AMENDED_BECAUSE,
    COMMANDS,
    EVENTS,
    NOTED,
    PARTICIPANT,
    STREAM,
    Amend,
    BeginCase,
    FullName,
)

BEGIN = BeginCase(
    occurred_on=date(2026, 1, 2),
    participant_id=PARTICIPANT,
    name=FullName(family_name="Zyxwvu", given_name="Qponmlk"),
)
AMEND = Amend(occurred_on=date(2026, 1, 3), replacement=AMENDED_BECAUSE, reason="Qponmlk said so")


@pytest.fixture
async def keys(database: str) -> AsyncIterator[SubjectKeys]:
    """On an empty database."""
    connections = Connections(database)
    yield SubjectKeys(connections, LocalKeyWrapper([bytes(32)]))
    await connections.close()


@pytest.fixture
def commands(keys: SubjectKeys) -> SealedCommands:
    """The port, over the sample commands."""
    return SubjectSealedCommands(COMMANDS, EventCodec(EVENTS), keys)


async def test_a_command_that_opens_a_case_makes_the_key(commands: SealedCommands) -> None:
    """And comes back as it was."""
    sealed = await commands.seal(STREAM, BEGIN)
    opened = await commands.open(STREAM, sealed)
    assert (opened, repr(opened)) == (BEGIN, repr(BEGIN))


async def test_a_command_that_carries_an_event_comes_back(commands: SealedCommands) -> None:
    """With the personal fields of the event, down to the event inside that one."""
    await commands.seal(STREAM, BEGIN)
    opened = await commands.open(STREAM, await commands.seal(STREAM, AMEND))
    assert (opened, repr(opened)) == (AMEND, repr(AMEND))


async def test_a_command_for_a_case_that_was_never_opened_is_refused(commands: SealedCommands) -> None:
    """It has no key, and makes none."""
    for _ in range(2):
        with pytest.raises(KeyUnavailable, match="not there"):
            await commands.seal(uuid4(), AMEND)


async def test_nothing_of_a_command_is_readable(commands: SealedCommands) -> None:
    """Neither values, nor field names, nor which command it is."""
    boxes = await commands.seal(STREAM, BEGIN) + await commands.seal(STREAM, AMEND)
    for marked in (b"Zyxwvu", b"Qponmlk", b"family_name", b"begin_case", b"amend", str(PARTICIPANT).encode()):
        assert marked not in boxes


async def test_a_command_opens_only_for_its_stream(commands: SealedCommands) -> None:
    """Not even for another case of the same participant."""
    other = UUID("00000000-0000-4000-8000-000000000099")
    sealed = await commands.seal(STREAM, BEGIN)
    await commands.seal(other, BEGIN)
    with pytest.raises(KeyUnavailable, match="does not open"):
        await commands.open(other, sealed)


async def test_a_changed_command_does_not_open(commands: SealedCommands) -> None:
    """Every byte is authenticated; nothing is guessed from half a box."""
    sealed = await commands.seal(STREAM, BEGIN)
    damaged = [
        sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :] for place in range(len(sealed))
    ]
    for box in (*damaged, b"", sealed[:11], sealed[:20]):
        with pytest.raises(KeyUnavailable, match="does not open"):
            await commands.open(STREAM, box)


async def test_after_an_erasure_commands_neither_open_nor_seal(
    commands: SealedCommands, keys: SubjectKeys
) -> None:
    """So a workflow history holds nothing of the person any more."""
    sealed = await commands.seal(STREAM, BEGIN)
    await keys.destroy(PARTICIPANT)
    with pytest.raises(KeyUnavailable, match="erased"):
        await commands.open(STREAM, sealed)
    for command in (BEGIN, AMEND):
        with pytest.raises(KeyUnavailable, match="erased"):
            await commands.seal(STREAM, command)


async def test_a_command_that_is_not_registered_is_refused(
    commands: SealedCommands, keys: SubjectKeys
) -> None:
    """When it is sealed, and when another program sealed it."""
    with pytest.raises(UnknownCommand, match="Noted is not in the register"):
        await commands.seal(STREAM, NOTED)
    sealed = await commands.seal(STREAM, BEGIN)
    with pytest.raises(UnknownCommand, match="begin_case is not in the register"):
        await SubjectSealedCommands({}, EventCodec(EVENTS), keys).open(STREAM, sealed)


async def test_a_command_of_another_shape_is_refused_without_its_values(
    commands: SealedCommands, keys: SubjectKeys
) -> None:
    """A program before or after a change says so, and quotes nobody."""
    sealed = await commands.seal(STREAM, BEGIN)
    other = SubjectSealedCommands({"begin_case": Amend}, EventCodec(EVENTS), keys)
    with pytest.raises(UnknownCommand, match="of another shape") as caught:
        await other.open(STREAM, sealed)
    assert caught.value.__cause__ is None
    assert "Zyxwvu" not in str(caught.value)
