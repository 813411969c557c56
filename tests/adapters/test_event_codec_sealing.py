"""The sealed box opens only where it was sealed, and shows nothing before."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.event_codec import NONCE_BYTES, EventCodec, StoredEvent, TamperedEvent
from tests.adapters.sample_events import ALL, BEGUN, EVENTS, NOTED, OTHER_STREAM, SECRETS, STREAM

KEY = AESGCM(bytes(range(32)))
CODEC = EventCodec(EVENTS)


def test_every_flipped_bit_of_a_box_is_noticed() -> None:
    """Nonce, text and tag alike; the message names the place and no value."""
    stored = CODEC.encode(BEGUN, STREAM, 1, KEY)
    assert stored.personal is not None
    for bit in range(len(stored.personal) * 8):
        flipped = bytearray(stored.personal)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TamperedEvent, match=r"position 9: the personal part of case_begun\.v1") as caught:
            CODEC.decode(stored._replace(personal=bytes(flipped)), STREAM, 1, KEY, position=9)
        assert not any(secret in str(caught.value) for secret in SECRETS)


@pytest.mark.parametrize(
    "length", [0, 1, NONCE_BYTES - 1, NONCE_BYTES, NONCE_BYTES + 15, NONCE_BYTES + 16, -1]
)
def test_a_shortened_box_is_noticed(length: int) -> None:
    """Down to nothing at all."""
    stored = CODEC.encode(NOTED, STREAM, 1, KEY)
    assert stored.personal is not None
    with pytest.raises(TamperedEvent):
        CODEC.decode(stored._replace(personal=stored.personal[:length]), STREAM, 1, KEY)


def test_a_box_that_was_taken_away_is_noticed() -> None:
    """It is not read as an erasure."""
    for event in (BEGUN, *ALL[3:]):
        stored = CODEC.encode(event, STREAM, 1, KEY)
        with pytest.raises(TamperedEvent, match=r"position 4: \w+\.v1 is stored without its personal part"):
            CODEC.decode(stored._replace(personal=None), STREAM, 1, KEY, position=4)


def test_a_box_does_not_open_at_another_version_of_its_stream() -> None:
    """Two notes cannot be swapped."""
    first, second = CODEC.encode(NOTED, STREAM, 2, KEY), CODEC.encode(NOTED, STREAM, 3, KEY)
    with pytest.raises(TamperedEvent):
        CODEC.decode(first._replace(personal=second.personal), STREAM, 2, KEY)


def test_a_box_does_not_open_in_another_stream() -> None:
    """Not even for a participant who has two cases under the same key."""
    stored = CODEC.encode(NOTED, STREAM, 2, KEY)
    with pytest.raises(TamperedEvent):
        CODEC.decode(stored, OTHER_STREAM, 2, KEY)


def test_a_box_does_not_open_under_another_type() -> None:
    """What was sealed as a note is no name."""
    begun, noted = CODEC.encode(BEGUN, STREAM, 1, KEY), CODEC.encode(NOTED, STREAM, 1, KEY)
    with pytest.raises(TamperedEvent):
        CODEC.decode(begun._replace(personal=noted.personal), STREAM, 1, KEY)
    with pytest.raises(TamperedEvent):
        CODEC.decode(StoredEvent("noted.v1", begun.payload, begun.personal), STREAM, 1, KEY)


def test_a_box_does_not_open_under_another_key() -> None:
    """And does not become an erasure by that."""
    with pytest.raises(TamperedEvent):
        CODEC.decode(CODEC.encode(NOTED, STREAM, 1, KEY), STREAM, 1, AESGCM(bytes(32)))


def test_a_public_field_of_the_same_name_does_not_win_over_the_box() -> None:
    """Who can write to the table cannot put a name over the sealed one."""
    stored = CODEC.encode(NOTED, STREAM, 1, KEY)
    forged = stored._replace(payload=stored.payload[:-1] + b',"text":"forged"}')
    assert CODEC.decode(forged, STREAM, 1, KEY) == NOTED


def test_nothing_personal_is_in_the_stored_bytes() -> None:
    """Neither in the payload nor readable in the box; the field names lie inside the box too."""
    for event in ALL:
        stored = CODEC.encode(event, STREAM, 1, KEY)
        both = stored.payload + (stored.personal or b"")
        assert not any(
            secret.encode() in both for secret in (*SECRETS, "family_name", "birth_date", "reason")
        )


def test_the_same_event_is_never_sealed_twice_alike() -> None:
    """Equal texts do not show as equal boxes."""
    boxes = {CODEC.encode(NOTED, STREAM, 1, KEY).personal for _ in range(100)}
    assert len(boxes) == 100
