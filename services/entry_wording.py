"""What an entry of a case says, in the reader's words: titles for codes, dates as people write them, no technical ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, Final
from uuid import UUID

from domain.code_titles import in_language
from domain.corrections import EntryCorrected
from domain.event_titles import EVENT_TITLES
from domain.events import stored_name
from domain.field_titles import field_title
from domain.path import Title
from domain.personal import Erased
from domain.recorded import Event, Recorded
from domain.reminders import ReminderDelivered, ReminderIssued, ReminderUndeliverable
from domain.routing import Routing
from domain.values import BirthDatePrecision
from domain.wording import shown_code, shown_date
from services.value_wording import shown_value

_TECHNICAL: Final = frozenset(
    {
        "calendar_version",
        "case_id",
        "due_id",
        "occurred_on",
        "offer_id",
        "offers",
        "participant_id",
        "participations",
        "path",
        "path_version",
        "reminder_id",
        "rules_used",
        "synthetic",
    }
)
"""Fields that no reader of a case needs; they are in the facts of the entry."""

_THINGS: Final[Mapping[str, str | None]] = {
    "application_id": "employer",
    "ausbildung_id": "employer",
    "decision_id": "subject",
    "employment_id": None,
    "need_id": None,
    "participation_id": None,
    "promise_id": "text",
    "step_id": "text",
    "submission_id": "subject",
}
"""Ids of things that several entries speak of, and the field of the first of these entries that names the thing."""

_REFERENCES: Final = {"answers": "submission_id", "on_objection_to": "decision_id"}
"""Fields that point at a thing of another entry."""


class EntryWording:
    """The words for the entries of one stream; things are told apart by what they are, else by their number.

    ``rules`` are the titles of the rules that reminders name; a rule that is not in it is shown by its id.
    """

    def __init__(self, history: Sequence[Recorded[Any]], language: str, rules: Mapping[str, Title]) -> None:
        self._language = language
        self._rules = rules
        self._counts: dict[UUID, tuple[str, int]] = {}
        self._names: dict[UUID, str] = {}
        self._introduced: dict[UUID, Event] = {}
        self._totals: dict[str, int] = {}
        self._reminders: dict[str, ReminderIssued] = {}
        self._standing: dict[int, Event] = {}
        for entry in history:
            self._meet(entry.event)

    def title(self, event: Event) -> str:
        """What happened."""
        return in_language(EVENT_TITLES[stored_name(type(event))], self._language)

    def details(self, entry: Recorded[Any]) -> str:
        """What there is to say of an entry in one line; to be asked entry by entry from the first to the last."""
        event = entry.event
        if isinstance(event, EntryCorrected):
            return self._corrected(event)
        self._standing[entry.version] = event
        match event:
            case ReminderIssued():
                said = f"{self._reminder(event)}, {self._fact(event, 'due_on', sign=' ')}"
                if event.to is None or event.ground in (None, Routing.IN_CHARGE):
                    return said
                return f"{said}, {self._fact(event, 'to')}, {self._fact(event, 'ground')}"
            case ReminderDelivered() if event.reminder_id in self._reminders:
                issued = self._reminders[event.reminder_id]
                return f"{self._reminder(issued)}, {self._fact(event, 'sent_to')}"
            case ReminderUndeliverable() if event.reminder_id in self._reminders:
                issued = self._reminders[event.reminder_id]
                return f"{self._reminder(issued)}, {self._fact(event, 'ground')}"
            case _:
                told = self._told(event)
                return ", ".join(
                    f"{self._field(event, name)}: {text}"
                    for name, text in told.items()
                    if name != "occurred_on"
                )

    # ------------------------------------------------------------- one event

    def _told(self, event: Event) -> dict[str, str]:
        """The fields of an event that a reader is told, in their order, with the day on which it happened."""
        told = {"occurred_on": shown_date(event.occurred_on, self._language)}
        for field in fields(event):
            text = "" if field.name in _TECHNICAL else self._shown(event, field.name)
            if text:
                told[field.name] = text
        return told

    def _shown(self, event: Event, name: str) -> str:
        """A field in words; empty when it says nothing to a reader."""
        value = getattr(event, name)
        if name in _THINGS or name in _REFERENCES:
            return self._thing(event, name, value) if isinstance(value, UUID) else ""
        if name == "birth_month" and isinstance(getattr(event, "birth_date", None), date):
            return ""
        if value is BirthDatePrecision.DAY:
            return ""
        if name == "probation_line" and self._language.startswith("en"):
            return ""  # it is kept in German; the day that comes out is told
        return shown_value(name, value, self._language, self._rules)

    def _fact(self, event: Event, name: str, sign: str = ": ") -> str:
        return f"{self._field(event, name)}{sign}{self._shown(event, name)}"

    def _field(self, event: Event, name: str) -> str:
        return in_language(field_title(type(event), name), self._language)

    def _reminder(self, issued: ReminderIssued) -> str:
        rule = self._rules.get(issued.rule)
        title = in_language(rule, self._language) if rule else issued.rule
        return f"{title} – {shown_code(issued.level, self._language)}"

    # ---------------------------------------------------------------- things

    def _meet(self, event: Event) -> None:
        """Number the things an event speaks of, and keep what the first entry calls them."""
        if isinstance(event, ReminderIssued):
            self._reminders[event.reminder_id] = event
        for field in fields(event):
            if field.name not in _THINGS:
                continue
            thing, kind = getattr(event, field.name), field.name
            if thing in self._counts:
                continue
            self._totals[kind] = self._totals.get(kind, 0) + 1
            self._counts[thing] = kind, self._totals[kind]
            self._introduced[thing] = event
            namer = _THINGS[kind]
            name = getattr(event, namer, None) if namer else None
            if name and not isinstance(name, Erased):
                self._names[thing] = shown_value(namer or "", name, self._language, self._rules)

    def _thing(self, event: Event, field: str, thing: UUID) -> str:
        """How a thing is told apart: by its name, else by its number, or not at all when it is the only one.

        The entry that names the thing itself says the number only, and only when another has the same name.
        """
        kind, number = self._counts.get(thing, (_REFERENCES.get(field, field), 0))
        name = self._names.get(thing)
        if name is None:
            return str(number) if number and self._totals[kind] > 1 else ""
        alike = (
            sum(text == name and self._counts[other][0] == kind for other, text in self._names.items()) > 1
        )
        if self._introduced.get(thing) is event:
            return str(number) if alike else ""
        return f"{name} ({number})" if alike else name

    # ----------------------------------------------------------- corrections

    def _corrected(self, event: EntryCorrected) -> str:
        """Which entry, what is different now, and why."""
        german = not self._language.startswith("en")
        old, new = self._standing.get(event.version), event.replacement
        number = f"{self._field(event, 'version')} {event.version}"
        entry = f"{number} ({self.title(old)})" if old else number
        reason = self._fact(event, "reason")
        if new is None:
            return f"{entry} {'gestrichen' if german else 'struck out'}, {reason}"
        self._standing[event.version] = new
        before, after = self._told(old) if old else {}, self._told(new)
        changes = []
        for name in [field.name for field in fields(new)]:
            was, now = before.get(name), after.get(name)
            if was == now:
                continue
            nothing = "nichts" if german else "nothing"
            instead = "statt" if german else "instead of"
            changes.append(f"{self._field(new, name)} {now or nothing} {instead} {was or nothing}")
        unchanged = "nichts Sichtbares geändert" if german else "nothing visible changed"
        return f"{entry}: {', '.join(changes) or unchanged}, {reason}"


def entry_facts(event: Event) -> dict[str, object]:
    """The facts of an entry for programs: field names, codes, ids and dates as they are stored, empty ones left out.

    The event inside a correction stands with its stored name.
    """
    facts: dict[str, object] = {}
    for field in fields(event):
        value = getattr(event, field.name)
        if field.name == "occurred_on" or value is None or value == () or value == "":
            continue
        if isinstance(value, Event):
            value = {"event": stored_name(type(value)), "occurred_on": value.occurred_on} | entry_facts(value)
        facts[field.name] = value
    return facts
