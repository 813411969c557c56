"""The cut-off of the rescue list: the last day of the period that is accounted for."""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.path import Title
from domain.refusals import Refusal
from domain.reports.definition import Counting, Parameter, ParameterKind
from domain.reports.quarters import quarter_of

CUT_OFF: Final = Parameter(
    name="cut_off",
    title=Title(de="Ende des Abrechnungszeitraums", en="end of the period accounted for"),
    kind=ParameterKind.DATE,
    default_on=lambda as_of: quarter_of(as_of).last_day,
)
"""Without it: the last day of the quarter of the reference date."""


def cut_off(counting: Counting) -> date:
    """The last day that counts."""
    given = counting.parameters.get(CUT_OFF.name)
    return given if isinstance(given, date) else quarter_of(counting.as_of).last_day


def cut_off_refusal(counting: Counting) -> Refusal | None:
    """Refuses a cut-off before the reference date: there is nothing left to save."""
    if cut_off(counting) >= counting.as_of:
        return None
    return Refusal(
        "report.cut_off_before_as_of",
        "Das Ende des Abrechnungszeitraums liegt vor dem Stichtag; es wäre nichts mehr zu retten.",
        "The end of the period accounted for lies before the reference date; nothing could be saved any more.",
    )
