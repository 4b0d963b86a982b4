"""A new service, question by question: which question comes next, and the file that the answers make. Pure.

Answers are kept by step: {"contacts.0.value": "+1 512-555-0100"}. A step without an answer is asked next; "" is an
answer too: nobody knows. Only steps that the answers lead to count, so that a keyword stays behind nowhere when the
text line turns out to be a phone.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from itertools import takewhile
from typing import Any

from babel.languages import get_official_languages

from bot.directory_files.organizations import FOLDER, parse_organization
from bot.directory_files.reading import Route, Unreadable, parse_document
from bot.directory_files.rules import Rulebook
from bot.directory_files.saving import digest_of
from bot.directory_files.scripts import Scripts
from bot.directory_files.writing import write_organization
from bot.matching.opening import ALWAYS
from bot.model.directory import EUROPEAN_UNION, PHONE_CHANNELS, WORLDWIDE, Channel, Kind, RunBy, Service
from bot.model.record import record
from bot.upkeep.adding.found import Found
from bot.upkeep.adding.names import COUNTY, Names
from bot.upkeep.adding.twins import Known, Twin
from bot.upkeep.adding.words import Words
from bot.upkeep.form.naming import LONGEST_KEY, WITHOUT_COUNTRY, short_word
from bot.upkeep.form.placing import route_of

Answer = str | tuple[str, ...]
Answers = Mapping[str, Answer]

MOST_ITEMS = 20  # contacts, sources
LONGEST_ANSWER = 4000  # characters; the rules say more exactly what is too long
POSTAL = "mail:"  # before a postal address
NATIONAL = "national"
LAST = ("interpreters", "run_by", "institution", "location", "note")
SHARING = ("police", "immigration", "employer", "command")
SAFETY = (
    *("confidential", "anonymous", "asks_status", "asks_id", "must_report"),
    *(f"shares_with.{who}" for who in SHARING),
    *("religious", "in_person_only"),
)
# Whoever runs these may be who did it; a nonprofit is outside of all institutions.
INSIDE = frozenset({RunBy.GOVERNMENT, RunBy.POLICE, RunBy.FAITH, RunBy.UNIVERSITY, RunBy.MILITARY})
AFTER_CONTACTS = ("languages", "interpreters")
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
BLANKS = "\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
JOINERS = "\u200c\u200d"  # letters of some languages change without them
QUOTES = str.maketrans("‘’‚‛“”„‟\u00a0\u202f\u2007", "''''\"\"\"\"   ", "\ufffe\uffff")


@record
class NameLists:
    """Names of what can be answered with a code."""

    needs: Names
    people: Names
    countries: Names
    languages: Callable[[], Names] = field(repr=False)  # read when first needed: it takes a second


@record
class Desk:
    """What is known while somebody answers. `files` are the ids of all organizations' files, broken ones too.

    `found` gives what the pasted text offers to a country, `zones` a country's time zones, the most used first.
    """

    book: Rulebook
    known: Known = field(repr=False)
    files: frozenset[str] = field(repr=False)
    words: Words = field(repr=False)
    names: NameLists = field(repr=False)
    scripts: Scripts = field(repr=False)
    found: Callable[[str], Found] = field(repr=False)
    zones: Callable[[str], tuple[str, ...]] = field(repr=False)


@record
class Finding:
    """What the rules say about an answer. `step` is None where it belongs to none of them."""

    step: str | None
    sentence: str
    hint: bool


def clean(text: str) -> str:
    """One line without what cannot be seen: control characters, marks that turn the direction, curly quotes.

    >>> clean("  “Example” Center ")
    '"Example" Center'
    """
    return visible(text[: 2 * LONGEST_ANSWER])[:LONGEST_ANSWER].strip()


def clean_page(text: str) -> str:
    """A text of many lines, each clean."""
    return "\n".join(visible(line) for line in text.splitlines())


def visible(text: str) -> str:
    """The text with one space where there were several, and nothing that cannot be seen."""
    composed = unicodedata.normalize("NFC", text).translate(QUOTES)
    shown = (c if _is_shown(c) else " " if c in BLANKS else "" for c in composed)
    return " ".join("".join(shown).split())


def _is_shown(character: str) -> bool:
    return character in JOINERS or unicodedata.category(character) not in INVISIBLE


def text_of(answers: Answers, step: str) -> str:
    """An answer that is one text; nothing where there is none."""
    answer = answers.get(step, "")
    return answer if isinstance(answer, str) else ", ".join(answer)


def list_of(answers: Answers, step: str) -> tuple[str, ...]:
    """An answer of several words."""
    answer = answers.get(step, ())
    return (answer,) if isinstance(answer, str) and answer else tuple(answer)


# -- which question comes next -----------------------------------------------------------------------------------


def open_step(answers: Answers, desk: Desk) -> str | None:
    """The step to ask now; None when nothing is left to ask."""
    return next((step for step in plan(answers, desk) if step not in answers), None)


def answered(answers: Answers, desk: Desk) -> list[str]:
    """The steps that were answered, up to the one that is open."""
    return list(takewhile(answers.__contains__, plan(answers, desk)))


def existing(answers: Answers, desk: Desk) -> str | None:
    """The organization the service belongs to, when it has a file already."""
    chosen = (text_of(answers, step) for step in answers if step.endswith(".same"))
    return next((one for one in chosen if one in desk.files), None)


def plan(answers: Answers, desk: Desk) -> Iterator[str]:
    """The steps in order. What comes after an open one may change with its answer."""
    yield "country"
    if is_one_country(answers):
        yield "region"
    yield from _who(answers, desk)
    yield from ("service.name", "kind", "needs", "serves", "only")
    if is_one_country(answers):
        yield "places"
    yield from _contacts(answers, desk)
    yield from AFTER_CONTACTS
    yield from _summaries(answers)
    yield from ("cost", *SAFETY, "run_by")
    if text_of(answers, "run_by") in INSIDE:
        yield "institution"
    if may_be_hidden(answers):
        yield "location"
    yield from _sources(answers)
    yield "note"


def _who(answers: Answers, desk: Desk) -> Iterator[str]:
    yield from _named("name", answers, desk)
    if existing(answers, desk):
        return
    yield from _named("website", answers, desk)
    if not existing(answers, desk) and needs_slug(answers, desk):
        yield "slug"


def _named(step: str, answers: Answers, desk: Desk) -> Iterator[str]:
    """The step, and whether it is one of those that look the same, where there are any."""
    yield step
    same = f"{step.removesuffix('.value')}.same"
    if same in answers or (not existing(answers, desk) and twins_at(step, answers, desk)):
        yield same


def twins_at(step: str, answers: Answers, desk: Desk) -> tuple[Twin, ...]:
    """Organizations that may be the one of this answer. Beside the name, what the pasted text holds counts too."""
    given, country = text_of(answers, step), text_of(answers, "country")
    if not given or step != "name":
        return desk.known.twins(country, values=(given,))
    found = desk.found(country)
    values = (seen.value for seen in (*found.numbers, *found.pages))
    return desk.known.twins(country, name=given, values=values)


def _contacts(answers: Answers, desk: Desk) -> Iterator[str]:
    for at in range(MOST_ITEMS):
        contact = f"contacts.{at}"
        yield from _named(f"{contact}.value", answers, desk)
        if not text_of(answers, f"{contact}.value"):
            return
        yield from _about(contact, answers, desk)


def _about(contact: str, answers: Answers, desk: Desk) -> Iterator[str]:
    if len(channels_for(text_of(answers, f"{contact}.value"))) > 1:
        yield f"{contact}.channel"
    channel = channel_of(contact, answers)
    if channel is Channel.TEXT:
        yield f"{contact}.keyword"
    if channel not in PHONE_CHANNELS and channel is not Channel.CHAT:
        return
    yield f"{contact}.hours"
    hours = text_of(answers, f"{contact}.hours")
    if hours and hours != ALWAYS and not has_one_clock(answers, desk):
        yield f"{contact}.timezone"


def _summaries(answers: Answers) -> Iterator[str]:
    languages = summary_languages(answers)
    yield from (f"summary.{language}" for language in languages)
    yield "more_languages"
    more = (language for language in list_of(answers, "more_languages") if language not in languages)
    yield from (f"summary.{language}" for language in more)


def _sources(answers: Answers) -> Iterator[str]:
    for at in range(MOST_ITEMS):
        yield f"source.{at}.what"
        if not text_of(answers, f"source.{at}.what"):
            return
        yield from (f"source.{at}.kind", f"source.{at}.read")


def is_one_country(answers: Answers) -> bool:
    """Not the whole world and not the European Union."""
    return text_of(answers, "country") not in ("", WORLDWIDE, EUROPEAN_UNION)


def may_be_hidden(answers: Answers) -> bool:
    """A place to sleep may keep its address from everybody."""
    return text_of(answers, "kind") == Kind.SHELTER or "shelter_housing" in list_of(answers, "needs")


def has_one_clock(answers: Answers, desk: Desk) -> bool:
    """Whether the same time of day holds everywhere it helps."""
    country, gazetteer = text_of(answers, "country"), desk.book.gazetteer
    regions = list_of(answers, "region")
    places = [gazetteer.by_region(country, r) for r in regions] or [gazetteer.by_country(country)]
    zones = {place.timezone if place else None for place in places}
    return len(zones) == 1 and None not in zones


def summary_languages(answers: Answers) -> tuple[str, ...]:
    """English, and what most people there read too: Spanish in the United States, French in Senegal."""
    country = text_of(answers, "country")
    spoken = (*get_official_languages(country, de_facto=True), *(("es",) if country == "US" else ()))
    return ("en", *(language for language in ("es", "fr") if language in spoken))


# -- ways to get through -----------------------------------------------------------------------------------------


def channels_for(value: str) -> tuple[Channel, ...]:
    """What a number, an address or a page may be, the likeliest first."""
    if value.startswith(POSTAL):
        return (Channel.MAIL,)
    if value.startswith(("http://", "https://")):
        return (Channel.WEBSITE, Channel.CHAT)
    if "@" in value:
        return (Channel.EMAIL,)
    return (Channel.VOICE, Channel.TEXT, Channel.WHATSAPP, Channel.VIDEOPHONE, Channel.TTY)


def channel_of(contact: str, answers: Answers) -> Channel:
    """The channel that was chosen, or the likeliest."""
    possible = channels_for(text_of(answers, f"{contact}.value"))
    chosen = text_of(answers, f"{contact}.channel")
    return Channel(chosen) if chosen in possible else possible[0]


# -- where the file stands ---------------------------------------------------------------------------------------


def file_of(answers: Answers, desk: Desk) -> str:
    """The organization's id: the file that is there, or where the new one goes: us/tx/example-legal-center."""
    slug = short_word(text_of(answers, "slug")) or short_word(text_of(answers, "name"))
    return existing(answers, desk) or f"{folder_of(answers, desk)}/{slug}"


def folder_of(answers: Answers, desk: Desk) -> str:
    """us/tx, us/national; ke where a country's files stand without folders; world."""
    country, regions = text_of(answers, "country"), list_of(answers, "region")
    if not is_one_country(answers):
        return WITHOUT_COUNTRY[country]
    home = country.lower()
    if len(regions) == 1:
        return f"{home}/{regions[0].lower()}"
    has_national = any(file.startswith(f"{home}/{NATIONAL}/") for file in desk.files)
    is_flat = any(file.rpartition("/")[0] == home for file in desk.files)
    return home if is_flat and not has_national else f"{home}/{NATIONAL}"


def needs_slug(answers: Answers, desk: Desk) -> bool:
    """A name without a letter from a to z makes no file name, and a file that is there is never written over."""
    slug = short_word(text_of(answers, "name"))
    return not slug or f"{folder_of(answers, desk)}/{slug}" in desk.files


def key_of(answers: Answers, taken: tuple[str, ...]) -> str:
    """The service's key: its name where it has its own, else the sort of place it is."""
    own = short_word(text_of(answers, "service.name"))
    is_plain = not own or own == short_word(text_of(answers, "name")) or len(own) > LONGEST_KEY // 2
    key = text_of(answers, "kind").replace("_", "-") if is_plain else own
    return next(k for k in _numbered(key) if k not in taken)


def _numbered(key: str) -> Iterator[str]:
    yield key
    yield from (f"{key}-{number}" for number in range(2, 10_000))


# -- the file ----------------------------------------------------------------------------------------------------


def organization_in(answers: Answers, desk: Desk) -> dict[str, Any]:
    """A new organization's file as plain dict, list and str."""
    known = counted(answers, desk)
    organization = {"name": text_of(known, "name"), "website": text_of(known, "website")}
    return {**_filled(organization), "services": {key_of(known, ()): service_in(answers, desk)}}


def counted(answers: Answers, desk: Desk) -> dict[str, Answer]:
    """The answers the plan leads to; others are left over from before something was changed."""
    return {step: answers[step] for step in answered(answers, desk)}


def service_in(answers: Answers, desk: Desk) -> dict[str, Any]:
    """The service as it stands in its file; what nobody knows is not there."""
    known = counted(answers, desk)
    plain = (
        "kind",
        "cost",
        *(s for s in SAFETY if "." not in s),
        "interpreters",
        "run_by",
        "location",
        "note",
    )
    service: dict[str, Any] = {"name": text_of(known, "service.name")}
    service |= {name: text_of(known, name) for name in plain}
    service |= {name: list(list_of(known, name)) for name in ("needs", "serves", "only", "languages")}
    service["summary"] = _below("summary.", known)
    service["shares_with"] = _below("shares_with.", known)
    service["area"] = area_in(known)
    service["contacts"] = [_contact(f"contacts.{at}", known) for at in _items("contacts", "value", known)]
    service["source"] = [_source(f"source.{at}", known) for at in _items("source", "what", known)]
    filled = {**_filled(service), "checks": []}
    return {name: filled[name] for name in Service.model_fields if name in filled}


def area_in(answers: Answers) -> dict[str, Any]:
    """Where it helps."""
    places = list_of(answers, "places")
    area = {
        "country": text_of(answers, "country"),
        "regions": list(list_of(answers, "region")),
        "counties": [p.removeprefix(COUNTY) for p in places if p.startswith(COUNTY)],
        "cities": [p for p in places if not p.startswith(COUNTY)],
    }
    return _filled(area)


def _contact(contact: str, answers: Answers) -> dict[str, Any]:
    value, channel = text_of(answers, f"{contact}.value"), channel_of(contact, answers)
    holder = "number" if channel in PHONE_CHANNELS else "url" if "://" in value else "address"
    rest = {name: text_of(answers, f"{contact}.{name}") for name in ("keyword", "hours", "timezone")}
    return _filled({"channel": channel.value, holder: value.removeprefix(POSTAL).strip(), **rest})


def _source(source: str, answers: Answers) -> dict[str, Any]:
    what = text_of(answers, f"{source}.what")
    holder = "url" if what.startswith(("http://", "https://")) else "title"
    return _filled({holder: what, **{n: text_of(answers, f"{source}.{n}") for n in ("kind", "read")}})


def _items(name: str, value: str, answers: Answers) -> Iterator[int]:
    return takewhile(lambda at: bool(text_of(answers, f"{name}.{at}.{value}")), range(MOST_ITEMS))


def _below(begin: str, answers: Answers) -> dict[str, str]:
    return _filled({s.removeprefix(begin): text_of(answers, s) for s in answers if s.startswith(begin)})


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


# -- what the rules say ------------------------------------------------------------------------------------------


def judge_all(text: str, organization_id: str, key: str, book: Rulebook) -> tuple[Finding, ...]:
    """Everything the rules say about the service `key` of a file, each with the step it belongs to."""
    name = f"{FOLDER}/{organization_id}.yaml"
    raw = text.encode("utf-8")
    problems = parse_organization(raw, name, digest_of(raw), book).problems
    try:
        marks = parse_document(text, name).marks
    except Unreadable:
        marks = {}
    routes = [(problem, route_of(problem, marks)) for problem in problems]
    return tuple(
        Finding(step=step_of(route), sentence=problem.message, hint=problem.hint)
        for problem, route in routes
        if not _is_of_another(route, key)
    )


def judge_now(answers: Answers, desk: Desk, steps: tuple[str, ...]) -> tuple[Finding, ...]:
    """What the rules say about these steps alone: the rest of the file is filled up with what is never wrong."""
    given = organization_in(answers, desk)
    ((key, service),) = given["services"].items()
    filler = _filler(text_of(answers, "country") or WORLDWIDE, desk)
    trial = {"name": "Example", **given, "services": {key or "service": {**filler, **service}}}
    findings = judge_all(write_organization(trial), "trial", key or "service", desk.book)
    return tuple(f for f in findings if f.step in steps)


def _filler(country: str, desk: Desk) -> dict[str, Any]:
    return {
        "name": "Example",
        "kind": Kind.OTHER.value,
        "summary": {"en": "Help by phone."},
        "needs": [next(iter(desk.book.taxonomy.needs))],
        "area": {"country": country},
        "contacts": [{"channel": Channel.WEBSITE.value, "url": "https://example.org"}],
        "source": [{"url": "https://example.org", "read": desk.book.today.isoformat()}],
    }


def _is_of_another(route: Route | None, key: str) -> bool:
    """About another service of the same organization."""
    return route is not None and len(route) > 1 and route[0] == "services" and route[1] != key


# Where a field's answer was given under another name.
STEP_OF: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), step)
    for pattern, step in (
        (r"name", "service.name"),
        (r"(contacts\.\d+)(\.(number|url|address))?", r"\1.value"),
        (r"contacts", "contacts.0.value"),
        (r"(source\.\d+)(\.(url|title))?", r"\1.what"),
        (r"area(\.country)?", "country"),
        (r"area\.regions.*", "region"),
        (r"area\.(cities|counties).*", "places"),
        (r"summary", "summary.en"),
        (r"(needs|serves|only|languages)\..*", r"\1"),
    )
)


def step_of(route: Route | None) -> str | None:
    """The step that a field of the file was answered in."""
    if not route:
        return None
    if route[0] != "services":
        return str(route[0])
    place = ".".join(map(str, route[2:])) or "name"
    found = ((match, step) for pattern, step in STEP_OF if (match := pattern.fullmatch(place)))
    return next((match.expand(step) for match, step in found), place)
