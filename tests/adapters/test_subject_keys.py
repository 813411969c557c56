"""Keys of participants: made once, kept wrapped, destroyed for good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.connections import Connections
from adapters.key_wrapping import LocalKeyWrapper
from adapters.subject_keys import BATCH, SubjectKeys
from domain.ports import KeyUnavailable, StoreUnavailable

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
NONCE = bytes(12)


def same_key(one: AESGCM | None, other: AESGCM | None) -> bool:
    assert one is not None
    assert other is not None
    return one.encrypt(NONCE, b"probe", None) == other.encrypt(NONCE, b"probe", None)


class Time:
    """A clock that goes when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def connections(database: str) -> AsyncIterator[Connections]:
    """Connections to a database with no key."""
    opened = Connections(database)
    yield opened
    await opened.close()


@pytest.fixture
def keys_of(connections: Connections) -> Callable[..., SubjectKeys]:
    """Makes SubjectKeys as another process would have them: with a memory of their own."""

    def make(*keks: bytes, clock: Callable[[], float] = Time(), cache_size: int = 100) -> SubjectKeys:  # noqa: B008 - one for all
        return SubjectKeys(
            connections,
            LocalKeyWrapper(keks or (OLD,)),
            cache_size=cache_size,
            recheck_seconds=30,
            clock=clock,
        )

    return make


KeysOf = Callable[..., SubjectKeys]


async def test_a_key_is_made_once_and_found_again(keys_of: KeysOf) -> None:
    """Also by another process."""
    here, there = keys_of(), keys_of()
    stream, participant = uuid4(), uuid4()
    made = await here.ensure(stream, participant)
    assert same_key(await here.ensure(stream, participant), made)
    assert same_key(await there.ensure(stream, participant), made)
    assert same_key(await keys_of().get(stream), made)


async def test_every_stream_has_a_key_of_its_own(keys_of: KeysOf) -> None:
    """Also two cases of one participant."""
    keys, participant = keys_of(), uuid4()
    assert not same_key(await keys.ensure(uuid4(), participant), await keys.ensure(uuid4(), participant))


async def test_callers_at_the_same_time_get_the_same_key(keys_of: KeysOf) -> None:
    """Eight processes open the same fifty cases at once, each in another order."""
    streams = {uuid4(): uuid4() for _ in range(50)}
    orders = [sorted(streams, key=lambda stream: (stream.int * odd) % 1009) for odd in range(1, 17, 2)]
    found = await asyncio.gather(
        *(keys_of().ensure_many({one: streams[one] for one in order}) for order in orders)
    )
    for keys in found[1:]:
        assert all(same_key(keys[stream], found[0][stream]) for stream in streams)


async def test_a_stream_keeps_its_participant(keys_of: KeysOf) -> None:
    """A second opening under another person is refused, remembered or not."""
    here, stream = keys_of(), uuid4()
    await here.ensure(stream, uuid4())
    for keys in (here, keys_of()):
        with pytest.raises(KeyUnavailable, match="another participant"):
            await keys.ensure(stream, uuid4())


async def test_a_key_that_was_never_made_is_missing_not_destroyed(keys_of: KeysOf) -> None:
    """A lost row must not look like an erasure."""
    keys, stream = keys_of(), uuid4()
    with pytest.raises(KeyUnavailable, match="not destroyed, but not there"):
        await keys.get(stream)
    assert await keys.get_many([stream]) == {}


async def test_destroying_takes_all_keys_of_the_participant_and_no_other(keys_of: KeysOf) -> None:
    """In this process at once; the answer is the same however often it is asked for."""
    keys, gone, other = keys_of(), uuid4(), uuid4()
    streams = [uuid4(), uuid4(), uuid4()]
    await keys.ensure_many({streams[0]: gone, streams[1]: gone, streams[2]: other})
    assert await keys.destroy(gone) == 2
    assert await keys.destroy(gone) == 2
    assert await keys.destroy(uuid4()) == 0
    for fresh in (keys, keys_of()):
        assert await fresh.get(streams[0]) is None
        found = await fresh.get_many(streams)
        assert found[streams[1]] is None
        assert found[streams[2]] is not None


async def test_the_wrapped_key_leaves_the_row(keys_of: KeysOf, database: str) -> None:
    """The row stays and says when; the database refuses anything in between."""
    keys, stream, participant = keys_of(), uuid4(), uuid4()
    await keys.ensure(stream, participant)
    await keys.destroy(participant)
    connection = await asyncpg.connect(database)
    try:
        row = await connection.fetchrow("select * from teilhabe.subject_keys where stream_id = $1", stream)
        assert row is not None
        assert (row["wrapped_key"], row["kek_id"]) == (None, None)
        assert row["destroyed_at"] >= row["created_at"]
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("update teilhabe.subject_keys set wrapped_key = '\\x00', kek_id = 'x'")
    finally:
        await connection.close()


async def test_no_new_key_for_an_erased_participant(keys_of: KeysOf) -> None:
    """Neither for an old stream nor for a new one, here nor in another process."""
    here, there, stream, participant = keys_of(), keys_of(), uuid4(), uuid4()
    await here.ensure(stream, participant)
    await there.ensure(stream, participant)
    await here.destroy(participant)
    for keys in (here, keys_of()):
        for wanted in (stream, uuid4()):
            with pytest.raises(KeyUnavailable, match="erased"):
                await keys.ensure(wanted, participant)


async def test_an_erasure_and_an_opening_at_the_same_time_leave_no_key(keys_of: KeysOf) -> None:
    """Whoever comes first: after the erasure the person has no key that opens anything."""
    for _ in range(20):
        participant, first = uuid4(), uuid4()
        keys = keys_of()
        await keys.ensure(first, participant)
        streams = [uuid4() for _ in range(4)]
        await asyncio.gather(
            *(keys_of().ensure(stream, participant) for stream in streams),
            keys_of().destroy(participant),
            return_exceptions=True,
        )
        found = await keys_of().get_many([first, *streams])
        assert set(found.values()) == {None}


async def test_another_process_forgets_a_destroyed_key_after_the_recheck_time(keys_of: KeysOf) -> None:
    """Up to 30 seconds it may still read, then it may not; the bound needs no notification."""
    time = Time()
    here, there, stream, participant = keys_of(), keys_of(clock=time), uuid4(), uuid4()
    await there.ensure(stream, participant)
    await here.destroy(participant)
    time.seconds += 30
    assert await there.get(stream) is not None
    time.seconds += 0.001
    assert await there.get(stream) is None
    with pytest.raises(KeyUnavailable, match="erased"):
        await there.ensure(stream, participant)


async def test_a_remembered_key_costs_no_question(keys_of: KeysOf, connections: Connections) -> None:
    """Even with the database away; and the least recently used are forgotten first."""
    keys = keys_of(cache_size=2)
    streams = {uuid4(): uuid4() for _ in range(3)}
    first, second, third = streams
    await keys.ensure(first, streams[first])
    await keys.ensure(second, streams[second])
    await keys.get(first)
    await keys.ensure(third, streams[third])
    await connections.close()
    assert await keys.get(first) is not None
    assert await keys.get(third) is not None
    with pytest.raises(StoreUnavailable):
        await keys.get(second)


async def test_a_wrong_kek_never_writes(keys_of: KeysOf, database: str) -> None:
    """One clear line in both languages, at the start or at the first opening, and the store is as before."""
    right, stream = keys_of(OLD), uuid4()
    await right.ensure(stream, uuid4())
    await right.verify()
    wrong = keys_of(NEW)
    for attempt in (wrong.verify(), wrong.ensure(uuid4(), uuid4()), wrong.get(stream), wrong.rewrap()):
        with pytest.raises(KeyUnavailable, match=r"Falscher Hauptschlüssel.*Wrong key-encryption key"):
            await attempt
    connection = await asyncpg.connect(database)
    assert await connection.fetchval("select count(*) from teilhabe.subject_keys") == 1
    await connection.close()


async def test_a_new_kek_takes_over_all_keys_but_the_destroyed(keys_of: KeysOf) -> None:
    """Afterwards the old one is of no use any more, also not for a backup of the new state."""
    before, gone = keys_of(OLD), uuid4()
    streams: dict[UUID, UUID] = {uuid4(): uuid4() for _ in range(5)}
    erased = uuid4()
    made = await before.ensure_many({**streams, erased: gone})
    await before.destroy(gone)
    assert await keys_of(NEW, OLD).rewrap() == 5
    assert await keys_of(NEW, OLD).rewrap() == 0
    after = keys_of(NEW)
    await after.verify()
    found = await after.get_many([*streams, erased])
    assert all(same_key(found[stream], made[stream]) for stream in streams)
    assert found[erased] is None
    with pytest.raises(KeyUnavailable, match="Wrong key-encryption key"):
        await keys_of(OLD).verify()


async def test_many_keys_are_made_and_fetched_in_batches(keys_of: KeysOf) -> None:
    """More than one batch, more than are remembered."""
    keys = keys_of()
    streams = {uuid4(): uuid4() for _ in range(BATCH + 1)}
    made = await keys.ensure_many(streams)
    found = await keys_of().get_many(streams)
    assert made.keys() == found.keys() == streams.keys()
    assert all(same_key(found[stream], made[stream]) for stream in list(streams)[::500])
