"""How near a service is to a person: by the areas it says it serves, never by distance guessed."""

from enum import IntEnum

from bot.model.directory import EUROPEAN_UNION, WORLDWIDE, Area
from bot.model.place import Place

# Members of the European Union by ISO 3166-1, for services that serve all of it.
MEMBER_STATES = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)


class Nearness(IntEnum):
    """Nearest first."""

    __hash__ = int.__hash__  # as in model/words.py

    LAND = 0
    CITY = 1
    COUNTY = 2
    REGION = 3
    COUNTRY = 4
    ELSEWHERE_IN_REGION = 5  # another town of the same state: shown after what serves the whole state
    UNION = 6
    WORLD = 7


def nearness(area: Area, place: Place | None, home: str | None) -> Nearness | None:
    """How near `area` is to `place`, or None where it does not serve it.

    Without a place, only worldwide services and those for the whole of `home` (the country a deployment
    serves first) are near: a country is never guessed.
    """
    if area.country == WORLDWIDE:
        return Nearness.WORLD
    if place is None:
        return Nearness.COUNTRY if area.country == home and not is_narrowed(area) else None
    if area.country == EUROPEAN_UNION:
        return Nearness.UNION if place.country in MEMBER_STATES else None
    if area.country != place.country:
        return None
    if place.land and place.land in area.lands:
        return Nearness.LAND
    if not is_narrowed(area):
        return Nearness.COUNTRY
    if area.regions and place.region not in area.regions:
        return None
    return _within_region(area, place)


def is_narrowed(area: Area) -> bool:
    """It names a part of its country."""
    return bool(area.regions or area.counties or area.cities or area.lands)


def _within_region(area: Area, place: Place) -> Nearness | None:
    if not (area.cities or area.counties or area.lands):
        return Nearness.REGION
    if place.city and _names(place.city, area.cities):
        return Nearness.CITY
    if place.county and _names(place.county, area.counties):
        return Nearness.COUNTY
    return Nearness.ELSEWHERE_IN_REGION if area.regions else None


def _names(name: str, among: tuple[str, ...]) -> bool:
    return any(bare(name) == bare(other) for other in among)


def bare(name: str) -> str:
    """A name without the word for what it is: "Travis County" is "travis"."""
    return name.casefold().removesuffix(" county").removesuffix(" parish").removesuffix(" city").strip()
