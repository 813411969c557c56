"""Publishing a sealed report: its figures become known to everybody, and later volumes are controlled against them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain import report_publication
from domain.command_handling import Accepted, CommandContext, handle
from domain.decision import local_date
from domain.refusals import Refusal
from domain.report_publication import PublishedSeries, PublishReport, series_id
from domain.reports.definition import Control, Counting, ReportDefinition
from domain.reports.table import Table
from services.bootstrap import Engine
from services.log_facts import Progress, facts_from_log, nobody_watches
from services.report_seals import CountableSeal, Seal, countable
from services.reports import result_of


async def publish_seal(
    engine: Engine,
    seal_id: UUID,
    context: CommandContext,
    now: datetime,
    *,
    progress: Progress = nobody_watches,
) -> Seal | Refusal:
    """Record that a sealed report goes out as it was sealed; doing so again changes nothing.

    Refused as ``countable`` and ``controlled``; for one that does not come out again as it was sealed, and as
    ``report_publication.decide``.
    """
    found = await countable(engine, seal_id)
    if isinstance(found, Refusal):
        return found
    command = await _command(engine, found, now, progress)
    if isinstance(command, Refusal):
        return command
    outcome = await handle(
        engine.store,
        lambda given, history, _: report_publication.decide(given, report_publication.fold(history)),
        series_id(found.seal.report),
        command,
        context,
        lambda history: None,
    )
    return found.seal if isinstance(outcome, Accepted) else outcome


def controlled(definition: ReportDefinition) -> Control | Refusal:
    """What makes a report fit for publication. Refuses one that is internal."""
    return definition.control or Refusal(
        "report_publication.internal",
        "Dieser Bericht ist intern: Er hat keine Geheimhaltungsprüfung durchlaufen und wird nicht veröffentlicht.",
        "This report is internal: it has passed no disclosure control and is not published.",
    )


async def _command(
    engine: Engine, found: CountableSeal, now: datetime, progress: Progress
) -> PublishReport | Refusal:
    seal, definition, parameters = found.seal, found.definition, found.parameters
    control = controlled(definition)
    if isinstance(control, Refusal):
        return control
    facts = await facts_from_log(engine, seal.log_position, seal.as_of, progress)
    if result_of(definition.run(facts, seal.as_of, parameters), seal.log_position).digest != seal.digest:
        return Refusal(
            "report_publication.differs",
            "Der versiegelte Bericht kommt nicht wieder so heraus, wie er versiegelt wurde; er wird nicht veröffentlicht.",
            "The sealed report does not come out again as it was sealed; it is not published.",
        )
    counting = definition.counting(facts, seal.as_of, parameters)
    return _published(seal, control, counting, definition.counted(counting), now)


def _published(
    seal: Seal, control: Control, counting: Counting, tables: tuple[Table, ...], now: datetime
) -> PublishReport:
    return PublishReport(
        occurred_on=local_date(now),
        seal_id=seal.seal_id,
        report=seal.report,
        definition_version=seal.definition_version,
        log_position=seal.log_position,
        as_of=counting.as_of,
        threshold=control.threshold(counting),
        digest=seal.digest,
        lines=control.kept(counting, tables),
    )


async def published_series(engine: Engine, report: str) -> PublishedSeries | None:
    """Everything that was published of a report; None when nothing was."""
    return report_publication.fold(await engine.store.load(series_id(report), personal=False))
