"""Running a report: from the read tables as things stand, or from the log as they were known before."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from adapters.report_facts import any_synthetic, facts_from_tables, tables_stand_at
from domain.refusals import Refusal
from domain.reports.definition import MUNICIPALITY
from domain.reports.fact_columns import ColumnsOf
from domain.reports.facts import Facts, Need, programme_rates
from domain.reports.programme_facts import asked_at_entry, entry_rules
from domain.reports.table import Report, canonical_json
from services.bootstrap import Engine
from services.earlier_facts import taken_back, to_take_back
from services.garbage import paused
from services.log_facts import Progress, facts_from_log, nobody_watches
from services.report_asking import AskedReport, made_sure, unknown_to
from services.report_contacts import Contacts
from services.report_formats.run import ReportRun


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult:
    """A report with the position of the log it was counted at. ``body`` is its canonical JSON, ``digest`` the SHA-256
    of that: the same position, date and parameters give the same bytes. ``known_at`` is the instant that was asked for."""

    report: Report
    position: int
    body: bytes
    digest: str
    known_at: datetime | None = None


async def run_report(
    engine: Engine,
    name: str,
    *,
    as_of: date | None = None,
    known_at: datetime | int | None = None,
    municipality: str | None = None,
    now: datetime | None = None,
) -> ReportResult | Refusal:
    """``run_asked`` for a report with at most a municipality."""
    parameters = {} if municipality is None else {MUNICIPALITY.name: municipality}
    asked = AskedReport(name=name, as_of=as_of, known_at=known_at, parameters=parameters)
    return await run_asked(engine, asked, now=now)


async def run_asked(
    engine: Engine,
    asked: AskedReport,
    *,
    now: datetime | None = None,
    progress: Progress = nobody_watches,
) -> ReportResult | Refusal:
    """Run a report as of a business date (default: today), as known at an instant or position (default: now).

    Now means the head of the log. Refused as ``made_sure`` and ``unknown_to`` say. Raises StoreUnavailable, UnreadableStream.
    """
    sure = await made_sure(engine, asked, now)
    if isinstance(sure, Refusal):
        return sure
    facts, standing = await facts_at(
        engine,
        sure.as_of,
        sure.position,
        progress,
        needs=sure.definition.needs,
        columns=sure.definition.looked_at(sure.parameters),
    )
    if refusal := unknown_to(facts, sure):
        return refusal
    instant = asked.known_at if isinstance(asked.known_at, datetime) else None
    with paused():
        report = sure.definition.run(facts, sure.as_of, sure.parameters)
        return result_of(report, standing, instant)


def result_of(report: Report, position: int, known_at: datetime | None = None) -> ReportResult:
    """A report with its bytes and their digest."""
    body = canonical_json(report)
    digest = hashlib.sha256(body).hexdigest()
    return ReportResult(report=report, position=position, body=body, digest=digest, known_at=known_at)


async def report_run(engine: Engine, result: ReportResult, contacts: Contacts | None = None) -> ReportRun:
    """What a file says about the run, beside the report itself; ``contacts`` say whom its ids of staff reach."""
    return ReportRun(
        position=result.position,
        digest=result.digest,
        known_at=result.known_at,
        synthetic=await any_synthetic(engine.connections, engine.log.schema),
        contacts=contacts,
    )


async def facts_at(
    engine: Engine,
    as_of: date,
    position: int | None,
    progress: Progress = nobody_watches,
    *,
    evidence: bool = False,
    needs: Collection[Need] = tuple(Need),
    columns: ColumnsOf | None = None,
) -> tuple[Facts, int]:
    """The facts at a position of the log (None: its head), and that position; no other ``columns`` than these need be
    read.

    The read tables are given a moment to come that far; when they do not, or cannot be trusted, the log is counted.
    Before where they stand, streams that no counted entry was added to since are taken from them; of the others, those
    that had begun by then are folded from the log up to the position.
    """
    wanted = await engine.store.head() if position is None else position
    if position is not None and columns is not None:
        columns = to_take_back(columns)
    found = await _from_tables(engine, wanted, as_of, evidence, needs, columns, position)
    if found is None:
        facts = await facts_from_log(engine, wanted, as_of, progress, needs=needs, columns=columns)
    else:
        facts, standing = found
        if position is None:
            wanted = standing
        elif wanted < standing:
            facts = await taken_back(engine, facts, standing, wanted, as_of, progress, needs, columns)
    return facts, wanted


async def _from_tables(
    engine: Engine,
    wanted: int,
    as_of: date,
    evidence: bool,
    needs: Collection[Need],
    columns: ColumnsOf | None,
    known_at: int | None,
) -> tuple[Facts, int] | None:
    """The facts of the read tables and where they stand: at ``wanted`` or behind it. None when they do not come so far."""
    standing = await _tables_reaching(engine, wanted, needs)
    if standing is None or standing < wanted:
        return None
    with paused():
        facts, standing = await facts_from_tables(
            engine.connections,
            engine.log.schema,
            as_of,
            evidence=evidence,
            needs=needs,
            columns=columns,
            known_at=known_at,
        )
    facts.programme_rates = programme_rates(engine.rule_book.paths.values())
    facts.asked_at_entry = asked_at_entry(engine.rule_book.paths.values())
    facts.entry_rules = entry_rules(engine.rule_book.law)
    # Between the two looks a rebuild may have changed what stands where.
    return None if standing is None or standing < wanted else (facts, standing)


async def _tables_reaching(engine: Engine, wanted: int, needs: Collection[Need]) -> int | None:
    """Where the read tables stand once they have reached ``wanted``, or after a moment's patience."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        standing = await tables_stand_at(engine.connections, engine.log.schema, needs)
        if standing is None or standing >= wanted or time.monotonic() >= give_up_at:
            return standing
        await asyncio.sleep(0.02)


PATIENCE_SECONDS: Final = 1.0
