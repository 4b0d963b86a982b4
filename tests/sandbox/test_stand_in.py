"""The stand-in is as strict as Telegram: what it lets pass here, Telegram lets pass."""

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from bot.sandbox.faults import Fault
from bot.sandbox.markup import CannotParse, parse_html, utf16_length
from bot.sandbox.rules import METHODS, SENT_OBJECTS
from bot.sandbox.server import StandIn
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError

TOKEN = "1234567890:" + "s" * 35
ANA = 7
HOURS = 3600


@pytest.fixture
async def stand_in() -> AsyncIterator[StandIn]:
    async with StandIn(token=TOKEN) as running:
        running.telegram.says(ANA, "hello")
        yield running


@pytest.fixture
async def bot(stand_in: StandIn) -> AsyncIterator[Bot]:
    """python-telegram-bot with its own stock transport."""
    async with Bot(TOKEN, base_url=stand_in.base_url) as bot:
        yield bot


async def test_the_library_with_its_stock_transport_works_on_it(bot: Bot, stand_in: StandIn) -> None:
    message = await bot.send_message(ANA, "<b>hi</b> &amp; hello", parse_mode="HTML")
    assert message.text == "hi & hello" and message.entities[0].type == "bold"
    edited = await bot.edit_message_text("other", ANA, message.message_id)
    assert not isinstance(edited, bool) and edited.text == "other"
    assert await bot.delete_message(ANA, message.message_id)
    assert [m.text for m in stand_in.telegram.screen(ANA)] == ["hello"]
    assert not stand_in.telegram.problems


async def test_another_library_agrees() -> None:
    """A second opinion: aiogram's typed methods against the same rules."""
    from aiogram import Bot as OtherBot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    async with StandIn(token=TOKEN) as running:
        running.telegram.says(ANA, "hello")
        base = running.base_url.removesuffix("/bot")
        server = TelegramAPIServer(
            base=f"{base}/bot{{token}}/{{method}}", file=f"{base}/file/{{token}}/{{path}}"
        )
        async with OtherBot(TOKEN, session=AiohttpSession(api=server)) as other:
            sent = await other.send_message(ANA, "hi")
            assert sent.text == "hi"
            updates = await other.get_updates()
            assert updates[0].message is not None and updates[0].message.text == "hello"
        assert not running.telegram.problems


def one_button(**action: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("label", **action)]])


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ({"text": ""}, "text is empty"),
        ({"text": " \u200b "}, "text is empty"),
        ({"text": "x" * 4097}, "too long"),
        ({"text": "<b>open", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<table>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "x", "reply_markup": one_button(callback_data="d" * 65)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": one_button(url="tel:+15125550100")}, "URL"),
        ({"text": "x", "reply_markup": one_button(url="http://localhost/x")}, "URL"),
        ({"text": "x", "reply_markup": one_button(copy_text=CopyTextButton("c" * 257))}, "COPY_TEXT"),
    ],
)
async def test_what_telegram_refuses_is_refused(bot: Bot, call: dict[str, Any], refusal: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await bot.send_message(ANA, **call)


@pytest.mark.parametrize(
    "call",
    [
        {"text": "x" * 4096},
        {"text": "x", "reply_markup": one_button(callback_data="é" * 32)},
        {"text": "x", "reply_markup": one_button(url="https://example.org/a")},
        {"text": "x", "reply_markup": one_button(copy_text=CopyTextButton("+1 512-555-0100"))},
    ],
)
async def test_what_telegram_takes_is_taken(bot: Bot, stand_in: StandIn, call: dict[str, Any]) -> None:
    await bot.send_message(ANA, **call)
    assert not stand_in.telegram.problems


async def test_an_edit_that_changes_nothing_and_one_of_nothing(bot: Bot) -> None:
    message = await bot.send_message(ANA, "same")
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("same", ANA, message.message_id)
    with pytest.raises(BadRequest, match="to edit not found"):
        await bot.edit_message_text("x", ANA, 99_999)


async def test_after_two_days_nothing_can_be_deleted_and_one_old_message_refuses_all(
    bot: Bot, stand_in: StandIn
) -> None:
    old = await bot.send_message(ANA, "old")
    stand_in.telegram.clock.advance(hours=48.1)
    new = await bot.send_message(ANA, "new")
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(ANA, old.message_id)
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_messages(ANA, [old.message_id, new.message_id])
    assert await bot.delete_messages(ANA, [new.message_id, 99_999]), "unknown numbers are skipped"


async def test_a_late_or_second_confirmation_of_a_press_is_refused(bot: Bot, stand_in: StandIn) -> None:
    message = await bot.send_message(ANA, "x", reply_markup=one_button(callback_data="d"))
    query = stand_in.telegram.presses(ANA, message.message_id, "d")
    assert await bot.answer_callback_query(query)
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(query)
    late = stand_in.telegram.presses(ANA, message.message_id, "d")
    stand_in.telegram.clock.advance(200)
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(late)


async def test_a_blocked_bot_and_a_wrong_token(bot: Bot, stand_in: StandIn) -> None:
    stand_in.telegram.blocks(ANA)
    with pytest.raises(Forbidden):
        await bot.send_message(ANA, "x")
    with pytest.raises(InvalidToken):
        async with Bot("9999999999:" + "x" * 35, base_url=stand_in.base_url):
            pass


async def test_updates_are_confirmed_by_the_offset_and_come_again_until_then(bot: Bot) -> None:
    first = await bot.get_updates(timeout=0)
    again = await bot.get_updates(timeout=0)
    assert [u.update_id for u in first] == [u.update_id for u in again] != []
    assert await bot.get_updates(offset=first[-1].update_id + 1, timeout=0) == ()


async def test_an_unknown_parameter_is_a_problem_a_test_can_see(bot: Bot, stand_in: StandIn) -> None:
    await bot.send_message(ANA, "x", api_kwargs={"made_up": 1})
    assert [p.parameter for p in stand_in.telegram.problems] == ["made_up"]


@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        formatted = parse_html(text)
    except CannotParse as error:
        assert str(error)
        return
    for entity in formatted.entities:
        assert entity["offset"] >= 0 and entity["offset"] + entity["length"] <= utf16_length(formatted.text)


def test_our_table_agrees_with_the_machine_readable_bot_api() -> None:
    """Our few rules are Telegram's: compared where its description lies beside the project."""
    given_path = os.environ.get("MARIGOLD_BOT_API_JSON")
    beside = Path(__file__).resolve().parents[3] / "shared" / "telegram" / "bot-api.json"
    path = Path(given_path) if given_path else beside
    if not path.exists():
        pytest.skip("set MARIGOLD_BOT_API_JSON to Telegram's machine-readable description to compare")
    api = json.loads(path.read_text(encoding="utf-8"))
    for name, fields in METHODS.items():
        described = {f["name"]: f["required"] for f in api["methods"][name].get("fields", [])}
        assert {f.name for f in fields.values()} <= set(described), name
        for field in fields.values():
            if name != "editMessageText" or field.name != "text":
                assert field.required == described[field.name], (name, field.name)
    for name, fields in SENT_OBJECTS.items():
        assert {f.name for f in fields.values()} <= {f["name"] for f in api["types"][name]["fields"]}, name
    assert len(METHODS) >= 20


async def test_a_call_can_be_obeyed_and_its_answer_lost(bot: Bot, stand_in: StandIn) -> None:
    stand_in.faults.add(Fault(method="sendMessage", kind="reset", took_effect=True))
    with pytest.raises(NetworkError):
        await bot.send_message(ANA, "a word")
    assert [m.text for m in stand_in.telegram.screen(ANA)] == ["hello", "a word"]


async def test_a_reset_is_a_connection_that_breaks_and_no_answer_with_a_500(stand_in: StandIn) -> None:
    """A 500 says that nothing happened; after a reset nobody knows."""
    stand_in.faults.add(Fault(method="getMe", kind="reset"))
    async with aiohttp.ClientSession() as web:
        with pytest.raises(aiohttp.ClientConnectionError):
            await web.post(f"{stand_in.base_url}{TOKEN}/getMe")
