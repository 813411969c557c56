"""What each figure of the rescue list means, word for word."""

from __future__ import annotations

from typing import Final

from domain.path import Title
from domain.reports.table import Column, Unit

ESF: Final = "VO (EU) 2021/1057 Anhang I; dates-iii-esf.de"


def _column(id_: str, de: str, en: str, unit: Unit, means_de: str, means_en: str, source: str = "") -> Column:
    return Column(
        id=id_,
        title=Title(de=de, en=en),
        unit=unit,
        definition=Title(de=means_de, en=means_en),
        source=source,
    )


def _contact(de: str, en: str) -> Column:
    return _column(
        "contact",
        "Kontakt",
        "Contact",
        Unit.CONTACT,
        f"{de} Im Bericht steht nur die Kennung; die dienstliche Adresse und, bei Abwesenheit, die Vertretung kommen beim Anzeigen "
        "aus der Personaldatei.",
        f"{en} The report has the id only; the work address and, while somebody is away, the deputy are taken from the staff "
        "file when it is shown.",
    )


_STAFF_DE: Final = "Kennung von Coach oder Teilhabemanagement, wie sie jetzt zuständig sind."
_STAFF_EN: Final = "Id of the coach or caseworker who are in charge now."

PLACE: Final = _column(
    "place",
    "Kommune",
    "Municipality",
    Unit.PLACE,
    "Die Kommune, in der der Fall zuletzt geführt wird.",
    "The municipality that the case is last known in.",
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
    _contact(_STAFF_DE, _STAFF_EN),
    PLACE,
    _column(
        "participations",
        "Teilnahmen",
        "Participations",
        Unit.PARTICIPATIONS,
        "Teilnahmen und Coaching-Phasen des Falls, die ohne die Angaben nicht zählen.",
        "Participations and spans of coaching of the case that do not count without the answers.",
    ),
    _column(
        "days_left",
        "Tage übrig",
        "Days left",
        Unit.DAYS,
        "Vom Stichtag bis zum Ende des Abrechnungszeitraums.",
        "From the reference date to the end of the period accounted for.",
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
        "Monate bis zum Ende des Abrechnungszeitraums voll werden und niemand gefragt hat; nur im Profil ESF+. Nachweis des "
        "Aufenthaltsstatus: der zuletzt erfasste Status eines eingetretenen, nicht beendeten Falls gilt nicht bis zum Ende des "
        "Abrechnungszeitraums. Platz: angefragt oder angeboten und nicht beantwortet oder angenommen und der Eintritt nach "
        "Kursbeginn nicht erfasst, wenn der Kurs bis zum Ende des Abrechnungszeitraums beginnt; Plätze auf der Warteliste sind "
        "beantwortet. Information und Einwilligung: wenn der Weg sie vor dem Kurs verlangt und sie zu einem solchen Platz fehlen, "
        "die Einwilligung auch, wenn sie widerrufen ist oder am Tag des Eintritts nicht mehr gilt; nach dem Eintritt verlangt sie "
        "keine Zahl.",
        "Attendance list: past weeks (Monday to Sunday) with days between entry and exit for which no attendance is on "
        "record; free weeks too, as long as nothing is on record. Questionnaire: one, when the six months are over by the "
        "end of the period accounted for and nobody has asked; in the profile ESF+ only. Proof of the residence status: the "
        "status recorded last of a case that was entered and goes on is not valid up to the end of the period accounted for. "
        "Seat: asked for or offered and not answered, or accepted and the entry not recorded after the course began, when the "
        "course begins by the end of the period accounted for; a place on the waiting list is an answer. Notice and consent: "
        "when the path asks for them before a course and they are missing for such a seat, the consent also when it was "
        "withdrawn or is no longer valid on the day of the entry; after the entry no figure asks for it.",
        ESF,
    ),
    _column(
        "days_left",
        "Tage übrig",
        "Days left",
        Unit.DAYS,
        "Vom Stichtag bis zum Ende des Abrechnungszeitraums; beim Fragebogen bis zum Tag, an dem die sechs Monate voll "
        "sind; beim Aufenthaltsstatus bis zum letzten gültigen Tag; bei der Platzanfrage, der Information und der Einwilligung bis "
        "zum Kursbeginn; beim angebotenen Platz bis zum letzten Tag der Antwort; beim Eintritt höchstens bis zu dem Tag, bis zu "
        "dem er die Pauschale verdient (acht Wochen nach Kursbeginn, wo die Regel gilt). Negativ: schon überfällig.",
        "From the reference date to the end of the period accounted for; of the questionnaire to the day on which the six "
        "months are over; of the residence status to its last valid day; of the request for a seat, the notice and the consent to "
        "the start of the course; of an offered seat to the last day of the answer; of the entry at most to the day by which "
        "it earns the flat rate (eight weeks after the course began, where the rule asks). Negative: overdue already.",
        "Aufruf Nr. 5.5.3",
    ),
    _column(
        "call",
        "Anzurufen",
        "Call",
        Unit.TEXT,
        "Wer das Formular beibringen kann: bei Anwesenheitsliste und Platzanfrage der Träger des Angebots, sonst der Coach, solange "
        "eine Coaching-Phase läuft, sonst das Teilhabemanagement des Falls.",
        "Who can bring the form: the provider of the offer for attendance lists and requests for a seat, else the coach as long "
        "as a span of coaching runs, else the caseworker of the case.",
    ),
    _contact(
        f"Name des Trägers aus dem Angebot oder {_STAFF_DE}",
        f"Name of the provider from the offer, or {_STAFF_EN}",
    ),
    PLACE,
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
        "Was eine Unterrichtsstunde der fehlenden Wochen oder des Kurses bringt, aus dem Bescheid oder dem Programm. Nicht "
        "berechenbar, wo kein Satz bekannt ist oder keiner verlangt wird.",
        "What a teaching unit of the missing weeks or of the course is paid with, from the notice or the programme. Not "
        "computable where no rate is known or none is asked for.",
    ),
    _column(
        "at_stake",
        "Pauschalen laut Plan, höchstens",
        "Flat rates by plan, at most",
        Unit.CENTS,
        "Geplante Unterrichtsstunden des Angebots × Satz: bei der Anwesenheitsliste die der fehlenden Wochen, die Stunden "
        "gleichmäßig auf die Wochen des Kurses verteilt; 0, wenn der Eintritt zu spät für die Pauschale war; beim Platz die des "
        "ganzen Kurses. Eine Obergrenze: die Stunde wird je Kurs einmal bezahlt, und andere können sie belegen. Nicht "
        "berechenbar, wo Satz oder Angebot nicht erfasst sind und wo keine Pauschale daran hängt.",
        "Teaching units planned for the offer × rate: of an attendance list those of the missing weeks, the units spread evenly "
        "over the weeks of the course; 0 where the entry was too late for the flat rate; of a seat those of the whole course. An "
        "upper bound: a unit is paid once per course, and others may prove it. Not computable where rate or offer are not on "
        "record and where no flat rate hangs on it.",
        "durchstarten.nrw, Seite F4; Aufruf Nr. 5.5.3",
    ),
)

BUDGET: Final = (
    _column(
        "units_at_stake",
        "Unterrichtsstunden, die sonst niemand belegt",
        "Teaching units that nobody else proves",
        Unit.TEACHING_UNITS,
        "Gehaltene Unterrichtsstunden, die erfasst sind, aber nur von Fällen belegt werden, denen Angaben fehlen: die belegten "
        "Stunden aller eingetretenen Fälle minus die derer, die zählen. Kein Tag eines Kurses zählt doppelt.",
        "Teaching units held and on record, but proven only by cases that lack answers: the units proven by all cases entered "
        "minus those of the cases that count. No day of a course counts twice.",
    ),
    _column(
        "weeks_without_list",
        "Kurswochen ohne Anwesenheitsliste",
        "Weeks of courses without attendance list",
        Unit.WEEKS,
        "Vergangene Wochen der Kurse, für die von niemandem Anwesenheit erfasst ist, der rechtzeitig für die Pauschale eingetreten "
        "ist.",
        "Past weeks of courses for which no attendance is on record of anybody who entered in time for the flat rate.",
    ),
    _column(
        "seats",
        "Plätze ohne Eintritt",
        "Seats not entered",
        Unit.PARTICIPATIONS,
        "Plätze, deren Eintritt bis zum Ende des Abrechnungszeitraums an einer Antwort, einem Eintrag oder einem Papier hängt, im "
        "Jahr des Kursbeginns. Sie sind nicht in der Summe: der Kurs wird auch bezahlt, wenn andere ihn besuchen.",
        "Seats whose entry by the end of the period accounted for hangs on an answer, an entry or a paper, in the year of the start "
        "of the course. They are not in the sum: the course is paid for, too, when others attend it.",
    ),
    _column(
        "at_stake",
        "Zu retten",
        "Can be saved",
        Unit.CENTS,
        "Diese Unterrichtsstunden × Satz und die geplanten Stunden dieser Wochen × Satz. Nicht berechenbar, wo ein Satz nicht bekannt "
        "ist; solche Zeilen sind in der Summe nicht enthalten.",
        "These teaching units × rate and the units planned for these weeks × rate. Not computable where a rate is not known; such "
        "lines are not in the sum.",
        "durchstarten.nrw, Seite F4",
    ),
)
