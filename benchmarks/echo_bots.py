"""Bare echo bots to compare with: python-telegram-bot (stock transport, or ours), aiogram, pyTelegramBotAPI, and a loop
over aiohttp that does nothing else: the floor.

Usage: python benchmarks/echo_bots.py ptb|ptb-aiohttp|aiogram|telebot|raw BASE_URL TOKEN
"""

import asyncio
import logging
import signal
import sys
from typing import Any

ALLOWED = ["message", "callback_query"]


async def until_stopped() -> None:
    """Wait for SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


async def ptb(base: str, token: str, *, ours: bool) -> None:
    """A python-telegram-bot echo as its examples write it, 256 updates at once."""
    from telegram import Update
    from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

    builder = ApplicationBuilder().token(token).base_url(f"{base}/bot").concurrent_updates(True)
    if ours:
        from bot.messenger.transport import AiohttpRequest

        builder = builder.request(AiohttpRequest()).get_updates_request(AiohttpRequest(connections=1))

    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message and update.message.text:
            await update.message.reply_text(update.message.text)

    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(allowed_updates=ALLOWED, timeout=10)
        await until_stopped()


async def aiogram(base: str, token: str) -> None:
    """An aiogram echo as its examples write it."""
    from aiogram import Bot, Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import Message

    server = TelegramAPIServer(base=f"{base}/bot{{token}}/{{method}}", file=f"{base}/file/{{token}}/{{path}}")
    dispatcher = Dispatcher()

    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    dispatcher.message.register(echo)
    await dispatcher.start_polling(Bot(token, session=AiohttpSession(api=server)), polling_timeout=10)


async def telebot(base: str, token: str) -> None:
    """A pyTelegramBotAPI echo as its examples write it."""
    from telebot import asyncio_helper
    from telebot.async_telebot import AsyncTeleBot

    asyncio_helper.API_URL = base + "/bot{0}/{1}"
    bot = AsyncTeleBot(token)

    @bot.message_handler(func=lambda message: True)  # type: ignore[untyped-decorator]
    async def echo(message: Any) -> None:
        await bot.send_message(message.chat.id, message.text)

    await bot.infinity_polling(timeout=10)


async def raw(base: str, token: str) -> None:
    """getUpdates and sendMessage over aiohttp, and nothing in between."""
    import aiohttp

    url = f"{base}/bot{token}"
    sending: set[asyncio.Task[None]] = set()
    async with aiohttp.ClientSession() as session:

        async def call(method: str, values: dict[str, Any]) -> Any:
            async with session.post(f"{url}/{method}", json=values) as answer:
                return (await answer.json())["result"]

        async def echo(message: dict[str, Any]) -> None:
            await call("sendMessage", {"chat_id": message["chat"]["id"], "text": message["text"]})

        offset = 0
        while True:
            for update in await call("getUpdates", {"offset": offset, "timeout": 10}):
                offset = update["update_id"] + 1
                task = asyncio.create_task(echo(update["message"]))
                sending.add(task)
                task.add_done_callback(sending.discard)


async def main() -> None:
    """Run one of them until SIGTERM."""
    logging.disable(logging.CRITICAL)
    kind, base, token = sys.argv[1:4]
    others = {"aiogram": aiogram, "telebot": telebot, "raw": raw}
    if kind in others:
        await others[kind](base, token)
    else:
        await ptb(base, token, ours=kind == "ptb-aiohttp")


if __name__ == "__main__":
    asyncio.run(main())
