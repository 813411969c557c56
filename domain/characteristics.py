"""What a person is counted by: gender, age band, residence status, Rechtskreis, language level and nationality on a day.

What changes has a history of spells, so that a report of last year sees last year's answer, and knows the entry that
gave it. Age is told from the month of birth, for the day is personal: on the first of that month the person counts as a
year older, up to 30 days early.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from domain.person import age_on
from domain.values import ResidenceStatus


class Dimension(StrEnum):
    """By what figures can be broken down."""

    MODULE = "module"
    MUNICIPALITY = "municipality"
    GENDER = "gender"
    AGE_BAND = "age_band"
    STATUS_GROUP = "status_group"
    RESIDENCE_STATUS = "residence_status"
    LEGAL_REGIME = "legal_regime"
    LANGUAGE_LEVEL = "language_level"
    NATIONALITY = "nationality"


class AgeBand(StrEnum):
    """Age in completed years on the reference date. Source: domain facts 5.2."""

    UNDER_18 = "under_18"
    FROM_18_TO_20 = "18_to_20"
    FROM_21_TO_24 = "21_to_24"
    FROM_25_TO_27 = "25_to_27"
    OVER_27 = "over_27"


class StatusGroup(StrEnum):
    """Kinds of residence status that statistics put together. Source: domain facts 5.2."""

    ASYLUM_PERMISSION = "permission_group"
    TOLERATION = "toleration_group"
    RESIDENCE_PERMIT = "permit_group"
    LASTING_OR_FREE = "lasting_group"
    UNKNOWN = "unknown_group"


class Spell(NamedTuple):
    """One answer: it holds from ``since`` on, and was recorded on ``known_on`` by the entry ``version``.

    ``since`` is the day of the entry, but of a language level the day of its test.
    """

    value: str
    since: date
    known_on: date
    version: int


class Trait(NamedTuple):
    """The answer that counts on a day, the entry that gave it, and the one that would count without that entry."""

    value: str
    version: int
    before: str
    before_version: int


NOT_ASKED: Final = "not_asked"
"""Nobody asked, or nobody wrote it down; ``not_stated`` is an answer."""
NOT_STATED: Final = "not_stated"
SEVERAL: Final = "several"
"""More than one nationality: such a person counts here and under none of them."""

_LASTING: Final = frozenset(
    {ResidenceStatus.SETTLEMENT_PERMIT, ResidenceStatus.EU_CITIZEN, ResidenceStatus.GERMAN}
)
_TOLERATIONS: Final = frozenset(
    {
        ResidenceStatus.TOLERATION_60A,
        ResidenceStatus.TOLERATION_60B,
        ResidenceStatus.TRAINING_TOLERATION_60C,
        ResidenceStatus.EMPLOYMENT_TOLERATION_60D,
    }
)


def status_group(status: ResidenceStatus) -> StatusGroup:
    """The group of a residence status; every titled permit of a limited time is one group.

    >>> status_group(ResidenceStatus.TRAINING_TOLERATION_60C).value
    'toleration_group'
    """
    if status is ResidenceStatus.ASYLUM_PERMISSION:
        return StatusGroup.ASYLUM_PERMISSION
    if status in _TOLERATIONS:
        return StatusGroup.TOLERATION
    if status in _LASTING:
        return StatusGroup.LASTING_OR_FREE
    return StatusGroup.UNKNOWN if status is ResidenceStatus.UNKNOWN else StatusGroup.RESIDENCE_PERMIT


STATUS_GROUPS: Final[Mapping[str, str]] = {
    status.value: status_group(status).value for status in ResidenceStatus
}


def age_band(birth_month: date | None, on: date) -> str:
    """The age band on a day by the first of the month of birth.

    >>> age_band(date(2000, 5, 1), date(2028, 4, 30)), age_band(date(2000, 5, 1), date(2028, 5, 1))
    ('25_to_27', 'over_27')
    """
    if birth_month is None:
        return NOT_ASKED
    age = age_on(birth_month, on)
    return next((band.value for most, band in _BANDS if age <= most), AgeBand.OVER_27.value)


_BANDS: Final = (
    (17, AgeBand.UNDER_18),
    (20, AgeBand.FROM_18_TO_20),
    (24, AgeBand.FROM_21_TO_24),
    (27, AgeBand.FROM_25_TO_27),
)


def nationality_group(codes: Sequence[str]) -> str:
    """The one nationality, or that there are several or none is on record.

    >>> nationality_group(["423"]), nationality_group(["423", "439"]), nationality_group([])
    ('423', 'several', 'not_asked')
    """
    if len(set(codes)) > 1:
        return SEVERAL
    return codes[0] if codes else NOT_ASKED


def spell_on(spells: Iterable[Spell], day: date) -> Spell | None:
    """The answer in force on ``day``: of those recorded by then the one that holds since the latest day; of the same day
    the one recorded last."""
    counting = [spell for spell in spells if spell.known_on <= day]
    if not counting:
        return None
    return max(enumerate(counting), key=lambda item: (item[1].since, item[1].version, item[0]))[1]


def value_on(spells: Iterable[Sequence[Any]], day: str) -> str:
    """The value of ``spell_on``, of spells as the read tables keep them: their days are written as in ISO 8601, as is ``day``.

    >>> value_on([["A1", "2025-03-01", "2025-03-04", 3], ["A2", "2025-06-01", "2025-06-02", 9]], "2025-06-01")
    'A1'
    """
    latest: tuple[str, int] | None = None
    found = NOT_ASKED
    for value, since, known_on, version in spells:
        if known_on <= day and (latest is None or (since, version) >= latest):
            found, latest = value, (since, version)
    return found


def trait_on(spells: Sequence[Spell], day: date) -> Trait:
    """The answer in force on ``day``, with the one that would be without the entry that gave it."""
    spell = spell_on(spells, day)
    if spell is None:
        return Trait(NOT_ASKED, 0, NOT_ASKED, 0)
    before = spell_on([other for other in spells if other.version != spell.version], day)
    if before is None:
        return Trait(spell.value, spell.version, NOT_ASKED, 0)
    return Trait(spell.value, spell.version, before.value, before.version)
