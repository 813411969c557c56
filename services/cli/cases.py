"""Commands that show one case: as it is, as of a date, as known at an instant; its history and its agenda."""

from __future__ import annotations

from cyclopts import App

from domain.personal import Erased
from services.case_reading import CaseView, HistoryLine, case_agenda, case_view, history_lines
from services.cli.connecting import engine_here
from services.cli.outcome import (
    CommandFailed,
    Json,
    print_json,
    print_lines,
    read_date,
    read_known_at,
    read_uuid,
)

__all__ = ["case"]

case = App(name="case", help="Show one case: state, history, agenda.")


@case.command
async def show(
    case_id: str,
    *,
    as_of: str | None = None,
    known_at: str | None = None,
    language: str = "de",
    json_: Json = False,
) -> int:
    """Show a case as it is, as of a date, as known at an instant, or both.

    Parameters
    ----------
    case_id
        The id of the case.
    as_of
        Business date (YYYY-MM-DD): only what had happened by the end of that day.
    known_at
        What was known then: an instant (2026-11-22T10:00:00+01:00) or a position of the log.
    language
        de or en.
    """
    stream_id = read_uuid(case_id, "CASE-ID")
    day, known = read_date(as_of, "--as-of"), read_known_at(known_at)
    async with engine_here() as engine:
        view = await case_view(engine, stream_id, as_of=day, known_at=known)
    if view is None:
        raise CommandFailed(f"no case {case_id} is known" + (" at that time" if day or known else ""))
    if json_:
        print_json(view)
    else:
        print_lines(describe(view, language))
    return 0


@case.command
async def history(case_id: str, *, language: str = "de", json_: Json = False) -> int:
    """Show every entry of a case: when it happened, when it was recorded, by whom, and what.

    Parameters
    ----------
    case_id
        The id of the case.
    language
        de or en.
    """
    stream_id = read_uuid(case_id, "CASE-ID")
    async with engine_here() as engine:
        entries = await engine.store.load(stream_id)
    if not entries:
        raise CommandFailed(f"no case {case_id} is known")
    lines = history_lines(entries, language)
    if json_:
        print_json(lines)
    else:
        print_lines(history_table(lines))
    return 0


@case.command
async def agenda(case_id: str, *, language: str = "de", json_: Json = False) -> int:
    """Show the dates of a case with rule, citation, calculation, duty holder and reminders.

    Parameters
    ----------
    case_id
        The id of the case.
    language
        de or en.
    """
    stream_id = read_uuid(case_id, "CASE-ID")
    async with engine_here() as engine:
        entries = await case_agenda(engine, stream_id)
    if entries is None:
        raise CommandFailed(f"no case {case_id} is known")
    if json_:
        print_json(entries)
        return 0
    for due, sent in entries:
        title = due.title.en if language == "en" else due.title.de
        line = due.line_en if language == "en" else due.line_de
        print_lines(
            [
                f"{due.due_on:%d.%m.%Y}  {title}" + ("  (ruht)" if due.suspended else ""),
                f"            {line}  [{due.rule}; {due.citation}; zuständig: {due.duty_holder.value}]",
                "            "
                + ", ".join(
                    f"{r.level.value} {r.on:%d.%m.%Y}{' ✓' if r.id in sent else ''}" for r in due.reminders
                ),
            ]
        )
    return 0


def describe(view: CaseView, language: str) -> list[str]:
    """The case in a few lines for a reader at a terminal."""
    case_ = view.case
    stages = ", ".join(
        f"{s.stage.value} {s.from_on:%d.%m.%Y}–{f'{s.to_on:%d.%m.%Y}' if s.to_on else 'heute'}"
        for s in case_.stages
    )
    name = case_.intake.name
    label = (
        "gelöscht"
        if isinstance(name, Erased)
        else " ".join(part for part in (name.given_name, name.family_name) if part)
    )
    status = "offen" if case_.open else "abgelehnt" if case_.declined else "abgeschlossen"
    rows = [
        ("Fall", str(view.case_id)),
        ("Stand", f"Eintrag {case_.version}, Position {view.position}, zum {view.as_of or 'heutigen Tag'}"),
        ("Person", label),
        ("Status", status + (" (ruht)" if case_.hold.held else "")),
        ("Kommune", case_.municipality),
        ("Zuständig", case_.caseworker + (f", Coach {case_.coaching.coach}" if case_.coaching.coach else "")),
        (
            "Aufenthalt",
            f"{case_.residence.status.value} bis {case_.residence.valid_until or 'unbefristet/unbekannt'}",
        ),
        ("Rechtskreis", case_.legal_regime.value),
        ("Abschnitte", stages),
        (
            "Kontakte",
            f"{case_.coaching.contacts_held} gehalten, {case_.coaching.contacts_attempted} versucht",
        ),
    ]
    rows += [
        ("Teilnahme", f"{p.module or '?'} {p.provider} – {p.status.value}, {p.units_attended} UStd.")
        for p in case_.course.participations
    ]
    rows += [
        ("Ausbildung", f"{t.kind.value} KldB {t.occupation} – {t.status.value} ab {t.starts_on:%d.%m.%Y}")
        for t in case_.ausbildung.trainings
    ]
    if case_.closing:
        rows.append(
            (
                "Austritt",
                f"{case_.closing.closed_on:%d.%m.%Y}: {case_.closing.exit_reason.value} → {case_.closing.destination.value}",
            )
        )
    return [f"{title:12} {text}" for title, text in rows]


def history_table(lines: list[HistoryLine]) -> list[str]:
    """The history as aligned text."""
    head = f"{'Nr':>3}  {'geschehen':10}  {'erfasst':16}  {'von':18}  Eintrag"
    return [head] + [
        f"{line.version:>3}  {line.occurred_on:%d.%m.%Y}  {line.recorded_at:%d.%m.%Y %H:%M}  "
        f"{line.actor[:18]:18}  {line.title}{f' – {line.details}' if line.details else ''}"
        for line in lines
    ]
