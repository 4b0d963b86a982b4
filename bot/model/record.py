"""The one way we write a value: frozen, slotted, keyword-only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Make `cls` a frozen record. Equal fields make equal values."""
    made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    made.__setstate__ = _restore  # type: ignore[attr-defined]  # the library's own looks up the fields each time
    return made


def _restore(self: Any, state: Iterable[Any]) -> None:
    """Unpickle: the values in the order of the fields. Tens of thousands of records are read at each start."""
    for name, value in zip(self.__dataclass_fields__, state, strict=True):
        object.__setattr__(self, name, value)


def replace(one: T, /, **changes: Any) -> T:
    """As dataclasses.replace for records, at a third of its cost: a turn changes its profile a dozen times.

    Raises TypeError for a field there is none of.
    """
    new = object.__new__(type(one))
    place = object.__setattr__
    for name in one.__dataclass_fields__:  # type: ignore[attr-defined]
        place(new, name, changes.pop(name) if name in changes else getattr(one, name))
    if changes:
        raise TypeError(f"{type(one).__name__} has no field {', '.join(changes)}")
    return new
