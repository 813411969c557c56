"""Key-encryption keys: read from file or environment, told apart by fingerprint, refused when they do not fit."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from adapters.key_wrapping import LocalKeyWrapper, create_kek_file, fingerprint
from domain.ports import KeyUnavailable

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
DATA_KEY = bytes(range(100, 132))


def text(*keks: bytes) -> str:
    return "\n".join(base64.b64encode(kek).decode() for kek in keks)


def test_a_wrapped_key_comes_back_and_is_not_the_key() -> None:
    """RFC 3394 adds eight bytes that show a wrong KEK."""
    wrapper = LocalKeyWrapper([OLD])
    wrapped = wrapper.wrap(DATA_KEY)
    assert len(wrapped) == 40
    assert DATA_KEY not in wrapped
    assert wrapper.unwrap(wrapped, wrapper.kek_id) == DATA_KEY


def test_the_wrapping_is_the_one_of_the_standard() -> None:
    """Source: RFC 3394, section 4.6, 256 bits of key data with a 256-bit KEK."""
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
    expected = "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
    assert LocalKeyWrapper([OLD]).wrap(key).hex().upper() == expected


def test_the_first_kek_wraps_and_all_unwrap() -> None:
    """So a new KEK is put on top while the old one still reads."""
    before = LocalKeyWrapper.from_text(text(OLD))
    during = LocalKeyWrapper.from_text(f"# since March\n{text(NEW)}  # current\n\n{text(OLD)}\n")
    wrapped = before.wrap(DATA_KEY)
    assert during.kek_id == fingerprint(NEW)
    assert during.known_kek_ids == {fingerprint(NEW), fingerprint(OLD)}
    assert during.unwrap(wrapped, before.kek_id) == DATA_KEY


def test_an_unknown_kek_is_named_in_both_languages() -> None:
    """The operator sees which one the store needs and which one is loaded."""
    before, other = LocalKeyWrapper([OLD]), LocalKeyWrapper([NEW])
    with pytest.raises(KeyUnavailable, match=r"Falscher Hauptschlüssel.*Wrong key-encryption key") as caught:
        other.unwrap(before.wrap(DATA_KEY), before.kek_id)
    assert before.kek_id in str(caught.value)
    assert other.kek_id in str(caught.value)


@pytest.mark.parametrize("damaged", [b"", bytes(40), bytes(39), bytes(8)])
def test_a_damaged_wrapping_is_noticed(damaged: bytes) -> None:
    """Not read as some other key."""
    wrapper = LocalKeyWrapper([OLD])
    with pytest.raises(KeyUnavailable, match="damaged"):
        wrapper.unwrap(damaged, wrapper.kek_id)


@pytest.mark.parametrize("content", ["", "# nothing\n", "AAAA", "not base64!", text(OLD)[:-4], "ä"])
def test_a_file_without_a_usable_kek_is_refused(tmp_path: Path, content: str) -> None:
    """Empty, too short, mistyped."""
    path = tmp_path / "kek"
    path.write_text(content)
    with pytest.raises(KeyUnavailable, match="Der Hauptschlüssel"):
        LocalKeyWrapper.from_file(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(KeyUnavailable, match="nowhere"):
        LocalKeyWrapper.from_file(tmp_path / "nowhere")


def test_a_fresh_kek_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    """Overwriting it would erase everybody."""
    path = tmp_path / "kek"
    create_kek_file(path)
    assert path.stat().st_mode & 0o777 == 0o600
    first = LocalKeyWrapper.from_file(path).kek_id
    create_kek_file(path)
    assert LocalKeyWrapper.from_file(path).kek_id == first
    other = tmp_path / "other"
    create_kek_file(other)
    assert LocalKeyWrapper.from_file(other).kek_id != first


def test_a_fingerprint_does_not_show_the_key() -> None:
    """Sixteen hexadecimal digits of a hash."""
    assert len(fingerprint(OLD)) == 16
    assert fingerprint(OLD) not in OLD.hex()
