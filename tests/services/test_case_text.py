"""A case at the terminal: titles for codes and places, dates in the reader's way, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from domain.case_hints import case_hints
from domain.closing import CloseCase
from domain.hold import HoldCase, HoldReason
from domain.personal import ERASED
from domain.values import Destination, DutyHolder, ExitReason
from services.case_reading import CaseView, history_lines
from services.cli.case_text import agenda_lines, describe, history_table
from tests.domain.ground import CASE_ID, CaseFile, durchstarten, in_ausbildung, in_coaching, in_course

ON = date(2025, 12, 30)


def shown(case: CaseFile, language: str = "de", as_of: date | None = None) -> dict[str, str]:
    """The rows of a case by their title."""
    hints = case_hints(case.state, durchstarten())
    view = CaseView(case_id=CASE_ID, case=case.state, hints=hints, position=4711, as_of=as_of)
    rows = [line.split("  ", 1) for line in describe(view, language)]
    return {title: text.strip() for title, text in rows}


def test_a_case_is_described_in_german() -> None:
    """Every code has its title, the municipality its name, an open stage its beginning."""
    rows = shown(in_course())
    assert rows["Person"] == "Yusuf Haidari"
    assert rows["Status"] == "offen"
    assert rows["Kommune"] == "05334012 Eschweiler"
    assert rows["Aufenthalt"] == "Duldung (§ 60a AufenthG), gültig bis 09.01.2026"
    assert rows["Abschnitte"] == (
        "Aufnahme 03.03.2025–03.03.2025, Coaching seit 10.03.2025, Kurs seit 05.05.2025"
    )
    assert rows["Teilnahme"] == "F4 Vorbereitungskurse, VHS Nordkreis – läuft, 0 Unterrichtsstunden"
    assert rows["Stand"].endswith("Position 4711, Stichtag heute")


def test_a_case_is_described_in_english() -> None:
    """The same in English, with dates that no order of numbers can confuse."""
    rows = shown(in_ausbildung(), "en", as_of=ON)
    assert rows["Residence"] == "toleration (§ 60a AufenthG), valid until 2026-01-09"
    assert rows["Ausbildung"] == "dual Ausbildung, KldB 33212 – running, from 2025-08-01"
    assert rows["State"].endswith("as of 2025-12-30")
    assert "Fall" not in rows


def test_a_held_a_closed_and_an_erased_case_say_so() -> None:
    """The status, the exit with its destination, and a name that is gone."""
    held = in_coaching().done(
        HoldCase(occurred_on=ON, ground=HoldReason.ILLNESS, until=date(2026, 1, 20), note="")
    )
    assert shown(held)["Status"] == "offen (ruht)"
    closed = in_coaching().done(
        CloseCase(
            occurred_on=ON,
            exit_reason=ExitReason.DROPPED_OUT,
            destination=Destination.UNKNOWN,
            reason="meldet sich nicht",
        )
    )
    assert shown(closed)["Status"] == "abgeschlossen"
    assert shown(closed)["Austritt"] == "30.12.2025: von der Person abgebrochen, Verbleib: unbekannt"
    opened = closed.history[0]
    closed.history[0] = opened._replace(event=replace(opened.event, name=ERASED))
    assert (shown(closed)["Person"], shown(closed, "en")["Person"]) == ("gelöscht", "erased")


def test_the_history_shows_local_time_and_which_entry_was_corrected() -> None:
    """An entry of half past eleven in the evening in Berlin stands on that day, not on the one in UTC."""
    case = in_coaching()
    case.history[0] = case.history[0]._replace(recorded_at=datetime(2025, 7, 1, 22, 30, tzinfo=UTC))
    german = history_table(history_lines(case.history))
    english = history_table(history_lines(case.history, "en"), "en")
    assert german[0].split() == ["Nr", "geschehen", "erfasst", "von", "Eintrag"]
    assert english[0].split() == ["No", "happened", "recorded", "by", "Entry"]
    assert german[1].startswith("   1  03.03.2025  02.07.2025 00:30  cw")
    assert english[1].startswith("   1  2025-03-03  2025-07-02 00:30  cw")
    corrected = replace(history_lines(case.history)[0], corrected_by=9)
    assert history_table([corrected])[1].endswith("[berichtigt durch 9]")


def test_a_date_is_shown_with_its_calculation_its_rule_and_its_reminders() -> None:
    """Nobody has to know a code to see who has to act and when they are reminded."""
    due = next(due for due in in_coaching().agenda() if due.rule == "contact.none")
    first = due.reminders[0]
    german = list(agenda_lines(due, frozenset({first.id}), "de"))
    english = list(agenda_lines(due, frozenset(), "en"))
    assert german[0] == f"{due.due_on:%d.%m.%Y}  Kein Kontakt seit längerer Zeit"
    assert "zuständig: Teilhabemanagement  [" in german[2]
    assert german[-1].strip().startswith(f"erste Erinnerung {first.on:%d.%m.%Y} ✓, wiederholte Erinnerung")
    assert english[0] == f"{due.due_on.isoformat()}  No contact for some time"
    assert "to act: caseworker" in english[2]
    assert "✓" not in english[-1]


def test_a_date_on_hold_an_old_rule_and_an_exact_day_say_so() -> None:
    """What a reader must know before relying on a date stands beside it."""
    due = next(due for due in in_coaching().agenda() if due.rule == "contact.none")
    special = replace(
        due,
        suspended=True,
        unverified=True,
        verified_on=date(2026, 4, 29),
        precise_on=date(2025, 1, 2),
        waiting_on=DutyHolder.AUTHORITY,
    )
    text = "\n".join(agenda_lines(special, frozenset(), "de"))
    assert "Kein Kontakt seit längerer Zeit  (ruht)" in text
    assert "genauer Tag: 02.01.2025" in text
    assert "zuständig: Teilhabemanagement, wartet auf: Behörde" in text
    assert "Rechtsstand 29.04.2026: seit der Reform vom 12.06.2026 nicht erneut geprüft" in text
