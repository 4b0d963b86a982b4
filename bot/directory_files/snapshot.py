"""The directory in one file that any number of bots can serve: opened at once, read a record at a time.

Made by `bot directory build` from a directory without errors. For each area the file holds, of every fact, the set of
services of which it holds (matching/shelf.py), as those sets stood on the day it was made. Facts that wear off with
time are made anew, for the few services they concern, on the day they are asked for.
"""

import json
import tempfile
from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, timedelta
from functools import lru_cache
from itertools import compress
from pathlib import Path
from typing import Any, overload

from bot.directory_files.parts import BYTE_ORDER, NotWhole, OfAnotherKind, Parts, open_parts, write_parts
from bot.matching.directory import Directory, ShelfName, handle_of, shelves_of
from bot.matching.freshness import believed, has_ended, holds_days
from bot.matching.shelf import Fact, Shelf, facts_of, set_of
from bot.model.directory import ListedService
from bot.model.emergency import EmergencyNumbers
from bot.model.record import record

HEAD = b"marigold-snapshot 1 " + BYTE_ORDER + b"\n"
SMALL = 64_000_000  # bytes: rather read than mapped; a larger file is to be replaced, never written over
AT_HAND = 20_000  # services read last; they are the directory's, and say nothing of who asked
Mark = tuple[Fact, str]
Replaced = Mapping[int, ListedService]  # number of a service -> what is known instead


class CannotServe(Exception):
    """The file cannot be served. The sentence says what to do."""


# -- making one ---------------------------------------------------------------------------------------------------


def write_snapshot(path: Path, services: Iterable[ListedService], today: date) -> int:
    """Write what may be shown of `services`; returns how many. Raises OSError.

    Records go to a file beside as they come; in memory stay their ids and, of each fact, the numbers it holds of.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".making-") as beside:
        written = _Written(today)
        for listed in services:
            if listed.service.is_listed:
                beside.write(written.add(listed))
        beside.flush()
        write_parts(path, HEAD, {"records": Path(beside.name), **written.parts()})
    return len(written)


class _Written:
    """What is known of the services written so far, by the order they came in."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._ids: list[str] = []
        self._ends = array("Q", [0])
        self._shelves: dict[ShelfName, _ShelfMaking] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, listed: ListedService) -> bytes:
        """Take a service in. Returns its record."""
        raw = listed.model_dump_json(exclude_defaults=True).encode()
        number = len(self._ids)
        self._ids.append(listed.id)
        self._ends.append(self._ends[-1] + len(raw))
        told = believed(listed, self._today).service
        facts = () if has_ended(listed.service, self._today) else tuple(facts_of(told, self._today))
        changing = tuple(_changing_days(listed))
        for name in shelves_of(listed.service.area):
            self._shelves.setdefault(name, _ShelfMaking()).add(number, facts, changing)
        return raw

    def parts(self) -> dict[str, bytes]:
        """All but the records."""
        by_id = sorted(range(len(self._ids)), key=self._ids.__getitem__)
        place = array("I", bytes(4 * len(by_id)))
        for at, number in enumerate(by_id):
            place[number] = at
        handles = sorted((handle_of(self._ids[number]), number) for number in by_id)
        tables = {name: shelf.table(place) for name, shelf in self._shelves.items()}
        about: list[tuple[ShelfName, int, int, int, int]] = []
        tables_at = marks_at = 0
        for name, (table, marks) in tables.items():
            about.append((name, tables_at, len(table), marks_at, len(marks)))
            tables_at += len(table)
            marks_at += len(marks)
        return {
            "about": json.dumps({"made": self._today.toordinal(), "shelves": about}).encode(),
            "ends": self._ends.tobytes(),
            "by_id": array("I", by_id).tobytes(),
            "handles": array("I", [handle for handle, _ in handles]).tobytes(),
            "of_handle": array("I", [number for _, number in handles]).tobytes(),
            "tables": b"".join(table for table, _ in tables.values()),
            "marks": b"".join(marks for _, marks in tables.values()),
        }


class _ShelfMaking:
    """The services of an area and their facts, by the order they came in."""

    def __init__(self) -> None:
        self._numbers = array("I")
        self._holding: dict[Mark, array[int]] = {}
        self._changing: list[tuple[int, int]] = []

    def add(self, number: int, facts: Iterable[Mark], changing: Iterable[date]) -> None:
        at = len(self._numbers)
        self._numbers.append(number)
        for fact in facts:
            self._holding.setdefault(fact, array("I")).append(at)
        self._changing += [(day.toordinal(), at) for day in changing]

    def table(self, place: Sequence[int]) -> tuple[bytes, bytes]:
        """Where each fact's set lies among the sets, and the sets. Services in order of their ids."""
        order = sorted(range(len(self._numbers)), key=lambda at: place[self._numbers[at]])
        bit = {at: n for n, at in enumerate(order)}
        marks = bytearray()
        rows: list[tuple[str, str, int, int]] = []
        for (fact, about), holding in self._holding.items():
            raw = set_of((bit[at] for at in holding), len(order)).rstrip(b"\0")
            rows.append((fact.value, about, len(marks), len(raw)))
            marks += raw
        whole = {
            "services": [self._numbers[at] for at in order],
            "marks": rows,
            "changing": sorted((day, bit[at]) for day, at in self._changing),
        }
        return json.dumps(whole, ensure_ascii=False).encode(), bytes(marks)


def _changing_days(listed: ListedService) -> Iterator[date]:
    """The days on which something else is told of a service than on the day before."""
    service = listed.service
    if service.ends_on is not None:
        yield date.fromisoformat(service.ends_on) + timedelta(days=1)
    for check in service.checks:
        on = date.fromisoformat(check.on)
        yield on
        for claim in check.claims:
            yield on + timedelta(days=holds_days(service, claim) + 1)


# -- serving one --------------------------------------------------------------------------------------------------


@record
class Snapshot:
    """An open file."""

    made: int  # ordinal of the day
    records: "Records"
    by_id: Sequence[int]
    handles: Sequence[int]
    of_handle: Sequence[int]
    shelves: Mapping[ShelfName, tuple[memoryview, memoryview]]

    def directory(
        self, emergency: Mapping[str, EmergencyNumbers], replaced: Replaced | None = None
    ) -> Directory:
        """As it is asked. `replaced`: what is known instead of some services; one that is held is not shown."""
        records = self.records.instead(replaced or {})
        return Directory(
            services=InOrder(records, self.by_id),
            by_handle=ByHandle(records, self.handles, self.of_handle),
            by_area={
                name: _Stock(records, table, marks, self.made)
                for name, (table, marks) in self.shelves.items()
            },
            emergency=emergency,
        )

    def number_of(self, service_id: str) -> int | None:
        """The number of a service by its id."""
        at = bisect_left(self.by_id, service_id, key=lambda number: self.records.numbered(number).id)
        if at == len(self.by_id) or self.records.numbered(self.by_id[at]).id != service_id:
            return None
        return self.by_id[at]


def open_snapshot(path: Path) -> Snapshot:
    """Open a file that write_snapshot() made. Raises CannotServe."""
    try:
        # A file that others copy about may be written over in place, which would pull a mapping out from under us.
        small = path.stat().st_size <= SMALL
        return _opened(open_parts(path, HEAD, in_memory=small))
    except OSError as error:
        raise CannotServe(
            f"The snapshot {path} cannot be read ({error.strerror}). Make it: bot directory build --out {path}"
        ) from None
    except OfAnotherKind:
        raise CannotServe(
            f"The snapshot {path} was made by another version, or for another kind of machine. "
            f"Make it anew: bot directory build --out {path}"
        ) from None
    except NotWhole:
        raise CannotServe(
            f"{path} is no whole snapshot: it was copied half, has rotted, or is something else. "
            f"Copy it again, or make it anew: bot directory build --out {path}"
        ) from None


def _opened(parts: Parts) -> Snapshot:
    about = json.loads(bytes(parts["about"]))
    tables, marks = parts["tables"], parts["marks"]
    return Snapshot(
        made=about["made"],
        records=Records(parts["records"], parts["ends"].cast("Q")),
        by_id=parts["by_id"].cast("I"),
        handles=parts["handles"].cast("I"),
        of_handle=parts["of_handle"].cast("I"),
        shelves={
            (country, region): (tables[at : at + size], marks[marks_at : marks_at + marks_size])
            for (country, region), at, size, marks_at, marks_size in about["shelves"]
        },
    )


class Records:
    """Every service by its number, read when it is asked for, or what is known instead."""

    def __init__(self, raw: memoryview, ends: Sequence[int]) -> None:
        self._raw, self._ends = raw, ends
        self._kept = lru_cache(maxsize=AT_HAND)(self._read)
        self.replaced: Replaced = {}

    def instead(self, replaced: Replaced) -> "Records":
        """The same, with these known instead."""
        other = copy(self)
        other.replaced = replaced
        return other

    def numbered(self, number: int) -> ListedService:
        """The service with this number."""
        return self.replaced[number] if number in self.replaced else self._kept(number)

    def is_held(self, number: int) -> bool:
        """Whether it is not to be shown. What was held when the file was made is not in it."""
        return number in self.replaced and not self.replaced[number].service.is_listed

    def _read(self, number: int) -> ListedService:
        return ListedService.model_validate_json(
            bytes(self._raw[self._ends[number] : self._ends[number + 1]])
        )


class _ReadOneByOne(Sequence[ListedService], ABC):
    """Services that are read when they are asked for."""

    @abstractmethod
    def at(self, place: int) -> ListedService:
        """The service at a place from 0 on."""

    @overload
    def __getitem__(self, place: int) -> ListedService: ...
    @overload
    def __getitem__(self, place: slice) -> list[ListedService]: ...
    def __getitem__(self, place: int | slice) -> ListedService | list[ListedService]:
        places = range(len(self))[place]  # negative ones, and an IndexError past the end, as lists have them
        return self.at(places) if isinstance(places, int) else [self.at(one) for one in places]


class InOrder(_ReadOneByOne):
    """Every service that is shown, in order of their ids."""

    def __init__(self, records: Records, by_id: Sequence[int]) -> None:
        self._records = records
        some_held = any(map(records.is_held, records.replaced))
        self._by_id = [n for n in by_id if not records.is_held(n)] if some_held else by_id

    def at(self, place: int) -> ListedService:
        """The service at a place from 0 on."""
        return self._records.numbered(self._by_id[place])

    def __len__(self) -> int:
        return len(self._by_id)


class ByHandle(Mapping[int, ListedService]):
    """Services that are shown, by what stands for them in buttons."""

    def __init__(self, records: Records, handles: Sequence[int], numbers: Sequence[int]) -> None:
        self._records, self._handles, self._numbers = records, handles, numbers

    def __getitem__(self, handle: int) -> ListedService:
        at = bisect_left(self._handles, handle)
        if (
            at == len(self._handles)
            or self._handles[at] != handle
            or self._records.is_held(self._numbers[at])
        ):
            raise KeyError(handle)
        return self._records.numbered(self._numbers[at])

    def __iter__(self) -> Iterator[int]:
        shown = (not self._records.is_held(number) for number in self._numbers)
        return compress(self._handles, shown)

    def __len__(self) -> int:
        return len(self._handles) - sum(map(self._records.is_held, self._records.replaced))


class _Stock:
    """The services of one area, with their sets as they stood when the file was made."""

    def __init__(self, records: Records, table: memoryview, marks: memoryview, made: int) -> None:
        self._records, self._table, self._marks, self._made = records, table, marks, made

    def on(self, today: date) -> Shelf:
        table = json.loads(bytes(self._table))
        services = _OnShelf(self._records, table["services"], today)
        other = self._otherwise(table, today)
        return Shelf(services=services, marks=_marks(table["marks"], self._marks, services, other, today))

    def _otherwise(self, table: Mapping[str, Any], today: date) -> set[int]:
        """The bits of services that are told otherwise today than on the day the file was made."""
        first, last = sorted((self._made, today.toordinal()))
        since = {bit for day, bit in table["changing"] if first < day <= last}
        return since | {
            bit for bit, number in enumerate(table["services"]) if number in self._records.replaced
        }


class _OnShelf(_ReadOneByOne):
    """The services of a shelf as they may be told today. No set holds one that is not to be shown."""

    def __init__(self, records: Records, numbers: Sequence[int], today: date) -> None:
        self._records, self._numbers, self._today = records, numbers, today

    def at(self, place: int) -> ListedService:
        """The service at a place from 0 on."""
        return believed(self._records.numbered(self._numbers[place]), self._today)

    def __len__(self) -> int:
        return len(self._numbers)


def _marks(
    rows: Iterable[tuple[str, str, int, int]],
    raw: memoryview,
    services: _OnShelf,
    other: set[int],
    today: date,
) -> Mapping[Mark, int]:
    """The sets of a shelf, read when asked for; `other` services with the facts that hold of them today."""
    places = {(Fact(fact), about): (at, size) for fact, about, at, size in rows}
    anew: dict[Mark, int] = {}
    for bit in other:
        service = services[bit].service
        if not service.is_listed or has_ended(service, today):
            continue
        for mark in facts_of(service, today):
            anew[mark] = anew.get(mark, 0) | 1 << bit
    stale = sum(1 << bit for bit in other)
    return _Marks(places, raw, stale, anew)


class _Marks(Mapping[Mark, int]):
    """A fact and what it is about -> the services it holds of."""

    def __init__(
        self, places: Mapping[Mark, tuple[int, int]], raw: memoryview, stale: int, anew: Mapping[Mark, int]
    ) -> None:
        self._places, self._raw, self._stale, self._anew = places, raw, stale, anew

    def __getitem__(self, mark: Mark) -> int:
        place = self._places.get(mark)
        if place is None:
            return self._anew[mark]
        at, size = place
        kept = int.from_bytes(self._raw[at : at + size], "little") & ~self._stale
        return kept | self._anew.get(mark, 0)

    def __iter__(self) -> Iterator[Mark]:
        return iter({**self._places, **self._anew})

    def __len__(self) -> int:
        return len({**self._places, **self._anew})
