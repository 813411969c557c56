"""Typst, offline: its own fonts only, a date that is given, and every character visible, as its code if no font has it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import typst

STANDARDS: Final = ("a-3a", "ua-1")
"""PDF/A-3 with tags for archives, PDF/UA for screen readers."""

_MISSING: Final = re.compile(r'the (?:text|PDF contains the codepoint) `"(.+?)"`', re.DOTALL)
_PLAIN: Final = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x250))))
"""Latin letters, which the fonts are known to have; a test sets them all."""
_PROBE: Final = b"""#set document(title: "-")
#set text(font: json("fonts.json"))
#json("characters.json").map(box).join([ ])"""
"""Each character in a box of its own: one that joins what stands before it would else be named as a missing space."""
_MOST_CLUSTERS: Final = 20

FONTS: Final = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
"""They come with typst; the first has all letters of DIN 91379, the others step in for further scripts."""


class PdfNotMade(RuntimeError):
    """Typst could not set the report: a defect of the template, not of the figures."""


def typeset(template: bytes, values: Mapping[str, Any], files: Mapping[str, bytes], dated: datetime) -> bytes:
    """The PDF of ``template``, which reads ``values`` from values.json and may use ``files``. Raises PdfNotMade."""
    values = {**values, "fonts": FONTS}
    shown = spelled(values, unprintable(frozenset(_characters(values)) - _PLAIN))
    for _ in range(_MOST_CLUSTERS):
        source = {"main.typ": template, "values.json": json.dumps(shown).encode(), **files}
        try:
            return _compiled(source, dated)
        except typst.TypstError as error:
            missing = _missing(error)
            if not missing:
                raise PdfNotMade(str(error)) from error
            shown = spelled(shown, missing - _PLAIN or missing)
    raise PdfNotMade("too many characters that no font can set together")


def spelled(value: Any, characters: frozenset[str]) -> Any:
    """``value`` with each of ``characters`` as its code in brackets, in all texts at any depth.

    >>> spelled(["a", {"b": "x\\x00"}], frozenset("\\x00"))
    ['a', {'b': 'x[U+0000]'}]
    """
    match value:
        case str():
            return "".join(f"[U+{ord(one):04X}]" if one in characters else one for one in value)
        case list() | tuple():
            return [spelled(item, characters) for item in value]
        case dict():
            return {key: spelled(item, characters) for key, item in value.items()}
        case _:
            return value


@lru_cache(maxsize=64)
def unprintable(characters: frozenset[str]) -> frozenset[str]:
    """Those of ``characters`` that none of the fonts has, or that an archived PDF may not hold."""
    missing: set[str] = set()
    while rest := sorted(characters - missing):
        source = {
            "main.typ": _PROBE,
            "fonts.json": json.dumps(FONTS).encode(),
            "characters.json": json.dumps(rest).encode(),
        }
        try:
            _compiled(source, None)
            break
        except typst.TypstError as error:
            found = _missing(error) & characters
            if not found:
                raise PdfNotMade(str(error)) from error
            missing |= found
    return frozenset(missing)


def _compiled(source: dict[str, bytes], dated: datetime | None) -> bytes:
    timestamp = 0 if dated is None else int(dated.timestamp())
    made = typst.compile(  # type: ignore[call-overload] # its stubs do not know files by name
        source, ignore_system_fonts=True, pdf_standards=list(STANDARDS), timestamp=timestamp
    )
    if not isinstance(made, bytes):
        raise PdfNotMade("typst gave no bytes")
    return made


def _missing(error: typst.TypstError) -> frozenset[str]:
    """The characters that the message names, which writes unusual ones as ``\\u{200b}``."""
    found = _MISSING.search(str(error))
    if found is None:
        return frozenset()
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), found[1])
    return frozenset(text)


def _characters(value: Any) -> set[str]:
    match value:
        case str():
            return set(value)
        case list() | tuple():
            return set().union(*map(_characters, value))
        case dict():
            return set().union(*map(_characters, value.values()))
        case _:
            return set()
