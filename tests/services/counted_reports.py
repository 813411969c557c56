"""Rules of the programme, monitoring and narratives counted again from ``events export``, by plain loops."""

from __future__ import annotations

from copy import copy
from datetime import date

from tests.services.counted_from_export import Case, Cells, Groups, reach_and_modules, statistics
from tests.services.counted_grants import Grant


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
