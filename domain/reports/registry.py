"""All reports that can be run, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.reports.breakdown import BREAKDOWN
from domain.reports.definition import ReportDefinition
from domain.reports.double_funding import DOUBLE_FUNDING
from domain.reports.earlier import FUNDING_4
from domain.reports.esf import ESF
from domain.reports.funding import FUNDING
from domain.reports.monitoring import MONITORING
from domain.reports.not_won import NOT_WON
from domain.reports.offer_gaps import OFFER_GAPS
from domain.reports.pathways import PATHWAYS
from domain.reports.pathways_breakdown import PATHWAYS_BREAKDOWN
from domain.reports.programme_rules import PROGRAMME_RULES
from domain.reports.proof_of_use import INTERIM_STATEMENT, PROOF_OF_USE
from domain.reports.repetitions import REPEATED_MEASURES
from domain.reports.rescue import RESCUE
from domain.reports.statistics import STATISTICS

REPORTS: Final[Mapping[str, ReportDefinition]] = {
    definition.name: definition
    for definition in (
        FUNDING,
        DOUBLE_FUNDING,
        STATISTICS,
        BREAKDOWN,
        PATHWAYS,
        PATHWAYS_BREAKDOWN,
        NOT_WON,
        OFFER_GAPS,
        REPEATED_MEASURES,
        ESF,
        PROGRAMME_RULES,
        PROOF_OF_USE,
        INTERIM_STATEMENT,
        MONITORING,
        RESCUE,
    )
}

OLD_REPORTS: Final[Mapping[tuple[str, int], ReportDefinition]] = {
    (definition.name, definition.version): definition for definition in (FUNDING_4,)
}
"""Definitions of earlier versions that are kept because reports are sealed with them, by name and version."""

NEVER_RELEASED: Final = frozenset(
    {
        ("double_funding", 1),
        *(("funding", version) for version in (1, 2, 3)),
        *(("interim_statement", version) for version in (1, 2, 3)),
        *(("monitoring", version) for version in (1, 2)),
        ("pathways", 1),
        *(("proof_of_use", version) for version in (1, 2, 3)),
        *(("rescue", version) for version in (1, 2, 3, 4)),
        ("statistics", 1),
    }
)
"""Versions that were raised before anybody could seal with them, by name and version: nothing rests on them."""


def definition_of(name: str, version: int) -> ReportDefinition | None:
    """The definition of a report in one version, None when it is not kept."""
    current = REPORTS.get(name)
    if current is not None and current.version == version:
        return current
    return OLD_REPORTS.get((name, version))
