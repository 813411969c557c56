"""The rescue list counted again from ``events export``: each form looked for by itself, by plain loops."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from tests.services.counted_from_export import Case, Cells, Fields, Groups
from tests.services.counted_grants import (
    Grant,
    Span,
    attendance,
    most_units,
    rate_known,
    rates_on,
    span_of,
    streams_of,
)

Key = tuple[str, ...]


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


class Around:
    """What is known beside the cases: offers, rates, who is in charge, and until when is accounted for."""

    def __init__(
        self,
        lines: Iterable[bytes],
        grants: list[Grant],
        programme: list[Fields],
        as_of: date,
        requires: list[str],
    ) -> None:
        self.lines, self.grants, self.programme, self.as_of = list(lines), grants, programme, as_of
        self.requires = requires
        streams = streams_of(self.lines)
        self.offers = {name: e[0][1] for name, e in streams.items() if e[0][0] == "offer_published"}
        self.staff: dict[str, str] = {}
        for line in self.lines:
            entry = json.loads(line)
            if entry["event"] == "case_opened":
                self.staff[entry["stream_id"]] = entry["organisation"]
        month = 3 * ((as_of.month + 2) // 3)
        self.cut_off = date(as_of.year, month, days_in(as_of.year, month))

    def cents(self, offer: str, module: str, first: date, last: date) -> int | None:
        """What a unit of these days is paid with."""
        span = {"from_on": first.isoformat(), "to_on": last.isoformat()}
        rate = rate_known(module, self.offers[offer]["municipality"], span, self.grants, self.programme)
        return None if rate is None else int(rate["amount_cents"])

    def planned(self, offer: str, weeks: int) -> int:
        """Units of so many weeks, by counting the Mondays of the course; half a unit is one."""
        first, last = (date.fromisoformat(self.offers[offer][name]) for name in ("starts_on", "ends_on"))
        days = ((last - first).days + 1) + first.weekday()
        whole = -(-days // 7)
        return int(self.offers[offer]["teaching_units"] * min(weeks, whole) / whole + 0.5)

    def too_late(self, offer: str, entered: date) -> bool:
        """Entered after the eight weeks that the flat rates of F3 and F4 ask for since 2020."""
        of = self.offers[offer]
        start = date.fromisoformat(of["starts_on"])
        return of["module"] in ("F3", "F4") and start.year >= 2020 and (entered - start).days > 56

    def contact(self, c: Case) -> tuple[str, str]:
        """Whom to call, and by which id."""
        coach = caseworker = ""
        for name, f in c.events:
            caseworker = f["caseworker"] if name in ("case_opened", "case_handed_over") else caseworker
            coach = f["coach"] if name == "coach_assigned" else coach
        if any(s["kind"] == "F1" and s["left"] is None for s in c.courses):
            return "coach_in_charge", coach
        return "caseworker_in_charge", f"{self.staff[c.id]}/{caseworker}"


def rescue(cases: list[Case], around: Around, profile: str) -> Cells:
    """The report ``rescue``."""
    as_of, worth = around.as_of, defaultdict(list)
    for case_id, module, _, offered_by, span, _ in attendance(around.lines, as_of):
        rate = rate_known(module, offered_by, span, around.grants, around.programme)
        if rate is not None:
            worth[case_id].append(span["units_attended"] * rate["amount_cents"])
    g, cells = Groups(), {}
    for c in cases:
        if not c.courses:
            continue
        lacks = missing(c, profile)
        g.add("counting", "entered", [("total",)])
        g.add("counting", "incomplete" if lacks else "complete", [("total",)])
        g.add("gaps", "cases", [(answer,) for answer in lacks])
        if lacks:
            modules = {s["kind"] for s in c.courses}
            known = any(r["module"] in modules for r in rates_on(as_of, around.grants, around.programme))
            call, contact = around.contact(c)
            figures: dict[str, Any] = {
                "missing": " ".join(lacks),
                "call": call,
                "contact": contact,
                "place": c.place,
                "participations": len(c.courses),
                "days_left": (around.cut_off - as_of).days,
                "at_risk": sum(worth[c.id]) if c.id in worth else 0 if known else None,
            }
            cells.update({("rescue", column, (c.id,)): figure for column, figure in figures.items()})
    return {**g.cells(), **cells, **forms(cases, around, profile), **budget(cases, around, profile)}


def seats_of(c: Case, as_of: date) -> dict[str, dict[str, Any]]:
    """What the case says of each seat, and how far it had come by the day."""
    found: dict[str, dict[str, Any]] = {}
    for name, f in c.events:
        if not name.startswith(("seat_", "course_", "attendance_")):
            continue
        seat = found.setdefault(f["participation_id"], {"held": set(), "over": False, "stands": None})
        on = date.fromisoformat(f["occurred_on"])
        if name == "seat_requested":
            seat["offer"] = f["offer_id"]
        elif name == "seat_offered":
            seat["module"], seat["answer_by"] = f["module"], date.fromisoformat(f["answer_by"])
        elif name == "course_started":
            seat["from"] = on
        elif name in ("course_finished", "course_abandoned"):
            seat["to"] = on
        elif name == "attendance_recorded":
            first, last = date.fromisoformat(f["from_on"]), date.fromisoformat(f["to_on"])
            days = [first + timedelta(n) for n in range((last - first).days + 1)]
            seat["held"] |= {day - timedelta(day.weekday()) for day in days}
        if on <= as_of and name != "attendance_recorded":
            seat["stands"] = name
            seat["over"] |= name not in ("seat_requested", "seat_offered", "seat_waitlisted", "seat_accepted")
    return found


def weeks_of(seat: dict[str, Any], as_of: date) -> tuple[list[date], set[date]]:
    """The Mondays without a list, and those with one, of a course that was entered."""
    if not seat.get("module") or "from" not in seat or seat["from"] > as_of:
        return [], set()
    last = min(seat.get("to", as_of), as_of)
    days = [seat["from"] + timedelta(n) for n in range((last - seat["from"]).days + 1)]
    mondays = {day - timedelta(day.weekday()) for day in days}
    missing = sorted(week for week in mondays - seat["held"] if week + timedelta(6) <= as_of)
    return missing, {week for week in seat["held"] if week <= last}


def forms(cases: list[Case], around: Around, profile: str) -> Cells:
    """The table ``forms``."""
    cells: dict[Any, Any] = {}
    as_of = around.as_of
    for c in cases:
        call, contact = around.contact(c)
        staff = {"call": call, "contact": contact, "missing_forms": 1, "place": c.place}
        found: dict[Key, dict[str, Any]] = {}
        for number, seat in seats_of(c, as_of).items():
            offer = around.offers[seat["offer"]]
            provider = {"call": "provider_of_offer", "contact": offer["provider"]}
            weeks, _ = weeks_of(seat, as_of)
            if weeks:
                rate = around.cents(seat["offer"], seat["module"], weeks[0], weeks[-1])
                at_stake = None if rate is None else around.planned(seat["offer"], len(weeks)) * rate
                found["attendance_list", number] = (
                    staff
                    | provider
                    | {
                        "missing_forms": len(weeks),
                        "days_left": (around.cut_off - as_of).days,
                        "cure": "attendance_recorded",
                        "rate": rate,
                        "at_stake": 0 if around.too_late(seat["offer"], seat["from"]) else at_stake,
                    }
                )
            for form, cure, days_left in wanted(c, seat, around):
                first, last = (date.fromisoformat(offer[name]) for name in ("starts_on", "ends_on"))
                rate = around.cents(seat["offer"], offer["module"], first, last)
                whom = provider if form == "seat_request" else {}
                found[form, number] = (
                    staff
                    | whom
                    | {
                        "days_left": days_left,
                        "cure": cure,
                        "rate": rate,
                        "at_stake": None if rate is None else offer["teaching_units"] * rate,
                    }
                )
        due = six_months_after(c.closed) if c.closed and c.courses and not c.settled else None
        if profile == "esf_plus" and due and due <= around.cut_off:
            cure = "follow_up_outcome_recorded"
            caseworker = staff_of_closed(c, around)
            found["follow_up_form", ""] = staff | caseworker | {"days_left": (due - as_of).days, "cure": cure}
        until = valid_until(c, as_of)
        if c.courses and not c.closed and not c.declined and until and until < around.cut_off:
            cure = "residence_status_changed"
            found["residence_proof", ""] = staff | {"days_left": (until - as_of).days, "cure": cure}
        for key, figures in found.items():
            cells.update({("forms", column, (c.id, *key)): figure for column, figure in figures.items()})
    return cells


def staff_of_closed(c: Case, around: Around) -> dict[str, str]:
    """No coach accompanies a case that is closed."""
    caseworker = [f["caseworker"] for name, f in c.events if name in ("case_opened", "case_handed_over")][-1]
    return {"call": "caseworker_in_charge", "contact": f"{around.staff[c.id]}/{caseworker}"}


def valid_until(c: Case, as_of: date) -> date | None:
    """The last valid day of the status recorded last by the day, else of the first."""
    spells = [(f["occurred_on"], f["residence"]["valid_until"]) for _, f in c.events if "residence" in f]
    by_then = [until for on, until in spells if on <= as_of.isoformat()]
    until = by_then[-1] if by_then else spells[0][1]
    return date.fromisoformat(until) if until else None


def wanted(c: Case, seat: dict[str, Any], around: Around) -> Iterator[tuple[str, str, int]]:
    """What keeps a seat from being entered: form, entry that cures, days left."""
    as_of, start = around.as_of, date.fromisoformat(around.offers[seat["offer"]]["starts_on"])
    if seat["over"] or seat["stands"] is None or start > around.cut_off or c.closed or c.declined:
        return
    if seat["stands"] == "seat_requested" and as_of <= start:
        yield "seat_request", "seat_offered", (start - as_of).days
    elif seat["stands"] == "seat_offered" and as_of <= seat["answer_by"]:
        yield "seat_answer", "seat_accepted", (seat["answer_by"] - as_of).days
    elif seat["stands"] == "seat_accepted":
        if start <= as_of:
            eight_weeks = around.offers[seat["offer"]]["module"] in ("F3", "F4") and start.year >= 2020
            last = min(around.cut_off, start + timedelta(56)) if eight_weeks else around.cut_off
            yield "course_start", "course_started", (last - as_of).days
    else:
        return
    told = any(name == "information_notice_given" and on <= as_of for name, on in dated(c))
    if "information_notice" in around.requires and not told:
        yield "information_notice_form", "information_notice_given", (start - as_of).days
    if "consent_case_management" in around.requires and not consents(c, max(start, as_of), as_of):
        yield "consent_form", "consent_given", (start - as_of).days


def dated(c: Case) -> Iterator[tuple[str, date]]:
    """Every event with its day."""
    return ((name, date.fromisoformat(f["occurred_on"])) for name, f in c.events)


def consents(c: Case, on: date, as_of: date) -> bool:
    """Whether the latest consent to case management, as known on the day, covers ``on``."""
    covers = False
    for name, f in c.events:
        said = date.fromisoformat(f["occurred_on"])
        if f.get("purpose") != "case_management" or said > as_of:
            continue
        if name == "consent_given":
            covers = said <= on and (f["valid_until"] is None or on.isoformat() <= f["valid_until"])
        elif name == "consent_withdrawn":
            covers = covers and said > on
    return covers


def budget(cases: list[Case], around: Around, profile: str) -> Cells:
    """The table ``budget``: the most that all prove, less the most that those prove who count; weeks without any list."""
    as_of = around.as_of
    here = {c.id: c for c in cases if c.courses}
    units: dict[Key, dict[str, list[dict[Span, int | None]]]] = defaultdict(
        lambda: defaultdict(lambda: [{}, {}])
    )
    for case_id, module, offer, offered_by, f, _ in attendance(around.lines, as_of):
        if case_id not in here or not f["units_attended"]:
            continue
        line: Key = (module, offered_by, f["to_on"][:4])
        span, cents_of_unit = span_of(f, rate_known(module, offered_by, f, around.grants, around.programme))
        units[line][offer][0][span] = cents_of_unit
        if not missing(here[case_id], profile):
            units[line][offer][1][span] = cents_of_unit
    held: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    saved: dict[Key, list[int | None]] = defaultdict(list)
    for key, offers in units.items():
        for every, sure in offers.values():
            proven = [most_units(list(worth)) for worth in (every, sure)]
            held[key][0] += sum(span[2] for span in proven[0])
            held[key][1] += sum(span[2] for span in proven[1])
            if set(every) == set(sure):
                continue
            if any(every[span] is None for spans in proven for span in spans):
                saved[key].append(None)
                continue
            cents = [sum(span[2] * (every[span] or 0) for span in spans) for spans in proven]
            if cents[0] != cents[1]:
                saved[key].append(cents[0] - cents[1])
    weeks: dict[tuple[Key, str], list[set[date]]] = defaultdict(lambda: [set(), set()])
    modules: dict[str, str] = {}
    seats: dict[Key, int] = defaultdict(int)
    for c in cases:
        for seat in seats_of(c, as_of).values():
            of = around.offers[seat["offer"]]
            absent, present = weeks_of(seat, as_of)
            if "from" in seat and not around.too_late(seat["offer"], seat["from"]):
                for n, mondays in enumerate((absent, present)):
                    for monday in mondays:
                        line = (seat["module"], of["municipality"], str((monday + timedelta(6)).year))
                        weeks[line, seat["offer"]][n].add(monday)
                        modules[seat["offer"]] = seat["module"]
            if list(wanted(c, seat, around)):
                line = (of["module"], of["municipality"], of["starts_on"][:4])
                seats[line] += 1
                saved[line].append(0)
    bare: dict[Key, int] = defaultdict(int)
    for (key, offer_id), (absent_weeks, present_weeks) in weeks.items():
        nobody = absent_weeks - present_weeks
        bare[key] += len(nobody)
        rates = {
            around.cents(offer_id, modules[offer_id], monday, monday + timedelta(6)) for monday in nobody
        }
        if nobody:
            [rate] = rates if len(rates) == 1 else [None]
            saved[key].append(None if rate is None else around.planned(offer_id, len(nobody)) * rate)
    cells: dict[tuple[str, str, Key], Any] = {}
    whole: dict[str, int | None] = {"units_at_stake": 0, "weeks_without_list": 0, "seats": 0, "at_stake": 0}
    for key, amounts in saved.items():
        figures: dict[str, Any] = {
            "units_at_stake": held[key][0] - held[key][1],
            "weeks_without_list": bare[key],
            "seats": seats[key],
            "at_stake": None if None in amounts else sum(amount or 0 for amount in amounts),
        }
        for column, figure in figures.items():
            cells["budget", column, key] = figure
    for column in ("units_at_stake", "weeks_without_list", "seats"):
        whole[column] = sum(figure for (_, name, _), figure in cells.items() if name == column)
    known = [figure for (_, name, _), figure in cells.items() if name == "at_stake" and figure is not None]
    for column, figure in whole.items():
        cells["budget", column, ("total",) * 3] = figure
    cells["budget", "at_stake", ("total",) * 3] = sum(known) if known or not saved else None
    return cells


def six_months_after(day: date) -> date:
    """The same day six months later, or the last of that month."""
    year, month = divmod(day.month - 1 + 6, 12)
    return date(day.year + year, month + 1, min(day.day, days_in(day.year + year, month + 1)))
