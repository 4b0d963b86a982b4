"""The web addresses of the directory, each once, with every place where it stands."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bot.directory_files.reading import Document, Route, Unreadable, read_document
from bot.model.directory import ListedService, Service
from bot.model.record import record


class What(StrEnum):
    """Which addresses are meant."""

    CONTACTS = "contacts"  # what people are sent to: websites and contacts of what is listed
    SOURCES = "sources"  # where facts were read
    ALL = "all"  # both, and what is on hold


@record
class Place:
    """Where an address stands. `id` is the service's, or the organization's for its website."""

    file: str  # under resources/
    id: str
    route: Route

    @property
    def field(self) -> str:
        """The field as a person says it: website, contacts[1].url."""
        inside = self.route[2:] if self.route[0] == "services" else self.route
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in inside).lstrip(".")


@record
class Address:
    """A web address as it was first written, and its places. `key` is the same for all spellings of it."""

    url: str
    key: str
    places: tuple[Place, ...]


@record
class Within:
    """The part of the directory that is meant. None: all of it."""

    country: str | None = None
    region: str | None = None

    def holds(self, service: Service) -> bool:
        """Does the service say that it serves here? A national service is not one of a region's."""
        area = service.area
        return self.country in (None, area.country) and (self.region is None or self.region in area.regions)


def collect(
    services: Iterable[ListedService], what: What, within: Within | None = None
) -> tuple[Address, ...]:
    """Each distinct address in the order of the directory, with every place where it stands."""
    here = within or Within()
    urls: dict[str, str] = {}
    places: dict[str, dict[Place, None]] = {}
    for listed in services:
        if not here.holds(listed.service):
            continue
        for url, place in _stands(listed, what):
            key = one_spelling(url)
            urls.setdefault(key, url)
            places.setdefault(key, {})[place] = None
    return tuple(Address(url=url, key=key, places=tuple(places[key])) for key, url in urls.items())


def one_spelling(url: str) -> str:
    """The address as it is asked: host in small letters, a path, no fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


def polite_host(url: str) -> str:
    """What is one host to us: example.org and www.example.org are most often one machine."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def lines_of(places: Iterable[Place], folder: Path) -> dict[Place, int]:
    """The line of each place in its file under `folder`; 1 when the file cannot be read."""
    read: dict[str, Document | None] = {}
    lines: dict[Place, int] = {}
    for place in places:
        if place.file not in read:
            read[place.file] = _document(folder, place.file)
        document = read[place.file]
        lines[place] = document.marks.get(place.route, (1, 1))[0] if document else 1
    return lines


def _document(folder: Path, file: str) -> Document | None:
    try:
        return read_document(folder / file, file)
    except Unreadable:
        return None


def _stands(listed: ListedService, what: What) -> Iterator[tuple[str, Place]]:
    if what is not What.SOURCES:
        yield from _sent_to(listed, held_too=what is What.ALL)
    if what is not What.CONTACTS:
        yield from _read_at(listed)


def _sent_to(listed: ListedService, *, held_too: bool) -> Iterator[tuple[str, Place]]:
    service = listed.service
    if not (held_too or service.is_listed):
        return
    if listed.website:
        yield listed.website, _place(listed, listed.organization_id, ("website",))
    for at, contact in enumerate(service.contacts):
        if contact.url and (held_too or not contact.hold):
            yield contact.url, _in_service(listed, "contacts", at)


def _read_at(listed: ListedService) -> Iterator[tuple[str, Place]]:
    for at, source in enumerate(listed.service.source):
        if source.url:
            yield source.url, _in_service(listed, "source", at)


def _in_service(listed: ListedService, field: str, at: int) -> Place:
    key = listed.id.rpartition("#")[2]
    return _place(listed, listed.id, ("services", key, field, at, "url"))


def _place(listed: ListedService, name: str, route: Route) -> Place:
    return Place(file=f"organizations/{listed.organization_id}.yaml", id=name, route=route)
