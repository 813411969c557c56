"""Text that reads as it is stored: one line, and nothing in it that a reader cannot see or that turns others around."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
_COMMANDING: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""What a terminal or a page would obey instead of showing it; blanks, tabs and ends of lines are none."""
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


def shown_harmlessly(text: str) -> str:
    """``text`` with every character that would be obeyed instead of shown as its code in brackets.

    >>> shown_harmlessly("Rechnung\u202ecod.exe"), shown_harmlessly("a\x1b[31m")
    ('Rechnung[U+202E]cod.exe', 'a[U+001B][31m')
    """
    return (
        _COMMANDING.sub(lambda found: f"[U+{ord(found[0]):04X}]", text) if _COMMANDING.search(text) else text
    )
