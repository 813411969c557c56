"""Data keys never lie bare in the database: they are wrapped by a key-encryption key (KEK) kept elsewhere."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from domain.ports import KeyUnavailable

KEK_BYTES = 32


class KeyWrapper(Protocol):
    """Wraps and unwraps data keys. A key service in the network fits behind it with an intermediate key of its own."""

    @property
    def kek_id(self) -> str:
        """Which KEK wraps new keys; stored beside each wrapped key."""
        ...

    @property
    def known_kek_ids(self) -> frozenset[str]:
        """The KEKs that can unwrap; more than one while keys are moved from an old KEK to a new one."""
        ...

    def wrap(self, data_key: bytes) -> bytes:
        """The data key under the current KEK."""
        ...

    def unwrap(self, wrapped: bytes, kek_id: str) -> bytes:
        """The data key again. Raises KeyUnavailable when the KEK is unknown or the wrapping was damaged."""
        ...


class LocalKeyWrapper:
    """AES key wrap (RFC 3394) under 256-bit KEKs given by file or environment; the first one wraps."""

    def __init__(self, keks: Sequence[bytes]) -> None:
        if not keks or any(len(kek) != KEK_BYTES for kek in keks):
            raise KeyUnavailable(
                "Der Hauptschlüssel fehlt oder ist nicht 256 Bit lang. / "
                "The key-encryption key is missing or not 256 bits long."
            )
        self._keks = {fingerprint(kek): kek for kek in keks}
        self._kek_id = fingerprint(keks[0])

    @classmethod
    def from_text(cls, text: str) -> LocalKeyWrapper:
        """One KEK a line in base64, the current one first; # starts a comment. Raises KeyUnavailable."""
        lines = [line.partition("#")[0].strip() for line in text.splitlines()]
        try:
            return cls([base64.b64decode(line, validate=True) for line in lines if line])
        except binascii.Error as error:
            raise KeyUnavailable(
                "Der Hauptschlüssel ist kein gültiges Base64. / The key-encryption key is not valid base64."
            ) from error

    @classmethod
    def from_file(cls, path: Path) -> LocalKeyWrapper:
        """The KEKs in a file as ``from_text`` reads them. Raises KeyUnavailable."""
        try:
            return cls.from_text(path.read_text("ascii"))
        except (OSError, UnicodeDecodeError) as error:
            raise KeyUnavailable(
                f"Der Hauptschlüssel in {path} ist nicht lesbar. / The key-encryption key in {path} cannot be read."
            ) from error

    @property
    def kek_id(self) -> str:
        return self._kek_id

    @property
    def known_kek_ids(self) -> frozenset[str]:
        return frozenset(self._keks)

    def wrap(self, data_key: bytes) -> bytes:
        return aes_key_wrap(self._keks[self._kek_id], data_key)

    def unwrap(self, wrapped: bytes, kek_id: str) -> bytes:
        kek = self._keks.get(kek_id)
        if kek is None:
            raise wrong_kek([kek_id], self.known_kek_ids)
        try:
            return aes_key_unwrap(kek, wrapped)
        except (InvalidUnwrap, ValueError) as error:
            raise KeyUnavailable(
                f"Ein gespeicherter Schlüssel ist beschädigt (Hauptschlüssel {kek_id}). / "
                f"A stored key is damaged (key-encryption key {kek_id})."
            ) from error


def fingerprint(kek: bytes) -> str:
    """A short public name of a KEK: a truncated hash, from which nobody gets back to 256 random bits."""
    return hashlib.sha256(b"teilhabe key-encryption key\0" + kek).hexdigest()[:16]


def wrong_kek(stored: Sequence[str], known: frozenset[str]) -> KeyUnavailable:
    """The one line that an operator sees who started with a key-encryption key that is not the store's."""
    needed, given = ", ".join(sorted(stored)), ", ".join(sorted(known))
    return KeyUnavailable(
        f"Falscher Hauptschlüssel: der Speicher braucht {needed}, geladen ist {given}. / "
        f"Wrong key-encryption key: the store needs {needed}, loaded is {given}."
    )


def create_kek_file(path: Path) -> None:
    """Write a fresh KEK to ``path``, readable by the owner only; an existing file is left as it is."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(os.urandom(KEK_BYTES)).decode() + "\n")
