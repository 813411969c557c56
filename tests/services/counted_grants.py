"""Grants counted again from ``events export``: plans, vouchers, shares and flat rates by plain loops, nothing of the engine."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.services.counted_from_export import Cells, Fields, cases_of, rate

Line = tuple[str, str, str]
"""Module, municipality, year."""
Span = tuple[date, date, int, str, int]
"""Last day, first day, units held, code and cents of the rate."""


def streams_of(lines: Iterable[bytes]) -> dict[str, list[tuple[str, Fields]]]:
    """Every stream as its events with their fields, in order, as they were recorded."""
    found: dict[str, dict[int, tuple[str, Fields]]] = defaultdict(dict)
    for line in lines:
        entry = json.loads(line)
        found[entry["stream_id"]][entry["version"]] = (entry["event"], entry["fields"])
    return {stream: [events[version] for version in sorted(events)] for stream, events in found.items()}


class Grant:
    """What one grant says by a day."""

    def __init__(self, events: list[tuple[str, Fields]], as_of: date, own_share: int | None = None) -> None:
        self.as_of = as_of
        self.reference = events[0][1]["reference"]
        self.references = {f["reference"] for name, f in events if name.startswith("grant_notice")}
        self.vouchers: dict[str, Fields] = {}
        self.drawn: list[tuple[str, str, int]] = []
        self.repaid: list[tuple[str, str, int]] = []
        self.onward: dict[str, Fields] = {}
        self.decided: dict[str, list[Fields]] = {}
        notices = []
        for name, f in events:
            on = f["occurred_on"]
            if name.startswith("grant_notice"):
                notices.append((max(on, f.get("valid_from") or on), f))
            elif name == "spending_recorded":
                self.vouchers[f["voucher"]] = {**f, "paid_on": on}
            elif name == "spending_corrected":
                self.vouchers[f["voucher"]] = f["booking"]
            elif name == "spending_cancelled":
                del self.vouchers[f["voucher"]]
            elif on > as_of.isoformat():
                continue
            elif name == "drawdown_recorded":
                self.drawn.append((on, f["reference"], f["amount_cents"]))
            elif name == "repayment_recorded":
                self.repaid.append((on, f["reference"], f["amount_cents"]))
            elif name == "onward_grant_given":
                promised = sum(line["amount_cents"] for line in f["lines"])
                self.onward[f["reference"]] = {"provider": f["provider"], "promised": promised}
            elif name == "onward_proof_received":
                self.onward[f["reference"]].update(proven=f["spent_cents"], accepted=0)
            elif name == "onward_proof_checked":
                self.onward[f["reference"]]["accepted"] = f["accepted_cents"]
            elif name == "flat_rate_decided":
                self.decided.setdefault(f["participation_id"], []).append(f)
            elif name == "flat_rate_revised":
                self.decided[f["participation_id"]] = [f]
        self.plan = max((n for n in notices if n[0] <= as_of.isoformat()), key=lambda n: n[0])[1]
        self.own_share = self.plan["own_share"] if own_share is None else own_share
        self.period = (
            date.fromisoformat(events[0][1]["period_from"]),
            date.fromisoformat(self.plan["period_to"]),
        )
        self.vouchers = {v: f for v, f in self.vouchers.items() if f["paid_on"] <= as_of.isoformat()}

    @property
    def planned(self) -> dict[Line, int]:
        """The plan in force, in its order."""
        return {line_of(line): line["amount_cents"] for line in self.plan["lines"]}

    def spent(self, year: int | None = None) -> dict[Line, int]:
        """What was paid on each line, in all or with a day of payment in one year."""
        found: dict[Line, int] = defaultdict(int)
        for f in self.vouchers.values():
            if year is None or f["paid_on"][:4] == str(year):
                found[line_of(f)] += f["amount_cents"]
        return found


def grants_of(lines: Iterable[bytes], as_of: date, own_share: int | None = None) -> list[Grant]:
    """The grants that there were by a day."""
    return [
        Grant(events, as_of, own_share)
        for events in streams_of(lines).values()
        if events[0][0] == "grant_notice_received" and events[0][1]["occurred_on"] <= as_of.isoformat()
    ]


def line_of(fields: Fields) -> Line:
    """The line a payment or an amount of the plan belongs to."""
    return fields["module"], fields["municipality"], str(fields["year"])


def shared(total: int, weights: list[int]) -> list[int]:
    """Whole parts first, then what is left cent by cent to the largest remainders, the earlier first."""
    if not sum(weights):
        return [0 for _ in weights]
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    parts = [int(part) for part in exact]
    while sum(parts) < total:
        rests = [part - given for part, given in zip(exact, parts, strict=True)]
        parts[rests.index(max(rests))] += 1
    return parts


def land_of(cents: int, own_share: int) -> int:
    """The share of the Land; the own share is rounded up."""
    return int(Fraction(cents * (10_000 - own_share), 10_000))


# ------------------------------------------------------------------ statements


def _lines(g: Grant, cells: Cells, table: str, rest: str, place: str | None, year: int | None) -> None:
    planned, spent = g.planned, g.spent()
    order = [*planned, *(line for line in spent if line not in planned)]
    plan, paid = [planned.get(line, 0) for line in order], [spent.get(line, 0) for line in order]
    lands = [shared(land_of(sum(amounts), g.own_share), amounts) for amounts in (plan, paid)]
    made_up, given = [0] * len(order), [0] * len(order)
    for budget_year in {line[2] for line in order}:
        places = [n for n, line in enumerate(order) if line[2] == budget_year]
        over = [max(0, paid[n] - plan[n]) for n in places]
        left = [max(0, plan[n] - paid[n]) for n in places]
        moved = min(sum(over), sum(left))
        for n, takes, gives in zip(places, shared(moved, over), shared(moved, left), strict=True):
            made_up[n], given[n] = takes, gives
    for n, line in enumerate(order):
        if place not in (None, line[1]):
            continue
        flag = "over_100" if paid[n] > plan[n] else ""
        if Fraction(paid[n]) > Fraction(plan[n]) * Fraction(12, 10):
            flag = "over_120_compensated" if made_up[n] == paid[n] - plan[n] else "over_120"
        figures = {
            "planned": plan[n],
            "planned_land": lands[0][n],
            "planned_own": plan[n] - lands[0][n],
            "spent": paid[n],
            "spent_land": lands[1][n],
            "spent_own": paid[n] - lands[1][n],
            rest: plan[n] - paid[n] if rest == "remaining" else paid[n] - plan[n],
            "used": rate(paid[n], plan[n]) if line in planned else None,
            "compensated": made_up[n],
            "gives": given[n],
            "flag": flag,
        }
        if year is not None:
            figures["spent_in_year"] = g.spent(year).get(line, 0)
        for column, figure in figures.items():
            cells[table, column, (g.reference, *line)] = figure
        sums = [(line[0], "total", "total"), ("total", "total", line[2]), ("total",) * 3]
        for key in ((g.reference, *found) for found in sums):
            for column, figure in figures.items():
                if column not in ("used", "flag"):
                    cells[table, column, key] = cells.get((table, column, key), 0) + figure
            cells[table, "used", key] = rate(cells[table, "spent", key], cells[table, "planned", key])


def add_up(cells: Cells, table: str, columns: tuple[str, ...], parts: int) -> None:
    """Sums of a list by grant, the key of which has so many parts; of what is not known there is no sum."""
    for (found, column, key), figure in list(cells.items()):
        if found == table and column in columns:
            total = (table, column, (key[0], *("total",) * parts))
            known = figure is not None and cells.get(total, 0) is not None
            cells[total] = cells.get(total, 0) + figure if known else None


def funding(grants: list[Grant], place: str | None = None) -> Cells:
    """The tables ``grants``, ``lines`` and ``drawdowns`` of the report ``funding``."""
    cells: Cells = {}
    for g in grants:
        planned, spent = sum(g.planned.values()), sum(g.spent().values())
        land, drawn = land_of(planned, g.own_share), sum(cents for _, _, cents in g.drawn)
        figures = {
            "planned": planned,
            "planned_land": land,
            "planned_own": planned - land,
            "spent": spent,
            "spent_land": land_of(spent, g.own_share),
            "spent_own": spent - land_of(spent, g.own_share),
            "remaining": planned - spent,
            "used": rate(spent, planned),
            "drawn": drawn,
            "drawable": land - drawn + sum(cents for _, _, cents in g.repaid),
        }
        for column, figure in figures.items():
            cells["grants", column, (g.reference,)] = figure
        for on, reference, cents in g.drawn:
            key = ("drawdowns", "amount", (g.reference, on, reference))
            cells[key] = cells.get(key, 0) + cents
        _lines(g, cells, "lines", "remaining", place, None)
    return cells


def statement(grants: list[Grant], place: str | None = None, year: int | None = None) -> Cells:
    """The tables on money of ``proof_of_use`` and, of one year, of ``interim_statement``."""
    cells: Cells = {}
    for g in grants:
        planned, spent = sum(g.planned.values()), sum(g.spent().values())
        drawn, repaid = sum(cents for *_, cents in g.drawn), sum(cents for *_, cents in g.repaid)
        due = land_of(min(planned, spent), g.own_share)
        held = drawn - repaid
        figures = {
            "land_due": due,
            "drawn": drawn,
            "repaid": repaid,
            "to_repay": max(0, held - due),
            "to_draw": max(0, due - held),
        }
        for column, figure in figures.items():
            cells["balance", column, (g.reference,)] = figure
        land = land_of(planned, g.own_share)
        for source, plan, actual in (
            ("land_grant", land, held),
            ("own_funds", planned - land, spent - held),
            ("total", planned, spent),
        ):
            cells["income", "planned", (g.reference, source)] = plan
            cells["income", "actual", (g.reference, source)] = actual
            cells["income", "deviation", (g.reference, source)] = actual - plan
        for column, payments in (("drawn", g.drawn), ("repaid", g.repaid)):
            for on, reference, cents in payments:
                key = ("payments", column, (g.reference, on, reference))
                cells[key] = cells.get(key, 0) + cents
        _lines(g, cells, "statement", "deviation", place, year)
        _vouchers(g, cells, place, year)
        for reference, f in g.onward.items():
            paid = sum(v["amount_cents"] for v in g.vouchers.values() if v["onward_reference"] == reference)
            for column, figure in {"proven": 0, "accepted": 0, **f, "paid": paid}.items():
                cells["onward_grants", column, (g.reference, reference)] = figure
        _flat_rates(g, cells, place)
    add_up(cells, "payments", ("drawn", "repaid"), 2)
    add_up(cells, "onward_grants", ("promised", "paid", "proven", "accepted"), 1)
    add_up(cells, "flat_rates", ("paid",), 4)
    return cells


def _vouchers(g: Grant, cells: Cells, place: str | None, year: int | None) -> None:
    planned = [*g.planned]
    order = [*planned, *sorted({line_of(f) for f in g.vouchers.values()} - {*planned})]
    listed = sorted(
        (order.index(line_of(f)), f["paid_on"], voucher)
        for voucher, f in g.vouchers.items()
        if place in (None, f["municipality"]) and (year is None or f["paid_on"][:4] == str(year))
    )
    for number, (_, paid_on, voucher) in enumerate(listed, 1):
        f = g.vouchers[voucher]
        key = (g.reference, *line_of(f), paid_on, voucher)
        cells["vouchers", "number", key] = str(number)
        cells["vouchers", "amount", key] = f["amount_cents"]
        cells["vouchers", "payee", key] = f.get("payee") or ""
        cells["vouchers", "purpose", key] = f.get("purpose") or ""
        for total in ((*key[:4], "total", "total"), (g.reference, *("total",) * 5)):
            cells["vouchers", "amount", total] = (
                cells.get(("vouchers", "amount", total), 0) + f["amount_cents"]
            )


def _flat_rates(g: Grant, cells: Cells, place: str | None) -> None:
    persons: dict[Any, set[str]] = defaultdict(set)
    courses: dict[str, dict[Span, int | None]] = defaultdict(dict)
    paid: dict[Any, int] = defaultdict(int)
    for decisions in g.decided.values():
        for f in decisions:
            for span in f["spans"] if f["result"] == "earned" else ():
                if span["units_attended"]:
                    key = (g.reference, f["module"], f["municipality"], span["to_on"][:4], f["offer_id"])
                    persons[key].add(f["participation_id"])
                    found, cents = span_of(span, span["rate"])
                    courses[f["offer_id"]][found] = cents
    for f in g.vouchers.values():
        if f["cost_kind"] == "flat_rate" and f["offer_id"]:
            paid[g.reference, *line_of(f), f["offer_id"]] += f["amount_cents"]
    everybody: set[str] = set()
    of_courses: dict[Any, dict[str, int | None]] = {}
    for key in {*persons, *paid}:
        if place not in (None, key[2]):
            continue
        everybody |= persons[key]
        rates = courses[key[4]]
        proven = [span for span in most_units(list(rates)) if str(span[0].year) == key[3]]
        of_year = [cents for line, cents in paid.items() if line[3:] == key[3:]]
        amounts = [None if rates[span] is None else span[2] * (rates[span] or 0) for span in proven]
        earned = None if None in amounts else sum(amount or 0 for amount in amounts)
        figures = {
            "participations": len(persons[key]),
            "units": sum(span[2] for span in proven),
            "earned": earned,
            "paid": paid[key],
            "difference": None if earned is None else earned - sum(of_year),
        }
        for column, figure in figures.items():
            cells["flat_rates", column, key] = figure
        of_courses[key[3:]] = figures
    total = (g.reference, *("total",) * 4)
    cells["flat_rates", "participations", total] = len(everybody)
    # Two lines of one course say the same of it, so it counts once.
    for column in ("units", "earned", "difference") if of_courses else ():
        parts = [figures[column] for figures in of_courses.values()]
        cells["flat_rates", column, total] = None if None in parts else sum(part or 0 for part in parts)


# -------------------------------------------------------------- teaching units


def span_of(span: Fields, known: Fields | None) -> tuple[Span, int | None]:
    """A span of attendance with its rate, and the cents of that."""
    first, last = date.fromisoformat(span["from_on"]), date.fromisoformat(span["to_on"])
    code, cents = ("", 0) if known is None else (known["code"], known["amount_cents"])
    return (last, first, span["units_held"], code, cents), None if known is None else cents


def most_units(spans: list[Span]) -> list[Span]:
    """Of spans the ones with the most units that share no day, by trying every one with and without; of equal ones those
    that end first."""
    if not spans:
        return []
    *earlier, last = sorted(spans)
    apart = [span for span in earlier if span[0] < last[1]]
    without, with_it = most_units(earlier), [*most_units(apart), last]
    return with_it if sum(s[2] for s in with_it) > sum(s[2] for s in without) else without


def teaching(
    lines: Iterable[bytes],
    grants: list[Grant],
    programme: list[Fields],
    as_of: date,
    place: str | None = None,
) -> Cells:
    """The tables ``teaching_units`` and ``rates`` of the report ``funding``; ``programme`` are the rates of the path."""
    attended: dict[str, int] = defaultdict(int)
    held: dict[str, dict[str, dict[Span, int | None]]] = defaultdict(lambda: defaultdict(dict))
    for _, module, offer, offered_by, f, where in attendance(lines, as_of):
        if place not in (None, where):
            continue
        attended[module] += f["units_attended"]
        if f["units_attended"]:
            known = rate_known(module, offered_by, f, grants, programme)
            span, cents = span_of(f, known)
            held[module][offer][span] = cents
    modules = [f"F{n}" for n in range(1, 7)]
    cells: Cells = {}
    for module in modules:
        spans = [(span, rates[span]) for rates in held[module].values() for span in most_units(list(rates))]
        cells["teaching_units", "attended", (module,)] = attended[module]
        cells["teaching_units", "held", (module,)] = sum(span[2] for span, _ in spans)
        known_at_all = any(r["module"] == module for r in rates_on(as_of, grants, programme))
        amount = None if any(cents is None for _, cents in spans) or not (spans or known_at_all) else 0
        if amount is not None:
            amount = sum(span[2] * (cents or 0) for span, cents in spans)
        cells["teaching_units", "flat_rate_amount", (module,)] = amount
    for column in ("attended", "held"):
        cells["teaching_units", column, ("total",)] = sum(
            cells["teaching_units", column, (m,)] for m in modules
        )
    parts = [cells["teaching_units", "flat_rate_amount", (m,)] for m in modules if held[m]]
    cells["teaching_units", "flat_rate_amount", ("total",)] = None if None in parts else sum(parts)
    for said_by, r in [
        *((g.reference, r) for g in grants for r in g.plan["rates"]),
        *(("durchstarten/1", r) for r in programme),
    ]:
        key = (said_by, r["module"], r["unit"], r["code"], r["valid_from"], r["valid_to"] or "open")
        cells["rates", "amount", key], cells["rates", "source", key] = r["amount_cents"], r["source"]
    return cells


def attendance(lines: Iterable[bytes], as_of: date) -> Iterable[tuple[str, str, str, str, Fields, str]]:
    """Case, module, offer, municipality of the offer, span, and municipality of the case, of every span that ended by the
    day."""
    lines = list(lines)
    offered_by = {
        stream_id: events[0][1]["municipality"]
        for stream_id, events in streams_of(lines).items()
        if events[0][0] == "offer_published"
    }
    for events in cases_of(lines):
        modules: dict[str, str] = {}
        offers: dict[str, str] = {}
        place = [f["municipality"] for name, f in events if name in ("case_opened", "municipality_changed")][
            -1
        ]
        for name, f in events:
            if name == "seat_requested":
                offers[f["participation_id"]] = f["offer_id"]
            elif name == "seat_offered":
                modules[f["participation_id"]] = f["module"]
            elif name == "attendance_recorded" and f["to_on"] <= as_of.isoformat():
                seat = f["participation_id"]
                offer = offers[seat]
                yield events[0][1]["stream_id"], modules[seat], offer, offered_by[offer], f, place


def rate_known(
    module: str, offered_by: str, span: Fields, grants: list[Grant], programme: list[Fields]
) -> Fields | None:
    """The rate that counts from the first to the last day: of the grants that pay the line, else of the programme."""
    line = (module, offered_by, span["to_on"][:4])
    first, last = date.fromisoformat(span["from_on"]), date.fromisoformat(span["to_on"])
    paying = [g for g in grants if line in g.planned and g.period[0] <= first and last <= g.period[1]]
    found = []
    for rates in [g.plan["rates"] for g in paying] or [[]]:
        for source in (rates, programme):
            touching = [
                r
                for r in source
                if r["module"] == module
                and r["valid_from"] <= span["to_on"]
                and (r["valid_to"] is None or r["valid_to"] >= span["from_on"])
            ]
            if touching:
                whole = [
                    r
                    for r in touching
                    if r["valid_from"] <= span["from_on"]
                    and (r["valid_to"] is None or r["valid_to"] >= span["to_on"])
                ]
                found.append(whole[0] if whole else None)
                break
        else:
            found.append(None)
    return found[0] if all(r == found[0] for r in found) else None


def rates_on(as_of: date, grants: list[Grant], programme: list[Fields]) -> list[Fields]:
    """The rates that count on a day, whoever says so."""
    every = [*programme, *(r for g in grants for r in g.plan["rates"])]
    day = as_of.isoformat()
    return [r for r in every if r["valid_from"] <= day and (r["valid_to"] is None or day <= r["valid_to"])]
