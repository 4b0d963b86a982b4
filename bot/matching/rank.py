"""The order of matches, as one key that reads from the most to the least important."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import NamedTuple

from babel.languages import get_official_languages

from bot.matching.admission import can_be_reached_without_calling
from bot.matching.area import Nearness
from bot.matching.directory import GROUP_NEEDS
from bot.matching.freshness import is_confirmed
from bot.matching.opening import any_open
from bot.model.directory import Cost, Institution, Kind, ListedService, RunBy, Service
from bot.model.profile import Profile
from bot.model.verdict import Verdict

# The institution each context belongs to: its own desk is never first when one of its people did it.
INSTITUTION_OF: Mapping[str, Institution] = {
    "guard": Institution.PRISON,
    "police_officer": Institution.POLICE,
    "soldier": Institution.MILITARY,
    "immigration_officer": Institution.IMMIGRATION,
    "teacher": Institution.SCHOOL,
    "clergy": Institution.CHURCH,
    "boss": Institution.EMPLOYER,
}
RUN_BY_INSTITUTION: Mapping[Institution, frozenset[RunBy]] = {
    Institution.MILITARY: frozenset({RunBy.MILITARY}),
    Institution.POLICE: frozenset({RunBy.POLICE}),
    Institution.SCHOOL: frozenset({RunBy.UNIVERSITY}),
    Institution.CHURCH: frozenset({RunBy.FAITH}),
}
MIGRATION = frozenset({"immigrant", "undocumented", "refugee_asylum"})
ALSO_SERVES: Mapping[str, frozenset[str]] = {
    "undocumented": frozenset({"immigrant"}),
    "refugee_asylum": frozenset({"immigrant"}),
    "trans": frozenset({"lgbtqia"}),
    "veteran": frozenset({"military"}),
    "farmworker": frozenset({"worker"}),
    "domestic_worker": frozenset({"worker"}),
    "teen": frozenset({"child"}),
}
NARROW_KINDS = frozenset({Kind.COALITION, Kind.DIRECTORY})


class Key(NamedTuple):
    """Smaller is better, field by field."""

    same_institution: bool
    needs_missed: int
    main_need_missed: bool
    unreachable: bool  # a person who cannot speak on the phone gets a way that needs no speaking
    too_far: bool  # another town's center comes after everything that serves this place
    unsafe: (
        int  # for someone with a migration story, an office that is known to ask or to belong to the state
    )
    group_missed: int
    group_only_near: int  # "for immigrants" is near, "papers do not matter" is what was needed
    for_another_group: bool
    finder_only: bool  # a coalition's office or a list, where someone who answers is known
    police_uninvited: bool  # a police desk, for someone who did not ask about reporting
    distance: int
    need_not_central: int
    language_missed: bool
    unconfirmed: bool
    not_free: bool
    closed: int
    id: str


def key_of(
    listed: ListedService, near: Nearness, profile: Profile, timezone: str | None, now: datetime
) -> Key:
    """The ranking key of one admitted service."""
    service = listed.service
    missed = [n for n in profile.needs if not _helps_with(service, n)]
    return Key(
        same_institution=belongs_to_same_institution(service, profile),
        needs_missed=len(missed),
        main_need_missed=bool(profile.needs) and profile.needs[0] in missed,
        unreachable=wants_no_calls(profile) and not can_be_reached_without_calling(service),
        too_far=near in (Nearness.ELSEWHERE_IN_REGION,),
        unsafe=_unsafe(service, profile),
        group_missed=len(groups_of(profile)) - len(served_groups(service, profile)),
        group_only_near=sum(g not in serves_of(service) for g in served_groups(service, profile)),
        for_another_group=_is_for_another_group(service, profile),
        finder_only=service.kind in NARROW_KINDS and "directory" not in profile.needs,
        police_uninvited=is_police(service) and "police_report" not in profile.needs,
        distance=int(near),
        need_not_central=_place_of_need(service, profile),
        language_missed=not speaks(service, profile.language),
        unconfirmed=not is_confirmed(service, now.date()),
        not_free=service.cost is not Cost.FREE,
        closed={Verdict.YES: 0, Verdict.UNKNOWN: 1, Verdict.NO: 2}[
            any_open(service.open_contacts, timezone, now)
        ],
        id=listed.id,
    )


def _helps_with(service: Service, need: str) -> bool:
    return need in service.needs or bool(GROUP_NEEDS.get(need, frozenset()) & set(service.serves))


def groups_of(profile: Profile) -> frozenset[str]:
    """The groups a person named: each one served counts. Being at work is a need, not a group."""
    return frozenset(profile.people) - {"supporter", "low_income", "parent", "worker"}


def served_groups(service: Service, profile: Profile) -> frozenset[str]:
    """Of the groups a person named, those this service is made for or affirms."""
    serves = serves_of(service)
    return frozenset(g for g in groups_of(profile) if g in serves or ALSO_SERVES.get(g, frozenset()) & serves)


def serves_of(service: Service) -> frozenset[str]:
    """The groups a service names itself."""
    return frozenset((*service.serves, *service.only))


def _is_for_another_group(service: Service, profile: Profile) -> bool:
    """Made for people this person did not say they are: still shown, after what is for everyone."""
    special = set(service.serves) & (
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
        }
    )
    return bool(special) and len(special) <= 3 and not special & _widened(profile)


def _widened(profile: Profile) -> set[str]:
    said = set(profile.people)
    for group in profile.people:
        said |= ALSO_SERVES.get(group, frozenset())
    for need in profile.needs:
        said |= GROUP_NEEDS.get(need, frozenset())
    return said


def belongs_to_same_institution(service: Service, profile: Profile) -> bool:
    """Whether the people who did it and this desk are of one institution."""
    blamed = {INSTITUTION_OF[c] for c in profile.contexts if c in INSTITUTION_OF}
    if service.institution in blamed:
        return True
    return any(service.run_by in RUN_BY_INSTITUTION.get(i, frozenset()) for i in blamed)


def is_police(service: Service) -> bool:
    """Whoever answers is police, or belongs to them."""
    return service.run_by is RunBy.POLICE or service.institution is Institution.POLICE


def wants_no_calls(profile: Profile) -> bool:
    """Ways without speaking on the phone, please."""
    return profile.wishes.by_text or "phone_calls" in profile.refusals


def _place_of_need(service: Service, profile: Profile) -> int:
    """How central the person's main need is to what the service does (0: it is the first thing)."""
    if not profile.needs or profile.needs[0] not in service.needs:
        return len(service.needs)
    return service.needs.index(profile.needs[0])


def speaks(service: Service, language: str) -> bool:
    """The language is spoken on some line, or somebody can interpret."""
    return speaks_itself(service, language) or service.interpreters is Verdict.YES


def speaks_itself(service: Service, language: str) -> bool:
    """Where no language is written down, the country's own may be expected: nobody notes that a line in Texas
    speaks English."""
    return language in (named_languages(service) or official_languages(service.area.country))


def named_languages(service: Service) -> frozenset[str]:
    """The languages the directory names for the service or one of its lines."""
    return frozenset((*service.languages, *(code for c in service.open_contacts for code in c.languages)))


@cache
def official_languages(country: str) -> frozenset[str]:
    """A country's languages by CLDR; English where there is no country (worldwide)."""
    return frozenset(get_official_languages(country, de_facto=True)) or frozenset({"en"})


def _unsafe(service: Service, profile: Profile) -> int:
    """For someone with a migration story: known dangers count, silence does not."""
    if not MIGRATION & set(profile.people) and "immigration" not in profile.needs:
        return 0
    return sum(
        verdict is Verdict.YES
        for verdict in (
            service.asks_status,
            service.asks_id,
            service.shares_with.immigration,
            service.shares_with.police,
        )
    ) + (service.run_by in (RunBy.POLICE, RunBy.GOVERNMENT))
