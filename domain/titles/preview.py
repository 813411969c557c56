"""Titles of the code lists of a previewed change: what it does to seats, offers and dates, and who may be told."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.change_preview import ConsentStanding, DateEffect, OfferEffect, SeatEffect

PREVIEW_TITLES: Final[tuple[tuple[StrEnum, str, str], ...]] = (
    (SeatEffect.STAYS, "bleibt, wie er ist", "stays as it is"),
    (SeatEffect.GOES_ON, "läuft weiter, neu ginge es nicht", "goes on, though it could not begin anew"),
    (SeatEffect.IN_QUESTION, "in Frage, eine Person entscheidet", "in question, a person decides"),
    (SeatEffect.IS_FREE_AGAIN, "nichts spricht mehr dagegen", "nothing speaks against it any more"),
    (OfferEffect.OPENS, "öffnet sich", "opens"),
    (OfferEffect.LAPSES, "fällt weg", "lapses"),
    (DateEffect.STARTS, "kommt hinzu", "starts"),
    (DateEffect.STOPS, "entfällt", "stops"),
    (DateEffect.MOVES, "verschiebt sich", "moves"),
    (ConsentStanding.NOT_NEEDED, "keine Einwilligung nötig", "no consent needed"),
    (ConsentStanding.IN_FORCE, "Einwilligung liegt vor", "consent is in force"),
    (ConsentStanding.MISSING, "Einwilligung fehlt", "consent is missing"),
)
