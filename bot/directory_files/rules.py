"""What must hold for one organization's file beyond its shape. Each rule says what was seen and what to write.

Rules that concern what a person would be shown are errors; a hint is worth a look and never fails a check.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from urllib.parse import urlsplit

from babel import Locale
from opening_hours import validate as hours_parse
from rapidfuzz import process

from bot.directory_files.phones import is_doubtful, what_is_wrong_with
from bot.directory_files.problems import Problem
from bot.directory_files.readability import is_hard_to_read, longest_sentence
from bot.directory_files.reading import Document, Route
from bot.directory_files.wording import LONGEST_NOTE, LONGEST_SUMMARY, MOST_WORDS, Wording, forbidden_in
from bot.matching.freshness import CLAIMS
from bot.model.directory import (
    EUROPEAN_UNION,
    WORLDWIDE,
    Area,
    Channel,
    Contact,
    Organization,
    Service,
    Source,
)
from bot.model.record import record
from bot.model.taxonomy import Taxonomy
from bot.understanding.places import Gazetteer, Grain
from bot.understanding.words import read_words

ALIKE = 75  # how alike (0-100) a wrong word must be to be offered as the right one
STREET = re.compile(
    r"\b\d{1,5}\s+(?:[NSEW]\.?\s+)?(?:\w+\s+){0,3}?"
    r"(?:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|way|court|ct|hwy|highway|suite|apt|unit)\b"
    r"|\b(?:rue|calle|avenida|carrera|strasse|straße|via|avenue|boulevard|bd)\s+(?:\w+\s+){0,4}\d{1,5}\b"
    r"|\b\d{1,4}\s*,?\s+(?:bis\s+|ter\s+)?(?:rue|avenue|boulevard|bd|place|chemin|allée)\b"
    r"|\bP\.?\s?O\.?\s+box\b",
    re.IGNORECASE,
)
COORDINATES = re.compile(r"-?\d{1,3}\.\d{3,}\s*[,;]\s*-?\d{1,3}\.\d{3,}")
PRIVATE_MAIL = re.compile(r"@(?:gmail|googlemail|yahoo|hotmail|outlook|live|icloud|proton|protonmail|aol)\.")
MAP_LINK = re.compile(r"maps\.|/maps|goo\.gl|openstreetmap|what3words|plus\.codes", re.IGNORECASE)
LANDMARK = re.compile(
    r"\b(?:next to|across from|opposite|behind the|around the corner|junto a|frente a|enfrente de|detrás de|"
    r"à côté de|en face de|derrière)\b",
    re.IGNORECASE,
)


@record
class Rulebook:
    """What the rules compare with."""

    taxonomy: Taxonomy
    gazetteer: Gazetteer
    wording: Wording
    today: date


def organization_problems(
    document: Document, organization: Organization, book: Rulebook
) -> Iterator[Problem]:
    """Everything wrong in one file whose shape is right."""
    if organization.website:
        yield from _web_problems(document, ("website",), organization.website)
    for key, service in organization.services.items():
        route: Route = ("services", key)
        yield from _code_problems(document, route, service, book.taxonomy)
        yield from _area_problems(document, (*route, "area"), service.area, book.gazetteer)
        yield from _text_problems(document, route, service, book.wording)
        yield from _contact_rules(document, route, service, book)
        yield from _date_problems(document, route, service, book.today)
        yield from _language_problems(document, (*route, "languages"), service.languages)
        yield from _listing_problems(document, route, service)
        yield from _address_problems(document, route, service)
        if service.location == "confidential":
            yield from _confidential_problems(document, route, service)


# -- codes ---------------------------------------------------------------------------------------------------


def nearest(word: str, allowed: Collection[str], otherwise: str) -> str:
    """'did you mean `legal`?' for `legl`, else `otherwise`."""
    # A tuple: of a mapping the library would search the values.
    best = process.extractOne(word.casefold(), tuple(allowed), score_cutoff=ALIKE, processor=str.casefold)
    return f"did you mean `{best[0]}`?" if best else otherwise


def _code_problems(
    document: Document, route: Route, service: Service, taxonomy: Taxonomy
) -> Iterator[Problem]:
    allowed: Mapping[str, tuple[tuple[str, ...], Collection[str]]] = {
        "needs": (service.needs, taxonomy.needs),
        "serves": (service.serves, taxonomy.people),
        "only": (service.only, taxonomy.people),
        "contexts": (service.contexts, taxonomy.contexts),
    }
    for field, (codes, known) in allowed.items():
        for at, code in enumerate(codes):
            if code not in known:
                instead = nearest(code, known, f"the codes are in taxonomy/{_file_of(field)}.yaml")
                yield document.problem((*route, field, at), f"`{code}` is not a code here; {instead}")
            elif code in codes[:at]:
                yield document.problem((*route, field, at), f"`{code}` stands twice in {field}; remove one")
    for number, check in enumerate(service.checks):
        for at, claim in enumerate(check.claims):
            if claim not in CLAIMS:
                instead = nearest(claim, CLAIMS, f"claims are {', '.join(CLAIMS)}")
                where = (*route, "checks", number, "claims", at)
                yield document.problem(where, f"`{claim}` is not a claim; {instead}")


def _file_of(field: str) -> str:
    return {"serves": "people", "only": "people"}.get(field, field)


# -- places --------------------------------------------------------------------------------------------------


def _area_problems(document: Document, route: Route, area: Area, gazetteer: Gazetteer) -> Iterator[Problem]:
    if area.country in (WORLDWIDE, EUROPEAN_UNION):
        if area.regions or area.counties or area.cities:
            yield document.problem(route, f"{area.country} has no regions; name a country, or remove them")
        return
    if gazetteer.by_country(area.country) is None:
        instead = f"write a two-letter country code, {WORLDWIDE} for worldwide"
        yield document.problem((*route, "country"), f"`{area.country}` is not a country; {instead}")
        return
    for at, region in enumerate(area.regions):
        if gazetteer.by_region(area.country, region) is None:
            instead = nearest(
                region, _regions_of(gazetteer, area.country), "write the ISO code after the dash"
            )
            message = f"`{region}` is not a region of {area.country}; {instead}"
            yield document.problem((*route, "regions", at), message)
            return  # towns would only be looked for in the wrong place
    for field, names in (("counties", area.counties), ("cities", area.cities)):
        for at, name in enumerate(names):
            if not _is_known_place(name, area, gazetteer):
                message = (
                    f"`{name}` is not known in {area.country}: nobody who names it will find this service"
                )
                yield document.problem((*route, field, at), message, hint=True)
    for at, land in enumerate(area.lands):
        if not any(e.grain is Grain.LAND for e in gazetteer.names.get(_folded(land), ())):
            message = f"`{land}` is not in places/names.yaml under lands; add it there"
            yield document.problem((*route, "lands", at), message, hint=True)


def _regions_of(gazetteer: Gazetteer, country: str) -> list[str]:
    return [region for at, region in gazetteer.regions if at == country]


def _is_known_place(name: str, area: Area, gazetteer: Gazetteer) -> bool:
    """The gazetteer knows a place of this name in one of the area's regions."""
    spellings = (name, f"{name} County", f"{name} Parish", f"{name} Borough")
    entries = (e.place for s in spellings for e in gazetteer.names.get(_folded(s), ()))
    return any(
        p.country == area.country and (not area.regions or p.region is None or p.region in area.regions)
        for p in entries
    )


def _folded(name: str) -> str:
    return " ".join(w.folded for w in read_words(name))


# -- words ---------------------------------------------------------------------------------------------------


def _text_problems(document: Document, route: Route, service: Service, wording: Wording) -> Iterator[Problem]:
    for language, text in service.summary.items():
        where = (*route, "summary", language)
        if len(text) > LONGEST_SUMMARY:
            yield document.problem(
                where, f"is {len(text)} characters long; {LONGEST_SUMMARY} fit on a card: say less"
            )
        yield from reading_hints(document, where, language, text)
    for where, language, text in _shown_texts(route, service):
        yield from forbidden_problems(document, where, language, text, wording)


def reading_hints(document: Document, where: Route, language: str, text: str) -> Iterator[Problem]:
    """A text that is hard to read: a long sentence, or long words."""
    if longest_sentence(text) > MOST_WORDS:
        yield document.problem(
            where, f"has a sentence of more than {MOST_WORDS} words: make it two", hint=True
        )
    elif is_hard_to_read(text, language):
        yield document.problem(where, "is hard to read for many people: use shorter words", hint=True)


def forbidden_problems(
    document: Document, where: Route, language: str, text: str, wording: Wording
) -> Iterator[Problem]:
    """Each phrase that no text may hold, with its reason."""
    for found in forbidden_in(text, language, wording):
        yield document.problem(where, f"says `{found.phrase}`: {found.because}")


def _shown_texts(route: Route, service: Service) -> Iterator[tuple[Route, str, str]]:
    for field in ("summary", "notice"):
        for language, text in getattr(service, field).items():
            yield (*route, field, language), language, text
    for at, contact in enumerate(service.contacts):
        for field in ("label", "note"):
            for language, text in getattr(contact, field).items():
                yield (*route, "contacts", at, field, language), language, text


# -- contacts ------------------------------------------------------------------------------------------------


def _contact_rules(document: Document, route: Route, service: Service, book: Rulebook) -> Iterator[Problem]:
    for at, contact in enumerate(service.contacts):
        where = (*route, "contacts", at)
        if contact.number:
            yield from _number_problems(document, (*where, "number"), contact, service)
        if contact.url:
            yield from _web_problems(document, (*where, "url"), contact.url)
        if contact.channel is Channel.EMAIL:
            yield from _mailbox_problems(document, (*where, "address"), contact, service)
        if contact.hours and not hours_parse(contact.hours):
            instead = "write 24/7 or Mo-Fr 09:00-17:00; Sa 10:00-14:00"
            yield document.problem((*where, "hours"), f"`{contact.hours}` is not opening hours; {instead}")
        for field, text in (("note", contact.note), ("label", contact.label)):
            for language, words in text.items():
                if len(words) > LONGEST_NOTE:
                    message = f"is {len(words)} characters long; at most {LONGEST_NOTE}"
                    yield document.problem((*where, field, language), message)
        yield from _language_problems(document, (*where, "languages"), contact.languages)


def _mailbox_problems(
    document: Document, where: Route, contact: Contact, service: Service
) -> Iterator[Problem]:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", contact.value):
        yield document.problem(where, f"`{contact.value}` is not an e-mail address")
    elif PRIVATE_MAIL.search(contact.value) and not (contact.hold or service.hold):
        message = f"`{contact.value}` is a private mailbox: find the organization's own, or write hold:"
        yield document.problem(where, message)


def _number_problems(
    document: Document, where: Route, contact: Contact, service: Service
) -> Iterator[Problem]:
    number = contact.number or ""
    wrong = what_is_wrong_with(number, service.area.country)
    if wrong and not (contact.hold or service.hold):
        yield document.problem(where, wrong)
    elif wrong:
        yield document.problem(where, f"{wrong} (held, so nobody sees it)", hint=True)
    elif is_doubtful(number, service.area.country):
        message = f"`{number}` is not in the numbering plan; compare it with the source"
        yield document.problem(where, message, hint=True)


def _web_problems(document: Document, where: Route, url: str) -> Iterator[Problem]:
    host = urlsplit(url).hostname or ""
    if "." not in host or host.startswith(".") or ".." in host:
        yield document.problem(where, f"`{url}` is not a web address; write it like https://example.org")
    elif url.startswith("http://"):
        message = "has no https; if the site answers with https://, write that"
        yield document.problem(where, message, hint=True)


@cache
def known_languages() -> frozenset[str]:
    """Codes of languages CLDR has a name for: en, es, ase (American Sign Language), …"""
    return frozenset(str(code).replace("_", "-") for code in Locale("en").languages)


def _language_problems(document: Document, where: Route, codes: tuple[str, ...]) -> Iterator[Problem]:
    for at, code in enumerate(codes):
        if code.split("-")[0] not in known_languages():
            yield document.problem(
                (*where, at), f"`{code}` is not a language code; write {language_code(code)}"
            )


def language_code(name: str) -> str:
    """The code of a language by its English name; examples where there is no such name."""
    names = {str(known).casefold(): str(code) for code, known in Locale("en").languages.items()}
    return names.get(name.casefold(), "en, es, fr, …")


# -- dates ---------------------------------------------------------------------------------------------------


def _date_problems(document: Document, route: Route, service: Service, today: date) -> Iterator[Problem]:
    yield from source_date_problems(document, (*route, "source"), service.source, today)
    for at, check in enumerate(service.checks):
        yield from past_date_problems(document, (*route, "checks", at, "on"), check.on, today)
    if service.ends_on and _as_date(service.ends_on) is None:
        yield document.problem((*route, "ends_on"), f"`{service.ends_on}` is no day of the calendar")


def source_date_problems(
    document: Document, route: Route, sources: Iterable[Source], today: date
) -> Iterator[Problem]:
    """The days sources were read, and the dates printed on them."""
    for at, source in enumerate(sources):
        yield from past_date_problems(document, (*route, at, "read"), source.read, today)
        if source.date:
            yield from past_date_problems(document, (*route, at, "date"), source.date, today)


def past_date_problems(document: Document, where: Route, text: str, today: date) -> Iterator[Problem]:
    """A date that is none, or that is still to come."""
    day = _as_date(text)
    if day is None:
        yield document.problem(
            where, f"`{text}` is no day of the calendar; write it like {today.isoformat()}"
        )
    elif day > today:
        yield document.problem(where, f"`{text}` is in the future; today is {today.isoformat()}")


def _as_date(text: str) -> date | None:
    """The first day a full or partial date can mean."""
    try:
        return date.fromisoformat(text + "-01" * (3 - len(text.split("-"))))
    except ValueError:
        return None


# -- listing -------------------------------------------------------------------------------------------------


def _listing_problems(document: Document, route: Route, service: Service) -> Iterator[Problem]:
    if service.hold:
        return
    if "en" not in service.summary:
        yield document.problem((*route, "summary"), "a listed service needs a summary in English (en:)")
    if not service.open_contacts:
        message = "nobody can reach this service: add a contact, or write hold: and the reason"
        yield document.problem((*route, "contacts"), message)


def _address_problems(document: Document, route: Route, service: Service) -> Iterator[Problem]:
    if service.address and service.location != "public":
        message = "an address stands only where the source shows it to everyone: write location: public, or remove it"
        yield document.problem((*route, "address"), message)


def _confidential_problems(document: Document, route: Route, service: Service) -> Iterator[Problem]:
    said = "the place is confidential, and this"
    for at, contact in enumerate(service.contacts):
        if contact.channel is Channel.MAIL:
            where = (*route, "contacts", at)
            yield document.problem(where, f"{said} is a postal address; remove it, also from the history")
    texts = [(w, t) for w, _, t in _shown_texts(route, service)]
    texts += [((*route, "note"), service.note)] if service.note else []
    texts += [((*route, "contacts", i, "url"), c.url) for i, c in enumerate(service.contacts) if c.url]
    finds = (
        (STREET, "looks like a street address"),
        (COORDINATES, "looks like coordinates"),
        (MAP_LINK, "looks like a link to a map"),
        (LANDMARK, "describes where it is"),
    )
    for where, text in texts:
        for pattern, what in finds:
            if pattern.search(text):
                yield document.problem(where, f"{said} {what}; remove it, also from the history")
