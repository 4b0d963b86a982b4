"""Two people changed one file: both changes, and where they meet, the one of whoever is at the form."""

from collections.abc import Iterator
from dataclasses import field
from typing import Any

from bot.directory_files.reading import Route
from bot.model.record import record


class Absent:
    """The value of a line that is not there."""


ABSENT = Absent()


@record
class Conflict:
    """Both changed the value at `route`; `theirs` is what the other person wrote (ABSENT: they took it out)."""

    route: Route
    theirs: Any = field(repr=False)


def merge(base: Any, mine: Any, theirs: Any) -> tuple[Any, tuple[Conflict, ...]]:
    """Both people's changes of `base` (dict, list and str). Where both changed the same text, mine stands."""
    merger = _Merger()
    return merger.merged(base, mine, theirs, ()), tuple(merger.conflicts)


class _Merger:
    def __init__(self) -> None:
        self.conflicts: list[Conflict] = []

    def merged(self, base: Any, mine: Any, theirs: Any, route: Route) -> Any:
        if mine == theirs or theirs == base:
            return mine
        if mine == base:
            return theirs
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return self._dicts(base if isinstance(base, dict) else {}, mine, theirs, route)
        if isinstance(mine, list) and isinstance(theirs, list):
            return self._lists(base if isinstance(base, list) else [], mine, theirs, route)
        self.conflicts.append(Conflict(route=route, theirs=theirs))
        return mine

    def _dicts(self, base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any], route: Route) -> Any:
        both = {
            key: self.merged(
                base.get(key, ABSENT), mine.get(key, ABSENT), theirs.get(key, ABSENT), (*route, key)
            )
            for key in dict.fromkeys((*theirs, *mine))
        }
        return {key: value for key, value in both.items() if value is not ABSENT}

    def _lists(self, base: list[Any], mine: list[Any], theirs: list[Any], route: Route) -> list[Any]:
        if all(isinstance(one, str) for one in (*base, *mine, *theirs)):
            return list(_words(base, mine, theirs))
        shared = len(base)
        if len(mine) < shared or len(theirs) < shared:  # something was taken out: which of them is which?
            self.conflicts.append(Conflict(route=route, theirs=theirs))
            return mine
        pairs = zip(base, mine, theirs, strict=False)
        same = [self.merged(*three, (*route, at)) for at, three in enumerate(pairs)]
        added = [one for one in mine[shared:] if one not in theirs[shared:]]
        return [*same, *theirs[shared:], *added]


def _words(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[str]:
    yield from (word for word in mine if word in theirs or word not in base)
    yield from (word for word in theirs if word not in base and word not in mine)
