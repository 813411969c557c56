"""How numbers and amounts are written for a reader, in German or English."""

from __future__ import annotations


def shown_hundredths(hundredths: int, language: str = "de") -> str:
    """Cents, basis points or a ratio times 100 with two digits behind the comma or point.

    >>> shown_hundredths(123456), shown_hundredths(-5, "en")
    ('1.234,56', '-0.05')
    """
    sign, (whole, part) = "-" if hundredths < 0 else "", divmod(abs(hundredths), 100)
    return _separated(f"{sign}{whole:,}.{part:02d}", language)


def shown_number(number: int, language: str = "de") -> str:
    """A whole number in groups of three.

    >>> shown_number(12345), shown_number(12345, "en")
    ('12.345', '12,345')
    """
    return _separated(f"{number:,}", language)


def shown_euros(cents: int, language: str = "de") -> str:
    """An amount in euros.

    >>> shown_euros(123456), shown_euros(123456, "en")
    ('1.234,56 €', '€1,234.56')
    """
    amount = shown_hundredths(abs(cents), language)
    sign = "-" if cents < 0 else ""
    return f"{sign}€{amount}" if language.startswith("en") else f"{sign}{amount} €"


def _separated(text: str, language: str) -> str:
    return text if language.startswith("en") else text.translate(str.maketrans(",.", ".,"))
