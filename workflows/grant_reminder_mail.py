"""The text of a reminder of a grant date: which date, why, and where to look; it names neither persons nor providers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import grant as grants
from domain.agenda import Due
from domain.code_titles import code_title
from domain.date_wording import german_date
from domain.decision import RuleBook
from domain.explaining import LEVEL_NAMES
from domain.grant_agenda import ONWARD_PROOF, grant_agenda
from domain.grant_reminders import GrantReminderIssued
from domain.path import Title
from domain.ports import Mail
from domain.recorded import Recorded
from domain.routing import Routing
from workflows.reminder_mail import message_id

PROVIDER_OWES: Title = Title(de="Nachweis eines Trägers", en="Proof of a provider")
"""In place of the title on the agenda, which names the provider: that may be a person's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedGrantReminder:
    """A reminder as it was issued: the reference of its grant, and its date as the agenda had it then."""

    grant_id: UUID
    reference: str
    issued: GrantReminderIssued
    due: Due | None


def issued_grant_reminder(
    history: Sequence[Recorded[Any]], reminder_id: str, rules: RuleBook
) -> IssuedGrantReminder | None:
    """The reminder with this id, explained by the grant as it was when it was issued; None when there is none."""
    for place, entry in enumerate(history):
        issued = entry.event
        if isinstance(issued, GrantReminderIssued) and issued.reminder_id == reminder_id:
            grant = grants.fold(history[:place])
            if grant is None:
                return None
            dates = grant_agenda(grant, rules.calendar, rules.law)
            return IssuedGrantReminder(
                grant_id=entry.stream_id,
                reference=grant.reference,
                issued=issued,
                due=next((due for due in dates if due.id == issued.due_id), None),
            )
    return None


def grant_reminder_mail(reminder: IssuedGrantReminder, to: str) -> Mail:
    """The mail, German first. The same reminder has the same message id and the same text each time."""
    issued, due = reminder.issued, reminder.due
    level, title = LEVEL_NAMES[issued.level], _title(issued, due)
    grounds = [] if issued.ground is Routing.IN_CHARGE else [code_title(issued.ground)]
    reference = " ".join(reminder.reference.split())
    return Mail(
        message_id=message_id(reminder.grant_id, issued.reminder_id),
        to=to,
        subject=f"{level.de}: {title.de} – Zuwendung {reference}",
        text="\n".join(
            [
                f"{level.de}: {title.de}",
                f"Zuwendung {reference}, Termin {german_date(issued.due_on)}",
                *([f"Berechnung: {due.line_de}", f"Grundlage: {due.citation}"] if due else []),
                *(f"An Sie: {why.de}." for why in grounds),
                "Bitte im System nachsehen. Diese Nachricht enthält keine Angaben zu Personen.",
                "",
                f"{level.en}: {title.en}",
                f"Grant {reference}, date {issued.due_on.isoformat()}",
                *([f"Computation: {due.line_en}", f"Basis: {due.citation}"] if due else []),
                *(f"To you: {why.en}." for why in grounds),
                "Please look in the system. This message tells nothing about persons.",
                "",
                f"Regel / rule: {issued.rule}; Kennung / id: {issued.reminder_id}",
                f"Zuwendung / grant: {reminder.grant_id}",
                "",
            ]
        ),
    )


def _title(issued: GrantReminderIssued, due: Due | None) -> Title:
    if issued.rule == ONWARD_PROOF:
        return PROVIDER_OWES
    return due.title if due is not None else Title(de=issued.rule, en=issued.rule)
