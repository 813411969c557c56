"""Names of languages for people, by ISO 639; a list to show by, never one to refuse by."""

from __future__ import annotations

from typing import Final

from domain.path import Title

SOURCE: Final = "ISO 639-1, else ISO 639-3"

LANGUAGES: Final[dict[str, Title]] = {
    code: Title(de=de, en=en)
    for code, de, en in (
        ("am", "Amharisch", "Amharic"),
        ("ar", "Arabisch", "Arabic"),
        ("az", "Aserbaidschanisch", "Azerbaijani"),
        ("bn", "Bengalisch", "Bengali"),
        ("ckb", "Sorani (Zentralkurdisch)", "Sorani (Central Kurdish)"),
        ("de", "Deutsch", "German"),
        ("en", "Englisch", "English"),
        ("fa", "Persisch", "Persian"),
        ("ff", "Fulfulde", "Fulah"),
        ("fr", "Französisch", "French"),
        ("hy", "Armenisch", "Armenian"),
        ("ka", "Georgisch", "Georgian"),
        ("kmr", "Kurmandschi (Nordkurdisch)", "Kurmanji (Northern Kurdish)"),
        ("ku", "Kurdisch", "Kurdish"),
        ("prs", "Dari", "Dari"),
        ("ps", "Paschtu", "Pashto"),
        ("rom", "Romanes", "Romani"),
        ("ru", "Russisch", "Russian"),
        ("so", "Somali", "Somali"),
        ("sq", "Albanisch", "Albanian"),
        ("sr", "Serbisch", "Serbian"),
        ("sus", "Susu", "Susu"),
        ("ti", "Tigrinya", "Tigrinya"),
        ("tig", "Tigre", "Tigre"),
        ("tr", "Türkisch", "Turkish"),
        ("uk", "Ukrainisch", "Ukrainian"),
        ("ur", "Urdu", "Urdu"),
    )
}
"""The languages met in the programme."""


def language_name(code: str) -> Title | None:
    """The name for a language code, or None when this list does not have it.

    >>> language_name("prs")
    Title(de='Dari', en='Dari')
    """
    return LANGUAGES.get(code)
