"""What reports take from the programme and the law of the installation: configuration, no entry of the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from domain.flat_rate_claims import ENTRY_RULE
from domain.law.table import LawTable
from domain.path import PathDefinition, Requirement, StageKind
from domain.periods import Period
from domain.values import FundingModule


class AskedAtEntry(NamedTuple):
    """What a path definition asks for before a course is entered."""

    path: str
    path_version: int
    requirement: Requirement


class EntryRule(NamedTuple):
    """A version of the rule by when a course of ``module`` is to be entered for its flat rate: the period runs from its
    start."""

    module: str
    valid_from: date
    valid_to: date | None
    period: Period


def asked_at_entry(paths: Iterable[PathDefinition]) -> list[AskedAtEntry]:
    """What all path definitions of an installation ask for before a course; whoever reads facts adds it."""
    return [
        AskedAtEntry(path.id, path.version, requirement)
        for path in sorted(paths, key=lambda path: (path.id, path.version))
        if StageKind.COURSE in path.stages
        for requirement in path.stages[StageKind.COURSE].requires
    ]


def entry_rules(law: LawTable) -> list[EntryRule]:
    """The versions of the rule on the entry into a course, one for each module it asks; whoever reads facts adds them."""
    return [
        EntryRule(module.value, rule.valid_from, rule.valid_to, rule.period)
        for rule in law.versions.get(ENTRY_RULE, ())
        for module in FundingModule
        if not rule.modules or module in rule.modules
    ]
