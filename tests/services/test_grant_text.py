"""The dates of a grant as text: who is in charge, what was sent to whom, and where the list of cases sends the reader."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.decision import RuleBook
from domain.grant import ProofKind
from services.cli.grant_text import grant_agenda_lines, grants_hint
from services.grant_dates import GrantDates, dates_of
from tests.domain.grant_life import STAFF, GrantFile, notice, proven
from tests.domain.ground import LAW
from tests.domain.law_ground import CALENDAR

RULES = RuleBook(paths={}, calendar=CALENDAR, law=LAW)
TODAY = date(2026, 4, 2)
NOW = datetime(2026, 4, 2, 9, tzinfo=UTC)


def dates(file: GrantFile) -> GrantDates:
    """The dates as they stand now."""
    found = dates_of(file.history, RULES, NOW)
    assert found is not None
    return found


def test_a_date_tells_what_was_sent_to_whom_and_what_is_planned() -> None:
    """The first reminder of 01.04.2026 went to the one in charge; the next goes out on 29.05."""
    file = GrantFile().done(notice(proof_due_on=date(2026, 6, 30)))
    file.morning(date(2026, 4, 1))
    lines = [line.strip() for line in grant_agenda_lines(dates(file), STAFF, TODAY, "de")]
    assert lines[0].startswith("36.01-2025-7  (zuständig: money-1)")
    assert lines[1] == "30.06.2026  Verwendungsnachweis  (gefährdet)"
    assert "erste Erinnerung 01.04.2026 ✓, wiederholte Erinnerung 29.05.2026" in " ".join(lines)
    assert "erste Erinnerung ging am 01.04.2026 an money-1" in lines
    assert "meldet sich 29.05.2026 06:00" in lines
    assert lines[-1] == "! erste Erinnerung seit 01.04.2026"
    unread = next(grant_agenda_lines(dates(file), None, TODAY, "de"))
    assert "zuständig: steht in TEILHABE_STAFF_FILE, hier nicht gesetzt" in unread
    assert "zuständig: Fördermittelstelle  [" in " ".join(lines)
    english = [line.strip() for line in grant_agenda_lines(dates(file), STAFF, TODAY, "en")]
    assert "first reminder went to money-1 on 2026-04-01" in english


def test_the_list_of_cases_says_how_many_dates_grants_have_and_when_the_next_wakes() -> None:
    """A proven grant has none, and without any the line is left out."""
    open_ = dates(
        GrantFile().done(notice(proof_due_on=date(2026, 6, 30), interim_due_on=(date(2026, 5, 4),)))
    )
    done = dates(GrantFile().done(notice(), proven(date(2026, 1, 12), ProofKind.FINAL, "VN")))
    assert grants_hint([open_, done], "de") == (
        "Termine von Zuwendungen: 2, der nächste meldet sich 03.04.2026 06:00 (teilhabe grant agenda)"
    )
    assert grants_hint([done], "de") is None
    assert [line.strip() for line in grant_agenda_lines(done, STAFF, TODAY, "de")][1] == "kein Termin offen"
