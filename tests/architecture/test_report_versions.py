"""Whoever raises the version of a report decides what becomes of the one before: it stays countable, or it was never released."""

from __future__ import annotations

from typing import Final

from domain.reports.registry import NEVER_RELEASED, OLD_REPORTS, REPORTS, definition_of

SEEN: Final = {
    "breakdown": 1,
    "double_funding": 2,
    "esf": 1,
    "funding": 5,
    "gaps": 1,
    "interim_statement": 4,
    "monitoring": 3,
    "not_won": 1,
    "pathways": 2,
    "pathways_breakdown": 1,
    "programme_rules": 1,
    "proof_of_use": 4,
    "repeated_measures": 1,
    "rescue": 5,
    "statistics": 2,
}
"""The highest version of every report that there ever was. A name never leaves it, and a number only grows."""

HOW = "see docs/reports.md, Raising a version"


def test_every_version_there_ever_was_can_be_counted_or_was_never_released() -> None:
    """Nobody is told that a seal differs only because the program has moved on."""
    every = {(name, version) for name, highest in SEEN.items() for version in range(1, highest + 1)}
    kept = {one for one in every if definition_of(*one) is not None}
    assert every - kept - NEVER_RELEASED == set(), HOW
    assert kept & NEVER_RELEASED == set(), "kept, and said to have never been released"
    assert every >= NEVER_RELEASED


def test_the_versions_of_now_are_the_highest_there_were() -> None:
    """A report that is new, or raised, is entered; one that is gone stays entered and is kept in its versions."""
    assert {name: report.version for name, report in REPORTS.items()}.items() <= SEEN.items(), HOW
    assert all(version < SEEN[name] or name not in REPORTS for name, version in OLD_REPORTS), HOW


def test_a_kept_definition_says_its_own_name_and_version() -> None:
    """What it counts is sealed with them."""
    assert all((one.name, one.version) == key for key, one in OLD_REPORTS.items())
