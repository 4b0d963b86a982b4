"""The danger card: fixed reviewed sentences, numbers from resources/emergency, lines from the directory.

Deterministic and offline. It never says that anybody was alerted: the bot alerts nobody.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from bot.conversation.cards import contact_line, text_in
from bot.conversation.knowledge import Knowledge
from bot.conversation.notes import care_lines
from bot.conversation.speak import country_name
from bot.matching.admission import limits_that_admit
from bot.matching.area import Nearness
from bot.matching.find import closed_now
from bot.matching.rank import Parting, Step, helping_with, in_order, steps_for
from bot.matching.reach import how_near
from bot.matching.shelf import POSITIONS, Fact, union
from bot.model.directory import WORLDWIDE, Channel, Kind, ListedService
from bot.model.emergency import EmergencyNumbers
from bot.model.profile import Danger, Profile
from bot.model.reply import Joined, Say, Value, Verbatim

NEEDS_FOR: dict[Danger, tuple[str, ...]] = {
    Danger.DANGER_NOW: ("domestic_violence", "crisis"),
    Danger.SUICIDE: ("crisis",),
    Danger.RECENT_ASSAULT: ("sexual_assault_support", "crisis"),
    Danger.CHILD_IN_DANGER: ("child_family", "crisis"),
    Danger.MEDICAL_EMERGENCY: ("crisis", "sexual_assault_support"),
}
FOR_POLICE = frozenset({Danger.DANGER_NOW, Danger.MEDICAL_EMERGENCY, Danger.CHILD_IN_DANGER, Danger.SUICIDE})
# What is said in other words to somebody who asks for the person in danger.
SAID_OTHERWISE = frozenset({Danger.DANGER_NOW, Danger.SUICIDE, Danger.RECENT_ASSAULT})
GENERAL_LINES = 2
FAR = (Nearness.ELSEWHERE_IN_REGION, Nearness.UNION, Nearness.WORLD)


def danger_lines(danger: Danger, profile: Profile, knowledge: Knowledge, now: datetime) -> tuple[Value, ...]:
    """What stands on the card, most urgent first."""
    return (
        Say(key="opener_danger"),
        Say(key=_says(danger, profile)),
        *care_lines(danger, profile, knowledge),
        *_emergency(danger, profile, knowledge),
        *_lines(danger, profile, knowledge, now),
        *_country_unknown(profile, knowledge, now),
        Say(key="danger_cannot"),
    )


def _says(danger: Danger, profile: Profile) -> str:
    """What the card says of this danger: to the person, or to somebody who asks for them."""
    key = f"danger_{danger.value.removeprefix('danger_')}"
    return f"{key}_other" if profile.helping_someone and danger in SAID_OTHERWISE else key


def _emergency(danger: Danger, profile: Profile, knowledge: Knowledge) -> Iterator[Value]:
    place = profile.place
    numbers = knowledge.directory.emergency.get(place.country) if place else None
    number = _number(danger, numbers) if numbers else None
    if place and number:
        yield _in_country("danger_number", place.country, number, profile.language)
    else:
        yield Say(key="danger_number_unknown")
        if place is None:
            yield Say(key="danger_number_112")
        elif numbers and numbers.may_work:
            yield _in_country("danger_number_may_work", place.country, numbers.may_work, profile.language)
    if numbers and numbers.for_texts:
        yield Say(key="danger_number_text", values={"number": Verbatim(text=numbers.for_texts, bold=True)})
    if numbers and number and numbers.without_speaking:
        yield Verbatim(text=text_in(numbers.without_speaking, profile.language))
    if danger in FOR_POLICE:
        yield Say(key="danger_expect")


def _number(danger: Danger, numbers: EmergencyNumbers) -> str | None:
    return numbers.for_a_body_in_danger if danger is Danger.MEDICAL_EMERGENCY else numbers.first


def _in_country(key: str, country: str, number: str, language: str) -> Value:
    values: dict[str, Value] = {
        "country": Verbatim(text=country_name(country, language)),
        "number": Verbatim(text=number, bold=True),
    }
    return Say(key=key, values=values)


def _lines(danger: Danger, profile: Profile, knowledge: Knowledge, now: datetime) -> Iterator[Value]:
    """The line for the person's group and the general ones; none of them police."""
    group, general = lines_for(danger, profile, knowledge, now)
    if group or general:
        yield Say(key="danger_not_police")
    for listed in (*group, *general):
        yield line_card(listed, profile, now)


def lines_for(
    danger: Danger, profile: Profile, knowledge: Knowledge, now: datetime
) -> tuple[tuple[ListedService, ...], tuple[ListedService, ...]]:
    """(lines made for the person's group, general lines) that can be reached at once."""
    view = knowledge.directory.view(profile.place, None, now.date())
    near = how_near(view, profile.place, None)
    main, *_ = needs = NEEDS_FOR[danger]
    limits = view.any_of(Fact.ONLY, limits_that_admit(profile))
    shown = helping_with(view, needs) & union(near.values()) & view.having(Fact.LINE)
    shown &= ~(view.having(Fact.POLICE) | view.having(Fact.ANY_INSTITUTION))
    shown &= ~(view.having(Fact.COUNTRY, WORLDWIDE) | view.any_of(Fact.REFUSED, profile.refusals))
    if not profile.helping_someone:
        shown &= limits | ~view.having(Fact.LIMITED)
    zone = profile.place.timezone if profile.place else None
    closed = closed_now(view, shown & view.having(Fact.HOURS_KNOWN), zone, now)
    steps = [
        Parting(Step.MAIN_NEED, [helping_with(view, (main,))]),
        Parting(Step.AROUND_THE_CLOCK, [view.all & ~closed]),
        Parting(Step.DISTANCE, [view.all & ~union(near.get(far, 0) for far in FAR)]),
        Parting(Step.CENTRAL, [view.having(fact, main) for fact in POSITIONS]),
        Parting(Step.AROUND_THE_CLOCK, [view.having(Fact.ALWAYS_OPEN)]),
        *steps_for(profile, view, near),
    ]

    def best(among: int, most: int) -> tuple[ListedService, ...]:
        return tuple(map(view.service, islice(in_order(among & shown, steps, view, zone, now), most)))

    people = set(profile.people) - {"supporter", "low_income", "parent", "women"}
    group = best(view.any_of(Fact.SERVES, people), 1)
    general = best(view.having(Fact.FOR_EVERYONE), GENERAL_LINES + len(group))
    return group, tuple(listed for listed in general if listed not in group)[:GENERAL_LINES]


def line_card(listed: ListedService, profile: Profile, now: datetime) -> Value:
    """A line's name and the first two ways to reach it."""
    usable = [c for c in listed.service.open_contacts if c.channel is not Channel.WEBSITE]
    name = Verbatim(text=listed.service.name, bold=True)
    contacts = tuple(contact_line(c, profile, now) for c in usable[:2])
    return Joined(pieces=(name, *contacts), separator="\n")


def _country_unknown(profile: Profile, knowledge: Knowledge, now: datetime) -> Iterator[Value]:
    """Country unknown: a finder for all countries, and a question. Never guessed from the language."""
    if profile.place is not None:
        return
    view = knowledge.directory.view(None, None, now.date())
    lists = view.having(Fact.COUNTRY, WORLDWIDE) & view.having(Fact.KIND, Kind.DIRECTORY.value)
    lists &= helping_with(view, ("crisis",))
    finder = next((one for one in view.services(lists) if not one.service.serves), None)
    if finder:
        value = next((c.value for c in finder.service.open_contacts if c.url), finder.website or "")
        yield Say(
            key="danger_finder",
            values={"name": Verbatim(text=finder.service.name), "value": Verbatim(text=value)},
        )
    yield Say(key="danger_country")
