"""The facts of a report from the read tables, all of one moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import partial
from typing import Any

from adapters.connections import Connection, Connections
from adapters.contact_facts import contacts_by
from domain.path import StageKind
from domain.projections.characteristics import CharacteristicsRow
from domain.projections.employments import EmploymentRow
from domain.projections.grant_flat_rates import FlatRateRow
from domain.projections.grant_rates import GrantRateRow
from domain.projections.grant_statements import OnwardGrantRow
from domain.projections.grant_use import GrantMovementRow, GrantPlanRow
from domain.projections.published_reports import PublishedReportRow
from domain.projections.register import PROJECTIONS
from domain.projections.repetition_answers import RepetitionAnswerRow
from domain.projections.stage_intervals import StageIntervalRow
from domain.reports.facts import (
    CaseFact,
    Facts,
    MeasureFact,
    Need,
    NeedFact,
    OfferFact,
    ParticipationFact,
    ReferralFact,
    SpanFact,
    TrainingFact,
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


_VERSIONS = tuple(PROJECTIONS[name].version for name in _TABLES)
_POSITION = (
    "select case when count(p.name) = count(*) then min(p.position) end "
    "from unnest($1::text[], $2::integer[]) as wanted (name, version) "
    "left join {schema}.projections p on p.name = wanted.name and p.version = wanted.version and p.live"
)


async def tables_stand_at(connections: Connections, schema: str) -> int | None:
    """The position that the read tables of reports have reached. Raises StoreUnavailable.

    None when one of them is missing, has failed or was built by other code: then only the log can be counted.
    """
    [[position]] = await connections.fetch(_POSITION.format(schema=schema), _TABLES, _VERSIONS)
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
) -> tuple[Facts, int | None]:
    """All facts, and where they stand as ``tables_stand_at`` says; with ``evidence`` every single contact, and of what only some reports need
    (``needs``) the facts asked for. Raises StoreUnavailable."""
    async with (
        connections.lend() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        # Before the snapshot is taken: a table that a rebuild swaps in later would be empty in it.
        await connection.execute(
            f"lock table {', '.join(f'{schema}.{name}' for name in _TABLES)} in access share mode"
        )
        position = await connection.fetchval(_POSITION.format(schema=schema), _TABLES, _VERSIONS)
        plans = await _facts(connection, GrantPlanRow, f"{schema}.grant_plans")
        cases = await _facts(connection, CaseFact, f"{schema}.case_overview")
        offers = await _facts(connection, OfferFact, f"{schema}.offer_occupancy")
        facts = Facts(
            cases=cases,
            spans=await _facts(
                connection, SpanFact, f"{schema}.stage_intervals where stage = $1", StageKind.COACHING.value
            ),
            participations=await _facts(connection, ParticipationFact, f"{schema}.participations"),
            trainings=await _facts(connection, TrainingFact, f"{schema}.trainings"),
            plans=plans,
            movements=await _facts(connection, GrantMovementRow, f"{schema}.grant_movements"),
            rates=await _facts(connection, GrantRateRow, f"{schema}.grant_rates"),
            offers=offers,
            municipalities={fact.municipality for facts in (cases, offers, plans) for fact in facts},
        )
        facts.leave_unread(needs)
        if Need.CONTACTS in needs:
            facts.contacts = await contacts_by(connection, schema, as_of, versions=evidence)
        if Need.CHARACTERISTICS in needs:
            facts.characteristics = await _facts(connection, CharacteristicsRow, f"{schema}.characteristics")
        if Need.EMPLOYMENTS in needs:
            facts.employments = await _facts(connection, EmploymentRow, f"{schema}.employments")
        if Need.GRANT_STATEMENTS in needs:
            facts.flat_rates = await _facts(connection, FlatRateRow, f"{schema}.grant_flat_rates")
            facts.onward_grants = await _facts(connection, OnwardGrantRow, f"{schema}.onward_grants")
        if Need.PUBLISHED in needs:
            facts.published = await _facts(connection, PublishedReportRow, f"{schema}.published_reports")
        if Need.STAGES in needs:
            facts.stages = await _facts(connection, StageIntervalRow, f"{schema}.stage_intervals")
        if Need.UNMET_NEEDS in needs:
            facts.unmet_needs = await _facts(connection, NeedFact, f"{schema}.open_needs")
        if Need.MEASURES in needs:
            facts.measures = await _facts(connection, MeasureFact, f"{schema}.participations")
        if Need.HINT_ANSWERS in needs:
            facts.hint_answers = await _facts(connection, RepetitionAnswerRow, f"{schema}.repetition_answers")
        if Need.REFERRALS in needs:
            facts.referrals = await _facts(connection, ReferralFact, f"{schema}.case_overview")
    return facts, None if position is None else int(position)


async def _facts(connection: Connection, fact: type[Any], source: str, *arguments: Any) -> list[Any]:
    records = await connection.fetch(
        f"select {', '.join(fact._fields)} from {source}",
        *arguments,
    )
    # What the class itself would do, without a call of Python for each.
    return list(map(partial(tuple.__new__, fact), records))
