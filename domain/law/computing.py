"""From a fact to a date: the few named computations a rule may ask for, each explained by the calendar's own steps."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from domain.calendar import Calendar, Computed, compute
from domain.law.rule import TRIGGER_NAMES, Computation, Rule
from domain.periods import Period

_NOTHING = Period()
_ONE_MONTH = Period(months=1)


class NotComputed(ValueError):
    """The rule names a computation that runs elsewhere; a table that was checked never leads here."""


def date_of(
    rule: Rule,
    on: date,
    calendar: Calendar,
    *,
    posted: bool = False,
    received_on: date | None = None,
    age_to_inclusive: int | None = None,
) -> Computed:
    """The date of ``rule`` for a fact of day ``on``.

    ``age_to_inclusive`` is the last completed year of life that fits the programme; only PROGRAMME_AGE asks for it.
    Raises InvalidPeriod for days that cannot be meant.
    """
    match rule.computation:
        case Computation.PERIOD:
            return compute(
                on,
                rule.period,
                rule.kind,
                calendar,
                day_counts=rule.day_counts,
                posted=posted,
                received_on=received_on,
            )
        case Computation.END_OF_MONTH:
            return compute(on.replace(day=1), _ONE_MONTH, rule.kind, calendar, day_counts=True)
        case Computation.FIXED_DAY if rule.fixed_on is not None:
            return compute(rule.fixed_on, _NOTHING, rule.kind, calendar)
        case Computation.PROGRAMME_AGE if age_to_inclusive is not None:
            return compute(on, Period(years=age_to_inclusive + 1), rule.kind, calendar)
        case _:
            raise NotComputed(f"rule {rule.id}: {rule.computation.value}")


@lru_cache(maxsize=65_536)
def date_and_lines(
    rule: Rule, on: date, calendar: Calendar, age_to_inclusive: int | None
) -> tuple[Computed, str, str]:
    """``date_of`` with both lines, remembered: the cases of a town share their days. Raises as ``date_of``."""
    computed = date_of(rule, on, calendar, age_to_inclusive=age_to_inclusive)
    return computed, *line_of_rule(rule, computed)


def line_of_rule(rule: Rule, computed: Computed) -> tuple[str, str]:
    """The computation in one line, in German and English, beginning with the fact."""
    if rule.computation is Computation.FIXED_DAY:
        return computed.line("de", "Stichtag des Gesetzes"), computed.line("en", "day set by the law")
    name = TRIGGER_NAMES[rule.trigger]
    return computed.line("de", name.de), computed.line("en", name.en)
