"""Changing a file as a careful person would: in place, and where all changes at once cannot be made, one by one.

A field that changes its form (a list with dashes that becomes empty, a text that becomes a list) is taken out and
written anew; everything around it stays as it stands.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from bot.directory_files.editing import CannotMend, edited
from bot.directory_files.reading import Route, Unreadable, parse_document

ABSENT = object()


def mended(text: str, wanted: Any) -> str:
    """`text` with as few changes as can be, so that it holds `wanted` (dict, list and str). Raises CannotMend.

    Lines that end as on Windows go on ending so.
    """
    is_windows = 0 < text.count("\r\n") == text.count("\n")
    plain = text.replace("\r\n", "\n") if is_windows else text
    after = _mended(plain, wanted)
    return after.replace("\n", "\r\n") if is_windows else after


def _mended(text: str, wanted: Any) -> str:
    try:
        return edited(text, wanted)
    except (CannotMend, Unreadable):
        steps = _Steps(text)
        if not isinstance(wanted, dict) or not isinstance(steps.data, dict):
            raise
        steps.mapping((), wanted)
        return steps.text


class _Steps:
    """A text and what it holds, on its way to what is wanted."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = parse_document(text, "text").data

    def value(self, route: Route, wanted: Any) -> None:
        """Make the value at `route` what is wanted, with as little rewritten as can be."""
        now = _at(self.data, route)
        if now == wanted:
            return
        try:
            if isinstance(now, dict) and isinstance(wanted, dict):
                self.mapping(route, wanted)
            elif isinstance(now, list) and isinstance(wanted, list):
                self.items(route, wanted)
            else:
                self._become(route, wanted)
        except CannotMend:
            self._anew(route, wanted)

    def mapping(self, route: Route, wanted: dict[str, Any]) -> None:
        """What stays is changed, then what is new is added, then what is gone is taken out."""
        now = _at(self.data, route)
        for key in [key for key in now if key in wanted]:
            self.value((*route, key), wanted[key])
        for key in [key for key in wanted if key not in now]:
            self._become((*route, key), wanted[key])
        for key in [key for key in now if key not in wanted]:
            self._become((*route, key), ABSENT)

    def items(self, route: Route, wanted: list[Any]) -> None:
        """Items that changed are changed where they stand; then some come and some go."""
        for place, item in _changed(_at(self.data, route), wanted):
            self.value((*route, place), item)
        self._become(route, wanted)

    def _anew(self, route: Route, wanted: Any) -> None:
        if not isinstance(route[-1], str):
            raise CannotMend("an item is written anew with its list")
        self._become(route, ABSENT)
        self._become(route, wanted)

    def _become(self, route: Route, value: Any) -> None:
        data = _with(self.data, route, value)
        try:
            self.text = edited(self.text, data)
        except Unreadable:
            raise CannotMend("the change cannot be made in place; edit the file by hand") from None
        self.data = data


def _changed(now: list[Any], wanted: list[Any]) -> Iterator[tuple[int, Any]]:
    """The items that stand in the place of others, with those places."""
    matcher = SequenceMatcher(None, [repr(n) for n in now], [repr(w) for w in wanted], autojunk=False)
    for tag, n0, n1, w0, w1 in matcher.get_opcodes():
        if tag == "replace":
            yield from zip(range(n0, n1), wanted[w0:w1], strict=False)


def _at(data: Any, route: Route) -> Any:
    for step in route:
        data = data[step]
    return data


def _with(data: Any, route: Route, value: Any) -> Any:
    """A copy of `data` with `value` at `route`; ABSENT takes it out."""
    if not route:
        return value
    step, *rest = route
    copy = data.copy()
    if not rest and value is ABSENT:
        del copy[step]
    else:
        copy[step] = _with(data[step] if rest else None, tuple(rest), value)
    return copy
