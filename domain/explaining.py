"""Why a reminder fired, or did not: a date of the agenda, or the absence of one, told in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from domain.agenda import Due, PlannedReminder, agenda, law_identity
from domain.calendar import Computed
from domain.case_state import CaseState
from domain.code_titles import code_title
from domain.date_wording import english_date, german_date
from domain.decision import Terms
from domain.law.dates import judge, law_dates, watched
from domain.law.facts import OBSTACLE_TEXTS, Obstacle, facts_of
from domain.path import ReminderLevel, Title
from domain.path_dates import RULES
from domain.reminders import SentReminder
from domain.values import DutyHolder

HOLDER_NAMES: Final[dict[DutyHolder, Title]] = {
    DutyHolder.PARTICIPANT: Title(de="die Person selbst", en="the participant"),
    DutyHolder.CASEWORKER: Title(de="Fallmanagement", en="the caseworker"),
    DutyHolder.PROVIDER: Title(de="Träger", en="the provider"),
    DutyHolder.EDUCATIONAL_INSTITUTION: Title(de="Bildungseinrichtung", en="the educational institution"),
    DutyHolder.EMPLOYER: Title(de="Betrieb", en="the employer"),
    DutyHolder.AUTHORITY: Title(de="Behörde", en="the authority"),
    DutyHolder.GRANT_OFFICER: Title(de="Fördermittelstelle", en="the grant officer"),
    DutyHolder.NOBODY: Title(de="niemand", en="nobody"),
}
LEVEL_NAMES: Final[dict[ReminderLevel, Title]] = {
    level: Title(de=title.de[0].upper() + title.de[1:], en=title.en[0].upper() + title.en[1:])
    for level in ReminderLevel
    for title in (code_title(level),)
}
"""The titles of the levels as a sentence begins with them."""


def explain(case: CaseState, terms: Terms, name: str) -> tuple[Title, ...]:
    """Everything there is to say on ``name``, the id of a date or of a rule, in the order of a conversation.

    For a date: how it was computed, by which rule, who has to act, and each reminder: sent, planned, or why not. Where
    there is no date: why not. Never empty.
    """
    found = {law_identity(law): law for law in law_dates(case, terms.path, terms.law, terms.calendar)}
    dues = [due for due in agenda(case, terms.path, terms.calendar, terms.law) if name in (due.id, due.rule)]
    lines: list[Title] = []
    for due in dues:
        law = found.get(due.id)
        lines += about_due(due, law.computed if law else None, terms.today)
    current = {due.id for due in dues}
    for sent in case.reminders.sent:
        if sent.due_id not in current and name in (sent.due_id, sent.due_id.partition("/")[0]):
            lines.append(sent_before(sent))
    return tuple(lines) if dues else (*lines, *_no_date(case, terms, name.partition("/")[0]))


def about_due(due: Due, computed: Computed | None, today: date) -> Iterator[Title]:
    """How a date was computed, by which rule, who has to act, and each of its reminders as it stands on ``today``."""
    yield Title(
        de=f"{due.title.de}: {german_date(due.due_on, weekday=True)}.",
        en=f"{due.title.en}: {english_date(due.due_on, weekday=True)}.",
    )
    yield Title(
        de=f"Berechnung: {due.line_de} (Auslöser: Eintrag {due.trigger_version}; Kalender {due.calendar}).",
        en=f"Computation: {due.line_en} (trigger: entry {due.trigger_version}; calendar {due.calendar}).",
    )
    for step in computed.steps if computed else ():
        yield Title(de=f"{step.de} [{step.citation}]", en=f"{step.en} [{step.citation}]")
    if due.precise_on is not None:
        yield Title(
            de=f"Genau: {german_date(due.precise_on)}; erinnert wird nach dem Geburtsmonat, damit der Tag der Geburt "
            "nirgends steht.",
            en=f"Exactly: {english_date(due.precise_on)}; reminders follow the month of birth, so that the birthday is "
            "written nowhere.",
        )
    if due.text is not None:
        yield due.text
    yield _basis(due)
    yield Title(
        de=f"Handeln muss: {HOLDER_NAMES[due.duty_holder].de}; gewartet wird auf: {HOLDER_NAMES[due.waiting_on].de}.",
        en=f"To act: {HOLDER_NAMES[due.duty_holder].en}; waiting for: {HOLDER_NAMES[due.waiting_on].en}.",
    )
    if due.suspended:
        yield Title(
            de="Der Fall ruht: Dieser interne Termin steht still, es wird nicht erinnert.",
            en="The case is on hold: this internal date stands still, no reminder fires.",
        )
    if due.held_days:
        yield Title(
            de=f"Um {due.held_days} Tage Ruhen verschoben.", en=f"Moved by {due.held_days} days on hold."
        )
    if not due.reminders:
        yield Title(de="Für diesen Termin wird nicht erinnert.", en="No reminder is planned for this date.")
    reached = [reminder for reminder in due.reminders if reminder.on <= today]
    for reminder in due.reminders:
        yield _reminder(due, reminder, reached[-1] if reached else None, today)
    planned = {reminder.id for reminder in due.reminders}
    for sent in due.sent:
        if sent.id not in planned:
            yield sent_before(sent)


def _basis(due: Due) -> Title:
    de, en = f"Grundlage: {due.citation}", f"Basis: {due.citation}"
    if due.source:
        de, en = f"{de} ({due.source})", f"{en} ({due.source})"
    if due.unverified and due.verified_on is not None:
        de += f"; zuletzt geprüft am {german_date(due.verified_on)}, vor der Reform vom 12.06.2026"
        en += f"; last verified on {english_date(due.verified_on)}, before the reform of 12 Jun 2026"
    return Title(de=f"{de}.", en=f"{en}.")


def _reminder(due: Due, reminder: PlannedReminder, highest: PlannedReminder | None, today: date) -> Title:
    level = LEVEL_NAMES[reminder.level]
    sent = next((s for s in due.sent if s.id == reminder.id), None)
    if sent is not None:
        return Title(
            de=f"{level.de} für den {german_date(reminder.on)}: ausgelöst am {german_date(sent.on)}.",
            en=f"{level.en} for {english_date(reminder.on)}: fired on {english_date(sent.on)}.",
        )
    if reminder.on > today:
        when = Title(
            de=f"geplant für den {german_date(reminder.on)}", en=f"planned for {english_date(reminder.on)}"
        )
    elif due.suspended:
        when = Title(de="nicht ausgelöst, weil der Fall ruht", en="not fired, because the case is on hold")
    elif highest is not None and highest is not reminder:
        when = Title(
            de=f"nicht ausgelöst: am {german_date(reminder.on)} war der Termin nicht bekannt, oder eine höhere Stufe galt",
            en=f"not fired: on {english_date(reminder.on)} the date was not known, or a higher level counted",
        )
    else:
        when = Title(
            de="fällig, sie geht am nächsten Morgen um sechs hinaus",
            en="due, it goes out at six the next morning",
        )
    return Title(de=f"{level.de}: {when.de}.", en=f"{level.en}: {when.en}.")


def sent_before(sent: SentReminder) -> Title:
    """A reminder that was sent for a date which does not stand as it was."""
    level = LEVEL_NAMES[sent.level]
    return Title(
        de=f"{level.de}: ausgelöst am {german_date(sent.on)} für einen Termin, der so nicht mehr gilt ({sent.id}).",
        en=f"{level.en}: fired on {english_date(sent.on)} for a date that no longer counts ({sent.id}).",
    )


def _no_date(case: CaseState, terms: Terms, rule_id: str) -> Iterator[Title]:
    """Why the rule gives no date for the case."""
    versions = terms.law.versions.get(rule_id)
    if versions is None and rule_id not in RULES:
        yield Title(de=f"Die Regel {rule_id} gibt es nicht.", en=f"There is no rule {rule_id}.")
        return
    if versions is None:
        watched_by_path = rule_id in terms.path.deadlines
        obstacle = Obstacle.NO_SUCH_FACT if watched_by_path else Obstacle.NOT_WATCHED
        yield OBSTACLE_TEXTS[obstacle if case.open or not watched_by_path else Obstacle.CASE_NOT_OPEN]
        return
    newest = versions[0]
    yield Title(de=f"{newest.title.de}: kein Termin.", en=f"{newest.title.en}: no date.")
    yield Title(de=f"Grundlage: {newest.citation}.", en=f"Basis: {newest.citation}.")
    if not case.open:
        yield OBSTACLE_TEXTS[Obstacle.CASE_NOT_OPEN]
    elif not watched(newest, terms.path):
        yield OBSTACLE_TEXTS[Obstacle.NOT_WATCHED]
    else:
        facts = facts_of(newest.trigger, case)
        if isinstance(facts, Obstacle):
            yield OBSTACLE_TEXTS[facts]
        else:
            for fact in facts:
                found = judge(versions, fact, case, terms.path, terms.calendar)
                if isinstance(found, Obstacle):
                    yield OBSTACLE_TEXTS[found]
