"""What the figures on steps by characteristic count beyond those of the pathways and the statistics, word for word."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.path import Title
from domain.reports import statistics_definitions as statistics
from domain.reports.table import Column, Unit


class Area(StrEnum):
    """What the share of women is told of."""

    STEP = "step"
    PLACEMENT = "placement"
    DESTINATION = "destination"


AREA_TITLES: Final[tuple[tuple[StrEnum, str, str], ...]] = (
    (Area.STEP, "Schritt", "step"),
    (Area.PLACEMENT, "Vermittlung", "placement"),
    (Area.DESTINATION, "Verbleib beim Austritt", "destination at exit"),
)


def _column(id_: str, de: str, en: str, unit: Unit, means_de: str, means_en: str, source: str = "") -> Column:
    return Column(
        id=id_,
        title=Title(de=de, en=en),
        unit=unit,
        definition=Title(de=means_de, en=means_en),
        source=source,
    )


DROPOUT_RATES: Final = (
    _column(
        "exits",
        "Beendet",
        "Ended",
        Unit.PARTICIPATIONS,
        "Teilnahmen, Coaching-Phasen und Ausbildungen mit letztem Tag bis zum Stichtag.",
        "Participations, spans of coaching and Ausbildungen whose last day has come by the reference date.",
    ),
    _column(
        "dropouts",
        "Abbrüche",
        "Dropouts",
        Unit.PARTICIPATIONS,
        "Davon vorzeitig mit Grund beendet.",
        "Of these, ended early with a reason.",
    ),
    _column(
        "dropout_rate",
        "Abbruchquote",
        "Dropout rate",
        Unit.BASIS_POINTS,
        "Abbrüche / Beendet.",
        "Dropouts / Ended.",
    ),
)

WOMEN: Final = (
    _column(
        "persons",
        "Personen",
        "Persons",
        Unit.PERSONS,
        "Verschiedene Personen, die bis zum Stichtag in den Schritt eintraten (Ausbildung: sie begannen), vermittelt wurden "
        "(wie im Bericht „Wege durch die Förderkette“) oder mit diesem Verbleib austraten.",
        "Different persons who by the reference date entered the step (Ausbildung: began it), were placed (as in the report "
        "on pathways), or left with this destination.",
    ),
    _column(
        "women",
        "Frauen",
        "Women",
        Unit.PERSONS,
        "Davon mit Geschlechtseintrag weiblich.",
        "Of these, registered as female.",
    ),
    _column(
        "women_share",
        "Frauenanteil",
        "Share of women",
        Unit.BASIS_POINTS,
        "Frauen / Personen.",
        "Women / Persons.",
        statistics.FAQ,
    ),
)
