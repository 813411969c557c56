"""Reading what gaps are counted from: failed matches, the offers there are, and the number of hints at repetition."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from adapters.connections import Connections
from domain.projections.offer_occupancy import OfferOccupancyRow
from domain.projections.open_needs import OpenNeedRow


class GapTables:
    """Queries on the read tables of one schema. All raise StoreUnavailable."""

    def __init__(self, connections: Connections, schema: str) -> None:
        self._connections = connections
        self._schema = schema

    async def open_needs(
        self,
        as_of: date,
        *,
        kind: str | None = None,
        municipality: str | None = None,
        ground: str | None = None,
    ) -> tuple[OpenNeedRow, ...]:
        """The latest failed match of every need that was open at the end of ``as_of``, by case and need."""
        found = await self._connections.fetch(
            f"select {', '.join(OpenNeedRow._fields)} from {self._schema}.open_needs "
            "where from_on <= $1 and (to_on is null or to_on > $1) "
            "and ($2::text is null or kind = $2) and ($3::text is null or municipality = $3) "
            "and ($4::text is null or ground = $4) order by case_id, need_id, version",
            as_of,
            kind,
            municipality,
            ground,
        )
        return tuple(OpenNeedRow(*record) for record in found)

    async def offers_of(self, kinds: Collection[str], ends_from: date) -> tuple[OfferOccupancyRow, ...]:
        """The offers of some kinds that end on ``ends_from`` or later, earliest start first, then by id."""
        found = await self._connections.fetch(
            f"select {', '.join(OfferOccupancyRow._fields)} from {self._schema}.offer_occupancy "
            "where kind = any($1) and ends_on >= $2 order by starts_on, offer_id",
            list(kinds),
            ends_from,
        )
        return tuple(OfferOccupancyRow(*record) for record in found)

    async def repetitions(self) -> tuple[tuple[str, str, int, int], ...]:
        """Kind, level (empty: none), cases with a hint at repetition, and those of them that nobody has answered.

        Over all municipalities: narrowed to a small one, the number would point at a person.
        """
        found = await self._connections.fetch(
            "select kind, level, count(*), count(*) filter (where open) "
            f"from {self._schema}.measure_repetitions group by kind, level order by kind, level"
        )
        return tuple((str(r[0]), str(r[1]), int(r[2]), int(r[3])) for r in found)

    async def has_cases(self, municipality: str) -> bool:
        """Whether any case belongs to ``municipality``."""
        found: list[Any] = await self._connections.fetch(
            f"select exists (select from {self._schema}.case_overview where municipality = $1)", municipality
        )
        return bool(found[0][0])
