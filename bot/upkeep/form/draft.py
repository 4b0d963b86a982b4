"""What a person has before them: the file it would be, what changes in it, what is wrong, how its cards read."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from bot.conversation.cards import details
from bot.conversation.speak import plain, speak_value
from bot.directory_files.mending import mended
from bot.directory_files.reading import parse_document
from bot.directory_files.writing import write_organization
from bot.matching.freshness import has_ended, is_confirmed
from bot.model.directory import Area, ListedService, Service
from bot.model.messages import Messages
from bot.model.place import Place
from bot.model.profile import Profile
from bot.model.record import record
from bot.understanding.places import Gazetteer, Grain
from bot.understanding.words import read_words

MARK = "\ufeff"  # some editors begin a file with it
AROUND = 2  # unchanged lines shown around a change


@record
class Draft:
    """`base` is the file's text as the person began with it (None: a new file), `data` what they want in it.

    `on_disk`: whether there was a file when they began.
    """

    path: str  # us/tx/example
    base: str | None = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    on_disk: bool = True

    @property
    def name(self) -> str:
        """The file as problems call it."""
        return f"organizations/{self.path}.yaml"


@record
class Line:
    """A line of a comparison. `sign` is + for new, - for gone, nothing for the same, … where lines are left out."""

    sign: str
    text: str


@record
class Change:
    """What differs between two texts: how many lines, as a sentence, and the lines with what is around them."""

    count: int
    said: str
    lines: tuple[Line, ...]


def would_be(draft: Draft) -> str:
    """The file's text with the person's changes and nothing else changed. Raises CannotMend."""
    if draft.base is None:
        return write_organization(draft.data)
    mark = MARK if draft.base.startswith(MARK) else ""
    body = draft.base.removeprefix(MARK)
    return mark + mended(body, draft.data)


def change_between(before: str | None, after: str) -> Change:
    """What a person reads before they save."""
    old, new = (before or "").splitlines(), after.splitlines()
    if before is None:
        said = f"A new file of {len(new)} lines."
        return Change(count=len(new), said=said, lines=tuple(Line(sign="+", text=line) for line in new))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    count = sum(max(o1 - o0, n1 - n0) for tag, o0, o1, n0, n1 in matcher.get_opcodes() if tag != "equal")
    return Change(count=count, said=_said(count), lines=tuple(_lines(matcher, old, new)))


def _said(count: int) -> str:
    if not count:
        return "Nothing changes in the file."
    return "1 line changes in the file." if count == 1 else f"{count} lines change in the file."


def _lines(matcher: "difflib.SequenceMatcher[str]", old: list[str], new: list[str]) -> Iterator[Line]:
    for at, group in enumerate(matcher.get_grouped_opcodes(AROUND)):
        if at:
            yield Line(sign="…", text="")
        for tag, o0, o1, n0, n1 in group:
            if tag == "equal":
                yield from (Line(sign="", text=line) for line in old[o0:o1])
                continue
            yield from (Line(sign="-", text=line) for line in old[o0:o1])
            yield from (Line(sign="+", text=line) for line in new[n0:n1])


# -- cards -----------------------------------------------------------------------------------------------------


@record
class Card:
    """A service as a person would see it. `note` says why they would not see it now; texts are by language."""

    key: str
    note: str
    texts: Mapping[str, str]


def cards_of(draft: Draft, messages: Messages, gazetteer: Gazetteer, now: datetime) -> tuple[Card, ...]:
    """The card of each service whose form is right, in every language the bot speaks."""
    services = draft.data.get("services")
    return tuple(
        _card(key, service, draft, messages, gazetteer, now)
        for key, service in (services.items() if isinstance(services, dict) else ())
    )


def _card(key: str, data: Any, draft: Draft, messages: Messages, gazetteer: Gazetteer, now: datetime) -> Card:
    try:
        service = Service.model_validate(data)
    except ValidationError:
        note = "The card appears here as soon as what is marked is mended."
        return Card(key=key, note=note, texts={})
    name = draft.data.get("name")
    listed = ListedService(
        id=f"{draft.path}#{key}",
        organization=name if isinstance(name, str) else "",
        organization_id=draft.path,
        website=None,
        service=service,
    )
    there = _place_in(service.area, gazetteer)
    texts = {
        language: card_text(listed, Profile(language=language, place=there), messages, now)
        for language in messages.languages
    }
    return Card(key=key, note=_note(service, now), texts=texts)


def card_text(listed: ListedService, profile: Profile, messages: Messages, now: datetime) -> str:
    """Everything about one place as the bot says it, without markup."""
    lines = details(listed, profile, now)
    return "\n".join(plain(speak_value(line, messages, profile.language)) for line in lines).strip()


def _place_in(area: Area, gazetteer: Gazetteer) -> Place | None:
    """Somebody who lives there: whether a line is open now depends on their time zone."""
    for city in area.cities:
        for entry in gazetteer.names.get(" ".join(word.folded for word in read_words(city)), ()):
            here = entry.place
            if (
                entry.grain is Grain.CITY
                and here.country == area.country
                and here.region in (area.regions or (here.region,))
            ):
                return here
    region = gazetteer.by_region(area.country, area.regions[0]) if area.regions else None
    return region or gazetteer.by_country(area.country)


def _note(service: Service, now: datetime) -> str:
    if service.hold:
        return "On hold: nobody is shown this card."
    if not service.open_contacts:
        return "Nobody is shown this card: there is no way to get through."
    if has_ended(service, now.date()):
        return f"Nobody is shown this card: its last day was {service.ends_on}."
    return "" if is_confirmed(service, now.date()) else "Shown, but not yet confirmed by us."


def data_in(text: str, name: str) -> dict[str, Any]:
    """What stands in a file's text. Raises Unreadable; a file that holds no fields has none."""
    data = parse_document(text.removeprefix(MARK), name).data
    return data if isinstance(data, dict) else {}
