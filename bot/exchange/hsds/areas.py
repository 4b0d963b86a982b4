"""Where a service of a feed helps: our codes where it has them, else names of places as far as they are certain."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.understanding.places import Gazetteer, find_place

CODE = r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?"
OURS = re.compile(rf"(?P<wide>{CODE}(?:,{CODE})*)(?:;(?P<kind>county|city|land):(?P<name>.+))?", re.DOTALL)
COUNTY = re.compile(r"\s+(?:county|parish|borough)\b.*", re.IGNORECASE)
FIELDS = {"county": "counties", "city": "cities", "land": "lands"}

Area = dict[str, Any]


def own_area(rows: Iterable[Mapping[str, Any]]) -> Area | None:
    """An area as our own export writes it, or None for a foreign one."""
    found = [OURS.fullmatch(str(row.get("extent") or "")) for row in rows if row.get("extent_type") == "text"]
    if not found or not all(found):
        return None
    wide = dict.fromkeys(code for one in found if one for code in one["wide"].split(","))
    area: Area = {"country": next(iter(wide))[:2]}
    regions = [code[3:] for code in wide if len(code) > 2]
    if regions:
        area["regions"] = regions
    for one in found:
        if one and one["kind"]:
            area.setdefault(FIELDS[one["kind"]], []).append(one["name"])
    return area


def foreign_area(
    names: Iterable[str], country: str | None, region: str | None, places: Gazetteer
) -> tuple[Area | None, list[str]]:
    """The area by the names of places, and the names nobody knows. `country` and `region`: where it is."""
    unknown: list[str] = []
    areas: list[Area] = []
    for name in names:
        area = _named(name, country, places)
        if area:
            areas.append(area)
        else:
            unknown.append(name)
    if areas:
        return _joined(areas), unknown
    if country is None:
        return None, unknown
    return {"country": country, **({"regions": [region]} if region else {})}, unknown


def _named(name: str, country: str | None, places: Gazetteer) -> Area | None:
    place = _found(name, country, places)
    if place is None:
        return None
    area: Area = {"country": place.country}
    if place.region:
        area["regions"] = [place.region]
    if place.county and COUNTY.search(name):
        area["counties"] = [COUNTY.sub("", place.county)]
    elif place.city:
        area["cities"] = [place.city]
    return area


def _found(name: str, country: str | None, places: Gazetteer) -> Any:
    if len(name) > 80:  # a sentence, not a name
        return None
    found = find_place(name, gazetteer=places, home=country, language="en", expecting=True)
    return found.place if found and found.place else None


def _joined(areas: list[Area]) -> Area | None:
    """One area of several of one country. A whole region beside one of its towns is the whole region."""
    country = areas[0]["country"]
    same = [area for area in areas if area["country"] == country]
    joined: Area = {"country": country}
    whole = {tuple(a.get("regions", ())) for a in same if not a.get("counties") and not a.get("cities")}
    for field in ("regions", "counties", "cities"):
        values = dict.fromkeys(value for area in same for value in area.get(field, ()))
        if values and not (field != "regions" and whole) and () not in whole:
            joined[field] = list(values)
    return joined


def region_of(address: Mapping[str, Any], places: Gazetteer) -> tuple[str | None, str | None]:
    """(country, region) of an address, by codes or names."""
    country = str(address.get("country") or "").strip().upper()[:2] or None
    country = country if country and places.by_country(country) else None
    state = str(address.get("state_province") or "").strip()
    if not country or not state:
        return country, None
    if places.by_region(country, state.upper()):
        return country, state.upper()
    found = _found(state, country, places)
    return country, found.region if found and found.country == country else None


def texts(rows: Iterable[Mapping[str, Any]], *fields: str) -> Iterator[str]:
    """The texts of some fields, without empty ones."""
    yield from (str(row[f]).strip() for row in rows for f in fields if str(row.get(f) or "").strip())
