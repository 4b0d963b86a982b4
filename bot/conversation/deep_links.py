"""t.me/<bot>?start=<payload>: what a link says, as a few letters that mean nothing to whoever sees them.

T10: a payload holds codes from lists and nothing else. It is untrusted: whatever does not decode is no link, and a
code that is gone since the link was printed is left out.
"""

from collections.abc import Collection, Iterable, Mapping

from bot.conversation.bits import LETTERS, SIGNS, Layout, number_of, word_of
from bot.conversation.knowledge import Knowledge
from bot.model.links import Link, ListedPartner
from bot.model.place import Place
from bot.model.profile import Profile
from bot.model.record import record
from bot.model.taxonomy import Taxonomy, Term
from bot.understanding.places import Gazetteer

VERSION = 1
MOST_LETTERS = 64  # Telegram's own limit for a payload
MOST_NEEDS = 2
MOST_PEOPLE = 2

# Needs and groups by number, because a mask of all of them would make a QR code a third larger.
# A change of this table is a new VERSION; links on paper are never renewed.
LAYOUT = Layout(
    ("version", 3),
    ("need_1", 5),
    ("need_2", 5),
    ("people_1", 6),
    ("people_2", 6),
    ("language", 15),
    ("country", 10),
    ("region", 16),
    ("partner", 14),
)


@record
class LinkLists:
    """The lists a link's codes come from."""

    taxonomy: Taxonomy
    gazetteer: Gazetteer
    languages: Collection[str]
    partners: tuple[ListedPartner, ...]


def lists_of(knowledge: Knowledge) -> LinkLists:
    """The lists as the bot has them."""
    return LinkLists(
        taxonomy=knowledge.taxonomy,
        gazetteer=knowledge.gazetteer,
        languages=knowledge.messages.languages,
        partners=knowledge.partners,
    )


class CannotLink(Exception):
    """What was asked for does not fit into a link; the sentence says why."""


def payload_of(link: Link, lists: LinkLists) -> str:
    """The payload, at most 64 URL-safe letters. Raises CannotLink."""
    taxonomy = lists.taxonomy
    needs = _numbers("needs", link.needs, taxonomy.needs, MOST_NEEDS)
    people = _numbers("groups", link.people, taxonomy.people, MOST_PEOPLE)
    partner = next((one.partner.number for one in lists.partners if one.code == link.partner), 0)
    if link.partner and not partner:
        raise CannotLink(f"There is no partner {link.partner}.")
    return LAYOUT.pack(
        {
            "version": VERSION,
            "need_1": needs[0],
            "need_2": needs[1],
            "people_1": people[0],
            "people_2": people[1],
            "language": number_of(link.language or "", 3, LETTERS),
            "country": number_of(link.place.country.lower(), 2, LETTERS) if link.place else 0,
            "region": number_of((link.place.region if link.place else None) or "", 3, SIGNS),
            "partner": partner,
        }
    )


def link_of(payload: str, lists: LinkLists) -> Link | None:
    """The link behind a payload, or None for one that is none of ours."""
    fields = LAYOUT.unpack(payload)
    if fields is None or fields["version"] != VERSION:
        return None
    language = word_of(fields["language"], 3, LETTERS)
    return Link(
        needs=tuple(_codes((fields["need_1"], fields["need_2"]), lists.taxonomy.needs)),
        people=tuple(_codes((fields["people_1"], fields["people_2"]), lists.taxonomy.people)),
        language=language if language in lists.languages else None,
        place=_place(fields, lists.gazetteer),
        partner=next((one.code for one in lists.partners if one.partner.number == fields["partner"]), None),
    )


def profile_by(link: Link, before: Profile) -> Profile:
    """What a person who came by a link may look for: a new beginning, in the language they chose, if they did."""
    return Profile(
        language=before.language if before.language_chosen else link.language or before.language,
        language_chosen=before.language_chosen,
        introduced=True,
        needs=link.needs,
        people=link.people,
        place=link.place,
    )


def _numbers(what: str, codes: Iterable[str], terms: Mapping[str, Term], most: int) -> list[int]:
    numbers = [terms[code].number for code in codes]
    if len(numbers) > most:
        raise CannotLink(f"A link has room for {most} {what}, and here are {len(numbers)}.")
    return [*numbers, *[0] * (most - len(numbers))]


def _codes(numbers: Iterable[int], terms: Mapping[str, Term]) -> Iterable[str]:
    by_number = {term.number: code for code, term in terms.items()}
    return dict.fromkeys(by_number[number] for number in numbers if number in by_number)


def _place(fields: Mapping[str, int], gazetteer: Gazetteer) -> Place | None:
    country, region = word_of(fields["country"], 2, LETTERS).upper(), word_of(fields["region"], 3, SIGNS)
    return (gazetteer.by_region(country, region) if region else None) or gazetteer.by_country(country)
