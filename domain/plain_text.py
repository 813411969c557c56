"""Text that reads as it is stored: one line, and nothing in it that a reader cannot see or that turns others around."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Marks and embeddings of direction: behind them other characters are shown than those that are stored."""


def reads_as_stored(text: str) -> bool:
    """Whether ``text`` is one line without control characters, marks of direction and characters that nobody assigned.

    Letters of every script are welcome; they carry their direction themselves.

    >>> reads_as_stored("Bäckerei Müller & Söhne"), reads_as_stored("شركة")
    (True, True)
    >>> reads_as_stored("zwei\\nZeilen"), reads_as_stored("gpj\\u202eexe")
    (False, False)
    """
    return not _TURNING.search(text) and not any(unicodedata.category(one) in _UNSEEN for one in text)
