"""Facts kept column by column, and only the columns that a report looks at: a town is read so, not case by case."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, compress
from operator import attrgetter, itemgetter, not_
from typing import (
    Any,
    Final,
    Generic,
    NoReturn,
    Self,
    SupportsIndex,
    TypeAlias,
    TypeVar,
    cast,
    get_type_hints,
    overload,
)
from uuid import UUID

F = TypeVar("F", bound=tuple[Any, ...])

ColumnsOf: TypeAlias = dict[str, tuple[str, ...]]
"""Field of Facts → the columns of its facts that are looked at."""


def united(*parts: ColumnsOf) -> ColumnsOf:
    """The columns of all ``parts``, each once."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for name, columns in part.items():
            found.setdefault(name, {}).update(dict.fromkeys(columns))
    return {name: tuple(columns) for name, columns in found.items()}


class NotRead:
    """Stands in a fact for a column that was not read. It may be handed on, but to look at it is refused: LookupError."""

    __slots__ = ()

    def _refuse(self, *_: object) -> NoReturn:
        raise LookupError("a column that was not read: the report does not say that it looks at it")

    __bool__ = __eq__ = __hash__ = __lt__ = __le__ = __gt__ = __ge__ = __str__ = __int__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __iter__ = __len__ = __getattr__ = _refuse


NOT_READ: Final = NotRead()


class Columns(Sequence[F], Generic[F]):
    """Facts of one ``kind``, by column. Ids are packed: 16 bytes for each fact.

    Whoever goes through the facts gets them one by one, with ``NOT_READ`` in the columns that were not read. Only
    ``column`` and ``ids`` are quick.
    """

    __slots__ = ("_columns", "_facts", "_id", "_kind", "_length", "_unpacked")

    def __init__(
        self,
        kind: type[F],
        columns: Mapping[str, Sequence[Any]],
        length: int,
        *,
        id_of: Callable[[bytes], UUID] = lambda packed: UUID(bytes=packed),
    ) -> None:
        self._kind, self._columns, self._length, self._id = kind, columns, length, id_of
        self._unpacked: dict[str, tuple[bytes, ...]] = {}
        self._facts: list[F] | None = None

    def column(self, name: str) -> Sequence[Any]:
        """A column, in the order of the facts; for ids see ``ids``. Raises LookupError for one that was not read."""
        found = self._column(name)
        return found if not isinstance(found, bytes) else list(map(self._id, self.ids(name)))

    def ids(self, name: str) -> Sequence[bytes]:
        """A column of ids as bytes, by which facts are found twice as fast. Raises LookupError as ``column``."""
        if name not in self._unpacked:
            packed = self._column(name)
            assert isinstance(packed, bytes)  # noqa: S101 # asked of ids only
            self._unpacked[name] = tuple(chain.from_iterable(struct.iter_unpack("16s", packed)))
        return self._unpacked[name]

    def _column(self, name: str) -> Sequence[Any]:
        if name not in self._columns:
            raise LookupError(f"column {name} of {self._kind.__name__} was not read")
        return self._columns[name]

    def columns(self) -> Mapping[str, Sequence[Any]]:
        """The columns that were read, ids packed."""
        return self._columns

    def without(self, name: str, left: Collection[bytes]) -> Self:
        """The facts whose id in this column is none of ``left``. Raises LookupError as ``column``."""
        kept = list(map(not_, map(left.__contains__, self.ids(name))))
        columns = {
            name: b"".join(compress(self.ids(name), kept))
            if isinstance(values, bytes)
            else list(compress(values, kept))
            for name, values in self._columns.items()
        }
        return type(self)(self._kind, columns, sum(kept), id_of=self._id)

    def and_(self, others: Sequence[F]) -> Self:
        """These facts and ``others``, of which the same columns were read."""
        assert isinstance(others, Columns)  # noqa: S101 # whoever reads by column adds columns
        assert others._columns.keys() == self._columns.keys()  # noqa: S101 # of one report
        columns = {
            name: b"".join((values, more)) if isinstance(values, bytes) else [*values, *more]
            for name, values in self._columns.items()
            for more in (cast("Any", others._columns[name]),)
        }
        return type(self)(self._kind, columns, self._length + len(others), id_of=self._id)

    def one(self, number: int) -> F:
        """The fact of this number alone."""
        return self._fact(
            (
                NOT_READ
                if (found := self._columns.get(name)) is None
                else self._id(self.ids(name)[number])
                if isinstance(found, bytes)
                else found[number]
            )
            for name in _fields(self._kind)
        )

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[F]:
        return iter(self._made())

    @overload
    def __getitem__(self, number: SupportsIndex) -> F: ...
    @overload
    def __getitem__(self, number: slice) -> list[F]: ...
    def __getitem__(self, number: SupportsIndex | slice) -> F | list[F]:
        return self._made()[number]

    def _made(self) -> list[F]:
        if self._facts is None:
            unread = (NOT_READ,) * self._length
            columns = [self.column(name) if name in self._columns else unread for name in _fields(self._kind)]
            self._facts = list(map(self._fact, zip(*columns, strict=True)))
        return self._facts

    @property
    def _fact(self) -> Callable[[Any], F]:
        return cast("Any", self._kind)._make  # type: ignore[no-any-return] # of every NamedTuple


def by_column(facts: Sequence[F], kind: type[F], names: Sequence[str]) -> Columns[F]:
    """Some columns of facts of one ``kind``; the others cannot be looked at any more."""
    packed = ids_of(kind)
    return Columns(
        kind,
        {
            name: b"".join(ids(facts, kind, name)) if name in packed else column(facts, kind, name)
            for name in names
        },
        len(facts),
    )


@cache
def ids_of(kind: type[tuple[Any, ...]]) -> frozenset[str]:
    """The columns of a ``kind`` of facts that are ids and never missing."""
    return frozenset(name for name, hint in get_type_hints(kind).items() if hint is UUID)


def column(facts: Sequence[F], kind: type[F], name: str) -> Sequence[Any]:
    """A column of facts of one ``kind``, however they are kept."""
    if isinstance(facts, Columns):
        return facts.column(name)
    return list(map(itemgetter(_fields(kind).index(name)), facts))


def ids(facts: Sequence[F], kind: type[F], name: str) -> Sequence[bytes]:
    """A column of ids as bytes, however the facts are kept."""
    if isinstance(facts, Columns):
        return facts.ids(name)
    return list(map(attrgetter("bytes"), column(facts, kind, name)))


def fact_at(facts: Sequence[F], number: int) -> F:
    """One of the facts, without those before it."""
    return facts.one(number) if isinstance(facts, Columns) else facts[number]


def _fields(kind: type[Any]) -> tuple[str, ...]:
    return cast("tuple[str, ...]", kind._fields)
