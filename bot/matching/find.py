"""From a profile to the places shown, with the reasons and cautions of each."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain, islice

from bot.matching.admission import can_be_reached_without_calling, limits_that_admit
from bot.matching.area import Nearness, nearness
from bot.matching.directory import Directory
from bot.matching.freshness import is_confirmed
from bot.matching.opening import any_open
from bot.matching.rank import (
    ALSO_SERVES,
    AT_WORK,
    INSTITUTION_OF,
    Parting,
    Step,
    belongs_to_same_institution,
    best_of,
    doing,
    fears_for_status,
    helping_with,
    in_order,
    served_groups,
    steps_for,
    understanding,
    wants_no_calls,
)
from bot.matching.reach import how_near
from bot.matching.shelf import Fact, View, members, serves_of, speaks, speaks_itself, union
from bot.model.directory import Area, Cost, Kind, ListedService, RunBy, Service
from bot.model.match import Because, Beware, Caution, Found, Match, Reason
from bot.model.place import Place
from bot.model.profile import Profile
from bot.model.record import record
from bot.model.verdict import Verdict

MOST_MATCHES = 30
FIRST_SCREEN = 3
FALLBACK_NEEDS = ("crisis", "sexual_assault_support")
LAST_RESORT = ("crisis", "sexual_assault_support", "domestic_violence", "directory")
# Whoever asks for these may need somebody who answers at any hour, however good the help next door is.
AT_ANY_HOUR = frozenset({"crisis", "sexual_assault_support", "domestic_violence"})

NEAR: Mapping[Nearness, Because] = {
    Nearness.LAND: Because.SERVES_LAND,
    Nearness.CITY: Because.SERVES_CITY,
    Nearness.COUNTY: Because.SERVES_COUNTY,
    Nearness.REGION: Because.SERVES_REGION,
    Nearness.COUNTRY: Because.SERVES_COUNTRY,
    Nearness.UNION: Because.SERVES_COUNTRY,
    Nearness.WORLD: Because.SERVES_WORLD,
}
LOCAL = (Nearness.LAND, Nearness.CITY, Nearness.COUNTY, Nearness.REGION)


@record
class Asked:
    """One question put to the directory: who may be shown, in which order, and who was turned away by what."""

    view: View
    near: Mapping[Nearness, int]
    steps: list[Parting]
    admitted: int
    turned_away: Mapping[str, int]  # a refusal or a wish -> whom it excludes of those that help here
    not_for_them: int  # of those that help here: for other people only
    instead: bool  # nobody helps with these needs here; who may be shown are for anyone to start with
    timezone: str | None
    now: datetime

    def best_of(self, among: int) -> int | None:
        """The best of a set that may be shown."""
        return best_of(among & self.admitted, self.steps, self.view, self.timezone, self.now)

    def best(self, among: int) -> Iterator[int]:
        """Those of a set that may be shown, best first."""
        return in_order(among & self.admitted, self.steps, self.view, self.timezone, self.now)


def find_matches(
    profile: Profile,
    directory: Directory,
    now: datetime,
    home: str | None = None,
    *,
    first: int = 0,
    count: int = MOST_MATCHES,
) -> Found:
    """Matches `first` to `first + count`, best first; past the end, from the beginning again.

    When the person's refusals left nothing, says which ones did. Where fewer than a screen are known for these needs,
    the lines and lists anyone may start with fill it.
    """
    asked = ask_directory(profile, directory, now, home)
    total = min(asked.admitted.bit_count(), MOST_MATCHES)
    begin = first if first < total else 0
    page = shown_order(asked, profile, min(begin + count, total))[begin:]
    return Found(
        matches=tuple(_match(asked, service, profile, home, at) for at, service in enumerate(page, begin)),
        total=total,
        emptied_by=() if asked.admitted else emptied(asked),
        instead=asked.instead and total > 0,
    )


def ask_directory(profile: Profile, directory: Directory, now: datetime, home: str | None) -> Asked:
    """Whom the directory has for this person."""
    view = directory.view(profile.place, home, now.date())
    near = how_near(view, profile.place, home)
    timezone = _zone(profile.place)
    helping = helping_with(view, profile.needs or FALLBACK_NEEDS)
    for_anyone = helping_with(view, LAST_RESORT) & ~view.having(Fact.POLICE)
    if not profile.needs:
        helping &= ~view.having(Fact.POLICE)
    here = union(near.values()) & (helping | for_anyone)
    limits = view.any_of(Fact.ONLY, limits_that_admit(profile))
    not_for_them = 0 if profile.helping_someone else here & view.having(Fact.LIMITED) & ~limits
    theirs = here & ~not_for_them
    reasons = dict(_turned_away(profile, view, theirs, timezone, now))
    welcome = theirs & ~union(reasons.values())
    admitted = welcome & helping
    turned_away = {reason: away for reason, those in reasons.items() if (away := theirs & helping & those)}
    instead = not admitted and not turned_away
    if admitted.bit_count() < FIRST_SCREEN and (admitted or instead):
        admitted |= welcome
    return Asked(
        view=view,
        near=near,
        steps=[step for step in steps_for(profile, view, near) if _parts(step, admitted)],
        admitted=admitted,
        turned_away=turned_away,
        not_for_them=not_for_them & helping,
        instead=instead,
        timezone=timezone,
        now=now,
    )


def _parts(step: Parting, among: int) -> bool:
    """Whether a step tells any of these from the others; most do not."""
    return any(those & among not in (0, among) for those in step.sets)


def _turned_away(
    profile: Profile, view: View, among: int, timezone: str | None, now: datetime
) -> Iterator[tuple[str, int]]:
    """Refusals and wishes with whom they exclude. Known not to fit is left out, unknown stays."""
    yield from ((code, view.having(Fact.REFUSED, code)) for code in profile.refusals)
    if profile.wishes.free:
        yield "cost", view.having(Fact.PAID)
    if profile.wishes.by_text:
        yield "phone_calls", view.all & ~view.having(Fact.WITHOUT_CALLING)
    if profile.wishes.open_now:
        yield "open_now", closed_now(view, among & view.having(Fact.HOURS_KNOWN), timezone, now)


def closed_now(view: View, among: int, timezone: str | None, now: datetime) -> int:
    """Those of a set that nobody answers now, as far as their hours are known."""
    return union(
        1 << at
        for at in members(among)
        if any_open(view.service(at).service.open_contacts, timezone, now) is Verdict.NO
    )


def emptied(asked: Asked) -> tuple[tuple[str, ...], ...]:
    """The refusals and wishes that can be taken away to see somebody: each that hides somebody alone; where only
    several together do, all of them."""
    alone = tuple(
        (reason,)
        for reason, those in asked.turned_away.items()
        if those & ~union(other for name, other in asked.turned_away.items() if name != reason)
    )
    return alone or ((tuple(asked.turned_away),) if asked.turned_away else ())


def _zone(place: Place | None) -> str | None:
    return place.timezone if place else None


# -- screens ------------------------------------------------------------------------------------------------

# What a place must not fall behind in, to be put on the first screen for what it adds.
NEVER_FOR_BALANCE = frozenset(
    {
        Step.INSTITUTION,
        Step.TELLS,
        Step.LIMITS,
        Step.WAY_OF_CONTACT,
        Step.ANOTHER_TOWN,
        Step.SAFETY,
        Step.OTHERS_GROUP,
        Step.FINDER,
        Step.POLICE,
    }
)


def shown_order(asked: Asked, profile: Profile, count: int) -> list[int]:
    """The first `count` of those who may be shown, in the order they are shown in."""
    return list(islice(_one_screen_after_another(asked, profile), count))


def _one_screen_after_another(asked: Asked, profile: Profile) -> Iterator[int]:
    """All who may be shown, by threes; never two of one organization on a screen while others wait."""
    first = _first_screen(asked, profile)
    yield from first
    waiting = (at for at in asked.best(asked.view.all) if at not in first)
    held: list[int] = []
    while screen := _of_different_organizations(held, waiting, asked.view):
        yield from screen
    yield from held


def _of_different_organizations(held: list[int], waiting: Iterator[int], view: View) -> list[int]:
    """Up to a screen of them. Who must wait for the next one is put into `held`."""
    chosen: list[int] = []
    organizations: set[str] = set()
    later: list[int] = []
    for at in chain(tuple(held), waiting):
        organization = view.service(at).organization_id
        fits = len(chosen) < FIRST_SCREEN and organization not in organizations
        (chosen if fits else later).append(at)
        organizations.add(organization)
        if len(chosen) == FIRST_SCREEN and len(later) + FIRST_SCREEN >= len(held):
            break
    held[:] = later
    return chosen


def _first_screen(asked: Asked, profile: Profile) -> list[int]:
    """The best, then what it lacks: the other needs, help together beside help alone, somebody near, somebody who
    answers at any hour; then the next best."""
    everybody = asked.view.all
    chosen: list[int] = []
    _add(chosen, everybody, asked)
    for need in profile.needs[1:] if chosen else ():
        _add_if_lacking(chosen, doing(asked.view, need), asked)
    for_needs = tuple(chosen)
    if 0 < len(chosen) < FIRST_SCREEN:
        no_worse = _no_worse(chosen[0], asked)
        for wanted in _for_balance(asked, profile):
            _add_if_lacking(chosen, wanted & no_worse, asked)
    everyone = asked.best(everybody)
    while 0 < len(chosen) < FIRST_SCREEN and _add_next(chosen, everyone, asked):
        pass
    return [*for_needs, *asked.best(union(1 << at for at in chosen if at not in for_needs))]


def _add_if_lacking(chosen: list[int], wanted: int, asked: Asked) -> None:
    if len(chosen) < FIRST_SCREEN and not any(wanted >> at & 1 for at in chosen):
        _add(chosen, wanted, asked)


def _add(chosen: list[int], wanted: int, asked: Asked) -> bool:
    best = asked.best_of(wanted)
    if best is None:
        return False
    if chosen and asked.view.service(best).organization_id in _organizations(chosen, asked.view):
        return _add_next(chosen, asked.best(wanted), asked)
    chosen.append(best)
    return True


def _organizations(services: Iterable[int], view: View) -> set[str]:
    return {view.service(at).organization_id for at in services}


def _add_next(chosen: list[int], candidates: Iterator[int], asked: Asked) -> bool:
    taken = _organizations(chosen, asked.view)
    free = (at for at in candidates if asked.view.service(at).organization_id not in taken)
    found = next(free, None)
    if found is not None:
        chosen.append(found)
    return found is not None


def _for_balance(asked: Asked, profile: Profile) -> Iterator[int]:
    """Kinds of help of which one belongs on the first screen."""
    view = asked.view
    yield understanding(profile.language, view)
    if not AT_WORK.isdisjoint(profile.needs) or ("worker" in profile.people and "legal" in profile.needs):
        together = view.having(Fact.KIND, Kind.UNION_WORKER_CENTER.value) | helping_with(
            view, ("organizing",)
        )
        yield together
        yield helping_with(view, ("workplace", "legal")) & ~together
    yield union(asked.near[nearness] for nearness in LOCAL if nearness in asked.near)
    if not profile.needs or not AT_ANY_HOUR.isdisjoint(profile.needs):
        yield view.having(Fact.LINE) & view.having(Fact.ALWAYS_OPEN)
    yield view.having(Fact.FREE)


def _no_worse(best: int, asked: Asked) -> int:
    """Those that stand no worse than the best in what must never be given up for balance."""
    good = asked.view.all
    for step, sets in asked.steps:
        if step in NEVER_FOR_BALANCE:
            as_good = next((at for at, those in enumerate(sets, 1) if those >> best & 1), None)
            good &= union(sets[:as_good]) if as_good else good
    return good


# -- one match ----------------------------------------------------------------------------------------------


def _match(asked: Asked, service: int, profile: Profile, home: str | None, place: int) -> Match:
    listed = asked.view.service(service)
    return Match(
        listed=listed,
        score=round(1 / (1 + place), 4),
        reasons=tuple(_reasons(listed, profile, home, asked.now)),
        cautions=cautions_of(listed.service, profile, asked.now),
    )


def _reasons(listed: ListedService, profile: Profile, home: str | None, now: datetime) -> Iterator[Reason]:
    service = listed.service
    for need in profile.needs:
        if need in service.needs:
            yield Reason(because=Because.HELPS_WITH, about=need)
    for group in sorted(served_groups(service, profile)):
        named = group if group in serves_of(service) else min(ALSO_SERVES[group])
        because = Because.STATUS_SAFE if named == "undocumented" else Because.MADE_FOR
        yield Reason(because=because, about=named)
    blamed = INSTITUTION_OF.keys() & set(profile.contexts)
    if blamed & set(service.contexts) and not belongs_to_same_institution(service, profile):
        yield Reason(because=Because.OUTSIDE)
    if service.kind is Kind.UNION_WORKER_CENTER:
        yield Reason(because=Because.COLLECTIVE)
    yield from _where(service.area, profile.place, home)
    if profile.language in service.named_languages:
        yield Reason(because=Because.SPEAKS, about=profile.language)
    elif service.interpreters is Verdict.YES and not speaks_itself(service, profile.language):
        yield Reason(because=Because.INTERPRETS)
    if wants_no_calls(profile) and can_be_reached_without_calling(service):
        yield Reason(because=Because.REACH_WITHOUT_SPEAKING)
    if service.cost is Cost.FREE:
        yield Reason(because=Because.FREE)
    if any_open(service.open_contacts, _zone(profile.place), now) is Verdict.YES:
        yield Reason(because=Because.OPEN_NOW)


def _where(area: Area, place: Place | None, home: str | None) -> Iterator[Reason]:
    near = nearness(area, place, home)
    if near is None:
        return
    if near is Nearness.ELSEWHERE_IN_REGION:
        about = ", ".join(area.cities or area.counties or area.lands)
        yield Reason(because=Because.SERVES_CITY, about=about)
        return
    about = _name_of(near, area, place) or ""
    yield Reason(because=NEAR[near], about=about)


def _name_of(near: Nearness, area: Area, place: Place | None) -> str | None:
    """What of the place it serves, by name or code."""
    if near in (Nearness.COUNTRY, Nearness.UNION):
        return area.country
    if near is Nearness.REGION:
        return f"{area.country}-{place.region}" if place and place.region else area.country
    if place is None or near is Nearness.WORLD:
        return None
    return {Nearness.LAND: place.land, Nearness.CITY: place.city, Nearness.COUNTY: place.county}[near]


RUN_BY_CAUTION: Mapping[RunBy, Beware] = {
    RunBy.GOVERNMENT: Beware.GOVERNMENT,
    RunBy.POLICE: Beware.POLICE_RUN,
    RunBy.MILITARY: Beware.MILITARY_RUN,
    RunBy.FAITH: Beware.FAITH,
}


def cautions_of(service: Service, profile: Profile, now: datetime) -> tuple[Caution, ...]:
    """What to know before making contact, most important first."""
    return tuple(_cautions(service, profile, now))


def _cautions(service: Service, profile: Profile, now: datetime) -> Iterator[Caution]:
    if belongs_to_same_institution(service, profile):
        yield Caution(beware=Beware.SAME_INSTITUTION, verdict=Verdict.YES)
    if service.run_by in RUN_BY_CAUTION:
        yield Caution(beware=RUN_BY_CAUTION[service.run_by], verdict=Verdict.YES)
    if not is_confirmed(service, now.date()):
        yield Caution(beware=Beware.NOT_CONFIRMED)
    if fears_for_status(profile):
        yield Caution(beware=Beware.ASK_STATUS, verdict=service.asks_status)
    if service.asks_id is Verdict.YES:
        yield Caution(beware=Beware.ASK_ID, verdict=Verdict.YES)
    for who in ("police", "immigration", "employer", "command"):
        if getattr(service.shares_with, who) is Verdict.YES:
            yield Caution(beware=Beware.SHARES, verdict=Verdict.YES, about=who)
    if service.must_report is Verdict.YES:
        yield Caution(beware=Beware.MUST_REPORT, verdict=Verdict.YES)
    if service.cost is not Cost.FREE:
        yield Caution(beware=Beware.COST, verdict=Verdict.UNKNOWN, about=service.cost.value)
    if not speaks(service, profile.language):
        yield Caution(beware=Beware.LANGUAGE, about=profile.language)
    if service.in_person_only is Verdict.YES:
        yield Caution(beware=Beware.IN_PERSON, verdict=Verdict.YES)
