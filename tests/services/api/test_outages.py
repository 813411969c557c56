"""Parts that go away: a clear 503 each, nothing lost, and work goes on when the part is back."""

from __future__ import annotations
