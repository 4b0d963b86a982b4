"""A large read-only mapping in a tenth of the memory: keys in a succinct trie, values as JSON read when asked for.

The gazetteer holds 140,000 names, zip codes and cities, of which a message touches a handful. As Python objects
they take 300 MB and half a second to load; packed, about 15 MB and none.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, Self, TypeVar

import marisa_trie

from bot.model.place import Place
from bot.understanding.places import Entry, Grain, Names

V = TypeVar("V")


class Packed(Mapping[str, V], Generic[V]):
    """Built once from items, then only read. `unpack` must be a module-level function, so that this can be kept."""

    def __init__(self, trie: Any, values: bytes, unpack: Callable[[Any], V]) -> None:
        self._trie = trie
        self._values = values
        self._unpack = unpack

    @classmethod
    def of(cls, items: Mapping[str, V], pack: Callable[[V], object], unpack: Callable[[Any], V]) -> Self:
        """Pack `items`; `pack` gives what JSON can hold, `unpack` takes it back."""
        values = bytearray()
        places: list[tuple[int, int]] = []
        for value in items.values():
            raw = json.dumps(pack(value), ensure_ascii=False, separators=(",", ":")).encode()
            places.append((len(values), len(raw)))
            values += raw
        return cls(marisa_trie.RecordTrie("<II", zip(items, places, strict=True)), bytes(values), unpack)

    def __getitem__(self, key: str) -> V:
        found = self._trie.get(key)
        if not found:
            raise KeyError(key)
        start, length = found[0]
        return self._unpack(json.loads(self._values[start : start + length]))

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or `default`. Most words of a message are no place: that path is the short one."""
        return self[key] if key in self._trie else default

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._trie

    def __iter__(self) -> Iterator[str]:
        return (str(key) for key in self._trie.iterkeys())

    def __len__(self) -> int:
        return len(self._trie)


class PackedNames(Packed[tuple[Entry, ...]], Names):
    """What each name may mean, packed."""

    def prefixes(self, text: str) -> list[str]:
        """The names that `text` begins with, the shortest first."""
        found: list[str] = self._trie.prefixes(text)
        return found


# -- places as JSON arrays, trailing blanks left out -----------------------------------------------------------

PLACE = ("country", "region", "county", "city", "postal_code", "land", "geoname", "timezone")


def pack_place(place: Place) -> list[str | int | None]:
    """A place as a short array."""
    row = [getattr(place, name) for name in PLACE]
    while row[-1] is None:
        row.pop()
    return row


def unpack_place(row: list[Any]) -> Place:
    """The place again."""
    return Place(**dict(zip(PLACE, row, strict=False)))


def pack_entries(entries: tuple[Entry, ...]) -> list[list[Any]]:
    """Meanings of a name as arrays."""
    return [[pack_place(e.place), int(e.grain), e.weight, int(e.guarded)] for e in entries]


def unpack_entries(rows: list[list[Any]]) -> tuple[Entry, ...]:
    """The meanings again."""
    return tuple(
        Entry(place=unpack_place(place), grain=Grain(grain), weight=weight, guarded=bool(guarded))
        for place, grain, weight, guarded in rows
    )
