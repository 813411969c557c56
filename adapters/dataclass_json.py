"""How a frozen dataclass becomes two JSON objects, a public and a personal one, and comes back exactly as it was.

msgspec knows dates, aware datetimes, enums, decimals, tuples and unions by their annotations. What it does not know:

- personal fields, which may hold ERASED: they are written to an object of their own, and read through generated
  structs in which their type is what it is without ERASED;
- a field that holds another event (``Event | None``): it is carried with its own name and version, and split like
  every event, so that its public part outlives the erasure of its personal part.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Protocol, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec

from domain.personal import ERASED, PERSONAL, Erased
from domain.recorded import Event
from domain.replacing import thawed

encode_json = msgspec.json.Encoder(order="deterministic").encode

CARRIED_PERSONAL = "{}__personal"
"""Key in the personal object for the personal part of the event carried in a field."""


Decode: TypeAlias = Callable[[bytes], Any]


class Carried(msgspec.Struct, frozen=True):
    """The public part of an event inside an event, under the name and version it would have by itself."""

    type: str
    fields: msgspec.Raw


class CarriesEvents(Protocol):
    """What a shape asks of the register for the events inside its fields."""

    def split_carried(self, event: Event) -> tuple[str, bytes, bytes | None]:
        """Type string, public and personal object of ``event``."""
        ...

    def join_carried(self, type_string: str, public: bytes, personal: bytes | None, withheld: bool) -> Event:
        """The event again; ``withheld``: with ERASED in its personal fields."""
        ...


class Shape:
    """Writes and reads the instances of one dataclass. Made once per class, when the register is built.

    Raises TypeError for a class that could not come back as it was: not a frozen slotted dataclass, a personal field
    below the top level, a union that JSON cannot tell apart.
    """

    whole: Decode
    """The value from one JSON object that holds every field. Raises msgspec.MsgspecError."""
    withheld: Decode
    """The value from the public object, with ERASED in its personal fields. Raises msgspec.MsgspecError."""

    def __init__(self, cls: type[Any], carrier: CarriesEvents) -> None:
        self.cls = cls
        hints = _checked_hints(cls)
        self.personal = tuple(name for name, hint in hints.items() if _is_personal(hint))
        self.carrying = tuple(name for name, hint in hints.items() if _carries_event(hint))
        self.is_sealed = bool(self.personal)
        public = tuple(name for name in hints if name not in self.personal)
        self._carrier = carrier
        self._public_out = msgspec.defstruct(
            f"{cls.__name__}Public", [(name, Any) for name in public], gc=False
        )
        self._personal_out = msgspec.defstruct(
            f"{cls.__name__}Personal", [(name, Any) for name in self.personal]
        )
        self._public_of = _values_of(public)
        self._personal_of = _values_of(self.personal)
        try:
            self.whole, self.withheld = self._decoders(hints)
        except TypeError as error:
            raise TypeError(f"{cls.__name__} cannot be stored: {error}") from error

    def split(self, value: object) -> tuple[bytes, bytes | None]:
        """The public JSON object and the personal one, None when the value has nothing personal.

        Raises ValueError when a personal field is erased: what is gone is not written again.
        """
        if self.carrying:
            return self._split_carrying(value)
        public = encode_json(self._public_out(*self._public_of(value)))
        if not self.is_sealed:
            return public, None
        personal = self._personal_of(value)
        if ERASED in personal:
            raise ValueError(f"{self.cls.__name__} holds an erased field and cannot be written again")
        return public, encode_json(self._personal_out(*personal))

    def join(self, public: bytes, personal: bytes) -> Any:
        """The value whose split this is. Raises msgspec.MsgspecError when the objects do not fit the class."""
        # Read as one object. The authenticated part comes last, so it wins over a public key of the same name.
        return self.whole(b"%b,%b" % (public[:-1], personal[1:]))

    def _split_carrying(self, value: object) -> tuple[bytes, bytes | None]:
        public = {name: getattr(value, name) for name in self._public_out.__struct_fields__}
        personal = {name: getattr(value, name) for name in self.personal}
        if ERASED in personal.values():
            raise ValueError(f"{self.cls.__name__} holds an erased field and cannot be written again")
        for name in self.carrying:
            event = public[name]
            if event is not None:
                type_string, inner_public, inner_personal = self._carrier.split_carried(event)
                public[name] = Carried(type_string, msgspec.Raw(inner_public))
                if inner_personal is not None:
                    personal[CARRIED_PERSONAL.format(name)] = msgspec.Raw(inner_personal)
        return encode_json(public), encode_json(personal) if personal else None

    def _decoders(self, hints: dict[str, Any]) -> tuple[Decode, Decode]:
        if not self.is_sealed and not self.carrying:
            decode = msgspec.json.Decoder(self.cls).decode
            return decode, decode
        fields = {field.name: field for field in dataclasses.fields(self.cls)}
        whole: list[tuple[str, Any] | tuple[str, Any, Any]] = []
        withheld: list[tuple[str, Any] | tuple[str, Any, Any]] = []
        for name, hint in hints.items():
            if name in self.carrying:
                optional = NoneType in get_args(hint)
                carried = (name, Carried | None if optional else Carried, *_default(fields[name]))
                whole += [carried, (CARRIED_PERSONAL.format(name), msgspec.Raw, None)]
                withheld.append(carried)
            elif name in self.personal:
                whole.append((name, _without_erased(hint), *_default(fields[name])))
            else:
                whole.append((name, hint, *_default(fields[name])))
                withheld.append((name, hint, *_default(fields[name])))
        return self._decoder(whole, hints, withheld=False), self._decoder(withheld, hints, withheld=True)

    def _decoder(self, fields: list[Any], hints: dict[str, Any], *, withheld: bool) -> Decode:
        struct = msgspec.defstruct(f"{self.cls.__name__}Stored", fields, kw_only=True, gc=False)
        decode = msgspec.json.Decoder(struct).decode
        return _builder(self, hints, decode, self._carry(withheld), withheld=withheld)

    def _carry(self, withheld: bool) -> Callable[[Carried | None, msgspec.Raw | None], Event | None]:
        def carry(public: Carried | None, personal: msgspec.Raw | None) -> Event | None:
            if public is None:
                return None
            inner = None if personal is None else bytes(personal)
            return self._carrier.join_carried(public.type, bytes(public.fields), inner, withheld)

        return carry


def _builder(
    shape: Shape,
    names: Iterable[str],
    decode: Decode,
    carry: Callable[[Carried | None, msgspec.Raw | None], Event | None],
    *,
    withheld: bool,
) -> Decode:
    """A function that decodes the generated struct and moves its fields into the dataclass.

    The source is generated, as dataclasses does for ``__init__``: filling a thawed instance takes a fraction of the
    time of calling ``cls(…)``, which goes through ``object.__setattr__`` for every field of a frozen class.
    """
    space: dict[str, Any] = {
        "decode": decode,
        "new": object.__new__,
        "thawed": thawed(shape.cls),
        "cls": shape.cls,
        "ERASED": ERASED,
        "carry": carry,
    }
    lines = ["def build(json):", " stored = decode(json)", " value = new(thawed)"]
    for name in names:
        if name in shape.carrying:
            inner = "None" if withheld else f"stored.{CARRIED_PERSONAL.format(name)}"
            source = f"carry(stored.{name}, {inner})"
        else:
            source = "ERASED" if withheld and name in shape.personal else f"stored.{name}"
        lines.append(f" value.{name} = {source}")
    exec("\n".join([*lines, " value.__class__ = cls", " return value"]), space)  # noqa: S102 - made of the class's own field names only
    build: Decode = space["build"]
    return build


def _values_of(names: tuple[str, ...]) -> Callable[[object], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _default(field: dataclasses.Field[Any]) -> tuple[Any, ...]:
    if field.default is not dataclasses.MISSING:
        return (field.default,)
    if field.default_factory is not dataclasses.MISSING:
        return (msgspec.field(default_factory=field.default_factory),)
    return ()


def _is_personal(hint: Any) -> bool:
    return PERSONAL in getattr(hint, "__metadata__", ())


def _without_erased(hint: Any) -> Any:
    return Union[tuple(arg for arg in get_args(hint.__origin__) if arg is not Erased)]  # noqa: UP007 - built


def _carries_event(hint: Any) -> bool:
    options = set(get_args(hint)) - {NoneType} if get_origin(hint) in (Union, UnionType) else {hint}
    return len(options) == 1 and all(
        isinstance(option, type) and issubclass(option, Event) for option in options
    )


def _checked_hints(cls: type[Any]) -> dict[str, Any]:
    if not (dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen and "__slots__" in vars(cls)):  # type: ignore[attr-defined]  # dataclasses keeps its parameters there
        raise TypeError(f"{cls.__name__} cannot be stored: it is not a frozen slotted dataclass")
    if hasattr(cls, "__post_init__"):
        raise TypeError(
            f"{cls.__name__} cannot be stored: __post_init__ would judge recorded facts again on reading"
        )
    hints = get_type_hints(cls, include_extras=True)
    checked = {field.name: hints[field.name] for field in dataclasses.fields(cls)}
    for name, hint in checked.items():
        if "__" in name:
            raise TypeError(
                f"{cls.__name__}.{name} cannot be stored: names with __ are kept for carried events"
            )
        if name == "occurred_on" and _is_personal(hint):
            raise TypeError(f"{cls.__name__}.occurred_on cannot be personal: every report needs it")
        if not _carries_event(hint):
            for path, problem in _problems(_without_erased(hint) if _is_personal(hint) else hint, name, ()):
                raise TypeError(f"{cls.__name__}.{path} cannot be stored: {problem}")
    return checked


def _problems(hint: Any, path: str, seen: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    """What lies below the top level of a field and must not: personal fields and events."""
    if _is_personal(hint) or hint is Erased:
        yield path, "only fields of the class itself can be personal; make the whole value personal"
    elif isinstance(hint, type) and issubclass(hint, Event):
        yield path, "an event is carried by a field of type Event or Event | None only"
    elif isinstance(hint, type) and dataclasses.is_dataclass(hint):
        if hint not in seen:
            inner = get_type_hints(hint, include_extras=True)
            for field in dataclasses.fields(hint):
                yield from _problems(inner[field.name], f"{path}.{field.name}", (*seen, hint))
    else:
        for argument in get_args(hint):
            yield from _problems(argument, path, seen)
