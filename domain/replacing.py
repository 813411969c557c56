"""``replace`` for frozen dataclasses, fast enough for folding millions of events.

Same meaning and, for the type checker, same signature as ``dataclasses.replace``. The standard one looks every field up
by name on each call; this one writes a function per class once (docs/decisions/0014-fast-replace.md), which fills an
instance of a ``thawed`` class and gives it its real one at the end (0019).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any


def thawed(cls: type[Any]) -> type[Any]:
    """A class laid out like the frozen dataclass ``cls``, without the guard: what is filled may be changed.

    ``value.__class__ = cls`` freezes it at no cost that depends on its fields. Only whoever made the value may do so,
    before anybody else has seen it. Without its guard Python sets a field in a tenth of the time.
    """
    unguarded = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(cls.__name__, (cls,), {"__slots__": (), "__module__": cls.__module__, **unguarded})


if TYPE_CHECKING:
    from dataclasses import replace
else:
    from collections.abc import Callable
    from dataclasses import fields

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
        if "__post_init__" in dir(cls) or any(not field.init for field in fields(cls)):
            raise TypeError(f"{cls.__name__} computes fields when made; use dataclasses.replace")
        unset = object()
        scope = {"new": object.__new__, "thawed": thawed(cls), "cls": cls, "unset": unset}
        parameters = ", ".join(f"{name}=unset" for name in names)
        lines = [f"def replacer(old, /, *, {parameters}):", " made = new(thawed)"]
        lines += [f" made.{name} = old.{name} if {name} is unset else {name}" for name in names]
        lines += [" made.__class__ = cls", " return made"]
        exec("\n".join(lines), scope)  # noqa: S102 # field names of our own classes
        return scope["replacer"]


__all__ = ["replace", "thawed"]
