"""``replace`` for frozen dataclasses, fast enough for folding millions of events.

Same meaning and, for the type checker, same signature as ``dataclasses.replace``. The standard one looks every field up
by name on each call; this one writes a function per class once (docs/decisions/0014-fast-replace.md), which fills an
instance of a ``thawed`` class and gives it its real one at the end (0019).
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, TypeVar


def thawed(cls: type[Any]) -> type[Any]:
    """A class laid out like the frozen dataclass ``cls``, without the guard: what is filled may be changed.

    ``value.__class__ = cls`` freezes it at no cost that depends on its fields. Only whoever made the value may do so,
    before anybody else has seen it. Without its guard Python sets a field in a tenth of the time.
    """
    unguarded = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(cls.__name__, (cls,), {"__slots__": (), "__module__": cls.__module__, **unguarded})


C = TypeVar("C")


def quickly_made(cls: type[C]) -> type[C]:
    """Decorator of a frozen dataclass that is made very often: the same constructor, in a third of the time.

    Raises TypeError for a class that computes fields when made.
    """
    _refuse_computing(cls)
    space: dict[str, Any] = {"guarded": cls, "thawed": thawed(cls), "set_class": object.__setattr__}
    parameters, lines = [], []
    for field in fields(cls):  # type: ignore[arg-type]  # it is a dataclass, or fields() says so
        if field.default_factory is not MISSING:
            raise TypeError(f"{cls.__name__}.{field.name} is made anew each time; give it a value")
        if field.default is not MISSING:
            space[f"default_{field.name}"] = field.default
        default = "" if field.default is MISSING else f" = default_{field.name}"
        parameters.append(f"{field.name}{default}")
        lines.append(f" self.{field.name} = {field.name}")
    exec(  # noqa: S102 # field names of our own classes
        "\n".join(
            [
                f"def __init__(self, *, {', '.join(parameters)}):",
                " set_class(self, '__class__', thawed)",
                *lines,
                " self.__class__ = guarded",
            ]
        ),
        space,
    )
    made = space["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    cls.__init__ = made  # type: ignore[method-assign]  # the same parameters
    return cls


def _refuse_computing(cls: type[Any]) -> None:
    if "__post_init__" in dir(cls) or any(not field.init for field in fields(cls)):
        raise TypeError(f"{cls.__name__} computes fields when made; use dataclasses.replace")


if TYPE_CHECKING:
    from dataclasses import replace
else:
    from collections.abc import Callable

    _replacers: dict[type, Callable[..., Any]] = {}

    def replace(value: Any, /, **changes: Any) -> Any:
        """A copy of the frozen, slotted dataclass ``value`` with ``changes``; TypeError for an unknown field."""
        cls = value.__class__
        replacer = _replacers.get(cls)
        if replacer is None:
            replacer = _replacers[cls] = _write_replacer(cls)
        return replacer(value, **changes)

    def _write_replacer(cls: type) -> Callable[..., Any]:
        names = [field.name for field in fields(cls)]
        _refuse_computing(cls)
        unset = object()
        scope = {"new": object.__new__, "thawed": thawed(cls), "cls": cls, "unset": unset}
        parameters = ", ".join(f"{name}=unset" for name in names)
        lines = [f"def replacer(old, /, *, {parameters}):", " made = new(thawed)"]
        lines += [f" made.{name} = old.{name} if {name} is unset else {name}" for name in names]
        lines += [" made.__class__ = cls", " return made"]
        exec("\n".join(lines), scope)  # noqa: S102 # field names of our own classes
        return scope["replacer"]


__all__ = ["quickly_made", "replace", "thawed"]
