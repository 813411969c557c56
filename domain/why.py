"""Why did this reminder fire, or not? Answered from the whole history: since when it was planned, and what ended that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from domain.agenda import Due, PlannedReminder, agenda
from domain.case_fold import fold
from domain.code_titles import code_title
from domain.corrections import EntryCorrected
from domain.date_wording import english_date, german_date
from domain.decision import Terms, local_date
from domain.event_titles import EVENT_TITLES
from domain.events import stored_name
from domain.explaining import explain
from domain.grant_reminders import (
    GrantReminderDelivered,
    GrantReminderIssued,
    GrantReminderUndeliverable,
)
from domain.hold import CaseHeld
from domain.path import ReminderLevel, Title
from domain.path_dates import RULES
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.reminders import ReminderDelivered, ReminderIssued, ReminderUndeliverable


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked about: a rule, one of its dates, or one reminder of a date."""

    rule: str
    due_id: str | None = None
    reminder_id: str | None = None
    level: ReminderLevel | None = None
    due_on: date | None = None


def asked(name: str) -> Asked:
    """Read ``name``: ``rule``, ``rule/entry[/reference]``, or the same with ``/day/level`` behind it.

    >>> asked("contact.none/7/2026-11-24/first").level
    <ReminderLevel.FIRST: 'first'>
    """
    parts = name.split("/")
    if len(parts) == 1:
        return Asked(rule=name)
    if len(parts) >= 4 and parts[-1] in {level.value for level in ReminderLevel}:
        try:
            due_on = date.fromisoformat(parts[-2])
        except ValueError:
            return Asked(rule=parts[0], due_id=name)
        return Asked(
            rule=parts[0],
            due_id="/".join(parts[:-2]),
            reminder_id=name,
            level=ReminderLevel(parts[-1]),
            due_on=due_on,
        )
    return Asked(rule=parts[0], due_id=name)


def why(history: Sequence[Recorded[Any]], terms: Terms, name: str) -> tuple[Title, ...] | Refusal:
    """The answer about ``name`` (see ``asked``) in sentences, the direct one first; never empty.

    ``history`` is the whole case, not empty. Refused when no rule is called so.
    """
    question = asked(name)
    case = fold(history)
    if case is None or (question.rule not in terms.law.versions and question.rule not in RULES):
        return Refusal(
            "agenda.rule_unknown",
            f"Eine Regel „{question.rule}“ gibt es nicht.",
            f'There is no rule "{question.rule}".',
        )
    lines: list[Title] = []
    if question.due_id is not None:
        past = Past(history, lambda entries: _agenda_after(entries, terms))
        lines += answer(past, question, case.reminders.issued, terms.today, _THE_CASE)
    return (*lines, *explain(case, terms, question.due_id or question.rule))


_THE_CASE: Final = Title(de="der Fall", en="the case")


def _agenda_after(entries: Sequence[Recorded[Any]], terms: Terms) -> tuple[Due, ...]:
    case = fold(entries)
    return agenda(case, terms.path, terms.calendar, terms.law) if case else ()


class Past:
    """The agenda of a case or a grant after each of its entries; ``agenda_of`` computes it from the first of them."""

    def __init__(
        self,
        history: Sequence[Recorded[Any]],
        agenda_of: Callable[[Sequence[Recorded[Any]]], tuple[Due, ...]],
    ) -> None:
        self.history = history
        self._agenda_of = agenda_of
        self._known: dict[int, tuple[Due, ...]] = {}

    def after(self, place: int) -> tuple[Due, ...]:
        """The agenda after the first ``place`` entries."""
        if place not in self._known:
            self._known[place] = self._agenda_of(self.history[:place])
        return self._known[place]

    def entry(self, version: int) -> Recorded[Any] | None:
        """The entry with this number."""
        return next((entry for entry in self.history if entry.version == version), None)

    def first_known(self, question: Asked) -> Recorded[Any] | None:
        """The entry that made the date or reminder be planned."""
        places = range(1, len(self.history) + 1)
        return next((self.history[n - 1] for n in places if _has(self.after(n), question)), None)

    def ended_by(self, question: Asked) -> Recorded[Any] | None:
        """The entry since which it is planned no more; None when it is planned now or never was."""
        places = range(len(self.history) - 1, 0, -1)
        if _has(self.after(len(self.history)), question):
            return None
        return next((self.history[n] for n in places if _has(self.after(n), question)), None)


def _has(dues: tuple[Due, ...], question: Asked) -> bool:
    return any(
        due.id == question.due_id
        and (question.reminder_id is None or any(r.id == question.reminder_id for r in due.reminders))
        for due in dues
    )


def answer(past: Past, question: Asked, issued: frozenset[str], today: date, whose: Title) -> Iterator[Title]:
    """Whether and why the date or reminder that was asked about fired; ``whose`` is the case or the grant in a sentence."""
    due = next((d for d in past.after(len(past.history)) if d.id == question.due_id), None)
    ended = past.ended_by(question)
    if question.reminder_id is not None and question.reminder_id in issued:
        yield from _fired(past, question.reminder_id)
    elif question.level is not None:
        name = code_title(question.level)
        planned = next((r for r in due.reminders if r.id == question.reminder_id), None) if due else None
        if due is not None and planned is not None:
            yield from _not_yet(past, question, due, planned, today, whose)
        elif ended is None:
            yield Title(
                de=f"Nein: Eine solche Erinnerung ({name.de}) war nie geplant.",
                en=f"No: such a reminder ({name.en}) was never planned.",
            )
        else:
            yield Title(
                de=f"Nein: Die {name.de} ist nicht ausgelöst worden.", en=f"No: {name.en} did not fire."
            )
    if ended is not None:
        yield from _vanished(past, ended, question, due)


def _fired(past: Past, reminder_id: str) -> Iterator[Title]:
    for entry in past.history:
        event = entry.event
        match event:
            case ReminderIssued() | GrantReminderIssued() if event.reminder_id == reminder_id:
                level = code_title(event.level)
                yield Title(
                    de=f"Ja: {level.de}, ausgelöst am {german_date(event.occurred_on)} (Eintrag {entry.version}).",
                    en=f"Yes: {level.en}, fired on {english_date(event.occurred_on)} (entry {entry.version}).",
                )
                if event.to is not None and event.ground is not None:
                    ground = code_title(event.ground)
                    yield Title(
                        de=f"Sie galt {event.to}: {ground.de}.", en=f"It was for {event.to}: {ground.en}."
                    )
            case ReminderDelivered() | GrantReminderDelivered() if event.reminder_id == reminder_id:
                yield Title(
                    de=f"Die Mail ging am {german_date(event.occurred_on)} an {event.sent_to}.",
                    en=f"The mail went to {event.sent_to} on {english_date(event.occurred_on)}.",
                )
            case ReminderUndeliverable() | GrantReminderUndeliverable() if event.reminder_id == reminder_id:
                yield Title(
                    de=f"Die Mail war nicht zustellbar (Eintrag {entry.version}); die Erinnerung steht auf der Liste.",
                    en=f"The mail could not be delivered (entry {entry.version}); the reminder is on the list.",
                )
            case _:
                pass


def _not_yet(
    past: Past, question: Asked, due: Due, planned: PlannedReminder, today: date, whose: Title
) -> Iterator[Title]:
    if due.suspended:
        yield Title(
            de="Nein: Der Fall ruht, und an interne Termine wird dann nicht erinnert.",
            en="No: the case is on hold, and nobody is reminded of internal dates then.",
        )
        return
    if planned.on > today:
        yield Title(
            de=f"Noch nicht: Sie ist für den {german_date(planned.on)} geplant.",
            en=f"Not yet: it is planned for {english_date(planned.on)}.",
        )
        return
    highest = [reminder for reminder in due.reminders if reminder.on <= today][-1]
    if highest is planned:
        yield Title(
            de="Noch nicht: Sie ist fällig und geht am nächsten Morgen um sechs hinaus.",
            en="Not yet: it is due and goes out at six the next morning.",
        )
        return
    known = past.first_known(question)
    learnt_on = local_date(known.recorded_at) if known is not None else None
    over = code_title(highest.level)
    if known is not None and learnt_on is not None and learnt_on > planned.on:
        yield Title(
            de=f"Nein: Für den {german_date(planned.on)} vorgesehen, doch bekannt ist der Termin erst seit dem "
            f"{german_date(learnt_on)} (Eintrag {known.version}); seither gilt eine höhere Stufe ({over.de}).",
            en=f"No: meant for {english_date(planned.on)}, but the date is known only since {english_date(learnt_on)} "
            f"(entry {known.version}); since then a higher level counts ({over.en}).",
        )
    else:
        yield Title(
            de=f"Nein: Am {german_date(planned.on)} wurde {whose.de} nicht geweckt; seither gilt eine höhere Stufe "
            f"({over.de}), und niedrigere werden nicht nachgeholt.",
            en=f"No: {whose.en} was not awake on {english_date(planned.on)}; since then a higher level counts ({over.en}), "
            "and lower ones are not made up for.",
        )


def _vanished(past: Past, ended: Recorded[Any], question: Asked, due: Due | None) -> Iterator[Title]:
    """What took the date away or moved it, and whether the case was on hold on the day."""
    event = ended.event
    title = EVENT_TITLES[stored_name(type(event))]
    what_de = f"Eintrag {ended.version} („{title.de}“ vom {german_date(event.occurred_on)})"
    what_en = f'entry {ended.version} ("{title.en}" of {english_date(event.occurred_on)})'
    if isinstance(event, EntryCorrected) and (wrong := past.entry(event.version)) is not None:
        was = EVENT_TITLES[stored_name(type(wrong.event))]
        what_de += f" zu Eintrag {event.version} („{was.de}“)"
        what_en += f' of entry {event.version} ("{was.en}")'
    place = past.history.index(ended)
    moved = next((d for d in past.after(place + 1) if d.id == question.due_id), None)
    if moved is not None and question.due_on is not None and moved.due_on != question.due_on:
        yield Title(
            de=f"Der Termin vom {german_date(question.due_on)} wurde auf den {german_date(moved.due_on)} verlegt durch "
            f"{what_de}.",
            en=f"The date of {english_date(question.due_on)} was moved to {english_date(moved.due_on)} by {what_en}.",
        )
        if due is not None and due.due_on != moved.due_on:
            yield Title(
                de=f"Heute liegt er auf dem {german_date(due.due_on)}.",
                en=f"Today it is {english_date(due.due_on)}.",
            )
    else:
        yield Title(
            de=f"Diesen Termin gibt es nicht mehr seit {what_de}.",
            en=f"This date is not there any more since {what_en}.",
        )
    old = next((d for d in past.after(place) if d.id == question.due_id), None)
    if old is not None and old.suspended and question.reminder_id is not None:
        held = next(
            (
                e
                for e in reversed(past.history)
                if isinstance(e.event, CaseHeld) and e.version < ended.version
            ),
            None,
        )
        if held is not None:
            yield Title(
                de=f"Bis dahin ruhte der Fall seit dem {german_date(held.event.occurred_on)} (Eintrag {held.version}): "
                "An interne Termine wird dann nicht erinnert.",
                en=f"Until then the case was on hold since {english_date(held.event.occurred_on)} (entry {held.version}): "
                "nobody is reminded of internal dates then.",
            )
