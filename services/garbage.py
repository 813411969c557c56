"""The garbage collector and the folded streams: kept by the thousand, free of cycles, and not to be walked again and again.

Off while streams are read and folded, for nothing made there is garbage that only a collector finds. What is kept
afterwards is looked at once and then set aside, or every full collection would halt the projector for a tenth of a second.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

LOOK_AGAIN_SECONDS = 600.0
"""How often everything is looked at after all: other parts of the process may leave cycles among what was set aside."""


@contextmanager
def uncollected() -> Iterator[None]:
    """No collection inside; afterwards what was made there is set aside. Does nothing where the collector is off."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        gc.freeze()
        gc.enable()


@contextmanager
def paused() -> Iterator[None]:
    """No collection inside, for work that makes much and keeps nothing: afterwards all is as before."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Housekeeping:
    """Takes back what was set aside, now and then, and collects it all."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def due(self) -> bool:
        """Whether it is time."""
        return time.monotonic() - self._last >= LOOK_AGAIN_SECONDS

    def collect(self) -> None:
        """Look at everything once, and set it aside again."""
        self._last = time.monotonic()
        gc.unfreeze()
        gc.collect()
        gc.freeze()
