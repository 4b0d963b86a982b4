"""Names as people write them -> the codes and places the directory knows, in every language we have. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import cache

from babel import Locale
from babel.languages import get_official_languages
from rapidfuzz import fuzz, process

from bot.conversation.speak import language_name, own_name
from bot.directory_files.rules import known_languages
from bot.model.directory import EUROPEAN_UNION, WORLDWIDE
from bot.model.record import record
from bot.model.taxonomy import Term
from bot.understanding.places import Entry, Gazetteer, Grain
from bot.understanding.words import read_words
from bot.upkeep.adding.hours import flat

READ_IN = ("en", "es", "fr", "pt")  # languages in which names of countries and languages are read
ALIKE = 72  # how alike (0-100) a name must be to be offered
SHORTEST_WORD = 3
SHORTEST_ALIKE = 4  # letters: two or three are in every word
MOST_OFFERED = 5
MOST_ZONES = 8
MOST_LOOKED_AT = 200  # names of places anywhere; few of them are in the country that is meant
COUNTY = "county "  # before the name of a county, where cities and counties stand together
COUNTY_WORDS = ("county", "parish", "borough", "condado de", "comté de", "département de")


@record
class Named:
    """A code, its name, and all the ways it is written."""

    code: str
    name: str
    spellings: tuple[str, ...]


@record
class Names:
    """Codes by every spelling, flat."""

    by_code: Mapping[str, Named]
    by_spelling: Mapping[str, str] = field(repr=False)

    def exact(self, word: str) -> Named | None:
        """What is written just so, letter case and accents aside."""
        code = self.by_spelling.get(_flat(word))
        return self.by_code[code] if code else None

    def near(self, word: str) -> tuple[Named, ...]:
        """What may be meant, likeliest first."""
        if len(word) < SHORTEST_WORD:
            return ()
        long_enough = tuple(s for s in self.by_spelling if len(s) >= SHORTEST_ALIKE)
        close = process.extract(_flat(word), long_enough, scorer=fuzz.WRatio, score_cutoff=ALIKE, limit=40)
        codes = dict.fromkeys(self.by_spelling[spelling] for spelling, _, _ in close)
        return tuple(self.by_code[code] for code in list(codes)[:MOST_OFFERED])


def names_of(named: Iterable[Named]) -> Names:
    """All of them; of two that are written alike, the first is meant."""
    by_code = {one.code: one for one in named}
    by_spelling: dict[str, str] = {}
    for one in by_code.values():
        for spelling in (one.code, one.name, *one.spellings):
            by_spelling.setdefault(_flat(spelling), one.code)
    by_spelling.pop("", None)
    return Names(by_code=by_code, by_spelling=by_spelling)


def term_names(terms: Mapping[str, Term]) -> Names:
    """Codes of a vocabulary by code, name and short name in every language."""
    return names_of(
        Named(
            code=code,
            name=term.name("en"),
            spellings=(code.replace("_", " "), *term.names.values(), *term.short.values()),
        )
        for code, term in terms.items()
    )


def language_names(also: Mapping[str, str]) -> Names:
    """Every language by its name in ours and in its own. `also`: spellings that CLDR lacks, by how they are written."""
    codes = sorted((c for c in known_languages() if "-" not in c), key=lambda code: (len(code), code))
    return names_of(
        Named(code=code, name=language_name(code, "en"), spellings=_language_spellings(code, also))
        for code in codes
    )


def _language_spellings(code: str, also: Mapping[str, str]) -> tuple[str, ...]:
    names = (Locale(language).languages.get(code, "") for language in READ_IN)
    own = (own_name(code),) if code in common_languages() else ()  # each is a file to read
    return (*own, *names, *(phrase for phrase, meant in also.items() if meant == code))


def country_names(gazetteer: Gazetteer, also: Mapping[str, str]) -> Names:
    """Every country by its name in our languages, the whole world and the European Union."""
    beyond = {WORLDWIDE: "the whole world", EUROPEAN_UNION: "the European Union"}
    names = {**beyond, **{code: gazetteer.country_name(code, "en") for code in gazetteer.countries}}
    return names_of(
        Named(code=code, name=name, spellings=_country_spellings(code, gazetteer, also))
        for code, name in names.items()
    )


def _country_spellings(code: str, gazetteer: Gazetteer, also: Mapping[str, str]) -> tuple[str, ...]:
    names = (Locale(language).territories.get(code, "") for language in READ_IN)
    own = gazetteer.country_names.get(code, {}).values()
    return (*names, *own, *(phrase for phrase, meant in also.items() if meant == code))


def region_names(gazetteer: Gazetteer, country: str) -> Names:
    """The states or regions of a country."""
    return names_of(
        Named(
            code=region,
            name=gazetteer.region_name(country, region, "en"),
            spellings=tuple(gazetteer.region_names.get((country, region), {}).values()),
        )
        for at, region in gazetteer.regions
        if at == country
    )


def region_of(word: str, names: Names, country: str, gazetteer: Gazetteer) -> Named | None:
    """The region that is meant, also by a name only people use: Tejas."""
    nicknamed = (e.place.region or "" for e in _entries(word, country, gazetteer) if e.grain is Grain.REGION)
    return names.exact(word) or next((names.by_code[r] for r in nicknamed if r in names.by_code), None)


# -- cities and counties -----------------------------------------------------------------------------------------


def place_of(word: str, country: str, regions: tuple[str, ...], gazetteer: Gazetteer) -> str | None:
    """'Austin', or 'county Travis' for a county; None for a name the gazetteer does not know there."""
    is_county, bare = _said_to_be_county(word)
    cities = () if is_county else _entries(bare, country, gazetteer)
    meant = (*cities, *_county_entries(bare, country, gazetteer))
    here = [e.place for e in meant if not regions or e.place.region in regions]
    city = next((p.city for p in here if p.city and not is_county), None)
    county = next((p.county for p in here if p.county and not p.city), None)
    return city or (f"{COUNTY}{county}" if county else None)


def places_near(word: str, country: str, regions: tuple[str, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    """Cities and counties there with a name like this one."""
    _, bare = _said_to_be_county(word)
    begins = flat(bare)[:1]
    keys = [key for key in gazetteer.names if key.startswith(begins)] if begins else []
    close = process.extract(flat(bare), keys, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=MOST_LOOKED_AT)
    known = (place_of(key, country, regions, gazetteer) for key, _, _ in close)
    return tuple(dict.fromkeys(name for name in known if name))[:MOST_OFFERED]


def _said_to_be_county(word: str) -> tuple[bool, str]:
    low = flat(word)
    for said in map(flat, COUNTY_WORDS):
        if low.startswith(f"{said} "):
            return True, word[len(said) :].strip()
        if low.endswith(f" {said}"):
            return True, word[: -len(said)].strip()
    return False, word


def _county_entries(name: str, country: str, gazetteer: Gazetteer) -> Iterator[Entry]:
    for written in (name, f"{name} County", f"{name} Parish", f"{name} Borough"):
        yield from _entries(written, country, gazetteer)


def _entries(name: str, country: str, gazetteer: Gazetteer) -> Iterator[Entry]:
    folded = " ".join(w.folded for w in read_words(name))
    return (e for e in gazetteer.names.get(folded, ()) if e.place.country == country)


def zones_in(country: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    """The time zones of a country, those with the most cities first."""
    places = (gazetteer.geonames[key] for key in gazetteer.geonames)
    counted = Counter(p.timezone for p in places if p.country == country and p.timezone)
    return tuple(zone for zone, _ in counted.most_common(MOST_ZONES))


@cache
def common_languages() -> frozenset[str]:
    """Languages that are official in a country: what a word in a text may well mean. "Even" is a language too."""
    territories = map(str, Locale("en").territories)
    official = (get_official_languages(territory, de_facto=True) for territory in territories)
    return frozenset(code.partition("_")[0] for codes in official for code in codes)


def _flat(text: str) -> str:
    return " ".join(flat(text).split())
