"""Organizations that may be the one somebody is about to add: by name, number or the host of a web address. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from bot.directory_files.phones import same_number
from bot.model.directory import EUROPEAN_UNION, PHONE_CHANNELS, WORLDWIDE, ListedService
from bot.model.record import record
from bot.upkeep.adding.hours import flat

ALIKE = 82  # how alike (0-100) two names must be
MOST = 5
SHORTEST_WORD = 4  # letters of one word that stands in another name: LASSA


@record
class Twin:
    """An organization that is there already, what it offers, and why it may be the same."""

    id: str
    name: str
    services: tuple[str, ...]
    because: str


@record
class Known:
    """What tells organizations apart, by what it is: ids of the organizations that have it."""

    services: Mapping[str, tuple[ListedService, ...]] = field(repr=False)
    numbers: Mapping[str, frozenset[str]] = field(repr=False)
    hosts: Mapping[str, frozenset[str]] = field(repr=False)

    def twins(self, country: str, *, name: str = "", values: Iterable[str] = ()) -> tuple[Twin, ...]:
        """Up to five that share a number or a host with `values`, or have nearly this name in this country."""
        because: dict[str, str] = {}
        for value in values:
            because |= dict.fromkeys(self.numbers.get(number_of(value, country), ()), "the same number")
            because |= dict.fromkeys(self.hosts.get(host_of(value), ()), "the same website")
        for one in self._named_like(name, country) if name else ():
            because.setdefault(one, "nearly the same name")
        return tuple(self._twin(one, reason) for one, reason in list(because.items())[:MOST])

    def _named_like(self, name: str, country: str) -> Iterator[str]:
        """Likest first."""
        countries = (country, WORLDWIDE, EUROPEAN_UNION)
        scored = [
            (max(_alike(name, other) for other in _names_of(own)), one)
            for one, own in self.services.items()
            if own[0].service.area.country in countries
        ]
        yield from (one for score, one in sorted(scored, reverse=True) if score >= ALIKE)

    def _twin(self, organization_id: str, because: str) -> Twin:
        own = self.services[organization_id]
        keys = tuple(listed.id.rpartition("#")[2] for listed in own)
        return Twin(id=organization_id, name=own[0].organization, services=keys, because=because)


def know(services: Iterable[ListedService], shared_hosts: frozenset[str]) -> Known:
    """The directory by what tells its organizations apart."""
    own: dict[str, list[ListedService]] = defaultdict(list)
    numbers: dict[str, set[str]] = defaultdict(set)
    hosts: dict[str, set[str]] = defaultdict(set)
    for listed in services:
        own[listed.organization_id].append(listed)
        for value in _values(listed):
            numbers[number_of(value, listed.service.area.country)].add(listed.organization_id)
            hosts[host_of(value)].add(listed.organization_id)
    return Known(
        services={one: tuple(its) for one, its in own.items()},
        numbers={number: frozenset(ids) for number, ids in numbers.items() if number},
        hosts={
            host: frozenset(ids) for host, ids in hosts.items() if host and not _is_shared(host, shared_hosts)
        },
    )


def _values(listed: ListedService) -> Iterator[str]:
    yield listed.website or ""
    for contact in listed.service.contacts:
        if contact.url or contact.channel in PHONE_CHANNELS:
            yield contact.value


def _names_of(services: Iterable[ListedService]) -> Iterator[str]:
    for listed in services:
        yield from (listed.organization, listed.service.name)


def number_of(value: str, country: str) -> str:
    """What two spellings of one number share; nothing for what is none. A short number is another in each country."""
    if value.startswith("+"):
        return same_number(value)
    digits = re.sub(r"[ -]", "", value)
    return f"{country} {digits}" if digits.isdigit() else ""


def host_of(value: str) -> str:
    """'example.org' of https://www.example.org/help; nothing for what is no web address."""
    try:
        host = urlsplit(value).hostname if "://" in value else ""
    except ValueError:  # brackets that are no address
        return ""
    return (host or "").removeprefix("www.")


def _is_shared(host: str, shared_hosts: frozenset[str]) -> bool:
    return any(host == shared or host.endswith(f".{shared}") for shared in shared_hosts)


def _alike(name: str, other: str) -> float:
    one, two = flat(name), flat(other)
    is_word = len(one) >= SHORTEST_WORD and " " not in one
    if is_word and one in re.findall(r"\w+", two):
        return 100.0
    return float(fuzz.token_sort_ratio(one, two))
