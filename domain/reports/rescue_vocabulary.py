"""What the rescue list speaks of: for whom persons are counted, which answers and forms are missing, whom to call."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


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
    SEAT_REQUEST = "seat_request"
    """The offer has not answered."""
    SEAT_ANSWER = "seat_answer"
    """The participant has not said whether the seat is taken."""
    COURSE_START = "course_start"
    """The course has begun, and nobody wrote down whether the person was there."""
    INFORMATION_NOTICE = "information_notice_form"
    """The path asks for it before a course is entered."""
    CONSENT = "consent_form"
    """To case management: the path asks for it on the day of the entry."""
    RESIDENCE = "residence_proof"
    """That the residence status goes on."""


class Cure(StrEnum):
    """The entry that cures a missing form, by its stored name."""

    SEAT_OFFERED = "seat_offered"
    SEAT_ACCEPTED = "seat_accepted"
    COURSE_STARTED = "course_started"
    INFORMATION_NOTICE_GIVEN = "information_notice_given"
    CONSENT_GIVEN = "consent_given"
    RESIDENCE_STATUS_CHANGED = "residence_status_changed"

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
    (Form.SEAT_REQUEST, "Antwort auf die Platzanfrage", "answer to the request for a seat"),
    (Form.SEAT_ANSWER, "Antwort auf den angebotenen Platz", "answer to the offered seat"),
    (Form.COURSE_START, "Bestätigung des Eintritts", "confirmation of the entry"),
    (Form.INFORMATION_NOTICE, "Datenschutz-Information", "information notice"),
    (Form.CONSENT, "Einwilligung in die Fallführung", "consent to case management"),
    (Form.RESIDENCE, "Nachweis des Aufenthaltsstatus", "proof of the residence status"),
    (Cure.SEAT_OFFERED, "Platz angeboten", "seat offered"),
    (Cure.SEAT_ACCEPTED, "Platz angenommen", "seat accepted"),
    (Cure.COURSE_STARTED, "Eintritt erfasst", "entry recorded"),
    (Cure.INFORMATION_NOTICE_GIVEN, "Information ausgehändigt", "notice handed over"),
    (Cure.CONSENT_GIVEN, "Einwilligung erfasst", "consent recorded"),
    (Cure.RESIDENCE_STATUS_CHANGED, "Aufenthaltsstatus erfasst", "residence status recorded"),
    (Cure.ATTENDANCE_RECORDED, "Anwesenheit erfasst", "attendance recorded"),
    (Cure.FOLLOW_UP_OUTCOME_RECORDED, "Nachbefragung beantwortet", "follow-up answered"),
)
