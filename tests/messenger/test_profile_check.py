"""bot telegram check against the stand-in: what protects people in the bot's profile."""

from collections.abc import AsyncIterator

import pytest
from bot.conversation.knowledge import Knowledge
from bot.messenger.checking import NotReached, check_profile
from bot.messenger.presenting import present
from bot.sandbox.server import StandIn
from telegram import Bot

from tests.messenger.conftest import TOKEN


@pytest.fixture
async def telegram() -> AsyncIterator[StandIn]:
    async with StandIn(port=0, token=TOKEN) as stand_in:
        yield stand_in


async def to_mend(telegram: StandIn, knowledge: Knowledge) -> dict[str, str]:
    found = await check_profile(TOKEN, telegram.base_url, knowledge.messages)
    return {one.what: one.mend for one in found if one.mend}


async def test_a_bot_that_ran_once_and_has_a_picture_has_nothing_to_mend(
    telegram: StandIn, knowledge: Knowledge
) -> None:
    telegram.telegram.pictures = 1
    async with Bot(TOKEN, base_url=telegram.base_url) as bot:
        await present(bot, knowledge.messages)
    assert await to_mend(telegram, knowledge) == {}


async def test_each_switch_that_shows_people_to_others_is_named_with_its_command(
    telegram: StandIn, knowledge: Knowledge
) -> None:
    """T1, T5: private chats only; inline mode off."""
    telegram.telegram.switches = {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": True,
        "can_connect_to_business": True,
    }
    wrong = await to_mend(telegram, knowledge)
    assert "/setjoingroups" in wrong["groups"]
    assert "/setprivacy" in wrong["reading all of a group"]
    assert "/setinline" in wrong["inline mode"]
    assert "Business Mode" in wrong["business chats"]


async def test_a_new_bot_hears_what_to_do_by_hand_and_what_comes_by_itself(
    telegram: StandIn, knowledge: Knowledge
) -> None:
    wrong = await to_mend(telegram, knowledge)
    assert "deploy/picture.png" in wrong["picture"]
    assert "bot run" in wrong["words in es"] and len(wrong) == 1 + len(knowledge.messages.languages)


async def test_a_name_that_tells_what_it_is_for_is_a_finding(knowledge: Knowledge) -> None:
    """T5: it stands in a chat list that somebody else may see."""
    async with StandIn(port=0, token=TOKEN) as stand_in:
        stand_in.telegram.username = "rape_help_bot"
        wrong = await to_mend(stand_in, knowledge)
    assert "'rape'" in wrong["username"] and "name" not in wrong


async def test_a_wrong_token_is_one_sentence_without_it(telegram: StandIn, knowledge: Knowledge) -> None:
    wrong = "999:" + "x" * 35
    with pytest.raises(NotReached) as caught:
        await check_profile(wrong, telegram.base_url, knowledge.messages)
    assert "BOT_TOKEN" in str(caught.value) and "xxx" not in str(caught.value)
