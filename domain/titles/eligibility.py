"""Titles of the code lists of eligibility: subjects, answers, facts looked at, checks, and what would turn an answer."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.eligible.rule import EligibilitySubject, LookedAt, PersonalCheck, TurningEvent, Verdict

ELIGIBILITY_TITLES: Final[tuple[tuple[StrEnum, str, str], ...]] = (
    (EligibilitySubject.PROGRAMME, "das Programm", "the programme"),
    (EligibilitySubject.F1, "F1 Coaching", "F1 coaching"),
    (
        EligibilitySubject.F2,
        "F2 berufsbegleitende Qualifizierung und Sprache",
        "F2 qualification and language beside work",
    ),
    (EligibilitySubject.F3, "F3 Hauptschulabschluss", "F3 Hauptschulabschluss"),
    (EligibilitySubject.F4, "F4 vorbereitende Kurse", "F4 preparatory courses"),
    (EligibilitySubject.F5, "F5 Innovationsfonds", "F5 innovation fund"),
    (EligibilitySubject.F6, "F6 Teilhabemanagement", "F6 Teilhabemanagement"),
    (EligibilitySubject.BVB, "berufsvorbereitende Maßnahme (bvB)", "preparatory measure (bvB)"),
    (EligibilitySubject.BAB, "Berufsausbildungsbeihilfe (BAB)", "training allowance (BAB)"),
    (EligibilitySubject.BAFOEG, "BAföG", "BAföG"),
    (EligibilitySubject.INTEGRATION_COURSE, "Integrationskurs", "integration course"),
    (
        EligibilitySubject.TRAINING_TOLERATION,
        "Ausbildungsduldung (§ 60c AufenthG)",
        "training toleration (§ 60c AufenthG)",
    ),
    (
        EligibilitySubject.TRAINING_PERMIT,
        "Aufenthaltserlaubnis zur Ausbildung (§ 16g AufenthG)",
        "residence permit for training (§ 16g AufenthG)",
    ),
    (EligibilitySubject.WORK_PERMIT, "Beschäftigungserlaubnis", "work permit"),
    (Verdict.YES, "ja", "yes"),
    (Verdict.NO, "nein", "no"),
    (Verdict.UNKNOWN, "nicht entscheidbar", "cannot be decided"),
    (LookedAt.AGE, "Alter", "age"),
    (LookedAt.RESIDENCE_STATUS, "Aufenthaltsstatus", "residence status"),
    (LookedAt.LEGAL_REGIME, "Rechtskreis", "legal regime"),
    (LookedAt.SCHOOL_LEAVING, "Schulabschluss", "school leaving certificate"),
    (LookedAt.STAY, "Dauer des Aufenthalts", "time of stay"),
    (LookedAt.TOLERATED, "Dauer der Duldung", "time of toleration"),
    (LookedAt.TITLE_HELD, "Zeit seit Erteilung des Titels", "time since the title"),
    (LookedAt.TRAINING_AHEAD, "bevorstehende Ausbildung", "training ahead"),
    (LookedAt.IDENTITY, "Identitätsklärung", "identity clarification"),
    (LookedAt.PERSONAL_CHECK, "Prüfung durch eine Person", "check by a person"),
    (PersonalCheck.STATE_FACILITY, "wohnt in einer Landeseinrichtung", "lives in a facility of the Land"),
    (PersonalCheck.EXCLUDED_FROM_FUNDING, "von der Förderung ausgeschlossen", "excluded from funding"),
    (
        PersonalCheck.OTHER_BENEFITS_FIRST,
        "andere Leistungen oder Integrationskurs gehen vor",
        "other benefits or an integration course come first",
    ),
    (PersonalCheck.EMPLOYMENT_BAN, "Beschäftigungsverbot", "employment ban"),
    (
        PersonalCheck.OTHER_FUNDING,
        "andere Förderung für denselben Zweck",
        "other funding for the same purpose",
    ),
    (PersonalCheck.INDIVIDUAL_NEED, "individueller Unterstützungsbedarf", "individual need of support"),
    (TurningEvent.STATUS_CHANGE, "ein anderer Aufenthaltsstatus", "another residence status"),
    (
        TurningEvent.STATUS_RECORDED,
        "der Eintrag des Aufenthaltsstatus oder seiner Verlängerung",
        "recording the residence status or its extension",
    ),
    (TurningEvent.REGIME_CHANGE, "ein Wechsel des Rechtskreises", "a change of the legal regime"),
    (TurningEvent.REGIME_RECORDED, "der Eintrag des Rechtskreises", "recording the legal regime"),
    (TurningEvent.BIRTH_DATE_RECORDED, "der Eintrag des Geburtsdatums", "recording the birth date"),
    (
        TurningEvent.ENTRY_RECORDED,
        "der Eintrag des Tags der Einreise",
        "recording the day of entry into Germany",
    ),
    (
        TurningEvent.TOLERATION_RECORDED,
        "der Eintrag, seit wann die Duldung ohne Lücke besteht",
        "recording since when there is a toleration without a gap",
    ),
    (
        TurningEvent.TITLE_BEGIN_RECORDED,
        "der Eintrag, ab wann der Titel gilt",
        "recording from when the title is valid",
    ),
    (
        TurningEvent.IDENTITY_CLARIFIED,
        "der Eintrag der Identitätsklärung",
        "recording the identity clarification",
    ),
    (TurningEvent.CONTRACT_SIGNED, "der Eintrag eines Ausbildungsvertrags", "recording a training contract"),
    (
        TurningEvent.SCHOOL_LEAVING_RECORDED,
        "die Erfassung des Schulabschlusses",
        "recording the school leaving",
    ),
    (TurningEvent.CHECK_RECORDED, "das Ergebnis der Prüfung", "the result of the check"),
    (
        TurningEvent.CHECK_CHANGES,
        "ein anderes Ergebnis der Prüfung",
        "another result of the check",
    ),
    (TurningEvent.PERSON_LOOKS, "eine Person muss es beurteilen", "a person has to judge it"),
    (
        TurningEvent.EXCEPTION,
        "nur eine begründete Ausnahme im Einzelfall",
        "only a reasoned exception in the single case",
    ),
)
