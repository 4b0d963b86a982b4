"""What to check next, and why: every service with something nobody has confirmed, most needed first. Pure.

A wrong number hurts most where somebody calls on the worst day, so those lines are asked first; then the places
for people whom others forget; then the only place there is.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple

from bot.matching.freshness import (
    ADDRESS_DAYS,
    CLAIMS,
    CRISIS_KINDS,
    Freshness,
    Standing,
    has_ended,
    holds_days,
    standing,
)
from bot.matching.shelf import GROUP_NEEDS, NARROW_KINDS, serves_of
from bot.model.directory import EUROPEAN_UNION, WORLDWIDE, Area, Contact, Kind, ListedService, Service
from bot.model.record import record
from bot.model.verdict import Verdict

SOON_DAYS = 14  # a claim that runs out within these days is asked with the rest
ENDS_SOON_DAYS = 30  # long enough to tell people before a service stops

ALWAYS_ASKED = frozenset(
    {"number", "asks_status", "asks_id", "must_report", "shares_with", "confidential", "cost", "languages"}
)
GROUPS_FIRST = frozenset(
    [
        "undocumented",
        "native",
        "in_custody",
        "military",
        "lgbtqia",
        "trans",
        "farmworker",
        "domestic_worker",
        "worker",
        "low_income",
    ]
)
ANSWERS_A_CRISIS = frozenset({"crisis", "sexual_assault_support"})
NOT_A_NEED = "directory"  # pointing onward: nobody lacks a second list


class Role(IntEnum):
    """What a service is to somebody in need; the smaller is checked first."""

    FIRST_CALL = 0  # a line for the worst day, or one for the whole country
    REFUGE = 1  # other places that take people in or answer day and night
    HELP = 2
    POINTER = 3  # a coalition's office or a list


class Urgency(IntEnum):
    """How much is open; the smaller is checked first."""

    UNREACHED = 0  # nobody can be sure who answers
    OPEN = (
        1  # somebody answers; something else was never asked or has run out, or the service is about to stop
    )
    SOON = 2
    ASIDE = 3  # all is confirmed, and only a hold waits to be settled


class Because(StrEnum):
    """Why a service is due."""

    REPORTED = "reported"
    NEVER_REACHED = "never_reached"
    RAN_OUT = "ran_out"
    NEVER_ASKED = "never_asked"
    SOON = "soon"
    ENDS = "ends"
    ENDED = "ended"
    HELD = "held"
    CONTACT_HELD = "contact_held"
    ONLY_ONE = "only_one"


@record
class Why:
    """A reason; `about` is what it is about: a count, an ISO date, somebody's words or a need's code."""

    because: Because
    about: str = ""


@record
class ToCheck:
    """One claim to ask about. `standing.until` is the last day it holds or held; None: never confirmed."""

    claim: str
    standing: Standing
    holds_days: int

    @property
    def still_holds(self) -> bool:
        """It runs out soon; nothing is wrong yet."""
        return self.standing.freshness is Freshness.CONFIRMED


class Key(NamedTuple):
    """Smaller comes first, field by field."""

    reports: int  # minus the problem reports: somebody met a wrong answer already
    urgency: Urgency
    role: Role
    was_reached: bool
    for_anyone: bool  # made for those the project exists for comes before
    one_of_several: bool  # the only place for a need in its state comes before
    shortest_days: int
    is_shown: bool  # among equals: help on hold reaches nobody until somebody asks
    since: int  # the day the first claim ran out; 0: never confirmed
    id: str


@record
class Due:
    """A service to check: what to ask, and why now."""

    listed: ListedService
    claims: tuple[ToCheck, ...]
    held_contacts: tuple[Contact, ...]
    ends_on: date | None  # within ENDS_SOON_DAYS, or over
    reports: int
    only_for: tuple[str, ...]  # needs nobody else helps with where it is
    today: date

    @property
    def id(self) -> str:
        """The service's id."""
        return self.listed.id

    @property
    def service(self) -> Service:
        """The service itself."""
        return self.listed.service

    @property
    def is_due(self) -> bool:
        """There is something to find out. A service that is entirely fresh is not due."""
        return bool(
            self.claims or self.service.hold or self.held_contacts or self.ends_on or self.reports > 0
        )

    @property
    def key(self) -> Key:
        """Where it stands in the list."""
        return Key(
            reports=-self.reports,
            urgency=_urgency(self),
            role=_role(self.service),
            was_reached=standing(self.service, "number", self.today).freshness is not Freshness.NEVER,
            for_anyone=not _is_for_the_forgotten(self.service),
            one_of_several=not self.only_for,
            shortest_days=min((c.holds_days for c in self.claims), default=ADDRESS_DAYS),
            is_shown=self.service.is_listed,
            since=min((_ran_out(c) for c in self.claims), default=self.today.toordinal()),
            id=self.id,
        )

    @property
    def reasons(self) -> tuple[Why, ...]:
        """Why it is due, what matters most first."""
        return tuple(_reasons(self))


def due(services: Iterable[ListedService], today: date, reports: Mapping[str, int]) -> tuple[Due, ...]:
    """The services with something to check on `today`, most needed first.

    `reports`: service id -> number of open problem reports. The order of `services` does not matter.
    """
    everything = tuple(services)
    helpers = _helpers(everything, today)
    seen = (
        look_at(one, today, reports=reports.get(one.id, 0), only_for=_only_for(one, helpers))
        for one in everything
    )
    return tuple(sorted((d for d in seen if d.is_due), key=lambda d: d.key))


def look_at(
    listed: ListedService,
    today: date,
    *,
    reports: int = 0,
    only_for: tuple[str, ...] = (),
    everything: bool = False,
) -> Due:
    """One service with what is to be checked. `everything`: what still holds, too."""
    return Due(
        listed=listed,
        claims=_to_check(listed.service, today, everything),
        held_contacts=tuple(c for c in listed.service.contacts if c.hold),
        ends_on=_ending(listed.service, today),
        reports=reports,
        only_for=only_for,
        today=today,
    )


def claims_of(service: Service) -> tuple[str, ...]:
    """The claims of a service that are worth a question: those it makes, and those somebody's safety hangs on."""
    asked = {*ALWAYS_ASKED, *_made(service)}
    return tuple(c for c in CLAIMS if c in asked)


def _made(service: Service) -> Iterator[str]:
    """Claims that only some services make."""
    if any(c.hours for c in service.open_contacts):
        yield "hours"
    if service.address and service.location != "confidential":
        yield "address"
    for claim in ("anonymous", "interpreters"):
        if getattr(service, claim) is not Verdict.UNKNOWN:
            yield claim


def _to_check(service: Service, today: date, everything: bool) -> tuple[ToCheck, ...]:
    """What is open first, then what holds the shortest."""
    claims = (
        ToCheck(claim=c, standing=standing(service, c, today), holds_days=holds_days(service, c))
        for c in claims_of(service)
    )
    open_ones = (c for c in claims if everything or not _holds_long(c.standing, today))
    return tuple(sorted(open_ones, key=lambda c: (c.still_holds, c.holds_days)))


def _holds_long(known: Standing, today: date) -> bool:
    return known.until is not None and known.until > today + timedelta(days=SOON_DAYS)


def _ending(service: Service, today: date) -> date | None:
    """The last day, if it is near or over."""
    if service.ends_on is None:
        return None
    last = date.fromisoformat(service.ends_on)
    return last if last <= today + timedelta(days=ENDS_SOON_DAYS) else None


# -- the order ----------------------------------------------------------------------------------------------


def _urgency(seen: Due) -> Urgency:
    open_claims = {c.claim for c in seen.claims if not c.still_holds}
    if "number" in open_claims:
        return Urgency.UNREACHED
    if open_claims or seen.ends_on or seen.reports:
        return Urgency.OPEN
    return Urgency.SOON if seen.claims else Urgency.ASIDE


def _role(service: Service) -> Role:
    if service.kind in NARROW_KINDS:
        return Role.POINTER
    if service.kind in (Kind.HOTLINE, Kind.CRISIS_CENTER) and ANSWERS_A_CRISIS & set(service.needs):
        return Role.FIRST_CALL
    if service.kind is Kind.HOTLINE and _is_whole(service.area):
        return Role.FIRST_CALL
    return Role.REFUGE if service.kind in CRISIS_KINDS else Role.HELP


def _is_for_the_forgotten(service: Service) -> bool:
    return bool(GROUPS_FIRST & serves_of(service) or GROUP_NEEDS.keys() & set(service.needs))


def _is_whole(area: Area) -> bool:
    return not (area.regions or area.counties or area.cities or area.lands)


def _ran_out(claim: ToCheck) -> int:
    return claim.standing.until.toordinal() if claim.standing.until else 0


# -- the only place for a need ------------------------------------------------------------------------------

Helpers = Mapping[
    tuple[str, str | None, str], frozenset[str]
]  # country, region or None, need -> organizations


def _helpers(services: Iterable[ListedService], today: date) -> Helpers:
    """Who can be shown for a need, in a state and in its country."""
    found: dict[tuple[str, str | None, str], set[str]] = {}
    for one in services:
        if not one.service.is_listed or has_ended(one.service, today):
            continue
        area = one.service.area
        for region in (None, *area.regions):
            for need in one.service.needs:
                found.setdefault((area.country, region, need), set()).add(one.organization_id)
    return {place: frozenset(organizations) for place, organizations in found.items()}


def _only_for(one: ListedService, helpers: Helpers) -> tuple[str, ...]:
    """The needs for which nobody else stands in one of its states; without a state, in its country."""
    area = one.service.area
    if area.country in (WORLDWIDE, EUROPEAN_UNION):
        return ()
    itself = {one.organization_id}
    return tuple(
        need
        for need in one.service.needs
        if need != NOT_A_NEED
        and any(
            helpers.get((area.country, region, need), frozenset()) <= itself
            for region in area.regions or (None,)
        )
    )


# -- why ----------------------------------------------------------------------------------------------------


def _reasons(seen: Due) -> Iterator[Why]:
    if seen.reports > 0:
        yield Why(because=Because.REPORTED, about=str(seen.reports))
    if seen.service.hold:
        yield Why(because=Because.HELD, about=seen.service.hold)
    yield from _about_claims(seen)
    if seen.ends_on:
        over = seen.ends_on < seen.today
        yield Why(because=Because.ENDED if over else Because.ENDS, about=seen.ends_on.isoformat())
    for contact in seen.held_contacts:
        yield Why(because=Because.CONTACT_HELD, about=contact.hold or "")
    for need in seen.only_for:
        yield Why(because=Because.ONLY_ONE, about=need)


def _about_claims(seen: Due) -> Iterator[Why]:
    never = {c.claim for c in seen.claims if c.standing.freshness is Freshness.NEVER}
    ran_out = [c.standing.until for c in seen.claims if c.standing.freshness is Freshness.EXPIRED]
    soon = [c.standing.until for c in seen.claims if c.still_holds]
    if "number" in never:
        yield Why(because=Because.NEVER_REACHED)
    elif never:
        yield Why(because=Because.NEVER_ASKED)
    if ran_out:
        yield Why(because=Because.RAN_OUT, about=str(min(filter(None, ran_out))))
    if soon:
        yield Why(because=Because.SOON, about=str(min(filter(None, soon))))
