"""Contact: a talk that was held, or attempted in vain; how, how long, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.commands import Command
from domain.decision import Decision
from domain.personal import Personal
from domain.recorded import Event
from domain.refusals import Refusal

# ---------------------------------------------------------------- vocabulary


class ContactKind(StrEnum):
    """How a contact was made. Contacts are first-class: "Kontaktdichte" is counted from them."""

    IN_PERSON = "in_person"
    HOME_VISIT = "home_visit"
    PHONE = "phone"
    VIDEO = "video"
    MESSAGE = "message"
    EMAIL = "email"
    LETTER = "letter"


class ContactProof(StrEnum):
    """What proves the contact. Source: durchstarten.nrw F1, FAQ c-1 (alternative Nachweise)."""

    SIGNATURE = "signature"
    PHONE_NOTE = "phone_note"
    EMAIL = "email"
    VIDEO_LOG = "video_log"
    NONE = "none"


# ------------------------------------------------------------------- command


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContact(Command):
    """Record a contact that was held, or with ``held=False`` one that was attempted in vain."""

    kind: ContactKind
    held: bool
    minutes: int = 0
    proof: ContactProof = ContactProof.NONE
    note: str = ""


# -------------------------------------------------------------------- events


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactHeld(Event):
    """A contact took place. ``minutes`` of talk."""

    kind: ContactKind
    minutes: int
    proof: ContactProof
    note: Personal[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAttempted(Event):
    """A contact was tried and nobody was reached."""

    kind: ContactKind
    note: Personal[str]


# -------------------------------------------------------------------- decide


def decide(command: RecordContact) -> Decision:
    """Decide a contact. Refused when its minutes cannot be."""
    if not 0 <= command.minutes <= 24 * 60:
        return Refusal(
            "contact.minutes_out_of_range",
            "Ein Kontakt dauert zwischen 0 und 1440 Minuten.",
            "A contact lasts between 0 and 1440 minutes.",
        )
    if not command.held:
        if command.minutes:
            return Refusal(
                "contact.attempt_with_minutes",
                "Ein vergeblicher Versuch hat keine Gesprächsminuten.",
                "An attempt in vain has no minutes of talk.",
            )
        return (ContactAttempted(occurred_on=command.occurred_on, kind=command.kind, note=command.note),)
    return (
        ContactHeld(
            occurred_on=command.occurred_on,
            kind=command.kind,
            minutes=command.minutes,
            proof=command.proof,
            note=command.note,
        ),
    )
