"""When it happened decides whether hours count."""

import pytest
from bot.conversation.knowledge import Knowledge
from bot.model.profile import Danger
from bot.understanding.recognise import recognise


def danger(knowledge: Knowledge, text: str) -> Danger | None:
    return recognise(text, knowledge.lexicon, knowledge.taxonomy).danger


@pytest.mark.parametrize(
    "text",
    [
        "this weekend i was molested by a guy from the crew",
        "two days ago the landlord raped my sister",
        "hace dos horas me violaron en el parque",
        "cette nuit mon cousin m'a violée",
        "вчера вечером меня изнасиловали",
    ],
)
def test_an_assault_with_a_recent_time_beside_it_is_a_matter_of_hours(
    knowledge: Knowledge, text: str
) -> None:
    assert danger(knowledge, text) is Danger.RECENT_ASSAULT


@pytest.mark.parametrize(
    "text",
    [
        "i was raped ten years ago",
        "i was molested as a child. today i started a new job",  # another sentence
        "yesterday i told my mom that i was raped years ago",
        "me violaron hace muchos años cuando era niña",
        "j'ai été violée il y a dix ans",
    ],
)
def test_what_is_long_over_is_not(knowledge: Knowledge, text: str) -> None:
    assert danger(knowledge, text) is not Danger.RECENT_ASSAULT
