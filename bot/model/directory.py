"""The directory as volunteers write it: organizations, the services they offer, and ways to make contact.

This is the one declared shape. The reader, the checks, the field guide and the editors' schema come from
it; each field's description is what a volunteer reads. Terms are HSDS 3.0 where HSDS has one.
Absent means unknown, never "no".
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.model.verdict import Verdict
from bot.model.words import ClosedList

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]
Texts = dict[Language, str]
PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
FullDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\.[^\s]+$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]

WORLDWIDE = "ZZ"
EUROPEAN_UNION = "EU"


class Shape(BaseModel):
    """What every part of the directory has in common: frozen, and no field we did not declare."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


class Channel(ClosedList):
    """How a contact is made."""

    VOICE = "voice"
    TEXT = "text"
    WHATSAPP = "whatsapp"
    VIDEOPHONE = "videophone"
    TTY = "tty"
    CHAT = "chat"
    EMAIL = "email"
    WEBSITE = "website"
    MAIL = "mail"


PHONE_CHANNELS = frozenset(
    {Channel.VOICE, Channel.TEXT, Channel.WHATSAPP, Channel.VIDEOPHONE, Channel.TTY},
)
WEB_CHANNELS = frozenset({Channel.CHAT, Channel.WEBSITE})
WITHOUT_SPEAKING = frozenset({Channel.TEXT, Channel.WHATSAPP, Channel.CHAT, Channel.EMAIL})


class Cost(ClosedList):
    """What the person pays."""

    FREE = "free"
    SLIDING_SCALE = "sliding_scale"
    PAID = "paid"
    UNKNOWN = "unknown"


class RunBy(ClosedList):
    """Who runs it. Government, police, military and faith-run places are labelled on the card."""

    NONPROFIT = "nonprofit"
    GOVERNMENT = "government"
    POLICE = "police"
    UNION = "union"
    TRIBAL = "tribal"
    FAITH = "faith"
    UNIVERSITY = "university"
    MILITARY = "military"
    HOSPITAL = "hospital"
    UNKNOWN = "unknown"


class Institution(ClosedList):
    """The institution a desk belongs to. When that institution did it, the desk is never shown first."""

    MILITARY = "military"
    PRISON = "prison"
    POLICE = "police"
    IMMIGRATION = "immigration"
    SCHOOL = "school"
    CHURCH = "church"
    EMPLOYER = "employer"


class Kind(ClosedList):
    """What sort of place it is; names the card's label and breaks ties (a hotline before a coalition)."""

    HOTLINE = "hotline"
    CRISIS_CENTER = "crisis_center"
    SHELTER = "shelter"
    LEGAL_AID = "legal_aid"
    ADVOCACY = "advocacy"
    MEDICAL = "medical"
    COUNSELLING = "counselling"
    COMPENSATION = "compensation"
    UNION_WORKER_CENTER = "union_worker_center"
    GOVERNMENT = "government"
    COALITION = "coalition"
    DIRECTORY = "directory"
    OTHER = "other"


class Contact(Shape):
    """One way to get through. Write exactly one of number, url and address."""

    channel: Channel = Field(
        description="How one gets through. voice is a phone call, text an SMS, tty a text phone, chat a chat on a "
        "website, mail a letter"
    )
    number: str | None = Field(
        None,
        description='Phone number in quotes, as dialed from abroad ("+1 512-555-0100"), or a short number ("988")',
    )
    url: WebAddress | None = Field(None, description="Web address of a chat or a page, from https:// on")
    address: str | None = Field(
        None,
        description="The organization's e-mail address (channel: email), or where letters go (channel: mail). Never "
        "one person's own mailbox",
    )
    keyword: str | None = Field(None, description="The word to send first by text, as printed: HELLO")
    label: Texts = Field(
        default_factory=dict,
        description="What this line is, by language, when there are several: {en: Crisis line}",
    )
    note: Texts = Field(
        default_factory=dict,
        description="What a caller does or knows first, by language: {en: Press 2 for Spanish.}",
    )
    hours: str | None = Field(
        None,
        description='When somebody answers, in quotes: "24/7", "Mo-Fr 09:00-17:00; Sa 10:00-14:00". Leave it out if '
        "no source says",
    )
    timezone: str | None = Field(
        None, description="Time zone of the hours (America/Chicago), only where the area has more than one"
    )
    languages: tuple[Language, ...] = Field(
        (), description="Languages spoken on this line, as codes: [en, es]"
    )
    hold: str | None = Field(
        None,
        description="Why nobody is sent to this one contact now. Hidden until this line is removed",
    )

    @model_validator(mode="after")
    def has_one_value(self) -> Self:
        """A contact without a value, or with two, cannot be used."""
        given = [v for v in (self.number, self.url, self.address) if v]
        if len(given) != 1:
            raise ValueError("write exactly one of number, url or address")
        wanted = (
            "number"
            if self.channel in PHONE_CHANNELS
            else "url"
            if self.channel in WEB_CHANNELS
            else "address"
        )
        if getattr(self, wanted) is None:
            raise ValueError(f"channel {self.channel.value} needs {wanted}:")
        return self

    @property
    def value(self) -> str:
        """What a person dials, opens or writes to."""
        return self.number or self.url or self.address or ""


class Area(Shape):
    """Where a service helps (HSDS service area). A narrower field narrows it; one left out leaves it whole."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = Field(
        description="Country, as two capital letters: US, FR. ZZ is the whole world, EU the European Union"
    )
    regions: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,3}$")], ...] = Field(
        (),
        description="States or provinces, as the code after the dash in ISO 3166-2: [TX], [IDF]. Leave it out for the "
        "whole country",
    )
    counties: tuple[str, ...] = Field(
        (), description="Counties or departments by name, without the word County: [Travis]"
    )
    cities: tuple[str, ...] = Field(
        (), description="Cities by name: [Austin]. It serves them and what is around them"
    )
    lands: tuple[str, ...] = Field((), description="Tribal lands by name, as in places/names.yaml")


class Source(Shape):
    """Where a fact was read, so that the next person can read it again. Write url or title."""

    url: WebAddress | None = Field(None, description="The page where you read it")
    title: str | None = Field(None, description="What was read, where it has no web address")
    kind: Literal["official", "government", "news", "law", "advocacy", "github-list", "person", "other"] = (
        Field(
            "other",
            description="Who says it. official is the organization itself; person is somebody who works there",
        )
    )
    read: FullDate = Field(description="The day you read it: 2026-11-24")
    date: PartialDate | None = Field(
        None, description="The date printed on the source itself: 2022, 2022-05 or 2022-05-31"
    )
    shows: tuple[str, ...] = Field((), description="What can be read there: [number, hours, cost]")

    @model_validator(mode="after")
    def can_be_found_again(self) -> Self:
        """A source nobody can find again is no source."""
        if not (self.url or self.title):
            raise ValueError("a source needs url: or title:")
        return self


class Check(Shape):
    """A person called, wrote or went there and confirmed these claims on this day."""

    claims: tuple[Code, ...] = Field(
        min_length=1, description="The fields that were confirmed: [number, hours, asks_status]"
    )
    on: FullDate = Field(description="The day it was confirmed: 2026-11-24")
    how: Literal["phone", "text", "mail", "web", "visit"] = Field(
        description="How it was confirmed. phone: you called and somebody answered"
    )


class SharesWith(Shape):
    """Whom the service tells about a person, without being asked to."""

    police: Verdict = Field(Verdict.UNKNOWN, description="Do they tell the police?")
    employer: Verdict = Field(Verdict.UNKNOWN, description="Do they tell the person's employer?")
    command: Verdict = Field(Verdict.UNKNOWN, description="Do they tell the person's military command?")
    immigration: Verdict = Field(Verdict.UNKNOWN, description="Do they tell immigration authorities?")


class Service(Shape):
    """One thing an organization offers."""

    name: str = Field(
        min_length=2, max_length=120, description="What this service is called, as on its own page"
    )
    kind: Kind = Field(description="What sort of place it is: the word that fits best")
    summary: Texts = Field(
        description="One or two short sentences by language: what happens when somebody calls. en: is always there"
    )
    needs: tuple[Code, ...] = Field(
        min_length=1,
        description="What it helps with, the main thing first: [legal, money]. The codes are in taxonomy/needs.yaml",
    )
    serves: tuple[Code, ...] = Field(
        (),
        description="Whom it is made for or welcomes by name (taxonomy/people.yaml). undocumented only if the source "
        "says that papers do not matter",
    )
    only: tuple[Code, ...] = Field(
        (),
        description="Whom it takes and nobody else, only if the source says so: [women]. Everybody else is then never "
        "sent there",
    )
    contexts: tuple[Code, ...] = Field(
        (), description="Made for harm done by: [boss], [guard], [soldier] (taxonomy/contexts.yaml)"
    )
    institution: Institution | None = Field(
        None,
        description="The institution this desk is part of. A person harmed by it is shown somebody outside it first",
    )
    area: Area = Field(description="Where it helps; see Area below")
    contacts: tuple[Contact, ...] = Field(
        (),
        description="Ways to get through, the best one first; see Contact below. With none, the service needs hold:",
    )
    languages: tuple[Language, ...] = Field(
        (), description="Languages of the service as a whole, as codes: [en, es]"
    )
    interpreters: Verdict = Field(Verdict.UNKNOWN, description="Can they bring in an interpreter?")
    cost: Cost = Field(Cost.UNKNOWN, description="What a person pays. sliding_scale: it depends on income")
    confidential: Verdict = Field(
        Verdict.UNKNOWN, description="Do they say that they keep what they hear to themselves?"
    )
    anonymous: Verdict = Field(Verdict.UNKNOWN, description="Do they say that nobody needs to give a name?")
    asks_status: Verdict = Field(Verdict.UNKNOWN, description="Do they ask about immigration status?")
    asks_id: Verdict = Field(Verdict.UNKNOWN, description="Do they ask for identity papers?")
    must_report: Verdict = Field(
        Verdict.UNKNOWN, description="Does the law or their own rule make them report what they hear?"
    )
    shares_with: SharesWith = Field(SharesWith(), description="Whom they tell; see SharesWith below")
    religious: Verdict = Field(
        Verdict.UNKNOWN, description="Is the help tied to a faith: prayer, worship, belief?"
    )
    in_person_only: Verdict = Field(Verdict.UNKNOWN, description="Does one have to go there in person?")
    run_by: RunBy = Field(
        RunBy.UNKNOWN, description="Who runs it. Government, police, military and faith are said on the card"
    )
    location: Literal["public", "confidential", "virtual"] | None = Field(
        None,
        description="public: anyone may know where it is. confidential: where it is stands nowhere in this file. "
        "virtual: there is no place to go to",
    )
    address: str | None = Field(
        None,
        max_length=160,
        description="Street address as the source prints it, only with location: public. Never a shelter's",
    )
    notice: Texts = Field(
        default_factory=dict,
        description="What a person needs to know now, by language: {en: This line closes on 1 June.}",
    )
    note: str | None = Field(
        None, description="For other volunteers. The bot never shows it, but this file is public"
    )
    depends_on: tuple[Code, ...] = Field(
        (),
        description="What it stands or falls with, as a short word: a funder, a law, a parent line. If that ends, one "
        "command holds all that depend on it",
    )
    ends_on: FullDate | None = Field(
        None, description="Its last day: 2026-12-31. After it, the bot no longer shows it"
    )
    hold: str | None = Field(
        None,
        description="Why the bot does not show it now, and what would settle it. Hidden until this line is removed",
    )
    source: tuple[Source, ...] = Field(min_length=1, description="Where this can be read; see Source below")
    checks: tuple[Check, ...] = Field((), description="What a person confirmed and when; see Check below")

    @property
    def open_contacts(self) -> tuple[Contact, ...]:
        """The contacts a person may be sent to."""
        held = [c for c in self.contacts if c.hold]
        return tuple(c for c in self.contacts if not c.hold) if held else self.contacts

    @property
    def named_languages(self) -> frozenset[str]:
        """The languages the directory names for the service or one of its lines."""
        return frozenset((*self.languages, *(code for c in self.open_contacts for code in c.languages)))

    @property
    def is_listed(self) -> bool:
        """Held services, and services nobody can reach, never reach a person."""
        return not self.hold and bool(self.open_contacts)


def _no_duplicates(keys: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(keys)) != len(keys):
        raise ValueError("write each name once")
    return keys


class Organization(Shape):
    """One file: an organization and the services it offers."""

    name: str = Field(min_length=2, max_length=120, description="The organization's name, as it writes it")
    also_known_as: Annotated[tuple[str, ...], AfterValidator(_no_duplicates)] = Field(
        (), description="Other names and short forms people use: [RCC]"
    )
    website: WebAddress | None = Field(None, description="Its own website, from https:// on")
    services: dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")], Service] = Field(
        min_length=1,
        description="What it offers, each under a short key: legal-line. A key is never changed; it is part of the id",
    )


class ListedService(BaseModel):
    """A service with its id and its organization: what matching and cards work on.

    `id` is the organization's path under organizations/ plus '#' plus the service's key.
    """

    model_config = ConfigDict(frozen=True, defer_build=True)

    id: str
    organization: str
    organization_id: str
    website: str | None
    service: Service
