"""Whom to ring, in which language, and whether now is a good time: so that no check keeps a survivor waiting. Pure.

An office before a line that survivors call; never a text or chat line, never an emergency number. Crisis lines
only in the calm hours of a working day.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from bot.directory_files.scripts import BASE, Scripts
from bot.matching.freshness import CRISIS_KINDS
from bot.matching.opening import ALWAYS, is_open
from bot.model.directory import Area, Channel, Contact, ListedService, Service
from bot.model.emergency import EmergencyNumbers
from bot.model.record import record
from bot.model.verdict import Verdict
from bot.understanding.places import Gazetteer, Grain
from bot.understanding.words import read_words
from bot.upkeep.round.due import look_at


class Line(StrEnum):
    """What sort of line a volunteer is sent to."""

    OFFICE = "office"
    PHONE = "phone"
    CRISIS = "crisis"  # survivors call it, and no office is known
    EMAIL = "email"
    MAIL = "mail"
    WEBSITE = "website"
    NONE = "none"


RUNG = frozenset({Line.OFFICE, Line.PHONE, Line.CRISIS})
WITHOUT_RINGING: Mapping[Channel, Line] = {
    Channel.EMAIL: Line.EMAIL,
    Channel.MAIL: Line.MAIL,
    Channel.WEBSITE: Line.WEBSITE,
}


@record
class Way:
    """How to ask. Invariant: a line that is rung has a voice contact; `of` is the id of the service it is from."""

    line: Line
    value: str = ""
    contact: Contact | None = None
    of: str | None = None


class Timing(StrEnum):
    """Why now is a good time to ring, or not."""

    GOOD = "good"
    WEEKEND = "weekend"
    OUTSIDE = "outside"  # too early or too late
    CLOSED = "closed"
    UNKNOWN = "unknown"  # nobody knows what time it is there


@record
class Hour:
    """The time there, from the earliest to the latest zone it may be in, and what that means."""

    timing: Timing
    there: tuple[datetime, ...] = ()

    @property
    def is_good(self) -> Verdict:
        """Whether to ring now."""
        known = {Timing.GOOD: Verdict.YES, Timing.UNKNOWN: Verdict.UNKNOWN}
        return known.get(self.timing, Verdict.NO)


@record
class Window:
    """Between which hours of a working day to ring."""

    opens: time
    closes: time


CALM = Window(opens=time(10), closes=time(16))  # a line for survivors
OFFICE_HOURS = Window(opens=time(9), closes=time(17))
DAYTIME = Window(opens=time(9), closes=time(20))  # a line for survivors that says when it is open


@record
class Call:
    """How to reach one place. `hour` is None where nothing is rung; `together` is what else to ask there."""

    way: Way
    language: str
    hour: Hour | None
    window: Window
    together: tuple[str, ...] = ()


@record
class Desk:
    """What is known when a call is planned."""

    scripts: Scripts
    gazetteer: Gazetteer
    emergency: Mapping[str, EmergencyNumbers]
    services: Mapping[str, tuple[ListedService, ...]]  # organization id -> its services


def plan_call(listed: ListedService, desk: Desk, now: datetime, language: str | None = None) -> Call:
    """How to check `listed` at `now` (aware). `language`: what the volunteer speaks, if the place speaks it too."""
    way = way_to_ask(listed, desk, language)
    hour = None
    if way.line in RUNG and way.contact:
        hour = hour_to_call(way, listed.service, zones_of(listed.service, way.contact, desk.gazetteer), now)
    return Call(
        way=way,
        language=script_language(listed.service, way.contact, desk.scripts.languages, language),
        hour=hour,
        window=_window(way.line, way.contact),
        together=tuple(_asked_together(listed, way, desk, now.date())) if way.line in RUNG else (),
    )


def _asked_together(listed: ListedService, way: Way, desk: Desk, today: date) -> Iterator[str]:
    """Other services of the organization with something to check that are asked on the same line.

    Nobody is called twice in one day because we keep two entries.
    """
    for other in desk.services.get(listed.organization_id, ()):
        is_on_this_line = other.id != listed.id and way_to_ask(other, desk).value == way.value
        if is_on_this_line and look_at(other, today).is_due:
            yield other.id


# -- whom to ring -------------------------------------------------------------------------------------------


def way_to_ask(listed: ListedService, desk: Desk, language: str | None = None) -> Way:
    """An office, else its number, else a letter or its page; never where survivors write."""
    ways = (*_offices(listed, desk, language), *_own_lines(listed, desk, language), *_without_ringing(listed))
    return ways[0] if ways else Way(line=Line.NONE)


def answers_survivors(service: Service) -> bool:
    """Whoever rings it may be in danger: each minute of it is theirs."""
    return service.kind in CRISIS_KINDS or "crisis" in service.needs


def _offices(listed: ListedService, desk: Desk, language: str | None) -> Iterator[Way]:
    """Numbers that say they are an office: its own, then of other services of the organization."""
    others = (s for s in desk.services.get(listed.organization_id, ()) if s.id != listed.id)
    for one in (listed, *others):
        for contact in _voices(one, desk, language):
            if _label_says("office", contact, desk.scripts):
                yield _ring(Line.OFFICE, contact, one, listed)


def _own_lines(listed: ListedService, desk: Desk, language: str | None) -> Iterator[Way]:
    line = Line.CRISIS if answers_survivors(listed.service) else Line.PHONE
    return (_ring(line, contact, listed, listed) for contact in _voices(listed, desk, language))


def _ring(line: Line, contact: Contact, one: ListedService, asked: ListedService) -> Way:
    return Way(line=line, value=contact.value, contact=contact, of=None if one.id == asked.id else one.id)


def _without_ringing(listed: ListedService) -> Iterator[Way]:
    for channel, line in WITHOUT_RINGING.items():
        for contact in listed.service.open_contacts:
            if contact.channel is channel:
                yield Way(line=line, value=contact.value, contact=contact)
    if listed.website:
        yield Way(line=Line.WEBSITE, value=listed.website)


def _voices(listed: ListedService, desk: Desk, language: str | None) -> list[Contact]:
    """Numbers one may ring, those that speak the volunteer's language first."""
    emergency = _emergency_numbers(desk.emergency.get(listed.service.area.country))
    voices = (c for c in listed.service.open_contacts if c.channel is Channel.VOICE)
    allowed = (
        c
        for c in voices
        if "".join(filter(str.isdigit, c.value)) not in emergency
        and not _label_says("inside", c, desk.scripts)
    )
    return sorted(allowed, key=lambda c: bool(language and c.languages and language not in c.languages))


def _emergency_numbers(numbers: EmergencyNumbers | None) -> Collection[str]:
    if numbers is None:
        return WELL_KNOWN
    known = (numbers.general, numbers.police, numbers.ambulance, numbers.fire, numbers.also)
    return WELL_KNOWN.union(*known)


WELL_KNOWN = frozenset({"112", "911", "999"})  # where a country's own numbers are not known


def _label_says(what: str, contact: Contact, scripts: Scripts) -> bool:
    """Whether a number's label says, in any language, that it is an office, or for people inside only."""
    labels = " ".join(contact.label.values()).casefold()
    words = (scripts.say(language, f"labels.{what}") for language in scripts.languages)
    return any(word.strip().casefold() in labels for line in words for word in line.split(","))


# -- in which language --------------------------------------------------------------------------------------

# Where a part of a country speaks another language than most of it.
SPOKEN_IN: Mapping[tuple[str, str], str] = {
    ("BE", "VLG"): "nl",
    ("CA", "QC"): "fr",
    ("CH", "GE"): "fr",
    ("CH", "ZH"): "de",
    ("US", "PR"): "es",
}


def script_language(
    service: Service, contact: Contact | None, available: Collection[str], wanted: str | None = None
) -> str:
    """The language to call in: `wanted` if they speak it; else theirs, else the country's, else English."""
    spoken = spoken_there(service, contact)
    first = (wanted,) if wanted and wanted in spoken else ()
    return next((code for code in (*first, *spoken) if code in available), BASE)


def spoken_there(service: Service, contact: Contact | None = None) -> tuple[str, ...]:
    """Languages that are written down for the line, else for the service, else those of the country."""
    named = (contact.languages if contact else ()) or service.languages
    return tuple(dict.fromkeys(code.partition("-")[0] for code in (*named, *country_languages(service.area))))


def country_languages(area: Area) -> tuple[str, ...]:
    """What most people speak there first."""
    own = tuple(SPOKEN_IN[area.country, r] for r in area.regions[:1] if (area.country, r) in SPOKEN_IN)
    return own or tuple(get_official_languages(area.country, de_facto=True))


# -- when ---------------------------------------------------------------------------------------------------

# The outermost zones in which nearly everybody lives, of countries with several: what is a good time in both is
# a good time for a line that serves the whole country. Far islands are left out.
SPANS: Mapping[str, tuple[str, ...]] = {
    "AU": ("Australia/Perth", "Australia/Sydney"),
    "AR": ("America/Argentina/Buenos_Aires",),
    "BR": ("America/Manaus", "America/Sao_Paulo"),
    "CA": ("America/Vancouver", "America/Halifax"),
    "CL": ("America/Santiago",),
    "CN": ("Asia/Shanghai",),
    "EC": ("America/Guayaquil",),
    "ES": ("Atlantic/Canary", "Europe/Madrid"),
    "ID": ("Asia/Jakarta", "Asia/Jayapura"),
    "MX": ("America/Tijuana", "America/Mexico_City"),
    "NZ": ("Pacific/Auckland",),
    "PT": ("Atlantic/Azores", "Europe/Lisbon"),
    "RU": ("Europe/Moscow", "Asia/Vladivostok"),
    "US": ("America/Los_Angeles", "America/New_York"),
}
MOST_ZONES = 3  # a number that may ring in more zones says nothing about where it rings


def zones_of(service: Service, contact: Contact, gazetteer: Gazetteer) -> tuple[str, ...]:
    """The time zones the line may be answered in, by what says most; empty: not known."""
    return next(filter(None, _zones_said(service.area, contact, gazetteer)), ())


def _zones_said(area: Area, contact: Contact, gazetteer: Gazetteer) -> Iterator[tuple[str, ...]]:
    yield (contact.timezone,) if contact.timezone else ()
    yield _city_zones(area, gazetteer)
    yield _region_zones(area, gazetteer)
    yield _number_zones(contact.number or "")
    yield _country_zones(area, gazetteer)
    yield SPANS.get(area.country, ())


def hour_to_call(way: Way, service: Service, zones: Sequence[str], now: datetime) -> Hour:
    """Whether `now` (aware) is a good time to ring, in every zone the line may be in."""
    clocks = {_wall_clock(moment): moment for zone in zones if (moment := now.astimezone(ZoneInfo(zone)))}
    there = tuple(clocks[clock] for clock in sorted(clocks))
    if not there or way.contact is None:
        return Hour(timing=Timing.UNKNOWN)
    timings = {_timing(way, way.contact, service.area.country, moment) for moment in there}
    return Hour(timing=next(t for t in WORST_FIRST if t in timings), there=there)


WORST_FIRST = (Timing.CLOSED, Timing.WEEKEND, Timing.OUTSIDE, Timing.GOOD)


def _timing(way: Way, contact: Contact, country: str, there: datetime) -> Timing:
    if _says_hours(contact) and is_open(contact, str(there.tzinfo), there) is Verdict.NO:
        return Timing.CLOSED
    if _says_hours(contact) and way.line is not Line.CRISIS:
        return Timing.GOOD
    if there.weekday() in weekend_of(country):
        return Timing.WEEKEND
    window = _window(way.line, contact)
    return Timing.GOOD if window.opens <= there.time() < window.closes else Timing.OUTSIDE


def _says_hours(contact: Contact) -> bool:
    return contact.hours is not None and contact.hours != ALWAYS


def _window(line: Line, contact: Contact | None) -> Window:
    if line is not Line.CRISIS:
        return OFFICE_HOURS
    return DAYTIME if contact and _says_hours(contact) else CALM


def weekend_of(country: str) -> frozenset[int]:
    """The days nobody works, Monday being 0: Friday and Saturday in Jordan."""
    try:
        locale = Locale.parse(f"und_{country}")
    except (UnknownLocaleError, ValueError):
        return frozenset({5, 6})
    return frozenset(range(locale.weekend_start, locale.weekend_end + 1))


def _wall_clock(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _city_zones(area: Area, gazetteer: Gazetteer) -> tuple[str, ...]:
    return _distinct(_zone_of_city(city, area, gazetteer) for city in area.cities)


def _zone_of_city(city: str, area: Area, gazetteer: Gazetteer) -> str | None:
    name = " ".join(word.folded for word in read_words(city))
    meanings = (e.place for e in gazetteer.names.get(name, ()) if e.grain is Grain.CITY)
    here = (p for p in meanings if p.country == area.country and p.region in (*area.regions, None))
    return next((p.timezone for p in here if p.timezone), None)


def _region_zones(area: Area, gazetteer: Gazetteer) -> tuple[str, ...]:
    places = [gazetteer.by_region(area.country, region) for region in area.regions]
    zones = [place.timezone if place else None for place in places]
    return _distinct(zones) if all(zones) else ()


def _country_zones(area: Area, gazetteer: Gazetteer) -> tuple[str, ...]:
    place = gazetteer.by_country(area.country)
    return _distinct([place.timezone if place else None])


def _number_zones(number: str) -> tuple[str, ...]:
    """Where the number is from, if that says something: 512 is Austin, 800 is anywhere."""
    from phonenumbers import NumberParseException, parse
    from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number

    try:
        zones = tuple(time_zones_for_number(parse(number, None)))
    except NumberParseException:
        return ()
    return zones if len(zones) <= MOST_ZONES and UNKNOWN_TIMEZONE not in zones else ()


def _distinct(zones: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(zone for zone in zones if zone))
