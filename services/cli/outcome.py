"""What commands print and how they fail: JSON on request, else text; one line for what cannot be done."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TextIO, TypeAlias
from uuid import UUID

import msgspec
from cyclopts import Parameter

from domain.refusals import Refusal

if TYPE_CHECKING:
    from domain.path import Title


class CommandFailed(Exception):
    """A command cannot be done; the message is one line for the person at the keyboard.

    ``en`` is left out where the line is in the reader's language already, or of no language.
    """

    def __init__(self, de: str, en: str | None = None) -> None:
        super().__init__(de)
        self.de = de
        self.en = de if en is None else en

    def text(self, language: str) -> str:
        """The line in English for ``en`` and its regions, else in German."""
        return self.en if language.startswith("en") else self.de


Json: TypeAlias = Annotated[bool, Parameter(name="--json", negative=())]
"""The --json flag of every command."""


def as_json(record: Any) -> dict[str, Any]:
    """A record as an object, to which something may be added."""
    found: dict[str, Any] = _with_names(record)
    return found


def print_json(value: Any) -> None:
    """``value`` as one JSON document on standard output; records with their names, dates as ISO 8601, keys sorted."""
    encoded = msgspec.json.encode(_with_names(value), order="sorted", enc_hook=_plain)
    sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")


def print_lines(lines: Iterable[str], to: TextIO | None = None) -> None:
    """Lines on standard output, or ``to`` another stream."""
    stream = to or sys.stdout
    for line in lines:
        stream.write(line + "\n")


def refused(refusal: Refusal, language: str = "de") -> CommandFailed:
    """The failure that shows ``refusal``."""
    return CommandFailed(f"{refusal.text(language)} [{refusal.rule_id}]")


def read_uuid(text: str, what: str) -> UUID:
    """``text`` as a UUID. Raises CommandFailed naming ``what``."""
    try:
        return UUID(text)
    except ValueError:
        raise CommandFailed(
            f"{what} ist keine Nummer (UUID): {text!r}", f"{what} is not an id (UUID): {text!r}"
        ) from None


def read_date(text: str | None, what: str) -> date | None:
    """``text`` as a date, None stays None. Raises CommandFailed naming ``what``."""
    from domain.wording import read_day

    if text is None:
        return None
    try:
        return read_day(text)
    except ValueError:
        raise CommandFailed(
            f"{what} ist kein Datum (JJJJ-MM-TT): {text!r}", f"{what} is not a date (YYYY-MM-DD): {text!r}"
        ) from None


def read_known_at(text: str | None) -> datetime | int | None:
    """An instant (ISO 8601 with offset) or a position of the log. Raises CommandFailed."""
    if text is None:
        return None
    if text.isascii() and text.isdecimal():
        return int(text)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise CommandFailed(
            f"--known-at ist weder eine Position noch ein Zeitpunkt (2026-11-22T10:00:00+01:00): {text!r}",
            f"--known-at is neither a position nor an instant (2026-11-22T10:00:00+01:00): {text!r}",
        ) from None
    if instant.tzinfo is None:
        raise CommandFailed(
            f"--known-at braucht eine Zeitzone, etwa +01:00: {text!r}",
            f"--known-at needs an offset, such as +01:00: {text!r}",
        )
    return instant


def _with_names(value: Any) -> Any:
    """``value`` with every named tuple and dataclass as an object: a reader should not have to count columns."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    elif is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _with_names(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_names(each) for each in value]
    return value


def _plain(value: object) -> Any:
    if isinstance(value, frozenset | set):
        return sorted(value, key=str)
    return str(value)


def at_least(option: str, least: int, given: int) -> CommandFailed:
    """The failure of an option whose number is too small."""
    return CommandFailed(
        f"{option} ist mindestens {least}: {given}", f"{option} is at least {least}: {given}"
    )


def not_one_of(option: str, choices: Iterable[str]) -> CommandFailed:
    """The failure of an option that takes one of a list."""
    there = ", ".join(choices)
    return CommandFailed(f"{option} ist eines von: {there}", f"{option} is one of: {there}")


def no_case(case_id: str, *, then: bool = False) -> CommandFailed:
    """The failure of a command on a case that is not there; ``then``: not at the time that was asked for."""
    return CommandFailed(
        f"einen Fall {case_id} gibt es nicht" + (", jedenfalls zu dieser Zeit" if then else ""),
        f"no case {case_id} is known" + (" at that time" if then else ""),
    )


def no_grant(grant_id: str) -> CommandFailed:
    """The failure of a command on a grant that is not there."""
    return CommandFailed(f"eine Zuwendung {grant_id} gibt es nicht", f"no grant {grant_id} is known")


def print_why(
    answer: tuple[Title, ...] | Refusal | None, unknown: CommandFailed, language: str, as_json: bool
) -> int:
    """Print why a reminder fired or did not. Raises CommandFailed, ``unknown`` for what is not known."""
    if answer is None:
        raise unknown
    if isinstance(answer, Refusal):
        raise refused(answer, language)
    from domain.code_titles import in_language

    if as_json:
        print_json(answer)
    else:
        print_lines(in_language(line, language) for line in answer)
    return 0
