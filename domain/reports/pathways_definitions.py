"""What each figure of the report on pathways counts, word for word. A change of meaning raises the report's version."""

from __future__ import annotations

from typing import Final

from domain.path import Title
from domain.reports.table import Column, Unit

_KAPLAN_MEIER: Final = "Kaplan/Meier 1958"


def _column(id_: str, de: str, en: str, unit: Unit, means_de: str, means_en: str, source: str = "") -> Column:
    return Column(
        id=id_,
        title=Title(de=de, en=en),
        unit=unit,
        definition=Title(de=means_de, en=means_en),
        source=source,
    )


TIME_IN_STEP: Final = (
    _column(
        "entered",
        "Eintritte",
        "Entries",
        Unit.PARTICIPATIONS,
        "Teilnahmen, Coaching-Phasen (F1) und begonnene Ausbildungen mit Eintritt bis zum Stichtag.",
        "Participations, spans of coaching (F1) and started Ausbildungen entered by the reference date.",
    ),
    _column(
        "persons",
        "Personen",
        "Persons",
        Unit.PERSONS,
        "Verschiedene Personen mit mindestens einem dieser Eintritte.",
        "Different persons with at least one of these entries.",
    ),
    _column(
        "ended",
        "Beendet",
        "Ended",
        Unit.PARTICIPATIONS,
        "Davon mit letztem Tag bis zum Stichtag.",
        "Of these, with a last day by the reference date.",
    ),
    _column(
        "median_days",
        "Median der Verweildauer",
        "Median time in step",
        Unit.DAYS,
        "Tag, bis zu dem die Hälfte den Schritt verlassen hat, erster und letzter Tag mitgezählt; laufende zählen, "
        "solange sie beobachtet sind (zensiert). Schätzung nach Kaplan und Meier, keine Rundung.",
        "Day by which half have left the step, first and last day included; those still going on count as long as "
        "they have been observed (censored). Estimate after Kaplan and Meier, no rounding.",
        _KAPLAN_MEIER,
    ),
)

WAITING: Final = (
    _column(
        "waits",
        "Wartezeiten",
        "Waits",
        Unit.TRANSITIONS,
        "Erstkontakte und verlassene Schritte (Kurse und Ausbildung; Coaching läuft daneben), nach denen ein weiterer "
        "Schritt begann oder beginnen konnte.",
        "First contacts and steps left (courses and Ausbildung; coaching runs beside them) after which a further step "
        "began or could begin.",
    ),
    _column(
        "went_on",
        "Weitergegangen",
        "Went on",
        Unit.TRANSITIONS,
        "Davon mit Eintritt in den nächsten Schritt bis zum Stichtag.",
        "Of these, with an entry into the next step by the reference date.",
    ),
    _column(
        "median_days",
        "Median der Wartezeit",
        "Median waiting time",
        Unit.DAYS,
        "Tage vom Erstkontakt oder letzten Tag bis zum Eintritt in den nächsten Schritt (0, wenn er vorher begann), "
        "Median nach Kaplan und Meier; wer noch wartet oder dessen Fall endete, zählt bis dahin (zensiert).",
        "Days from first contact or last day to the entry into the next step (0 when it began before), median after "
        "Kaplan and Meier; who still waits or whose case ended counts until then (censored).",
        _KAPLAN_MEIER,
    ),
)

TRANSITIONS: Final = (
    _column(
        "transitions",
        "Übergänge",
        "Transitions",
        Unit.TRANSITIONS,
        "Von Schritt zu nächstem Schritt in der Reihenfolge der Eintritte bis zum Stichtag, Coaching (F1) nicht "
        "mitgezählt; am Ende steht, ob der Schritt noch läuft, gewartet wird, der Fall abgeschlossen oder die "
        "Aufnahme abgelehnt ist. Je Fall, nicht je Person.",
        "From step to next step in the order of entries by the reference date, coaching (F1) not counted; the end says "
        "whether the step still runs, the case waits, is closed, or its intake was declined. By case, not by person.",
        "Förderketten (Gemeinsam klappt's)",
    ),
)

DESTINATIONS: Final = (
    _column(
        "at_exit",
        "Beim Austritt",
        "At exit",
        Unit.PERSONS,
        "Personen mit Austritt aus der Begleitung bis zum Stichtag, nach Verbleib bei Abschluss des Falls.",
        "Persons who left the accompaniment by the reference date, by destination at closing.",
        "iABE/BA (expydoc 9363390)",
    ),
    _column(
        "within_four_weeks",
        "Binnen vier Wochen",
        "Within four weeks",
        Unit.PERSONS,
        "Dieselben Personen nach dem Stand vier Wochen (28 Tage) nach dem Austritt: Ergebnis einer Nachbefragung bis "
        "dahin, sonst in dieser Zeit begonnene Ausbildung, Beschäftigung oder Maßnahme, sonst der Verbleib beim "
        "Austritt. Wer am Stichtag noch keine vier Wochen ausgetreten ist, steht unter „noch nicht befragt“.",
        "The same persons by their situation four weeks (28 days) after the exit: the outcome of a follow-up by then, "
        "else an Ausbildung, job or measure begun in that time, else the destination at exit. Who left less than four "
        "weeks before the reference date stands under “not asked yet”.",
        "VO (EU) 2021/1057 Anhang I: innerhalb von vier Wochen",
    ),
    _column(
        "after_six_months",
        "Nach sechs Monaten",
        "After six months",
        Unit.PERSONS,
        "Dieselben Personen nach dem Ergebnis der Nachbefragung bis zum Stichtag.",
        "The same persons by the outcome of the follow-up by the reference date.",
        "ESF NRW, dritter Fragebogen (expydoc 9407417)",
    ),
)

PLACEMENTS: Final = (
    _column(
        "placements",
        "Vermittlungen",
        "Placements",
        Unit.CONTRACTS,
        "Ausbildungs- und EQ-Verträge, geschlossen bis zum Stichtag; bis zum Stichtag erfasste "
        "sozialversicherungspflichtige Beschäftigungen mit Beginn bis zum Stichtag; geringfügige Beschäftigung getrennt davon als Verbleib beim "
        "Austritt oder in der Nachbefragung, je Fall einmal.",
        "Contracts of Ausbildung or EQ signed by the reference date; jobs subject to social insurance recorded by the "
        "reference date and begun by then; minor employment apart, as destination at exit or in the follow-up, once per "
        "case.",
        "Kleine Anfrage 5956 vom 09.09.2021 (Landtag NRW)",
    ),
    _column(
        "persons",
        "Personen",
        "Persons",
        Unit.PERSONS,
        "Verschiedene Personen mit mindestens einer Vermittlung der Zeile.",
        "Different persons with at least one placement of the line.",
    ),
)

DROPOUT_MONTHS: Final = (
    _column(
        "dropouts",
        "Abbrüche",
        "Dropouts",
        Unit.PARTICIPATIONS,
        "Vorzeitig mit Grund beendete Teilnahmen und Ausbildungen nach angefangenem Monat seit dem Eintritt "
        "(1 = erster Monat).",
        "Participations and Ausbildungen ended early with a reason, by month begun since the entry (1 = first month).",
    ),
)
