"""Saying again what is already so: entries that tell nothing new are not recorded a second time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from domain.ausbildung import ApplicationAnswered
from domain.intake import ConsentGiven, ConsentWithdrawn, EligibilityDecided, InformationNoticeGiven
from domain.recorded import Event, Recorded

_Subject = Callable[[Any], object]

_STANDS: Final[Mapping[type[Any], _Subject]] = {
    InformationNoticeGiven: lambda event: InformationNoticeGiven,
    ConsentGiven: lambda event: (ConsentGiven, event.purpose),
    ConsentWithdrawn: lambda event: (ConsentGiven, event.purpose),
    EligibilityDecided: lambda event: (EligibilityDecided, event.module),
    ApplicationAnswered: lambda event: event.application_id,
}
"""Events that state how something stands, and what that is about. What happened twice, as two calls on one day, is not
here: it is recorded twice."""


def already_so(event: Event, effective: Iterable[Recorded[Any]]) -> bool:
    """Whether the last of the ``effective`` entries about the same subject says exactly what ``event`` says."""
    subject_of = _STANDS.get(type(event))
    if subject_of is None:
        return False
    subject = subject_of(event)
    last = None
    for entry in effective:
        other = _STANDS.get(type(entry.event))
        if other is not None and other(entry.event) == subject:
            last = entry.event
    return last == event
