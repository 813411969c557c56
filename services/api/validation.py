"""From what pydantic found wrong to field problems that name the place and the rule, and never the value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_TEXTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "missing": ("field.missing", "fehlt", "is missing"),
    "extra_forbidden": (
        "field.unknown",
        "enthält ein Feld, das es hier nicht gibt",
        "holds a field that is not known here",
    ),
    "json_invalid": (
        "body.not_json",
        "ist kein gültiges JSON in UTF-8",
        "is not valid JSON in UTF-8",
    ),
    "model_type": ("field.not_object", "muss ein Objekt sein", "must be an object"),
    "tuple_type": ("field.not_list", "muss eine Liste sein", "must be a list"),
    "string_type": ("field.not_text", "muss ein Text sein", "must be a text"),
    "string_pattern_mismatch": (
        "field.malformed",
        "hat nicht die verlangte Form (oder enthält ein NUL-Zeichen)",
        "is not of the required form (or contains a NUL character)",
    ),
    "string_too_long": ("field.too_long", "ist zu lang", "is too long"),
    "string_too_short": ("field.too_short", "ist zu kurz", "is too short"),
    "too_long": ("field.too_many", "hat zu viele Einträge", "has too many entries"),
    "bool_type": ("field.not_boolean", "muss true oder false sein", "must be true or false"),
    "int_type": ("field.not_integer", "muss eine ganze Zahl sein", "must be an integer"),
    "int_parsing": ("field.not_integer", "muss eine ganze Zahl sein", "must be an integer"),
    "int_parsing_size": ("field.out_of_range", "liegt außerhalb des Bereichs", "is out of range"),
    "greater_than_equal": ("field.out_of_range", "liegt außerhalb des Bereichs", "is out of range"),
    "less_than_equal": ("field.out_of_range", "liegt außerhalb des Bereichs", "is out of range"),
    "enum": ("field.unknown_code", "ist kein Wert der Codeliste", "is not a value of the code list"),
    "literal_error": ("field.unknown_code", "ist kein Wert der Codeliste", "is not a value of the code list"),
    "uuid_type": ("field.not_uuid", "muss eine UUID sein", "must be a UUID"),
    "uuid_parsing": ("field.not_uuid", "muss eine UUID sein", "must be a UUID"),
    "date_type": ("field.not_date", "muss ein Datum JJJJ-MM-TT sein", "must be a date YYYY-MM-DD"),
    "date_parsing": ("field.not_date", "muss ein Datum JJJJ-MM-TT sein", "must be a date YYYY-MM-DD"),
    "date_from_datetime_parsing": (
        "field.not_date",
        "muss ein Datum JJJJ-MM-TT sein",
        "must be a date YYYY-MM-DD",
    ),
    "date_out_of_range": (
        "field.date_out_of_range",
        "muss ein Datum zwischen 1900 und 2099 sein",
        "must be a date between 1900 and 2099",
    ),
    "instant": (
        "field.not_instant",
        "muss ein Zeitpunkt mit Zeitzone oder eine Position des Protokolls sein",
        "must be an instant with time zone or a position of the log",
    ),
}
_OTHERWISE: Final = ("field.invalid", "ist nicht gültig", "is not valid")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """One invalid field, with its JSON pointer (or parameter name) and a text in both languages."""

    pointer: str
    rule_id: str
    de: str
    en: str


def field_problem(pointer: str, kind: str) -> FieldProblem:
    """The problem ``kind`` (a type of pydantic's errors, or one of ours) at ``pointer``."""
    rule_id, de, en = _TEXTS.get(kind, _OTHERWISE)
    return FieldProblem(pointer=pointer, rule_id=rule_id, de=f"{de}.", en=f"{en}.")


def field_problems(errors: Iterable[Mapping[str, Any]], sent: Any, inside: str = "") -> list[FieldProblem]:
    """The problems of pydantic's ``errors``, one for each place and rule, in their order.

    ``sent`` is the body that was validated, None for parameters; ``inside`` is where it lies in the whole body. An unknown field is reported at the object that
    holds it: its name came from outside.
    """
    found: dict[tuple[str, str], FieldProblem] = {}
    for error in errors:
        location, kind = tuple(error["loc"]), str(error["type"])
        if sent is None and location and location[0] != "body":
            pointer = str(location[1]) if len(location) > 1 else str(location[0])
        else:
            pointer = _pointer(location, sent, kind, inside)
        problem = field_problem(pointer, kind)
        found.setdefault((pointer, problem.rule_id), problem)
    return list(found.values())


def _pointer(location: Sequence[Any], sent: Any, kind: str, inside: str) -> str:
    """Only steps that exist in ``sent`` count; pydantic also names the members of unions on its way."""
    steps: list[str] = []
    here = sent
    if kind == "extra_forbidden":
        location = location[:-1]
    for number, step in enumerate(location):
        if (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        ):
            here = here[step]
        elif not (kind == "missing" and number == len(location) - 1):
            continue
        steps.append(str(step).replace("~", "~0").replace("/", "~1"))
    return f"#{inside}" + "".join(f"/{step}" for step in steps)
