"""A page to mail to somebody in custody: places that answer letters or calls, and what is known about mail being read.

For a relative, an advocate, or somebody who got out. Nothing is asked about the person inside.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.conversation.cards import BLANK, text_in, title
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import date_name
from bot.matching.find import find_matches
from bot.matching.rank import fears_for_status
from bot.model.directory import Channel, Contact, Institution, ListedService
from bot.model.profile import Profile, Wishes
from bot.model.record import replace
from bot.model.reply import Joined, Page, Say, Value, Verbatim

LOOKED_AT = 24
MOST_ON_PAGE = 6
FROM_INSIDE = (Channel.MAIL, Channel.VOICE)  # nobody inside opens a website


def is_about_custody(profile: Profile) -> bool:
    """Somebody is, or was, in a prison, a jail or detention."""
    return "in_custody" in profile.people or "prison" in profile.needs


def custody_pages(profile: Profile, knowledge: Knowledge, now: datetime) -> tuple[Page, ...]:
    """The page in the person's language and, where paper may not have its letters, in English."""
    places = _places(profile, knowledge, now)
    return tuple(_page(places, language, now) for language in dict.fromkeys((profile.language, "en")))


def _page(places: Iterable[ListedService], language: str, now: datetime) -> Page:
    """What it is, the places, and where it comes from."""
    return Page(
        language=language,
        title=Say(key="page_title"),
        paragraphs=(
            Say(key="page_mail_read"),
            *(_place(listed, language) for listed in places),
            Say(key="page_source", values={"date": date_name(now.date(), language)}),
        ),
    )


def _places(profile: Profile, knowledge: Knowledge, now: datetime) -> list[ListedService]:
    """Those that take letters first; then those with a number to call."""
    inside = replace(
        profile,
        needs=tuple(dict.fromkeys(("prison", *profile.needs))),
        people=tuple(dict.fromkeys(("in_custody", *profile.people))),
        refusals=tuple(code for code in profile.refusals if code != "phone_calls"),
        wishes=Wishes(free=profile.wishes.free),
        helping_someone=False,  # the page is for the person inside: what is only for others is not on it
        shown=0,
    )
    found = find_matches(inside, knowledge.directory, now, knowledge.home, first=0, count=LOOKED_AT)
    reachable = [m.listed for m in found.matches if _ways(m.listed) and _is_theirs(m.listed, inside)]
    return sorted(reachable, key=lambda one: _ways(one)[0].channel is not Channel.MAIL)[:MOST_ON_PAGE]


def _is_theirs(listed: ListedService, profile: Profile) -> bool:
    """A line of the immigration service is for people it holds, and not for a state prison."""
    held_there = listed.service.institution is Institution.IMMIGRATION
    return not held_there or fears_for_status(profile) or "immigration" in profile.needs


def _ways(listed: ListedService) -> tuple[Contact, ...]:
    """How somebody inside can reach it, letters before calls."""
    contacts = listed.service.open_contacts
    return tuple(c for channel in FROM_INSIDE for c in contacts if c.channel is channel)


def _place(listed: ListedService, language: str) -> Value:
    lines: list[Value] = [title(listed), Verbatim(text=text_in(listed.service.summary, language))]
    for contact in _ways(listed):
        line: list[Value] = [
            Say(key=f"line_{contact.channel.value}", values={"value": Verbatim(text=contact.value)})
        ]
        line += [Verbatim(text=text) for text in (text_in(contact.note, language),) if text]
        lines.append(Joined(pieces=tuple(line), separator=" "))
    return Joined(pieces=tuple(lines), separator="\n")


def page_lines(page: Page) -> tuple[Value, ...]:
    """The page as a message: it can be copied, or written by hand."""
    parts: list[Value] = [page.title]
    for paragraph in page.paragraphs:
        parts += [BLANK, paragraph]
    return tuple(parts)
