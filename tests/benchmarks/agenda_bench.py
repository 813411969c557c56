"""What it costs to compute the agenda anew: 70,000 of them in two processes, and a single one."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

from domain.agenda import agenda
from domain.case_fold import evolve
from domain.case_state import CaseState
from domain.corrections import EntryCorrected
from domain.decision import RuleBook
from domain.intake import CaseOpened
from services.bootstrap import rule_book
from services.simulation.run import simulate

AGENDAS = 70_000
PROCESSES = 2
REPETITIONS = 3
SECONDS_FOR_ALL = 60.0
MILLISECONDS_FOR_ONE = 5.0
PARTICIPANTS, UNTIL = 1_200, date(2026, 6, 30)


def states(rules: RuleBook, wanted: int) -> list[CaseState]:
    """Cases of a simulated town, each at many points of its life, until there are enough; no two are the same."""
    found: list[CaseState] = []
    for case in _moments(rules):
        found.append(case)
        if len(found) == wanted:
            return found
    raise RuntimeError(f"the town has only {len(found)} moments")


def _moments(rules: RuleBook) -> Iterator[CaseState]:
    cases: dict[UUID, CaseState] = {}
    for append in simulate(PARTICIPANTS, 2, 1, UNTIL, rules):
        case = cases.get(append.stream_id)
        if case is None and not isinstance(append.events[0], CaseOpened):
            continue
        for place, event in enumerate(append.events):
            if not isinstance(event, EntryCorrected):
                case = evolve(case, event, append.expected_version + 1 + place)  # type: ignore[arg-type] # of a case
        assert case is not None
        cases[append.stream_id] = case
        yield case


_RULES = rule_book()
_STATES: list[CaseState] = []


def _compute(part: int) -> tuple[int, float, list[float]]:
    """Dates found, processor seconds, and the seconds of each agenda, for every second case from ``part`` on."""
    dates, each, begin = 0, [], process_time()
    for case in _STATES[part::PROCESSES]:
        started = process_time()
        dues = agenda(case, _RULES.path(case.path_id, case.path_version), _RULES.calendar, _RULES.law)
        each.append(process_time() - started)
        dates += len(dues)
    return dates, process_time() - begin, each


def measure(count: int = AGENDAS) -> list[dict[str, Any]]:
    """The figures; every process begins with nothing remembered."""
    _STATES[:] = states(_RULES, count)
    walls, cpus, single, dates = [], [], [], 0
    for _ in range(REPETITIONS):
        pool = partial(ProcessPoolExecutor, PROCESSES, mp_context=get_context("fork"))
        with pool() as workers:
            begin = perf_counter()
            parts = list(workers.map(_compute, range(PROCESSES)))
            walls.append(perf_counter() - begin)
        cpus.append(max(cpu for _, cpu, _ in parts))
        single += [seconds for _, _, each in parts for seconds in each]
        dates = sum(found for found, _, _ in parts)
    each = sorted(1000 * seconds for seconds in single)
    return [
        _figure(f"{count:,} agendas ({dates:,} dates) in {PROCESSES} processes, s", walls, SECONDS_FOR_ALL),
        _figure("processor time of the slower process, s", cpus, SECONDS_FOR_ALL),
        {
            "name": "one agenda, processor time, ms (median, lowest, 99.9 of 100)",
            "median": statistics.median(each),
            "low": each[0],
            "high": each[int(len(each) * 0.999)],
            "bound": f"≤ {MILLISECONDS_FOR_ONE:g}",
            "kept": each[int(len(each) * 0.999)] <= MILLISECONDS_FOR_ONE,
        },
    ]


def _figure(name: str, values: list[float], bound: float) -> dict[str, Any]:
    median = statistics.median(values)
    return {
        "name": name,
        "median": median,
        "low": min(values),
        "high": max(values),
        "bound": f"≤ {bound:g}",
        "kept": median <= bound,
    }


async def run(dsn: str) -> list[dict[str, Any]]:
    """The figures for the page; no server is asked."""
    return measure()
