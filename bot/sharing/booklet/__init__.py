"""The listed services of a place on paper, for people without a phone or in custody: what stands in it.

The same facts as on the cards, in the same words; hours in full, for paper knows no "open now".
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, time

from babel import Locale
from babel.dates import format_time, get_day_names

from bot.conversation.cards import source_line, spoken_languages, text_in, title, where_to_go
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import date_name, language_name, list_of, plain, reads_from_the_right, speak_value
from bot.exchange.hsds.weeks import ICAL, Week, weekly
from bot.matching.find import ask_directory
from bot.matching.freshness import believed
from bot.matching.opening import ALWAYS
from bot.model.directory import Channel, Contact, ListedService
from bot.model.profile import Profile
from bot.model.record import record
from bot.model.reply import Say, Value
from bot.model.verdict import Verdict

FROM_THE_RIGHT = re.compile("[\u0590-\u08ff]")
APART = "\ue000"  # around a number that is written into Arabic: within it, its parts would change places
MOST_WAYS = 3  # to get through, of one place
FIRST_ON_PAPER = (
    Channel.VOICE,
    Channel.MAIL,
    Channel.TEXT,
    Channel.TTY,
    Channel.VIDEOPHONE,
    Channel.WHATSAPP,
)


@record
class Words:
    """One paragraph. `left_to_right`: it is read so, also on a page that is read from the right: a number, a name."""

    text: str
    left_to_right: bool


@record
class Entry:
    """One place: its name, and what is said of it, a paragraph each."""

    listed: ListedService
    heading: Words
    paragraphs: tuple[Words, ...]


@record
class Booklet:
    """Everything on the pages, in one language."""

    language: str
    from_the_right: bool
    title: str
    before: str
    entries: tuple[Entry, ...]
    after: str

    @property
    def letters(self) -> str:
        """Every letter in it, for the fonts."""
        said = [self.title, self.before, self.after]
        said += [words.text for one in self.entries for words in (one.heading, *one.paragraphs)]
        return "".join(dict.fromkeys("".join(said)))


def booklet_of(profile: Profile, knowledge: Knowledge, now: datetime, most: int) -> Booklet:
    """The services for a place and needs, in the order the bot would show them; at most `most`."""
    asked = ask_directory(profile, knowledge.directory, now, knowledge.home)
    best = [asked.view.service(at) for at, _ in zip(asked.best(asked.admitted), range(most), strict=False)]
    language = profile.language

    from_the_right = reads_from_the_right(language)

    def read(words: str) -> Words:
        return Words(text=words, left_to_right=from_the_right and not FROM_THE_RIGHT.search(words))

    def paragraphs(text: str) -> Iterator[Words]:
        before, value, after = text.split(APART) if APART in text else (text, "", "")
        if value:
            yield Words(text=f"{value} :{before.strip().rstrip(':')}", left_to_right=True)
        yield from (read(words.strip()) for words in (after if value else before,) if words.strip(" ."))

    def said(value: Value) -> str:
        return plain(speak_value(value, knowledge.messages, language)).replace("\n", " ").strip()

    return Booklet(
        language=language,
        from_the_right=from_the_right,
        title=_title(profile, knowledge, said(Say(key="booklet_title"))),
        before=said(Say(key="booklet_before")),
        entries=tuple(
            Entry(
                listed=one,
                heading=read(said(title(one))),
                paragraphs=tuple(
                    words for value in _said_of(one, language, now) for words in paragraphs(said(value))
                ),
            )
            for one in best
        ),
        after=said(Say(key="booklet_after", values={"date": date_name(now.date(), language)})),
    )


def _title(profile: Profile, knowledge: Knowledge, words: str) -> str:
    place = knowledge.gazetteer.place_name(profile.place, profile.language) if profile.place else ""
    needs = [knowledge.taxonomy.needs[code].name(profile.language) for code in profile.needs]
    about = list_of(needs, profile.language) if needs else ""
    return ": ".join(part for part in (words, " · ".join(part for part in (place, about) if part)) if part)


def _said_of(listed: ListedService, language: str, now: datetime) -> Iterator[Value]:
    service = believed(listed, now.date()).service
    yield text_in(service.summary, language)
    yield text_in(service.notice, language)
    contacts = sorted(service.open_contacts, key=_order)
    yield from (_way(contact, language) for contact in contacts[:MOST_WAYS])
    yield from where_to_go(service)
    yield from spoken_languages(service, language)
    facts = {
        "status": service.asks_status,
        "id": service.asks_id,
        "report": service.must_report,
        "cost": service.cost,
    }
    yield from (
        Say(key=f"details_{fact}_{known.value}") for fact, known in facts.items() if known.value != "unknown"
    )
    if service.asks_status is Verdict.UNKNOWN:
        yield Say(key="booklet_ask")
    yield source_line(service, language, now)


def _order(contact: Contact) -> int:
    known = FIRST_ON_PAPER
    return known.index(contact.channel) if contact.channel in known else len(known)


def _way(contact: Contact, language: str) -> Value:
    is_mixed = contact.keyword is not None  # "Text START to 88788": nothing in it would change places
    apart = APART if reads_from_the_right(language) and not is_mixed else ""
    key, values = f"line_{contact.channel.value}", {"value": f"{apart}{contact.value}{apart}"}
    if contact.keyword and contact.channel is Channel.TEXT:
        key, values = "line_text_keyword", {**values, "keyword": contact.keyword}
    spoken = list_of([language_name(code, language) for code in contact.languages], language)
    return Say(
        key="booklet_way",
        values={
            "way": Say(key=key, values=values),
            "when": f" {hours_in_words(contact.hours, language)}." if contact.hours else "",
            "spoken": f" {spoken}." if spoken else "",
            "note": f" {text_in(contact.note, language)}" if contact.note else "",
        },
    )


def hours_in_words(hours: str, language: str) -> str:
    """Hours as people write them: days by name, times as usual there; what cannot be said so stays as it is.

    >>> hours_in_words("Mo-Fr 09:00-17:00", "fr")
    'lun. à ven. 09:00–17:00'
    """
    if hours == ALWAYS:
        return ALWAYS
    events = weekly(hours)
    if events is None:
        return hours
    locale = Locale.parse(language.replace("-", "_"))
    names: Mapping[int, str] = get_day_names("abbreviated", locale=locale)
    return "; ".join(
        f"{_days(event['byday'].split(','), names, locale)} {_times(event, locale)}" for event in events
    )


def _days(days: list[str], names: Mapping[int, str], locale: Locale) -> str:
    numbers = [ICAL.index(day) for day in days]
    named = [names[number] for number in numbers]
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return _span(named[0], named[-1], locale)
    return ", ".join(named)


def _span(first: str, last: str, locale: Locale) -> str:
    return f"{first} à {last}" if locale.language == "fr" else f"{first}–{last}"


def _times(event: Week, locale: Locale) -> str:
    return f"{_time(event['opens_at'], locale)}–{_time(event['closes_at'], locale)}"


def _time(text: str, locale: Locale) -> str:
    return format_time(time.fromisoformat(text), "short", locale=locale)
