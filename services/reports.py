"""Running a report: from the read tables as things stand, or from the log as they were known before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime

from adapters.event_log import StreamSlice
from adapters.projection_source import ProjectionSource
from adapters.report_facts import facts_from_tables
from domain.decision import local_date
from domain.refusals import Refusal
from domain.reports.definition import MUNICIPALITY, ParameterValue
from domain.reports.facts import Facts
from domain.reports.registry import REPORTS
from domain.reports.table import Report, canonical_json
from services.bootstrap import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportResult:
    """A report with the position of the log it was counted at. ``body`` is its canonical JSON, ``digest`` the SHA-256
    of that: the same position, date and municipality give the same bytes."""

    report: Report
    position: int
    body: bytes
    digest: str


async def run_report(
    engine: Engine,
    name: str,
    *,
    as_of: date | None = None,
    known_at: datetime | int | None = None,
    municipality: str | None = None,
    now: datetime | None = None,
) -> ReportResult | Refusal:
    """Run a report as of a business date (default: today), as known at an instant or position (default: now).

    Now means what the read tables show; wait for a position first to be sure of it. Refused: an unknown report or
    municipality, a date in the future or before the programme, a position or instant the log has not reached.
    """
    instant = now or datetime.now(UTC)
    day = as_of or local_date(instant)
    if refusal := _date_refusal(engine, name, day, instant):
        return refusal
    position = await _known(engine, known_at, instant)
    if isinstance(position, Refusal):
        return position
    facts, standing = await facts_from_tables(
        engine.connections, engine.log.schema, day, needs=REPORTS[name].needs
    )
    if position is not None and position != standing:
        facts, standing = await facts_from_log(engine, position, day), position
    if municipality is not None and municipality not in facts.municipalities:
        return Refusal(
            "report.municipality_unknown",
            "Für diese Kommune (AGS) gibt es keine Fälle, Angebote oder Mittel.",
            "There are no cases, offers or funds of this municipality (AGS).",
        )
    parameters: dict[str, ParameterValue] = {} if municipality is None else {MUNICIPALITY.name: municipality}
    report = REPORTS[name].run(facts, day, parameters)
    body = canonical_json(report)
    return ReportResult(report=report, position=standing, body=body, digest=hashlib.sha256(body).hexdigest())


async def facts_from_log(engine: Engine, position: int, as_of: date) -> Facts:
    """The facts as of ``position``, folded from the log with the functions that fill the read tables."""
    source = ProjectionSource(engine.log, engine.connections, engine.codec, None)
    facts = Facts()
    async for histories in source.whole_streams(StreamSlice(None, None), position):
        for history in histories:
            facts.add_stream(history, as_of)
    return facts


def _date_refusal(engine: Engine, name: str, as_of: date, now: datetime) -> Refusal | None:
    if name not in REPORTS:
        known = ", ".join(sorted(REPORTS))
        return Refusal(
            "report.unknown",
            f"Diesen Bericht gibt es nicht. Es gibt: {known}.",
            f"No such report. There are: {known}.",
        )
    if as_of > local_date(now):
        return Refusal(
            "report.as_of_in_the_future",
            "Der Stichtag liegt in der Zukunft.",
            "The reference date lies in the future.",
        )
    begin = min(path.valid_from for path in engine.rule_book.paths.values())
    if as_of < begin:
        return Refusal(
            "report.as_of_before_programme",
            f"Der Stichtag liegt vor dem Beginn des Programms am {begin:%d.%m.%Y}.",
            f"The reference date lies before the programme began on {begin.isoformat()}.",
        )
    return None


async def _known(engine: Engine, known_at: datetime | int | None, now: datetime) -> int | Refusal | None:
    if known_at is None:
        return None
    if isinstance(known_at, datetime):
        if known_at > now:
            return _beyond_the_log()
        return await engine.log.position_at(known_at)
    if not 0 <= known_at <= await engine.log.head():
        return _beyond_the_log()
    return known_at


def _beyond_the_log() -> Refusal:
    return Refusal(
        "report.known_at_beyond_log",
        "Der Kenntnisstand liegt jenseits des Protokolls; es gibt ihn (noch) nicht.",
        "What is asked as known lies beyond the log; there is no such state (yet).",
    )
