"""From a profile to the places shown, with the reasons and cautions of each."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bot.matching.admission import can_be_reached_without_calling, is_for, refused_by
from bot.matching.area import Nearness, nearness
from bot.matching.directory import Directory
from bot.matching.freshness import believed, has_ended, is_confirmed
from bot.matching.opening import any_open
from bot.matching.rank import (
    ALSO_SERVES,
    MIGRATION,
    Key,
    belongs_to_same_institution,
    is_police,
    key_of,
    named_languages,
    served_groups,
    serves_of,
    speaks,
    speaks_itself,
    wants_no_calls,
)
from bot.model.directory import Cost, Kind, ListedService, RunBy, Service
from bot.model.match import Because, Beware, Caution, Found, Match, Reason
from bot.model.place import Place
from bot.model.profile import Profile
from bot.model.verdict import Verdict

MOST_MATCHES = 30
FIRST_SCREEN = 3
FALLBACK_NEEDS = ("crisis", "sexual_assault_support")

NEAR: Mapping[Nearness, Because] = {
    Nearness.LAND: Because.SERVES_LAND,
    Nearness.CITY: Because.SERVES_CITY,
    Nearness.COUNTY: Because.SERVES_COUNTY,
    Nearness.REGION: Because.SERVES_REGION,
    Nearness.COUNTRY: Because.SERVES_COUNTRY,
    Nearness.UNION: Because.SERVES_COUNTRY,
    Nearness.WORLD: Because.SERVES_WORLD,
}


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

    When the person's refusals left nothing, says which ones did.
    """
    admitted, refused = _admit(_candidates(profile, directory, home), profile, now, home)
    ranked = [Ranked(listed, near, key) for key, listed, near in sorted(admitted, key=lambda row: row[0])]
    ordered = _one_place_for_each_need(_spread(ranked), profile)[:MOST_MATCHES]
    begin = first if first < len(ordered) else 0
    part = enumerate(ordered[begin : begin + count], begin)
    return Found(
        matches=tuple(_match(r, profile, now, at) for at, r in part),
        total=len(ordered),
        emptied_by=() if ordered else tuple(dict.fromkeys(refused)),
    )


class Ranked:
    """A service with how near it is and where it stands."""

    __slots__ = ("key", "listed", "near")

    def __init__(self, listed: ListedService, near: Nearness, key: Key) -> None:
        self.listed = listed
        self.near = near
        self.key = key


def _candidates(profile: Profile, directory: Directory, home: str | None) -> Iterable[ListedService]:
    """Services that help with at least one of the needs; without a need, those anyone may start with."""
    found = (
        listed
        for need in profile.needs or FALLBACK_NEEDS
        for listed in directory.that_may_serve(need, profile.place, home)
        if profile.needs or not is_police(listed.service)
    )
    return {listed.id: listed for listed in found}.values()


def _admit(
    candidates: Iterable[ListedService], profile: Profile, now: datetime, home: str | None
) -> tuple[list[tuple[Key, ListedService, Nearness]], list[str]]:
    admitted: list[tuple[Key, ListedService, Nearness]] = []
    refused: list[str] = []
    for known in candidates:
        listed = believed(known, now.date())
        near = nearness(listed.service.area, profile.place, home)
        if near is None or not is_for(listed.service, profile) or has_ended(listed.service, now.date()):
            continue
        refusal = refused_by(listed.service, profile) or _wished_away(listed.service, profile, now)
        if refusal:
            refused.append(refusal)
            continue
        admitted.append((key_of(listed, near, profile, _zone(profile.place), now), listed, near))
    return admitted, refused


def _zone(place: Place | None) -> str | None:
    return place.timezone if place else None


def _wished_away(service: Service, profile: Profile, now: datetime) -> str | None:
    """Ways to narrow: known not to fit is left out, unknown stays."""
    if profile.wishes.free and service.cost is Cost.PAID:
        return "cost"
    if profile.wishes.by_text and not can_be_reached_without_calling(service):
        return "phone_calls"
    if profile.wishes.open_now and any_open(service.open_contacts, _zone(profile.place), now) is Verdict.NO:
        return "open_now"
    return None


def _spread(ranked: list[Ranked]) -> list[Ranked]:
    """Never two services of one organization on the first screen while others wait."""
    first: list[Ranked] = []
    later: list[Ranked] = []
    seen: set[str] = set()
    for one in ranked:
        (later if one.listed.organization_id in seen else first).append(one)
        seen.add(one.listed.organization_id)
    return first + later


def _one_place_for_each_need(ranked: list[Ranked], profile: Profile) -> list[Ranked]:
    """Where no single place covers all needs, the first screen covers as many as it can."""
    if len(profile.needs) < 2 or not ranked:
        return ranked
    chosen = [ranked[0]]
    left = set(profile.needs) - set(ranked[0].listed.service.needs)
    while left and len(chosen) < FIRST_SCREEN:
        helper = next((r for r in ranked if r not in chosen and left & set(r.listed.service.needs)), None)
        if helper is None:
            break
        chosen.append(helper)
        left -= set(helper.listed.service.needs)
    return chosen + [r for r in ranked if r not in chosen]


def _match(ranked: Ranked, profile: Profile, now: datetime, at: int) -> Match:
    return Match(
        listed=ranked.listed,
        score=round(1 / (1 + at), 4),
        reasons=tuple(_reasons(ranked, profile, now)),
        cautions=cautions_of(ranked.listed.service, profile, now),
    )


def _reasons(ranked: Ranked, profile: Profile, now: datetime) -> Iterator[Reason]:
    service = ranked.listed.service
    for need in profile.needs:
        if need in service.needs:
            yield Reason(because=Because.HELPS_WITH, about=need)
    for group in sorted(served_groups(service, profile)):
        named = group if group in serves_of(service) else min(ALSO_SERVES[group])
        because = Because.STATUS_SAFE if named == "undocumented" else Because.MADE_FOR
        yield Reason(because=because, about=named)
    if (
        profile.contexts
        and not belongs_to_same_institution(service, profile)
        and set(profile.contexts) & set(service.contexts)
    ):
        yield Reason(because=Because.OUTSIDE)
    if service.kind is Kind.UNION_WORKER_CENTER:
        yield Reason(because=Because.COLLECTIVE)
    yield from _where(ranked, profile)
    if profile.language in named_languages(service):
        yield Reason(because=Because.SPEAKS, about=profile.language)
    elif service.interpreters is Verdict.YES and not speaks_itself(service, profile.language):
        yield Reason(because=Because.INTERPRETS)
    if wants_no_calls(profile) and can_be_reached_without_calling(service):
        yield Reason(because=Because.REACH_WITHOUT_SPEAKING)
    if service.cost is Cost.FREE:
        yield Reason(because=Because.FREE)
    if any_open(service.open_contacts, _zone(profile.place), now) is Verdict.YES:
        yield Reason(because=Because.OPEN_NOW)


def _where(ranked: Ranked, profile: Profile) -> Iterator[Reason]:
    area = ranked.listed.service.area
    if ranked.near is Nearness.ELSEWHERE_IN_REGION:
        about = ", ".join(area.cities or area.counties or area.lands)
        yield Reason(because=Because.SERVES_CITY, about=about)
        return
    place = profile.place
    about = {
        Nearness.LAND: (place.land if place else None) or "",
        Nearness.CITY: (place.city if place else None) or "",
        Nearness.COUNTY: (place.county if place else None) or "",
        Nearness.REGION: f"{area.country}-{place.region}" if place and place.region else area.country,
        Nearness.COUNTRY: area.country,
        Nearness.UNION: area.country,
        Nearness.WORLD: "",
    }[ranked.near]
    yield Reason(because=NEAR[ranked.near], about=about)


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
    if MIGRATION & set(profile.people) or "immigration" in profile.needs:
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
