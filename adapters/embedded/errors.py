"""The one error of the embedded parts: a line that a person at a terminal can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC


class EmbeddedError(Exception):
    """An embedded part could not be started, stopped or found. The message is one line and says what to do."""


@contextmanager
def spoken_plainly(what: str) -> Iterator[None]:
    """Turn an error of the operating system into one line that begins with ``what``."""
    try:
        yield
    except OSError as error:
        if error.errno == ENOSPC:
            raise EmbeddedError(f"{what}: the disk is full") from error
        place = f" ({error.filename})" if error.filename else ""
        raise EmbeddedError(f"{what}: {error.strerror or error}{place}") from error
