"""What other grants pay already that has something in common with a booking: from the read tables, for nobody reads all grants."""

from __future__ import annotations

from uuid import UUID

from adapters.connections import Connections
from domain.double_funding import Claimed
from domain.projections.grant_flat_rates import FlatRateRow
from domain.projections.grant_use import GrantMovementRow
from domain.reports.claims import decided_claims, voucher_claims

_VOUCHERS = (
    f"select {', '.join(f'm.{name}' for name in GrantMovementRow._fields)} from {{schema}}.grant_movements m "
    "where m.kind = 'spending' and m.grant_id <> $1 and (m.grant_id, m.reference) in ("
    "select grant_id, reference from {schema}.grant_movements where participation_id = $2 or offer_id = $3 or payee = $4)"
)
_DECIDED = (
    f"select {', '.join(FlatRateRow._fields)} from {{schema}}.grant_flat_rates "
    "where grant_id <> $1 and (participation_id = $2 or offer_id = $3)"
)
_REFERENCES = "select grant_id, reference from {schema}.grants where grant_id = any($1)"


async def claims_elsewhere(connections: Connections, schema: str, claim: Claimed) -> list[Claimed]:
    """Vouchers and decided flat rates of other grants that share participation, course or payee with ``claim``.

    As far as the read tables have come: what another grant books in the same moment is found by the report alone.
    Raises StoreUnavailable.
    """
    asked = claim.grant_id, claim.participation_id, claim.offer_id
    vouchers = await connections.fetch(_VOUCHERS.format(schema=schema), *asked, claim.payee)
    decided = await connections.fetch(_DECIDED.format(schema=schema), *asked)
    return [
        *voucher_claims(GrantMovementRow(*row) for row in vouchers),
        *decided_claims(FlatRateRow(*row) for row in decided),
    ]


async def references_of(connections: Connections, schema: str, grant_ids: set[UUID]) -> dict[UUID, str]:
    """The references of some grants. Raises StoreUnavailable."""
    rows = await connections.fetch(_REFERENCES.format(schema=schema), sorted(grant_ids))
    return {row[0]: row[1] for row in rows}
