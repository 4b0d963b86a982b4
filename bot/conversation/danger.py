"""The danger card: fixed reviewed sentences, numbers from resources/emergency, lines from the directory.

Deterministic and offline. It never says that anybody was alerted: the bot alerts nobody.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.conversation.cards import contact_line, text_in
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import country_name
from bot.matching.admission import is_for, refused_by
from bot.matching.area import Nearness, nearness
from bot.matching.freshness import believed, has_ended
from bot.matching.opening import ALWAYS, any_open
from bot.matching.rank import key_of
from bot.model.directory import WORLDWIDE, Channel, Kind, ListedService, RunBy
from bot.model.emergency import EmergencyNumbers
from bot.model.place import Place
from bot.model.profile import Danger, Profile
from bot.model.reply import Joined, Say, Value, Verbatim
from bot.model.verdict import Verdict

NEEDS_FOR: dict[Danger, tuple[str, ...]] = {
    Danger.DANGER_NOW: ("domestic_violence", "crisis"),
    Danger.SUICIDE: ("crisis",),
    Danger.RECENT_ASSAULT: ("sexual_assault_support", "crisis"),
    Danger.CHILD_IN_DANGER: ("child_family", "crisis"),
    Danger.MEDICAL_EMERGENCY: ("crisis", "sexual_assault_support"),
}
FOR_POLICE = frozenset({Danger.DANGER_NOW, Danger.MEDICAL_EMERGENCY, Danger.CHILD_IN_DANGER, Danger.SUICIDE})
GENERAL_LINES = 2
FOR_EVERYONE = frozenset({"women", "supporter", "undocumented", "immigrant", "parent", "low_income"})


def danger_lines(danger: Danger, profile: Profile, knowledge: Knowledge, now: datetime) -> tuple[Value, ...]:
    """What stands on the card, most urgent first."""
    return (
        Say(key="opener_danger"),
        Say(key=f"danger_{danger.value.removeprefix('danger_')}"),
        *_emergency(danger, profile, knowledge),
        *_lines(danger, profile, knowledge, now),
        *_country_unknown(profile, knowledge, now),
        Say(key="danger_cannot"),
    )


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
        yield _line(listed, profile, now)


def lines_for(
    danger: Danger, profile: Profile, knowledge: Knowledge, now: datetime
) -> tuple[tuple[ListedService, ...], tuple[ListedService, ...]]:
    """(lines made for the person's group, general lines) that can be reached at once."""
    reachable = [
        s for s in _candidates(danger, profile.place, knowledge, now) if _can_be_shown(s, profile, knowledge)
    ]
    ranked = sorted(reachable, key=lambda s: _urgency(s, danger, profile, knowledge, now))
    people = set(profile.people) - {"supporter", "low_income", "parent", "women"}
    group = tuple(s for s in ranked if people & set(s.service.serves))[:1]
    general = tuple(s for s in ranked if s not in group and not _is_special(s))[:GENERAL_LINES]
    return group, general


def _candidates(
    danger: Danger, place: Place | None, knowledge: Knowledge, now: datetime
) -> list[ListedService]:
    seen: dict[str, ListedService] = {}
    for need in NEEDS_FOR[danger]:
        for listed in knowledge.directory.that_may_serve(need, place, None):
            if _is_live(listed) and not has_ended(listed.service, now.date()):
                seen.setdefault(listed.id, believed(listed, now.date()))
    return list(seen.values())


def _is_live(listed: ListedService) -> bool:
    live = {Channel.VOICE, Channel.TEXT, Channel.CHAT, Channel.WHATSAPP}
    if listed.service.kind not in (Kind.HOTLINE, Kind.CRISIS_CENTER, Kind.SHELTER):
        return False
    return any(c.channel in live for c in listed.service.open_contacts)


def _can_be_shown(listed: ListedService, profile: Profile, knowledge: Knowledge) -> bool:
    service = listed.service
    if service.run_by is RunBy.POLICE or service.institution is not None or refused_by(service, profile):
        return False
    near = nearness(service.area, profile.place, None)
    return near is not None and service.area.country != WORLDWIDE and is_for(service, profile)


def _urgency(
    listed: ListedService, danger: Danger, profile: Profile, knowledge: Knowledge, now: datetime
) -> tuple[object, ...]:
    main = NEEDS_FOR[danger][0]
    near = nearness(listed.service.area, profile.place, None)
    always = any(c.hours == ALWAYS for c in listed.service.open_contacts)
    zone = profile.place.timezone if profile.place else None
    assert near is not None  # noqa: S101 - candidates without nearness were left out
    return (
        main not in listed.service.needs,
        any_open(listed.service.open_contacts, zone, now) is Verdict.NO,
        near > Nearness.COUNTRY,
        listed.service.needs.index(main) if main in listed.service.needs else len(listed.service.needs),
        not always,
        key_of(listed, near, profile, zone, now),
    )


def _is_special(listed: ListedService) -> bool:
    """Made for some people only: not a line for everyone."""
    return bool(listed.service.only) or not set(listed.service.serves) <= FOR_EVERYONE


def _line(listed: ListedService, profile: Profile, now: datetime) -> Value:
    usable = [c for c in listed.service.open_contacts if c.channel is not Channel.WEBSITE]
    name = Verbatim(text=listed.service.name, bold=True)
    contacts = tuple(contact_line(c, profile, now) for c in usable[:2])
    return Joined(pieces=(name, *contacts), separator="\n")


def _country_unknown(profile: Profile, knowledge: Knowledge, now: datetime) -> Iterator[Value]:
    """Country unknown: a finder for all countries, and a question. Never guessed from the language."""
    if profile.place is not None:
        return
    finder = next(
        (
            s
            for s in knowledge.directory.that_may_serve("crisis", None, None)
            if s.service.area.country == WORLDWIDE
            and s.service.kind is Kind.DIRECTORY
            and not s.service.serves
        ),
        None,
    )
    if finder:
        value = next((c.value for c in finder.service.open_contacts if c.url), finder.website or "")
        yield Say(
            key="danger_finder",
            values={"name": Verbatim(text=finder.service.name), "value": Verbatim(text=value)},
        )
    yield Say(key="danger_country")
