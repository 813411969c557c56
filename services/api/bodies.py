"""Bodies of requests: strict models made from the domain's own dataclasses, read within limits, never coerced.

Strict means: false is not 0, "5" is not 5, an unknown field is refused, and a text without end is refused too.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from fastapi import Request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from domain.personal import Erased
from domain.values import Ags, NationalityCode
from services.api.problems import ProblemError, invalid
from services.api.validation import field_problem, field_problems

MOST_BYTES: Final = 256 * 1024
MOST_CHARACTERS: Final = 20_000
MOST_CHARACTERS_OF_A_LINE: Final = 500
MOST_ENTRIES: Final = 1_000
DATE_PATTERN: Final = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
NO_NUL: Final = r"^[^\x00]*$"

_LONG_TEXTS = frozenset({"reason", "note", "text", "remark", "agreement", "purpose", "conditions"})
_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "accepted_cents": (0, 10**13),
    "amount_cents": (0, 10**13),
    "minutes": (0, 1_440),
    "own_share": (0, 10_000),
    "priority": (1, 3),
    "probation_months": (0, 120),
    "spent_cents": (0, 10**13),
    "total_cents": (0, 10**13),
    "work_experience_months": (0, 1_200),
    "year": (1990, 2099),
    "version": (1, 2**53),
}
_RANGE_OF_OTHERS: Final = (0, 1_000_000)
_SIMULATION_ONLY = frozenset({"synthetic"})

MADE_BY_SERVER: Final[Mapping[str, str]] = {
    "OpenCase": "participant_id",
    "RequestSeat": "participation_id",
    "AgreeStep": "step_id",
    "MakePromise": "promise_id",
    "RecordApplication": "application_id",
    "SignContract": "ausbildung_id",
    "RecordFailedMatch": "need_id",
}
"""The id of what a command makes: a client may give one, else the server makes it from the Idempotency-Key."""


def _sane(day: date) -> date:
    if not 1900 <= day.year <= 2099:
        raise PydanticCustomError("date_out_of_range", "out of range")
    return day


def json_integer(value: Any) -> Any:
    """JSON has one kind of number: 5.0 is the integer 5 (JSON Schema 2020-12, 6.1.1), 5.5 is none."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


SaneDate = Annotated[
    date,
    AfterValidator(_sane),
    WithJsonSchema({"type": "string", "format": "date", "pattern": DATE_PATTERN}),
]
"""A day between 1900 and 2099."""

M = TypeVar("M", bound=BaseModel)


class StrictModel(BaseModel):
    """Base of all bodies."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _OfDomain(StrictModel):
    """A body that stands for a dataclass of the domain."""


_domain_class: dict[type[BaseModel], type[Any]] = {}
_models: dict[tuple[type[Any], str, tuple[str, ...]], type[BaseModel]] = {}


def strict_model(cls: type[Any], suffix: str = "", paths: tuple[str, ...] = ()) -> type[BaseModel]:
    """The model whose fields are those of the dataclass ``cls``; ``paths`` are the ids that ``path`` may take.

    ``occurred_on`` may be left out (today), and so may the id of what the command makes.
    """
    key = (cls, suffix, paths)
    if key in _models:
        return _models[key]
    hints = get_type_hints(cls, include_extras=True)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(cls):
        if field.name in _SIMULATION_ONLY:
            continue
        hint = _strict(hints[field.name], field.name)
        if field.name == "path" and paths:
            hint = Literal[paths]
        fields[field.name] = (hint, _field_info(cls, field))
    _models[key] = _model(cls, f"{cls.__name__}{suffix}", cls.__doc__, fields)
    return _models[key]


def changes_model(cls: type[Any], leave_out: frozenset[str]) -> type[BaseModel]:
    """The model of some fields of ``cls``, each of which may be left out."""
    key = (cls, "Changes", tuple(sorted(leave_out)))
    if key in _models:
        return _models[key]
    hints = get_type_hints(cls, include_extras=True)
    fields = {
        field.name: (_strict(hints[field.name], field.name), Field(default_factory=_left_out))
        for field in dataclasses.fields(cls)
        if field.name not in leave_out | _SIMULATION_ONLY
    }
    _models[key] = _model(cls, f"{cls.__name__}Changes", f"What may be corrected. {cls.__doc__}", fields)
    return _models[key]


def _model(cls: type[Any], name: str, doc: str | None, fields: dict[str, Any]) -> type[BaseModel]:
    model: type[BaseModel] = create_model(name, __base__=_OfDomain, __doc__=doc, **fields)
    _domain_class[model] = cls
    return model


def _field_info(cls: type[Any], field: dataclasses.Field[Any]) -> Any:
    if field.name == "occurred_on":
        return Field(default_factory=_left_out, description="The day it happened; today when left out.")
    if MADE_BY_SERVER.get(cls.__name__) == field.name:
        return Field(default_factory=_left_out, description="Made by the server when left out.")
    if field.default is dataclasses.MISSING:
        return Field()
    default = field.default.value if isinstance(field.default, Enum) else field.default
    shown: dict[str, JsonValue] = (
        {"default": default} if isinstance(default, (str, int, bool, NoneType)) else {}
    )
    return Field(default_factory=_left_out, json_schema_extra=shown)


def _left_out() -> None:
    """The default of every optional field of a body: the dataclass knows the real one."""


def _strict(hint: Any, name: str) -> Any:
    origin = get_origin(hint)
    if origin is Annotated:
        return _strict(get_args(hint)[0], name)
    if origin in (Union, UnionType):
        members = tuple(_strict(arg, name) for arg in get_args(hint) if arg is not Erased)
        return Union[members]  # noqa: UP007 # built at run time
    if origin is tuple:
        inner = _strict(get_args(hint)[0], name)
        return Annotated[tuple[inner, ...], Field(max_length=MOST_ENTRIES)]  # type: ignore[valid-type]  # built at run time
    if hint is Ags:
        return Annotated[str, Field(pattern=r"^[0-9]{8}$", description="Amtlicher Gemeindeschlüssel")]
    if hint is NationalityCode:
        return Annotated[str, Field(pattern=r"^[0-9]{3}$", description="Destatis-Schlüssel")]
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    if hint is str:
        longest = MOST_CHARACTERS if name in _LONG_TEXTS else MOST_CHARACTERS_OF_A_LINE
        return Annotated[str, Field(max_length=longest, pattern=NO_NUL)]
    if hint is int:
        lowest, highest = _RANGES.get(name, _RANGE_OF_OTHERS)
        return Annotated[int, Field(ge=lowest, le=highest), BeforeValidator(json_integer)]
    if hint is date:
        return SaneDate
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return strict_model(hint, "Input")
    return hint


def domain_fields(model: BaseModel) -> dict[str, Any]:
    """What the client gave, in the domain's own types; what was left out is not there."""
    return {name: _domain(getattr(model, name)) for name in model.model_fields_set}


def _domain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return _domain_class[type(value)](**domain_fields(value))
    if isinstance(value, tuple):
        return tuple(_domain(item) for item in value)
    return value


async def read_body(request: Request, model: type[M]) -> M:
    """The body of ``request`` as ``model``. Raises ProblemError: 413 too large, 415 not JSON, 422 not valid."""
    return validated(await read_json(request), model)


async def read_json(request: Request) -> bytes:
    """The bytes of a JSON body. Raises ProblemError: 413 too large, 415 not JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ProblemError(
            415,
            "body.not_json_type",
            "Erwartet wird Content-Type: application/json.",
            "Content-Type: application/json is expected.",
        )
    too_large = ProblemError(
        413,
        "body.too_large",
        f"Eine Anfrage hat höchstens {MOST_BYTES // 1024} KiB.",
        f"A request has at most {MOST_BYTES // 1024} KiB.",
    )
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > MOST_BYTES:
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise too_large
    return bytes(body)


def validated(body: bytes, model: type[M], inside: str = "") -> M:
    """``body`` as ``model``; ProblemError 422 with a pointer for each field that is not valid.

    ``inside`` is the place of ``body`` in what the client sent, such as ``/changes``.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        if any(e["type"] == "json_invalid" for e in found):
            raise invalid(field_problem("#", "json_invalid")) from None
        raise invalid(*field_problems(found, json.loads(body), inside)) from None


def example_of(model: type[BaseModel]) -> dict[str, Any]:
    """An example body: what must be given, and the day."""
    cls = _domain_class[model]
    hints = get_type_hints(cls, include_extras=True)
    return {
        name: _example(hints[name], name)
        for name, field in model.model_fields.items()
        if field.is_required() or name == "occurred_on"
    }


_EXAMPLES: Final[Mapping[str, Any]] = {
    "occurred_on": "2026-03-02",
    "path": "durchstarten",
    "municipality": "05334002",
    "caseworker": "cw-aachen-1",
    "coach": "coach-1",
    "decided_by": "cw-aachen-1",
    "family_name": "Beispiel",
    "provider": "Träger e. V.",
    "title": "Deutsch B1 für die Ausbildung",
    "language": "de",
    "occupation": "26302",
    "capacity": 12,
    "answer_days": 7,
    "own_share": 2000,
    "year": 2026,
    "priority": 1,
    "version": 2,
    "amount_cents": 125_000,
}


def _example(hint: Any, name: str) -> Any:
    if name in _EXAMPLES and get_origin(hint) is not tuple:
        return _EXAMPLES[name]
    origin = get_origin(hint)
    if origin in (Union, UnionType, Annotated):
        return _example(get_args(hint)[0], name)
    if origin is tuple:
        return [_example(get_args(hint)[0], "")]
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint)).value
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        inner = get_type_hints(hint, include_extras=True)
        return {
            field.name: _example(inner[field.name], field.name)
            for field in dataclasses.fields(hint)
            if field.default is dataclasses.MISSING
        }
    plain = {bool: True, int: 1, date: "2026-09-01", UUID: "3f1c9c39-5b0e-4f5e-9d6c-3a5e3f8a0b11"}
    return plain.get(hint, "Beispiel")
