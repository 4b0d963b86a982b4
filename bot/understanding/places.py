"""The place where help is needed, among all the places a message may name.

"I'm from Honduras, in Houston now" is Houston; "he took our son to Mexico" is nowhere. Names that are also
everyday words (Mobile, Reading, Nice) or first names (Jordan, Austin) need a sign that a place is meant.
"""

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import IntEnum
from functools import cache
from math import cos, radians
from struct import iter_unpack
from typing import TypeAlias

from babel.languages import get_official_languages
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.model.place import Place
from bot.model.record import record, replace
from bot.understanding.lexicon import Usage
from bot.understanding.words import LATIN, SIGN, Word, fold, read_words

LONGEST_NAME = 5  # words
LONGEST_NAME_IN_SIGNS = 8  # 로스앤젤레스
NEAR_WORDS = 5  # how far before a name its signs may stand
DOMINANT = 4.0  # how many times larger a place must be than its namesakes to be meant without asking
HOME_WEIGHT = 8.0  # how much likelier a namesake in the country a deployment serves first is
MOST_CHOICES = 4
SEAT = 20_000.0  # a twentieth of the people, for a city by its other name: Lisboa
KNOWN_TO_ALL = 500_000.0
MONTHS = frozenset(["march", "may", "august", "mars", "mayo", "abril"])
VERY_COMMON = 5.2  # Zipf: among the thousand commonest words of a language
COMMON = 4.5
SEEN = 3.8
TOWN = 300_000.0  # people
ARTICLES = frozenset(["el", "la", "los", "las", "le", "les", "o", "os", "as", "the"])
ENDINGS = (
    "ові",
    "еві",
    "ою",
    "ом",
    "ем",
    "ах",
    "і",
    "у",
    "е",
    "ю",
    "и",
    "а",
    "я",
)  # Slavic cases of city names
BEGINNINGS_OF_CASES = ("", "а", "ь", "я", "о", "и")
SHORTEST_MISSPELLED = 6
SHORTEST_DECLINED = 4
KNOWN_BY_CASE = 50_000.0  # people
CYRILLIC = re.compile("[а-яґєіїё]")
NOTHING_KNOWN: Usage = {}
FEW_WORDS = 8
Phrases: TypeAlias = frozenset[str] | tuple[str, ...]


class Grain(IntEnum):
    """What kind of place an entry is; the finer wins between adjacent names ("Austin, Texas")."""

    COUNTRY = 1
    REGION = 2
    COUNTY = 3
    LAND = 4
    CITY = 5


@record
class Entry:
    """One meaning of a name. `weight` is about its population: how likely it is meant."""

    place: Place
    grain: Grain
    weight: float
    guarded: bool = False  # also an everyday word or a first name: needs a sign that a place is meant


class Names(Mapping[str, tuple[Entry, ...]]):
    """What each name may mean."""

    @abstractmethod
    def prefixes(self, text: str) -> list[str]:
        """The names that `text` begins with, the shortest first."""


@record
class PlaceWords:
    """The small words around places in a language, and in English (resources/places/words.yaml)."""

    at: frozenset[str]  # in, near, en, cerca de, à …
    at_after: tuple[str, ...]  # where the small word follows the name: 에, में
    home: tuple[str, ...]  # i live in, vivo en, j'habite à …
    origin: tuple[str, ...]  # from, soy de, je viens de …
    origin_after: tuple[str, ...]  # 出身, 출신
    away: tuple[str, ...]  # took … to, moved to, he lives in …
    moved: tuple[str, ...]  # i moved, me mudé: what follows "to" is where the person is now
    now: frozenset[str]  # now, ahora, maintenant
    zip: frozenset[str]  # zip, código, code postal


POSITION = "<hhI"  # latitude and longitude in hundredths of a degree, GeoNames number or ZIP and a zip code
ZIP = 1 << 31
FAR_FROM_ANY_CITY = 9.0  # square of degrees of latitude: three, about 330 km


@record
class Gazetteer:
    """Names of places and what they may mean. Built from libraries by directory_files/gazetteer.py."""

    names: Names = field(repr=False)
    short_regions: Mapping[str, tuple[Entry, ...]] = field(
        repr=False
    )  # "tx", "ny": only beside a city or in capitals
    zips: Mapping[str, Place] = field(repr=False)
    geonames: Mapping[str, Place] = field(repr=False)
    regions: Mapping[tuple[str, str], Place] = field(repr=False)
    countries: Mapping[str, Place] = field(repr=False)
    region_names: Mapping[tuple[str, str], Mapping[str, str]] = field(repr=False)  # by language; "" is native
    country_names: Mapping[str, Mapping[str, str]] = field(repr=False)
    misspellable: Mapping[str, tuple[str, ...]] = field(repr=False)  # first letter -> large places' names
    words: Mapping[str, PlaceWords] = field(repr=False)  # by language; "" where a message does not tell
    positions: bytes = field(repr=False)  # of every city and US zip code, one POSITION after the other

    def words_in(self, language: str | None) -> PlaceWords:
        """The small words of a language."""
        return self.words.get(language or "") or self.words[""]

    def by_geoname(self, number: int) -> Place | None:
        """A city by its GeoNames number."""
        return self.geonames.get(str(number))

    def region_at(self, latitude: float, longitude: float) -> Place | None:
        """The region of the nearest city or zip code, or None far from any. Degrees; what is finer is let go."""
        east = cos(radians(latitude))
        nearest, number = FAR_FROM_ANY_CITY, 0
        for north100, east100, geoname in iter_unpack(POSITION, self.positions):
            across = (east100 / 100 - longitude + 180) % 360 - 180
            distance = (north100 / 100 - latitude) ** 2 + (across * east) ** 2
            if distance < nearest:
                nearest, number = distance, geoname
        city = self.by_zip(f"{number - ZIP:05}") if number >= ZIP else self.by_geoname(number)
        if city is None:
            return None
        return (self.by_region(city.country, city.region) if city.region else None) or self.by_country(
            city.country
        )

    def by_zip(self, code: str) -> Place | None:
        """A US zip code."""
        return self.zips.get(code)

    def by_region(self, country: str, region: str) -> Place | None:
        """A state, province or region."""
        return self.regions.get((country, region))

    def by_country(self, country: str) -> Place | None:
        """A country."""
        return self.countries.get(country)

    def region_name(self, country: str, region: str, language: str) -> str:
        """A region's name for a reader of `language`."""
        names = self.region_names.get((country, region), {})
        return names.get(language) or names.get("") or region

    def country_name(self, country: str, language: str) -> str:
        """A country's name for a reader of `language`."""
        names = self.country_names.get(country, {})
        return names.get(language) or names.get("en") or country

    def place_name(self, place: Place, language: str) -> str:
        """'Austin, TX', 'Seine-Saint-Denis, France', 'Navajo Nation, AZ'."""
        finest = place.land or place.city or place.county
        region = place.region and (
            place.region
            if place.country == "US" and finest
            else self.region_name(place.country, place.region, language)
        )
        parts = [finest, region if place.country in ("US", "CA", "AU", "MX") or not finest else None]
        if place.country != "US" or not (finest or region):
            parts.append(self.country_name(place.country, language))
        return ", ".join(dict.fromkeys(p for p in parts if p))

    def contract_region(self, place: Place) -> str | None:
        """The region as other programs read it: postal letters in the US, Canada, Australia; else the name."""
        if place.region is None or place.country in ("US", "CA", "AU"):
            return place.region
        return self.region_name(place.country, place.region, "")


@record
class PlaceFound:
    """A place, or several it may be. `evidence` is what the person wrote."""

    place: Place | None
    choices: tuple[Place, ...] = ()
    evidence: str = field(default="", repr=False)
    span: tuple[int, int] = (0, 0)


@record
class Mention:
    """A name in the message, at words `first` to `last`, and what speaks for it."""

    first: int
    last: int
    entries: tuple[Entry, ...]
    sign: float
    exact: bool = True


def find_place(
    text: str,
    *,
    gazetteer: Gazetteer,
    home: str | None = None,
    language: str | None = None,
    expecting: bool = False,
    usage: Usage = NOTHING_KNOWN,
) -> PlaceFound | None:
    """The place where help is needed, or None.

    `home` is the country a deployment serves first: it only decides between namesakes. `expecting`: the bot has
    just asked where, so the message is likely a place. `usage`: how common words are, for names that are also words
    of the message's language.
    """
    words = read_words(text)
    small = gazetteer.words_in(language)
    mentions = [
        mention
        for mention in _mentions(text, words, gazetteer, small, expecting)
        if mention.sign > 0 and (expecting or not _is_an_everyday_word(mention, text, words, language, usage))
    ]
    if not mentions:
        return None
    best = max(mentions, key=lambda m: (m.sign, m.first))
    chosen = _choose(best.entries, home)
    start, end = words[best.first].start, words[best.last].end
    return PlaceFound(
        place=chosen[0] if len(chosen) == 1 else None,
        choices=chosen if len(chosen) > 1 else (),
        evidence=text[start:end],
        span=(start, end),
    )


# -- names in the message -----------------------------------------------------------------------------------


def _mentions(
    text: str, words: Sequence[Word], gazetteer: Gazetteer, small: PlaceWords, expecting: bool
) -> list[Mention]:
    named = _named(words, gazetteer, small, expecting)
    joined = _join_neighbours([m for m in named if _could_be_meant(m, text, words)], words)
    return [replace(m, sign=_sign(m, text, words, small, expecting)) for m in joined]


def _named(words: Sequence[Word], gazetteer: Gazetteer, small: PlaceWords, expecting: bool) -> list[Mention]:
    """Longest names first, left to right, none overlapping."""
    found: list[Mention] = []
    at = 0
    while at < len(words):
        mention = _named_at(at, words, gazetteer, small, expecting)
        if mention is None:
            at += 1
        else:
            found.append(mention)
            at = mention.last + 1
    return found


def _named_at(
    at: int, words: Sequence[Word], gazetteer: Gazetteer, small: PlaceWords, expecting: bool
) -> Mention | None:
    named = _longest_name(at, words, gazetteer.names)
    if named:
        entries = gazetteer.names[named]
        return Mention(first=at, last=at + named.count(" "), entries=entries, sign=0.0)
    word = words[at]
    if word.folded.isdigit():
        place = gazetteer.zips.get(word.folded) if len(word.folded) == 5 else None
        return (
            Mention(
                first=at,
                last=at,
                entries=(Entry(place=place, grain=Grain.CITY, weight=1e9, guarded=True),),
                sign=0.0,
            )
            if place
            else None
        )
    short = gazetteer.short_regions.get(word.folded)
    if short:
        return Mention(first=at, last=at, entries=short, sign=0.0)
    declined = _declined(at, words, gazetteer, small)
    if declined:
        return Mention(first=at, last=at, entries=declined, sign=0.0)
    return _misspelled(at, words, gazetteer, small, expecting)


def _longest_name(at: int, words: Sequence[Word], names: Names) -> str | None:
    """The longest name that the words from `at` on begin with; none goes over a comma."""
    longest = LONGEST_NAME_IN_SIGNS if SIGN.match(words[at].folded) else LONGEST_NAME
    said = [words[at].folded]
    for word in words[at + 1 : at + longest]:
        if word.after_break:
            break
        said.append(word.folded)
    whole = f"{' '.join(said)} "
    return next((n for n in reversed(names.prefixes(whole)) if whole.startswith(f"{n} ")), None)


def _declined(at: int, words: Sequence[Word], gazetteer: Gazetteer, small: PlaceWords) -> tuple[Entry, ...]:
    """ "у Харкові", "в Варшаве": a city in its case, behind a word for where."""
    word = words[at].folded
    if not CYRILLIC.match(word) or len(word) < SHORTEST_DECLINED or not _before(at, words) & small.at:
        return ()
    for ending in ENDINGS:
        if not word.endswith(ending):
            continue
        for other in BEGINNINGS_OF_CASES:
            entries = gazetteer.names.get(word.removesuffix(ending) + other)
            if entries and max(entry.weight for entry in entries) >= KNOWN_BY_CASE:
                return tuple(entries)
    return ()


def _misspelled(
    at: int, words: Sequence[Word], gazetteer: Gazetteer, small: PlaceWords, expecting: bool
) -> Mention | None:
    """A large place with a letter wrong, only where a place is expected."""
    word = words[at].folded
    if len(word) < SHORTEST_MISSPELLED or not word.isalpha():
        return None
    if not (expecting or _before(at, words) & small.at):
        return None
    allowed = 2 if len(word) >= 9 else 1
    best = process.extractOne(
        word, gazetteer.misspellable.get(word[0], ()), scorer=OSA.distance, score_cutoff=allowed
    )
    if best is None:
        return None
    return Mention(first=at, last=at, entries=gazetteer.names[best[0]], sign=0.0, exact=False)


def _before(at: int, words: Sequence[Word]) -> set[str]:
    return {words[at - 1].folded} if at and not words[at].after_break else set()


def _join_neighbours(mentions: list[Mention], words: Sequence[Word]) -> list[Mention]:
    """'Austin, Texas', 'Springfield IL', 'Paris en France' are one place: the finer, within the coarser."""
    joined: list[Mention] = []
    for mention in mentions:
        if joined and mention.first - joined[-1].last <= 2:
            together = _within(joined[-1], mention)
            if not together and not _is_short(joined[-1], words):  # "in Austin" is not Indiana
                together = _within(mention, joined[-1])
            if together:
                joined[-1] = replace(mention, first=joined[-1].first, last=mention.last, entries=together)
                continue
        joined.append(mention)
    return joined


# Two-letter states that are also words; in small letters they count only at the end ("springfield, or").
ALSO_SMALL_WORDS = frozenset(
    [
        "al",
        "de",
        "hi",
        "um",
        "id",
        "in",
        "la",
        "ma",
        "me",
        "mi",
        "oh",
        "ok",
        "or",
        "pa",
        "co",
        "md",
        "mo",
        "ct",
    ]
)


def _is_short(mention: Mention, words: Sequence[Word]) -> bool:
    return mention.first == mention.last and len(words[mention.first].folded) <= 2


def _could_be_meant(mention: Mention, text: str, words: Sequence[Word]) -> bool:
    word = words[mention.first]
    if not _is_short(mention, words) or word.folded not in ALSO_SMALL_WORDS:
        return True
    ends = mention.last + 1 == len(words) or words[mention.last + 1].after_break
    return _is_capital(mention, text, words) or ends


def _within(fine: Mention, coarse: Mention) -> tuple[Entry, ...]:
    """The meanings of `fine` that lie in a meaning of `coarse`; they need no further sign."""
    return tuple(
        replace(f, guarded=False)
        for f in fine.entries
        if any(f.grain > c.grain and _lies_in(f.place, c.place, c.grain) for c in coarse.entries)
    )


def _lies_in(fine: Place, coarse: Place, grain: Grain) -> bool:
    if fine.country != coarse.country:
        return False
    if grain is Grain.COUNTRY:
        return True
    if fine.region != coarse.region:
        return False
    return grain is Grain.REGION or (grain is Grain.COUNTY and fine.county == coarse.county)


# -- what speaks for a mention ------------------------------------------------------------------------------

HOME, AT, NAMED, ORIGIN, AWAY, NOTHING = 4.0, 2.0, 1.0, 0.5, 0.0, 0.0


def _sign(mention: Mention, text: str, words: Sequence[Word], small: PlaceWords, expecting: bool) -> float:
    """How much says that this is where help is needed; 0 is not enough."""
    before = " ".join(w.folded for w in words[max(0, mention.first - NEAR_WORDS) : mention.first])
    behind = " ".join(w.folded for w in words[mention.last + 1 : mention.last + 1 + NEAR_WORDS])
    after = behind.partition(" ")[0]
    here_now = 1.0 if after in small.now or _ends_with(before, small.now) else 0.0
    if _is_risky(mention, text, words) and not expecting:
        return NOTHING
    if _ends_with(before, small.home):
        return HOME + here_now
    if _ends_with(before, small.away):
        return AT if any(f" {moved} " in f" {before} " for moved in small.moved) else AWAY
    if _ends_with(before, small.origin) or _begins_with(behind, small.origin_after):
        return ORIGIN + here_now
    at_place = _ends_with(before, small.at) and not words[mention.first].after_break
    at_place = at_place or _begins_with(behind, small.at_after)
    if at_place:
        return AT + here_now
    if _is_zip(mention) and (
        small.zip & set(before.split()) or expecting or _stands_at_an_end(mention, words)
    ):
        return AT
    if expecting and (len(words) <= LONGEST_NAME or not _is_guarded(mention)):
        return AT
    if _is_a_state_in_capitals(mention, text, words):
        return NAMED + here_now
    if _is_guarded(mention) and not (_stands_alone(mention, words) and _is_capital(mention, text, words)):
        return NOTHING
    return (NAMED if mention.exact else NOTHING) + here_now


def _ends_with(before: str, phrases: Phrases) -> bool:
    return f" {before}".endswith(_as_endings(phrases))


def _begins_with(behind: str, phrases: Phrases) -> bool:
    return f"{behind} ".startswith(_as_beginnings(phrases))


@cache
def _as_endings(phrases: Phrases) -> tuple[str, ...]:
    return tuple(f" {phrase}" for phrase in phrases)


@cache
def _as_beginnings(phrases: Phrases) -> tuple[str, ...]:
    return tuple(f"{phrase} " for phrase in phrases)


def _is_guarded(mention: Mention) -> bool:
    return all(e.guarded for e in mention.entries)


def _is_risky(mention: Mention, text: str, words: Sequence[Word]) -> bool:
    """'in or', 'in me', 'en la': two letters need capitals even behind a preposition."""
    doubtful = _is_short(mention, words) and words[mention.first].folded in ALSO_SMALL_WORDS
    return doubtful and not _is_capital(mention, text, words)


def _is_capital(mention: Mention, text: str, words: Sequence[Word]) -> bool:
    written = text[words[mention.first].start : words[mention.last].end]
    if len(written) <= 2:
        return written.isupper()
    return written[:1].isupper() or written[:1].isdigit() or not any(c.isupper() for c in text)


# Capitals that mean something else as often: Veterans Affairs, public relations, "Ms".
ALSO_CAPITALS = frozenset(["va", "pr", "ms", "ar", "as", "vi", "mt", "ne", "ia"])


def _is_a_state_in_capitals(mention: Mention, text: str, words: Sequence[Word]) -> bool:
    """ "need a lawyer TX", in a message that is not all in capitals."""
    word = words[mention.first].folded
    if not _is_short(mention, words) or word in ALSO_SMALL_WORDS | ALSO_CAPITALS or text.isupper():
        return False
    return text[words[mention.first].start : words[mention.last].end].isupper()


def _is_zip(mention: Mention) -> bool:
    return mention.entries[0].place.postal_code is not None


def _is_an_everyday_word(
    mention: Mention, text: str, words: Sequence[Word], language: str | None, usage: Usage
) -> bool:
    """ "m nan prizon" is no Thai province, "me quitó" not Quito, "el centro de detención" not El Centro."""
    written = text[words[mention.first].start : words[mention.last].end]
    if written.casefold() in MONTHS:  # "in March" is a time
        return True
    if not written.isascii() and _has_other_accents(written, mention.entries):
        return True
    if language is None or any(entry.weight >= KNOWN_TO_ALL for entry in mention.entries):
        return False
    said = [word.folded for word in words[mention.first : mention.last + 1]]
    often = min(_commonness(word, language, usage) for word in (said[1:] if said[0] in ARTICLES else said))
    if often < _common_enough(mention.entries, said, language):
        return False
    has_capitals = written[:1].isupper() and any(c.islower() for c in text)
    inside = mention.first > 0 and (not words[mention.first].after_stop or _stands_alone(mention, words))
    return not (has_capitals and inside)


def _common_enough(entries: Sequence[Entry], said: Sequence[str], language: str) -> float:
    """From which frequency a name is rather a word: sooner for a town where the language is not at home."""
    if said[0] in ARTICLES and len(said) > 1:
        return COMMON
    abroad = all(e.weight < TOWN and not _is_at_home(language, e.place.country) for e in entries)
    return SEEN if abroad else VERY_COMMON


@cache
def _is_at_home(language: str, country: str) -> bool:
    return country == "US" or language in get_official_languages(country, de_facto=True, regional=True)


def _commonness(word: str, language: str, usage: Usage) -> float:
    return next((zipf for spoken, zipf in usage.get(word, ()) if spoken == language), 0.0)


def _has_other_accents(written: str, entries: Sequence[Entry]) -> bool:
    """It is written with accents, and every name it may stand for is the same word without any."""
    if not LATIN.search(written):
        return False
    # Vietnamese names stand in the gazetteer without the marks they are written with.
    places = [e.place for e in entries if e.place.country != "VN"]
    names = {n for place in places for n in (place.city, place.county, place.land) if n}
    alike = [name for name in names if fold(name) == fold(written)]
    return bool(alike) and all(name.isascii() for name in alike)


def _stands_at_an_end(mention: Mention, words: Sequence[Word]) -> bool:
    """ "78702 counseling", "need a lawyer 10001": a few words with a zip code before or behind them."""
    ends = mention.first == 0 or mention.last + 1 == len(words)
    return _stands_alone(mention, words) or (ends and len(words) <= FEW_WORDS)


def _stands_alone(mention: Mention, words: Sequence[Word]) -> bool:
    """Between breaks, or at an end of the message behind a break: 'need a lawyer, Austin'."""
    begins = words[mention.first].after_break
    ends = mention.last + 1 == len(words) or words[mention.last + 1].after_break
    return begins and ends


# -- one place, or a choice ---------------------------------------------------------------------------------


def _choose(entries: Sequence[Entry], home: str | None) -> tuple[Place, ...]:
    """One place where it is clear, else up to four, likeliest first."""
    weighed = sorted(_finest(entries), key=lambda e: -_weight(e, home))
    if len(weighed) == 1 or _weight(weighed[0], home) >= DOMINANT * _weight(weighed[1], home):
        return (weighed[0].place,)
    distinct: dict[tuple[str, str | None, str | None], Place] = {}
    for entry in weighed:
        place = entry.place
        if _weight(entry, home) * 50 < _weight(weighed[0], home):
            continue
        name = place.city or place.county or place.land
        distinct.setdefault((place.country, place.region, name), place)
    return (
        tuple(replace(p, confidence=0.5) for p in list(distinct.values())[:MOST_CHOICES])
        if len(distinct) > 1
        else tuple(distinct.values())
    )


def _finest(entries: Sequence[Entry]) -> list[Entry]:
    """Without the region or county that is named like its city (São Paulo, Namur): the city lies in it."""
    cities = [e for e in entries if e.grain is Grain.CITY]
    return [
        e
        for e in entries
        if not _may_be_its_city(e)
        or not any(
            c.place.country == e.place.country
            and c.place.region in (None, e.place.region)
            and c.weight >= SEAT
            for c in cities
        )
    ]


def _may_be_its_city(entry: Entry) -> bool:
    """A county of the US says that it is one: "Los Angeles County"."""
    in_us = entry.place.country == "US"
    return entry.grain is Grain.REGION or (entry.grain is Grain.COUNTY and not in_us)


def _weight(entry: Entry, home: str | None) -> float:
    return entry.weight * (HOME_WEIGHT if home and entry.place.country == home else 1.0)
