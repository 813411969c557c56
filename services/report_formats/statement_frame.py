"""What a statement to the granting authority leaves to be written by hand: the text of the narrative report, and who signs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.code_titles import in_language
from domain.path import Title
from domain.reports.proof_of_use import INTERIM_STATEMENT, PROOF_OF_USE
from services.report_formats.presentation import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFrame:
    """In the words of one language: chapters with room for text, and the lines to sign on."""

    title: str
    hint: str
    chapters: tuple[str, ...]
    signing: str
    lines: tuple[str, ...]


_TITLE: Final = Title(de="Sachbericht: Text", en="Narrative report: text")
_HINT: Final = Title(
    de="Die Zahlen dazu stehen in den Tabellen „Sachbericht 1“ bis „Sachbericht 5“.",
    en='The figures are in the tables "Narrative report 1" to "Narrative report 5".',
)
_CHAPTERS: Final = (
    Title(de="Verwendung der Zuwendung", en="Use of the grant"),
    Title(de="Erzieltes Ergebnis", en="Result"),
    Title(de="Vergleich mit den vorgegebenen Zielen", en="Comparison with the goals set"),
    Title(de="Notwendigkeit und Angemessenheit der Arbeit", en="Necessity and adequacy of the work"),
    Title(
        de="Wichtigste Positionen des zahlenmäßigen Nachweises", en="Main items of the financial statement"
    ),
)
"""What a narrative report is about: use, result, goals, necessity, main items of the numeric part (domain facts 1.4)."""
_SIGNING: Final = Title(de="Unterschrift", en="Signature")
_LINES: Final = (
    Title(de="Ort, Datum", en="Place, date"),
    Title(de="Name, Funktion", en="Name, function"),
    Title(de="Rechtsverbindliche Unterschrift", en="Legally binding signature"),
)
_OF: Final[Mapping[str, tuple[Title, ...]]] = {
    PROOF_OF_USE.name: _CHAPTERS,
    INTERIM_STATEMENT.name: _CHAPTERS,
}


def frame_of(document: Document) -> StatementFrame | None:
    """The frame of a whole statement; None for any other report, and for one table alone."""
    chapters = _OF.get(document.name)
    if chapters is None or len(document.sheets) < 2:
        return None
    language = document.language
    return StatementFrame(
        title=in_language(_TITLE, language),
        hint=in_language(_HINT, language),
        chapters=tuple(in_language(chapter, language) for chapter in chapters),
        signing=in_language(_SIGNING, language),
        lines=tuple(in_language(line, language) for line in _LINES),
    )
