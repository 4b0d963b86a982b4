"""Hours as people write them -> the notation of OpenStreetMap, or nothing. Pure.

"lunes a viernes 9 a 17" and "Weekdays 9am to 5pm" are read; a word that is not known makes all of it unread, because
hours that are half understood send somebody to a phone that nobody answers. What was read is always shown to the
person who wrote it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from functools import cache
from typing import Any

from babel.dates import get_day_names
from opening_hours import validate as hours_parse

from bot.matching.opening import ALWAYS
from bot.model.record import record

LANGUAGES = ("en", "es", "fr", "pt")  # whose names of days are read
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WHOLE_WEEK = "Mo-Su"
WHOLE_DAY = "00:00-24:00"
SHORTEST_NAME = 3  # letters: "me" and "su" are other words
LONGEST = 300  # characters; nobody's hours are longer
NOON, MIDNIGHT = "12", "24"

CLOCK = re.compile(
    r"(?<!\d)(?:(?P<four>[0-2]\d(?:00|15|30|45))(?!\d)"
    r"|(?P<hour>\d{1,2})(?:\s?[:.h]\s?(?P<minute>\d{2})(?!\d)|\s?h\b)?(?!\d))"
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?"
)
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*\.?")
SPACE = re.compile(r"[^\S\n]+")
DASH = re.compile(r"[-–—−~]+")
BREAK = re.compile(r"[,;:/|()\[\].\n•·]")


class Sort(StrEnum):
    """What a piece of the text is. The letters make a sentence that the patterns below read."""

    DAY = "d"
    CLOCK = "t"
    TO = "o"
    AND = "s"
    CLOSED = "c"
    ALWAYS = "A"
    HALF = "h"  # in the morning, in the evening
    ZONE = "z"
    SKIP = "_"
    UNKNOWN = "?"


DAY_LIST = r"d(?:od)?(?:s*d(?:od)?)*"
SPANS = r"tot(?:s*tot)*"
WHAT = rf"(?:{SPANS}|c|A)"
DAYS_FIRST = re.compile(rf"(?P<days>{DAY_LIST})s*(?P<what>{WHAT})")
DAYS_LAST = re.compile(rf"(?P<what>{WHAT})s*(?P<days>{DAY_LIST})")
NO_DAYS = re.compile(rf"(?P<days>)(?P<what>A|{SPANS})")
CLOSED_ON = re.compile(rf"(?P<what>c)s*(?P<days>{DAY_LIST})")  # may follow in any form: "closed on Sundays"


@record
class Token:
    """A piece of the text: what it is, what it means (a day, an hour, a time zone), and where it stands."""

    sort: Sort
    value: str
    start: int
    end: int


@record
class Clock:
    """A time of day as written. `half`: a or p, nothing where only the number stands; `plain`: a 24-hour clock."""

    hour: int
    minute: int
    half: str
    plain: bool

    @property
    def minutes(self) -> int:
        """Minutes since midnight, as far as what is written tells."""
        hour = self.hour
        if self.half == "a":
            hour %= 12
        elif self.half == "p" and hour < 12:
            hour += 12
        return hour * 60 + self.minute


@record
class HoursWords:
    """The words of hours by how they are written, and the zones people name."""

    by_phrase: Mapping[str, tuple[Sort, str]] = field(repr=False)
    pattern: re.Pattern[str] = field(repr=False)


@record
class Hours:
    """What was read. `zone` is the time zone that was named beside it."""

    osm: str
    zone: str | None = None


def hours_words(hours: Mapping[str, Any], zones: Mapping[str, Sequence[str]]) -> HoursWords:
    """The words of phrases.yaml with the names of days from CLDR."""
    known: dict[str, tuple[Sort, str]] = {name: (Sort.DAY, day) for name, day in day_names().items()}
    for day, phrases in hours["days"].items():
        known |= {flat(p): (Sort.DAY, day) for p in phrases}
    for sort in (Sort.SKIP, Sort.AND, Sort.TO, Sort.CLOSED, Sort.ALWAYS):
        known |= {flat(p): (sort, "") for p in hours[sort.name.lower()]}
    for half, name in (("a", "am"), ("p", "pm")):
        known |= {flat(p): (Sort.HALF, half) for p in hours[name]}
    for hour, name in ((NOON, "noon"), (MIDNIGHT, "midnight")):
        known |= {flat(p): (Sort.CLOCK, hour) for p in hours[name]}
    known |= {flat(p): (Sort.ZONE, zone) for zone, phrases in zones.items() for p in phrases}
    return HoursWords(by_phrase=known, pattern=_any_of(known))


def read_hours(text: str, words: HoursWords) -> Hours | None:
    """What `text` says, in a form that the check accepts; None when any of it is not understood."""
    if len(text) > LONGEST:
        return None
    tokens = tokens_of(text, words)
    osm = _rules(_halved(tokens))
    if osm is None and re.search(r"\d\d:\d\d|24/7", text):
        osm = text.strip()  # the notation itself, with months or holidays, which we do not read
    if osm is None or not hours_parse(osm):
        return None
    return Hours(osm=osm, zone=next((t.value for t in tokens if t.sort is Sort.ZONE), None))


def find_hours(text: str, words: HoursWords) -> Iterator[tuple[Hours, str]]:
    """(what it says, how it stands there) of each piece of a longer text that says when somebody answers."""
    for run in _runs(tokens_of(text, words)):
        written = text[run[0].start : run[-1].end]
        whole = _said(written, words)
        pieces = (whole,) if whole else (_said(line, words) for line in written.split("\n"))
        yield from (piece for piece in pieces if piece)


def _said(written: str, words: HoursWords) -> tuple[Hours, str] | None:
    written = written.strip(" .,;:")
    hours = read_hours(written, words) if _speaks_of_hours(written, words) else None
    return (hours, written) if hours else None


# -- pieces of the text ------------------------------------------------------------------------------------------


def flat(text: str) -> str:
    """The text in small letters without accents, each character still in its place."""
    return "".join(_flat_character(c) for c in text)


def _flat_character(character: str) -> str:
    if character in "’‘ʼ´`":
        return "'"
    if character.isascii() or unicodedata.category(character) == "No":  # ½ is not 1
        return character.lower()
    plain = unicodedata.normalize("NFKD", character.casefold())
    return next((c for c in plain if not unicodedata.combining(c)), " ")


def tokens_of(text: str, words: HoursWords) -> list[Token]:
    """The text in pieces, spaces aside."""
    low = flat(text)
    found: list[Token] = []
    at = 0
    while at < len(low):
        token = _token(text, low, at, words)
        at = token.end
        if token.value != " ":
            found.append(token)
    return found


def _token(text: str, low: str, at: int, words: HoursWords) -> Token:
    space = SPACE.match(low, at)
    if space:
        return Token(sort=Sort.SKIP, value=" ", start=at, end=space.end())
    phrase = words.pattern.match(low, at)
    if phrase:
        sort, value = words.by_phrase[SPACE.sub(" ", phrase.group())]
        if not _is_other_word(text[at : phrase.end()], sort):
            return Token(sort=sort, value=value, start=at, end=phrase.end())
    for pattern, sort in ((CLOCK, Sort.CLOCK), (DASH, Sort.TO), (BREAK, Sort.AND), (WORD, Sort.UNKNOWN)):
        match = pattern.match(low, at)
        if match:
            return Token(sort=sort, value=_value(match, sort), start=at, end=match.end())
    return Token(sort=Sort.UNKNOWN, value="", start=at, end=at + 1)


def _is_other_word(written: str, sort: Sort) -> bool:
    """Two letters are a day only with a capital: Tu, and not the Spanish tu."""
    return sort is Sort.DAY and len(written) < SHORTEST_NAME and not written[0].isupper()


def _value(match: re.Match[str], sort: Sort) -> str:
    """Of a clock: hour, minute, half and whether it is written as on a 24-hour clock, with blanks between."""
    if sort is not Sort.CLOCK:
        return ""
    if match["four"]:
        return f"{match['four'][:2]}:{match['four'][2:]}:{match['half'] or ''}:plain"
    plain = "plain" if match["hour"].startswith("0") or int(match["hour"]) > 12 else ""
    return f"{match['hour']}:{match['minute'] or '00'}:{match['half'] or ''}:{plain}"


def _halved(tokens: Sequence[Token]) -> list[Token]:
    """ "5 de la tarde" as 5 pm; what says nothing about hours is left out."""
    kept: list[Token] = []
    for token in tokens:
        if token.sort is Sort.HALF and kept and kept[-1].sort is Sort.CLOCK and ":" in kept[-1].value:
            hour, minute, _, plain = kept[-1].value.split(":")
            last = kept.pop()
            kept.append(
                Token(
                    sort=Sort.CLOCK,
                    value=f"{hour}:{minute}:{token.value}:{plain}",
                    start=last.start,
                    end=token.end,
                )
            )
        elif token.sort not in (Sort.SKIP, Sort.ZONE):
            kept.append(token)
    return kept


def _any_of(phrases: Mapping[str, object]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    choices = "|".join(re.escape(p).replace(r"\ ", r"[^\S\n]+") for p in longest_first)
    return re.compile(rf"(?<![^\W_])(?:{choices})(?![^\W_])")


@cache
def day_names() -> Mapping[str, str]:
    """Every way to write a day in our languages, flat; what means two different days is left out."""
    seen: dict[str, set[str]] = {day.lower(): {day} for day in DAYS}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for at, name in get_day_names(width, locale=language).items():
                for written in _spellings(flat(name).rstrip(".")):
                    seen.setdefault(written, set()).add(DAYS[at])
    return {written: next(iter(days)) for written, days in seen.items() if len(days) == 1}


def _spellings(name: str) -> Iterator[str]:
    if len(name) >= SHORTEST_NAME:
        yield from (name, f"{name}.", f"{name}s", name.removesuffix("-feira"))


# -- pieces -> rules ---------------------------------------------------------------------------------------------


def _rules(tokens: Sequence[Token]) -> str | None:
    """The rules one after another, all of the same form: days first, or days last, or no days at all."""
    sentence = "".join(t.sort.value for t in tokens)
    if sentence.strip("s") == "A" or (set(sentence) <= {"A", "s", "d"} and _is_whole_week(tokens)):
        return ALWAYS if "A" in sentence else None
    for form in (DAYS_FIRST, DAYS_LAST, NO_DAYS):
        rules = _all_rules(form, sentence, tokens)
        if rules:
            return "; ".join(rules)
    return None


def _is_whole_week(tokens: Sequence[Token]) -> bool:
    days = [t.value for t in tokens if t.sort is Sort.DAY]
    return days == [WHOLE_WEEK]


def _all_rules(form: re.Pattern[str], sentence: str, tokens: Sequence[Token]) -> list[str] | None:
    rules: list[str] = []
    at = 0
    while at < len(sentence):
        if sentence[at] == Sort.AND:
            at += 1
            continue
        match = form.match(sentence, at) or CLOSED_ON.match(sentence, at)
        rule = _rule(match, tokens) if match else None
        if match is None or rule is None:
            return None
        rules.append(rule)
        at = match.end()
    return rules


def _rule(match: re.Match[str], tokens: Sequence[Token]) -> str | None:
    days = _day_list(tokens[match.start("days") : match.end("days")]) if match["days"] else ""
    what = _what(match["what"], tokens[match.start("what") : match.end("what")])
    if days is None or what is None:
        return None
    return f"{days} {what}".strip()


def _day_list(tokens: Sequence[Token]) -> str | None:
    """'Mo-Fr,Su'."""
    parts: list[str] = []
    is_range = False
    for token in tokens:
        if token.sort is Sort.TO:
            is_range = True
        elif token.sort is Sort.DAY:
            if is_range and not (parts[-1] in DAYS and token.value in DAYS):
                return None
            parts.append(f"{parts.pop()}-{token.value}" if is_range else token.value)
            is_range = False
    return ",".join(parts)


def _what(letters: str, tokens: Sequence[Token]) -> str | None:
    if letters == Sort.CLOSED:
        return "off"
    if letters == Sort.ALWAYS:
        return WHOLE_DAY
    clocks = [_clock(t.value) for t in tokens if t.sort is Sort.CLOCK]
    spans = [_span(opens, closes) for opens, closes in zip(clocks[::2], clocks[1::2], strict=True)]
    return ",".join(s for s in spans if s) if all(spans) else None


def _clock(value: str) -> Clock:
    if ":" not in value:  # noon, midnight
        return Clock(hour=int(value), minute=0, half="", plain=True)
    hour, minute, half, plain = value.split(":")
    return Clock(hour=int(hour), minute=int(minute), half=half if int(hour) <= 12 else "", plain=bool(plain))


def _span(opens: Clock, closes: Clock) -> str | None:
    """'09:00-17:00' for 9 to 5: where no half of the day is named, a working day is meant."""
    if any(c.hour > 24 or c.minute > 59 for c in (opens, closes)):
        return None
    begin, end = opens.minutes, closes.minutes
    half = 12 * 60
    if not opens.half and not opens.plain:
        begin = _opening(opens, closes)
    if not closes.half and not closes.plain and end <= begin and closes.hour <= 12 and end + half > begin:
        end += half
    if begin == 24 * 60:
        begin = 0
    if end == 0 and begin > 0:
        end = 24 * 60
    return None if begin == end else f"{_written(begin)}-{_written(end)}"


EARLIEST = 6  # before it nobody opens: "1-5" is an afternoon


def _opening(opens: Clock, closes: Clock) -> int:
    """The minute somebody begins when only a number up to 12 says so."""
    morning, evening = opens.minutes, opens.minutes % (12 * 60) + 12 * 60
    if closes.half == "p":
        return evening if evening < closes.minutes else morning
    if closes.half == "a":
        return morning if morning < closes.minutes else evening
    is_early = opens.hour < EARLIEST and not closes.plain
    return evening if is_early and opens.hour > 0 else morning


def _written(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


# -- in a longer text --------------------------------------------------------------------------------------------

EDGES = frozenset({Sort.SKIP, Sort.AND, Sort.TO})


def _runs(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Stretches without a word that is not about hours, without what only joins at their ends."""
    run: list[Token] = []
    for token in (*tokens, Token(sort=Sort.UNKNOWN, value="", start=0, end=0)):
        if token.sort is not Sort.UNKNOWN:
            run.append(token)
            continue
        trimmed = _trimmed(run)
        if trimmed:
            yield trimmed
        run = []


def _trimmed(run: list[Token]) -> list[Token]:
    meant = [at for at, token in enumerate(run) if token.sort not in EDGES]
    return run[meant[0] : meant[-1] + 1] if meant else []


def _speaks_of_hours(written: str, words: HoursWords) -> bool:
    """A day and a time, or day and night, or a time no other number looks like: "9-12" may be pages."""
    if len(written) > LONGEST:
        return False
    sorts = {t.sort for t in tokens_of(written, words)}
    if Sort.ALWAYS in sorts:
        return True
    if Sort.CLOCK not in sorts:
        return False
    return Sort.DAY in sorts or bool(re.search(r"\d\s?[:h]\s?\d\d|[ap]\.?\s?m\b", flat(written)))
