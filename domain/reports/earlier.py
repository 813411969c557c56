"""Definitions of earlier versions, kept so that what was sealed with them can be counted again (docs/reports.md).

Each is made of the present one and of what was otherwise then. When the present one moves on in a figure, what it leaves
behind moves here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domain.path import Title
from domain.replacing import replace
from domain.reports.definition import Counting, ReportDefinition, TableDefinition
from domain.reports.funding import FUNDING
from domain.reports.table import Table


def worded(table: TableDefinition, columns: Mapping[str, tuple[Title, Title]]) -> TableDefinition:
    """A table with other titles and definitions over some of its columns: the same figures, said as they were then."""

    def count(counting: Counting) -> Table:
        made = table.count(counting)
        return replace(
            made,
            columns=tuple(
                replace(column, title=columns[column.id][0], definition=columns[column.id][1])
                if column.id in columns
                else column
                for column in made.columns
            ),
        )

    return TableDefinition(id=table.id, count=count)


_FLAT_RATE = (
    Title(de="Pauschale", en="Flat rate"),
    Title(
        de="Erteilte Unterrichtsstunden × Satz (Tabelle „Sätze der Pauschalen“): der Satz des Bescheids, sonst der des "
        "Programms, der für den ganzen Zeitraum gilt. Wo keiner gilt, nicht berechenbar und nicht 0. Ob eine Teilnahme die "
        "Pauschale verdient, entscheidet die Zuwendung; das zeigt der Verwendungsnachweis.",
        en='Units held × rate (table "Rates of the flat rates"): the rate of the notice, else that of the programme, that '
        "counts for the whole span. Where there is none, not computable, and not 0. Whether a participation earns the flat "
        "rate is decided by the grant; the proof of use shows that.",
    ),
)

FUNDING_4: Final[ReportDefinition] = replace(
    FUNDING,
    version=4,
    tables=tuple(
        worded(table, {"flat_rate_amount": _FLAT_RATE}) if table.id == "teaching_units" else table
        for table in FUNDING.tables
    ),
)
"""Version 5 says of the amount at the flat rate that it is not what was earned; its figures are the same."""
