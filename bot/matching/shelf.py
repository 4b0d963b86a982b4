"""Services on a shelf, each fact about them a set: an answer costs a few operations on sets, not a look at each.

A set is an integer; bit n stands for the n-th service. A region's shelf holds some hundred services, so its sets are a
few machine words, and a directory of a million costs no more to ask than the region it is asked about.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache

from babel.languages import get_official_languages

from bot.matching.admission import RULES, can_be_reached_without_calling
from bot.matching.area import bare, is_narrowed
from bot.matching.freshness import believed, has_ended, is_confirmed
from bot.matching.opening import ALWAYS
from bot.model.directory import Channel, Cost, Institution, Kind, ListedService, RunBy, Service
from bot.model.record import record
from bot.model.verdict import Verdict
from bot.model.words import ClosedList

# Help made for a group, as a need: whoever serves the group helps with it, whatever else they do.
GROUP_NEEDS: Mapping[str, frozenset[str]] = {
    "lgbtqia": frozenset({"lgbtqia", "trans"}),
    "native": frozenset({"native"}),
    "military": frozenset({"military", "veteran"}),
    "prison": frozenset({"in_custody", "formerly_incarcerated"}),
}
RUN_BY_INSTITUTION: Mapping[Institution, frozenset[RunBy]] = {
    Institution.MILITARY: frozenset({RunBy.MILITARY}),
    Institution.POLICE: frozenset({RunBy.POLICE}),
    Institution.SCHOOL: frozenset({RunBy.UNIVERSITY}),
    Institution.CHURCH: frozenset({RunBy.FAITH}),
}
NARROW_KINDS = frozenset({Kind.COALITION, Kind.DIRECTORY})
# Made for these people, a place may not be the right one for others.
SPECIAL_GROUPS = frozenset(
    {
        "native",
        "military",
        "veteran",
        "in_custody",
        "student",
        "deaf",
        "asian",
        "black",
        "farmworker",
        "teen",
        "child",
        "trans",
        "lgbtqia",
        "men",
        "older",
        "sex_worker",
        "domestic_worker",
        "formerly_incarcerated",
        "disabled",
    }
)
KINDS_OF_WORK = frozenset({"farmworker", "domestic_worker", "sex_worker"})
MOST_SPECIAL = 3  # who names more groups than these welcomes everybody
FOR_EVERYONE = frozenset({"women", "supporter", "undocumented", "immigrant", "parent", "low_income"})
LIVE = frozenset({Channel.VOICE, Channel.TEXT, Channel.CHAT, Channel.WHATSAPP})
ANSWERING = frozenset({Kind.HOTLINE, Kind.CRISIS_CENTER, Kind.SHELTER})


class Fact(ClosedList):
    """What a set of services has in common; some facts are about something: a need, a group, a place."""

    NEED = "need"
    FIRST_NEED = "first_need"  # the main thing it does; then the next
    SECOND_NEED = "second_need"
    THIRD_NEED = "third_need"
    SERVES = "serves"
    MADE_FOR = "made_for"  # without "workers" where it says which workers
    SERVES_OR_ONLY = "serves_or_only"
    ONLY = "only"
    LIMITED = "limited"
    SPECIAL = "special"
    FOR_EVERYONE = "for_everyone"
    REFUSED = "refused"
    INSTITUTION = "institution"  # what belongs to it
    ANY_INSTITUTION = "any_institution"
    CONTEXT = "context"
    COUNTRY = "country"
    WHOLE = "whole"
    REGION = "region"
    ANY_REGION = "any_region"
    NARROWER = "narrower"  # than a region
    COUNTY = "county"
    CITY = "city"
    LAND = "land"
    KIND = "kind"
    FINDER = "finder"
    POLICE = "police"
    STATE = "state"
    ASKS_STATUS = "asks_status"
    NEVER_ASKS_STATUS = "never_asks_status"
    ASKS_ID = "asks_id"
    TELLS = "tells"
    WITHOUT_CALLING = "without_calling"
    SPEAKS = "speaks"
    INTERPRETS = "interprets"
    CONFIRMED = "confirmed"
    FREE = "free"
    PAID = "paid"
    ALWAYS_OPEN = "always_open"
    HOURS_KNOWN = "hours_known"
    LINE = "line"  # somebody answers at once


NAMES_A_PLACE = frozenset({Fact.REGION, Fact.COUNTY, Fact.CITY, Fact.LAND})
POSITIONS = (Fact.FIRST_NEED, Fact.SECOND_NEED, Fact.THIRD_NEED)
Marks = Mapping[tuple[Fact, str], int]


@record
class Shelf:
    """Services of one area as they may be told on one day, in order of their ids."""

    services: Sequence[ListedService]
    marks: Marks


def shelve(services: Iterable[ListedService], today: date) -> Shelf:
    """The shelf of these services. What is over, or was confirmed too long ago, is seen with the eyes of `today`."""
    live = tuple(believed(one, today) for one in services if not has_ended(one.service, today))
    members: dict[tuple[Fact, str], list[int]] = {}
    for at, one in enumerate(live):
        for mark in facts_of(one.service, today):
            members.setdefault(mark, []).append(at)
    return Shelf(
        services=live,
        marks={mark: int.from_bytes(set_of(of, len(live)), "little") for mark, of in members.items()},
    )


def set_of(members: Iterable[int], size: int) -> bytes:
    """The set of some bits below `size`, as the bytes of its integer from the lowest."""
    bits = bytearray(size // 8 + 1)
    for at in members:
        bits[at >> 3] |= 1 << (at & 7)
    return bytes(bits)


def facts_of(service: Service, today: date) -> Iterator[tuple[Fact, str]]:
    """Every fact about a service by which it is found, turned away or ranked."""
    yield from _help(service)
    yield from _people(service)
    yield from _place(service)
    yield from _safety(service)
    yield from _contact(service)
    yield from ((Fact.REFUSED, code) for code, rule in RULES.items() if rule(service))
    yield Fact.KIND, service.kind.value
    if service.kind in NARROW_KINDS:
        yield Fact.FINDER, ""
    if is_confirmed(service, today):
        yield Fact.CONFIRMED, ""


def _help(service: Service) -> Iterator[tuple[Fact, str]]:
    groups = {need for need, of in GROUP_NEEDS.items() if not of.isdisjoint(service.serves)}
    yield from ((Fact.NEED, need) for need in {*service.needs, *groups})
    yield from zip(POSITIONS, service.needs, strict=False)
    yield from ((Fact.CONTEXT, context) for context in service.contexts)
    if service.cost is Cost.FREE:
        yield Fact.FREE, ""
    if service.cost is Cost.PAID:
        yield Fact.PAID, ""


def _people(service: Service) -> Iterator[tuple[Fact, str]]:
    yield from ((Fact.SERVES, group) for group in service.serves)
    which = {"worker"} if KINDS_OF_WORK.intersection(service.serves) else set()
    yield from ((Fact.MADE_FOR, group) for group in service.serves if group not in which)
    yield from ((Fact.SERVES_OR_ONLY, group) for group in serves_of(service))
    yield from ((Fact.ONLY, limit) for limit in service.only)
    if service.only:
        yield Fact.LIMITED, ""
    if 0 < len(SPECIAL_GROUPS.intersection(service.serves)) <= MOST_SPECIAL:
        yield Fact.SPECIAL, ""
    if not service.only and FOR_EVERYONE.issuperset(service.serves):
        yield Fact.FOR_EVERYONE, ""


def _place(service: Service) -> Iterator[tuple[Fact, str]]:
    area = service.area
    yield Fact.COUNTRY, area.country
    if not is_narrowed(area):
        yield Fact.WHOLE, ""
        return
    yield from ((Fact.REGION, region) for region in area.regions)
    if not area.regions:
        yield Fact.ANY_REGION, ""
    if area.cities or area.counties or area.lands:
        yield Fact.NARROWER, ""
    yield from ((Fact.CITY, bare(city)) for city in area.cities)
    yield from ((Fact.COUNTY, bare(county)) for county in area.counties)
    yield from ((Fact.LAND, land) for land in area.lands)


def _safety(service: Service) -> Iterator[tuple[Fact, str]]:
    yield from ((Fact.INSTITUTION, one.value) for one in Institution if belongs_to(service, one))
    if service.institution is not None:
        yield Fact.ANY_INSTITUTION, ""
    if is_police(service):
        yield Fact.POLICE, ""
    if service.run_by in (RunBy.POLICE, RunBy.GOVERNMENT):
        yield Fact.STATE, ""
    if service.asks_status is Verdict.YES:
        yield Fact.ASKS_STATUS, ""
    if service.asks_status is Verdict.NO or "undocumented" in service.serves:
        yield Fact.NEVER_ASKS_STATUS, ""
    if service.asks_id is Verdict.YES:
        yield Fact.ASKS_ID, ""
    yield from ((Fact.TELLS, who) for who, told in service.shares_with if told is Verdict.YES)


def _contact(service: Service) -> Iterator[tuple[Fact, str]]:
    contacts = service.open_contacts
    if can_be_reached_without_calling(service):
        yield Fact.WITHOUT_CALLING, ""
    named = service.named_languages
    yield from ((Fact.SPEAKS, language) for language in named or official_languages(service.area.country))
    if service.interpreters is Verdict.YES:
        yield Fact.INTERPRETS, ""
    if any(c.hours == ALWAYS for c in contacts):
        yield Fact.ALWAYS_OPEN, ""
    elif any(c.hours for c in contacts):
        yield Fact.HOURS_KNOWN, ""
    if service.kind in ANSWERING and any(c.channel in LIVE for c in contacts):
        yield Fact.LINE, ""


def serves_of(service: Service) -> frozenset[str]:
    """The groups a service names itself."""
    return frozenset((*service.serves, *service.only))


def belongs_to(service: Service, institution: Institution) -> bool:
    """Whether this desk is a part of the institution, or run by it."""
    return service.institution is institution or service.run_by in RUN_BY_INSTITUTION.get(
        institution, frozenset()
    )


def is_police(service: Service) -> bool:
    """Whoever answers is police, or belongs to them."""
    return belongs_to(service, Institution.POLICE)


def speaks(service: Service, language: str) -> bool:
    """The language is spoken on some line, or somebody can interpret."""
    return speaks_itself(service, language) or service.interpreters is Verdict.YES


def speaks_itself(service: Service, language: str) -> bool:
    """Where no language is written down, the country's own may be expected: nobody notes that a line in Texas
    speaks English."""
    return language in (service.named_languages or official_languages(service.area.country))


@cache
def official_languages(country: str) -> frozenset[str]:
    """A country's languages by CLDR; English where there is no country (worldwide)."""
    return frozenset(get_official_languages(country, de_facto=True)) or frozenset({"en"})


class View:
    """Several shelves side by side, asked as one. What was asked once is known, but for the names of places."""

    def __init__(self, shelves: Sequence[Shelf]) -> None:
        self._shelves: list[tuple[Shelf, int]] = []
        self.size = 0
        for shelf in shelves:
            self._shelves.append((shelf, self.size))
            self.size += len(shelf.services)
        self.all = (1 << self.size) - 1
        self._known: dict[tuple[Fact, str], int] = {}

    def having(self, fact: Fact, about: str = "") -> int:
        """The services of which the fact holds."""
        asked = (fact, about)
        known = self._known.get(asked)
        if known is None:
            known = self._look_for(asked)
            if fact not in NAMES_A_PLACE:
                self._known[asked] = known
        return known

    def _look_for(self, asked: tuple[Fact, str]) -> int:
        found = 0
        for shelf, first in self._shelves:
            held = shelf.marks.get(asked)
            if held:
                found |= held << first
        return found

    def any_of(self, fact: Fact, abouts: Iterable[str]) -> int:
        """The services of which it holds for at least one."""
        found = 0
        for about in abouts:
            found |= self.having(fact, about)
        return found

    def service(self, at: int) -> ListedService:
        """The service of a bit."""
        for shelf, first in reversed(self._shelves):
            if at >= first:
                return shelf.services[at - first]
        raise IndexError(at)

    def services(self, among: int) -> Iterator[ListedService]:
        """The services of a set, in the order of the shelves."""
        return (self.service(at) for at in members(among))


def members(of: int) -> Iterator[int]:
    """The bits of a set, from the lowest."""
    while of:
        lowest = of & -of
        yield lowest.bit_length() - 1
        of ^= lowest


def union(sets: Iterable[int]) -> int:
    """Whatever is in one of the sets."""
    together = 0
    for of in sets:
        together |= of
    return together
