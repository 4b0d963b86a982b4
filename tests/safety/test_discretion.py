"""Every message there can be, in each language, for each entry of the real directory: what a locked phone shows."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
import yaml
from bot.conversation import screens
from bot.conversation.custody import custody_pages
from bot.conversation.danger import danger_lines
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import SpokenBubble, plain, speak
from bot.conversation.turn import take_turn
from bot.messenger.application import ALLOWED_UPDATES
from bot.messenger.presenting import COMMANDS
from bot.model.directory import ListedService
from bot.model.events import Asked, Said, Shared, SharedKind
from bot.model.place import Place
from bot.model.profile import Danger, Profile
from bot.model.reply import Bubble, Reply

from tests.builders import NOON
from tests.safety.requirements import LANGUAGES, ROOT

SHOWN = 40  # characters of a message that a locked phone may show
ANYWHERE = frozenset({"ar", "ko", "zh"})  # glued words and signs: looked for in the characters as they are
TELLING = yaml.safe_load((ROOT / "tests" / "safety" / "telling.yaml").read_text(encoding="utf-8"))
NUMBER = re.compile(r"^[+()\d /.*#-]+$")


def telling_in(language: str) -> re.Pattern[str]:
    """What the first characters may not hold in a language."""
    begins = "" if language in ANYWHERE else r"\b"
    return re.compile(f"{begins}(?:{'|'.join(TELLING[language])})", re.IGNORECASE)


def spoken(bubble: Bubble, knowledge: Knowledge, language: str) -> SpokenBubble:
    return speak(Reply(bubbles=(bubble,)), knowledge.messages, language)[0]


def everything_about(listed: ListedService, knowledge: Knowledge, language: str) -> Iterator[SpokenBubble]:
    """All messages that one entry of the directory has a part in: about it, reporting it, and lists it stands in."""
    service = listed.service
    place = next((knowledge.gazetteer.by_country(area[:2]) for area in service.serves), None)
    profile = Profile(
        language=language, language_chosen=True, introduced=True, needs=service.needs[:1], place=place
    )
    yield spoken(screens.details_screen(listed, profile, knowledge, NOON), knowledge, language)
    yield spoken(screens.report_screen(listed, profile, knowledge), knowledge, language)
    yield spoken(screens.results(profile, knowledge, NOON)[0], knowledge, language)


def everything_else(knowledge: Knowledge, language: str) -> Iterator[SpokenBubble]:
    """All messages that are there whatever the directory holds, and a danger card of each kind for each country."""
    blank = Profile(language=language, language_chosen=True)
    events = [Asked(command=c) for c in (*COMMANDS, "stop", "nonsense")]
    events += [Shared(kind=kind) for kind in SharedKind]
    events += [
        Said(text=text)
        for text in ("hello", "thanks", "no", "zxqv", "Springfield", "are you a person", "more")
    ]
    for event in events:
        turn = take_turn(event, blank, knowledge, NOON)
        yield from speak(turn.reply, knowledge.messages, language)
    for show in (screens.change, screens.narrow, screens.languages, screens.discreet_screen):
        yield spoken(show(blank, knowledge), knowledge, language)
    for minutes in (0, 15, 60, 1440):
        yield spoken(screens.timer_set(minutes, blank, knowledge), knowledge, language)
    for protected in (True, False):
        yield spoken(
            screens.protection_set(replace(blank, protected=protected), knowledge), knowledge, language
        )
    yield spoken(screens.reported_screen(blank, knowledge), knowledge, language)
    yield spoken(screens.did_harm_screen(blank, knowledge, NOON), knowledge, language)
    inside = replace(blank, needs=("prison",), people=("in_custody",))
    for page in custody_pages(inside, knowledge, NOON):
        yield spoken(screens.page_screen(page, inside, knowledge), knowledge, language)
    for note in knowledge.notes:
        yield spoken(screens.note_screen(note, blank, knowledge), knowledge, language)
    for asked_by in (Profile(people=("teen",)), Profile(helping_someone=True, helping_at_work=True)):
        asking = replace(asked_by, language=language, needs=("crisis",))
        for doubting in (True, False):
            shown = screens.results(asking, knowledge, NOON, doubting=doubting)[0]
            yield spoken(shown, knowledge, language)
    yield spoken(screens.still_to_clear(5, blank, knowledge), knowledge, language)
    countries: list[Place | None] = [None, *knowledge.gazetteer.countries.values()]
    for place in countries:
        for danger in Danger:
            lines = danger_lines(danger, replace(blank, place=place), knowledge, NOON)
            yield spoken(Bubble(lines=lines), knowledge, language)
    for key, template in knowledge.messages.by_language[language].items():
        if key.startswith(
            ("talk_", "question_", "shared_", "failed", "cleared", "forgotten", "groups", "old_menu")
        ):
            yield SpokenBubble(html=str(template))


@cache
def walked(knowledge_id: int, language: str) -> tuple[SpokenBubble, ...]:
    knowledge = KNOWN[knowledge_id]
    about = (b for s in knowledge.directory.services for b in everything_about(s, knowledge, language))
    return (*everything_else(knowledge, language), *about)


KNOWN: dict[int, Knowledge] = {}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def messages(served: Knowledge, language: str) -> tuple[SpokenBubble, ...]:
    """Every message in one language, made once."""
    KNOWN[id(served)] = served
    return walked(id(served), language)


def test_the_walk_has_been_everywhere(served: Knowledge, messages: tuple[SpokenBubble, ...]) -> None:
    assert len(messages) > 3 * len(served.directory.services) + 5 * 200


def test_the_first_forty_characters_tell_nothing(
    served: Knowledge, messages: tuple[SpokenBubble, ...], language: str
) -> None:
    """T4: every message × language × entry of the directory: no topic, no group, no name of a place to go."""
    from bot.understanding.words import read_words

    telling = telling_in(language)
    names = {s.service.name.casefold() for s in served.directory.services}
    names |= {s.organization.casefold() for s in served.directory.services}
    for message in messages:
        shown = plain(message.html)[:SHOWN]
        folded = shown if language in ANYWHERE else " ".join(word.folded for word in read_words(shown))
        assert not telling.search(folded), shown
        assert not any(name in shown.casefold() for name in names if len(name) > 5), shown


def test_a_message_never_begins_with_what_the_directory_holds(messages: tuple[SpokenBubble, ...]) -> None:
    """T4: the first line is a sentence of ours, so the next entry somebody adds cannot stand there."""
    for message in messages:
        first = message.html.lstrip("\u200f").partition("\n")[0]
        assert not first.startswith(("<b>", "1.")), first


def test_copy_buttons_hold_a_number_and_nothing_else(messages: tuple[SpokenBubble, ...]) -> None:
    """T17: what is copied is pasted where others may look."""
    copied = [b.copy for m in messages for row in m.buttons for b in row if b.copy is not None]
    assert len(copied) > 500
    for value in copied:
        assert NUMBER.match(value) or len(value.split()) == 1, value
        assert len(value) <= 256


def test_no_tel_link_and_no_button_that_leaves_or_asks_for_the_phone(
    messages: tuple[SpokenBubble, ...],
) -> None:
    """T17 S6: tel: breaks a message; a location or contact button leaves a trace; an inline button leaves the chat."""
    for message in messages:
        assert "tel:" not in message.html and "mailto:" not in message.html
        for row in message.buttons:
            for button in row:
                assert (button.data is None) + (button.copy is None) + (button.url is None) == 2
    code = "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "bot" / "messenger").rglob("*.py"))
    for word in ("request_location", "request_contact", "switch_inline", "ReplyKeyboardMarkup", "web_app="):
        assert word not in code


def test_inline_mode_has_no_way_in() -> None:
    """T1: what is asked inline is posted where others read it; such updates are not even asked for."""
    assert ALLOWED_UPDATES == ["message", "callback_query", "my_chat_member"]


def test_name_descriptions_and_commands_are_neutral(served: Knowledge, language: str) -> None:
    """T5: they stand in the list of chats, in shared links and over an empty chat."""
    telling = telling_in(language)
    for key in ("profile_short", *(f"command_{name}" for name in COMMANDS)):
        text = str(served.messages.template(language, key))
        assert not telling.search(text), text
    description = str(served.messages.template(language, "profile_description"))
    assert not telling.search(description[:SHOWN]), description


def test_nobody_is_greeted_back_and_nothing_is_recalled_at_a_start(served: Knowledge, language: str) -> None:
    """T14: whoever holds the phone and presses Start sees what a stranger sees."""
    blank = Profile(language=language, language_chosen=True)
    known = replace(blank, needs=("legal",), people=("undocumented",), refusals=("police",), introduced=True)
    for command in ("start", "help", "language", "privacy"):
        of_a_stranger = take_turn(Asked(command=command), blank, served, NOON)
        of_somebody_known = take_turn(Asked(command=command), known, served, NOON)
        texts = [
            [b.html for b in speak(turn.reply, served.messages, language)]
            for turn in (of_a_stranger, of_somebody_known)
        ]
        assert texts[0] == texts[1]
    fresh = take_turn(Asked(command="start"), known, served, NOON).profile
    assert (fresh.needs, fresh.people, fresh.refusals, fresh.place) == ((), (), (), None)


def test_the_private_screen_says_what_telegram_sees_and_what_only_the_person_can_change(
    served: Knowledge, language: str
) -> None:
    """T6 T8: mute, archive, previews, app lock, auto-delete, delete for both; and what stays all the same."""
    text = plain(spoken(screens.discreet_screen(Profile(language=language), served), served, language).html)
    assert text.count("•") == 6
    assert any(name in text for name in ("Telegram", "تيليغرام", "텔레그램")) and len(json.dumps(text)) < 4096
