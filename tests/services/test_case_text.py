"""A case at the terminal: titles for codes and places, dates in the reader's way, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from domain.case_hints import case_hints
from domain.closing import CloseCase
from domain.escalation import DueStatus
from domain.hold import HoldCase, HoldReason
from domain.path import ReminderLevel
from domain.personal import ERASED
from domain.reminders import SentReminder
from domain.values import Destination, DutyHolder, ExitReason
from services.bootstrap import rule_book
from services.case_agenda import AgendaDate, case_dates
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


def contact_date(*issued: str, **changes: Any) -> AgendaDate:
    """The date of the next contact of a case in coaching, as seen on 2 April 2025 at noon."""
    now = datetime(2025, 4, 2, 10, tzinfo=UTC)
    dates = case_dates(CASE_ID, in_coaching().history, rule_book(), now)
    found = next(found for found in dates if found.due.rule == "contact.none")
    return replace(found, due=replace(found.due, **changes), reminders_issued=issued)


def test_a_date_is_shown_with_its_calculation_its_rule_and_its_reminders() -> None:
    """Nobody has to know a code to see who has to act and when they are reminded."""
    due = contact_date().due
    first = due.reminders[0]
    german = list(agenda_lines(contact_date(first.id), "de"))
    english = list(agenda_lines(contact_date(), "en"))
    assert german[0] == f"{due.due_on:%d.%m.%Y}  Kein Kontakt seit längerer Zeit  (fällig)"
    assert german[2].strip() == "Auslöser: Eintrag 1, Fall eröffnet 03.03.2025"
    assert "zuständig: Teilhabemanagement  [" in german[4]
    assert german[5].strip().startswith(f"erste Erinnerung {first.on:%d.%m.%Y} ✓, wiederholte Erinnerung")
    assert german[6].strip().startswith("meldet sich 03.04.2025 06:11")
    assert german[7].strip() == "Kennung: contact.none/1"
    assert english[0] == f"{due.due_on.isoformat()}  No contact for some time  (due)"
    assert english[2].strip() == "trigger: entry 1, Case opened 2025-03-03"
    assert "to act: caseworker" in english[4]
    assert "✓" not in english[5]


def test_a_date_on_hold_an_old_rule_and_an_exact_day_say_so() -> None:
    """What a reader must know before relying on a date stands beside it."""
    special = contact_date(
        suspended=True,
        unverified=True,
        verified_on=date(2026, 4, 29),
        precise_on=date(2025, 1, 2),
        waiting_on=DutyHolder.AUTHORITY,
        held_days=12,
        target_on=date(2025, 3, 25),
        ultimate_on=date(2025, 4, 16),
        source="BGBl. 2026 I",
        source_link="https://example.org",
        rule_valid_from=date(2025, 1, 1),
        sent=(
            SentReminder(
                id="contact.none/1/2025-03-01/first",
                due_id="contact.none/1",
                level=ReminderLevel.FIRST,
                on=date(2025, 3, 1),
            ),
        ),
    )
    text = "\n".join(agenda_lines(replace(special, status=DueStatus.SUSPENDED), "de"))
    assert "Kein Kontakt seit längerer Zeit  (ruht)" in text
    assert "genauer Tag: 02.01.2025" in text
    assert "zuständig: Teilhabemanagement, gewartet wird auf: Behörde" in text
    assert "Rechtsstand 29.04.2026: seit der Reform vom 12.06.2026 nicht erneut geprüft" in text
    assert "um 12 Tage Ruhen verschoben" in text
    assert "Ziel 25.03.2025, spätestens 16.04.2025" in text
    assert "Quelle: BGBl. 2026 I <https://example.org>, Fassung ab 01.01.2025" in text
    assert "erste Erinnerung 01.03.2025 ✓ für einen früheren Stand des Termins" in text
