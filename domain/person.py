"""The person: name, ways to be reached, age, and the residence status with its validity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.refusals import Refusal
from domain.values import ResidenceStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName:
    """A name after DIN 91379 (datatype A, NFC). A single-name person has a family name only.

    ``original_script`` keeps the name as the person writes it (Arabic, Dari, Tigrinya, …).
    """

    family_name: str
    given_name: str | None = None
    original_script: str | None = None


class ContactChannel(StrEnum):
    """A way to reach the participant."""

    PHONE = "phone"
    MESSENGER = "messenger"
    EMAIL = "email"
    POST = "post"
    VIA_PERSON = "via_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactWay:
    """One way to reach the participant; ``value`` is a number, an address or a person to ask."""

    channel: ContactChannel
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Residence:
    """A residence status with its validity; ``valid_until`` is the last valid day, None when unlimited."""

    status: ResidenceStatus
    valid_from: date | None = None
    valid_until: date | None = None


def age_on(birth_date: date, on: date) -> int:
    """Completed years of life on ``on``; the birthday itself counts. Source: BGB § 187 (2)."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def validity_refusal(residence: Residence) -> Refusal | None:
    """Why the validity of a residence status cannot be, or None."""
    if residence.valid_from and residence.valid_until and residence.valid_until < residence.valid_from:
        return Refusal(
            "residence.ends_before_start",
            "Der Aufenthaltsstatus endet vor seinem Beginn.",
            "The residence status ends before it starts.",
        )
    return None
