"""The listed directory as matching wants it: by need, held services left out once and for all."""

from collections.abc import Iterable, Mapping
from zlib import crc32

from bot.model.directory import ListedService
from bot.model.emergency import EmergencyNumbers
from bot.model.record import record


@record
class Directory:
    """What can be shown to a person. Invariant: every service in it is listed (not held, reachable)."""

    services: tuple[ListedService, ...]
    by_id: Mapping[str, ListedService]
    by_handle: Mapping[int, ListedService]
    by_need: Mapping[str, tuple[ListedService, ...]]
    emergency: Mapping[str, EmergencyNumbers]
    ended: frozenset[str] = frozenset()


def handle_of(service_id: str) -> int:
    """A short stable stand-in for a service's id: 32 bits, so that it fits a button."""
    return crc32(service_id.encode())


def index_directory(
    services: Iterable[ListedService], emergency: Mapping[str, EmergencyNumbers]
) -> Directory:
    """Index the services that may be shown. Held ones, and ones nobody can reach, stop here."""
    listed = tuple(sorted((s for s in services if s.service.is_listed), key=lambda s: s.id))
    by_need: dict[str, list[ListedService]] = {}
    for one in listed:
        for need in one.service.needs:
            by_need.setdefault(need, []).append(one)
    return Directory(
        services=listed,
        by_id={s.id: s for s in listed},
        by_handle={handle_of(s.id): s for s in listed},
        by_need={need: tuple(group) for need, group in by_need.items()},
        emergency=emergency,
    )
