"""The real bot as a process of its own, in front of the stand-in."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from bot.sandbox.server import StandIn

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "1234567890:" + "r" * 35
SECRET = "x"


class BotProcess:
    """A running bot; what it printed so far is in `out` and `errors`."""

    def __init__(self, process: asyncio.subprocess.Process, stand_in: StandIn) -> None:
        self.process = process
        self.telegram = stand_in.telegram
        self.out = bytearray()
        self.errors = bytearray()
        self._reading = [
            asyncio.create_task(self._read(process.stdout, self.out)),
            asyncio.create_task(self._read(process.stderr, self.errors)),
        ]

    async def _read(self, stream: asyncio.StreamReader | None, into: bytearray) -> None:
        assert stream is not None
        while part := await stream.read(65536):
            into += part

    async def until(self, true: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait for something to happen; if it does not, show what the bot printed."""
        try:
            async with asyncio.timeout(seconds):
                while not true():  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(
                f"waited in vain; the bot printed:\n{self.errors.decode()[-3000:]}"
            ) from None

    def screen(self, chat: int) -> str:
        return "\n".join(m.text for m in self.telegram.screen(chat))

    async def until_screen_says(self, chat: int, words: str) -> None:
        await self.until(lambda: words in self.screen(chat))

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Send the signal and wait for the end. Returns the exit code."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        code = await asyncio.wait_for(self.process.wait(), 40)
        await asyncio.gather(*self._reading)
        return code


@contextlib.asynccontextmanager
async def a_bot(
    stand_in: StandIn,
    state: Path,
    *,
    command: tuple[str, ...] = ("-m", "bot", "run"),
    cwd: Path = ROOT,
    before: Callable[[], None] | None = None,
    **environment: str,
) -> AsyncIterator[BotProcess]:
    """Start it; it is killed at the end if it still runs. `before` runs in the child before the program."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BOT_")}
    settings = {
        "BOT_TOKEN": TOKEN,
        "BOT_API_BASE": stand_in.base_url,
        "BOT_STATE_DIR": str(state),
        "BOT_SECRET": SECRET,
        **environment,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**clean, **{name: value for name, value in settings.items() if value}},
        preexec_fn=before,
    )
    bot = BotProcess(process, stand_in)
    try:
        yield bot
    finally:
        if process.returncode is None:
            await bot.end(signal.SIGKILL)
