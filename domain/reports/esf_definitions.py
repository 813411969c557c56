"""What each figure of the ESF+ report counts, word for word, and which indicators cannot be counted because nobody asks."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.path import Title
from domain.reports.rescue_vocabulary import Missing
from domain.reports.table import Column, Unit
from domain.values import Destination, SchoolLeaving

ANNEX: Final = "VO (EU) 2021/1057 Anhang I"
QUESTIONNAIRES: Final = "ESF NRW, drei Fragebögen (expydoc 9407417); dates-iii-esf.de"


class Questionnaire(StrEnum):
    """When the ESF asks."""

    ENTRY = "entry"
    EXIT = "exit"
    SIX_MONTHS = "six_months"


class Indicator(StrEnum):
    """Common indicators of the ESF+, in words; the codes of the European Commission are not given here."""

    PARTICIPANTS = "participants"
    UNDER_18 = "under_18"
    FROM_18_TO_29 = "18_to_29"
    FROM_55 = "55_and_older"
    ISCED_0_TO_2 = "isced_0_to_2"
    ISCED_3_TO_4 = "isced_3_to_4"
    ISCED_NOT_TOLD = "isced_not_told"
    """Not an indicator: what makes the three classes of education add up to the participants."""
    THIRD_COUNTRY = "third_country_nationals"
    LEFT = "left"
    IN_EDUCATION = "in_education_or_training"
    QUALIFICATION = "gained_qualification"
    IN_EMPLOYMENT = "in_employment"
    SIX_MONTHS_AFTER = "asked_after_six_months"
    NOT_REACHED = "not_reached_after_six_months"
    EMPLOYED_LATER = "in_employment_after_six_months"
    UNEMPLOYED = "unemployed"
    LONG_TERM_UNEMPLOYED = "long_term_unemployed"
    INACTIVE = "inactive"
    EMPLOYED = "employed_at_entry"
    ISCED_5_TO_8 = "isced_5_to_8"
    DISABILITY = "disability"
    FOREIGN_BACKGROUND = "foreign_background"
    MINORITY = "minority"
    HOMELESS = "homeless"
    RURAL = "rural_area"
    JOB_SEARCHING = "job_searching"
    IMPROVED = "improved_situation"


AT_ENTRY: Final = (
    Indicator.PARTICIPANTS,
    Indicator.UNDER_18,
    Indicator.FROM_18_TO_29,
    Indicator.FROM_55,
    Indicator.ISCED_0_TO_2,
    Indicator.ISCED_3_TO_4,
    Indicator.ISCED_NOT_TOLD,
    Indicator.THIRD_COUNTRY,
)
AT_EXIT: Final = (Indicator.LEFT, Indicator.IN_EDUCATION, Indicator.QUALIFICATION, Indicator.IN_EMPLOYMENT)
AFTER_SIX_MONTHS: Final = (Indicator.SIX_MONTHS_AFTER, Indicator.NOT_REACHED, Indicator.EMPLOYED_LATER)
NOT_ASKED_FOR: Final = (
    (Questionnaire.ENTRY, Indicator.UNEMPLOYED),
    (Questionnaire.ENTRY, Indicator.LONG_TERM_UNEMPLOYED),
    (Questionnaire.ENTRY, Indicator.INACTIVE),
    (Questionnaire.ENTRY, Indicator.EMPLOYED),
    (Questionnaire.ENTRY, Indicator.ISCED_5_TO_8),
    (Questionnaire.ENTRY, Indicator.DISABILITY),
    (Questionnaire.ENTRY, Indicator.FOREIGN_BACKGROUND),
    (Questionnaire.ENTRY, Indicator.MINORITY),
    (Questionnaire.ENTRY, Indicator.HOMELESS),
    (Questionnaire.ENTRY, Indicator.RURAL),
    (Questionnaire.EXIT, Indicator.JOB_SEARCHING),
    (Questionnaire.SIX_MONTHS, Indicator.IMPROVED),
)
"""Nothing in a case answers these: the situation on the labour market at entry is not asked, higher education and place of
birth are not recorded, and the others are special categories or facts about the area."""

ASKED: Final = {
    Questionnaire.ENTRY: (
        Missing.GENDER,
        Missing.BIRTH_MONTH,
        Missing.NATIONALITY,
        Missing.RESIDENCE_STATUS,
        Missing.LEGAL_REGIME,
        Missing.SCHOOL_LEAVING,
    ),
    Questionnaire.EXIT: (Missing.DESTINATION,),
    Questionnaire.SIX_MONTHS: (Missing.FOLLOW_UP,),
}
"""The mandatory answers by questionnaire; together those of the ESF+ profile of the rescue list."""

ISCED: Final = {
    SchoolLeaving.NONE: Indicator.ISCED_0_TO_2,
    SchoolLeaving.FOERDERSCHULE: Indicator.ISCED_0_TO_2,
    SchoolLeaving.HSA_9: Indicator.ISCED_0_TO_2,
    SchoolLeaving.HSA_10A: Indicator.ISCED_0_TO_2,
    SchoolLeaving.FOR: Indicator.ISCED_0_TO_2,
    SchoolLeaving.FHR: Indicator.ISCED_3_TO_4,
    SchoolLeaving.AHR: Indicator.ISCED_3_TO_4,
}
"""School leaving qualifications by level: Haupt- and Realschule are ISCED 2, Fachhochschul- and Hochschulreife ISCED 3.
Foreign ones and "keine Angabe" are not told. Source: ISCED 2011, German mapping."""

EDUCATION: Final = frozenset(
    {
        Destination.SCHOOL_OR_STUDIES,
        Destination.AUSBILDUNG,
        Destination.AUSBILDUNG_SUBSIDISED,
        Destination.INTERNSHIP,
        Destination.MEASURE,
    }
)
EMPLOYMENT: Final = frozenset({Destination.EMPLOYMENT, Destination.MINOR_EMPLOYMENT})
"""An Ausbildung counts as training and not as employment too: each destination is one of both, or neither."""

ESF_TITLES: Final[tuple[tuple[StrEnum, str, str], ...]] = (
    (Questionnaire.ENTRY, "Eintritt", "entry"),
    (Questionnaire.EXIT, "Austritt", "exit"),
    (Questionnaire.SIX_MONTHS, "nach sechs Monaten", "after six months"),
    (Indicator.PARTICIPANTS, "Teilnehmende insgesamt", "participants in all"),
    (Indicator.UNDER_18, "unter 18 Jahre", "below 18"),
    (Indicator.FROM_18_TO_29, "18 bis 29 Jahre", "aged 18 to 29"),
    (Indicator.FROM_55, "55 Jahre und älter", "aged 55 and above"),
    (Indicator.ISCED_0_TO_2, "ISCED 0–2 nach Schulabschluss", "ISCED 0–2 by school leaving"),
    (Indicator.ISCED_3_TO_4, "ISCED 3–4 nach Schulabschluss", "ISCED 3–4 by school leaving"),
    (Indicator.ISCED_NOT_TOLD, "Schulabschluss nicht zuzuordnen", "school leaving not to be classed"),
    (Indicator.THIRD_COUNTRY, "Drittstaatsangehörige", "third country nationals"),
    (Indicator.LEFT, "Ausgetretene", "left"),
    (Indicator.IN_EDUCATION, "in schulischer oder beruflicher Bildung", "in education or training"),
    (Indicator.QUALIFICATION, "haben eine Qualifizierung erlangt", "gained a qualification"),
    (Indicator.IN_EMPLOYMENT, "in Beschäftigung", "in employment"),
    (Indicator.SIX_MONTHS_AFTER, "nach sechs Monaten befragt", "asked after six months"),
    (Indicator.NOT_REACHED, "davon nicht erreicht", "of these, not reached"),
    (Indicator.EMPLOYED_LATER, "in Beschäftigung nach sechs Monaten", "in employment after six months"),
    (Indicator.UNEMPLOYED, "arbeitslos, auch langzeitarbeitslos", "unemployed, long-term included"),
    (Indicator.LONG_TERM_UNEMPLOYED, "langzeitarbeitslos", "long-term unemployed"),
    (Indicator.INACTIVE, "nicht erwerbstätig", "inactive"),
    (
        Indicator.EMPLOYED,
        "erwerbstätig beim Eintritt, auch selbstständig",
        "employed at entry, self-employed too",
    ),
    (Indicator.ISCED_5_TO_8, "ISCED 5–8", "ISCED 5–8"),
    (Indicator.DISABILITY, "mit Behinderung", "with disabilities"),
    (Indicator.FOREIGN_BACKGROUND, "ausländischer Herkunft", "with a foreign background"),
    (Indicator.MINORITY, "Angehörige von Minderheiten", "minorities"),
    (
        Indicator.HOMELESS,
        "obdachlos oder von Ausgrenzung am Wohnungsmarkt betroffen",
        "homeless or badly housed",
    ),
    (Indicator.RURAL, "aus ländlichen Gebieten", "from rural areas"),
    (Indicator.JOB_SEARCHING, "auf Arbeitssuche nach dem Austritt", "job-searching upon leaving"),
    (Indicator.IMPROVED, "bessere Lage am Arbeitsmarkt", "improved labour market situation"),
)


def _column(
    id_: str, de: str, en: str, means_de: str, means_en: str, source: str = "", unit: Unit = Unit.PERSONS
) -> Column:
    return Column(
        id=id_,
        title=Title(de=de, en=en),
        unit=unit,
        definition=Title(de=means_de, en=means_en),
        source=source,
    )


def _by_gender(means_de: str, means_en: str) -> tuple[Column, ...]:
    return (
        _column(
            "women",
            "Frauen",
            "Women",
            "Personen mit Geschlechtseintrag weiblich. " + means_de,
            "Persons registered as female. " + means_en,
            ANNEX,
        ),
        _column("men", "Männer", "Men", "Ebenso, männlich.", "The same, male.", ANNEX),
        _column("nonbinary", "Nicht-binär", "Non-binary", "Ebenso, divers.", "The same, diverse.", ANNEX),
        _column(
            "not_stated",
            "Keine Angabe",
            "Not stated",
            "Ebenso, gefragt und ohne Angabe.",
            "The same, asked and not stated.",
        ),
        _column(
            "all", "Zusammen", "In all", "Verschiedene Personen der Zeile.", "Different persons of the line."
        ),
    )


_ONLY_COMPLETE = (
    "Gezählt wird nur, wessen Pflichtangaben vollständig sind; die anderen stehen unter „Nicht zählbar“. ",
    'Only those whose mandatory answers are complete are counted; the others stand under "Not countable". ',
)
ENTRY: Final = _by_gender(
    _ONLY_COMPLETE[0]
    + "Eintritt ist der erste Tag in einem Baustein (Coaching eingeschlossen) bis zum Stichtag. Alter am Eintrittstag nach "
    "dem Geburtsmonat. Bildung nach dem Schulabschluss, der beim Eintritt, sonst als nächster erfasst ist; berufliche "
    "Abschlüsse werden nicht erfasst. Drittstaatsangehörig ist, wessen Status beim Eintritt (sonst der nächste bekannte) "
    "einer nach AufenthG oder AsylG ist (§ 1 Abs. 2 AufenthG).",
    _ONLY_COMPLETE[1]
    + "Entry is the first day in a module (coaching included) by the reference date. Age on the day of entry by the month of "
    "birth. Education by the school leaving qualification on record at entry, else the next one; vocational qualifications "
    "are not recorded. A third country national has a status after AufenthG or AsylG at entry, else the next one known "
    "(§ 1 (2) AufenthG).",
)
EXIT: Final = _by_gender(
    _ONLY_COMPLETE[0]
    + "Austritt ist der letzte Tag der Begleitung, mindestens 28 Tage vor dem Stichtag. In Bildung oder Beschäftigung nach dem "
    "Stand vier Wochen nach dem Austritt, wie im Bericht „Wege durch die Förderkette“: Schule, Studium, Ausbildung, "
    "Praktikum, Maßnahme; Beschäftigung, auch geringfügige. Qualifizierung: Zeugnis (nicht Teilnahmebescheinigung) oder "
    "Schulabschluss aus einem Kurs, oder abgeschlossene Ausbildung, bis vier Wochen nach dem Austritt.",
    _ONLY_COMPLETE[1]
    + "Exit is the last day of the accompaniment, at least 28 days before the reference date. In education or employment by the "
    "situation four weeks after the exit, as in the report on pathways: school, studies, Ausbildung, internship, measure; "
    "employment, minor employment too. Qualification: a certificate (not of attendance) or school leaving qualification "
    "from a course, or an Ausbildung completed, up to four weeks after the exit.",
)
SIX_MONTHS: Final = _by_gender(
    _ONLY_COMPLETE[0]
    + "Austritt mindestens sechs Monate vor dem Stichtag und Nachbefragung abgeschlossen; in Beschäftigung nach deren Ergebnis.",
    _ONLY_COMPLETE[1]
    + "Exit at least six months before the reference date and follow-up settled; in employment by its outcome.",
)
COUNTABLE: Final = (
    _column(
        "due",
        "Zu zählen",
        "Due",
        "Eingetretene; mindestens 28 Tage Ausgetretene; mindestens sechs Monate Ausgetretene.",
        "Those who entered; those who left at least 28 days ago; those who left at least six months ago.",
        QUESTIONNAIRES,
    ),
    _column(
        "countable",
        "Zählbar",
        "Countable",
        "Davon mit allen Pflichtangaben dieses und der früheren Fragebögen.",
        "Of these, with all mandatory answers of this questionnaire and of those before it.",
        QUESTIONNAIRES,
    ),
    _column(
        "not_countable",
        "Nicht zählbar",
        "Not countable",
        "Davon ohne mindestens eine dieser Angaben. Wer mehrere Fälle hat, kann in beiden Spalten stehen.",
        "Of these, without at least one of these answers. Who has several cases may stand in both columns.",
        QUESTIONNAIRES,
    ),
)
MISSING: Final = (
    _column(
        "persons",
        "Nicht zählbar",
        "Not countable",
        "Personen, die in diesem Fragebogen zu zählen wären und denen diese Angabe am Stichtag fehlt; eine Person kann in "
        "mehreren Zeilen stehen. Wer angerufen werden muss, sagt die Rettungsliste mit profile=esf_plus.",
        "Persons due in this questionnaire who lack this answer on the reference date; a person may stand in several lines. "
        "Whom to call is told by the rescue list with profile=esf_plus.",
        QUESTIONNAIRES,
    ),
)
NOT_RECORDED: Final = (
    _column(
        "persons",
        "Zahl",
        "Figure",
        "Indikatoren der Verordnung, nach denen kein Eintrag eines Falls fragt; sie sind nicht berechenbar und nie 0.",
        "Indicators of the regulation that no entry of a case asks for; they cannot be computed and are never 0.",
        ANNEX,
    ),
)
