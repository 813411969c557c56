"""What each figure on repeated measures counts, word for word. A change of meaning raises the report's version."""

from __future__ import annotations

from typing import Final

from domain.path import Title
from domain.reports.table import Column, Unit

CAREERS: Final = (
    "Baustein „Maßnahmekarrieren erkennen und vermeiden“ (Gemeinsam klappt's); Vorschlag der Wegdefinition"
)


def _column(id_: str, de: str, en: str, unit: Unit, means_de: str, means_en: str, source: str = "") -> Column:
    return Column(
        id=id_,
        title=Title(de=de, en=en),
        unit=unit,
        definition=Title(de=means_de, en=means_en),
        source=source,
    )


REPETITIONS: Final = (
    _column(
        "persons",
        "Mit Wiederholung",
        "With a repetition",
        Unit.PERSONS,
        "Verschiedene Personen, die innerhalb von „months“ Monaten (erster Tag zu erstem Tag) mindestens „measures“ Kurse "
        "derselben Art begannen, die bis zum Stichtag endeten; Sprachkurse: derselben Art und zum selben Zielniveau. "
        "Teilnahmen, deren Angebot seine Art nicht nannte, zählen nicht.",
        "Different persons who within months “months” (first day to first day) began at least “measures” courses of the same "
        "kind that ended by the reference date; language courses: of the same kind and to the same level. Participations "
        "whose offer did not tell its kind do not count.",
        CAREERS,
    ),
    _column(
        "without_gain",
        "Ohne Zugewinn",
        "Without gain",
        Unit.PERSONS,
        "Davon mit mindestens „measures“ solcher Kurse ohne Zeugnis (Teilnahmebescheinigung ist keines), ohne erreichtes "
        "Niveau und ohne Schulabschluss, nicht wegen eines Grundes aus „excused“ oder „led_on“ abgebrochen, und ohne "
        "Ausbildung, die nach dem Eintritt begann: auf der Fallseite steht ein Hinweis.",
        "Of these, with at least “measures” of these courses without a certificate (one of attendance is none), level or "
        "school leaving qualification gained, not left for a reason of “excused” or “led_on”, and without an Ausbildung "
        "begun after the entry: there is a hint on the page of the case.",
        CAREERS,
    ),
    _column(
        "with_gain",
        "Mit Zugewinn",
        "With gain",
        Unit.PERSONS,
        "Davon ohne Hinweis zu dieser Art und mit Zeugnis, Niveau oder Schulabschluss aus mindestens einem dieser Kurse.",
        "Of these, without a hint at this kind and with a certificate, level or school leaving qualification from at least "
        "one of these courses.",
    ),
    _column(
        "explained",
        "Anders erklärt",
        "Explained otherwise",
        Unit.PERSONS,
        "Davon weder mit Hinweis noch mit Zugewinn: entschuldigt, in Arbeit oder Ausbildung gewechselt. Wer Kurse "
        "mehrerer Arten oder Niveaus wiederholte, kann in mehreren der drei Spalten stehen.",
        "Of these, with neither hint nor gain: excused, or gone on to work or Ausbildung. Who repeated courses of several "
        "kinds or levels may stand in several of the three columns.",
    ),
    _column(
        "hints",
        "Hinweise",
        "Hints",
        Unit.HINTS,
        "Hinweise auf Wiederholung ohne Zugewinn, je Fall und Art (Sprachkurse: und Niveau) einer.",
        "Hints at a repetition without gain, one per case and kind (language courses: and level).",
    ),
    _column(
        "answered",
        "Beantwortet",
        "Answered",
        Unit.HINTS,
        "Davon Hinweise, deren Kurse alle in einer bis zum Stichtag gegebenen Antwort genannt sind.",
        "Of these, hints whose courses are all named in an answer given by the reference date.",
    ),
    _column(
        "unanswered",
        "Unbeantwortet",
        "Unanswered",
        Unit.HINTS,
        "Davon die übrigen.",
        "Of these, the others.",
    ),
)
