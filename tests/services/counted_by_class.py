"""Steps, waits, dropouts and contacts by characteristic, and who was not won, counted again from the export by plain loops."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.services.counted_from_export import Case, Cells, Groups, median_of, rate

Lasted = dict[Any, list[tuple[int, bool]]]


def pathways_breakdown(cases: list[Case], as_of: date, by: str) -> Cells:
    """The report ``pathways_breakdown``."""
    g = Groups()
    lasted: Lasted = defaultdict(list)
    for c in cases:
        _steps(c, as_of, c.by(by), g, lasted)
        _waits(c, as_of, c.by(by), g, lasted)
        _women(c, as_of, g)
        if not c.declined:
            lines = [(c.by(by),), ("total",)]
            g.add("contact_density", "held", lines, c.held)
            g.add("contact_density", "attempted", lines, c.attempted)
            g.add("contact_density", "days", lines, ((c.closed or as_of) - c.opened).days + 1)
    cells = g.cells()
    for table, column, key in list(cells):
        if (table, column) == ("contact_density", "days"):
            talks = Fraction(cells[table, "held", key] * 100 * 36525, 1200 * cells[table, "days", key])
            cells[table, "density", key] = int(talks + Fraction(1, 2))
        if (table, column) == ("dropout_rates", "exits"):
            cells[table, "dropout_rate", key] = rate(
                cells[table, "dropouts", key], cells[table, "exits", key]
            )
        if (table, column) == ("women", "persons"):
            cells[table, "women_share", key] = rate(
                cells.get((table, "women", key), 0), cells[table, "persons", key]
            )
    return {**cells, **{ref: median_of(seen) for ref, seen in lasted.items()}}


def _steps(c: Case, as_of: date, kind: str, g: Groups, lasted: Lasted) -> None:
    for s in c.steps:
        left = s["left"] is not None
        for line in ((s["kind"], kind), (s["kind"], "total"), ("total", "total")):
            g.add("time_in_step", "entered", [line])
            g.add("time_in_step", "ended", [line], left)
            g.person("time_in_step", "persons", [line], c.person)
            days = ((s["left"] or as_of) - s["entered"]).days + 1
            lasted["time_in_step", "median_days", line].append((days, left))
            g.add("dropout_rates", "exits", [line], left)
            g.add("dropout_rates", "dropouts", [line], bool(s["ground"]))
        if s["ground"] and s["kind"] != "ausbildung":
            _dropout(g, s["kind"], s["ground"], kind)
    for contract in c.contracts:
        if contract["signed"] <= as_of and contract.get("ground") and contract["left"] <= as_of:
            _dropout(g, "ausbildung", contract["ground"], kind)


def _dropout(g: Groups, step: str, ground: str, kind: str) -> None:
    lines = [(step, ground, kind), (step, ground, "total"), ("total", "total", "total")]
    g.add("dropouts", "dropouts", lines)


def _waits(c: Case, as_of: date, kind: str, g: Groups, lasted: Lasted) -> None:
    free, after = c.opened, "first_contact"
    found: list[tuple[str, int, bool]] = []
    for s in sorted((s for s in c.steps if s["kind"] != "F1"), key=lambda s: s["entered"]):
        found.append((after, max(0, (s["entered"] - free).days), True))
        free, after = s["left"] or date.max, s["kind"]
    if free != date.max:
        over = c.declined or c.closed or as_of
        found.append((after, max(0, (over - free).days), False))
    for after, days, went_on in found:
        for line in ((after, kind), (after, "total"), ("total", "total")):
            g.add("waiting", "waits", [line])
            g.add("waiting", "went_on", [line], went_on)
            lasted["waiting", "median_days", line].append((days, went_on))


def _women(c: Case, as_of: date, g: Groups) -> None:
    places = [("step", s["kind"]) for s in c.steps]
    places += [("placement", k["kind"]) for k in c.contracts if k["signed"] <= as_of]
    jobs: dict[str, list[Any]] = defaultdict(list)
    for name, f in c.events:
        if name == "employment_recorded" and f["occurred_on"] <= as_of.isoformat():
            jobs[f["employment_id"]].append(f)
    if any(said[-1]["starts_on"] <= as_of.isoformat() for said in jobs.values()):
        places.append(("placement", "employment"))
    if c.closed:
        places.append(("destination", str(c.destination)))
        if "minor_employment" in (c.destination, c.settled_destination if c.settled else None):
            places.append(("placement", "minor_employment"))
    g.person("women", "persons", places, c.person)
    if c.woman:
        g.person("women", "women", places, c.person)


def not_won(cases: list[Case], as_of: date) -> Cells:
    """The report ``not_won``."""
    g = Groups()
    for c in cases:
        source = c.first["referral_source"]
        source = source if isinstance(source, str) else "not_asked" if source is None else "not_stated"
        lines = [(c.place, source), (c.place, "total"), ("total", source), ("total", "total")]
        g.person("by_source", "contacted", lines, c.person)
        if c.won:
            g.person("by_source", "won", lines, c.person)
        if c.won or c.declined:
            g.person("by_source", "decided", lines, c.person)
        if c.declined:
            ground = [f["ground"] for name, f in c.events if name == "intake_declined"][-1]
            for table, first in (("reasons", c.place), ("reasons_by_source", source)):
                lines = [(first, ground), (first, "total"), ("total", ground), ("total", "total")]
                g.add(table, "declined", lines)
                g.person(table, "persons", lines, c.person)
    cells = g.cells()
    for table, column, key in list(cells):
        if column == "contacted":
            won, decided = cells.get((table, "won", key), 0), cells.get((table, "decided", key), 0)
            cells[table, "not_won", key] = decided - won
            cells[table, "in_intake", key] = cells[table, "contacted", key] - decided
            cells[table, "not_won_share", key] = rate(decided - won, decided)
    return {ref: value for ref, value in cells.items() if ref[1] != "decided"}
