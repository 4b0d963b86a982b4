"""An answer as somebody typed it -> what stands in the file, or what to ask back. Pure.

Nothing is taken that the person did not write or choose: what is only likely comes back as a question.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import available_timezones

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat
from rapidfuzz import process

from bot.conversation.speak import language_name
from bot.directory_files.phones import EXTENSION, LETTERS, SHORT_MOST
from bot.model.messages import PLACEHOLDER
from bot.model.record import record
from bot.upkeep.adding.found import Seen, web_address
from bot.upkeep.adding.hours import flat, read_hours
from bot.upkeep.adding.names import COUNTY, Named, Names, place_of, places_near, region_names, region_of
from bot.upkeep.adding.questions import (
    POSTAL,
    Answer,
    Answers,
    Desk,
    folder_of,
    is_one_country,
    list_of,
    summary_languages,
    text_of,
    twins_at,
)
from bot.upkeep.adding.words import Option, Question
from bot.upkeep.form.naming import short_word
from bot.upkeep.round.voice import Voice

SPLIT = re.compile(r"\s*[,;]\s*")
NEEDED_SUMMARY = "summary.en"  # what the bot shows where a language has none
AS_WRITTEN = "="  # before a name: take it as it is
WEB = re.compile(r"(?:https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:[/?#]\S*)?)", re.IGNORECASE)
ONLY_DIGITS = re.compile(r"[\d *#-]+")
LIKE_A_NUMBER = re.compile(r"[\d\s()+./*#-]*\d[\d\s()+./*#-]*")
FEWEST_DIGITS = 7  # of a number with letters
TERRITORIES = ("PR", "GU", "VI", "AS", "MP")  # countries to ISO, and states to whoever lives there


@record
class Taken:
    """What stands in the answers from now on. `shown`: how it was understood; `sure`: no need to ask again."""

    answers: Mapping[str, Answer]
    shown: str = ""
    sure: bool = False


@record
class Refused:
    """Why not, and what to write instead."""

    sentence: str


@record
class Choose:
    """One or several of these may be meant. What is chosen is read again, after `kept`."""

    sentence: str
    options: tuple[Option, ...]
    kept: tuple[str, ...] = ()


@record
class Confirm:
    """Taken if the person says so."""

    sentence: str
    taken: Taken


Outcome = Taken | Refused | Choose | Confirm


@record
class Asking:
    """A question where it is asked."""

    step: str
    question: Question
    answers: Answers
    desk: Desk

    @property
    def country(self) -> str:
        """The country it helps in."""
        return text_of(self.answers, "country")

    def take(self, answer: Answer, shown: str = "") -> Taken:
        """The answer to this step."""
        return Taken(answers={self.step: answer}, shown=shown)


def question_of(step: str, answers: Answers) -> str:
    """The name of the question a step asks: contact.hours for contacts.0.hours."""
    parts = step.split(".")
    if parts[-1] == "same":
        return "same"
    match parts:
        case ["summary", _]:
            return "summary"
        case ["contacts", at, "value"]:
            return "contact" if at == "0" else "contact.more"
        case ["contacts", at, "channel"]:
            return "contact.web" if "://" in text_of(answers, f"contacts.{at}.value") else "contact.channel"
        case ["source", at, "what"]:
            return "source" if at == "0" else "source.more"
        case ["contacts" | "source" as holder, _, name]:
            return f"{holder.removesuffix('s')}.{name}"
    return step


def asking_at(step: str, answers: Answers, desk: Desk) -> Asking:
    """The question of a step, with the country, the number or the language it is about put in."""
    question = desk.words.questions[question_of(step, answers)]
    asking = Asking(step=step, question=question, answers=answers, desk=desk)
    ask, example, empty = (_filled(t, asking) for t in (question.ask, question.example, question.empty))
    needed = question.needed or step == NEEDED_SUMMARY
    return replace(asking, question=replace(question, ask=ask, example=example, empty=empty, needed=needed))


def _filled(text: str, asking: Asking) -> str:
    return PLACEHOLDER.sub(lambda found: FILLED[found.group(1)](asking), text)


def _area(asking: Asking) -> str:
    gazetteer, regions = asking.desk.book.gazetteer, list_of(asking.answers, "region")
    named = [gazetteer.region_name(asking.country, region, "en") for region in regions]
    return ", ".join(named) or gazetteer.country_name(asking.country, "en")


def _sample(asking: Asking) -> str:
    samples = asking.desk.words.samples
    return samples.get(asking.step.rpartition(".")[2]) or samples["en"]


FILLED: Mapping[str, Callable[[Asking], str]] = {
    "country": lambda asking: asking.desk.book.gazetteer.country_name(asking.country, "en"),
    "area": _area,
    "value": lambda asking: text_of(asking.answers, f"{asking.step.rpartition('.')[0]}.value"),
    "language": lambda asking: language_name(asking.step.rpartition(".")[2], "en"),
    "sample": _sample,
    "today": lambda asking: asking.desk.book.today.isoformat(),
}


def read_answer(asking: Asking, text: str) -> Outcome:
    """What a cleaned line means as an answer to this step. An empty one means that nobody knows, where that may be."""
    phrases = asking.desk.words.phrases
    if text and not (flat(text) in phrases.unknown and not asking.question.needed):
        return READERS[asking.question.reads](asking, text)
    default = default_of(asking)
    if default:
        return asking.take(default, shown=default)
    if asking.question.needed:
        return Refused(sentence="This one is needed: without it there is no file.")
    return asking.take("")


def default_of(asking: Asking) -> str:
    """What Enter means where it means something."""
    if asking.step == "service.name":
        return text_of(asking.answers, "name")
    return asking.desk.book.today.isoformat() if asking.question.reads == "day" else ""


SEVERAL = frozenset({"languages", "language", "region", "places"})  # answers of several words


def offers_at(asking: Asking) -> tuple[Seen, ...]:
    """What the pasted text offers to a question; ways to get through that were taken already are left out."""
    if not asking.country:
        return ()
    found = asking.desk.found(asking.country)
    if asking.question.reads == "contact":
        used = {text_of(asking.answers, step) for step in asking.answers if step.startswith("contacts.")}
        return tuple(s for s in (*found.numbers, *found.mails, *found.pages) if s.value not in used)
    if asking.question.reads == "places":
        return tuple(s for s in found.places if _is_there(s.value, asking))
    by_step = {
        "website": found.pages,
        "cost": found.costs,
        "region": found.regions,
        "languages": found.languages,
    }
    return found.hours if asking.question.reads == "hours" else by_step.get(asking.step, ())


def _is_there(place: str, asking: Asking) -> bool:
    regions = list_of(asking.answers, "region")
    return place_of(place, asking.country, regions, asking.desk.book.gazetteer) is not None


# -- plain texts -------------------------------------------------------------------------------------------------


def _words(asking: Asking, text: str) -> Outcome:
    return asking.take(text)


def _slug(asking: Asking, text: str) -> Outcome:
    slug = short_word(text)
    if not slug:
        return Refused(sentence=f"`{text}` has no letter from a to z. Write it in those, as it sounds.")
    if f"{folder_of(asking.answers, asking.desk)}/{slug}" in asking.desk.files:
        return Refused(sentence=f"There is a file {slug}.yaml there already. Choose another name.")
    return asking.take(slug, shown=f"{slug}.yaml")


def _web(asking: Asking, text: str) -> Outcome:
    if not WEB.fullmatch(text):
        return Refused(sentence=f"`{text}` is not a web address. Write it like https://example.org.")
    return asking.take(web_address(text), shown=web_address(text))


def _source(asking: Asking, text: str) -> Outcome:
    """A page, or in words what was read."""
    return _web(asking, text) if WEB.fullmatch(text) else asking.take(text)


def _verdict(asking: Asking, text: str) -> Outcome:
    phrases = asking.desk.words.phrases
    for said, verdict in ((phrases.yes, "yes"), (phrases.no, "no")):
        if flat(text) in said:
            return asking.take(verdict, shown=verdict)
    return Refused(sentence="Write y or n, or press Enter if you do not know. Not known never means no.")


def _day(asking: Asking, text: str) -> Outcome:
    today = asking.desk.book.today
    phrases = asking.desk.words.phrases
    named = {**dict.fromkeys(phrases.today, today), **dict.fromkeys(phrases.yesterday, today - timedelta(1))}
    day = named.get(flat(text)) or _calendar_day(text)
    if day is None:
        return Refused(sentence=f"`{text}` is no day. Write it like {today.isoformat()}, or today.")
    return asking.take(day.isoformat(), shown=day.isoformat())


def _calendar_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def all_of(asking: Asking) -> tuple[Option, ...]:
    """Every word an answer is made of, for somebody who wants to see them all; nothing where there are too many."""
    names = asking.desk.names
    lists: Mapping[str, Callable[[], Names]] = {
        "needs": lambda: names.needs,
        "people": lambda: names.people,
        "region": lambda: region_names(asking.desk.book.gazetteer, asking.country),
    }
    read = lists.get(asking.question.reads)
    return tuple(Option(value=n.code, name=n.name) for n in read().by_code.values()) if read else ()


# -- words of a list ---------------------------------------------------------------------------------------------


def options_of(asking: Asking) -> tuple[Option, ...]:
    """What stands below the question with numbers."""
    if asking.question.reads == "same":
        step = f"{asking.step.removesuffix('.same')}{'.value' if asking.step.startswith('contacts') else ''}"
        twins = twins_at(step, asking.answers, asking.desk)
        return tuple(
            Option(value=t.id, name=f"{t.name} ({t.because}; it offers: {', '.join(t.services)})")
            for t in twins
        )
    if asking.question.reads == "zone":
        return tuple(Option(value=zone, name="") for zone in asking.desk.zones(asking.country))
    return asking.desk.words.choices.get(asking.question.choices, ())


def _choice(asking: Asking, text: str) -> Outcome:
    options = options_of(asking)
    if text.isdecimal():
        if not 1 <= int(text) <= len(options):
            return Refused(sentence=f"There is no {text}. Write a number from 1 to {len(options)}.")
        return _chosen(asking, options[int(text) - 1])
    named = {flat(word): option for option in options for word in (option.value, option.name)}
    spaced = {flat(option.value).replace("_", " "): option for option in options}
    option = {**spaced, **named}.get(flat(text))
    if option:
        return _chosen(asking, option)
    close = process.extract(flat(text), tuple(named), score_cutoff=60, limit=3)
    near = dict.fromkeys(named[word] for word, _, _ in close)
    options = tuple(Option(value=o.value, name=f"{o.value}: {o.name}") for o in near)
    return _choose(f"`{text}` is not in the list. Is it one of these?", options)


def _chosen(asking: Asking, option: Option) -> Taken:
    return asking.take(option.value, shown=f"{option.value}: {option.name}" if option.name else option.value)


def _choose(sentence: str, options: tuple[Option, ...], kept: Iterable[str] = ()) -> Outcome:
    if not options:
        return Refused(sentence=f"{sentence.partition('. ')[0]}. Write ? to see what there is.")
    return Choose(sentence=sentence, options=options, kept=tuple(kept))


def _same(asking: Asking, text: str) -> Outcome:
    if flat(text) in asking.desk.words.phrases.no:
        return asking.take("")
    outcome = _choice(asking, text)
    return (
        outcome
        if isinstance(outcome, Taken)
        else Refused(sentence="Write the number, or press Enter for none.")
    )


def _zone(asking: Asking, text: str) -> Outcome:
    known = {zone.casefold(): zone for zone in available_timezones()}
    zone = asking.desk.words.phrases.zones.get(flat(text)) or known.get(text.casefold())
    return asking.take(zone, shown=zone) if zone else _choice(asking, text)


# -- codes by their names ----------------------------------------------------------------------------------------


def _needs(asking: Asking, text: str) -> Outcome:
    return _codes(asking, text, asking.desk.names.needs)


def _people(asking: Asking, text: str) -> Outcome:
    phrases = asking.desk.words.phrases
    if flat(text) in phrases.anyone | phrases.no:
        return asking.take("", shown="anyone")
    return _codes(asking, text, asking.desk.names.people)


def _languages(asking: Asking, text: str) -> Outcome:
    return _codes(asking, text, asking.desk.names.languages())


def _more_languages(asking: Asking, text: str) -> Outcome:
    """Those that are not asked anyway."""
    if flat(text) in asking.desk.words.phrases.no - {"no"}:  # no is Norwegian, and n is not
        return asking.take("")
    outcome = _languages(asking, text)
    if not isinstance(outcome, Taken):
        return outcome
    asked = summary_languages(asking.answers)
    more = tuple(code for code in list_of(outcome.answers, asking.step) if code not in asked)
    return asking.take(more, shown=outcome.shown)


def _region(asking: Asking, text: str) -> Outcome:
    names = region_names(asking.desk.book.gazetteer, asking.country)
    gazetteer = asking.desk.book.gazetteer
    return _codes(asking, text, names, lambda word: region_of(word, names, asking.country, gazetteer))


def _codes(
    asking: Asking, text: str, names: Names, exact: Callable[[str], Named | None] | None = None
) -> Outcome:
    """The codes of several words with commas between; what is not exactly a name is asked back."""
    find = exact or names.exact
    whole = find(text)
    words = [text] if whole else [word for word in SPLIT.split(text) if word]
    found = {word: find(word) for word in words}
    kept = tuple(dict.fromkeys(named.code for named in found.values() if named))
    unknown = [word for word, named in found.items() if named is None]
    if not unknown:
        return asking.take(kept, shown=_said([names.by_code[code] for code in kept]))
    near = dict.fromkeys(named for word in unknown for named in names.near(word) if named.code not in kept)
    return _choose(
        f"`{', '.join(unknown)}` is not a word of the list. Which are meant?", _offered(near), kept
    )


def _offered(named: Iterable[Named]) -> tuple[Option, ...]:
    return tuple(Option(value=one.code, name=f"{one.code}: {one.name}") for one in named)


def _said(named: list[Named]) -> str:
    return ", ".join(one.code if one.code == one.name else f"{one.code} ({one.name})" for one in named)


def _country(asking: Asking, text: str) -> Outcome:
    names = asking.desk.names.countries
    named = names.exact(text)
    if named is None:
        return _choose(f"I do not know the country `{text}`. Which is meant?", _offered(names.near(text)))
    if named.code in TERRITORIES:
        answers: dict[str, Answer] = {"country": "US", "region": (named.code,)}
        return Taken(answers=answers, shown=f"US, {named.code} ({named.name})")
    return asking.take(named.code, shown=f"{named.code} ({named.name})")


def _places(asking: Asking, text: str) -> Outcome:
    """Cities and counties. One that is not known can be kept: it may be new, or very small."""
    regions, gazetteer = list_of(asking.answers, "region"), asking.desk.book.gazetteer
    words = [word for word in SPLIT.split(text) if word.strip(AS_WRITTEN)]
    places: list[str] = []
    for word in words:
        place = _as_it_is(word) or place_of(word, asking.country, regions, gazetteer)
        near = () if place else places_near(word, asking.country, regions, gazetteer)
        if near:
            return _which_place(word, near, words)
        places.append(place or word)
    sure = any(word.startswith(AS_WRITTEN) for word in words)
    unique = tuple(dict.fromkeys(places))
    return Taken(answers={asking.step: unique}, shown=", ".join(unique), sure=sure)


def _as_it_is(word: str) -> str:
    return word.removeprefix(AS_WRITTEN).strip() if word.startswith(AS_WRITTEN) else ""


def _which_place(word: str, near: tuple[str, ...], words: list[str]) -> Choose:
    def instead(place: str) -> str:
        return ", ".join(place if w == word else w for w in words)

    options = tuple(Option(value=instead(place), name=place.removeprefix(COUNTY)) for place in near)
    keep = Option(value=instead(f"{AS_WRITTEN}{word}"), name=f"no, `{word}` is right")
    return Choose(sentence=f"I do not know `{word}` there. Is it one of these?", options=(*options, keep))


# -- ways to get through -----------------------------------------------------------------------------------------


def _contact(asking: Asking, text: str) -> Outcome:
    if text.lower().startswith(POSTAL):
        return asking.take(f"{POSTAL} {text[len(POSTAL) :].strip()}")
    if "@" in text and "://" not in text:
        return asking.take(text, shown=text)
    if WEB.fullmatch(text) and LETTERS.search(text):
        return asking.take(web_address(text), shown=web_address(text))
    return _number(asking, text)


def _number(asking: Asking, text: str) -> Outcome:
    """The number as it will be dialled. What is wrong with it, the rules say."""
    if LETTERS.search(EXTENSION.sub("", text)):
        return _number_with_letters(asking, text)
    if ONLY_DIGITS.fullmatch(text) and sum(c.isdigit() for c in text) <= SHORT_MOST:
        return asking.take(text, shown=f"It will be dialled {text}.")
    parsed = _parsed(text, asking)
    if parsed is None and LIKE_A_NUMBER.fullmatch(text):
        return asking.take(text)  # the rules say what it lacks
    if parsed is None:
        return Refused(sentence=f"`{text}` is not a phone number, an e-mail address or a web address.")
    return asking.take(_dialled(parsed), shown=f"It will be dialled {_dialled(parsed)}.")


def _number_with_letters(asking: Asking, text: str) -> Outcome:
    """1-800-SAFE-LINE: the digits are offered; words around a number are left out."""
    found = next(iter(phonenumbers.PhoneNumberMatcher(text, _region_code(asking))), None)
    digits = phonenumbers.convert_alpha_characters_in_number(text)
    parsed = found.number if found else _parsed(digits, asking)
    enough = sum(c.isdigit() for c in digits) >= FEWEST_DIGITS and any(c.isdigit() for c in text)
    if parsed is None or not enough or not phonenumbers.is_possible_number(parsed):
        return Refused(
            sentence=f"`{text}` is not a phone number, an e-mail address or a web address. For letters on paper, write "
            f"{POSTAL} and the postal address."
        )
    said = "I read the number" if found else f"`{text}` has letters. On a telephone's keys that is"
    return Confirm(
        sentence=f"{said} {_dialled(parsed)}. Is that right?",
        taken=asking.take(_dialled(parsed), shown=f"It will be dialled {_dialled(parsed)}."),
    )


def _parsed(text: str, asking: Asking) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, _region_code(asking))
    except phonenumbers.NumberParseException:
        return None


def _region_code(asking: Asking) -> str | None:
    return asking.country if is_one_country(asking.answers) else None


def _dialled(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _hours(asking: Asking, text: str) -> Outcome:
    """The hours, said back in words: a slip of one letter closes a phone."""
    hours = read_hours(text, asking.desk.words.phrases.hours)
    if hours is None:
        return Refused(
            sentence=f"I cannot read `{text}` as hours. Write them like Mon-Fri 9-5, or Mo-Fr 09:00-17:00; Sa "
            "10:00-14:00, or 24/7. If you are not sure, press Enter."
        )
    answers: dict[str, Answer] = {asking.step: hours.osm}
    if hours.zone:
        answers[asking.step.replace(".hours", ".timezone")] = hours.zone
    said = f"{hours.osm} ({hours_in_words(hours.osm, asking)}{f', {hours.zone}' if hours.zone else ''})"
    return Confirm(sentence=f"{said}. Is that right?", taken=Taken(answers=answers))


def hours_in_words(osm: str, asking: Asking) -> str:
    """'Monday to Friday, 9:00 AM to 5:00 PM'."""
    country = asking.country if is_one_country(asking.answers) else "US"
    return Voice(scripts=asking.desk.scripts, language="en", country=country).hours(osm)


Reader = Callable[[Asking, str], Outcome]
READERS: Mapping[str, Reader] = {
    "words": _words,
    "text": _words,
    "slug": _slug,
    "web": _web,
    "source": _source,
    "verdict": _verdict,
    "day": _day,
    "choice": _choice,
    "same": _same,
    "zone": _zone,
    "needs": _needs,
    "people": _people,
    "languages": _languages,
    "language": _more_languages,
    "region": _region,
    "country": _country,
    "places": _places,
    "contact": _contact,
    "hours": _hours,
}
