"""What each figure on people contacted but not won counts, word for word. A change of meaning raises the report's version."""

from __future__ import annotations

from typing import Final

from domain.path import Title
from domain.reports import statistics_definitions as statistics
from domain.reports.table import Column, Unit

BLIND_SPOT: Final = "Monitoring der G.I.B.: nicht Gewonnene wurden nicht erfasst (9dok.net/document/y96mvw0v)"

REACH: Final = (
    *(column for column in statistics.REACH if column.id in ("contacted", "won", "not_won", "in_intake")),
    Column(
        id="not_won_share",
        title=Title(de="Anteil nicht gewonnen", en="Share not won"),
        unit=Unit.BASIS_POINTS,
        definition=Title(
            de="Nicht gewonnen / (Gewonnen + Nicht gewonnen): wer noch in der Aufnahme ist, bleibt außer Betracht.",
            en="Not won / (Won + Not won): who is still in intake is left aside.",
        ),
        source=BLIND_SPOT,
    ),
)

DECLINED: Final = (
    Column(
        id="declined",
        title=Title(de="Abgelehnte Aufnahmen", en="Intakes declined"),
        unit=Unit.CASES,
        definition=Title(
            de="Fälle, deren Aufnahme bis zum Stichtag abgelehnt und seither nicht wieder aufgenommen wurde, nach erfasstem "
            "Grund. Wer in einem anderen Fall gewonnen wurde, zählt mit diesem Fall hier dennoch.",
            en="Cases whose intake was declined by the reference date and not taken up again since, by recorded reason. Who was "
            "won in another case still counts here with this one.",
        ),
        source=BLIND_SPOT,
    ),
    Column(
        id="persons",
        title=Title(de="Personen", en="Persons"),
        unit=Unit.PERSONS,
        definition=Title(
            de="Verschiedene Personen dieser Fälle.",
            en="Different persons of these cases.",
        ),
    ),
)
