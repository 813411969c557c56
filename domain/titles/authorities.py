"""Titles of the code lists of dealings with authorities: who, what about, which law, with what outcome."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.law.vocabulary import (
    AuthorityKind,
    AuthoritySubject,
    DecisionOutcome,
    ExamResult,
    IdentityStep,
    LawArea,
    RemedyNotice,
    RemedyStep,
)

AUTHORITY_TITLES: Final[tuple[tuple[StrEnum, str, str], ...]] = (
    (AuthorityKind.IMMIGRATION_OFFICE, "Ausländerbehörde", "immigration office"),
    (
        AuthorityKind.FEDERAL_MIGRATION_OFFICE,
        "Bundesamt für Migration und Flüchtlinge (BAMF)",
        "Federal Office for Migration and Refugees (BAMF)",
    ),
    (AuthorityKind.JOB_CENTRE, "Jobcenter", "Jobcenter"),
    (AuthorityKind.EMPLOYMENT_AGENCY, "Agentur für Arbeit", "employment agency"),
    (AuthorityKind.SOCIAL_WELFARE_OFFICE, "Sozialamt", "social welfare office"),
    (AuthorityKind.YOUTH_OFFICE, "Jugendamt", "youth welfare office"),
    (AuthorityKind.HOUSING_BENEFIT_OFFICE, "Wohngeldstelle", "housing benefit office"),
    (AuthorityKind.STUDENT_GRANTS_OFFICE, "Amt für Ausbildungsförderung", "student grants office"),
    (AuthorityKind.CHAMBER, "Kammer", "chamber"),
    (AuthorityKind.COURSE_PROVIDER, "Kursträger", "course provider"),
    (AuthorityKind.COURT, "Gericht", "court"),
    (AuthorityKind.OTHER, "andere Stelle", "other body"),
    (LawArea.RESIDENCE, "Aufenthaltsrecht (AufenthG)", "residence law (AufenthG)"),
    (LawArea.ASYLUM, "Asylrecht (AsylG)", "asylum law (AsylG)"),
    (
        LawArea.ASYLUM_ONE_WEEK,
        "Asylrecht, Frist eine Woche (§§ 34a, 36 AsylG)",
        "asylum law, one week (§§ 34a, 36 AsylG)",
    ),
    (LawArea.SOCIAL_CODE, "Sozialrecht (SGB II, III, XII)", "social law (SGB II, III, XII)"),
    (
        LawArea.ASYLUM_SEEKER_BENEFITS,
        "Asylbewerberleistungen (AsylbLG)",
        "benefits for asylum seekers (AsylbLG)",
    ),
    (LawArea.HOUSING_BENEFIT, "Wohngeld (WoGG)", "housing benefit (WoGG)"),
    (LawArea.MAINTENANCE_ADVANCE, "Unterhaltsvorschuss (UhVorschG)", "maintenance advance (UhVorschG)"),
    (LawArea.YOUTH_WELFARE, "Kinder- und Jugendhilfe (SGB VIII)", "youth welfare (SGB VIII)"),
    (LawArea.STUDENT_GRANTS, "Ausbildungsförderung (BAföG)", "student grants (BAföG)"),
    (LawArea.OTHER_ADMINISTRATIVE, "sonstiges Verwaltungsrecht", "other administrative law"),
    (AuthoritySubject.RESIDENCE_EXTENSION, "Verlängerung des Aufenthalts", "extension of residence"),
    (
        AuthoritySubject.TRAINING_TOLERATION,
        "Ausbildungsduldung (§ 60c AufenthG)",
        "training toleration (§ 60c AufenthG)",
    ),
    (
        AuthoritySubject.TRAINING_PERMIT,
        "Aufenthaltserlaubnis zur Ausbildung (§ 16g AufenthG)",
        "residence permit for training (§ 16g AufenthG)",
    ),
    (
        AuthoritySubject.EMPLOYMENT_TOLERATION,
        "Beschäftigungsduldung (§ 60d AufenthG)",
        "employment toleration (§ 60d AufenthG)",
    ),
    (
        AuthoritySubject.PERMIT_25A,
        "Aufenthaltserlaubnis (§ 25a AufenthG)",
        "residence permit (§ 25a AufenthG)",
    ),
    (
        AuthoritySubject.PERMIT_25B,
        "Aufenthaltserlaubnis (§ 25b AufenthG)",
        "residence permit (§ 25b AufenthG)",
    ),
    (
        AuthoritySubject.WORK_AFTER_TRAINING,
        "Aufenthaltserlaubnis nach der Ausbildung (§ 19d Abs. 1a, § 16g Abs. 8 AufenthG)",
        "residence permit after the training (§ 19d (1a), § 16g (8) AufenthG)",
    ),
    (
        AuthoritySubject.CONTRACT_REGISTRATION,
        "Eintragung des Ausbildungsvertrags",
        "registration of the training contract",
    ),
    (
        AuthoritySubject.END_OF_TRAINING_NOTICE,
        "Mitteilung über das Ende der Ausbildung",
        "notice that the training ended",
    ),
    (
        AuthoritySubject.END_OF_EMPLOYMENT_NOTICE,
        "Mitteilung über das Ende der Beschäftigung",
        "notice that the employment ended",
    ),
    (AuthoritySubject.WORK_PERMIT, "Beschäftigungserlaubnis", "work permit"),
    (AuthoritySubject.BAB, "Berufsausbildungsbeihilfe (BAB)", "Berufsausbildungsbeihilfe (BAB)"),
    (AuthoritySubject.BAFOEG, "BAföG", "BAföG"),
    (
        AuthoritySubject.BVB,
        "berufsvorbereitende Bildungsmaßnahme (BvB)",
        "pre-vocational training measure (BvB)",
    ),
    (AuthoritySubject.LIVING_BENEFITS, "Leistungen zum Lebensunterhalt", "benefits for the living"),
    (
        AuthoritySubject.INTEGRATION_COURSE_ADMISSION,
        "Zulassung zum Integrationskurs",
        "admission to an integration course",
    ),
    (
        AuthoritySubject.INTEGRATION_COURSE_REGISTRATION,
        "Anmeldung zum Integrationskurs",
        "registration for an integration course",
    ),
    (AuthoritySubject.ASYLUM_APPLICATION, "Asylantrag", "asylum application"),
    (
        AuthoritySubject.EXAM_RETAKE_EXTENSION,
        "Verlängerung bis zur Wiederholungsprüfung",
        "extension until the exam is retaken",
    ),
    (AuthoritySubject.OTHER, "anderer Gegenstand", "other matter"),
    (DecisionOutcome.GRANTED, "bewilligt", "granted"),
    (DecisionOutcome.PARTLY_GRANTED, "teilweise bewilligt", "partly granted"),
    (DecisionOutcome.REFUSED, "abgelehnt", "refused"),
    (DecisionOutcome.REVOKED, "aufgehoben oder widerrufen", "revoked"),
    (DecisionOutcome.CLAIMED_BACK, "zurückgefordert", "claimed back"),
    (RemedyNotice.PRESENT, "vorhanden und richtig", "present and correct"),
    (RemedyNotice.MISSING_OR_WRONG, "fehlt oder falsch", "missing or wrong"),
    (RemedyNotice.UNKNOWN, "nicht bekannt", "not known"),
    (RemedyStep.OBJECTION, "Widerspruch", "objection"),
    (RemedyStep.COURT_ACTION, "Klage", "court action"),
    (RemedyStep.NOT_PURSUED, "wird hingenommen", "not pursued"),
    (
        IdentityStep.REASONABLE_STEPS_TAKEN,
        "alle zumutbaren Schritte unternommen",
        "all reasonable steps taken",
    ),
    (IdentityStep.CLARIFIED, "Identität geklärt", "identity clarified"),
    (ExamResult.PLANNED, "geplant", "planned"),
    (ExamResult.PASSED, "bestanden", "passed"),
    (ExamResult.FAILED, "nicht bestanden", "failed"),
)
