"""Where each microsecond of one answer goes: read, understand, find the place, match, compose, speak, send.

In one process and without a network: the send is the library's own call over a transport that answers at once, beside
what python-telegram-bot's send_message costs with the same words and buttons. Every message of the open benchmark's
development half, the quickest of five. Usage: python benchmarks/one_answer.py
"""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any

from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import SpokenBubble, speak
from bot.conversation.turn import Turn, take_turn
from bot.matching.find import FIRST_SCREEN, find_matches
from bot.messenger.incoming import read
from bot.messenger.lean import LeanBot
from bot.messenger.outgoing import keyboard, send
from bot.messenger.patience import PatientCalls
from bot.messenger.transport import AiohttpRequest
from bot.model.events import Said
from bot.model.profile import Profile
from bot.settings import Settings
from bot.understanding.places import find_place
from bot.understanding.recognise import recognise
from bot.wiring.knowledge import load_knowledge
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode

from measuring import TOKEN, keep, machine, messages, microseconds, middle, percentile

NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
KNOWN = Profile(introduced=True)
CHAT = 1001
ROUNDS = 5


class AnswersAtOnce(AiohttpRequest):
    """The transport without a network: what Telegram would say back, with the words and buttons in it."""

    async def initialize(self) -> None:
        """Nothing to open."""

    async def do_request(
        self, url: str, method: str, request_data: Any = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """A message that was taken."""
        said = json.loads(request_data.json_payload) if request_data else {}
        markup = json.loads(said.get("reply_markup", "{}"))
        message = {
            "message_id": 7,
            "date": 1764000000,
            "chat": {"id": CHAT, "type": "private"},
            "text": said.get("text", ""),
            "reply_markup": markup if markup.get("inline_keyboard") else {"inline_keyboard": []},
        }
        return 200, json.dumps({"ok": True, "result": message}).encode()


def raw(text: str) -> bytes:
    """An update as it comes over the wire."""
    sender = {"id": CHAT, "is_bot": False, "first_name": "x", "language_code": "en"}
    message = {"message_id": 6, "date": 1764000000, "from": sender, "chat": {"id": CHAT, "type": "private"}}
    return json.dumps({"update_id": 1, "message": {**message, "text": text}}).encode()


def stages(text: str, known: Knowledge) -> dict[str, float]:
    """Microseconds of each stage for one message."""
    wire = raw(text)
    turn = take_turn(Said(text=text, locale="en"), KNOWN, known, NOW)
    understood = recognise(text, known.lexicon, known.taxonomy)
    whole = microseconds(lambda: take_turn(Said(text=text, locale="en"), KNOWN, known, NOW), ROUNDS)
    parts = {
        "read the update": microseconds(lambda: read(json.loads(wire)), ROUNDS),
        "understand": microseconds(lambda: recognise(text, known.lexicon, known.taxonomy), ROUNDS),
        "find the place": microseconds(
            lambda: find_place(
                text,
                gazetteer=known.gazetteer,
                home=known.home,
                language=understood.language or "en",
                usage=known.lexicon.usage,
            ),
            ROUNDS,
        ),
        "match": microseconds(
            lambda: find_matches(turn.profile, known.directory, NOW, known.home, count=FIRST_SCREEN), ROUNDS
        ),
        "speak": microseconds(lambda: speak(turn.reply, known.messages, turn.profile.language), ROUNDS),
    }
    composed = whole - parts["understand"] - parts["find the place"] - parts["match"]
    return {**parts, "compose": max(0.0, composed)}


async def sending(bubbles: list[SpokenBubble]) -> tuple[float, float]:
    """Microseconds to send a bubble by our call, and by the library's with its own objects."""
    bot = LeanBot(TOKEN, request=AnswersAtOnce(), rate_limiter=PatientCalls(clock=time.monotonic))
    ours, stock = [], []
    for bubble in bubbles:
        best_ours = best_stock = float("inf")
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            await send(bot, CHAT, [bubble], None, lambda _: None)
            best_ours = min(best_ours, time.perf_counter() - begun)
            begun = time.perf_counter()
            await bot.send_message(
                chat_id=CHAT, text=bubble.html, reply_markup=as_objects(bubble), parse_mode=ParseMode.HTML
            )
            best_stock = min(best_stock, time.perf_counter() - begun)
        ours.append(best_ours * 1e6)
        stock.append(best_stock * 1e6)
    return middle(ours), middle(stock)


def as_objects(bubble: SpokenBubble) -> InlineKeyboardMarkup | None:
    """The buttons as a bot would usually give them to the library."""
    rows = [
        [InlineKeyboardButton(b["text"], callback_data=b.get("callback_data") or "x") for b in row]
        for row in keyboard(bubble)
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def main() -> None:
    """Print the table."""
    known = load_knowledge(Settings(), NOW.date())
    known.directory.made_ready(NOW.date())
    texts = messages()
    for text in texts[:50]:
        take_turn(Said(text=text, locale="en"), KNOWN, known, NOW)
    rows = [stages(text, known) for text in texts]
    spoken = [
        bubble
        for text in texts[::5]
        for bubble in _spoken(take_turn(Said(text=text, locale="en"), KNOWN, known, NOW), known)
    ]
    ours, stock = asyncio.run(sending(spoken))
    order = ("read the update", "understand", "find the place", "match", "compose", "speak")
    print(f"{machine()}; {len(texts)} messages, the quickest of {ROUNDS}")
    print("| | median us | p99 us |")
    print("|---|---|---|")
    for name in order:
        values = [row[name] for row in rows]
        print(f"| {name} | {middle(values):.0f} | {percentile(values, 0.99):.0f} |")
    print(f"| send (python-telegram-bot's own call: {stock:.0f}) | {ours:.0f} | |")
    totals = [sum(row.values()) for row in rows]
    print(f"| together | {middle(totals) + ours:.0f} | {percentile(totals, 0.99) + ours:.0f} |")
    bars = {name: round(middle([row[name] for row in rows])) for name in order} | {"send": round(ours)}
    keep("one_answer", {"title": "Where one answer goes", "unit": "us", "bars": bars})


def _spoken(turn: Turn, known: Knowledge) -> tuple[SpokenBubble, ...]:
    return speak(turn.reply, known.messages, turn.profile.language)


if __name__ == "__main__":
    main()
