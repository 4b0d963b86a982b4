"""The directory as it is asked: listed services on shelves by area, so that an answer costs what it shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Protocol
from zlib import crc32

from bot.matching.shelf import Shelf, View, shelve
from bot.model.directory import EUROPEAN_UNION, WORLDWIDE, Area, ListedService
from bot.model.emergency import EmergencyNumbers
from bot.model.place import Place
from bot.model.record import record

# Country and region; without a region: the whole country, or more than one place of it.
ShelfName = tuple[str, str | None]
Services = tuple[ListedService, ...]


class Stock(Protocol):
    """The services of one area, wherever they are kept."""

    def on(self, today: date) -> Shelf:
        """The shelf of them as they may be told on this day."""


@record
class InMemory:
    """A stock of services that were read."""

    services: Services

    def on(self, today: date) -> Shelf:
        """The shelf of them as they may be told on this day."""
        return shelve(self.services, today)


@record
class Directory:
    """What can be shown to a person. Invariant: every service in it is listed (not held, reachable)."""

    services: Sequence[ListedService]  # in order of their ids
    by_handle: Mapping[int, ListedService]
    by_area: Mapping[ShelfName, Stock]
    emergency: Mapping[str, EmergencyNumbers]
    # The shelves and views as they stand on one day: made when first asked for, made anew when the day turns.
    _shelves: dict[ShelfName, tuple[date, Shelf]] = field(default_factory=dict, repr=False, compare=False)
    _views: dict[tuple[ShelfName, ...], tuple[date, View]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def view(self, place: Place | None, home: str | None, today: date) -> View:
        """The services whose area is not plainly elsewhere."""
        country = place.country if place else home
        wanted: list[ShelfName] = [(country, None)] if country else []
        if place and place.region:
            wanted.insert(0, (place.country, place.region))
        wanted += [(WORLDWIDE, None), (EUROPEAN_UNION, None)]
        names = tuple(name for name in wanted if name in self.by_area)
        made = self._views.get(names)
        if made is None or made[0] != today:
            made = self._views[names] = (today, View([self._shelf(name, today) for name in names]))
        return made[1]

    def _shelf(self, name: ShelfName, today: date) -> Shelf:
        made = self._shelves.get(name)
        if made is None or made[0] != today:
            made = self._shelves[name] = (today, self.by_area[name].on(today))
        return made[1]

    def made_ready(self, today: date) -> "Directory":
        """With every shelf made, so that no person waits for one."""
        for name in self.by_area:
            self._shelf(name, today)
        return self


def handle_of(service_id: str) -> int:
    """A short stable stand-in for a service's id: 32 bits, so that it fits a button."""
    return crc32(service_id.encode())


def index_directory(
    services: Iterable[ListedService], emergency: Mapping[str, EmergencyNumbers]
) -> Directory:
    """Index the services that may be shown. Held ones, and ones nobody can reach, stop here."""
    listed = tuple(sorted((s for s in services if s.service.is_listed), key=lambda s: s.id))
    by_area: dict[ShelfName, list[ListedService]] = {}
    for one in listed:
        for name in shelves_of(one.service.area):
            by_area.setdefault(name, []).append(one)
    return Directory(
        services=listed,
        by_handle={handle_of(s.id): s for s in listed},
        by_area={name: InMemory(services=tuple(of)) for name, of in by_area.items()},
        emergency=emergency,
    )


def shelves_of(area: Area) -> Iterable[ShelfName]:
    """Where a service is looked for."""
    beyond = area.lands or area.country in (
        WORLDWIDE,
        EUROPEAN_UNION,
    )  # tribal land ends at no state's border
    if beyond or not area.regions:
        return [(area.country, None)]
    return [(area.country, region) for region in area.regions]
