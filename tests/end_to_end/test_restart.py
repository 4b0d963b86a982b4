"""The real bot process is killed and started again; what is on the screen goes on working."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bot.sandbox.server import StandIn

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "1234567890:" + "r" * 35
ANA = 31


@contextlib.asynccontextmanager
async def a_bot(stand_in: StandIn, state: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            **clean,
            "BOT_TOKEN": TOKEN,
            "BOT_API_BASE": stand_in.base_url,
            "BOT_STATE_DIR": str(state),
            "BOT_SECRET": "x",
        },
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until_screen_says(stand_in: StandIn, words: str) -> None:
    async with asyncio.timeout(60):
        while words not in "\n".join(m.text for m in stand_in.telegram.screen(ANA)):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)


async def test_after_kill_9_every_button_still_works_and_the_chat_can_still_be_cleared(
    tmp_path: Path,
) -> None:
    """T6: the numbers of the messages outlive the process, because BOT_SECRET is set."""
    async with StandIn(token=TOKEN) as stand_in:
        async with a_bot(stand_in, tmp_path) as bot:
            stand_in.telegram.says(ANA, "mi jefe me acosa, sin policía, Houston")
            await until_screen_says(stand_in, "Buscas:")
            await asyncio.sleep(0.3)
            bot.send_signal(signal.SIGKILL)
        async with a_bot(stand_in, tmp_path) as bot:
            stand_in.telegram.presses_label(ANA, "Afinar")
            await until_screen_says(stand_in, "Puedes afinar la búsqueda")
            await until_screen_says(stand_in, "sin policía · Houston, TX")
            stand_in.telegram.presses_label(ANA, "Borrar este chat")
            await until_screen_says(stand_in, "Este chat está borrado")
            assert len(stand_in.telegram.screen(ANA)) == 1
            bot.send_signal(signal.SIGTERM)
            _, errors = await asyncio.wait_for(bot.communicate(), 30)
            assert bot.returncode == 0
            assert b"Traceback" not in errors and TOKEN.encode() not in errors and b"jefe" not in errors
        assert not stand_in.telegram.problems


async def test_a_wrong_token_ends_with_one_sentence_and_code_2(tmp_path: Path) -> None:
    async with StandIn(token="9999999999:" + "x" * 35) as stand_in, a_bot(stand_in, tmp_path) as bot:
        out, errors = await asyncio.wait_for(bot.communicate(), 60)
    assert bot.returncode == 2
    assert b"Telegram does not accept BOT_TOKEN" in errors and TOKEN.encode() not in out + errors
    assert b"Traceback" not in errors
