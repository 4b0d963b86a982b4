"""What many tests share: the words of the real resources, with a made-up directory."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bot.conversation.buttons import unpack
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import SpokenBubble, plain, speak
from bot.conversation.turn import Turn, take_turn
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import Resources, load_resources
from bot.model.events import Asked, Chose, Event, Said
from bot.model.profile import Profile
from bot.settings import Settings
from bot.wiring.knowledge import know
from hypothesis import HealthCheck, settings

from tests.builders import NOON, a_directory

ROOT = Path(__file__).resolve().parent.parent
settings.register_profile(
    "here", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("here")


@pytest.fixture(scope="session")
def resources() -> Resources:
    """The real resources, read once. By today's date: what a volunteer read this morning is not in the future."""
    return load_resources(ROOT / "resources", datetime.now(UTC).date(), compiled_cache())


@pytest.fixture(scope="session")
def knowledge(resources: Resources) -> Knowledge:
    """Real words, made-up directory."""
    return Knowledge(
        taxonomy=resources.taxonomy,
        lexicon=resources.lexicon,
        gazetteer=resources.gazetteer,
        directory=a_directory(),
        messages=resources.messages,
        notes=resources.notes,
    )


@pytest.fixture(scope="session")
def served(resources: Resources) -> Knowledge:
    """What the bot knows when it serves the real directory."""
    return know(resources, Settings(), NOON.date(), ())


@pytest.fixture
def conversation(knowledge: Knowledge) -> "Conversation":
    """A person and the bot."""
    return Conversation(knowledge)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Tests that set up logging leave it as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


class Conversation:
    """What a person does and what the bot does, in verbs that read aloud."""

    def __init__(self, knowledge: Knowledge, now: datetime = NOON) -> None:
        self.knowledge = knowledge
        self.now = now
        self.profile: Profile | None = None
        self.turn: Turn | None = None
        self.bubbles: tuple[SpokenBubble, ...] = ()

    def serve(self, **changes: object) -> None:
        """Another directory from now on."""
        directory = replace(self.knowledge.directory, **changes)  # type: ignore[arg-type]  # fields of Directory
        self.knowledge = replace(self.knowledge, directory=directory)

    def _hears(self, event: Event) -> None:
        self.turn = take_turn(event, self.profile, self.knowledge, self.now)
        self.profile = self.turn.profile
        self.bubbles = speak(self.turn.reply, self.knowledge.messages, self.profile.language)

    def person_starts(self, locale: str | None = None) -> None:
        self._hears(Asked(command="start", locale=locale))

    def person_opens(self, payload: str, locale: str | None = None) -> None:
        """A link to the bot, which Telegram sends as /start with what stands behind it."""
        self._hears(Asked(command="start", argument=payload, locale=locale))

    def person_says(self, text: str) -> None:
        self._hears(Said(text=text))

    def person_taps(self, label: str) -> None:
        self._hears(Chose(data=self._data(label)))

    def person_sends(self, event: Event) -> None:
        self._hears(event)

    def the_bot_restarts(self) -> None:
        """Memory is gone; what is on the screen stays."""
        self.profile = None

    def _data(self, label: str) -> str:
        for bubble in reversed(self.bubbles):
            for row in bubble.buttons:
                for button in row:
                    if label.casefold() in button.label.casefold() and button.data:
                        return button.data
        raise AssertionError(f"no button says {label!r}; there are {self.buttons}")

    @property
    def buttons(self) -> list[str]:
        return [b.label for bubble in self.bubbles for row in bubble.buttons for b in row]

    @property
    def text(self) -> str:
        return "\n\n".join(plain(b.html) for b in self.bubbles)

    def bot_says(self, words: str) -> None:
        assert words.casefold() in self.text.casefold(), self.text

    def bot_does_not_say(self, words: str) -> None:
        assert words.casefold() not in self.text.casefold(), self.text

    def bot_offers(self, *names: str) -> None:
        """These places, in this order, are on the screen."""
        places = [self.text.find(name) for name in names]
        assert -1 not in places, f"{names} in\n{self.text}"
        assert places == sorted(places), f"{names} in another order in\n{self.text}"

    def bot_believes(self, **beliefs: object) -> None:
        assert self.profile is not None
        for name, wanted in beliefs.items():
            assert getattr(self.profile, name) == wanted, (name, getattr(self.profile, name))

    def every_button_leads_somewhere(self) -> None:
        for bubble in self.bubbles:
            for row in bubble.buttons:
                for button in row:
                    if button.data is not None:
                        assert len(button.data.encode()) <= 64
                        assert unpack(button.data, self.knowledge) is not None


@pytest.fixture
def with_directory(knowledge: Knowledge) -> Callable[..., Conversation]:
    """A conversation over other services."""
    return lambda *services: Conversation(replace(knowledge, directory=a_directory(*services)))
