"""Names of persons as text: NFC, no control characters, and which letters DIN 91379 would not carry."""

from __future__ import annotations

import unicodedata

from domain.refusals import Refusal

MAX_NAME_LENGTH = 200


def normalised(text: str) -> str:
    """``text`` in NFC with outer and repeated blanks removed. DIN 91379 asks for NFC.

    >>> normalised("  Jose\\u0301   Ma ")
    'José Ma'
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def unusable_name(name: str) -> Refusal | None:
    """Why ``name`` cannot be stored as a name, or None. Letters of every script are welcome, one at least is needed."""
    if not any(unicodedata.category(c)[0] == "L" for c in name):
        return Refusal("name.empty", "Ein Name fehlt.", "A name is missing.")
    if len(name) > MAX_NAME_LENGTH:
        return Refusal(
            "name.too_long",
            f"Ein Name hat höchstens {MAX_NAME_LENGTH} Zeichen.",
            f"A name has at most {MAX_NAME_LENGTH} characters.",
        )
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} for c in name):
        return Refusal(
            "name.control_character",
            "Ein Name enthält ein Steuerzeichen.",
            "A name contains a control character.",
        )
    return None
