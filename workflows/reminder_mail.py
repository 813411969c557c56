"""The text of a reminder: which date, why, and where to look. It names nobody and tells nothing about the person."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.agenda import Due, agenda
from domain.case import fold
from domain.case_state import CaseState
from domain.changes import CaseHandedOver
from domain.code_titles import code_title
from domain.date_wording import german_date
from domain.decision import RuleBook
from domain.explaining import LEVEL_NAMES
from domain.intake import CaseOpened
from domain.ports import Mail, StaffDirectory
from domain.recorded import Recorded
from domain.reminders import ReminderIssued
from domain.routing import RecipientRole, Routing

MAIL_DOMAIN = "teilhabe.invalid"
"""Right-hand side of our message ids; a name that can never be anybody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReminder:
    """A reminder as it was issued: the case before it, its date, and the organisation of the caseworker then."""

    case_id: UUID
    case: CaseState
    issued: ReminderIssued
    due: Due | None
    organisation: str


def issued_reminder(
    history: Sequence[Recorded[Any]], reminder_id: str, rule_book: RuleBook
) -> IssuedReminder | None:
    """The reminder with this id, explained by the case as it was when it was issued; None when there is none."""
    for place, entry in enumerate(history):
        issued = entry.event
        if isinstance(issued, ReminderIssued) and issued.reminder_id == reminder_id:
            before = history[:place]
            case = fold(before)
            if case is None:
                return None
            path = rule_book.path(case.path_id, case.path_version)
            dates = agenda(case, path, rule_book.calendar, rule_book.law)
            return IssuedReminder(
                case_id=entry.stream_id,
                case=case,
                issued=issued,
                due=next((due for due in dates if due.id == issued.due_id), None),
                organisation=organisation_of_caseworker(before),
            )
    return None


def organisation_of_caseworker(history: Sequence[Recorded[Any]]) -> str:
    """Who recorded the latest appointment of a caseworker, for that is whose staff it is; empty for no history."""
    appointments = [entry for entry in history if isinstance(entry.event, CaseOpened | CaseHandedOver)]
    return str(appointments[-1].organisation) if appointments else ""


def recipient(reminder: IssuedReminder, staff: StaffDirectory) -> tuple[str, str | None]:
    """Staff id and address the mail goes to: the one the reminder names.

    One that was recorded before names were kept goes to the caseworker, or the deputy, else the coordinating office.
    """
    issued, case = reminder.issued, reminder.case
    if issued.to is not None:
        return issued.to, staff.address(issued.to)
    if issued.role is RecipientRole.CASEWORKER:
        return issued.caseworker, staff.address(issued.caseworker)
    deputy = staff.deputy(issued.caseworker, reminder.organisation)
    to = deputy if deputy is not None else staff.coordinator(case.municipality)
    return to, staff.address(to)


def reminder_mail(reminder: IssuedReminder, to: str) -> Mail:
    """The mail, German first. The same reminder has the same message id and the same text each time."""
    issued, due = reminder.issued, reminder.due
    level = LEVEL_NAMES[issued.level]
    title_de = due.title.de if due else issued.rule
    title_en = due.title.en if due else issued.rule
    short = short_id(reminder.case_id)
    elsewhere = issued.ground is not None and issued.ground is not Routing.IN_CHARGE
    grounds = [code_title(issued.ground)] if issued.ground is not None and elsewhere else []
    return Mail(
        message_id=message_id(reminder.case_id, issued.reminder_id),
        to=to,
        subject=f"{level.de}: {title_de} – Fall {short}",
        text="\n".join(
            [
                f"{level.de}: {title_de}",
                f"Fall {short}, Termin {german_date(issued.due_on)}",
                *_explained(issued.due_on, due, "Berechnung", "Grundlage", due.line_de if due else ""),
                *(f"An Sie: {why.de}." for why in grounds),
                "Bitte im System nachsehen. Diese Nachricht enthält keine Angaben zur Person.",
                "",
                f"{level.en}: {title_en}",
                f"Case {short}, date {issued.due_on.isoformat()}",
                *_explained(issued.due_on, due, "Computation", "Basis", due.line_en if due else ""),
                *(f"To you: {why.en}." for why in grounds),
                "Please look in the system. This message tells nothing about the person.",
                "",
                f"Regel / rule: {issued.rule}; Kennung / id: {issued.reminder_id}",
                "",
            ]
        ),
    )


def _explained(on: date, due: Due | None, computation: str, basis: str, line: str) -> list[str]:
    return [] if due is None else [f"{computation}: {line}", f"{basis}: {due.citation}"]


def short_id(case_id: UUID) -> str:
    """The last eight hex digits of a case id, as shown on its page.

    >>> short_id(UUID("00000000-0000-7000-8000-0000deadbeef"))
    'deadbeef'
    """
    return case_id.hex[-8:]


def message_id(case_id: UUID, reminder_id: str) -> str:
    """The message id of a reminder's mail: the same each time it is sent."""
    return f"<{hashlib.sha256(f'{case_id}/{reminder_id}'.encode()).hexdigest()[:40]}@{MAIL_DOMAIN}>"
