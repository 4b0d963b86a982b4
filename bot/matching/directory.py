"""The directory as it is asked: listed services by need and area, so that an answer costs what it shows."""

from collections.abc import Iterable, Iterator, Mapping
from zlib import crc32

from bot.model.directory import EUROPEAN_UNION, WORLDWIDE, Area, ListedService
from bot.model.emergency import EmergencyNumbers
from bot.model.place import Place
from bot.model.record import record

# Help made for a group, as a need: whoever serves the group helps with it, whatever else they do.
GROUP_NEEDS: Mapping[str, frozenset[str]] = {
    "lgbtqia": frozenset({"lgbtqia", "trans"}),
    "native": frozenset({"native"}),
    "military": frozenset({"military", "veteran"}),
    "prison": frozenset({"in_custody", "formerly_incarcerated"}),
}
# Country and region; without a region: the whole country, or more than one place of it.
Shelf = tuple[str, str | None]
Services = tuple[ListedService, ...]


@record
class Directory:
    """What can be shown to a person. Invariant: every service in it is listed (not held, reachable)."""

    services: Services
    by_id: Mapping[str, ListedService]
    by_handle: Mapping[int, ListedService]
    shelves: Mapping[str, Mapping[Shelf, Services]]  # need -> where -> services
    emergency: Mapping[str, EmergencyNumbers]

    def that_may_serve(self, need: str, place: Place | None, home: str | None) -> Iterator[ListedService]:
        """Those helping with `need` whose area is not plainly elsewhere; what is near is decided one by one."""
        country = place.country if place else home
        wanted: list[Shelf] = [(WORLDWIDE, None), (EUROPEAN_UNION, None)]
        if country:
            wanted.append((country, None))
        if place and place.region:
            wanted.append((place.country, place.region))
        shelves = self.shelves.get(need, {})
        for shelf in wanted:
            yield from shelves.get(shelf, ())


def handle_of(service_id: str) -> int:
    """A short stable stand-in for a service's id: 32 bits, so that it fits a button."""
    return crc32(service_id.encode())


def index_directory(
    services: Iterable[ListedService], emergency: Mapping[str, EmergencyNumbers]
) -> Directory:
    """Index the services that may be shown. Held ones, and ones nobody can reach, stop here."""
    listed = tuple(sorted((s for s in services if s.service.is_listed), key=lambda s: s.id))
    shelves: dict[str, dict[Shelf, list[ListedService]]] = {}
    for one in listed:
        for need in _needs_of(one):
            for shelf in _shelves_of(one.service.area):
                shelves.setdefault(need, {}).setdefault(shelf, []).append(one)
    return Directory(
        services=listed,
        by_id={s.id: s for s in listed},
        by_handle={handle_of(s.id): s for s in listed},
        shelves={
            need: {shelf: tuple(group) for shelf, group in places.items()} for need, places in shelves.items()
        },
        emergency=emergency,
    )


def _needs_of(listed: ListedService) -> Iterable[str]:
    served = {need for need, groups in GROUP_NEEDS.items() if groups & set(listed.service.serves)}
    return dict.fromkeys((*listed.service.needs, *sorted(served)))


def _shelves_of(area: Area) -> Iterable[Shelf]:
    if area.lands or not area.regions:  # tribal land does not end at a state's border
        return [(area.country, None)]
    return [(area.country, region) for region in area.regions]
