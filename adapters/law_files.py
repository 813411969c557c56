"""The tables of legal rules from their files: the ones we ship, and those of an installation."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from domain.eligible.rule import EligibilityRule
from domain.law.rule import Rule
from domain.law.table import InvalidLaw, LawTable, parse_legal_eligibility, parse_rules

SHIPPED = Path(__file__).resolve().parent.parent / "domain" / "law" / "tables"


def load_law(folders: Iterable[Path] = (SHIPPED,)) -> LawTable:
    """All rules of the tables (``*.toml``) in ``folders``; those called ``eligibility*`` are rules of eligibility.

    Raises InvalidLaw naming file and rule when one is wrong, or when versions of a rule overlap or leave a gap.
    """
    rules: list[Rule] = []
    eligibility: list[EligibilityRule] = []
    for file in sorted(file for folder in folders for file in folder.glob("*.toml")):
        try:
            text = file.read_text(encoding="utf-8")
            if file.name.startswith("eligibility"):
                eligibility.extend(parse_legal_eligibility(text))
            else:
                rules.extend(parse_rules(text))
        except (KeyError, ValueError) as error:
            raise InvalidLaw(f"{file.name}: {error}") from error
    return LawTable.of(rules, eligibility)
