"""The report ``double_funding`` counted again from the export: every claim of one grant held against every claim of the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tests.services import counted_grants
from tests.services.counted_from_export import Cells, Fields


def double_funding(grants: list[counted_grants.Grant]) -> Cells:
    """The report ``double_funding``: every claim of one grant held against every claim of the others."""
    claims = [claim for g in grants for claim in _claims(g)]
    pairs: dict[Any, list[tuple[Fields, Fields, str]]] = defaultdict(list)
    for one in claims:
        for other in claims:
            if one["grant"] < other["grant"] and (why := _why(one, other)):
                key = (one["grant"], one["name"], other["grant"], other["name"])
                pairs[key].append((one, other, why))
    cells: Cells = {}
    for key, found in pairs.items():
        cells["pairs", "why", key] = " ".join(sorted({why for *_, why in found}))
        sides = [one for one, _, _ in found], [other for _, other, _ in found]
        seats = {claim["seat"] for claims in sides for claim in claims if claim["span"]}
        cells["pairs", "participations", key] = len(seats)
        for column, claims in zip(("amount", "other_amount"), sides, strict=True):
            spans = counted_grants.most_units(list({claim["span"] for claim in claims if claim["span"]}))
            cells["pairs", column, key] = sum(units * cents for _, _, units, _, cents in spans)
            if not claims[0]["span"]:
                cells["pairs", column, key] = claims[0]["cents"]
    return cells


def _claims(g: counted_grants.Grant) -> Iterable[Fields]:
    for voucher, f in g.vouchers.items():
        yield {
            "grant": g.reference,
            "name": voucher,
            "kind": f["cost_kind"],
            "cents": f["amount_cents"],
            "payee": f.get("payee") or "",
            "offer": f["offer_id"],
            "seat": f["participation_id"],
            "days": (f["service_from"] or f["paid_on"], f["service_to"] or f["paid_on"]),
            "span": None,
        }
    for seat, decisions in g.decided.items():
        for f in decisions:
            for span in f["spans"] if f["result"] == "earned" else ():
                if span["units_attended"]:
                    yield {
                        "grant": g.reference,
                        "name": f["offer_id"],
                        "kind": "flat_rate",
                        "payee": "",
                        "offer": f["offer_id"],
                        "seat": seat,
                        "days": (span["from_on"], span["to_on"]),
                        "span": counted_grants.span_of(span, span["rate"])[0],
                    }


def _why(one: Fields, other: Fields) -> str:
    decided, other_decided = not one["payee"], not other["payee"]
    if max(one["days"][0], other["days"][0]) > min(one["days"][1], other["days"][1]):
        return ""
    same_seat = one["seat"] is not None and one["seat"] == other["seat"]
    if decided and other_decided:
        return "same_attendance" if same_seat else ""
    if {one["kind"], other["kind"]} == {"teaching", "flat_rate"} and one["offer"] == other[
        "offer"
    ] is not None:
        return "flat_rate_and_real_cost"
    if decided or other_decided or one["kind"] != other["kind"]:
        return ""
    if all(one[part] == other[part] for part in ("cents", "payee", "offer", "seat")):
        return "same_bill"
    return "same_participation" if same_seat else ""
