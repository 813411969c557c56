"""Personal fields: declared in the event class, sealed in the log, and erased for good when the person asks for it."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, Final, TypeVar, get_type_hints


class Erased(Enum):
    """What a personal field holds once the participant's key is destroyed, or where it was left out on reading."""

    ERASED = "erased"

    def __repr__(self) -> str:
        return "ERASED"


ERASED: Final = Erased.ERASED


class PersonalMarker:
    """The mark on the annotation of a personal field; the codec looks for the one instance ``PERSONAL``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "PERSONAL"


PERSONAL: Final = PersonalMarker()

T = TypeVar("T")

Personal = Annotated[T | Erased, PERSONAL]
"""``name: Personal[PersonName]`` reads as ``PersonName | Erased`` and is stored encrypted.

Only fields of the event itself can be personal, not fields of a value inside it: make the whole value personal.
"""


def personal_fields(cls: type[Any]) -> frozenset[str]:
    """Names of the fields of ``cls`` that are declared personal.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True, slots=True, kw_only=True)
    ... class Greeted:
    ...     minutes: int
    ...     name: Personal[str]
    >>> sorted(personal_fields(Greeted))
    ['name']
    """
    hints = get_type_hints(cls, include_extras=True)
    return frozenset(name for name, hint in hints.items() if PERSONAL in getattr(hint, "__metadata__", ()))
