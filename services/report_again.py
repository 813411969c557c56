"""A sealed report as it was: counted again in whatever version it has, and proven by its digest."""

from __future__ import annotations

from uuid import UUID

from domain.refusals import Refusal
from services.bootstrap import Engine
from services.log_facts import Progress, facts_from_log, nobody_watches
from services.report_seals import countable
from services.reports import ReportResult, facts_at, result_of


async def report_of_seal(
    engine: Engine, seal_id: UUID, progress: Progress = nobody_watches
) -> ReportResult | Refusal:
    """The report that was sealed under a number, the fast way where that is sure, else from the log alone.

    Refused as ``countable``, and when it does not come out again as it was sealed: another report is never given in its
    place.
    """
    found = await countable(engine, seal_id)
    if isinstance(found, Refusal):
        return found
    seal, definition = found.seal, found.definition
    facts, position = await facts_at(engine, seal.as_of, seal.log_position, progress, needs=definition.needs)
    result = result_of(definition.run(facts, seal.as_of, found.parameters), position)
    if result.digest != seal.digest:
        facts = await facts_from_log(engine, seal.log_position, seal.as_of, progress, needs=definition.needs)
        result = result_of(definition.run(facts, seal.as_of, found.parameters), seal.log_position)
    if result.digest != seal.digest:
        return Refusal(
            "report_seal.differs",
            f"Der Bericht kommt nicht wieder so heraus, wie er versiegelt wurde (SHA-256 {seal.digest}, jetzt "
            f"{result.digest}); er wird nicht als der versiegelte ausgegeben.",
            f"The report does not come out again as it was sealed (SHA-256 {seal.digest}, now {result.digest}); it is not "
            "given out as the sealed one.",
        )
    return result
