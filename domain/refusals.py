"""A command that makes no sense now is answered by a Refusal: a value that states the fact, never an exception."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command was not carried out, for the person who gave it.

    ``rule_id`` is stable and documented in docs/refusals.md. The two texts say the same; neither ever carries
    personal data, for refusals travel through logs and workflow histories.
    """

    rule_id: str
    de: str
    en: str

    def text(self, language: str) -> str:
        """The message in ``language``; every language but English reads German."""
        return self.en if language.startswith("en") else self.de
