"""Rates (Pauschalen) as configuration: what one unit of a funding module is worth, from when to when, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from domain.refusals import Refusal
from domain.values import Cents, FundingModule


class RateUnit(StrEnum):
    """What a rate is paid for."""

    TEACHING_UNIT = "teaching_unit"
    """A teaching unit of 45 minutes that a course has held, however many attended it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One rate with its validity (``valid_to`` inclusive, None: open). ``code`` is its name in the programme, such as P4."""

    code: str
    module: FundingModule
    unit: RateUnit
    amount_cents: Cents
    valid_from: date
    valid_to: date | None
    source: str

    def in_force(self, day: date) -> bool:
        """Whether the rate counts on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def covers(self, first: date, last: date) -> bool:
        """Whether the rate counts on every day from ``first`` to ``last``."""
        return self.in_force(first) and self.in_force(last)


def rate_for(
    module: FundingModule,
    unit: RateUnit,
    first: date,
    last: date,
    notice: Iterable[Rate],
    programme: Iterable[Rate],
) -> Rate | None:
    """The one rate that counts from ``first`` to ``last``: that of the notice, else that of the programme.

    None means not known, never 0; so it does for a span across a change of rate, for nobody recorded how the units lie
    in it.
    """
    for source in (notice, programme):
        touching = [
            rate
            for rate in source
            if rate.module is module
            and rate.unit is unit
            and rate.valid_from <= last
            and (rate.valid_to is None or first <= rate.valid_to)
        ]
        if touching:
            return next((rate for rate in touching if rate.covers(first, last)), None)
    return None


def parse_rates(items: Iterable[Mapping[str, Any]]) -> tuple[Rate, ...]:
    """Rates as a path definition has them. Raises KeyError and ValueError for what is missing, unknown or contradictory."""
    rates = []
    for item in items:
        amount = item["amount_cents"]
        if type(amount) is not int:
            raise ValueError(f"amount_cents of rate {item['code']!r} is not a whole number of cents")
        rates.append(
            Rate(
                code=str(item["code"]),
                module=FundingModule(item["module"]),
                unit=RateUnit(item["unit"]),
                amount_cents=Cents(amount),
                valid_from=item["valid_from"],
                valid_to=item.get("valid_to"),
                source=str(item["source"]),
            )
        )
    if problem := rates_refusal(tuple(rates)):
        raise ValueError(problem.en)
    return tuple(rates)


def rates_refusal(rates: tuple[Rate, ...]) -> Refusal | None:
    """What is wrong with a set of rates: an amount of nothing, no source, validity backwards, two at one time."""
    for rate in rates:
        if rate.amount_cents <= 0 or not rate.code.strip() or not rate.source.strip():
            return Refusal(
                "grant.rate_incomplete",
                "Ein Satz braucht ein Kennzeichen, einen Betrag über 0 Cent und eine Quelle.",
                "A rate needs a code, an amount above 0 cents and a source.",
            )
        if rate.valid_to is not None and rate.valid_to < rate.valid_from:
            return Refusal(
                "grant.rate_ends_before_start",
                f"Der Satz {rate.code} endet vor seinem Beginn.",
                f"The rate {rate.code} ends before it starts.",
            )
    for n, rate in enumerate(rates):
        for other in rates[:n]:
            if (rate.module, rate.unit) == (other.module, other.unit) and _overlap(rate, other):
                return Refusal(
                    "grant.rate_doubled",
                    f"Für {rate.module} gelten zwei Sätze zur selben Zeit.",
                    f"Two rates count for {rate.module} at the same time.",
                )
    return None


def _overlap(one: Rate, other: Rate) -> bool:
    return (other.valid_to is None or one.valid_from <= other.valid_to) and (
        one.valid_to is None or other.valid_from <= one.valid_to
    )
