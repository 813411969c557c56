"""What is of no case brings to the cells of a table: collected once, in the order in which a drill-down lists it."""

from __future__ import annotations

from collections.abc import Iterable

from domain.reports.evidence import CellRef, Contribution, Evidence
from domain.reports.people import People


class StandingEvidence:
    """The contributions of grants, offers and others of no case, but for those that add nothing."""

    def __init__(self, evidence: Evidence, people: People) -> None:
        self._of = {
            ref: [one for one in found if not one.but_for] for ref, found in evidence.contributions.items()
        }
        # One contribution is found in its line and in all that sum it up, so places are told once.
        places = _places((one for found in self._of.values() for one in found), people)
        for found in self._of.values():
            found.sort(key=lambda one: places[id(one)])

    def of(self, ref: CellRef) -> list[Contribution]:
        """Those to one cell."""
        return self._of.get(ref, [])


def _places(contributions: Iterable[Contribution], people: People) -> dict[int, int]:
    """By the identity of each its place in the order; the same one for those that nothing tells apart."""
    told = {one: people.place(found) for one, found in {id(found): found for found in contributions}.items()}
    ranks = {place: rank for rank, place in enumerate(sorted(set(told.values())))}
    return {one: ranks[place] for one, place in told.items()}
