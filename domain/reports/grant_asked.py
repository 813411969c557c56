"""Which grants a statement is about, of which year, and the keys and rows that its tables share."""

from __future__ import annotations

from typing import Final, cast

from domain.path import Title
from domain.reports.definition import Counting, Parameter, ParameterKind
from domain.reports.grant_books import GrantBooks, books

GRANT: Final = Parameter(
    name="grant",
    title=Title(de="Zuwendungsbescheid (Zeichen)", en="grant notice (reference)"),
    kind=ParameterKind.GRANT,
)
YEAR: Final = Parameter(
    name="year",
    title=Title(de="Jahr des Zwischennachweises", en="year of the interim statement"),
    kind=ParameterKind.NUMBER,
    least=2015,
    most=2099,
)

GRANT_KEY = Title(de="Bescheid", en="grant notice")
LINE_KEYS = (
    Title(de="Förderbaustein", en="funding module"),
    Title(de="Kommune (AGS)", en="municipality (AGS)"),
    Title(de="Jahr", en="year"),
)
DATE_KEY = Title(de="Datum", en="date")
REFERENCE_KEY = Title(de="Zeichen", en="reference")


def asked(counting: Counting) -> list[GrantBooks]:
    """The grants asked for; a grant answers to the reference of its notice and of every amendment."""
    reference = counting.parameters.get(GRANT.name)
    if reference is None:
        return counting.once(books)
    wanted = {plan.grant_id for plan in counting.facts.plans if plan.reference == reference}
    return [book for book in counting.once(books) if book.grant_id in wanted]


def year_of(counting: Counting) -> int:
    """The year of an interim statement: the one asked for, else that of the reference date."""
    return cast("int", counting.parameters.get(YEAR.name, counting.as_of.year))
