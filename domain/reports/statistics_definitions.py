"""What each figure of the statistics report counts, word for word. A change of meaning raises the report's version."""

from __future__ import annotations

from typing import Final

from domain.path import Title
from domain.reports.table import Column, Unit

MONITORING: Final = "G.I.B.-Monitoring, Tabellenband (9dok.net/document/y96mvw0v)"
LANDTAG: Final = "Kleine Anfrage 5956 vom 09.09.2021 (Landtag NRW)"
FAQ: Final = "durchstarten.nrw/service/faq/c-1"


def _column(id_: str, de: str, en: str, unit: Unit, means_de: str, means_en: str, source: str = "") -> Column:
    return Column(
        id=id_,
        title=Title(de=de, en=en),
        unit=unit,
        definition=Title(de=means_de, en=means_en),
        source=source,
    )


REACH: Final = (
    _column(
        "contacted",
        "Erreicht",
        "Contacted",
        Unit.PERSONS,
        "Personen mit Erstkontakt bis zum Stichtag. Kommune: die zuletzt bekannte des Falls.",
        "Persons with a first contact by the reference date. Municipality: the one last known of the case.",
    ),
    _column(
        "won",
        "Gewonnen",
        "Won",
        Unit.PERSONS,
        "Personen mit vereinbartem Plan oder einem Eintritt in einen Baustein bis zum Stichtag.",
        "Persons with an agreed plan or an entry into a module by the reference date.",
    ),
    _column(
        "not_won",
        "Nicht gewonnen",
        "Not won",
        Unit.PERSONS,
        "Erreichte Personen, deren Aufnahme bis zum Stichtag endete, ohne dass sie gewonnen wurden.",
        "Persons contacted whose intake ended by the reference date without their being won.",
        MONITORING + ": dort nicht erfasst",
    ),
    _column(
        "in_intake",
        "In Klärung",
        "In intake",
        Unit.PERSONS,
        "Erreichte Personen, die weder gewonnen noch nicht gewonnen sind.",
        "Persons contacted who are neither won nor not won.",
    ),
    _column(
        "women",
        "Frauen",
        "Women",
        Unit.PERSONS,
        "Erreichte Personen mit Geschlechtseintrag weiblich.",
        "Persons contacted who are registered as female.",
    ),
    _column(
        "women_share",
        "Frauenanteil",
        "Share of women",
        Unit.BASIS_POINTS,
        "Frauen / Erreicht; ohne Angabe zählt im Nenner mit.",
        "Women / Contacted; those without an answer count in the denominator.",
        FAQ,
    ),
)

FLOW: Final = (
    _column(
        "entries",
        "Eintritte",
        "Entries",
        Unit.PARTICIPATIONS,
        "Teilnahmen mit erstem Tag der tatsächlichen Teilnahme im Quartal, bis zum Stichtag. F1 ist auch jede "
        "Coaching-Phase ab Zuweisung eines Coachs.",
        "Participations whose first day of actual attendance lies in the quarter, up to the reference date. "
        "F1 is every coaching span from the assignment of a coach, too.",
        MONITORING,
    ),
    _column(
        "exits",
        "Austritte",
        "Exits",
        Unit.PARTICIPATIONS,
        "Teilnahmen mit letztem Tag im Quartal, bis zum Stichtag.",
        "Participations whose last day lies in the quarter, up to the reference date.",
        MONITORING,
    ),
    _column(
        "stock",
        "Bestand",
        "Stock",
        Unit.PARTICIPATIONS,
        "Teilnahmen mit Eintritt bis zum Ende des Quartals (höchstens dem Stichtag) und ohne Austritt oder mit "
        "Austritt danach; ein Austritt am selben Tag zählt nicht mehr.",
        "Participations entered by the end of the quarter (at most the reference date) without an exit or with "
        "one after that day; an exit on the day itself does not count any more.",
        MONITORING,
    ),
    _column(
        "stock_persons",
        "Personen im Bestand",
        "Persons in stock",
        Unit.PERSONS,
        "Verschiedene Personen im Bestand; wer in mehreren Bausteinen ist, zählt in jedem einmal, in der Summe "
        "aller einmal.",
        "Different persons in stock; who is in several modules counts once in each and once in the total.",
    ),
    _column(
        "cumulative_entries",
        "Eintritte seit Beginn",
        "Cumulative entries",
        Unit.PARTICIPATIONS,
        "Alle Eintritte bis zum Ende des Quartals (höchstens dem Stichtag).",
        "All entries by the end of the quarter (at most the reference date).",
        MONITORING,
    ),
)

MODULES: Final = (
    _column(
        "participations",
        "Teilnahmen",
        "Participations",
        Unit.PARTICIPATIONS,
        "Teilnahmen mit Eintritt bis zum Stichtag.",
        "Participations entered by the reference date.",
        MONITORING,
    ),
    _column(
        "persons",
        "Personen",
        "Persons",
        Unit.PERSONS,
        "Verschiedene Personen mit mindestens einer dieser Teilnahmen.",
        "Different persons with at least one of these participations.",
    ),
    _column(
        "stock",
        "Bestand",
        "Stock",
        Unit.PARTICIPATIONS,
        "Teilnahmen im Bestand am Stichtag.",
        "Participations in stock on the reference date.",
    ),
    _column(
        "exits",
        "Austritte",
        "Exits",
        Unit.PARTICIPATIONS,
        "Teilnahmen mit letztem Tag bis zum Stichtag.",
        "Participations whose last day has come by the reference date.",
    ),
    _column(
        "dropouts",
        "Abbrüche",
        "Dropouts",
        Unit.PARTICIPATIONS,
        "Austritte, die als vorzeitig mit einem Grund erfasst sind.",
        "Exits recorded as early, with a reason.",
    ),
    _column(
        "dropout_rate",
        "Abbruchquote",
        "Dropout rate",
        Unit.BASIS_POINTS,
        "Abbrüche / Austritte.",
        "Dropouts / Exits.",
    ),
    _column(
        "women",
        "Frauen",
        "Women",
        Unit.PERSONS,
        "Personen der Zeile mit Geschlechtseintrag weiblich.",
        "Persons of the line who are registered as female.",
    ),
    _column(
        "women_share",
        "Frauenanteil",
        "Share of women",
        Unit.BASIS_POINTS,
        "Frauen / Personen.",
        "Women / Persons.",
        FAQ,
    ),
)

PLACEMENTS: Final = (
    _column(
        "contracts",
        "Verträge",
        "Contracts",
        Unit.CONTRACTS,
        "Ausbildungs- und EQ-Verträge, geschlossen bis zum Stichtag.",
        "Contracts of Ausbildung or EQ signed by the reference date.",
        LANDTAG,
    ),
    _column(
        "started",
        "Begonnen",
        "Started",
        Unit.CONTRACTS,
        "Davon mit erstem Tag im Betrieb oder in der Schule bis zum Stichtag.",
        "Of these, with a first day at work or school by the reference date.",
        LANDTAG,
    ),
    _column(
        "persons_started",
        "Personen begonnen",
        "Persons started",
        Unit.PERSONS,
        "Verschiedene Personen mit mindestens einem begonnenen Vertrag der Zeile.",
        "Different persons with at least one started contract of the line.",
    ),
    _column(
        "broken_off",
        "Gelöst",
        "Broken off",
        Unit.CONTRACTS,
        "Davon vorzeitig gelöst bis zum Stichtag.",
        "Of these, broken off by the reference date.",
    ),
)

DROPOUTS: Final = (
    _column(
        "dropouts",
        "Abbrüche",
        "Dropouts",
        Unit.PARTICIPATIONS,
        "Teilnahmen (Schritt F1 bis F6) und Ausbildungsverträge (Schritt ausbildung), die bis zum Stichtag "
        "vorzeitig endeten, nach erfasstem Grund.",
        "Participations (step F1 to F6) and contracts of Ausbildung (step ausbildung) that ended early by the "
        "reference date, by recorded reason.",
    ),
)

DESTINATIONS: Final = (
    _column(
        "at_exit",
        "Beim Austritt",
        "At exit",
        Unit.PERSONS,
        "Personen mit letztem Tag der Begleitung bis zum Stichtag, nach Verbleib bei Abschluss des Falls.",
        "Persons whose last day of accompaniment has come by the reference date, by destination at closing.",
        "iABE/BA (expydoc 9363390)",
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

DENSITY: Final = (
    _column(
        "held",
        "Kontakte",
        "Contacts",
        Unit.CONTACTS,
        "Gespräche bis zum Stichtag in Fällen, deren Aufnahme nicht abgelehnt ist; gestrichene zählen nicht.",
        "Talks by the reference date in cases whose intake is not declined; struck-out ones do not count.",
    ),
    _column(
        "attempted",
        "Versuche",
        "Attempts",
        Unit.CONTACTS,
        "Vergebliche Kontaktversuche in denselben Fällen.",
        "Contact attempts in vain in the same cases.",
    ),
    _column(
        "days",
        "Begleittage",
        "Days of accompaniment",
        Unit.DAYS,
        "Tage vom Erstkontakt bis zum Austritt oder Stichtag, beide mitgezählt, Summe dieser Fälle.",
        "Days from first contact to exit or reference date, both included, summed over these cases.",
    ),
    _column(
        "density",
        "Kontakte je Personenmonat",
        "Contacts per person-month",
        Unit.HUNDREDTHS,
        "Kontakte / (Begleittage / (365,25 / 12)).",
        "Contacts / (days of accompaniment / (365.25 / 12)).",
        "session.rhein-kreis-neuss.de, to0050 __ktonr=12216",
    ),
)
