"""Publishing a sealed report: what went out of the house, figure by figure, in one stream per series that never changes.

What was published can never be taken back; the control of every later volume of the series takes it as it is written here
(domain/reports/published.py). Figures that were left out stand here with their true value: the log is internal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from domain.commands import Command
from domain.decision import Decision
from domain.recorded import Event, Recorded
from domain.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigure:
    """A figure of a published line, with its true value also where it was left out (``withheld``).

    ``persons`` is how many persons it is made of, None where it counts them itself.
    """

    column: str
    value: int
    persons: int | None
    withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLine:
    """A line of a published table; shares are left out, for they follow from its figures."""

    table: str
    key: tuple[str, ...]
    figures: tuple[PublishedFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport(Command):
    """Publish what was sealed as ``seal_id``. ``as_of`` is the day that its figures are of, ``threshold`` the least
    number of persons with which it was controlled."""

    seal_id: UUID
    report: str
    definition_version: int
    log_position: int
    as_of: date
    threshold: int
    digest: str
    lines: tuple[PublishedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPublished(Event):
    """A sealed report went out of the house: from now on everybody knows it."""

    seal_id: UUID
    report: str
    definition_version: int
    log_position: int
    as_of: date
    threshold: int
    digest: str
    lines: tuple[PublishedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSeries:
    """All that was published of one report, in that order. ``position`` is where the log had the last of it."""

    version: int
    position: int
    volumes: tuple[ReportPublished, ...]


_SERIES: Final = UUID("6f0f9c1e-5a0c-4b52-8d5c-2c3d0a0d6a11")


def series_id(report: str) -> UUID:
    """The stream of everything that was published of a report: one, so that no two volumes pass each other by."""
    return uuid5(_SERIES, report)


def decide(command: PublishReport, series: PublishedSeries | None) -> Decision:
    """Decide a publication. The same seal twice is published once."""
    if series is not None:
        if any(volume.seal_id == command.seal_id for volume in series.volumes):
            return ()
        if refusal := threshold_refusal(command.threshold, (volume.threshold for volume in series.volumes)):
            return refusal
        if any(volume.as_of == command.as_of for volume in series.volumes):
            return Refusal(
                "report_publication.period_published",
                f"Zum {command.as_of:%d.%m.%Y} ist schon ein Band veröffentlicht; ein zweiter daneben verriete, was sich "
                "geändert hat. Berichtigte Zahlen stehen im nächsten Band.",
                f"A volume as of {command.as_of.isoformat()} is published already; a second one beside it would give away "
                "what has changed. Corrected figures stand in the next volume.",
            )
        if command.log_position < series.position:
            return Refusal(
                "report_publication.overtaken",
                "Seit dieses Siegel gezählt wurde, ist ein anderer Band der Reihe veröffentlicht worden, gegen den es nicht "
                "geprüft ist. Bitte neu versiegeln.",
                "Since this seal was counted, another volume of the series was published, which it was not controlled "
                "against. Please seal it anew.",
            )
    return (
        ReportPublished(
            occurred_on=command.occurred_on,
            seal_id=command.seal_id,
            report=command.report,
            definition_version=command.definition_version,
            log_position=command.log_position,
            as_of=command.as_of,
            threshold=command.threshold,
            digest=command.digest,
            lines=command.lines,
        ),
    )


def threshold_refusal(threshold: int, of_series: Iterable[int]) -> Refusal | None:
    """A series has one threshold: volumes of two could be played off against each other."""
    for other in of_series:
        if other != threshold:
            return Refusal(
                "report_publication.threshold_of_series",
                f"Diese Reihe ist mit der Mindestzahl {other} veröffentlicht; Bände mit zwei Mindestzahlen ließen sich "
                f"gegeneinander ausspielen. Bitte threshold={other} angeben.",
                f"This series is published with a least number of {other} persons; volumes with two such numbers could be "
                f"played off against each other. Please give threshold={other}.",
            )
    return None


def fold(history: Iterable[Recorded[Any]], series: PublishedSeries | None = None) -> PublishedSeries | None:
    """The series after ``history``."""
    for entry in history:
        if not isinstance(entry.event, ReportPublished):
            raise TypeError(f"{type(entry.event).__name__} is no event of a series of published reports")
        before = () if series is None else series.volumes
        series = PublishedSeries(
            version=entry.version, position=entry.position, volumes=(*before, entry.event)
        )
    return series
