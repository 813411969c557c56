"""The patch ids of the workflows: every change of what a recorded history would do differently has one, and stays."""

from __future__ import annotations

from typing import Final

PATCHES: Final[tuple[str, ...]] = ()
"""Ids in the order they were introduced, each with a history in tests/workflows/histories that still replays."""
