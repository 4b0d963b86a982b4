"""The real bot, with stages that fail on demand: `python -m tests.canary.faulty_bot run`.

A message that holds "stage-NAME" makes that stage fail while it is answered, with what was written in the text of
the exception, as careless libraries do. CANARY_LEAK names holes that are opened on purpose, to show that the
proof would see them.
"""

import asyncio
import contextvars
import importlib
import logging
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from telegram.error import BadRequest, TelegramError

WRITTEN: contextvars.ContextVar[str] = contextvars.ContextVar("written", default="")
STAGE = re.compile(r"stage-([a-z_]+)")

# name of the stage -> (module, class or "", function, the kind of exception it fails with)
STAGES: dict[str, tuple[str, str, str, type[Exception]]] = {
    "recall": ("bot.storage.memory", "ProfilesInMemory", "recall", OSError),
    "keep": ("bot.storage.memory", "ProfilesInMemory", "keep", KeyError),
    "recognise": ("bot.conversation.turn", "", "recognise", ValueError),
    "find_place": ("bot.conversation.turn", "", "find_place", RuntimeError),
    "learn": ("bot.conversation.turn", "", "learn", KeyError),
    "find_matches": ("bot.conversation.screens", "", "find_matches", LookupError),
    "take_turn": ("bot.messenger.answering", "", "take_turn", TypeError),
    "speak": ("bot.messenger.answering", "", "speak", UnicodeError),
    "send": ("bot.messenger.answering", "", "send", BadRequest),
    "keyboard": ("bot.messenger.outgoing", "", "keyboard", TelegramError),
    "note": ("bot.storage.sqlite", "LedgerInSqlite", "note", OSError),
    "write": ("bot.storage.sqlite", "LedgerInSqlite", "_write", OSError),
    "spinner": ("bot.messenger.answering", "Answerer", "_stop_spinner", RuntimeError),
    "report": ("bot.wiring.reports", "Desk", "hear", RuntimeError),
    "count": ("bot.wiring.counts", "CountingDesk", "hear", ValueError),
    "apologize": ("bot.messenger.answering", "Answerer", "apologize", RuntimeError),
    "handler": ("bot.messenger.application", "Messenger", "_handle", RuntimeError),
    "order": ("bot.messenger.order", "OrderPerChat", "in_turn", RuntimeError),
}


def main() -> None:
    """Prepare the faults, then be the bot."""
    _listen()
    for name, (module, owner, function, kind) in STAGES.items():
        holder = importlib.import_module(module)
        _fail_on_demand(getattr(holder, owner) if owner else holder, function, name, kind)
    from bot.cli import main as bot

    bot()


def _listen() -> None:
    """Know in each task what the update says; `read` itself fails, hangs or ends the process on demand."""
    application = importlib.import_module("bot.messenger.application")
    order = importlib.import_module("bot.messenger.order")
    read, chat_of = application.read, order.chat_of

    def listening_chat(raw: Any) -> Any:
        WRITTEN.set(_all_words(raw))
        return chat_of(raw)

    def listening(raw: Any) -> Any:
        _leak(WRITTEN.get())
        if "stage-read" in WRITTEN.get():
            _reached("read")
            raise KeyError(WRITTEN.get())
        if "stage-abort" in WRITTEN.get():
            os.abort()
        return read(raw)

    order.chat_of, application.read = listening_chat, listening
    answerer = importlib.import_module("bot.messenger.answering").Answerer
    answer = answerer.answer

    async def hanging(self: Any, bot: Any, incoming: Any) -> Any:
        if "stage-hang" in WRITTEN.get():
            _reached("hang")
            await asyncio.sleep(3600)
        return await answer(self, bot, incoming)

    answerer.answer = hanging


def _all_words(raw: Any) -> str:
    if isinstance(raw, dict):
        return " ".join(_all_words(value) for value in raw.values())
    if isinstance(raw, list):
        return " ".join(_all_words(value) for value in raw)
    return raw if isinstance(raw, str) else ""


def _fail_on_demand(holder: Any, function: str, name: str, kind: type[Exception]) -> None:
    real = getattr(holder, function)

    def fail() -> None:
        if name in STAGE.findall(WRITTEN.get()):
            _reached(name)
            logging.getLogger("some.library").critical("failed at %s", WRITTEN.get())
            try:
                raise ValueError(WRITTEN.get())
            except ValueError as cause:
                raise kind(f"{name}: {WRITTEN.get()}") from cause

    setattr(holder, function, _failing(real, fail))


def _failing(real: Callable[..., Any], fail: Callable[[], None]) -> Callable[..., Any]:
    if asyncio.iscoroutinefunction(real):

        async def later(*given: Any, **named: Any) -> Any:
            fail()
            return await real(*given, **named)

        return later

    def now(*given: Any, **named: Any) -> Any:
        fail()
        return real(*given, **named)

    return now


def _reached(name: str) -> None:
    """So that the proof knows that it has really been there."""
    os.write(2, f"planted fault at {name}\n".encode())


def _leak(words: str) -> None:
    """Holes opened on purpose. The proof has to find what falls through each."""
    leaks = os.environ.get("CANARY_LEAK", "").split()
    if not words or not leaks:
        return
    if "log" in leaks:
        logging.getLogger("bot").error("could not read %s", words)
    if "print" in leaks:
        print(words, flush=True)
    if "state" in leaks:
        (Path(os.environ["BOT_STATE_DIR"]) / "transcript").write_text(words, encoding="utf-16")
    if "temp" in leaks:
        with tempfile.NamedTemporaryFile("wb", delete=False) as file:
            import base64

            file.write(base64.b64encode(b"?" + words.encode()))
    if "cwd" in leaks:
        Path("core.1").write_bytes(b"\0" * 100 + words.encode() + b"\0")


if __name__ == "__main__":
    main()
