"""What each figure of the rescue list means, word for word, and which answers each profile asks for."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.path import Title
from domain.reports.table import Column, Unit

ESF: Final = "VO (EU) 2021/1057 Anhang I; dates-iii-esf.de"


class Profile(StrEnum):
    """For whom persons are counted, and so which answers must be complete."""

    PROGRAMME = "programme"
    ESF_PLUS = "esf_plus"


class Missing(StrEnum):
    """An answer without which a person is not counted."""

    GENDER = "gender"
    BIRTH_MONTH = "birth_month"
    NATIONALITY = "nationality"
    RESIDENCE_STATUS = "residence_status"
    LEGAL_REGIME = "legal_regime"
    SCHOOL_LEAVING = "school_leaving"
    DESTINATION = "destination"
    FOLLOW_UP = "follow_up"


MANDATORY: Final = {
    Profile.PROGRAMME: (
        Missing.GENDER,
        Missing.BIRTH_MONTH,
        Missing.NATIONALITY,
        Missing.RESIDENCE_STATUS,
        Missing.LEGAL_REGIME,
        Missing.DESTINATION,
    ),
    Profile.ESF_PLUS: tuple(Missing),
}
"""The programme's volume shows participants by the first five, and exits by destination. Source of the other profile: the
three questionnaires of the ESF (entry, exit, six months); a stated "keine Angabe" is an answer."""


class Call(StrEnum):
    """Whom to call."""

    COACH = "coach_in_charge"
    CASEWORKER = "caseworker_in_charge"
    PROVIDER = "provider_of_offer"


class Form(StrEnum):
    """A form that money or counting hangs on."""

    ATTENDANCE_LIST = "attendance_list"
    """Only units on record are paid."""
    FOLLOW_UP = "follow_up_form"
    """Six months after the exit."""


class Cure(StrEnum):
    """The entry that cures a missing form, by its stored name."""

    ATTENDANCE_RECORDED = "attendance_recorded"
    FOLLOW_UP_OUTCOME_RECORDED = "follow_up_outcome_recorded"


RESCUE_TITLES: Final[tuple[tuple[StrEnum, str, str], ...]] = (
    (Profile.PROGRAMME, "Programm", "programme"),
    (Profile.ESF_PLUS, "ESF+", "ESF+"),
    (Missing.GENDER, "Geschlecht", "gender"),
    (Missing.BIRTH_MONTH, "Geburtsmonat", "month of birth"),
    (Missing.NATIONALITY, "Staatsangehörigkeit", "nationality"),
    (Missing.RESIDENCE_STATUS, "Aufenthaltsstatus", "residence status"),
    (Missing.LEGAL_REGIME, "Rechtskreis", "legal regime"),
    (Missing.SCHOOL_LEAVING, "Schulabschluss", "school leaving qualification"),
    (Missing.DESTINATION, "Verbleib beim Austritt", "destination at exit"),
    (Missing.FOLLOW_UP, "Nachbefragung nach sechs Monaten", "follow-up after six months"),
    (Call.COACH, "Coach", "coach"),
    (Call.CASEWORKER, "Teilhabemanagement", "caseworker"),
    (Call.PROVIDER, "Träger des Angebots", "provider of the offer"),
    (Form.ATTENDANCE_LIST, "Anwesenheitsliste", "attendance list"),
    (Form.FOLLOW_UP, "Fragebogen nach sechs Monaten", "questionnaire after six months"),
    (Cure.ATTENDANCE_RECORDED, "Anwesenheit erfasst", "attendance recorded"),
    (Cure.FOLLOW_UP_OUTCOME_RECORDED, "Nachbefragung beantwortet", "follow-up answered"),
)


def _column(id_: str, de: str, en: str, unit: Unit, means_de: str, means_en: str, source: str = "") -> Column:
    return Column(
        id=id_,
        title=Title(de=de, en=en),
        unit=unit,
        definition=Title(de=means_de, en=means_en),
        source=source,
    )


COUNTING: Final = (
    _column(
        "entered",
        "Eingetreten",
        "Entered",
        Unit.CASES,
        "Fälle mit mindestens einem Eintritt in einen Baustein bis zum Stichtag.",
        "Cases with at least one entry into a module by the reference date.",
    ),
    _column(
        "complete",
        "Zählen",
        "Count",
        Unit.CASES,
        "Davon mit allen Angaben, die das Profil verlangt; nur sie zählen.",
        "Of these, with all answers that the profile asks for; only they count.",
        ESF,
    ),
    _column(
        "incomplete",
        "Zählen nicht",
        "Do not count",
        Unit.CASES,
        "Davon ohne mindestens eine dieser Angaben.",
        "Of these, without at least one of these answers.",
        ESF,
    ),
)

GAPS: Final = (
    _column(
        "cases",
        "Fälle",
        "Cases",
        Unit.CASES,
        "Eingetretene Fälle, denen diese Angabe am Stichtag fehlt; ein Fall kann in mehreren Zeilen stehen.",
        "Cases entered that lack this answer on the reference date; a case may stand in several lines.",
    ),
)

RESCUE: Final = (
    _column(
        "missing",
        "Es fehlt",
        "Missing",
        Unit.TEXT,
        "Angaben, die das Profil verlangt und die am Stichtag nicht erfasst sind. „Keine Angabe“ ist erfasst.",
        'Answers that the profile asks for and that are not on record on the reference date. "Not stated" is on record.',
    ),
    _column(
        "call",
        "Anzurufen",
        "Call",
        Unit.TEXT,
        "Coach, solange am Stichtag eine Coaching-Phase läuft, sonst das Teilhabemanagement des Falls.",
        "The coach as long as a span of coaching runs on the reference date, else the caseworker of the case.",
    ),
    _column(
        "participations",
        "Teilnahmen",
        "Participations",
        Unit.PARTICIPATIONS,
        "Teilnahmen und Coaching-Phasen des Falls, die ohne die Angaben nicht zählen.",
        "Participations and spans of coaching of the case that do not count without the answers.",
    ),
    _column(
        "at_risk",
        "Gefährdete Pauschalen, höchstens",
        "Flat rates at risk, at most",
        Unit.CENTS,
        "Besuchte Unterrichtsstunden des Falls × Satz (des Bescheids, sonst des Programms), eine Obergrenze: die Stunde wird je "
        "Kurs einmal bezahlt. Stunden, deren Satz nicht bekannt ist, sind nie enthalten; wo keiner bekannt ist, nicht "
        "berechenbar.",
        "Teaching units of the case attended × rate (of the notice, else of the programme), an upper bound: a unit is paid once "
        "per course. Units whose rate is not known are never included; where none is known, not computable.",
        "durchstarten.nrw, Seite F4",
    ),
)

FORMS: Final = (
    _column(
        "missing_forms",
        "Fehlende Formulare",
        "Forms missing",
        Unit.FORMS,
        "Anwesenheitsliste: vergangene Wochen (Montag bis Sonntag) mit Tagen zwischen Eintritt und Austritt, für die keine "
        "Anwesenheit erfasst ist; auch freie Wochen, solange für sie nichts erfasst ist. Fragebogen: einer, wenn die sechs "
        "Monate bis zum Ende des Abrechnungszeitraums voll werden und niemand gefragt hat; nur im Profil ESF+.",
        "Attendance list: past weeks (Monday to Sunday) with days between entry and exit for which no attendance is on "
        "record; free weeks too, as long as nothing is on record. Questionnaire: one, when the six months are over by the "
        "end of the period accounted for and nobody has asked; in the profile ESF+ only.",
        ESF,
    ),
    _column(
        "days_left",
        "Tage übrig",
        "Days left",
        Unit.DAYS,
        "Vom Stichtag bis zum Ende des Abrechnungszeitraums; beim Fragebogen bis zum Tag, an dem die sechs Monate voll "
        "sind. Negativ: schon überfällig.",
        "From the reference date to the end of the period accounted for; of the questionnaire to the day on which the six "
        "months are over. Negative: overdue already.",
    ),
    _column(
        "call",
        "Anzurufen",
        "Call",
        Unit.TEXT,
        "Wer das Formular beibringen kann: der Träger des Angebots, sonst das Teilhabemanagement des Falls.",
        "Who can bring the form: the provider of the offer, else the caseworker of the case.",
    ),
    _column(
        "cure",
        "Damit erledigt",
        "Cured by",
        Unit.TEXT,
        "Der Eintrag, nach dem die Zeile verschwindet.",
        "The entry after which the line is gone.",
    ),
    _column(
        "rate",
        "Satz je Unterrichtsstunde",
        "Rate per teaching unit",
        Unit.CENTS,
        "Was eine Unterrichtsstunde der fehlenden Wochen bringt, aus dem Bescheid oder dem Programm. Nicht berechenbar, wo "
        "kein Satz bekannt ist oder keiner verlangt wird.",
        "What a teaching unit of the missing weeks is paid with, from the notice or the programme. Not computable where no "
        "rate is known or none is asked for.",
    ),
)
