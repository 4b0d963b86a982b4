"""Organizations as YAML in the house's style: what volunteers read in a diff, and what they copy from.

Every scalar is text to our reader, so `yes`, `0117` and `2026-11-24` need no quotes; numbers, hours and keywords get
them, because editors and other programs would change them.
"""

import io
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

from pydantic import BaseModel
from yaml.emitter import Emitter, ScalarAnalysis
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from bot.model.directory import Area, Check, Contact, Organization, Service, SharesWith, Source

WIDTH = 110
QUOTED = frozenset({"number", "hours", "keyword"})
BREAKS = frozenset("\x85\u2028\u2029")  # ends of lines to YAML: kept only as escapes
ON_ONE_LINE = frozenset({"area", "checks", "shares_with"})

# The order of fields is the order of the declared shape.
SHAPE_OF: Mapping[str, type[BaseModel]] = {
    "services": Service,
    "contacts": Contact,
    "area": Area,
    "source": Source,
    "checks": Check,
    "shares_with": SharesWith,
}


def order_of(holder: str | None) -> tuple[str, ...]:
    """The fields of what stands under `holder` in their order; of the organization for None."""
    shape = Organization if holder is None else SHAPE_OF.get(holder)
    return tuple(shape.model_fields) if shape else ()


def write_organization(data: Mapping[str, Any]) -> str:
    """A whole file from plain dict, list and str."""
    return _dump(_dressed(data, None))


def write_value(value: Any, holder: str | None, *, flow: bool = False) -> str:
    """One value as YAML without a line end after it. `holder` is the field it stands under."""
    dressed = _dressed(value, holder)
    if flow and isinstance(dressed, dict):
        dressed = _OneLine(dressed)
    return _dump(dressed, flow=flow).removesuffix("\n").removesuffix("\n...")


def write_scalar(text: str, style: str | None = None, *, flow: bool = False) -> str:
    """One text on one line: quoted as before (`style`), or plain where YAML allows it."""
    value: Any = (
        _Quoted(text)
        if style == '"' or BREAKS & set(text)
        else _Single(text)
        if style == "'" or not text
        else text
    )
    if flow:
        return _dump([value], flow=True, width=10**6).removesuffix("\n")[1:-1]
    return _dump(value, width=10**6).removesuffix("\n").removesuffix("\n...")


class _House(Emitter):
    """The library's writer of events: lists stand in from their key, and a text looked at once is known."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def analyze_scalar(self, scalar: str) -> ScalarAnalysis:
        return _analysis(scalar)


@lru_cache(maxsize=10_000)  # an import writes the same keys, codes and towns into file after file
def _analysis(scalar: str) -> ScalarAnalysis:
    return Emitter(io.StringIO(), allow_unicode=True).analyze_scalar(scalar)


class _Quoted(str):
    __slots__ = ()


class _Single(str):
    __slots__ = ()


class _OneLine(dict[str, Any]):
    pass


def _dump(value: Any, *, flow: bool = False, width: int = WIDTH) -> str:
    out = io.StringIO()
    writer = _House(out, width=width, allow_unicode=True)
    frame = (StreamStartEvent(), DocumentStartEvent()), (DocumentEndEvent(), StreamEndEvent())
    for event in chain(frame[0], _events(value, flow=flow), frame[1]):
        writer.emit(event)
    return out.getvalue()


def _events(value: Any, *, flow: bool) -> Iterator[Event]:
    """The value for the writer. Everything is text: quotes only where the grammar or the house needs them."""
    if isinstance(value, dict):
        yield MappingStartEvent(None, None, True, flow_style=flow or isinstance(value, _OneLine))
        for key, held in value.items():
            yield from _events(key, flow=flow)
            yield from _events(held, flow=flow)
        yield MappingEndEvent()
    elif isinstance(value, list):
        flat = flow or all(isinstance(item, str) for item in value)
        yield SequenceStartEvent(None, None, True, flow_style=flat)
        for item in value:
            yield from _events(item, flow=flow)
        yield SequenceEndEvent()
    else:
        style = '"' if isinstance(value, _Quoted) else "'" if isinstance(value, _Single) else None
        yield ScalarEvent(None, None, (True, True), str(value), style=style)


def _dressed(value: Any, holder: str | None) -> Any:
    """The value with its fields in order and the style of each."""
    if isinstance(value, Mapping):
        return _dressed_mapping(value, holder)
    if isinstance(value, list | tuple):
        return [_dressed(item, holder) for item in value]
    return _Quoted(value) if holder in QUOTED or not value or BREAKS & set(value) else str(value)


def _dressed_mapping(value: Mapping[str, Any], holder: str | None) -> Any:
    if holder == "services":  # its keys are names, and what stands under each is a service
        names = {key: _dressed_fields(v, "services") for key, v in value.items()}
        return (
            names if all(isinstance(v, Mapping) for v in value.values()) else _dressed_fields(value, holder)
        )
    return _dressed_fields(value, holder)


def _dressed_fields(value: Any, holder: str | None) -> Any:
    if not isinstance(value, Mapping):
        return _dressed(value, holder)
    order = order_of(holder)
    known = [key for key in order if key in value]
    names = (*known, *(k for k in value if k not in order))
    fields = {_Quoted(k) if BREAKS & set(k) else k: _dressed(value[k], k) for k in names}
    return _OneLine(fields) if holder in ON_ONE_LINE else fields
