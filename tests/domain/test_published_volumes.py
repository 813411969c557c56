"""Volumes that were really published, with late entries and corrections in between, cannot be subtracted from each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.intake import CaseOpened
from domain.projections.published_reports import lines_read, published_rows
from domain.recorded import Recorded
from domain.replacing import replace
from domain.report_publication import ReportPublished, series_id
from domain.reports.definition import Counting
from domain.reports.disclosure import Standing
from domain.reports.facts import Facts
from domain.reports.facts_folded import add_stream
from domain.reports.monitoring import MONITORING
from domain.reports.monitoring_control import FLOW, Volume, volume
from domain.reports.quarters import quarters
from domain.reports.table import NotComputable, Report, canonical_json
from domain.values import Gender
from tests.domain.side_by_side import Reader
from tests.services.test_simulation import lived

QUARTERS = tuple(quarters(date(2025, 3, 31), date(2026, 3, 31)))


@cache
def town(participants: int) -> dict[UUID, list[Recorded[Any]]]:
    """Two years lived."""
    return lived(participants, seed=5).streams


def known(participants: int, until: date) -> Facts:
    """What was known on a day: cases of every seventh number are typed in a quarter late, and of every eleventh the
    gender was wrong until it was corrected half a year later."""
    facts = Facts()
    for stream_id, history in town(participants).items():
        number = stream_id.int
        day = until - timedelta(91) if number % 7 == 0 else until
        entries = [entry for entry in history if entry.recorded_at.date() <= day]
        if not entries:
            continue
        opened = entries[0].event
        fresh = (until - entries[0].recorded_at.date()).days < 180
        if isinstance(opened, CaseOpened) and number % 11 == 0 and fresh:
            wrong = Gender.FEMALE if opened.gender is Gender.MALE else Gender.MALE
            entries = [entries[0]._replace(event=replace(opened, gender=wrong)), *entries[1:]]
        add_stream(facts, entries, until)
    return facts


def counting(participants: int, as_of: date, threshold: int, rows: Sequence[Any]) -> Counting:
    """A run at the knowledge of three weeks after the quarter, when ``rows`` were published."""
    facts = known(participants, as_of + timedelta(21))
    facts.published = [*facts.published, *rows]
    return MONITORING.counting(facts, as_of, {"threshold": str(threshold)})


def publication(now: Counting, threshold: int, version: int) -> Recorded[Any]:
    """The entry that publishes a volume."""
    control = MONITORING.control
    assert control is not None
    event = ReportPublished(
        occurred_on=now.as_of + timedelta(21),
        seal_id=uuid5(series_id("test"), str(version)),
        report=MONITORING.name,
        definition_version=MONITORING.version,
        log_position=version,
        as_of=now.as_of,
        threshold=threshold,
        digest="0" * 64,
        lines=control.kept(now, MONITORING.counted(now)),
    )
    [first] = list(town(150).values())[:1]
    return first[0]._replace(stream_id=series_id(MONITORING.name), version=version, event=event)


@cache
def series(participants: int, threshold: int) -> tuple[Recorded[Any], ...]:
    """The volumes of five quarters, each published with what was known then and of the others."""
    entries: list[Recorded[Any]] = []
    for version, quarter in enumerate(QUARTERS, 1):
        now = counting(participants, quarter.last_day, threshold, published_rows(entries))
        entries.append(publication(now, threshold, version))
    return tuple(entries)


def volumes(participants: int, threshold: int) -> list[Volume]:
    """The same as the reader has them."""
    return [volume(row.as_of, lines_read(row)) for row in published_rows(series(participants, threshold))]


def test_late_entries_and_corrections_do_lie_between_the_volumes() -> None:
    """Else the attack below would show nothing: quarters that were over were counted anew, some higher, some lower."""
    changed = [
        later.figures[name].value - figure.value
        for earlier, later in zip(volumes(150, 3), volumes(150, 3)[1:], strict=False)
        for name, figure in earlier.figures.items()
        if name[0] == FLOW and later.figures[name].value != figure.value
    ]
    assert len(changed) > 10
    fallen = [
        name
        for earlier, later in zip(volumes(150, 3), volumes(150, 3)[1:], strict=False)
        for name, figure in earlier.figures.items()
        if name[1] == "women" and name in later.figures and later.figures[name].value < figure.value
    ]
    assert fallen


@pytest.mark.thorough
@pytest.mark.parametrize(("participants", "threshold", "each"), [(150, 3, 5), (400, 5, 20)])
def test_volumes_that_were_really_published_give_nothing_small_away_side_by_side(
    participants: int, threshold: int, each: int
) -> None:
    """A linear program over five volumes, their sums and every change between any two of them."""
    published = volumes(participants, threshold)
    told = [name for one in published for name in one.figures if name not in one.withheld]
    assert len(told) > 100
    reader = Reader(published, threshold)
    secrets = reader.secrets()
    assert len(secrets) > 200
    assert reader.narrow(secrets[::each]) == []


@pytest.mark.thorough
def test_the_attack_finds_what_a_volume_gives_away_that_did_not_look_at_the_others() -> None:
    """The same volumes, each controlled by itself alone: the difference of two tells single persons."""
    alone = []
    for version, quarter in enumerate(QUARTERS[:3], 1):
        entry = publication(counting(150, quarter.last_day, 3, ()), 3, version)
        [row] = published_rows([entry])
        alone.append(volume(row.as_of, lines_read(row)))
    reader = Reader(alone, 3)
    assert reader.narrow(reader.secrets()[::20])


def test_the_same_volume_again_prints_what_was_printed() -> None:
    """Nothing was learnt since: no figure more and no figure less, though it is controlled against itself."""
    [first, *_] = series(150, 3)
    as_of = QUARTERS[0].last_day

    def run(rows: Sequence[Any]) -> Report:
        now = counting(150, as_of, 3, rows)
        return MONITORING.run(now.facts, as_of, {"threshold": "3"})

    before, again = run(()), run(published_rows([first]))
    assert again.tables == before.tables
    assert before.notes[2].text.de == "noch kein Band veröffentlicht"
    assert again.notes[2].text.de.startswith("1. Quartal 2025 (Siegel ")
    assert canonical_json(again) != canonical_json(before)


def test_what_is_kept_of_a_published_volume_is_what_it_printed() -> None:
    """Figure by figure: the value, and that it was left out."""
    entry = series(150, 3)[0]
    as_of = QUARTERS[0].last_day
    report = MONITORING.run(counting(150, as_of, 3, ()).facts, as_of, {"threshold": "3"})
    compared = 0
    for line in entry.event.lines:
        for figure in line.figures:
            cell = report.table(line.table).cell(figure.column, *line.key)
            assert (cell is NotComputable.SUPPRESSED) == figure.withheld
            assert figure.withheld or cell == figure.value
            compared += 1
    assert compared > 100


def test_a_figure_printed_before_is_printed_again_while_it_stays_the_same() -> None:
    """Of quarters that are over: leaving it out would hide nothing."""
    for earlier, later in zip(volumes(150, 3), volumes(150, 3)[1:], strict=False):
        for name, figure in earlier.figures.items():
            if (
                name[0] == FLOW
                and figure.standing is Standing.NEW
                and later.figures[name].value == figure.value
            ):
                assert (name in later.withheld) == (name in earlier.withheld and figure.value != 0)
