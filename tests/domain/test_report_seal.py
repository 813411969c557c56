"""Sealing: one seal a stream, for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.report_seal import ReportSealed, SealedParameter, SealedReport, SealReport, decide, fold

COMMAND = SealReport(
    occurred_on=date(2026, 1, 2),
    report="statistics",
    definition_version=2,
    log_position=7,
    as_of=date(2025, 12, 31),
    parameters=(SealedParameter(name="municipality", value="05334012"),),
    digest="0123456789abcdef" * 4,
)


def sealed() -> SealedReport:
    """A stream with the seal of the command."""
    decision = decide(COMMAND, None)
    assert isinstance(decision, tuple)
    [event] = decision
    at = datetime(2026, 1, 2, tzinfo=UTC)
    found = fold([Recorded(8, UUID(int=1), 1, event, at, "cw", "org", None)])
    assert found is not None
    return found


def test_a_seal_says_what_was_counted_from_and_the_digest() -> None:
    assert sealed().seal == ReportSealed(
        occurred_on=date(2026, 1, 2),
        report="statistics",
        definition_version=2,
        log_position=7,
        as_of=date(2025, 12, 31),
        parameters=COMMAND.parameters,
        digest=COMMAND.digest,
    )


def test_sealing_the_same_again_records_nothing() -> None:
    assert decide(COMMAND, sealed()) == ()


@pytest.mark.parametrize(
    ("command", "before", "rule"),
    [
        (replace(COMMAND, digest="abc"), False, "report_seal.digest_malformed"),
        (replace(COMMAND, digest=COMMAND.digest.upper()), False, "report_seal.digest_malformed"),
        (replace(COMMAND, log_position=-1), False, "report_seal.position_negative"),
        (replace(COMMAND, digest="f" * 64), True, "report_seal.exists"),
        (replace(COMMAND, log_position=9), True, "report_seal.exists"),
    ],
)
def test_a_seal_that_is_none_or_another_one_is_refused(command: SealReport, before: bool, rule: str) -> None:
    refusal = decide(command, sealed() if before else None)
    assert isinstance(refusal, Refusal)
    assert refusal.rule_id == rule
