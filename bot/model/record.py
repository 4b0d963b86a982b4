"""The one way we write a value: frozen, slotted, keyword-only."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """Make `cls` a frozen record. Equal fields make equal values."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)
