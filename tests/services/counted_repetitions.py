"""Repeated measures counted again from ``events export``, plain loops; answers, which no export has, are handed in."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import combinations
from typing import Any

from tests.services.counted_from_export import Case, Cells, Groups

EXCUSED = ("illness", "parental_leave", "cancelled_by_provider")
LED_ON = ("work_started", "ausbildung_started")


def courses_of(case: Case) -> list[dict[str, Any]]:
    """The courses that ended by the day, with their kind, days and what they brought."""
    found: dict[str, dict[str, Any]] = {}
    for name, f in case.events:
        seat = f.get("participation_id", "")
        if name == "seat_requested":
            found[seat] = {"id": seat, "kind": None, "level": None, "left": None}
        elif name in ("seat_offered", "seat_waitlisted"):
            found[seat].update(kind=f["kind"], level=f["level"])
        elif name == "course_started":
            found[seat]["entered"] = date.fromisoformat(f["occurred_on"])
        elif name in ("course_finished", "course_abandoned"):
            school = f.get("school_leaving_gained")
            gained = (
                f.get("certificate") in ("language_certificate", "school_leaving", "qualification")
                or isinstance(f.get("level_gained"), str)
                or (isinstance(school, str) and school != "none")
            )
            on = date.fromisoformat(f["occurred_on"])
            found[seat].update(left=on, gained=gained, ground=f.get("ground"))
    return [
        c for c in found.values() if c["left"] and c["left"] <= case.as_of and c["kind"] and "entered" in c
    ]


def _months_on(first: date, months: int) -> date:
    year, month = divmod(first.month - 1 + months, 12)
    for last in (first.day, 30, 29, 28):
        try:
            return date(first.year + year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


def _close(courses: list[dict[str, Any]], months: int, measures: int) -> list[dict[str, Any]]:
    """Those of any ``measures`` of them whose first days lie within the window."""
    kept: dict[str, dict[str, Any]] = {}
    for some in combinations(courses, measures):
        days = sorted(c["entered"] for c in some)
        if days[-1] <= _months_on(days[0], months):
            kept.update({c["id"]: c for c in some})
    return list(kept.values())


def repetitions(
    cases: list[Case], answers: dict[str, list[tuple[date, set[str]]]], months: int = 24, measures: int = 2
) -> Cells:
    """The report ``repeated_measures`` before small figures are left out; ``answers`` by person."""
    g = Groups()
    for c in cases:
        begun = [s["entered"] for s in c.steps if s["kind"] == "ausbildung"]
        named = {seat for on, seats in answers.get(c.person, []) if on <= c.as_of for seat in seats}
        series = defaultdict(list)
        for course in courses_of(c):
            series[course["kind"], course["level"] if course["kind"] == "language" else None].append(course)
        for (kind, _), courses in series.items():
            again = _close(courses, months, measures)
            if not again:
                continue
            in_vain = [
                one
                for one in courses
                if not one["gained"]
                and one["ground"] not in EXCUSED + LED_ON
                and not any(on >= one["entered"] for on in begun)
            ]
            hint = _close(in_vain, months, measures)
            gained = any(one["gained"] for one in again)
            column = "without_gain" if hint else "with_gain" if gained else "explained"
            lines = [(kind,), ("total",)]
            g.person("repeated_measures", "persons", lines, c.person)
            g.person("repeated_measures", column, lines, c.person)
            if hint:
                settled = named.issuperset(one["id"] for one in hint)
                g.add("repeated_measures", "hints", lines)
                g.add("repeated_measures", "answered", lines, settled)
                g.add("repeated_measures", "unanswered", lines, not settled)
    return g.cells()
