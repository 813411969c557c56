"""How long a test waits for what must come."""

from __future__ import annotations

from typing import Final

PATIENCE_SECONDS: Final = 180.0
"""Longer than the slowest machine needs, and than any task of a killed worker may be out, during which skipped time
stands still: only what never comes fails, and nobody waits longer than it takes."""
