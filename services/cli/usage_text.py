"""What is wrong with a command line that cannot be read, in one line of the reader's language."""

from __future__ import annotations

from difflib import get_close_matches
from enum import Enum
from itertools import chain
from typing import Final, Literal, get_args, get_origin

from cyclopts import Argument
from cyclopts.exceptions import (
    CoercionError,
    CycloptsError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from domain.path import Title

_NOT: Final = {
    int: Title(de="keine ganze Zahl", en="not a whole number"),
    float: Title(de="keine Zahl", en="not a number"),
    bool: Title(de="weder ja noch nein", en="neither yes nor no"),
}
_HELP: Final = "(teilhabe --help)"


def usage_text(error: CycloptsError) -> Title:
    """The line for an error of the command line; what the library says in English where it is one of the rare ones."""
    said = _said(error)
    return Title(de=f"{said.de} {_HELP}", en=f"{said.en} {_HELP}")


def _said(error: CycloptsError) -> Title:
    match error:
        case MissingArgumentError():
            return _missing(error)
        case CoercionError() if error.token is not None and error.target_type is not None:
            return _no_value(error)
        case UnknownOptionError():
            option = error.token.keyword or error.token.value
            names = chain.from_iterable(argument.names for argument in error.argument_collection)
            near = get_close_matches(option, list(names), n=1)
            return Title(
                de=f"Die Option {option} gibt es hier nicht." + (f" Gemeint ist {near[0]}?" if near else ""),
                en=f"There is no option {option} here." + (f" Did you mean {near[0]}?" if near else ""),
            )
        case UnknownCommandError() if error.unused_tokens and error.app is not None:
            word = error.unused_tokens[0]
            there = [name for name in error.app if not name.startswith("-")]
            return Title(
                de=f"Den Befehl „{word}“ gibt es hier nicht. Es gibt: {', '.join(there)}.",
                en=f'There is no command "{word}" here. There are: {", ".join(there)}.',
            )
        case UnusedCliTokensError() if error.unused_tokens:
            words = " ".join(error.unused_tokens)
            return Title(de=f"Zu viele Angaben: {words}.", en=f"Too many words: {words}.")
        case RepeatArgumentError() if error.token.keyword is not None:
            option = error.token.keyword
            return Title(de=f"{option} ist doppelt angegeben.", en=f"{option} is given twice.")
        case _:
            return Title(de=str(error), en=str(error))


def _missing(error: MissingArgumentError) -> Title:
    argument = error.argument
    name = "" if argument is None else argument.name
    command = " ".join(error.command_chain or ())
    option = error.keyword or (name if name.startswith("-") else None)
    if option is None:
        return Title(de=f"Zu „{command}“ fehlt {name}.", en=f'"{command}" lacks {name}.')
    given = error.keyword is not None or bool(argument and argument.tokens)
    if given:
        return Title(
            de=f"Zu „{command}“: {option} verlangt einen Wert.", en=f'"{command}": {option} needs a value.'
        )
    return Title(de=f"Zu „{command}“ fehlt die Angabe {option}.", en=f'"{command}" lacks {option}.')


def _no_value(error: CoercionError) -> Title:
    token = error.token
    value = "" if token is None else token.value
    where = (token.keyword if token else None) or _called(error.argument)
    if choices := _choices(error.target_type):
        return Title(
            de=f"{where}: „{value}“ ist nicht eines von: {', '.join(choices)}.",
            en=f'{where}: "{value}" is not one of: {", ".join(choices)}.',
        )
    said = _NOT.get(error.target_type) if error.target_type is not None else None
    said = said or Title(de="kein Wert dafür", en="no value for it")
    return Title(de=f"{where}: „{value}“ ist {said.de}.", en=f'{where}: "{value}" is {said.en}.')


def _choices(kind: object) -> list[str]:
    """What may be typed where one of a list is asked for; the library writes the names of an enum with hyphens."""
    if get_origin(kind) is Literal:
        return [str(choice) for choice in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [name.lower().replace("_", "-") for name in kind.__members__]
    return []


def _called(argument: Argument | None) -> str:
    return "" if argument is None else argument.name.lstrip("-").upper()
