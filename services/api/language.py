"""In which language a reader is answered: German unless English is asked for first."""

from __future__ import annotations

from enum import StrEnum

from starlette.datastructures import Headers

from domain.refusals import Refusal


class Language(StrEnum):
    """The two languages of the messages."""

    DE = "de"
    EN = "en"


def preferred(accept_language: str) -> Language:
    """The better liked of the two languages of an Accept-Language header; German when it likes neither or both.

    >>> preferred("fr, en-GB;q=0.8, de;q=0.3").value
    'en'
    >>> preferred("").value, preferred("*").value, preferred("en;q=nonsense").value
    ('de', 'de', 'de')
    """
    liking = {Language.DE: 0.0, Language.EN: 0.0}
    for part in accept_language.split(",")[:20]:
        name, _, weight = part.partition(";")
        try:
            liked = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        for language in Language:
            if name.strip().lower().split("-")[0] == language.value and 0 < liked <= 1:
                liking[language] = max(liking[language], liked)
    return Language.EN if liking[Language.EN] > liking[Language.DE] else Language.DE


def language_of(headers: Headers) -> Language:
    """The language for the sender of these headers."""
    return preferred(headers.get("accept-language", ""))


def said(refusal: Refusal, language: Language) -> str:
    """The text of a refusal in ``language``."""
    return refusal.text(language.value)
