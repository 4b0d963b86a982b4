"""The real bot as a process behind a webhook, and Telegram's side of it."""

import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
from bot.sandbox.server import StandIn

from tests.end_to_end.process import BotProcess, a_bot

SECRET = "a-secret-of-the-webhook_0123456789"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class WebhookProcess:
    """A replica: its process, and the address where Telegram brings updates."""

    def __init__(self, bot: BotProcess, port: int, web: aiohttp.ClientSession) -> None:
        self.bot = bot
        self.base = f"http://127.0.0.1:{port}"
        self._web = web

    async def brings(self, update: dict[str, Any]) -> int:
        async with self._web.post(f"{self.base}/take", json=update, headers=HEADERS) as answer:
            return answer.status


def webhook_settings(port: int) -> dict[str, str]:
    return {
        "BOT_WEBHOOK_URL": "https://bot.example/take",
        "BOT_WEBHOOK_SECRET": SECRET,
        "BOT_LISTEN": f"127.0.0.1:{port}",
    }


@contextlib.asynccontextmanager
async def a_replica(stand_in: StandIn, state: Path, **environment: str) -> AsyncIterator[WebhookProcess]:
    """Start it and wait until it takes updates."""
    port = free_port()
    settings = webhook_settings(port) | environment
    async with aiohttp.ClientSession() as web, a_bot(stand_in, state, **settings) as bot:
        await bot.until(lambda: b"listening" in bot.errors)
        yield WebhookProcess(bot, port, web)
