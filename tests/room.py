"""Where the servers of the tests keep their files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

SHARED_MEMORY: Final = Path("/dev/shm")
ROOM_BYTES: Final = 4 * 2**30
"""What has to be free for all that the tests and others keep there; the files of one server are a hundredth of it."""


def in_memory() -> Path | None:
    """The machine's directory in memory, where it has one with plenty of room; else None, and files lie on the disk.

    The servers give up safety anyway. A database is copied in memory for a twentieth of what it costs on a disk, and
    the tests want many hundreds.
    """
    try:
        room = min(shutil.disk_usage(SHARED_MEMORY).free, _available_bytes())
    except OSError:
        return None
    return SHARED_MEMORY if room >= ROOM_BYTES and os.access(SHARED_MEMORY, os.W_OK | os.X_OK) else None


def _available_bytes() -> int:
    """Memory that can be had without pushing anything out, as Linux sees it. Raises OSError elsewhere."""
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            return int(value.split()[0]) * 1024
    raise OSError("this system does not say how much memory is available")
