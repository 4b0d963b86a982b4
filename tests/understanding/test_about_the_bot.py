"""Questions about the bot, in the words of fourteen languages: a fixed honest answer, never a place or a menu."""

from pathlib import Path

import pytest
import yaml
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import plain, speak
from bot.conversation.turn import take_turn
from bot.model.events import Said

from tests.builders import NOON

ASKED = yaml.safe_load((Path(__file__).parent / "about_the_bot.yaml").read_text(encoding="utf-8"))
ROWS = [(lang, q, text) for lang, some in ASKED.items() for q, texts in some.items() for text in texts]


def test_each_language_asks_each_question() -> None:
    assert len(ASKED) == 14
    assert len(ROWS) > 250
    assert {frozenset(questions) for questions in ASKED.values()} == {frozenset(ASKED["en"])}


@pytest.mark.parametrize(("language", "question", "text"), ROWS)
def test_a_question_about_the_bot_gets_its_honest_answer(
    knowledge: Knowledge, language: str, question: str, text: str
) -> None:
    turn = take_turn(Said(text=text), None, knowledge, NOON)
    assert turn.understood is not None
    assert question in turn.understood.questions
    spoken = language if language in knowledge.messages.languages else "en"
    assert turn.profile.language == spoken
    template = knowledge.messages.template(spoken, f"question_{question}")
    said = [plain(b.html) for b in speak(turn.reply, knowledge.messages, spoken)]
    assert any(str(template) in text for text in said)
