"""Rules of the programme, monitoring, rescue list and narratives counted again from ``events export``, by plain loops."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import date, timedelta
from typing import Any

from tests.services.counted_from_export import Case, Cells, Fields, Groups, reach_and_modules, statistics
from tests.services.counted_grants import Grant, attendance, rate_known, rates_on, streams_of


def contracts_and_destinations(cases: list[Case], as_of: date, by: str) -> Cells:
    """The tables ``placements`` and ``destinations`` of the report ``breakdown``."""
    g = Groups()
    for c in cases:
        lines = [(c.by(by),), ("total",)]
        for contract in c.contracts:
            if contract["signed"] > as_of:
                continue
            started = contract["step"] is not None and contract["step"]["entered"] <= as_of
            broken = bool(contract.get("ground")) and contract["left"] <= as_of
            g.add("placements", "contracts", lines)
            g.add("placements", "started", lines, started)
            g.add("placements", "broken_off", lines, broken)
            if started:
                g.person("placements", "persons_started", lines, c.person)
        if c.closed:
            later = "not_asked_yet" if not c.settled else c.settled_destination or "not_reached"
            for column, where in (("at_exit", str(c.destination)), ("after_six_months", later)):
                keys = [(one[0], to) for one in lines for to in (where, "total")]
                g.person("destinations", column, keys, c.person)
    return g.cells()


# ------------------------------------------------------------- programme rules


def outcome(case: Case, on: date, least: int, most: int, excluded: set[str]) -> str:
    """How an entry stands against the rules; a month of birth leaves two ages open in that month."""
    if case.first["birth_month"] is None:
        return "age_undecided"
    born = date.fromisoformat(case.first["birth_month"])
    ages = {on.year - born.year - (on.month < born.month), on.year - born.year - (on.month <= born.month)}
    if max(ages) < least:
        return "too_young"
    if min(ages) > most:
        return "too_old"
    if min(ages) < least or max(ages) > most:
        return "age_undecided"
    status = case.status_on(on)
    if excluded and status == "unknown":
        return "status_not_known"
    return "status_excluded" if status in excluded else "within_rules"


def programme_rules(cases: list[Case], least: int = 18, most: int = 27, excluded: str = "") -> Cells:
    """The report ``programme_rules``."""
    g = Groups()
    for c in cases:
        for s in c.courses:
            found = outcome(c, s["entered"], least, most, set(excluded.split(",")) - {""})
            lines = [(module, to) for module in (s["kind"], "total") for to in (found, "total")]
            g.add("entries", "entries", lines)
            g.person("entries", "persons", lines, c.person)
    return g.cells()


# ------------------------------------------------------------------ monitoring

CLASSES = {
    "municipalities": "municipality",
    "modules": None,
    "gender": "gender",
    "age_band": "age_band",
    "status": "status_group",
    "legal_regime": "legal_regime",
    "language_level": "language_level",
    "nationality": "nationality",
}


def monitoring(cases: list[Case], quarter_end: date) -> Cells:
    """The report ``monitoring`` before anything is left out; ``cases`` as of the end of the quarter."""
    cells: Cells = {}
    for table, by in CLASSES.items():
        counted = reach_and_modules(cases, quarter_end, "reach", table, "flow", by)
        for (found, column, key), value in counted.items():
            more = ("stock", "exits") if table in ("municipalities", "modules") else ()
            if found == table and column in ("participations", "persons", "women", "women_share", *more):
                cells[table, column, key] = value
            elif found == "reach" and by == "municipality":
                cells["reach", column, key] = value
            elif found == "flow" and by is None and key[1:] == ("total", "total"):
                cells["flow", column, key[:1]] = value
    return cells


# ---------------------------------------------------------------------- rescue


def missing(case: Case, profile: str) -> list[str]:
    """The answers that a case lacks, in the order they are named."""
    found = [
        name
        for name, answer in (
            ("gender", case.first["gender"]),
            ("birth_month", case.first["birth_month"]),
            ("nationality", case.first["nationalities"]),
        )
        if not answer
    ]
    found += ["residence_status"] if case.by("residence_status") == "unknown" else []
    found += ["legal_regime"] if case.by("legal_regime") == "unknown" else []
    if profile == "esf_plus" and not any(
        name == "assessment_recorded"
        and f["school_leaving"] is not None
        and f["occurred_on"] <= case.as_of.isoformat()
        for name, f in case.events
    ):
        found.append("school_leaving")
    if case.closed:
        found += ["destination"] if case.destination == "unknown" else []
        year, month = divmod(case.closed.month - 1 + 6, 12)
        last = min(case.closed.day, days_in(case.closed.year + year, month + 1))
        due = date(case.closed.year + year, month + 1, last)
        if profile == "esf_plus" and due <= case.as_of and not case.settled:
            found.append("follow_up")
    return found


def days_in(year: int, month: int) -> int:
    """The number of days of a month."""
    after = date(year + month // 12, month % 12 + 1, 1)
    return (after - date(year, month, 1)).days


def rescue(
    cases: list[Case],
    lines: Iterable[bytes],
    grants: list[Grant],
    programme: list[Fields],
    as_of: date,
    profile: str,
) -> Cells:
    """The report ``rescue``."""
    worth: dict[str, list[int]] = {}
    for case_id, module, _, offered_by, span, _ in attendance(lines, as_of):
        rate = rate_known(module, offered_by, span, grants, programme)
        if rate is not None:
            worth.setdefault(case_id, []).append(span["units_attended"] * rate["amount_cents"])
    g, cells = Groups(), {}
    for c in cases:
        if not c.courses:
            continue
        lacks = missing(c, profile)
        g.add("counting", "entered", [("total",)])
        g.add("counting", "incomplete" if lacks else "complete", [("total",)])
        g.add("gaps", "cases", [(answer,) for answer in lacks])
        if lacks:
            coached = any(s["kind"] == "F1" and s["left"] is None for s in c.courses)
            modules = {s["kind"] for s in c.courses}
            known = any(r["module"] in modules for r in rates_on(as_of, grants, programme))
            figures: dict[str, Any] = {
                "missing": " ".join(lacks),
                "call": "coach_in_charge" if coached else "caseworker_in_charge",
                "participations": len(c.courses),
                "at_risk": sum(worth[c.id]) if c.id in worth else 0 if known else None,
            }
            cells.update({("rescue", column, (c.id,)): figure for column, figure in figures.items()})
    return {**g.cells(), **cells, **forms(cases, lines, grants, programme, as_of, profile)}


def forms(
    cases: list[Case],
    lines: Iterable[bytes],
    grants: list[Grant],
    programme: list[Fields],
    as_of: date,
    profile: str,
) -> Cells:
    """The table ``forms``: day by day, the weeks of a course in which nobody wrote down who came."""
    cells: dict[Any, Any] = {}
    quarter_end = date(as_of.year, 3 * ((as_of.month + 2) // 3), 1)
    quarter_end = quarter_end.replace(day=days_in(quarter_end.year, quarter_end.month))
    places = {
        stream_id: events[0][1]["municipality"]
        for stream_id, events in streams_of(lines).items()
        if events[0][0] == "offer_published"
    }
    for c in cases:
        seats: dict[str, dict[str, Any]] = {}
        for name, f in c.events:
            seat = seats.setdefault(f.get("participation_id", ""), {"held": set()})
            on = date.fromisoformat(f["occurred_on"])
            if name == "seat_requested":
                seat["place"] = places[f["offer_id"]]
            elif name == "seat_offered":
                seat["module"] = f["module"]
            elif name == "course_started":
                seat["from"] = on
            elif name in ("course_finished", "course_abandoned"):
                seat["to"] = on
            elif name == "attendance_recorded":
                first, last = date.fromisoformat(f["from_on"]), date.fromisoformat(f["to_on"])
                days = [first + timedelta(n) for n in range((last - first).days + 1)]
                seat["held"] |= {day - timedelta(day.weekday()) for day in days}
        for number, seat in seats.items():
            if not seat.get("module") or "from" not in seat or seat["from"] > as_of:
                continue
            last = min(seat.get("to", as_of), as_of)
            days = [seat["from"] + timedelta(n) for n in range((last - seat["from"]).days + 1)]
            weeks = sorted({day - timedelta(day.weekday()) for day in days} - seat["held"])
            weeks = [week for week in weeks if week + timedelta(6) <= as_of]
            if weeks:
                span = {"from_on": weeks[0].isoformat(), "to_on": weeks[-1].isoformat()}
                rate = rate_known(seat["module"], seat["place"], span, grants, programme)
                figures: dict[str, Any] = {
                    "missing_forms": len(weeks),
                    "days_left": (quarter_end - as_of).days,
                    "call": "provider_of_offer",
                    "cure": "attendance_recorded",
                    "rate": rate and rate["amount_cents"],
                }
                key = (c.id, "attendance_list", number)
                cells.update({("forms", column, key): figure for column, figure in figures.items()})
        due = six_months_after(c.closed) if c.closed and c.courses and not c.settled else None
        if profile == "esf_plus" and due and due <= quarter_end:
            figures = {
                "missing_forms": 1,
                "days_left": (due - as_of).days,
                "call": "caseworker_in_charge",
                "cure": "follow_up_outcome_recorded",
            }
            key = (c.id, "follow_up_form", "")
            cells.update({("forms", column, key): figure for column, figure in figures.items()})
    return cells


def six_months_after(day: date) -> date:
    """The same day six months later, or the last of that month."""
    year, month = divmod(day.month - 1 + 6, 12)
    return date(day.year + year, month + 1, min(day.day, days_in(day.year + year, month + 1)))


# ------------------------------------------------------------------ narratives


def narrative(cases: list[Case], grants: list[Grant], as_of: date, year: int | None) -> Cells:
    """The chapters of ``proof_of_use`` and ``interim_statement``: the statistics of what any grant pays for."""
    scopes = []
    for g in grants:
        first, last = g.period[0], min(g.period[1], as_of)
        if year is not None:
            first, last = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        if first <= last:
            places, modules = {line[1] for line in g.planned}, {line[0] for line in g.planned}
            scopes.append((places, modules, first, last))
    taken = []
    for c in cases:
        of_case = [s for s in scopes if c.place in s[0] or c.place[:5] + "000" in s[0]]
        case = copy(c)
        case.steps = [
            step
            for step in c.steps
            if any(
                step["kind"] in (*modules, "ausbildung") and first <= step["entered"] <= last
                for _, modules, first, last in of_case
            )
        ]
        case.contracts = [
            contract
            for contract in c.contracts
            if any(first <= contract["signed"] <= last for *_, first, last in of_case)
        ]
        if any(
            c.opened <= last and not any(end and end < first for end in (c.closed, c.declined))
            for *_, first, last in of_case
        ):
            taken.append(case)
        else:
            assert not case.courses
            assert not case.contracts
    chapters = ("reach", "modules", "placements", "dropouts", "destinations")
    return {ref: value for ref, value in statistics(taken, as_of).items() if ref[0] in chapters}
