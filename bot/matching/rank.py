"""The order of matches: steps from the most to the least important, each parting what the steps before left equal.

A step is a name and sets of services, best first; what is in none of its sets comes last. So the order is one key that
reads from top to bottom (`steps_for`), and any service's place in it can be told step by step (`standing`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.matching.admission import limits_that_admit
from bot.matching.area import Nearness
from bot.matching.opening import any_open
from bot.matching.shelf import (
    GROUP_NEEDS,
    POSITIONS,
    Fact,
    View,
    belongs_to,
    members,
    serves_of,
    union,
)
from bot.model.directory import Institution, Kind, Service
from bot.model.profile import Profile
from bot.model.verdict import Verdict
from bot.model.words import ClosedList

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
# Who did it in private life: the need says what helps, no institution has a door of its own for it.
PRIVATE = frozenset({"partner", "ex_partner", "relative", "acquaintance", "stranger", "online"})
# They live under an institution: help outside it comes first, whoever in it did it.
INSTITUTION_OF_PEOPLE: Mapping[str, Institution] = {
    "in_custody": Institution.PRISON,
    "military": Institution.MILITARY,
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
AT_WORK = frozenset({"workplace", "organizing"})
# Whose main work is this serves people with this need, and those of these groups.
SPECIALTIES: Mapping[str, frozenset[str]] = {
    "immigration": MIGRATION,
    "trafficking": frozenset({"sex_worker"}),
    "school": frozenset({"student"}),
    **GROUP_NEEDS,
}
HELP_NOW = frozenset(
    {
        "crisis",
        "sexual_assault_support",
        "domestic_violence",
        "medical",
        "counselling",
        "shelter_housing",
        "trafficking",
    }
)
DESKS = (Kind.GOVERNMENT.value, Kind.COMPENSATION.value)
NO_GROUP = frozenset({"supporter", "low_income", "parent", "worker"})  # being at work is a need, not a group


class Step(ClosedList):
    """What is weighed, the weightiest first."""

    INSTITUTION = "institution"
    TELLS = "tells"
    LIMITS = "limits"
    NEEDS = "needs"
    MAIN_NEED = "main_need"
    WAY_OF_CONTACT = "way_of_contact"
    ANOTHER_TOWN = "another_town"
    OTHERS_GROUP = "others_group"
    SAFETY = "safety"
    AMONG_ITS_FIRST = "among_its_first"
    GROUPS = "groups"
    GROUPS_BY_NAME = "groups_by_name"
    ROUTE = "route"
    MONEY = "money"
    FINDER = "finder"
    POLICE = "police"
    LANGUAGE = "language"
    DISTANCE = "distance"
    CENTRAL = "central"
    STATUS = "status"
    CONFIRMED = "confirmed"
    FREE = "free"
    AROUND_THE_CLOCK = "around_the_clock"


class Parting(NamedTuple):
    """One step: `sets` of services, best first; the rest of them last."""

    step: Step
    sets: Sequence[int]


def steps_for(profile: Profile, view: View, near: Mapping[Nearness, int]) -> list[Parting]:
    """The ranking key. Steps that can part nothing for this person are left out."""
    return [
        Parting(step, sets)
        for step, sets in (
            (Step.INSTITUTION, _of_another_institution(profile, view)),
            (Step.TELLS, _by_what_they_tell(profile, view) if fears_for_status(profile) else []),
            (Step.LIMITS, _without(view, _limited_to_others(profile, view), only_if=profile.helping_someone)),
            (Step.NEEDS, _by_needs(profile, view)),
            (Step.MAIN_NEED, _with(union(doing(view, need) for need in profile.needs[:1]))),
            (Step.WAY_OF_CONTACT, _with(view.having(Fact.WITHOUT_CALLING), only_if=wants_no_calls(profile))),
            (Step.ANOTHER_TOWN, _without(view, near.get(Nearness.ELSEWHERE_IN_REGION, 0))),
            (Step.OTHERS_GROUP, _without(view, for_others(profile, view))),
            (Step.SAFETY, _by_dangers(profile, view)),
            (Step.AMONG_ITS_FIRST, _with(_among_its_first(view, profile))),
            (Step.GROUPS, most_first([_serving(view, group) for group in groups_of(profile)])),
            (Step.GROUPS_BY_NAME, _groups_by_name(profile, view)),
            (Step.ROUTE, _with(view.any_of(Fact.CONTEXT, set(profile.contexts) - PRIVATE))),
            (Step.MONEY, _with(view.having(Fact.FREE), only_if=has_no_money(profile))),
            (Step.FINDER, _without(view, _offices(profile, view))),
            (
                Step.POLICE,
                _without(view, view.having(Fact.POLICE), only_if="police_report" not in profile.needs),
            ),
            (Step.LANGUAGE, _with(understanding(profile.language, view))),
            (Step.DISTANCE, [near[nearness] for nearness in Nearness if near.get(nearness)]),
            (Step.CENTRAL, [view.having(fact, need) for need in profile.needs[:1] for fact in POSITIONS]),
            (Step.STATUS, _with(view.having(Fact.NEVER_ASKS_STATUS))),
            (Step.CONFIRMED, _with(view.having(Fact.CONFIRMED))),
            (Step.FREE, _with(view.having(Fact.FREE))),
            (Step.AROUND_THE_CLOCK, _with(view.having(Fact.ALWAYS_OPEN))),
        )
        if any(sets)
    ]


def _with(those: int, *, only_if: bool = True) -> list[int]:
    return [those] if only_if else []


def _without(view: View, those: int, *, only_if: bool = True) -> list[int]:
    return [view.all & ~those] if those and only_if else []


def most_first(sets: Iterable[int]) -> list[int]:
    """Those in most of the sets first, then those in one fewer."""
    in_at_least: list[int] = []  # [0]: in one or more of the sets so far
    for of in sets:
        carried = of
        for at, known in enumerate(in_at_least):
            in_at_least[at], carried = known | carried, known & carried
        in_at_least.append(carried)
    return in_at_least[::-1]


def fewest_first(view: View, sets: Iterable[int]) -> list[int]:
    """Those in none of the sets first, then those in one."""
    return [view.all & ~of for of in most_first(of for of in sets if of)[::-1]]


def _of_another_institution(profile: Profile, view: View) -> list[int]:
    blamed = {INSTITUTION_OF[c].value for c in profile.contexts if c in INSTITUTION_OF}
    around = {INSTITUTION_OF_PEOPLE[p].value for p in profile.people if p in INSTITUTION_OF_PEOPLE}
    return _without(view, view.any_of(Fact.INSTITUTION, blamed | around))


def _by_needs(profile: Profile, view: View) -> list[int]:
    return most_first([doing(view, need) for need in profile.needs])


def helping_with(view: View, needs: Iterable[str]) -> int:
    """The services that help with one of the needs."""
    return view.any_of(Fact.NEED, needs)


def doing(view: View, need: str) -> int:
    """The services that do it themselves: a fund that pays the doctor's bill is no doctor."""
    helping = helping_with(view, (need,))
    return helping & ~view.any_of(Fact.KIND, DESKS) if need in HELP_NOW else helping


def _by_dangers(profile: Profile, view: View) -> list[int]:
    """Known dangers count, silence does not.

    A desk that asks for papers, or tells police or immigration, waits behind the others for everybody: whoever has
    reason to fear it rarely says so first. For someone with a migration story that comes before what it helps with,
    and the state's own desks wait too.
    """
    if not fears_for_status(profile):
        return _by_what_they_tell(profile, view)
    return fewest_first(view, [view.having(Fact.ASKS_ID), view.having(Fact.STATE)])


def _by_what_they_tell(profile: Profile, view: View) -> list[int]:
    dangers = [view.having(Fact.ASKS_STATUS), view.having(Fact.TELLS, "immigration")]
    if "police_report" not in profile.needs:
        dangers.append(view.having(Fact.TELLS, "police"))
    return fewest_first(view, dangers)


def fears_for_status(profile: Profile) -> bool:
    """Somebody with a migration story, whether or not they said a status."""
    told = not MIGRATION.isdisjoint(profile.people) or "immigration" in profile.needs
    return told or "immigration_authorities" in profile.refusals or "immigration_officer" in profile.contexts


def _offices(profile: Profile, view: View) -> int:
    """A coalition's office, a list, and where only a complaint is taken or a bill is paid come after someone who helps
    now."""
    if "directory" in profile.needs:
        return 0
    urgent = bool(profile.needs) and profile.needs[0] in HELP_NOW
    return view.having(Fact.FINDER) | (view.any_of(Fact.KIND, DESKS) if urgent else 0)


def has_no_money(profile: Profile) -> bool:
    """What costs nothing comes before what is nearer."""
    return "low_income" in profile.people or "unhoused" in profile.people or profile.wishes.free


def groups_of(profile: Profile) -> frozenset[str]:
    """The groups a person named: each one served counts."""
    return frozenset(profile.people) - NO_GROUP


def _serving(view: View, group: str) -> int:
    return view.any_of(Fact.SERVES_OR_ONLY, {group, *ALSO_SERVES.get(group, ())})


def _groups_by_name(profile: Profile, view: View) -> list[int]:
    """ "For immigrants" is near, "papers do not matter" is what was needed."""
    close = groups_of(profile) & ALSO_SERVES.keys()
    return most_first([view.having(Fact.SERVES_OR_ONLY, group) for group in close])


def _limited_to_others(profile: Profile, view: View) -> int:
    """Only for people of whom a helper said nothing: it may be the right place, and is not the first guess."""
    return view.having(Fact.LIMITED) & ~view.any_of(Fact.ONLY, limits_that_admit(profile))


def for_others(profile: Profile, view: View) -> int:
    """Made for people this person did not say they are: still shown, after what is for everyone."""
    said = set(profile.people)
    said.update(*(ALSO_SERVES.get(group, ()) for group in profile.people))
    said.update(*(GROUP_NEEDS.get(need, ()) for need in profile.needs))
    if not AT_WORK.isdisjoint(profile.needs):
        said.add("worker")
    # "For trans immigrants" is not for every immigrant, "for Black women" not for every woman.
    theirs = view.any_of(Fact.MADE_FOR, said - MIGRATION - {"women", "parent", "low_income"})
    not_asked = {
        need for need, groups in SPECIALTIES.items() if need not in profile.needs and not groups & said
    }
    return (view.having(Fact.SPECIAL) & ~theirs) | view.any_of(Fact.FIRST_NEED, not_asked)


def _among_its_first(view: View, profile: Profile) -> int:
    """Where the main need is one of the first things it does."""
    return union(view.having(fact, need) for need in profile.needs[:1] for fact in POSITIONS)


def understanding(language: str, view: View) -> int:
    """The services where the language is spoken or interpreted."""
    return view.having(Fact.SPEAKS, language) | view.having(Fact.INTERPRETS)


def served_groups(service: Service, profile: Profile) -> frozenset[str]:
    """Of the groups a person named, those this service is made for or affirms."""
    if not profile.people:
        return frozenset()
    serves = serves_of(service)
    return frozenset(g for g in groups_of(profile) if g in serves or ALSO_SERVES.get(g, frozenset()) & serves)


def belongs_to_same_institution(service: Service, profile: Profile) -> bool:
    """Whether the people who did it and this desk are of one institution."""
    return any(belongs_to(service, INSTITUTION_OF[c]) for c in profile.contexts if c in INSTITUTION_OF)


def wants_no_calls(profile: Profile) -> bool:
    """Ways without speaking on the phone, please."""
    return profile.wishes.by_text or "phone_calls" in profile.refusals


# -- the order ----------------------------------------------------------------------------------------------


def in_order(
    among: int, steps: Sequence[Parting], view: View, timezone: str | None, now: datetime
) -> Iterator[int]:
    """The services of a set, best first: those equal in every step by whether they are open, then by id.

    Only as much is parted as is asked for.
    """
    waiting = [(among, 0)]
    while waiting:
        part, at = waiting.pop()
        while at < len(steps) and part & (part - 1):
            parted = list(_parted(part, steps[at].sets))
            at += 1
            part = parted[0]
            waiting.extend((later, at) for later in reversed(parted[1:]))
        if part & (part - 1):
            yield from _open_first(part, view, timezone, now)
        elif part:
            yield part.bit_length() - 1


def best_of(
    among: int, steps: Iterable[Parting], view: View, timezone: str | None, now: datetime
) -> int | None:
    """The first that `in_order` would name, without keeping the others in mind."""
    for _, sets in steps:
        if not among & (among - 1):
            break
        for those in sets:
            inside = among & those
            if inside:
                among = inside
                break
    return next(_open_first(among, view, timezone, now), None) if among else None


def _parted(part: int, sets: Iterable[int]) -> Iterator[int]:
    for those in sets:
        inside = part & those
        if inside:
            yield inside
            part ^= inside
            if not part:
                return
    yield part


def _open_first(part: int, view: View, timezone: str | None, now: datetime) -> Iterator[int]:
    told = part & view.having(Fact.HOURS_KNOWN)
    if not told:
        yield from members(part)
        return
    verdicts = {at: any_open(view.service(at).service.open_contacts, timezone, now) for at in members(told)}
    yield from (at for at, verdict in verdicts.items() if verdict is Verdict.YES)
    yield from (at for at in members(part) if verdicts.get(at, Verdict.UNKNOWN) is Verdict.UNKNOWN)
    yield from (at for at, verdict in verdicts.items() if verdict is Verdict.NO)


def standing(at: int, steps: Iterable[Parting]) -> tuple[int, ...]:
    """Where a service stands in each step: 0 is best."""
    return tuple(
        next((place for place, those in enumerate(sets) if those >> at & 1), len(sets)) for _, sets in steps
    )
