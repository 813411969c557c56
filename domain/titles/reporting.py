"""Titles of the code lists that reports are described with: who may see them, what is asked, how a figure is counted."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.reports.definition import ParameterKind
from domain.reports.esf_definitions import ESF_TITLES
from domain.reports.evidence import Kind
from domain.reports.pathways_breakdown_definitions import AREA_TITLES
from domain.reports.programme_rules import OUTCOME_TITLES
from domain.reports.rescue_vocabulary import RESCUE_TITLES
from domain.reports.table import Publication

REPORTING_TITLES: Final[tuple[tuple[StrEnum, str, str], ...]] = (
    (Publication.INTERNAL, "intern – nicht zur Veröffentlichung", "internal – not for publication"),
    (Publication.PUBLISHED, "zur Veröffentlichung", "for publication"),
    (ParameterKind.MUNICIPALITY, "Kommune (AGS)", "municipality (AGS)"),
    (ParameterKind.CODE, "eine der genannten Angaben", "one of the values named"),
    (ParameterKind.CODES, "mehrere der genannten Angaben", "several of the values named"),
    (ParameterKind.NUMBER, "ganze Zahl", "whole number"),
    (ParameterKind.DATE, "Datum", "date"),
    (ParameterKind.GRANT, "Zeichen eines Bescheids", "reference of a grant notice"),
    (Kind.SUM, "Summe", "sum"),
    (Kind.DISTINCT, "verschiedene Personen", "different persons"),
    (Kind.APART, "Summe, kein Tag zweimal", "sum, no day twice"),
    (Kind.MEDIAN, "Median", "median"),
    (Kind.SURVIVAL, "Median mit noch laufenden", "median with those still going on"),
    (Kind.DERIVED, "aus anderen Zahlen berechnet", "computed from other figures"),
    *RESCUE_TITLES,
    *ESF_TITLES,
    *AREA_TITLES,
    *((outcome, title.de, title.en) for outcome, title in OUTCOME_TITLES.items()),
)
