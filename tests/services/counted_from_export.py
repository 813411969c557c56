"""The statistics counted again from ``events export``: plain dictionaries and loops, nothing of the engine."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

Fields = dict[str, Any]
Cells = dict[tuple[str, str, tuple[str, ...]], Any]
"""(table, column, key) → figure."""

TOLERATED = ("toleration_60a", "toleration_60b", "training_toleration_60c", "employment_toleration_60d")
SETTLED = ("settlement_permit", "eu_citizen", "german")


def cases_of(lines: Iterable[bytes]) -> list[list[tuple[str, Fields]]]:
    """Every case as its events with their fields, corrections carried out."""
    streams: dict[str, dict[int, tuple[str, Fields]]] = defaultdict(dict)
    for line in lines:
        entry = json.loads(line)
        streams[entry["stream_id"]][entry["version"]] = (entry["event"], entry["fields"])
    cases = []
    for stream_id, events in streams.items():
        if events[min(events)][0] != "case_opened":
            continue
        for name, fields in list(events.values()):
            if name == "entry_corrected":
                if fields["replacement"] is None:
                    events.pop(fields["version"], None)
                else:
                    right = dict(fields["replacement"])
                    events[fields["version"]] = (right.pop("event"), right)
        events[min(events)][1]["stream_id"] = stream_id
        cases.append([events[version] for version in sorted(events)])
    return cases


def day(text: str | None) -> date | None:
    """A date from the export."""
    return None if text is None else date.fromisoformat(text)


class Case:
    """What one case says by a day."""

    def __init__(self, events: list[tuple[str, Fields]], as_of: date) -> None:
        self.as_of, self.events = as_of, events
        first = events[0][1]
        self.id = first["stream_id"]
        self.person, self.opened = first["participant_id"], date.fromisoformat(first["occurred_on"])
        self.gender = (
            first["gender"] if isinstance(first["gender"], str) or first["gender"] is None else "not_stated"
        )
        self.first, self.place = first, first["municipality"]
        self.plans: list[date] = []
        self.declined: date | None = None
        self.closed: date | None = None
        self.settled: date | None = None
        self.destination: str | None = None
        self.settled_destination: str | None = None
        self.steps: list[dict[str, Any]] = []
        self.contracts: list[dict[str, Any]] = []
        self.jobs: dict[str, Fields] = {}
        self.held = self.attempted = 0
        self._read()

    def _read(self) -> None:
        modules: dict[str, str] = {}
        running: dict[str, dict[str, Any]] = {}
        contracts: dict[str, dict[str, Any]] = {}
        for name, f in self.events:
            on = date.fromisoformat(f["occurred_on"])
            if name == "municipality_changed":
                self.place = f["municipality"]
            elif name == "plan_agreed":
                self.plans.append(on)
            elif name == "intake_declined":
                self.declined = on
            elif name == "case_closed":
                self.closed, self.destination = on, f["destination"]
                self.settled = self.settled_destination = None
            elif name == "case_reopened":
                self.closed = self.declined = None
            elif name == "follow_up_outcome_recorded":
                self.settled, self.settled_destination = on, f["destination"]
            elif name == "follow_up_not_reached":
                self.settled, self.settled_destination = on, None
            elif name == "coach_assigned" and "coaching" not in running:
                running["coaching"] = self._begun("F1", on)
            elif name == "coaching_ended" and "coaching" in running:
                running.pop("coaching")["left"] = on
            elif name == "seat_offered":
                modules[f["participation_id"]] = f["module"]
            elif name == "course_started":
                seat = f["participation_id"]
                running[seat] = self._begun(modules[seat], on)
            elif name in ("course_finished", "course_abandoned"):
                step = running.pop(f["participation_id"])
                step["left"], step["ground"] = on, f.get("ground")
            elif name == "contract_signed":
                contracts[f["ausbildung_id"]] = {"kind": f["kind"], "signed": on, "step": None}
                self.contracts.append(contracts[f["ausbildung_id"]])
            elif name == "ausbildung_started":
                contracts[f["ausbildung_id"]]["step"] = self._begun("ausbildung", on)
            elif name in ("ausbildung_broken_off", "ausbildung_completed"):
                contract = contracts[f["ausbildung_id"]]
                contract["left"], contract["ground"] = on, f.get("ground")
                if contract["step"]:
                    contract["step"].update(left=on, ground=f.get("ground"))
            elif name == "employment_recorded" and on <= self.as_of:
                self.jobs[f["employment_id"]] = f
            elif name == "contact_held":
                self.held += on <= self.as_of
            elif name == "contact_attempted":
                self.attempted += on <= self.as_of
        for step in self.steps:
            if step["left"] and step["left"] > self.as_of:
                step["left"] = step["ground"] = None
        self.steps = [step for step in self.steps if step["entered"] <= self.as_of]
        self.declined, self.closed, self.settled = map(self._by, (self.declined, self.closed, self.settled))

    def _begun(self, kind: str, on: date) -> dict[str, Any]:
        self.steps.append({"kind": kind, "entered": on, "left": None, "ground": None})
        return self.steps[-1]

    def _by(self, on: date | None) -> date | None:
        return on if on and on <= self.as_of else None

    @property
    def courses(self) -> list[dict[str, Any]]:
        """Participations and coaching."""
        return [step for step in self.steps if step["kind"] != "ausbildung"]

    @property
    def woman(self) -> bool:
        """Whether registered as female."""
        return bool(self.gender == "female")

    @property
    def won(self) -> bool:
        """A plan by the day, or a step."""
        return any(on <= self.as_of for on in self.plans) or bool(self.courses)

    def status_on(self, on: date) -> str:
        """The residence status recorded last by a day."""
        status = self.first["residence"]["status"]
        dated = [(f["occurred_on"], n, f) for n, (name, f) in enumerate(self.events) if "residence" in f]
        for occurred_on, _, f in sorted(dated, key=lambda item: item[:2]):
            if date.fromisoformat(occurred_on) <= on:
                status = f["residence"]["status"]
        return str(status)

    def by(self, characteristic: str) -> str:
        """The class on the day."""
        status, regime, levels = self.first["residence"]["status"], self.first["legal_regime"], []
        dated = [(f["occurred_on"], n, name, f) for n, (name, f) in enumerate(self.events)]
        for occurred_on, _, name, f in sorted(dated, key=lambda item: item[:2]):
            if date.fromisoformat(occurred_on) > self.as_of:
                continue
            if name == "residence_status_changed":
                status = f["residence"]["status"]
            elif name == "legal_regime_changed":
                regime = f["regime"]
            elif name == "assessment_recorded":
                levels += [(level["assessed_on"], occurred_on, level["level"]) for level in f["language"]]
        if characteristic == "municipality":
            return str(self.place)
        if characteristic == "gender":
            return self.gender or "not_asked"
        if characteristic == "residence_status":
            return str(status)
        if characteristic == "legal_regime":
            return str(regime)
        if characteristic == "language_level":
            return max(levels)[2] if levels else "not_asked"
        if characteristic == "nationality":
            codes = set(self.first["nationalities"])
            return "several" if len(codes) > 1 else codes.pop() if codes else "not_asked"
        if characteristic == "status_group":
            if status in TOLERATED:
                return "toleration_group"
            special = {"asylum_permission": "permission_group", "unknown": "unknown_group"}
            return "lasting_group" if status in SETTLED else special.get(status, "permit_group")
        born = day(self.first["birth_month"])
        if born is None:
            return "not_asked"
        age = self.as_of.year - born.year - (self.as_of.month < born.month)
        for most, band in ((17, "under_18"), (20, "18_to_20"), (24, "21_to_24"), (27, "25_to_27")):
            if age <= most:
                return band
        return "over_27"


def quarter(on: date) -> str:
    """2025-Q3."""
    return f"{on.year}-Q{(on.month - 1) // 3 + 1}"


def quarter_ends(first: date, last: date) -> list[tuple[str, date]]:
    """Every quarter from one day to the other, with its last day, or the last of all."""
    found, on = [], first
    while on <= last:
        name = quarter(on)
        while quarter(on) == name and on <= last:
            on += timedelta(1)
        found.append((name, on - timedelta(1)))
    return found


def rate(part: int, whole: int, scale: int = 10_000) -> Any:
    """Half rounded up; "not computable" of nothing."""
    return None if whole == 0 else int(Fraction(part * scale, whole) + Fraction(1, 2))


class Groups:
    """Cells that are numbers of different persons, or sums."""

    def __init__(self) -> None:
        self.sums: Counter[Any] = Counter()
        self.sets: dict[Any, set[Any]] = defaultdict(set)

    def add(self, table: str, column: str, keys: Iterable[tuple[str, ...]], number: int = 1) -> None:
        """Add to lines."""
        for key in keys:
            self.sums[table, column, key] += number

    def person(self, table: str, column: str, keys: Iterable[tuple[str, ...]], who: str) -> None:
        """Count somebody once per line."""
        for key in keys:
            self.sets[table, column, key].add(who)

    def cells(self) -> Cells:
        """Everything counted."""
        return {**dict(self.sums), **{ref: len(found) for ref, found in self.sets.items()}}


def reach_and_modules(
    cases: list[Case], as_of: date, reach: str, classes: str, flow: str, by: str | None
) -> Cells:
    """Persons, participations and flow by class (``by`` None: as the statistics report has them)."""
    g = Groups()
    begin = min((s["entered"] for c in cases for s in c.courses), default=as_of)
    ends = quarter_ends(begin, as_of)
    for c in cases:
        person_class = c.by(by or "municipality")
        lines = [(person_class,), ("total",)]
        g.person(reach, "contacted", lines, c.person)
        if c.woman:
            g.person(reach, "women", lines, c.person)
        if c.won:
            g.person(reach, "won", lines, c.person)
        if c.won or c.declined:
            g.person(reach, "decided", lines, c.person)
        for s in c.courses:
            lines = [(s["kind"] if by is None else person_class,), ("total",)]
            g.add(classes, "participations", lines)
            g.person(classes, "persons", lines, c.person)
            if c.woman:
                g.person(classes, "women", lines, c.person)
            g.add(classes, "stock", lines, s["left"] is None)
            g.add(classes, "exits", lines, s["left"] is not None)
            g.add(classes, "dropouts", lines, s["ground"] is not None)
            for name, end in ends:
                if s["entered"] > end:
                    continue
                keys = (
                    [(name, s["kind"], c.place), (name, "total", "total")]
                    if by is None
                    else [(name, person_class), (name, "total")]
                )
                g.add(flow, "cumulative_entries", keys)
                g.add(flow, "entries", keys, quarter(s["entered"]) == name)
                g.add(flow, "exits", keys, s["left"] is not None and quarter(s["left"]) == name)
                if s["left"] is None or s["left"] > end:
                    g.add(flow, "stock", keys)
                    g.person(flow, "stock_persons", keys, c.person)
    cells = g.cells()
    for table, column, key in list(cells):
        if (table, column) == (reach, "contacted"):
            won, decided = cells.get((reach, "won", key), 0), cells.get((reach, "decided", key), 0)
            cells[reach, "not_won", key] = decided - won
            cells[reach, "in_intake", key] = cells[reach, "contacted", key] - decided
            cells[reach, "women_share", key] = rate(
                cells.get((reach, "women", key), 0), cells[reach, "contacted", key]
            )
        if (table, column) == (classes, "participations"):
            cells[classes, "dropout_rate", key] = rate(
                cells[classes, "dropouts", key], cells[classes, "exits", key]
            )
            cells[classes, "women_share", key] = rate(
                cells.get((classes, "women", key), 0), cells[classes, "persons", key]
            )
    return {ref: value for ref, value in cells.items() if ref[1] != "decided"}


def statistics(cases: list[Case], as_of: date) -> Cells:
    """The report ``statistics``."""
    g = Groups()
    for c in cases:
        for contract in c.contracts:
            if contract["signed"] > as_of:
                continue
            lines = [(contract["kind"],), ("total",)]
            started = contract["step"] is not None and contract["step"]["entered"] <= as_of
            broken = bool(contract.get("ground")) and contract["left"] <= as_of
            g.add("placements", "contracts", lines)
            g.add("placements", "started", lines, started)
            g.add("placements", "broken_off", lines, broken)
            if started:
                g.person("placements", "persons_started", lines, c.person)
            if broken:
                g.add("dropouts", "dropouts", [("ausbildung", contract["ground"]), ("total", "total")])
        for s in c.courses:
            if s["ground"]:
                g.add("dropouts", "dropouts", [(s["kind"], s["ground"]), ("total", "total")])
        if c.closed:
            later = "not_asked_yet" if not c.settled else c.settled_destination or "not_reached"
            g.person("destinations", "at_exit", [(str(c.destination),), ("total",)], c.person)
            g.person("destinations", "after_six_months", [(later,), ("total",)], c.person)
        if not c.declined:
            lines = [(c.place,), ("total",)]
            g.add("contact_density", "held", lines, c.held)
            g.add("contact_density", "attempted", lines, c.attempted)
            g.add("contact_density", "days", lines, ((c.closed or as_of) - c.opened).days + 1)
    cells = g.cells()
    for table, column, key in list(cells):
        if (table, column) == ("contact_density", "days"):
            month = Fraction(36525, 1200)
            density = Fraction(cells[table, "held", key] * 100) / (
                Fraction(cells[table, "days", key]) / month
            )
            cells[table, "density", key] = int(density + Fraction(1, 2))
    return {**cells, **reach_and_modules(cases, as_of, "reach", "modules", "flow", None)}


def median_of(seen: list[tuple[int, bool]]) -> int | None:
    """The day by which half had ended, day by day: of those still there the share that ends is taken off."""
    share = Fraction(1)
    for days in range(max((lasted for lasted, _ in seen), default=0) + 1):
        there = [ended for lasted, ended in seen if lasted >= days]
        gone = sum(ended for lasted, ended in seen if lasted == days)
        if there:
            share *= 1 - Fraction(gone, len(there))
        if 2 * share <= 1:
            return days
    return None


def pathways(cases: list[Case], as_of: date) -> Cells:
    """The report ``pathways``."""
    g = Groups()
    lasted: dict[Any, list[tuple[int, bool]]] = defaultdict(list)
    for c in cases:
        for s in c.steps:
            lines = [(s["kind"],), ("total",)]
            g.add("time_in_step", "entered", lines)
            g.add("time_in_step", "ended", lines, s["left"] is not None)
            g.person("time_in_step", "persons", lines, c.person)
            for key in lines:
                days = ((s["left"] or as_of) - s["entered"]).days + 1
                lasted["time_in_step", "median_days", key].append((days, s["left"] is not None))
            if s["ground"]:
                month = 1
                while _months_later(s["entered"], month) <= s["left"]:
                    month += 1
                g.add("dropout_months", "dropouts", [(s["kind"], f"{month:03}"), ("total", "total")])
        _sequence(c, as_of, g, lasted)
        for contract in c.contracts:
            if contract["signed"] <= as_of:
                _placed(g, contract["kind"], c.person)
        for job in c.jobs.values():
            if job["starts_on"] <= as_of.isoformat():
                _placed(g, "employment", c.person)
        if c.closed:
            later = (c.settled_destination or "not_reached") if c.settled else "not_asked_yet"
            if "minor_employment" in (c.destination, later):
                _placed(g, "minor_employment", c.person)
            for column, where in (
                ("at_exit", c.destination),
                ("within_four_weeks", _after_four_weeks(c, as_of)),
                ("after_six_months", later),
            ):
                g.person("destinations", column, [(str(where),), ("total",)], c.person)
    return {**g.cells(), **{ref: median_of(seen) for ref, seen in lasted.items()}}


def _months_later(on: date, months: int) -> date:
    year, month = divmod(on.month - 1 + months, 12)
    for last in (on.day, 30, 29, 28):
        try:
            found = date(on.year + year, month + 1, last)
        except ValueError:
            continue
        # The last month is over on the first day after a short one.
        return found if last == on.day else found + timedelta(1)
    raise AssertionError


def _placed(g: Groups, kind: str, person: str) -> None:
    g.add("placements", "placements", [(kind,), ("total",)])
    g.person("placements", "persons", [(kind,), ("total",)], person)


def _sequence(c: Case, as_of: date, g: Groups, lasted: dict[Any, list[tuple[int, bool]]]) -> None:
    steps = sorted((s for s in c.steps if s["kind"] != "F1"), key=lambda s: s["entered"])
    over = c.declined or c.closed
    waits: list[tuple[str, int, bool]] = []
    free, after = c.opened, "first_contact"
    at = [after]
    for s in steps:
        waits.append((after, max(0, (s["entered"] - free).days), True))
        at.append(s["kind"])
        free, after = s["left"] or date.max, s["kind"]
    if free != date.max:
        waits.append((after, max(0, ((over or as_of) - free).days), False))
    running = bool(steps) and free == date.max
    at.append("closed" if c.closed else "declined" if c.declined else "going_on" if running else "waiting")
    for pair in pairwise(at):
        g.add("transitions", "transitions", [pair, ("total", "total")])
    for name, days, went_on in waits:
        for key in ((name,), ("total",)):
            g.add("waiting", "waits", [key])
            g.add("waiting", "went_on", [key], went_on)
            lasted["waiting", "median_days", key].append((days, went_on))


def _after_four_weeks(c: Case, as_of: date) -> str | None:
    assert c.closed is not None
    end = c.closed + timedelta(28)
    if end > as_of:
        return "not_asked_yet"
    if c.settled and c.settled <= end:
        return c.settled_destination or "not_reached"
    begun = [s["kind"] for s in c.steps if s["kind"] != "F1" and c.closed < s["entered"] <= end]
    if "ausbildung" in begun:
        return "ausbildung"
    for job in c.jobs.values():
        starts = date.fromisoformat(job["starts_on"])
        if c.closed < starts <= end:
            return "employment"
    return "measure" if begun else c.destination
