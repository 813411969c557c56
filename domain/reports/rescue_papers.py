"""Papers that the path asks for before a course is entered, and residence statuses that run out; each with its entries."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.projections.case_papers import CasePapersRow
from domain.reports.definition import Counting
from domain.reports.fact_columns import fact_at, ids
from domain.reports.rescue_vocabulary import Call
from domain.values import StaffId


class Papers(NamedTuple):
    """The papers of one case, without the entries ``left_out``."""

    row: CasePapersRow
    left_out: frozenset[int] = frozenset()

    def entries(self) -> set[int]:
        """The entries that gave or took back notice and consent."""
        found = {version for _, version in json.loads(self.row.notices)}
        for *_, version, withdrawn_version in json.loads(self.row.consents):
            found |= {version, withdrawn_version}
        return found

    def told_by(self, day: date) -> bool:
        """Whether the information notice was given by ``day``."""
        given = json.loads(self.row.notices)
        return any(on <= day.isoformat() for on, version in given if version not in self.left_out)

    def consented_on(self, day: date, as_of: date) -> bool:
        """Whether the consent to case management covers ``day``, by what had happened by ``as_of``.

        The latest one counts, and a withdrawal ends the latest one before it, as domain/consent.py folds them.
        """
        said = []
        for given_on, until, withdrawn_on, version, withdrawn_version in json.loads(self.row.consents):
            said.append((version, given_on, until))
            if withdrawn_version:
                said.append((withdrawn_version, withdrawn_on, _WITHDRAWN))
        latest: tuple[str, str | None] | None = None
        withdrawn: str | None = None
        for version, on, until in sorted(said, key=lambda one: one[0]):
            if version in self.left_out or on > as_of.isoformat():
                continue
            if until is not _WITHDRAWN:
                latest, withdrawn = (on, until), None
            elif latest is not None:
                withdrawn = on
        if latest is None:
            return False
        asked = day.isoformat()
        given_on, until = latest
        return (
            given_on <= asked and (until is None or asked <= until) and not (withdrawn and withdrawn <= asked)
        )

    def residence_until(self, as_of: date) -> date | None:
        """The last valid day of the residence status in force on ``as_of``: the last one recorded by then, else the first."""
        row = self.row
        if not self.left_out and row.residence_on <= as_of:
            return row.residence_until
        spells = [spell for spell in json.loads(row.residences) if spell[2] not in self.left_out]
        by_then = [spell for spell in spells if spell[0] <= as_of.isoformat()]
        if not spells:
            return None
        until = (by_then or spells)[-1 if by_then else 0][1]
        return None if until is None else date.fromisoformat(until)

    def without(self, version: int) -> Papers:
        """The papers had the entry ``version`` never been made."""
        return self._replace(left_out=self.left_out | {version})


_WITHDRAWN: Final[Any] = object()


def papers_of(counting: Counting, case_id: UUID) -> Papers | None:
    """The papers of a case; None when the record has none of it."""
    number = counting.once(_numbers).get(case_id.bytes)
    return None if number is None else Papers(fact_at(counting.facts.papers, number))


def _numbers(counting: Counting) -> dict[bytes, int]:
    return {case: n for n, case in enumerate(ids(counting.facts.papers, CasePapersRow, "case_id"))}


def in_charge(of: Papers | None, coached: bool) -> tuple[Call, str]:
    """Whom to call about a case, by its papers, as ``staff_in_charge``."""
    if of is None:
        return staff_in_charge("", "", None, coached)
    return staff_in_charge(of.row.organisation, of.row.caseworker, of.row.coach, coached)


def staff_in_charge(organisation: str, caseworker: str, coach: str | None, coached: bool) -> tuple[Call, str]:
    """Whom to call about a case, with the opaque id: the coach as long as one accompanies it, else the caseworker.

    The id of a caseworker has that of the organisation before it, as the staff file names people; both are who is in
    charge as the log stands, whatever the reference date is: whoever was so then cannot cure it now.
    """
    call = Call.COACH if coached else Call.CASEWORKER
    if coached and coach:
        return call, coach
    return call, contact_id(organisation, StaffId(caseworker))


def contact_id(organisation: str, staff_id: StaffId) -> str:
    """A caseworker as reports name one.

    >>> contact_id("staedteregion", StaffId("cw-eschweiler-1"))
    'staedteregion/cw-eschweiler-1'
    """
    return f"{organisation}/{staff_id}" if organisation else str(staff_id)


def versions(of: Papers | None) -> Collection[int]:
    """The entries of papers that may be there."""
    return () if of is None else of.entries()
