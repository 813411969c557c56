"""Sealing reports, running them again from the log to verify them, and telling what has changed since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from adapters.sealed_reports import published_seals, sealed_reports
from domain import report_seal
from domain.command_handling import Accepted, CommandContext, handle
from domain.decision import local_date
from domain.refusals import Refusal
from domain.report_seal import ReportSealed, SealedParameter, SealReport
from domain.reports.definition import ParameterValue, ReportDefinition
from domain.reports.facts import Facts
from domain.reports.registry import REPORTS, definition_of
from services.bootstrap import Engine
from services.log_facts import Progress, facts_from_log, nobody_watches
from services.report_asking import (
    AskedReport,
    SureReport,
    asked_definition,
    made_sure,
    parameters_as_text,
    read_parameters,
    unknown_to,
)
from services.reports import facts_at, result_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A sealed report: its number, what was sealed, and by whom and when."""

    seal_id: UUID
    position: int
    report: str
    definition_version: int
    log_position: int
    as_of: date
    parameters: Mapping[str, str]
    digest: str
    recorded_at: datetime
    actor: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountableSeal:
    """A seal that this program can count again: with the definition in its version, and its parameters read by that."""

    seal: Seal
    definition: ReportDefinition
    parameters: Mapping[str, ParameterValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether the report comes out again as it was sealed: ``digest`` is that of the bytes of now."""

    seal: Seal
    digest: str

    @property
    def same(self) -> bool:
        """Byte for byte."""
        return self.digest == self.seal.digest


async def seal_report(
    engine: Engine,
    asked: AskedReport,
    seal_id: UUID,
    context: CommandContext,
    now: datetime,
    *,
    progress: Progress = nobody_watches,
) -> Seal | Refusal:
    """Count a report from the log itself, up to its end or to what is asked, and seal it.

    Refused as ``run_asked``, and for a number under which something else is sealed. Asking for the same again under one
    number returns the recorded seal.
    """
    sure = await made_sure(engine, asked, now)
    if isinstance(sure, Refusal):
        return sure
    if not (await engine.store.load(seal_id, personal=False)):
        position = await engine.log.head() if sure.position is None else sure.position
        facts = await facts_from_log(
            engine,
            position,
            sure.as_of,
            progress,
            needs=sure.definition.needs,
            columns=sure.definition.looked_at(sure.parameters),
        )
        if refusal := unknown_to(facts, sure):
            return refusal
        result = result_of(sure.definition.run(facts, sure.as_of, sure.parameters), position)
        command = SealReport(
            occurred_on=local_date(now),
            report=sure.definition.name,
            definition_version=sure.definition.version,
            log_position=position,
            as_of=sure.as_of,
            parameters=tuple(
                SealedParameter(name=name, value=value)
                for name, value in parameters_as_text(sure.parameters).items()
            ),
            digest=result.digest,
        )
        outcome = await handle(
            engine.store,
            lambda given, history, _: report_seal.decide(given, report_seal.fold(history)),
            seal_id,
            command,
            context,
            lambda history: None,
        )
        if not isinstance(outcome, Accepted):
            return outcome
    there = await sealed(engine, seal_id)
    if isinstance(there, Refusal) or _asks_for(asked, sure, there):
        return there
    return Refusal(
        "report_seal.number_taken",
        f"Unter dieser Nummer ist schon etwas anderes versiegelt: {there.report}, Stichtag {there.as_of:%d.%m.%Y}, "
        f"Position {there.log_position}.",
        f"Something else is sealed under this number already: {there.report}, as of {there.as_of.isoformat()}, "
        f"position {there.log_position}.",
    )


def _asks_for(asked: AskedReport, sure: SureReport, there: Seal) -> bool:
    """Whether a seal is what is asked for. What was left out when asking may be anything."""
    return (
        there.report == sure.definition.name
        and asked.as_of in (None, there.as_of)
        and sure.position in (None, there.log_position)
        and read_parameters(sure.definition, there.parameters) == sure.parameters
    )


async def sealed(engine: Engine, seal_id: UUID) -> Seal | Refusal:
    """A seal by its number."""
    history = await engine.store.load(seal_id, personal=False)
    if not history or not isinstance(history[-1].event, ReportSealed):
        return Refusal(
            "report_seal.unknown",
            "Unter dieser Nummer ist kein Bericht versiegelt.",
            "No report is sealed under this number.",
        )
    entry = history[-1]
    seal = history[-1].event
    return Seal(
        seal_id=seal_id,
        position=entry.position,
        report=seal.report,
        definition_version=seal.definition_version,
        log_position=seal.log_position,
        as_of=seal.as_of,
        parameters={one.name: one.value for one in seal.parameters},
        digest=seal.digest,
        recorded_at=entry.recorded_at,
        actor=entry.actor,
        organisation=entry.organisation,
    )


async def all_sealed(engine: Engine, most: int = 100, report: str | None = None) -> list[Seal] | Refusal:
    """The latest seals, the newest first, as the read tables show them; with ``report`` of that one alone.

    Refused: a report of which there is neither a definition nor a seal.
    """
    found = [
        Seal(
            seal_id=row.seal_id,
            position=row.position,
            report=row.report,
            definition_version=row.definition_version,
            log_position=row.log_position,
            as_of=row.as_of,
            parameters=json.loads(row.parameters),
            digest=row.digest,
            recorded_at=row.recorded_at,
            actor=row.actor,
            organisation=row.organisation,
        )
        for row in await sealed_reports(engine.connections, engine.log.schema, most, report)
    ]
    if report is not None and not found and report not in REPORTS:
        refusal = asked_definition(AskedReport(name=report))
        if isinstance(refusal, Refusal):
            return refusal
    return found


async def published(engine: Engine) -> dict[UUID, date]:
    """The seals that went out with the day they did, as the read tables show them."""
    return await published_seals(engine.connections, engine.log.schema)


async def countable(engine: Engine, seal_id: UUID) -> CountableSeal | Refusal:
    """A seal with what it takes to count it again.

    Refused as ``sealed`` and ``definition_sealed``, and when the log ends before the seal.
    """
    seal = await sealed(engine, seal_id)
    if isinstance(seal, Refusal):
        return seal
    definition = definition_sealed(seal)
    if isinstance(definition, Refusal):
        return definition
    parameters = read_parameters(definition, seal.parameters)
    if isinstance(parameters, Refusal):
        return parameters
    if refusal := within_log(seal, await engine.log.head()):
        return refusal
    return CountableSeal(seal=seal, definition=definition, parameters=parameters)


async def asked_again(engine: Engine, seal_id: UUID) -> AskedReport | Refusal:
    """A sealed report as people ask for it: its date, position, parameters and version. Refused as ``countable``."""
    found = await countable(engine, seal_id)
    if isinstance(found, Refusal):
        return found
    seal = found.seal
    return AskedReport(
        name=seal.report,
        as_of=seal.as_of,
        known_at=seal.log_position,
        parameters=seal.parameters,
        version=seal.definition_version,
    )


def definition_sealed(seal: Seal) -> ReportDefinition | Refusal:
    """The definition in the version of the seal. Refused, naming both versions, when this program has it no more."""
    definition = definition_of(seal.report, seal.definition_version)
    if definition is not None:
        return definition
    now = REPORTS.get(seal.report)
    has_de = f"Fassung {now.version}" if now else "diesen Bericht nicht"
    has_en = f"version {now.version}" if now else "no such report"
    return Refusal(
        "report_seal.definition_gone",
        f"Versiegelt ist {seal.report} in Fassung {seal.definition_version}; dieses Programm hat {has_de}. Das Siegel "
        f"gilt weiter (SHA-256 {seal.digest}); um den Bericht neu zu zählen, braucht es ein Programm mit Fassung "
        f"{seal.definition_version}.",
        f"Sealed is {seal.report} in version {seal.definition_version}; this program has {has_en}. The seal still "
        f"stands (SHA-256 {seal.digest}); to count the report again it takes a program with version "
        f"{seal.definition_version}.",
    )


def within_log(seal: Seal, head: int) -> Refusal | None:
    """Refuses a log that ends before the seal: a copy that was restored from too early."""
    if seal.log_position <= head:
        return None
    return Refusal(
        "report_seal.log_too_short",
        f"Das Protokoll endet bei Position {head}; versiegelt wurde bei Position {seal.log_position}.",
        f"The log ends at position {head}; the seal was made at position {seal.log_position}.",
    )


async def facts_of_seal(engine: Engine, found: CountableSeal, progress: Progress = nobody_watches) -> Facts:
    """The facts a report was sealed on, the fast way where that is sure.

    They are taken from the read tables when the report then has the digest of the seal: that proves what it counts.
    Else, and for ``verify_seal`` always, the log alone is counted. Raises as ``facts_at``.
    """
    seal, definition = found.seal, found.definition
    facts, position = await facts_at(
        engine, seal.as_of, seal.log_position, progress, evidence=True, needs=definition.needs
    )
    report = definition.run(facts, seal.as_of, found.parameters)
    if result_of(report, position).digest == seal.digest:
        return facts
    return await facts_from_log(engine, seal.log_position, seal.as_of, progress, needs=definition.needs)


async def verify_seal(
    engine: Engine, seal_id: UUID, progress: Progress = nobody_watches
) -> Verification | Refusal:
    """Count a sealed report anew from the log and compare the bytes. Refused as ``countable``."""
    found = await countable(engine, seal_id)
    if isinstance(found, Refusal):
        return found
    seal, definition = found.seal, found.definition
    facts = await facts_from_log(
        engine,
        seal.log_position,
        seal.as_of,
        progress,
        needs=definition.needs,
        columns=definition.looked_at(found.parameters),
    )
    again = result_of(definition.run(facts, seal.as_of, found.parameters), seal.log_position)
    return Verification(seal=seal, digest=again.digest)


def plain_seal(seal: Seal) -> dict[str, Any]:
    """A seal as JSON carries it."""
    return {
        "id": str(seal.seal_id),
        "report": seal.report,
        "definition_version": seal.definition_version,
        "log_position": seal.log_position,
        "as_of": seal.as_of.isoformat(),
        "parameters": dict(seal.parameters),
        "digest": seal.digest,
        "recorded_at": seal.recorded_at.isoformat().replace("+00:00", "Z"),
        "actor": seal.actor,
        "organisation": seal.organisation,
    }


def plain_verification(found: Verification) -> dict[str, Any]:
    """A verification as JSON carries it."""
    return {"seal": plain_seal(found.seal), "digest": found.digest, "same": found.same}
