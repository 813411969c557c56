"""What each kind of background run is asked for, how it is settled, carried out, and told again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias, assert_never
from uuid import UUID

from adapters.background_runs import BackgroundRun, RunKind
from domain.command_handling import CommandContext
from domain.path import Title
from domain.refusals import Refusal
from services.bootstrap import Engine
from services.log_facts import Progress
from services.report_asking import AskedReport, known_position, made_sure, parameters_as_text
from services.report_delta import ReportDelta, compared_with, delta_since, notice_lines, plain_delta
from services.report_publishing import controlled, publish_seal
from services.report_seals import (
    CountableSeal,
    Seal,
    Verification,
    countable,
    plain_seal,
    plain_verification,
    seal_report,
    sealed,
    verify_seal,
)
from services.report_whatif import (
    Counterfactual,
    counterfactual,
    counterfactual_lines,
    other_values,
    plain_counterfactual,
)
from services.reports import ReportResult, run_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealer:
    """Who seals or publishes; opaque ids."""

    actor: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfSeal:
    """What is asked about a sealed report. ``known_at`` is for a delta, ``values`` are for a counterfactual."""

    kind: RunKind
    seal_id: UUID
    known_at: datetime | int | None = None
    values: Mapping[str, str] = field(default_factory=dict)


Asked: TypeAlias = AskedReport | AskedOfSeal


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a run on a sealed report found: canonical JSON. ``digest`` is what the run is known by.

    That is the SHA-256 of ``body``; of a verification that of the report as it is counted now, of a publication that of
    the seal. ``text`` is the same as people read it, where that is more than a word.
    """

    body: bytes
    digest: str
    text: Title | None = None


RunResult: TypeAlias = ReportResult | Finding


async def settled(
    engine: Engine, asked: Asked, now: datetime, run_id: UUID, sealer: Sealer | None
) -> BackgroundRun | Refusal:
    """The run for what is asked, a value from here on: with its position and its version.

    A report with ``sealer`` is sealed. Refused: what can be told without counting.
    """
    if isinstance(asked, AskedReport):
        return await _of_report(engine, asked, now, run_id, sealer)
    return await _of_seal(engine, asked, now, run_id, sealer)


async def _of_report(
    engine: Engine, asked: AskedReport, now: datetime, run_id: UUID, sealer: Sealer | None
) -> BackgroundRun | Refusal:
    sure = await made_sure(engine, asked, now)
    if isinstance(sure, Refusal):
        return sure
    return BackgroundRun(
        run_id=run_id,
        kind=RunKind.REPORT if sealer is None else RunKind.SEAL,
        report=sure.definition.name,
        definition_version=sure.definition.version,
        as_of=sure.as_of,
        position=await engine.log.head() if sure.position is None else sure.position,
        known_at=asked.known_at if isinstance(asked.known_at, datetime) else None,
        parameters=parameters_as_text(sure.parameters),
        asked_at=now,
        actor=None if sealer is None else sealer.actor,
        organisation=None if sealer is None else sealer.organisation,
    )


async def _of_seal(
    engine: Engine, asked: AskedOfSeal, now: datetime, run_id: UUID, sealer: Sealer | None
) -> BackgroundRun | Refusal:
    found = await countable(engine, asked.seal_id)
    if isinstance(found, Refusal):
        return found
    position = await _settled_position(engine, asked, found, now)
    if isinstance(position, Refusal):
        return position
    seal = found.seal
    return BackgroundRun(
        run_id=run_id,
        kind=asked.kind,
        report=seal.report,
        definition_version=seal.definition_version,
        as_of=seal.as_of,
        position=position,
        known_at=asked.known_at if isinstance(asked.known_at, datetime) else None,
        parameters=dict(asked.values if asked.kind is RunKind.COUNTERFACTUAL else seal.parameters),
        asked_at=now,
        actor=None if sealer is None else sealer.actor,
        organisation=None if sealer is None else sealer.organisation,
        seal_id=seal.seal_id,
    )


async def _settled_position(
    engine: Engine, asked: AskedOfSeal, found: CountableSeal, now: datetime
) -> int | Refusal:
    """The position a run on a seal is about, once nothing of what is asked is refused."""
    if asked.kind is RunKind.DELTA:
        position = await known_position(engine, asked.known_at, now)
        return (
            position if isinstance(position, Refusal) else await compared_with(engine, found.seal, position)
        )
    if asked.kind is RunKind.COUNTERFACTUAL:
        other = other_values(found, asked.values)
        if isinstance(other, Refusal):
            return other
    if asked.kind is RunKind.PUBLICATION:
        control = controlled(found.definition)
        if isinstance(control, Refusal):
            return control
    return found.seal.log_position


async def carried_out(engine: Engine, run: BackgroundRun, progress: Progress) -> RunResult | Seal | Refusal:
    """Do what a run is for. Of one that seals, the seal: its report was counted from the log alone."""
    match run.kind:
        case RunKind.REPORT:
            return await _report(engine, run, progress)
        case RunKind.SEAL:
            return await seal_report(
                engine, _question(run), run.run_id, _context(run), run.asked_at, progress=progress
            )
        case RunKind.VERIFICATION:
            verified = await verify_seal(engine, _seal_id(run), progress)
            return verified if isinstance(verified, Refusal) else _verification(verified)
        case RunKind.PUBLICATION:
            seal = await publish_seal(engine, _seal_id(run), _context(run), run.asked_at, progress=progress)
            return seal if isinstance(seal, Refusal) else _publication(seal)
        case RunKind.DELTA:
            delta = await delta_since(engine, _seal_id(run), run.position, progress, until=run.asked_at)
            return delta if isinstance(delta, Refusal) else _delta(delta)
        case RunKind.COUNTERFACTUAL:
            other = await counterfactual(engine, _seal_id(run), run.parameters, progress)
            return other if isinstance(other, Refusal) else _counterfactual(other)
    assert_never(run.kind)


async def told_again(
    engine: Engine, run: BackgroundRun, digest: str, progress: Progress
) -> RunResult | Refusal:
    """The result of a run that is done with ``digest``, which need not be kept: nothing is recorded a second time."""
    if run.kind in {RunKind.VERIFICATION, RunKind.PUBLICATION}:
        seal = await sealed(engine, _seal_id(run))
        if isinstance(seal, Refusal):
            return seal
        if run.kind is RunKind.PUBLICATION:
            return _publication(seal)
        return _verification(Verification(seal=seal, digest=digest))
    if run.kind is RunKind.SEAL:
        return await _report(engine, run, progress)
    again = await carried_out(engine, run, progress)
    assert not isinstance(again, Seal)  # noqa: S101 # only a run that seals gives one
    return again


async def _report(engine: Engine, run: BackgroundRun, progress: Progress) -> ReportResult | Refusal:
    result = await run_asked(engine, _question(run), now=run.asked_at, progress=progress)
    return result if isinstance(result, Refusal) else replace(result, known_at=run.known_at)


def _question(run: BackgroundRun) -> AskedReport:
    """What was asked, with the position and the version that were settled then."""
    return AskedReport(
        name=run.report,
        as_of=run.as_of,
        known_at=run.position,
        parameters=dict(run.parameters),
        version=run.definition_version,
    )


def no_file() -> Refusal:
    """The refusal of a file where a run made no report."""
    return Refusal(
        "report.run_no_file",
        "Dieser Lauf ist kein Bericht, den es als Datei gibt; was er ergab, steht unter result.",
        "This run is no report that there is a file of; what came out of it stands under result.",
    )


def no_text() -> Refusal:
    """The refusal of a text where a run has nothing to say at length."""
    return Refusal(
        "report.run_no_text",
        "Zu diesem Lauf gibt es keinen Text; was er ergab, steht unter result.",
        "There is no text of this run; what came out of it stands under result.",
    )


def _context(run: BackgroundRun) -> CommandContext:
    assert run.actor is not None  # noqa: S101 # of every run that records something
    assert run.organisation is not None  # noqa: S101 # of every run that records something
    return CommandContext(command_id=run.run_id, actor=run.actor, organisation=run.organisation)


def _seal_id(run: BackgroundRun) -> UUID:
    assert run.seal_id is not None  # noqa: S101 # the table holds it to be there
    return run.seal_id


def _verification(found: Verification) -> Finding:
    return Finding(body=_canonical(plain_verification(found)), digest=found.digest)


def _publication(seal: Seal) -> Finding:
    return Finding(body=_canonical({"seal": plain_seal(seal), "published": True}), digest=seal.digest)


def _delta(found: ReportDelta) -> Finding:
    return _finding(plain_delta(found), lambda language: notice_lines(found, language))


def _counterfactual(found: Counterfactual) -> Finding:
    return _finding(plain_counterfactual(found), lambda language: counterfactual_lines(found, language))


def _finding(plain: Mapping[str, Any], lines: Callable[[str], list[str]]) -> Finding:
    body = _canonical(plain)
    de, en = ("".join(f"{line}\n" for line in lines(language)) for language in ("de", "en"))
    return Finding(body=body, digest=hashlib.sha256(body).hexdigest(), text=Title(de=de, en=en))


def _canonical(plain: Mapping[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
