"""The gaps in the offer counted again from ``events export``: plain dictionaries and loops, nothing of the engine."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from tests.services.counted_from_export import Case, Cells, Groups, median_of


def needs_of(case: Case) -> list[dict[str, Any]]:
    """The needs of a case that had come up by the day: their searches in vain, and how they ended."""
    found: dict[str, dict[str, Any]] = {}
    for name, f in case.events:
        on = date.fromisoformat(f["occurred_on"])
        if name == "failed_match_recorded" and on <= case.as_of:
            need = found.setdefault(f["need_id"], {"searches": [], "end": None, "ended": None})
            need.update(field=f["field"], kind=f["kind"])
            need["searches"].append((on, f["ground"]))
        elif name == "need_settled" and on <= case.as_of and f["need_id"] in found:
            found[f["need_id"]].update(end=f["ground"], ended=on)
    return list(found.values())


def gaps(cases: list[Case], as_of: date, longer_than: int = 90) -> Cells:
    """The report ``gaps``."""
    g = Groups()
    lasted: dict[Any, list[tuple[int, bool]]] = defaultdict(list)
    for c in cases:
        for need in needs_of(c):
            first = min(on for on, _ in need["searches"])
            ground = max(need["searches"], key=lambda search: search[0])[1]
            kind, met = need["kind"], need["end"] in ("matched", "matched_elsewhere")
            for key in ((kind,), ("total",)):
                g.add("course_of_needs", "arisen", [key])
                g.add("course_of_needs", "met", [key], met)
                g.add("course_of_needs", "given_up", [key], need["end"] is not None and not met)
                g.add("course_of_needs", "open", [key], need["end"] is None)
                days = ((need["ended"] or as_of) - first).days
                lasted["course_of_needs", "median_days", key].append((days, met))
            if need["end"] is not None:
                continue
            days = (as_of - first).days
            for line in ((kind, c.place, ground), (kind, "total", "total"), ("total", "total", "total")):
                g.add("open_needs", "needs", [line])
                g.person("open_needs", "persons", [line], c.person)
                g.add("open_needs", "long_open", [line], days > longer_than)
                lasted["open_needs", "median_days", line].append((days, True))
            for pair in ((need["field"], ground), (need["field"], "total"), ("total", "total")):
                g.add("by_field", "needs", [pair])
                g.person("by_field", "persons", [pair], c.person)
    return {**g.cells(), **{ref: median_of(seen) for ref, seen in lasted.items()}}
