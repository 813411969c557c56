"""Eligibility and the preview at a terminal: whole sentences, each subject once, in both languages."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from domain.eligible.judging import judge_all
from domain.eligible.recording import AskForRecheck
from domain.law.table import FORBIDDEN_WORDS
from domain.values import LegalRegime, ResidenceStatus
from services.case_eligibility import ShownEligibility, shown, shown_preview
from services.cli.eligibility_text import eligibility_lines, preview_lines
from tests.domain.eligible_ground import ALL_CHECKED, DAY, RULES, S, case_of, regime
from tests.domain.ground import CaseFile, eligibility, in_course
from tests.domain.law_ground import entered, status
from tests.domain.test_change_preview import TODAY, seen, to_regime, to_status


def text_of(file: CaseFile, day: date = DAY, language: str = "de") -> list[str]:
    """What the terminal shows."""
    judgements = tuple(shown(judgement, file.state) for judgement in judge_all(file.state, day, RULES))
    view = ShownEligibility(
        case_id=UUID(int=1), version=file.state.version, position=1, on=day, judgements=judgements
    )
    return list(eligibility_lines(view, language))


def test_a_toleration_of_three_months_is_told_with_its_line_and_its_day() -> None:
    """The answer, the fact of its entry, the day that turns it, and that somebody is woken then."""
    file = case_of(residence=status(since=date(2025, 4, 14))).done(
        AskForRecheck(occurred_on=DAY, subject=S.TRAINING_TOLERATION)
    )
    lines = text_of(file)
    at = lines.index("✗ Ausbildungsduldung (§ 60c AufenthG): derzeit spricht etwas dagegen – prüfen")
    assert lines[at + 1 : at + 3] == [
        "  Ab 14.07.2025, wenn sonst nichts geschieht: aus den Einträgen nicht zu sagen – prüfen "
        "(§ 60c: drei Monate Duldung (Zeiten nach § 60b zählen nicht)).",
        "  Dann wird geweckt.",
    ]
    assert (
        "    ✗ § 60c: drei Monate Duldung (Zeiten nach § 60b zählen nicht): nein – "
        "Duldung ohne Lücke seit 14.04.2025 + 3 Monate = 14.07.2025 (Eintrag 1)."
    ) in lines
    assert "      Ändern würde das: Zeit allein, ab 14.07.2025 (ja)." in lines


def test_the_rules_of_the_programme_are_told_once() -> None:
    """With the programme; the modules name them in one line and add their own."""
    lines = text_of(case_of(*ALL_CHECKED, residence=status()))
    assert sum("eligible.age]" in line for line in lines) == 1
    assert lines.count("    ✓ die Regeln des Programms, wie oben: ja.") == 6
    assert "✓ F3 Hauptschulabschluss: nach den Regeln förderfähig" in lines
    assert "? F5 Innovationsfonds: nicht entscheidbar, eine Person muss prüfen" in lines


def test_a_decision_stands_beside_the_rules_and_says_when_they_say_otherwise() -> None:
    """Decided on 3 March, the Rechtskreis changed on 2 June."""
    file = case_of(eligibility(), regime(LegalRegime.SGB_II), residence=status())
    said = (
        "  entschieden 03.03.2025: förderfähig (cw-eschweiler-1); die Regeln sagen anderes",
        "  decided 2025-03-03: eligible (cw-eschweiler-1); the rules say otherwise",
    )
    assert said[0] in text_of(file)
    assert said[1] in text_of(file, language="en")


@pytest.mark.parametrize("kind", list(ResidenceStatus))
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_status_is_told_in_whole_sentences_without_a_legal_result(
    kind: ResidenceStatus, language: str
) -> None:
    """No code, no None and no promise in any line; every subject has its line."""
    file = case_of(entered(date(2024, 6, 1)), residence=status(kind))
    lines = text_of(file, language=language)
    assert sum(line[:1] in ("✓", "✗", "?") for line in lines) == len(list(S))
    for line in lines:
        assert "None" not in line
        assert "Verdict" not in line
        assert not any(word in line.lower() for word in FORBIDDEN_WORDS)
        if line.startswith("    ") and not line.strip().startswith("["):
            assert line.endswith(".")


def test_a_preview_tells_what_changes_and_what_does_not() -> None:
    """A change to SGB II during a course, in the order of a conversation."""
    lines = list(preview_lines(shown_preview(seen(in_course(TODAY), to_regime(LegalRegime.SGB_II))), "de"))
    assert lines[:2] == ["Vorschau zum 01.07.2025. Es wurde nichts eingetragen.", "Antworten der Regeln:"]
    assert (
        "  das Programm: nicht entscheidbar → nein "
        "(Kein vorrangiger Zugang zu Leistungen nach SGB oder zu Integrationskursen)"
    ) in lines
    assert "  F4 Vorbereitungskurse (läuft): läuft weiter, neu ginge es nicht" in lines
    assert "Termine: ändert sich nichts" in lines
    assert "  Träger (Einwilligung fehlt)" in lines
    assert lines[-1] == "  Rechtskreis: Rechtskreis unbekannt → SGB II"


def test_a_preview_of_what_is_so_already_says_so() -> None:
    """In both languages, in one line."""
    found = shown_preview(seen(in_course(TODAY), to_regime(LegalRegime.UNKNOWN)))
    assert list(preview_lines(found, "de")) == ["Das ist schon so; nichts würde sich ändern."]
    assert list(preview_lines(found, "en")) == ["That is so already; nothing would change."]


def test_a_preview_in_english_names_dates_that_start_and_stop() -> None:
    """From a toleration to a title."""
    found = shown_preview(seen(in_course(TODAY), to_status(ResidenceStatus.PERMIT_25_2)))
    lines = list(preview_lines(found, "en"))
    assert "  Residence document ends – check extension: stops, 2026-01-09" in lines
    assert "  Apply for extension before the title ends – check: starts, 2028-06-30" in lines
    assert "  residence status (group): toleration → residence permit" in lines
