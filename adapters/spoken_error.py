"""An error for the person who runs the system: one line in German and in English, that says what to do."""

from __future__ import annotations

from domain.ports import StoreUnavailable


class SpokenError(Exception):
    """What went wrong, in one line; ``str`` of it is the English one, which logs show."""

    def __init__(self, en: str, de: str) -> None:
        # Both are what the error is made of, so that it can be made again: for each who waits, and in another process.
        super().__init__(en, de)
        self.de = de

    def __str__(self) -> str:
        return str(self.args[0])

    def text(self, language: str) -> str:
        """The line in English for ``en`` and its regions, else in German."""
        return str(self) if language.startswith("en") else self.de


class SpokenUnavailable(SpokenError, StoreUnavailable):
    """StoreUnavailable with what the person who runs the system can do about it."""
