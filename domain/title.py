"""A text in both languages of the house: German for the office, English for everybody else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A text in both languages."""

    de: str
    en: str
