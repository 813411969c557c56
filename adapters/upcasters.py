"""Old versions of events: pure functions from the JSON object of one version to that of the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

Fields: TypeAlias = dict[str, Any]
"""All stored fields of an event as plain JSON values, public and personal together.

Where the key is destroyed or the personal part is left out, the personal fields are absent: take them with ``get`` or
test with ``in``, and never derive a public field from a personal one.
"""

Upcaster: TypeAlias = Callable[[Fields], Fields]

Upcasters: TypeAlias = Mapping[tuple[str, int], Upcaster]


def _offer_not_told(fields: Fields) -> Fields:
    """What an offer answered did not say of what kind and level the offer is: not known, and not guessed."""
    return fields | {"kind": None, "level": None}


def _open_to_all_without_childcare(fields: Fields) -> Fields:
    """Offers could name neither; so they excluded nobody and promised no childcare."""
    return fields | {"excluded_statuses": [], "childcare": False}


def _with(**added: Any) -> Upcaster:
    """A version that added fields: what was written before has them at these values."""

    def upcast(fields: Fields) -> Fields:
        return {**added, **fields}

    return upcast


_DAYS_AND_RATES: Fields = {"rates": [], "proof_due_on": None, "interim_due_on": []}

UPCASTERS: Upcasters = {
    ("offer_published", 1): _open_to_all_without_childcare,
    ("eligibility_decided", 1): _with(proposed=None, against_proposal=False, rules_used=[]),
    ("reminder_issued", 1): _with(to=None, ground=None),
    ("seat_offered", 1): _offer_not_told,
    ("seat_waitlisted", 1): _offer_not_told,
    ("seat_refused", 1): _offer_not_told,
    ("grant_notice_received", 1): _with(**_DAYS_AND_RATES),
    ("grant_notice_amended", 1): _with(
        **_DAYS_AND_RATES, valid_from=None, repayment_due_cents=0, repay_by=None
    ),
    ("spending_recorded", 1): _with(
        payee_kind="organisation",
        cost_kind="not_assigned",
        service_from=None,
        service_to=None,
        onward_reference="",
        offer_id=None,
        participation_id=None,
        justification="",
    ),
}
"""(event name, version it reads) → function to the next version. Never changed once released; chained when read."""


def chain(name: str, stored: int, current: int, upcasters: Upcasters) -> tuple[Upcaster, ...] | None:
    """The steps from version ``stored`` to ``current``; None when one is missing or ``stored`` is from the future.

    >>> chain("moved", 1, 3, {("moved", 1): dict, ("moved", 2): dict})
    (<class 'dict'>, <class 'dict'>)
    >>> chain("moved", 1, 3, {("moved", 1): dict}) is None
    True
    """
    if stored < 1 or stored > current:
        return None
    steps = [upcasters.get((name, version)) for version in range(stored, current)]
    known = tuple(step for step in steps if step is not None)
    return known if len(known) == len(steps) else None
