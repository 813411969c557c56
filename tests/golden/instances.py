"""Instances of any event or command by its annotations: fixed ones for golden files, arbitrary ones for properties."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID, uuid5

from hypothesis import strategies as st

from domain.personal import Erased
from domain.recorded import Event

NAMESPACE = UUID("6f0d4c1e-0e0a-5c39-9a3c-2f0f5f1f8d11")

FIXED: Mapping[Any, Any] = {
    bool: True,
    int: 1234,
    str: "Änne Mustermann",
    Decimal: Decimal("1.50"),
    date: date(2026, 2, 28),
    datetime: datetime(2026, 3, 29, 1, 30, 15, 250_000, tzinfo=UTC),
    NoneType: None,
}

ARBITRARY: Mapping[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    str: st.text(st.characters(exclude_categories=["Cs"])),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(fold=0)),
    UUID: st.uuids(),
    NoneType: st.none(),
}


def hints_of(cls: type[Any]) -> dict[str, Any]:
    """Field name → annotation of a dataclass, with its marks."""
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def plain(hint: Any) -> Any:
    """The annotation without marks and new types."""
    if get_origin(hint) is Annotated:
        return plain(hint.__origin__)
    return plain(hint.__supertype__) if isinstance(hint, NewType) else hint


def options_of(hint: Any) -> list[Any]:
    """What a union offers in order, ERASED left out; a list of one for everything else."""
    hint = plain(hint)
    if get_origin(hint) not in (Union, UnionType):
        return [hint]
    return [
        option for argument in get_args(hint) if argument is not Erased for option in options_of(argument)
    ]


def example(hint: Any, carried: type[Event], *, sparse: bool, path: str = "") -> Any:
    """A fixed value: the first option of every union and two elements in every tuple, or sparse: the last and none."""
    options = options_of(hint)
    if len(options) > 1:
        return example(options[-1 if sparse else 0], carried, sparse=sparse, path=path)
    kind = options[0]
    if kind in FIXED:
        return FIXED[kind]
    if kind is UUID:
        return uuid5(NAMESPACE, path)
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            inner = () if sparse else (inner[0], inner[0])
        return tuple(example(one, carried, sparse=sparse, path=f"{path}[{n}]") for n, one in enumerate(inner))
    if get_origin(kind) is frozenset:
        return (
            frozenset()
            if sparse
            else frozenset({example(get_args(kind)[0], carried, sparse=sparse, path=path)})
        )
    if issubclass(kind, enum.Enum):
        return list(kind)[-1 if sparse else 0]
    if kind is Event:
        return example(carried, carried, sparse=sparse, path=path)
    return kind(
        **{
            name: example(inner, carried, sparse=sparse, path=f"{path}.{name}")
            for name, inner in hints_of(kind).items()
        }
    )


def arbitrary(hint: Any, events: tuple[type[Event], ...]) -> st.SearchStrategy[Any]:
    """Any value of an annotation; a carried event is one of ``events``."""
    options = options_of(hint)
    if len(options) > 1:
        return st.one_of(*(arbitrary(option, events) for option in options))
    kind = options[0]
    if kind in ARBITRARY:
        return ARBITRARY[kind]
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            return st.lists(arbitrary(inner[0], events), max_size=4).map(tuple)
        return st.tuples(*(arbitrary(one, events) for one in inner))
    if get_origin(kind) is frozenset:
        return st.frozensets(arbitrary(get_args(kind)[0], events), max_size=4)
    if issubclass(kind, enum.Enum):
        return st.sampled_from(kind)
    if kind is Event:
        return st.one_of(*(arbitrary(event, ()) for event in events))
    return st.builds(kind, **{name: arbitrary(inner, events) for name, inner in hints_of(kind).items()})


def shape_of(hint: Any) -> Any:
    """An annotation as JSON values, down to the fields of nested values and the members of enums."""
    options = options_of(hint)
    if len(options) > 1:
        return {"one of": [shape_of(option) for option in options]}
    kind = options[0]
    if kind in FIXED or kind is UUID:
        return kind.__name__
    if get_origin(kind) in (tuple, frozenset):
        inner = [shape_of(one) for one in get_args(kind) if one is not Ellipsis]
        return {get_origin(kind).__name__: inner, "open": get_args(kind)[-1] is Ellipsis}
    if issubclass(kind, enum.Enum):
        return {"members": [member.value for member in kind]}
    if kind is Event:
        return "any event"
    return {"fields": fields_of(kind)}


def fields_of(cls: type[Any]) -> dict[str, Any]:
    """The shape of each field of a dataclass; personal ones are told apart."""
    return {
        name: {"personal": shape_of(hint)} if get_origin(hint) is Annotated else shape_of(hint)
        for name, hint in hints_of(cls).items()
    }


def still_reads(recorded: Any, now: Any) -> bool:
    """Whether what was written in shape ``recorded`` is what ``now`` reads: the same, but enums may have grown."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        if recorded.keys() != now.keys():
            return False
        if "members" in recorded and isinstance(recorded["members"], list):
            return set(recorded["members"]) <= set(now["members"])
        return all(still_reads(recorded[key], now[key]) for key in recorded)
    if isinstance(recorded, list) and isinstance(now, list):
        return len(recorded) == len(now) and all(map(still_reads, recorded, now))
    return bool(recorded == now)
