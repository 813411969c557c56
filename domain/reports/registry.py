"""All reports that can be run, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.reports.breakdown import BREAKDOWN
from domain.reports.definition import ReportDefinition
from domain.reports.funding import FUNDING
from domain.reports.pathways import PATHWAYS
from domain.reports.statistics import STATISTICS

REPORTS: Final[Mapping[str, ReportDefinition]] = {
    definition.name: definition
    for definition in (
        FUNDING,
        STATISTICS,
        BREAKDOWN,
        PATHWAYS,
    )
}
