"""The facts of a report from the read tables, all of one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from adapters.connections import Connection, Connections
from adapters.contact_facts import contacts_by
from adapters.fact_columns import columns_read
from adapters.one_moment import Job, one_moment, shared
from domain.path import StageKind
from domain.projections.case_papers import CasePapersRow
from domain.projections.characteristics import CharacteristicsRow
from domain.projections.employments import EmploymentRow
from domain.projections.grant_flat_rates import FlatRateRow
from domain.projections.grant_rates import GrantRateRow
from domain.projections.grant_statements import OnwardGrantRow
from domain.projections.grant_use import GrantMovementRow, GrantPlanRow
from domain.projections.published_reports import PublishedReportRow
from domain.projections.register import PROJECTIONS
from domain.projections.repetition_answers import RepetitionAnswerRow
from domain.projections.seat_steps import SeatStepsRow
from domain.projections.stage_intervals import StageIntervalRow
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import (
    KINDS,
    CaseFact,
    ContactFact,
    CourseFact,
    Facts,
    MeasureFact,
    Need,
    NeedFact,
    OfferFact,
    ParticipationFact,
    ReferralFact,
    SpanFact,
    TrainingFact,
    Unread,
    unread,
)

_TABLES = (
    "case_overview",
    "case_timeline",
    "characteristics",
    "employments",
    "grant_flat_rates",
    "grant_movements",
    "grant_plans",
    "grant_rates",
    "offer_occupancy",
    "onward_grants",
    "open_needs",
    "participations",
    "published_reports",
    "repetition_answers",
    "stage_intervals",
    "trainings",
)


_ONLY_FOR = {Need.SEATS: "seat_steps", Need.PAPERS: "case_papers"}
"""Read tables that the reports with one need look at, and no others."""


def _tables(needs: Collection[Need]) -> tuple[str, ...]:
    return (*_TABLES, *(name for need, name in _ONLY_FOR.items() if need in needs))


def _versions(tables: Iterable[str]) -> tuple[int, ...]:
    return tuple(PROJECTIONS[name].version for name in tables)


_POSITION = (
    "select case when count(p.name) = count(*) then min(p.position) end "
    "from unnest($1::text[], $2::integer[]) as wanted (name, version) "
    "left join {schema}.projections p on p.name = wanted.name and p.version = wanted.version and p.live"
)


async def tables_stand_at(connections: Connections, schema: str, needs: Collection[Need] = ()) -> int | None:
    """The position that the read tables of reports with these needs have reached. Raises StoreUnavailable.

    None when one of them is missing, has failed or was built by other code: then only the log can be counted.
    """
    tables = _tables(needs)
    [[position]] = await connections.fetch(_POSITION.format(schema=schema), tables, _versions(tables))
    return None if position is None else int(position)


async def any_synthetic(connections: Connections, schema: str) -> bool:
    """Whether any case is of a simulated town. Raises StoreUnavailable."""
    [[found]] = await connections.fetch(f"select exists (select from {schema}.case_overview where synthetic)")
    return bool(found)


async def facts_from_tables(
    connections: Connections,
    schema: str,
    as_of: date,
    *,
    evidence: bool = False,
    needs: Collection[Need] = (),
    columns: ColumnsOf | None = None,
    known_at: int | None = None,
) -> tuple[Facts, int | None]:
    """All facts, and where they stand as ``tables_stand_at`` says; with ``evidence`` every single contact, and of what only
    some reports need (``needs``) the facts asked for. With ``columns`` those alone are read, and of
    the contacts those recorded up to the position ``known_at``. Raises StoreUnavailable."""
    wanted = _whole(needs) if columns is None else columns
    tables = _tables(needs)
    facts = Facts()
    async with one_moment(connections, (f"{schema}.{name}" for name in tables)) as readers:
        position = await readers[0].fetchval(_POSITION.format(schema=schema), tables, _versions(tables))

        async def municipalities(reader: Connection) -> None:
            facts.municipalities = await _municipalities(reader, schema)

        async def contacts(reader: Connection) -> None:
            facts.contacts = await contacts_by(
                reader,
                schema,
                as_of,
                versions=evidence,
                names=wanted["contacts"],
                known_at=None if columns is None else known_at,
            )

        def of_source(name: str) -> Job:
            kind, table = _SOURCES[name]
            source = f"{schema}.{_seats_open(table, as_of) if name == 'seats' and not evidence else table}"

            async def read(reader: Connection) -> None:
                found: Sequence[Any]
                if columns is None:
                    found = await _facts(reader, kind, source)
                else:
                    found = await columns_read(reader, kind, wanted[name], source)
                setattr(facts, name, found)

            return read

        named = sorted(wanted, key=lambda name: _LONGEST.get(name, len(_LONGEST)))
        jobs = [contacts if name == "contacts" else of_source(name) for name in named]
        await shared(readers, [*jobs, municipalities])
    for name in KINDS.keys() - wanted.keys():
        setattr(facts, name, Unread())
    return facts, None if position is None else int(position)


_LONGEST: Final = {
    name: place
    for place, name in enumerate(
        (
            "flat_rates",
            "participations",
            "measures",
            "cases",
            "characteristics",
            "contacts",
            "papers",
            "stages",
        )
    )
}
"""What takes longest to read, to be begun first; the others follow."""

_SOURCES: Final[Mapping[str, tuple[type[Any], str]]] = {
    "cases": (CaseFact, "case_overview"),
    "spans": (SpanFact, f"stage_intervals where stage = '{StageKind.COACHING.value}'"),
    "participations": (ParticipationFact, "participations"),
    "trainings": (TrainingFact, "trainings"),
    "plans": (GrantPlanRow, "grant_plans"),
    "movements": (GrantMovementRow, "grant_movements"),
    "rates": (GrantRateRow, "grant_rates"),
    "offers": (OfferFact, "offer_occupancy"),
    "characteristics": (CharacteristicsRow, "characteristics"),
    "employments": (EmploymentRow, "employments"),
    "stages": (StageIntervalRow, "stage_intervals"),
    "flat_rates": (FlatRateRow, "grant_flat_rates"),
    "onward_grants": (OnwardGrantRow, "onward_grants"),
    "published": (PublishedReportRow, "published_reports"),
    "unmet_needs": (NeedFact, "open_needs"),
    "measures": (MeasureFact, "participations"),
    "hint_answers": (RepetitionAnswerRow, "repetition_answers"),
    "referrals": (ReferralFact, "case_overview"),
    "seats": (SeatStepsRow, "seat_steps"),
    "courses": (CourseFact, "offer_occupancy"),
    "papers": (CasePapersRow, "case_papers"),
}
"""Field of Facts → what a fact of it is, and where it is read."""


def _seats_open(table: str, as_of: date) -> str:
    """A settled seat may be asked for without the entry that settled it: only the evidence looks at those."""
    day = f"date '{as_of.isoformat()}'"
    return f"{table} where requested_on <= {day} and (settled_on is null or settled_on > {day})"


def _whole(needs: Collection[Need]) -> ColumnsOf:
    """All columns of what reports with these ``needs`` look at."""
    named = {*_SOURCES, "contacts"} - unread(needs)
    return {name: _SOURCES[name][0]._fields if name in _SOURCES else ContactFact._fields for name in named}


async def _municipalities(connection: Connection, schema: str) -> set[str]:
    tables = ("case_overview", "offer_occupancy", "grant_plans")
    found = await connection.fetch(
        " union ".join(f"select distinct municipality from {schema}.{table}" for table in tables)
    )
    return {municipality for (municipality,) in found}


async def _facts(connection: Connection, fact: type[Any], source: str) -> list[Any]:
    records = await connection.fetch(f"select {', '.join(fact._fields)} from {source}")
    # What the class itself would do, without a call of Python for each.
    return list(map(partial(tuple.__new__, fact), records))
