"""A case at a terminal: what it is now, its history and its dates, in German or English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from domain.agenda import Due
from domain.ausbildung import Training
from domain.case_state import CaseState
from domain.code_titles import in_language
from domain.path import Title
from domain.person import Residence
from domain.waiting import WaitingInterval
from domain.wording import shown_code, shown_date, shown_instant, shown_municipality
from services.case_agenda import AgendaDate
from services.case_reading import CaseView, HistoryLine
from services.value_wording import person_label

_ROW_TITLES = {
    "case": Title(de="Fall", en="Case"),
    "state": Title(de="Stand", en="State"),
    "person": Title(de="Person", en="Person"),
    "status": Title(de="Status", en="Status"),
    "municipality": Title(de="Kommune", en="Municipality"),
    "in_charge": Title(de="Zuständig", en="In charge"),
    "residence": Title(de="Aufenthalt", en="Residence"),
    "regime": Title(de="Rechtskreis", en="Legal regime"),
    "stages": Title(de="Abschnitte", en="Stages"),
    "contacts": Title(de="Kontakte", en="Contacts"),
    "participation": Title(de="Teilnahme", en="Participation"),
    "ausbildung": Title(de="Ausbildung", en="Ausbildung"),
    "exit": Title(de="Austritt", en="Exit"),
}


def describe(view: CaseView, language: str) -> list[str]:
    """The case in a few lines."""
    rows = [(in_language(_ROW_TITLES[row], language), text) for row, text in _rows(view, language)]
    width = max(len(title) for title, _ in rows)
    return [f"{title:{width}}  {text}" for title, text in rows]


def history_table(lines: list[HistoryLine], language: str = "de") -> list[str]:
    """The history as aligned text; instants in local time."""
    said = _Said(language)
    happened, recorded, actor = said("geschehen", "happened"), said("erfasst", "recorded"), said("von", "by")
    head = f"{said('Nr', 'No'):>4}  {happened:10}  {recorded:16}  {actor:18}  {said('Eintrag', 'Entry')}"
    return [head] + [
        f"{line.version:>4}  {shown_date(line.occurred_on, language)}  "
        f"{shown_instant(line.recorded_at, language)}  {line.actor[:18]:18}  {line.title}"
        + (f" – {line.details}" if line.details else "")
        + (f"  [{said('berichtigt durch', 'corrected by')} {line.corrected_by}]" if line.corrected_by else "")
        for line in lines
    ]


def agenda_lines(found: AgendaDate, language: str) -> Iterator[str]:
    """One date: when, what, how it stands, how it was computed from which entry and by which rule, who has to act and
    who is waited for, and its reminders (✓ = issued), with the id to ask "why" with."""
    due, said, margin = found.due, _Said(language), " " * 12
    yield (
        f"{shown_date(due.due_on, language)}  {in_language(due.title, language)}  "
        f"({shown_code(found.status, language)})"
    )
    yield f"{margin}{said(due.line_de, due.line_en)}"
    trigger = in_language(found.trigger_title, language)
    yield (
        f"{margin}{said('Auslöser: Eintrag', 'trigger: entry')} {due.trigger_version}, {trigger} "
        f"{shown_date(found.trigger_on, language)}"
    )
    if due.held_days:
        yield f"{margin}{said(f'um {due.held_days} Tage Ruhen verschoben', f'moved by {due.held_days} days on hold')}"
    if due.precise_on is not None and due.precise_on != due.due_on:
        yield f"{margin}{said('genauer Tag', 'exact day')}: {shown_date(due.precise_on, language)}"
    if (days := _pressing(due, said, language)) is not None:
        yield f"{margin}{days}"
    holder = f"{said('zuständig', 'to act')}: {shown_code(due.duty_holder, language)}"
    if due.waiting_on is not due.duty_holder:
        holder += f", {said('gewartet wird auf', 'waiting for')}: {shown_code(due.waiting_on, language)}"
    yield f"{margin}{holder}  [{due.citation}; {due.rule}]"
    if due.source:
        version = (
            f", {said('Fassung ab', 'version from')} {shown_date(due.rule_valid_from, language)}"
            if due.rule_valid_from
            else ""
        )
        yield f"{margin}{said('Quelle', 'source')}: {due.source} <{due.source_link}>{version}"
    if due.unverified and due.verified_on is not None:
        read = shown_date(due.verified_on, language)
        yield margin + said(
            f"Rechtsstand {read}: seit der Reform vom 12.06.2026 nicht erneut geprüft",
            f"law as of {read}: not read again since the reform of 2026-06-12",
        )
    yield from (margin + line for line in _reminders(found, said, language))


def waiting_rows(intervals: Iterable[WaitingInterval], today: date, language: str) -> Iterator[str]:
    """Who has to act today for each open step, and since when."""
    said = _Said(language)
    for interval in intervals:
        if interval.covers(today):
            since = f"{said('seit', 'since')} {shown_date(interval.from_on, language)}"
            yield (
                f"{said('gewartet wird auf', 'waiting for')} {shown_code(interval.owner, language)}: "
                f"{shown_code(interval.step, language)}, {since}"
            )


def _pressing(due: Due, said: _Said, language: str) -> str | None:
    """The days around a date, unless they all are the date itself."""
    days = []
    if due.at_risk_on is not None and due.at_risk_on < due.target_on:
        days.append(f"{said('gefährdet ab', 'at risk from')} {shown_date(due.at_risk_on, language)}")
    if due.target_on != due.due_on:
        days.append(f"{said('Ziel', 'target')} {shown_date(due.target_on, language)}")
    if due.ultimate_on is not None and due.ultimate_on != due.due_on:
        days.append(f"{said('spätestens', 'at the latest')} {shown_date(due.ultimate_on, language)}")
    return ", ".join(days) or None


def _reminders(found: AgendaDate, said: _Said, language: str) -> Iterator[str]:
    due = found.due
    if due.reminders:
        yield ", ".join(
            f"{shown_code(reminder.level, language)} {shown_date(reminder.on, language)}"
            + (" ✓" if reminder.id in found.reminders_issued else "")
            for reminder in due.reminders
        )
    planned = {reminder.id for reminder in due.reminders}
    for sent in due.sent:
        if sent.id not in planned:
            yield (
                f"{shown_code(sent.level, language)} {shown_date(sent.on, language)} ✓ "
                f"{said('für einen früheren Stand des Termins', 'for the date as it was')} ({sent.id})"
            )
    if found.wakes_at is not None:
        yield f"{said('meldet sich', 'wakes')} {shown_instant(found.wakes_at, language)}"
    yield f"{said('Kennung', 'id')}: {due.id}"


class _Said:
    """A text in the reader's language, for words that stand in one place only."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, de: str, en: str) -> str:
        return in_language(Title(de=de, en=en), self._language)


def _rows(view: CaseView, language: str) -> Iterator[tuple[str, str]]:
    case, said = view.case, _Said(language)
    day = shown_date(view.as_of, language) if view.as_of else said("heute", "today")
    yield "case", str(view.case_id)
    yield (
        "state",
        f"{said('Eintrag', 'entry')} {case.version}, Position {view.position}, "
        f"{said('Stichtag', 'as of')} {day}",
    )
    yield "person", person_label(case.intake.name, language)
    yield "status", _status(case, said)
    yield "municipality", shown_municipality(case.municipality)
    yield "in_charge", case.caseworker + (f", Coach {case.coaching.coach}" if case.coaching.coach else "")
    yield "residence", _residence(case.residence, language)
    yield "regime", shown_code(case.legal_regime, language)
    if case.stages:
        yield "stages", _stages(case, language)
    held, attempted = case.coaching.contacts_held, case.coaching.contacts_attempted
    yield "contacts", f"{held} {said('gehalten', 'held')}, {attempted} {said('versucht', 'attempted')}"
    for p in case.course.participations:
        module = shown_code(p.module, language) if p.module else said("Baustein offen", "module open")
        units = f"{p.units_attended} {said('Unterrichtsstunden', 'teaching units')}"
        provider = f", {p.provider}" if p.provider else ""
        yield "participation", f"{module}{provider} – {shown_code(p.status, language)}, {units}"
    for training in case.ausbildung.trainings:
        yield "ausbildung", _training(training, language)
    if case.closing:
        yield (
            "exit",
            f"{shown_date(case.closing.closed_on, language)}: {shown_code(case.closing.exit_reason, language)}, "
            f"{said('Verbleib', 'destination')}: {shown_code(case.closing.destination, language)}",
        )


def _status(case: CaseState, said: _Said) -> str:
    if case.declined:
        return said("abgelehnt", "declined")
    if not case.open:
        return said("abgeschlossen", "closed")
    return said("offen", "open") + (f" ({said('ruht', 'on hold')})" if case.hold.held else "")


def _residence(residence: Residence, language: str) -> str:
    said = _Said(language)
    until = (
        f"{said('gültig bis', 'valid until')} {shown_date(residence.valid_until, language)}"
        if residence.valid_until
        else said("unbefristet oder Ende nicht bekannt", "unlimited or end not known")
    )
    return f"{shown_code(residence.status, language)}, {until}"


def _stages(case: CaseState, language: str) -> str:
    since = _Said(language)("seit", "since")
    return ", ".join(
        f"{shown_code(s.stage, language)} "
        + (
            f"{shown_date(s.from_on, language)}–{shown_date(s.to_on, language)}"
            if s.to_on
            else f"{since} {shown_date(s.from_on, language)}"
        )
        for s in case.stages
    )


def _training(training: Training, language: str) -> str:
    since = f"{_Said(language)('ab', 'from')} {shown_date(training.starts_on, language)}"
    kind, status = shown_code(training.kind, language), shown_code(training.status, language)
    return f"{kind}, KldB {training.occupation} – {status}, {since}"
