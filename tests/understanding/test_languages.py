"""Every language in its own letters, and in those people type instead."""

import pytest
from bot.conversation.knowledge import Knowledge
from bot.model.profile import Danger
from bot.understanding.recognise import Understood, recognise


def understand(knowledge: Knowledge, text: str) -> Understood:
    return recognise(text, knowledge.lexicon, knowledge.taxonomy)


@pytest.mark.parametrize("text", ["tôi muốn tự tử", "TÔI MUỐN TỰ TỬ", "toi muon tu tu"])
def test_vietnamese_is_read_with_its_marks_and_without(knowledge: Knowledge, text: str) -> None:
    assert understand(knowledge, text).danger is Danger.SUICIDE


def test_other_marks_are_another_word(knowledge: Knowledge) -> None:
    assert understand(knowledge, "cứ từ từ nói nhé").danger is None  # slowly, not suicide
