"""The one error of the embedded parts: a line that a person at a terminal can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC

from adapters.spoken_error import SpokenError


class EmbeddedError(SpokenError):
    """An embedded part could not be started, stopped or found. The message is one line and says what to do."""


@contextmanager
def spoken_plainly(en: str, *, de: str) -> Iterator[None]:
    """Turn an error of the operating system into one line that begins so. The system's own words stay as it says them."""
    try:
        yield
    except OSError as error:
        if error.errno == ENOSPC:
            raise EmbeddedError(f"{en}: the disk is full", de=f"{de}: die Platte ist voll") from error
        place = f" ({error.filename})" if error.filename else ""
        said = f"{error.strerror or error}{place}"
        raise EmbeddedError(f"{en}: {said}", de=f"{de}: {said}") from error
