"""Names of municipalities for people; a list to show by, never one to refuse by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

SOURCE: Final = "MietNEinV, Anlage"
TERRITORIAL_STATE: Final = date(2021, 1, 25)
"""Gebietsstand of the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A municipality by its AGS. ``valid_from`` is the territorial state of ``source``; the key may be older."""

    ags: str
    name: str
    valid_from: date = TERRITORIAL_STATE
    source: str = SOURCE


MUNICIPALITIES: Final[dict[str, Municipality]] = {
    ags: Municipality(ags=ags, name=name)
    for ags, name in (
        ("05162004", "Dormagen"),  # 05162 Rhein-Kreis Neuss
        ("05162008", "Grevenbroich"),
        ("05162012", "Jüchen"),
        ("05162016", "Kaarst"),
        ("05162020", "Korschenbroich"),
        ("05162022", "Meerbusch"),
        ("05162024", "Neuss"),
        ("05162028", "Rommerskirchen"),
        ("05334002", "Aachen"),  # 05334 StädteRegion Aachen
        ("05334004", "Alsdorf"),
        ("05334008", "Baesweiler"),
        ("05334012", "Eschweiler"),
        ("05334016", "Herzogenrath"),
        ("05334020", "Monschau"),
        ("05334024", "Roetgen"),
        ("05334028", "Simmerath"),
        ("05334032", "Stolberg (Rhld.)"),
        ("05334036", "Würselen"),
        ("05515000", "Münster"),  # kreisfreie Stadt
    )
}
"""The municipalities of the StädteRegion Aachen and the Rhein-Kreis Neuss, and Münster."""


def municipality_name(ags: str) -> str | None:
    """The name of a municipality, or None when this list does not have it.

    >>> municipality_name("05334012"), municipality_name("09162000")
    ('Eschweiler', None)
    """
    found = MUNICIPALITIES.get(ags)
    return found.name if found else None
