"""Titles of the code lists that persons are counted by in statistics."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.characteristics import AgeBand, Dimension, StatusGroup

CHARACTERISTIC_TITLES: Final[tuple[tuple[StrEnum, str, str], ...]] = (
    (Dimension.MODULE, "Förderbaustein", "funding module"),
    (Dimension.MUNICIPALITY, "Kommune", "municipality"),
    (Dimension.GENDER, "Geschlecht", "gender"),
    (Dimension.AGE_BAND, "Altersgruppe", "age band"),
    (Dimension.STATUS_GROUP, "Aufenthaltsstatus (Gruppe)", "residence status (group)"),
    (Dimension.RESIDENCE_STATUS, "Aufenthaltsstatus", "residence status"),
    (Dimension.LEGAL_REGIME, "Rechtskreis", "legal regime"),
    (Dimension.LANGUAGE_LEVEL, "Sprachniveau", "language level"),
    (Dimension.NATIONALITY, "Staatsangehörigkeit", "nationality"),
    (AgeBand.UNDER_18, "unter 18", "under 18"),
    (AgeBand.FROM_18_TO_20, "18 bis 20", "18 to 20"),
    (AgeBand.FROM_21_TO_24, "21 bis 24", "21 to 24"),
    (AgeBand.FROM_25_TO_27, "25 bis 27", "25 to 27"),
    (AgeBand.OVER_27, "über 27", "over 27"),
    (StatusGroup.ASYLUM_PERMISSION, "Aufenthaltsgestattung", "asylum permission"),
    (StatusGroup.TOLERATION, "Duldung", "toleration"),
    (StatusGroup.RESIDENCE_PERMIT, "Aufenthaltserlaubnis", "residence permit"),
    (
        StatusGroup.LASTING_OR_FREE,
        "Niederlassungserlaubnis, EU oder deutsch",
        "settlement permit, EU or German",
    ),
    (StatusGroup.UNKNOWN, "Status unbekannt", "status unknown"),
)
