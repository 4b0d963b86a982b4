"""What the listed services cover: for whom, with what, and where. Pure: the command and the page only show it.

A service counts for a place when its area serves it. Help of a place's own and help for a whole country are
counted apart, so that a desert stays visible: local help, only national lines, only worldwide services, nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from bot.matching.area import MEMBER_STATES, nearness
from bot.matching.freshness import Freshness, believed, has_ended, standing
from bot.matching.shelf import GROUP_NEEDS
from bot.model.directory import EUROPEAN_UNION, WORLDWIDE, Area, Cost, ListedService, Service
from bot.model.place import Place
from bot.model.record import record
from bot.model.verdict import Verdict

ANY_NEED = "any"  # in a tally: whatever the service helps with
MINIMUM = ("crisis", "legal", "medical", "workplace", "immigration")
"""What every group the headlines forget must find (Y8): crisis, legal, medical, worker and status help."""

Spot = tuple[str, str | None]  # a country and a region of it, or the whole country


class Status(StrEnum):
    """Whether a person may see the service."""

    LISTED = "listed"
    HELD = "held"
    UNREACHABLE = "unreachable"  # not held, but no contact that may be used
    ENDED = "ended"


class Reach(StrEnum):
    """The nearest help listed for a place."""

    LOCAL = "local"
    NATIONAL = "national"
    WORLDWIDE = "worldwide"
    NONE = "none"


@record
class Group:
    """People whose help is counted, and the signs in a service that it is made for them. One sign is enough.

    A service is made for a group when it serves or admits only its `people`, helps with one of its own `needs`
    (an immigration lawyer is there for immigrants), costs what it can pay, speaks a language besides those of
    `languages_besides`, or stands in a country other than `outside`.
    """

    code: str
    forgotten: bool = False  # in the table "Those the headlines forget": the minimum must hold for them
    people: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    cost: frozenset[Cost] = frozenset()
    languages_besides: frozenset[str] = frozenset()
    outside: str | None = None


@record
class Axes:
    """What is compared with what, in the order of the tables. `states`: the regions that have a tile."""

    needs: tuple[str, ...]
    groups: tuple[Group, ...]
    states: tuple[Spot, ...]


@record
class Selection:
    """A part of the directory. Invariant: a region comes with its country."""

    need: str | None = None
    group: str | None = None
    country: str | None = None
    region: str | None = None


@record
class Entry:
    """One service as it counts. `hold` is the reason why it is never shown."""

    id: str
    name: str
    organization: str
    organization_id: str
    status: Status
    hold: str | None
    needs: frozenset[str]
    groups: frozenset[str]
    area: Area
    freshness: Freshness


@record
class Coverage:
    """The services of a selection. `entries` are narrowed by need and place; the group decides in `listed`."""

    today: date
    axes: Axes
    selection: Selection
    entries: tuple[Entry, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """The needs that are looked at."""
        return (self.selection.need,) if self.selection.need else self.axes.needs

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that are looked at."""
        wanted = self.selection.group
        return tuple(g for g in self.axes.groups if wanted in (None, g.code))

    @property
    def selected(self) -> tuple[Entry, ...]:
        """Every service of the selection, also those nobody is shown."""
        wanted = self.selection.group
        return tuple(e for e in self.entries if wanted is None or wanted in e.groups)

    @property
    def listed(self) -> tuple[Entry, ...]:
        """What a person of the selected group may be shown as made for them."""
        return tuple(e for e in self.selected if e.status is Status.LISTED)

    @property
    def listed_for_anyone(self) -> tuple[Entry, ...]:
        """What a person may be shown, whomever it is made for."""
        return tuple(e for e in self.entries if e.status is Status.LISTED)


def survey(
    services: Iterable[ListedService], axes: Axes, today: date, selection: Selection | None = None
) -> Coverage:
    """How the services cover the axes on `today`. Claims that have worn off do not count."""
    chosen = selection or Selection()
    entries = (_entry(one, axes.groups, today) for one in services)
    return Coverage(
        today=today,
        axes=axes,
        selection=chosen,
        entries=tuple(sorted((e for e in entries if _is_in(e, chosen)), key=lambda e: e.id)),
    )


def _entry(one: ListedService, groups: tuple[Group, ...], today: date) -> Entry:
    service = believed(one, today).service
    needs = _needs_of(service)
    return Entry(
        id=one.id,
        name=service.name,
        organization=one.organization,
        organization_id=one.organization_id,
        status=_status(service, today),
        hold=service.hold,
        needs=needs,
        groups=frozenset(g.code for g in groups if is_made_for(service, needs, g)),
        area=service.area,
        freshness=standing(service, "number", today).freshness,
    )


def _needs_of(service: Service) -> frozenset[str]:
    """Its needs, and the group's own need where it serves the group: as the bot would find it."""
    served = frozenset(need for need, people in GROUP_NEEDS.items() if people & set(service.serves))
    return served.union(service.needs)


def _status(service: Service, today: date) -> Status:
    if service.hold:
        return Status.HELD
    if not service.is_listed:
        return Status.UNREACHABLE
    return Status.ENDED if has_ended(service, today) else Status.LISTED


def is_made_for(service: Service, needs: frozenset[str], group: Group) -> bool:
    """Whether one sign says that the service is made for the group."""
    return bool(
        group.people & {*service.serves, *service.only}
        or group.needs & needs
        or service.cost in group.cost
        or (group.outside and service.area.country != group.outside)
        or (group.languages_besides and _speaks_more(service, group.languages_besides))
    )


def _speaks_more(service: Service, besides: frozenset[str]) -> bool:
    spoken = {*service.languages, *(code for c in service.open_contacts for code in c.languages)}
    return service.interpreters is Verdict.YES or any(code.split("-")[0] not in besides for code in spoken)


def _is_in(entry: Entry, selection: Selection) -> bool:
    if selection.need and selection.need not in entry.needs:
        return False
    if selection.country is None:
        return True
    if selection.region is None:
        return entry.area.country in (selection.country, *_wider_than(selection.country))
    return (
        nearness(entry.area, Place(country=selection.country, region=selection.region), home=None) is not None
    )


# -- where --------------------------------------------------------------------------------------------------


@record
class Tally:
    """How many services stand where, by need.

    `local` counts those of a place, `whole` those of them that serve all of it and not one town, `wide` those
    for a whole country, the European Union or the world, by its code.
    """

    local: Mapping[tuple[Spot, str], int]
    whole: Mapping[tuple[Spot, str], int]
    wide: Mapping[tuple[str, str], int]


@record
class Here:
    """What is listed for one place. `national` and `worldwide` come from outside it and serve it too."""

    local: int
    whole: int
    national: int
    worldwide: int

    @property
    def reach(self) -> Reach:
        """The nearest help there is."""
        if self.local:
            return Reach.LOCAL
        if self.national:
            return Reach.NATIONAL
        return Reach.WORLDWIDE if self.worldwide else Reach.NONE


@record
class Desert:
    """A place without local help of one kind, and how far away the nearest is."""

    need: str
    spot: Spot
    reach: Reach


def tally(entries: Iterable[Entry]) -> Tally:
    """Count the entries by place and need."""
    local: Counter[tuple[Spot, str]] = Counter()
    whole: Counter[tuple[Spot, str]] = Counter()
    wide: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        needs = (ANY_NEED, *entry.needs)
        local.update((spot, need) for spot in spots_of(entry.area) for need in needs)
        whole.update((spot, need) for spot in wholly_served(entry.area) for need in needs)
        if not is_narrowed(entry.area):
            wide.update((entry.area.country, need) for need in needs)
    return Tally(local=local, whole=whole, wide=wide)


def here(counts: Tally, spot: Spot, need: str = ANY_NEED) -> Here:
    """What is listed for one place."""
    country, region = spot
    return Here(
        local=counts.local.get((spot, need), 0),
        whole=counts.whole.get((spot, need), 0),
        national=counts.wide.get((country, need), 0) if region else 0,
        worldwide=sum(counts.wide.get((code, need), 0) for code in _wider_than(country)),
    )


def deserts(coverage: Coverage) -> tuple[Desert, ...]:
    """Every place of the selection without local help, need by need."""
    counts = tally(coverage.listed)
    return tuple(
        Desert(need=need, spot=spot, reach=reach)
        for need in coverage.needs
        for spot in spots(coverage)
        if (reach := here(counts, spot, need).reach) is not Reach.LOCAL
    )


def spots(coverage: Coverage) -> tuple[Spot, ...]:
    """The places that are looked at: the region asked for, the states of a country that has tiles, or countries."""
    chosen = coverage.selection
    if chosen.country and chosen.region:
        return ((chosen.country, chosen.region),)
    states = tuple(s for s in coverage.axes.states if chosen.country in (None, s[0]))
    if chosen.country:
        return states or ((chosen.country, None),)
    return (*states, *((code, None) for code in countries(coverage.listed_for_anyone)))


def countries(entries: Iterable[Entry]) -> tuple[str, ...]:
    """The countries with help of their own."""
    return tuple(sorted({e.area.country for e in entries} - {WORLDWIDE, EUROPEAN_UNION}))


def is_narrowed(area: Area) -> bool:
    """Whether it serves less than a whole country."""
    return bool(area.regions or _is_narrowed_in_region(area))


def _is_narrowed_in_region(area: Area) -> bool:
    return bool(area.counties or area.cities or area.lands)


def spots_of(area: Area) -> Iterator[Spot]:
    """The country and the regions where a service is help of the place's own."""
    if area.country not in (WORLDWIDE, EUROPEAN_UNION):
        yield (area.country, None)
        yield from ((area.country, region) for region in dict.fromkeys(area.regions))


def wholly_served(area: Area) -> Iterator[Spot]:
    """Those of them that it serves all of."""
    if not _is_narrowed_in_region(area):
        yield from (spot for spot in spots_of(area) if bool(spot[1]) == bool(area.regions))


def _wider_than(country: str) -> tuple[str, ...]:
    return (WORLDWIDE, EUROPEAN_UNION) if country in MEMBER_STATES else (WORLDWIDE,)


# -- for whom -----------------------------------------------------------------------------------------------


@record
class Found:
    """How many listed services for one need are made for a group, and how many there are for anyone."""

    group: str
    need: str
    listed: int
    for_anyone: int


def made_for(coverage: Coverage, group: str | None, need: str) -> int:
    """How many listed services help with a need and are made for a group. No group: made for anyone at all."""
    return sum(
        need in (ANY_NEED, *e.needs) and group in (None, *e.groups) for e in coverage.listed_for_anyone
    )


def minimum(coverage: Coverage) -> tuple[Found, ...]:
    """Y8: every group the headlines forget has a listed entry for each need of MINIMUM, or it is a gap.

    An entry counts for a group when the service is made for it (see Group): it says that it serves or admits
    only this group, or the help itself is the group's own, like `native`, `lgbtqia`, `military`, `prison`,
    `immigration` for migrants or `workplace` for workers. A general crisis line does not count for soldiers:
    everyone may call it, but nobody there was prepared for them. How much there is for anyone is told beside it.
    A group or a need that was asked for by name is looked at even where it is outside the minimum.
    """
    groups = [g for g in coverage.groups if g.forgotten or coverage.selection.group]
    needs = (coverage.selection.need,) if coverage.selection.need else MINIMUM
    return tuple(
        Found(
            group=group.code,
            need=need,
            listed=made_for(coverage, group.code, need),
            for_anyone=made_for(coverage, None, need),
        )
        for group in groups
        for need in needs
    )


def gaps(coverage: Coverage) -> tuple[Found, ...]:
    """Where the minimum fails."""
    return tuple(found for found in minimum(coverage) if not found.listed)


def freshness_of(entries: Iterable[Entry]) -> dict[Freshness, int]:
    """How many can be reached by a number that a person confirmed, that has worn off, that nobody ever dialled."""
    counted = Counter(e.freshness for e in entries)
    return {kind: counted[kind] for kind in (Freshness.CONFIRMED, Freshness.NEVER, Freshness.EXPIRED)}
