"""One HSDS service -> one service of ours, as plain data. What cannot be taken is told by field; nothing is guessed.

From another directory come name, words, numbers, hours, languages, place and cost. Whom a place asks for papers or
tells the police is never taken from a feed: only a person who asked can know it. Numbers and mailboxes of a named
person stay out, and so does every address of a place that shelters people.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import phonenumbers
from babel import Locale
from phonenumbers import PhoneNumberFormat

from bot.directory_files.phones import what_is_wrong_with
from bot.directory_files.rules import PRIVATE_MAIL, STREET, Rulebook
from bot.directory_files.wording import LONGEST_SUMMARY, forbidden_in
from bot.exchange.hsds.areas import foreign_area, own_area, region_of, texts
from bot.exchange.hsds.crosswalks import Dictionary, Mapped, Meaning
from bot.exchange.hsds.own import is_own, own_service
from bot.exchange.hsds.tables import PARTS
from bot.exchange.hsds.telling import Teller, Told
from bot.exchange.hsds.weeks import hours_of
from bot.exchange.rows import filled
from bot.model.directory import Kind
from bot.model.record import record

Object = Mapping[str, Any]
Data = dict[str, Any]

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MARKUP = re.compile(r"<\s*[/!a-zA-Z][^>]*>")
SENTENCE = re.compile(r"(?<=[.!?])\s+")
HIDDEN = re.compile(
    r"confidential|undisclosed|not disclosed|location withheld|secret|confidencial|confidentiel", re.I
)
FREE = re.compile(r"\W*(?:free|no (?:fee|cost|charge)s?|none|gratis|gratuit)\W*", re.I)
SHELTERING = {"shelter_housing", "domestic_violence", "trafficking"}
CHANNELS: Mapping[str, str | None] = {
    "": "voice",
    "voice": "voice",
    "hotline": "voice",
    "tollfree": "voice",
    "toll free": "voice",
    "landline": "voice",
    "text": "text",
    "sms": "text",
    "whatsapp": "whatsapp",
    "video": "videophone",
    "textphone": "tty",
    "tty": "tty",
    "tdd": "tty",
    "fax": None,
    "cell": None,
    "pager": None,
}
KIND_OF_NEED: Mapping[str, Kind] = {
    "shelter_housing": Kind.SHELTER,
    "legal": Kind.LEGAL_AID,
    "immigration": Kind.LEGAL_AID,
    "medical": Kind.MEDICAL,
    "counselling": Kind.COUNSELLING,
    "crisis": Kind.HOTLINE,
    "organizing": Kind.UNION_WORKER_CENTER,
}
AWAY = ("inactive", "defunct", "temporarily closed")
# What HSDS has and we have no field for. It is told, so that nobody thinks it came along.
NOT_OURS = (
    "application_process", "wait_time", "fees", "accreditations", "eligibility_description", "minimum_age",
    "maximum_age", "licenses", "alternate_name", "interpretation_services", "required_documents", "funding", "program",
)  # fmt: skip
DATES = ("assured_date", "last_modified")
READ_FIRST = "came in with a feed; two people read it before it is shown"


@record
class Terms:
    """What an import goes by: its mapping, what foreign words mean, and the rules."""

    mapped: Mapped
    dictionary: Dictionary
    rules: Rulebook


def taken(service: Object, organization: Object, label: str, terms: Terms, tell: Teller) -> Data | None:
    """The service as our plain data, or None where it cannot be taken (told)."""
    if is_own(service):
        return own_service(service, label, tell)
    return _Taker(service, organization, label, terms, tell).taken()


class _Taker:
    """One foreign service."""

    def __init__(self, service: Object, organization: Object, label: str, terms: Terms, tell: Teller) -> None:
        self.service = service
        self.organization = organization
        self.label = label
        self.terms = terms
        self._teller = tell
        self._said: set[tuple[str, str]] = set()
        self.ats = _list(service, "service_at_locations")
        self.places = [place for at in self.ats if (place := at.get("location"))]
        self.holders: list[Object] = [service, *self.ats, *self.places]
        meanings = list(self._meanings())
        needs = dict.fromkeys(need for one in meanings for need in one.needs)
        self.needs = tuple(needs) or terms.mapped.needs
        self.people = tuple(dict.fromkeys(code for one in meanings for code in one.people))
        self.kind = next((one.kind for one in meanings if one.kind), None) or self._kind()

    def tell(self, field: str, message: str, *, left_out: bool = True) -> None:
        """Say it once: the standard repeats a phone under each thing it belongs to."""
        if (field, message) in self._said:
            return
        self._said.add((field, message))
        self._teller(Told(record=self.label, field=field, message=message, left_out=left_out))

    def taken(self) -> Data | None:
        self._tell_form()
        name = self._name()
        if not self.needs:
            self.tell("attributes", "none of its terms means a need here; map one of them, and it is taken")
            return None
        area = self._area()
        source = self._source()
        if not name or area is None or source is None:
            return None
        contacts = self._contacts(str(area["country"]))
        if not contacts:
            self.tell("phones", "there is no way to get through that can be shown; the service is left out")
            return None
        self._tell_not_ours()
        return filled(
            name=name,
            kind=self.kind.value,
            summary={"en": self._summary()},
            needs=list(self.needs),
            serves=list(self.people),
            area=area,
            contacts=contacts,
            languages=list(self._languages(self.service)),
            cost=self._cost(),
            **self._location(),
            hold=self._hold(),
            source=[source],
        )

    # -- its form ------------------------------------------------------------------------------------------------

    def _tell_form(self) -> None:
        for field in PARTS:
            rows = self.service.get(field)
            if rows is not None and not (
                isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)
            ):
                self.tell(field, f"is no list of objects: {_short(rows)}")
        for holder, field in ((self.service, "id"), (self.organization, "organization.id")):
            if not UUID.fullmatch(str(holder.get("id"))):
                self.tell(
                    field,
                    f"{_short(holder.get('id'))} is no UUID, as HSDS 3.0 asks for; it is not kept anyway",
                )
        for field in DATES:
            said = self.service.get(field)
            if said and _day(said) is None:
                self.tell(field, f"{_short(said)} is no date; write it like 2026-11-24")
        if self.service.get("status") not in ("active", *AWAY):
            self.tell("status", f"{_short(self.service.get('status'))} is none of active, {', '.join(AWAY)}")

    def _tell_not_ours(self) -> None:
        for field in NOT_OURS:
            if said := self.service.get(field):
                self.tell(field, f"has no field here: {_short(said)}")

    def _name(self) -> str | None:
        for field, said in (
            ("organization.name", self.organization.get("name")),
            ("name", self.service.get("name")),
        ):
            if not str(said or "").strip():
                self.tell(field, "is missing", left_out=False)
                return None
            if MARKUP.search(str(said)):
                self.tell(field, f"holds markup: {_short(said)}; write plain text", left_out=False)
                return None
        return " ".join(str(self.service["name"]).split())[:120].strip()

    # -- what it is ----------------------------------------------------------------------------------------------

    def _meanings(self) -> Iterator[Meaning]:
        for attribute in (a for holder in (self.service, *self.ats) for a in _list(holder, "attributes")):
            term = attribute.get("taxonomy_term")
            term = term if isinstance(term, Mapping) else {}
            detail = term.get("taxonomy_detail")
            vocabulary = str((detail or {}).get("name") or term.get("taxonomy") or "")
            code, name = str(term.get("code") or ""), str(term.get("name") or "")
            found = self.terms.dictionary.meaning(vocabulary, code, name)
            if found:
                yield found
            else:
                said = " ".join(part for part in (vocabulary, code, name) if part)
                self.tell("attributes", f"nobody said what this term means here: {_short(said or attribute)}")

    def _kind(self) -> Kind:
        return next((KIND_OF_NEED[need] for need in self.needs if need in KIND_OF_NEED), Kind.OTHER)

    def _summary(self) -> str:
        """The first sentences of its description, if they can be shown; else what it helps with, in our words."""
        said = html.unescape(MARKUP.sub(" ", html.unescape(str(self.service.get("description") or ""))))
        words = ""
        for sentence in SENTENCE.split(" ".join(said.split())):
            if len(words) + len(sentence) + 1 > LONGEST_SUMMARY:
                break
            words = f"{words} {sentence}".strip()
        is_forbidden = any(forbidden_in(words, "en", self.terms.rules.wording))
        if words and not is_forbidden and not (self._is_hidden() and STREET.search(words)):
            return words
        if said.strip():
            self.tell(
                "description",
                "is too long, or says what no card may say; a short one was made from its needs",
            )
        needs = self.terms.rules.taxonomy.needs
        named = " and ".join(needs[code].name("en") for code in self.needs[:2])
        return f"For {named}. You can call and ask what they do."

    def _languages(self, holder: Object) -> Iterator[str]:
        for row in _list(holder, "languages"):
            code = _language(str(row.get("code") or ""), str(row.get("name") or ""))
            if code:
                yield code
            else:
                self.tell("languages", f"{_short(row.get('code') or row.get('name'))} is no language code")

    def _cost(self) -> str | None:
        options = _list(self.service, "cost_options")
        said = " ".join(
            [*texts(options, "option", "amount_description"), str(self.service.get("fees_description") or "")]
        )
        amounts = [amount for row in options if (amount := _number(row.get("amount"))) is not None]
        if re.search(r"sliding|depends on income|based on income", said, re.I):
            return "sliding_scale"
        if any(amounts):
            return "paid"
        return "free" if amounts or FREE.fullmatch(said) else None

    # -- where it is ---------------------------------------------------------------------------------------------

    def _area(self) -> Data | None:
        rows = _list(self.service, "service_areas")
        if area := own_area(rows):
            return area
        country, region = next(
            (found for place in self.places for row in _list(place, "addresses")
             if (found := region_of(row, self.terms.rules.gazetteer))[0]),
            (None, None),
        )  # fmt: skip
        home, homeland = self.terms.mapped.region, self.terms.mapped.country
        area, unknown = foreign_area(
            texts(rows, "name"), country or homeland, region or home, self.terms.rules.gazetteer
        )
        for name in unknown:
            self.tell("service_areas", f"is no place that is known here: {_short(name)}")
        if area is None:
            self.tell(
                "service_areas",
                "nobody can tell where it helps; name the country in the mapping file",
                left_out=False,
            )
        return area

    def _is_hidden(self) -> bool:
        said = " ".join(
            str(place.get(field) or "") for place in self.places for field in ("name", "description")
        )
        return bool(SHELTERING & set(self.needs)) or self.kind is Kind.SHELTER or bool(HIDDEN.search(said))

    def _location(self) -> Data:
        rows = [
            row
            for place in self.places
            if place.get("location_type") == "physical"
            for row in _list(place, "addresses")
        ]
        if self._is_hidden():
            if rows:
                self.tell("addresses", "an address of a place that shelters people is never taken in")
            return {"location": "confidential"} if self.kind is Kind.SHELTER else {}
        address = next((line for row in rows if (line := _one_line(row))), None)
        if address and len(address) <= 160:
            return {"location": "public", "address": address}
        return {}

    # -- ways to get through -------------------------------------------------------------------------------------

    def _contacts(self, country: str) -> list[Data]:
        found = [*self._phones(country), *self._mailboxes(), *self._pages()]
        return list(
            {(c["channel"], c.get("number") or c.get("url") or c.get("address")): c for c in found}.values()
        )

    def _phones(self, country: str) -> Iterator[Data]:
        hours = self._hours()
        spoken = False
        for row in self._rows_of("phones"):
            line = self._line(row, country)
            if line is None:
                continue
            spoken = True
            channel, number = line
            extension = str(row.get("extension") or "").removesuffix(".0")
            yield filled(
                channel=channel,
                number=number,
                note={"en": f"Ask for extension {extension}."} if extension else {},
                hours=hours if channel == "voice" else None,
                languages=list(self._languages(row)),
            )
        if not spoken and hours:
            self.tell("schedules", f"there is no phone these hours could be of: {hours}")

    def _rows_of(self, field: str) -> Iterator[Object]:
        """The service's own first, then those of its places, of desks without a person's name, of the organization."""
        desks = [desk for holder in (*self.holders, self.organization) for desk in _list(holder, "contacts")]
        nameless = [desk for desk in desks if not str(desk.get("name") or "").strip()]
        if len(nameless) < len(desks):
            self.tell("contacts", "a named person's number or mailbox is not taken in")
        own = [row for holder in (*self.holders, *nameless) for row in _list(holder, field)]
        yield from own or _list(self.organization, field)

    def _line(self, row: Object, country: str) -> tuple[str, str] | None:
        """(channel, number) of a phone, or None for one that is not taken in (told)."""
        said = str(row.get("number") or "").strip(" \"'")
        kind = str(row.get("type") or "").strip().casefold()
        channel = CHANNELS.get(kind, "voice")
        if channel is None:
            self.tell("phones", f"a {kind} number is not taken in")
            return None
        number = _dialable(said, country)
        if number is None:
            self.tell("phones", f"{_short(said)} is no number that can be dialed in {country}")
            return None
        return channel, number

    def _hours(self) -> str | None:
        today = self.terms.rules.today
        current: list[Object] = []
        over: list[Object] = []
        for row in (row for holder in self.holders for row in _list(holder, "schedules")):
            (current if (_day(row.get("valid_to")) or today) >= today else over).append(row)
        hours, unread = hours_of(current)
        for row in (*over, *unread):
            said = row.get("description") or {k: v for k, v in row.items() if k not in ("id", "service_id")}
            self.tell("schedules", f"is over, or no weekly hours: {_short(said)}")
        return hours

    def _mailboxes(self) -> Iterator[Data]:
        said = str(self.service.get("email") or "").strip()
        if not said:
            return
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", said) or PRIVATE_MAIL.search(said):
            self.tell("email", f"{_short(said)} is no mailbox of an organization")
            return
        yield {"channel": "email", "address": said}

    def _pages(self) -> Iterator[Data]:
        for said in texts([self.service, self.organization], "url", "website"):
            if _is_page(said):
                yield {"channel": "website", "url": said}
                return
            self.tell("url", f"{_short(said)} is no web address")

    # -- who says so ---------------------------------------------------------------------------------------------

    def _source(self) -> Data | None:
        told = self.terms.mapped.source
        today = self.terms.rules.today
        days = [day for field in DATES if (day := _day(self.service.get(field))) and day <= today]
        if not (told.url or told.title):
            self.tell(
                "source", "nobody said where this can be read; name the feed with --source", left_out=False
            )
            return None
        read = today.isoformat()
        return filled(
            url=told.url,
            title=told.title,
            kind=told.kind,
            read=read,
            date=max(days).isoformat() if days else None,
        )

    def _hold(self) -> str | None:
        status = self.service.get("status")
        if status in AWAY:
            return f"the feed says: {status}"
        return None if self.terms.mapped.listed else READ_FIRST


# -- small readings --------------------------------------------------------------------------------------------------


def _list(holder: Object, field: str) -> list[Object]:
    rows = holder.get(field)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _short(said: object) -> str:
    text = " ".join(str(said).split())
    return text if len(text) <= 60 else f"{text[:57]}…"


def _day(said: object) -> date | None:
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return None


def _number(said: object) -> float | None:
    try:
        return float(str(said))
    except ValueError:
        return None


def _is_page(said: str) -> bool:
    return re.fullmatch(r"https?://[^\s/]+\.[^\s]+", said) is not None


def _dialable(said: str, country: str) -> str | None:
    """The number as dialed from abroad, or a short number as it is; None if neither."""
    digits = re.sub(r"[\s.-]", "", said)
    if re.fullmatch(r"\d{3,6}", digits) and what_is_wrong_with(digits, country) is None:
        return digits
    try:
        parsed = phonenumbers.parse(said, country)
    except phonenumbers.NumberParseException:
        return None
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return (
        number
        if phonenumbers.is_possible_number(parsed) and not what_is_wrong_with(number, country)
        else None
    )


def _one_line(row: Object) -> str:
    street = ", ".join(texts([row], "address_1", "address_2", "city"))
    rest = " ".join(texts([row], "state_province", "postal_code"))
    return ", ".join(part for part in (street, rest) if part)


@cache
def _language_names() -> Mapping[str, str]:
    return {name.casefold(): code for code, name in Locale("en").languages.items() if len(code) <= 3}


def _language(code: str, name: str) -> str | None:
    """A two- or three-letter code; by its English name where there is none."""
    known: Callable[[str], bool] = Locale("en").languages.__contains__
    for word in (code.casefold(), name.casefold()):
        if re.fullmatch("[a-z]{2,3}", word) and known(word):
            return word
        if word in _language_names():
            return _language_names()[word]
    return None
