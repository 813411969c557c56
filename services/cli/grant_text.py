"""The dates of a grant as lines of text: what is to be done, until when, who is told, and which reminders went to whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from domain.code_titles import in_language
from domain.grant_agenda import to_remind_of
from domain.path import Title
from domain.ports import StaffDirectory
from domain.wording import shown_code, shown_date, shown_instant
from services.case_agenda import AgendaDate
from services.cli.case_text import agenda_lines
from services.grant_dates import GrantDates

_MARGIN = " " * 12


def grant_agenda_lines(
    found: GrantDates, staff: StaffDirectory | None, today: date, language: str
) -> Iterator[str]:
    """A heading with who is in charge, then date by date; one line when nothing is open.

    Without ``staff`` this program does not know who is in charge, and says where it would read it.
    """
    officer = None if staff is None else staff.grant_officer(found.reference)
    nobody = (
        Title(
            de="steht in TEILHABE_STAFF_FILE, hier nicht gesetzt",
            en="is in TEILHABE_STAFF_FILE, not set here",
        )
        if staff is None
        else Title(
            de="niemand eingetragen, erinnert wird die Koordination",
            en="nobody named, the coordination is told",
        )
    )
    charge = in_language(Title(de="zuständig", en="in charge"), language)
    yield f"{found.reference}  ({charge}: {officer or in_language(nobody, language)})  {found.grant_id}"
    if not found.dates:
        yield _MARGIN + in_language(Title(de="kein Termin offen", en="no date is open"), language)
    for one in found.dates:
        yield from _date(one, today, language)


def _date(one: AgendaDate, today: date, language: str) -> Iterator[str]:
    due = one.due
    yield from agenda_lines(one, language)
    if due.text is not None:
        yield _MARGIN + in_language(due.text, language)
    for sent in due.sent:
        went = Title(de=f"ging am {shown_date(sent.on)} an {sent.to}", en=f"went to {sent.to} on {sent.on}")
        yield f"{_MARGIN}{shown_code(sent.level, language)} {in_language(went, language)}"
    if (reminder := to_remind_of(due, today)) is not None:
        since = in_language(Title(de="seit", en="since"), language)
        yield f"{_MARGIN}! {shown_code(reminder.level, language)} {since} {shown_date(reminder.on, language)}"


def grants_hint(found: Sequence[GrantDates], language: str) -> str | None:
    """One line for the list of the dates of cases: how many dates grants have, and where they are; None without any."""
    dates = sum(len(each.dates) for each in found)
    if not dates:
        return None
    wakes_at = min((each.wakes_at for each in found if each.wakes_at is not None), default=None)
    at = "" if wakes_at is None else shown_instant(wakes_at, language)
    line = Title(
        de=f"Termine von Zuwendungen: {dates}"
        + (f", der nächste meldet sich {at}" if at else "")
        + " (teilhabe grant agenda)",
        en=f"dates of grants: {dates}"
        + (f", the next wakes {at}" if at else "")
        + " (teilhabe grant agenda)",
    )
    return in_language(line, language)
