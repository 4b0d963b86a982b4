"""The directory as volunteers write it: organizations, the services they offer, and ways to make contact.

This is the one declared shape. The reader, the checks, the field guide and the editors' schema come from
it; each field's description is what a volunteer reads. Terms are HSDS 3.0 where HSDS has one.
Absent means unknown, never "no".
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.model.verdict import Verdict

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

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Channel(StrEnum):
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


class Cost(StrEnum):
    """What the person pays."""

    FREE = "free"
    SLIDING_SCALE = "sliding_scale"
    PAID = "paid"
    UNKNOWN = "unknown"


class RunBy(StrEnum):
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


class Institution(StrEnum):
    """The institution a desk belongs to. When that institution did it, the desk is never shown first."""

    MILITARY = "military"
    PRISON = "prison"
    POLICE = "police"
    IMMIGRATION = "immigration"
    SCHOOL = "school"
    CHURCH = "church"
    EMPLOYER = "employer"


class Kind(StrEnum):
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
    """One way to make contact. Exactly one of number, url, address."""

    channel: Channel = Field(
        description="voice, text, whatsapp, videophone, tty, chat, email, website or mail"
    )
    number: str | None = Field(
        None,
        description="Phone number as it is dialled from abroad (+1 512 555 0100), or a short number (988)",
    )
    url: WebAddress | None = Field(None, description="Web address of a chat or a page, with https://")
    address: str | None = Field(
        None, description="E-mail address (email), or postal address for letters (mail)"
    )
    keyword: str | None = Field(None, description="The word to text first, as printed: HOPE")
    label: Texts = Field(default_factory=dict, description="What this line is, when there are several")
    note: Texts = Field(default_factory=dict, description="What to press or know: 'Press 2 for Spanish.'")
    hours: str | None = Field(None, description="OpenStreetMap opening hours: 24/7, Mo-Fr 09:00-17:00")
    timezone: str | None = Field(
        None, description="Time zone of the hours (America/Chicago), where the area has several"
    )
    languages: tuple[Language, ...] = Field((), description="Languages spoken on this line, as codes: en, es")
    hold: str | None = Field(None, description="Why nobody may be sent to this contact now")

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
    """Where a service serves (HSDS service area). Narrower fields narrow it; absent ones leave it whole."""

    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = Field(
        description="Two-letter country code; ZZ is worldwide, EU the European Union"
    )
    regions: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,3}$")], ...] = Field(
        (),
        description="States, provinces or regions: the part of the ISO 3166-2 code after the dash (TX, IDF)",
    )
    counties: tuple[str, ...] = Field((), description="Counties or departments by name, without 'County'")
    cities: tuple[str, ...] = Field(
        (), description="Cities by name; the place serves them and their surroundings"
    )
    lands: tuple[str, ...] = Field((), description="Tribal lands by name")


class Source(Shape):
    """Where a fact was read."""

    url: WebAddress | None = Field(None, description="The page")
    title: str | None = Field(None, description="What was read, where it has no web address")
    kind: Literal["official", "government", "news", "law", "advocacy", "github-list", "person", "other"] = (
        "other"
    )
    read: FullDate = Field(description="The day somebody read it")
    date: PartialDate | None = Field(
        None, description="The date the source itself carries: 2022, 2022-05, ..."
    )
    shows: tuple[str, ...] = Field((), description="What it shows: number, hours, area, cost, ...")

    @model_validator(mode="after")
    def can_be_found_again(self) -> Self:
        """A source nobody can find again is no source."""
        if not (self.url or self.title):
            raise ValueError("a source needs url: or title:")
        return self


class Check(Shape):
    """A person confirmed these claims on this day."""

    claims: tuple[Code, ...] = Field(
        min_length=1, description="The fields confirmed: number, hours, asks_status"
    )
    on: FullDate = Field(description="The day")
    how: Literal["phone", "text", "mail", "web", "visit"] = Field(description="How it was confirmed")


class SharesWith(Shape):
    """Whom the service tells about a person, without being asked to."""

    police: Verdict = Verdict.UNKNOWN
    employer: Verdict = Verdict.UNKNOWN
    command: Verdict = Verdict.UNKNOWN
    immigration: Verdict = Verdict.UNKNOWN


class Service(Shape):
    """One thing an organization offers."""

    name: str = Field(min_length=2, max_length=120, description="What this service is called")
    kind: Kind = Field(description="What sort of place it is")
    summary: Texts = Field(description="One or two plain sentences per language: what happens when you call")
    needs: tuple[Code, ...] = Field(min_length=1, description="What it helps with (taxonomy/needs.yaml)")
    serves: tuple[Code, ...] = Field((), description="Whom it is made for or affirms (taxonomy/people.yaml)")
    only: tuple[Code, ...] = Field(
        (), description="Hard limits, only if the source says so: women, teen, ..."
    )
    contexts: tuple[Code, ...] = Field((), description="Made for harm done by: boss, guard, soldier, ...")
    institution: Institution | None = Field(None, description="The institution this desk belongs to, if any")
    area: Area
    contacts: tuple[Contact, ...] = ()
    languages: tuple[Language, ...] = Field((), description="Languages of the service as a whole")
    interpreters: Verdict = Field(Verdict.UNKNOWN, description="Can they bring in an interpreter")
    cost: Cost = Cost.UNKNOWN
    confidential: Verdict = Field(Verdict.UNKNOWN, description="The source says that it is confidential")
    anonymous: Verdict = Field(Verdict.UNKNOWN, description="The source says that no name is needed")
    asks_status: Verdict = Field(Verdict.UNKNOWN, description="Do they ask about immigration status")
    asks_id: Verdict = Field(Verdict.UNKNOWN, description="Do they ask for identity papers")
    must_report: Verdict = Field(
        Verdict.UNKNOWN, description="Must they report what they hear to authorities"
    )
    shares_with: SharesWith = SharesWith()
    religious: Verdict = Field(Verdict.UNKNOWN, description="Is the help tied to a faith")
    in_person_only: Verdict = Field(Verdict.UNKNOWN, description="Does one have to go there")
    run_by: RunBy = RunBy.UNKNOWN
    location: Literal["public", "confidential", "virtual"] | None = Field(
        None, description="confidential: the address is never written anywhere"
    )
    address: str | None = Field(
        None, max_length=160, description="Street address of a public place, as the source prints it"
    )
    notice: Texts = Field(
        default_factory=dict, description="Something a person must know now: a line that closes"
    )
    note: str | None = Field(None, description="For volunteers; never shown to a person")
    depends_on: tuple[Code, ...] = Field(
        (), description="A funder, law or parent line this stands or falls with"
    )
    ends_on: FullDate | None = Field(None, description="The day it stops")
    hold: str | None = Field(None, description="Why it is never shown now")
    source: tuple[Source, ...] = Field(min_length=1, description="Where this was read")
    checks: tuple[Check, ...] = ()

    @property
    def open_contacts(self) -> tuple[Contact, ...]:
        """The contacts a person may be sent to."""
        return tuple(c for c in self.contacts if not c.hold)

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

    name: str = Field(min_length=2, max_length=120)
    also_known_as: Annotated[tuple[str, ...], AfterValidator(_no_duplicates)] = ()
    website: WebAddress | None = None
    services: dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")], Service] = Field(
        min_length=1
    )


class ListedService(BaseModel):
    """A service with its id and its organization: what matching and cards work on.

    `id` is the organization's path under organizations/ plus '#' plus the service's key.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    organization: str
    organization_id: str
    website: str | None
    service: Service
