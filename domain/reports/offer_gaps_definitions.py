"""What each figure on gaps in the offer counts, word for word. A change of meaning raises the report's version."""

from __future__ import annotations

from typing import Final

from domain.path import Title
from domain.reports.table import Column, Unit

GAPS: Final = "Baustein „Angebotslücken schließen“ (Gemeinsam klappt's)"


def _column(id_: str, de: str, en: str, unit: Unit, means_de: str, means_en: str, source: str = "") -> Column:
    return Column(
        id=id_,
        title=Title(de=de, en=en),
        unit=unit,
        definition=Title(de=means_de, en=means_en),
        source=source,
    )


_PERSONS: Final = _column(
    "persons",
    "Personen",
    "Persons",
    Unit.PERSONS,
    "Verschiedene Personen mit mindestens einem dieser Bedarfe.",
    "Different persons with at least one of these needs.",
)
_OPEN: Final = _column(
    "needs",
    "Offene Bedarfe",
    "Open needs",
    Unit.NEEDS,
    "Bedarfe mit mindestens einer erfolglosen Suche bis zum Stichtag, die bis dahin nicht endeten (Ende am Stichtag: "
    "nicht mehr offen), nach dem Grund der letzten Suche bis zum Stichtag. Jeder Bedarf steht in genau einer Zeile.",
    "Needs with at least one failed match by the reference date that had not ended by then (an end on that date: no longer "
    "open), by the reason of the latest failed match by that date. Each need stands in exactly one line.",
    GAPS,
)

OPEN_NEEDS: Final = (
    _OPEN,
    _PERSONS,
    _column(
        "long_open",
        "Davon lange offen",
        "Of these, open for long",
        Unit.NEEDS,
        "Davon seit der ersten erfolglosen Suche mehr Tage offen als der Parameter longer_than angibt (ohne Angabe 90).",
        "Of these, open since the first failed match for more days than the parameter longer_than says (90 unless given).",
    ),
    _column(
        "median_days",
        "Median der Tage offen",
        "Median of days open",
        Unit.DAYS,
        "Tage von der ersten erfolglosen Suche bis zum Stichtag, unterer Median der offenen Bedarfe der Zeile.",
        "Days from the first failed match to the reference date, lower median of the open needs of the line.",
    ),
)

BY_FIELD: Final = (_OPEN, _PERSONS)

COURSE_OF_NEEDS: Final = (
    _column(
        "arisen",
        "Entstanden",
        "Arisen",
        Unit.NEEDS,
        "Bedarfe, deren erste erfolglose Suche bis zum Stichtag liegt.",
        "Needs whose first failed match lies by the reference date.",
        GAPS,
    ),
    _column(
        "met",
        "Gedeckt",
        "Met",
        Unit.NEEDS,
        "Davon bis zum Stichtag durch einen angenommenen Platz oder anderswo gedeckt.",
        "Of these, met by the reference date with a seat that was accepted, or elsewhere.",
    ),
    _column(
        "given_up",
        "Entfallen",
        "Given up",
        Unit.NEEDS,
        "Davon bis zum Stichtag zurückgezogen, nicht mehr nötig oder mit dem Fall beendet.",
        "Of these, withdrawn, no longer needed or ended with the case by the reference date.",
    ),
    _column(
        "open",
        "Offen",
        "Open",
        Unit.NEEDS,
        "Davon am Stichtag noch offen.",
        "Of these, still open on the reference date.",
    ),
    _column(
        "median_days",
        "Median bis zur Deckung",
        "Median until met",
        Unit.DAYS,
        "Tage von der ersten erfolglosen Suche, bis zu denen die Hälfte gedeckt ist; offene und entfallene Bedarfe zählen, "
        "solange sie beobachtet sind (zensiert). Schätzung nach Kaplan und Meier, keine Rundung.",
        "Days from the first failed match by which half are met; open needs and those given up count as long as they have "
        "been observed (censored). Estimate after Kaplan and Meier, no rounding.",
        "Kaplan/Meier 1958",
    ),
)
