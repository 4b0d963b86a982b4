"""What a pasted page may answer: numbers, addresses, hours, languages, costs, places. Pure; nothing of it is kept.

Each find is a suggestion with the very words it was read from. A person takes it or does not.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher

from bot.directory_files.phones import LETTERS
from bot.model.directory import EUROPEAN_UNION, WORLDWIDE
from bot.model.record import record
from bot.understanding.places import Entry, Gazetteer, Grain
from bot.upkeep.adding.hours import find_hours, flat
from bot.upkeep.adding.names import COUNTY, Names, common_languages
from bot.upkeep.adding.words import Phrases

AROUND = 30  # characters shown on both sides of a find
LONGEST_PHRASE = 5  # words
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?<!-)")
ADDRESS = r"[^\s<>\"'()\[\]{}]"
ENDINGS = "org|com|net|gov|edu|info|int"
AFTER = ".,;:!?*"
# 1-800-656-HOPE: a free number of North America with letters in it
WITH_LETTERS = re.compile(
    r"(?<![\w+])(?:1[-. ])?\(?8(?:00|33|44|55|66|77|88)\)?[-. ][A-Z0-9][A-Z0-9.-]{6,10}(?!\w)"
)
NORTH_AMERICA = 1
NOWHERE = (WORLDWIDE, EUROPEAN_UNION)


@record
class Seen:
    """One suggestion. `text` is how it stands in the pasted text, `around` what stands beside it."""

    value: str
    text: str
    around: str = field(default="", repr=False)


@record
class Found:
    """Suggestions by the question they may answer."""

    numbers: tuple[Seen, ...] = ()
    mails: tuple[Seen, ...] = ()
    pages: tuple[Seen, ...] = ()
    hours: tuple[Seen, ...] = ()
    languages: tuple[Seen, ...] = ()
    costs: tuple[Seen, ...] = ()
    regions: tuple[Seen, ...] = ()
    places: tuple[Seen, ...] = ()


def found_in(text: str, country: str, phrases: Phrases, languages: Names, gazetteer: Gazetteer) -> Found:
    """Everything a text offers to a service in `country`."""
    return Found(
        numbers=_once((*_numbers(text, country), *_numbers_with_letters(text, country))),
        mails=_once(_seen(text, match, match.group()) for match in MAIL.finditer(text)),
        pages=_once(_pages(text, country)),
        hours=_once(_hours(text, phrases)),
        languages=_once(_languages(text, phrases, languages)),
        costs=_once(_costs(text, phrases)),
        regions=_once(_regions(text, country, gazetteer)),
        places=_once(_places(text, country, gazetteer)),
    )


def _once(finds: Iterable[Seen]) -> tuple[Seen, ...]:
    """Each value once, where it stands first."""
    first: dict[str, Seen] = {}
    for find in finds:
        first.setdefault(find.value, find)
    return tuple(first.values())


def _seen(text: str, at: re.Match[str], value: str) -> Seen:
    return _between(text, at.start(), at.end(), value)


def _between(text: str, start: int, end: int, value: str) -> Seen:
    before = text[max(0, start - AROUND) : start].split("\n")[-1]
    after = text[end : end + AROUND].split("\n")[0]
    if start > AROUND and len(before) == AROUND:
        before = before.partition(" ")[2]  # no half words
    if len(after) == AROUND:
        after = after.rpartition(" ")[0]
    return Seen(value=value, text=text[start:end], around=f"{before}{text[start:end]}{after}".strip())


# -- ways to get through -----------------------------------------------------------------------------------------


def _numbers(text: str, country: str) -> Iterator[Seen]:
    for match in PhoneNumberMatcher(text, None if country in NOWHERE else country):
        value = phonenumbers.format_number(match.number, PhoneNumberFormat.INTERNATIONAL)
        yield _between(text, match.start, match.end, value)


def _numbers_with_letters(text: str, country: str) -> Iterator[Seen]:
    if phonenumbers.country_code_for_region(country) != NORTH_AMERICA:
        return
    for match in WITH_LETTERS.finditer(text):
        written = match.group().rstrip("-.")
        if LETTERS.search(written):
            yield _between(text, match.start(), match.start() + len(written), written)


def _pages(text: str, country: str) -> Iterator[Seen]:
    endings = f"{ENDINGS}|{country.lower()}"
    pattern = re.compile(
        rf"https?://{ADDRESS}{{3,300}}|(?<![@\w./-])(?:www\.{ADDRESS}{{3,300}}"
        rf"|(?:[a-z0-9-]{{1,63}}\.){{1,4}}(?:{endings})(?:/{ADDRESS}{{0,300}})?(?![\w@-]))",
        re.IGNORECASE,
    )
    for match in pattern.finditer(text):
        written = match.group().rstrip(AFTER)
        host = re.sub(r"^https?://", "", written, flags=re.IGNORECASE).partition("/")[0]
        if "." in host.strip("."):
            yield _between(text, match.start(), match.start() + len(written), web_address(written))


def web_address(written: str) -> str:
    """With https:// in front where nothing stands there."""
    scheme, mark, rest = written.partition("://")
    return f"{scheme.lower()}{mark}{rest}" if mark else f"https://{written}"


# -- hours, languages, cost --------------------------------------------------------------------------------------


def _hours(text: str, phrases: Phrases) -> Iterator[Seen]:
    at = 0
    for _, written in find_hours(text, phrases.hours):
        at = text.index(written, at)
        yield _between(text, at, at + len(written), " ".join(written.split()))


def _languages(text: str, phrases: Phrases, names: Names) -> Iterator[Seen]:
    """Names of languages; in a text, only of those that are official somewhere or stand in our list."""
    wanted = common_languages() | set(phrases.languages.values())
    table = {_key(spelling): code for spelling, code in names.by_spelling.items() if code in wanted}
    codes = {_key(code) for code in names.by_code} - {_key(p) for p in phrases.languages}
    for start, end, key in _phrases_in(text, lambda key: key in table and key not in codes):
        yield _between(text, start, end, names.by_code[table[key]].name)


def _costs(text: str, phrases: Phrases) -> Iterator[Seen]:
    table = {_key(phrase): cost for phrase, cost in phrases.costs.items()}
    for start, end, key in _phrases_in(text, table.__contains__):
        if table[key]:
            yield _between(text, start, end, table[key])


def _key(phrase: str) -> str:
    return " ".join(WORD.findall(flat(phrase)))


def _phrases_in(
    text: str, is_known: Callable[[str], bool], *, only_capitals: bool = False
) -> Iterator[tuple[int, int, str]]:
    """(start, end, phrase) of what is known, longest first, none overlapping, none across lines."""
    begin = 0
    for line in text.split("\n"):
        words = [(m.start() + begin, m.end() + begin, m.group()) for m in WORD.finditer(flat(line))]
        at = 0
        while at < len(words):
            skip = only_capitals and not text[words[at][0]].isupper()
            length, key = (1, None) if skip else _longest(words, at, is_known)
            if key:
                yield words[at][0], words[at + length - 1][1], key
            at += length
        begin += len(line) + 1


def _longest(
    words: list[tuple[int, int, str]], at: int, is_known: Callable[[str], bool]
) -> tuple[int, str | None]:
    for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
        key = " ".join(word for _, _, word in words[at : at + length])
        if is_known(key):
            return length, key
    return 1, None


# -- places ------------------------------------------------------------------------------------------------------


def _regions(text: str, country: str, gazetteer: Gazetteer) -> Iterator[Seen]:
    """Names of states with a capital, and their letters behind a city: Austin, TX."""
    meant = _meaning(gazetteer, country, (Grain.REGION,))
    for start, end, key in _phrases_in(text, lambda key: bool(meant(key)), only_capitals=True):
        yield _between(text, start, end, meant(key))
    for match in re.finditer(r"(?<=, )[A-Z]{2,3}\b", text):
        for entry in gazetteer.short_regions.get(match.group().lower(), ()):
            if entry.place.country == country and entry.place.region:
                yield _seen(text, match, entry.place.region)


def _places(text: str, country: str, gazetteer: Gazetteer) -> list[Seen]:
    """Cities and counties with a capital, the most named first. What is also a word needs "in" before it."""
    meant = _meaning(gazetteer, country, (Grain.COUNTY, Grain.CITY))
    counted: dict[str, list[Seen]] = {}
    for start, end, key in _phrases_in(text, lambda key: bool(meant(key)), only_capitals=True):
        if _is_also_a_word(key, gazetteer) and not _has_a_sign(text, start, end, gazetteer):
            continue
        counted.setdefault(meant(key), []).append(_between(text, start, end, meant(key)))
    return [finds[0] for finds in sorted(counted.values(), key=len, reverse=True)]


def _is_also_a_word(key: str, gazetteer: Gazetteer) -> bool:
    return all(entry.guarded for entry in gazetteer.names[key])


def _has_a_sign(text: str, start: int, end: int, gazetteer: Gazetteer) -> bool:
    """ "in Austin", "Austin, TX"."""
    before = WORD.findall(flat(text[max(0, start - AROUND) : start]))
    named = bool(re.match(r", [A-Z]{2,3}\b", text[end : end + 5]))
    return named or bool(before and before[-1] in gazetteer.words_in(None).at)


def _meaning(gazetteer: Gazetteer, country: str, grains: tuple[Grain, ...]) -> Callable[[str], str]:
    """What a name means in a country: a region's code, a city, 'county Travis', or nothing."""

    @cache
    def meant(key: str) -> str:
        entries = gazetteer.names.get(key, ())
        here = [e for e in entries if e.place.country == country and e.grain in grains]
        finest_first = sorted(here, key=lambda e: -e.grain)  # Paris is a city before it is a department
        return next((name for e in finest_first if (name := _name_of(e))), "")

    return meant


def _name_of(entry: Entry) -> str:
    place = entry.place
    if entry.grain is Grain.COUNTY:
        return f"{COUNTY}{place.county}" if place.county else ""
    return (place.region if entry.grain is Grain.REGION else place.city) or ""
