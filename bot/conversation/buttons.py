"""State in buttons: a button holds the screen it leads to and the profile that screen is for.

So a restart loses nothing a person can see, and any replica can serve any tap. The bits are opaque to whoever
reads the chat, and everything that comes back is treated as forged until it decodes.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum

from bot.conversation.bits import LETTERS, SIGNS, Layout, number_of, word_of
from bot.conversation.knowledge import Knowledge
from bot.model.place import Place
from bot.model.profile import Danger, Profile, Question, Wishes
from bot.model.record import record
from bot.model.taxonomy import Term

VERSION = 3
MOST_BYTES = 64


class Screen(IntEnum):
    """Where a button leads. Numbers stand in buttons on people's phones: never reused."""

    HOME = 1
    RESULTS = 2
    DETAILS = 3
    CHANGE = 4
    NARROW = 5
    LANGUAGES = 6
    PLACE = 7
    MENU = 8
    HELP = 9
    PRIVACY = 10
    CLEAR = 11
    REPORT = 12
    REPORTED_NUMBER = 13
    REPORTED_NO_ANSWER = 14
    REPORTED_NOT_HELPING = 15
    REPORTED_ASKED_PAPERS = 16
    REPORTED_UNSAFE = 17
    DISCREET = 18
    CLEAR_AFTER = 19  # arg: minutes
    PROTECT = 20
    NOTE = 21  # arg: a note's handle
    PAGE = 22


@record
class Step:
    """What a button does: show `screen` for `profile`. `arg` is the handle of a service or note, or minutes."""

    screen: Screen
    profile: Profile
    arg: int = 0


# (name, bits) in the order they are packed. A change of this table is a new VERSION.
LAYOUT = Layout(
    ("version", 4),
    ("screen", 6),
    ("arg", 32),
    ("needs", 32),
    ("first_need", 5),
    ("second_need", 5),
    ("people", 41),
    ("contexts", 25),
    ("refusals", 25),
    ("wishes", 3),
    ("helping", 1),
    ("at_work", 1),
    ("chosen", 1),
    ("introduced", 1),
    ("protected", 1),
    ("danger", 3),
    ("asked", 3),
    ("pending", 2),
    ("shown", 6),
    ("language", 15),
    ("place_kind", 2),
    ("country", 10),
    ("region", 16),
    ("number", 27),
)
NOWHERE, COUNTRY_OR_REGION, TOWN, POSTAL = range(4)
QUESTIONS = tuple(Question)
DANGERS = tuple(Danger)


def pack(step: Step, knowledge: Knowledge) -> str:
    """The callback data for `step`: at most 64 bytes."""
    return LAYOUT.pack(_fields(step, knowledge))


def unpack(data: str, knowledge: Knowledge) -> Step | None:
    """The step behind a button, or None for data that is forged, cut, or of another time."""
    fields = LAYOUT.unpack(data) if len(data) <= MOST_BYTES else None
    if fields is None or fields["version"] != VERSION:
        return None
    try:
        screen = Screen(fields["screen"])
    except ValueError:
        return None
    return Step(screen=screen, profile=_profile(fields, knowledge), arg=fields["arg"])


def _fields(step: Step, knowledge: Knowledge) -> dict[str, int]:
    profile, taxonomy = step.profile, knowledge.taxonomy
    numbers = [taxonomy.needs[n].number for n in profile.needs if n in taxonomy.needs]
    kind, country, region, number = _place_fields(profile.place)
    return {
        "version": VERSION,
        "screen": step.screen,
        "arg": step.arg,
        "needs": _mask(profile.needs, taxonomy.needs),
        "first_need": numbers[0] if numbers else 0,
        "second_need": numbers[1] if len(numbers) > 1 else 0,
        "people": _mask(profile.people, taxonomy.people),
        "contexts": _mask(profile.contexts, taxonomy.contexts),
        "refusals": _mask(profile.refusals, taxonomy.refusals),
        "wishes": profile.wishes.free | profile.wishes.open_now << 1 | profile.wishes.by_text << 2,
        "helping": profile.helping_someone,
        "at_work": profile.helping_at_work,
        "chosen": profile.language_chosen,
        "introduced": profile.introduced,
        "protected": profile.protected,
        "danger": DANGERS.index(profile.danger) + 1 if profile.danger else 0,
        "asked": sum(1 << QUESTIONS.index(question) for question in set(profile.asked)),
        "pending": QUESTIONS.index(profile.pending) + 1 if profile.pending else 0,
        "shown": min(profile.shown, 63),
        "language": number_of(profile.language, 3, LETTERS),
        "place_kind": kind,
        "country": country,
        "region": region,
        "number": number,
    }


def _profile(fields: Mapping[str, int], knowledge: Knowledge) -> Profile:
    taxonomy = knowledge.taxonomy
    needs = _codes(fields["needs"], taxonomy.needs)
    leading = [
        n
        for number in (fields["first_need"], fields["second_need"])
        for n in needs
        if taxonomy.needs[n].number == number
    ]
    language = word_of(fields["language"], 3, LETTERS)
    return Profile(
        language=language if language in knowledge.messages.languages else "en",
        language_chosen=bool(fields["chosen"]),
        needs=tuple(dict.fromkeys((*leading, *needs))),
        people=_codes(fields["people"], taxonomy.people),
        contexts=_codes(fields["contexts"], taxonomy.contexts),
        refusals=_codes(fields["refusals"], taxonomy.refusals),
        place=_place(fields, knowledge),
        wishes=Wishes(
            free=bool(fields["wishes"] & 1),
            open_now=bool(fields["wishes"] & 2),
            by_text=bool(fields["wishes"] & 4),
        ),
        danger=DANGERS[fields["danger"] - 1] if 0 < fields["danger"] <= len(DANGERS) else None,
        helping_someone=bool(fields["helping"]),
        helping_at_work=bool(fields["at_work"]),
        asked=tuple(q for i, q in enumerate(QUESTIONS) if fields["asked"] >> i & 1),
        pending=QUESTIONS[fields["pending"] - 1] if 0 < fields["pending"] <= len(QUESTIONS) else None,
        introduced=bool(fields["introduced"]),
        protected=bool(fields["protected"]),
        shown=fields["shown"],
    )


def _mask(codes: Iterable[str], terms: Mapping[str, Term]) -> int:
    mask = 0
    for code in codes:
        if code in terms:
            mask |= 1 << terms[code].number
    return mask


def _codes(mask: int, terms: Mapping[str, Term]) -> tuple[str, ...]:
    return tuple(code for code, term in terms.items() if mask >> term.number & 1)


# -- places: a country or region by its letters, a town by its GeoNames number, a US zip by its digits --------


def _place_fields(place: Place | None) -> tuple[int, int, int, int]:
    if place is None:
        return NOWHERE, 0, 0, 0
    country = number_of(place.country.lower(), 2, LETTERS)
    region = number_of(place.region or "", 3, SIGNS)
    if place.postal_code and place.country == "US" and place.postal_code.isdigit():
        return POSTAL, country, region, int(place.postal_code)
    if place.geoname is not None and place.geoname < 1 << 27:
        return TOWN, country, region, place.geoname
    return COUNTRY_OR_REGION, country, region, 0


def _place(fields: Mapping[str, int], knowledge: Knowledge) -> Place | None:
    gazetteer = knowledge.gazetteer
    country = word_of(fields["country"], 2, LETTERS).upper()
    region = word_of(fields["region"], 3, SIGNS)
    match fields["place_kind"]:
        case 1:
            return (gazetteer.by_region(country, region) if region else None) or gazetteer.by_country(country)
        case 2:
            return gazetteer.by_geoname(fields["number"])
        case 3:
            return gazetteer.by_zip(f"{fields['number']:05}")
        case _:
            return None
