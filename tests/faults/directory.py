"""The directory breaks on the disk while the bot serves it."""

import shutil
import signal
import tempfile
from pathlib import Path

from bot.sandbox.server import StandIn

from tests.end_to_end.process import ROOT, TOKEN, BotProcess, a_bot
from tests.faults.finding import Finding, broken_promises, within
from tests.faults.people import Person

REFUSED = b"the last good one goes on serving"
RELOADED = b"directory: reloaded"


class Serving:
    """A bot with a copy of the directory, and somebody who asks after each change."""

    def __init__(self, bot: BotProcess, stand_in: StandIn, folder: Path) -> None:
        self.bot = bot
        self.folder = folder
        self.person = Person(stand_in.telegram, 750_000_000)
        self.tried: list[str] = []
        self.kept: list[str] = []

    async def goes_on(self, what: str, *, said: bytes = REFUSED, hangup: bool = False) -> None:
        """The change was refused and named, and the next message is answered."""
        before = self.bot.errors.count(said)
        if hangup:
            self.bot.process.send_signal(signal.SIGHUP)
        told = await self.person.waits(lambda: self.bot.errors.count(said) > before, 40)
        answered = await self.person.asks()
        self.tried.append(what)
        if told is not None and answered is not None:
            self.kept.append(what)


async def broken_while_running() -> list[Finding]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "resources"
        shutil.copytree(ROOT / "resources", folder)
        whole = Path(name) / "whole"
        shutil.copytree(folder, whole)
        async with (
            StandIn(token=TOKEN) as stand_in,
            a_bot(stand_in, Path(name) / "state", BOT_RESOURCES=str(folder)) as bot,
        ):
            await bot.until(lambda: b"polling" in bot.errors, 150)
            serving = Serving(bot, stand_in, folder)
            await serving.person.asks()
            one = next((folder / "organizations").rglob("*.yaml"))
            text = one.read_text("utf-8")
            one.write_text(text + "\n  : : [", "utf-8")
            await serving.goes_on("a file that is no YAML")
            await serving.goes_on("the same, read again on SIGHUP", hangup=True)
            one.write_bytes(b"\xff\xfe" + text.encode()[:99])
            await serving.goes_on("a file that is no text")
            one.write_text(text, "utf-8")
            await serving.goes_on("mended", said=RELOADED)
            messages = folder / "messages" / "en.yaml"
            half = messages.read_bytes()
            messages.write_bytes(half[: len(half) // 2])
            await serving.goes_on("half of the messages")
            shutil.rmtree(folder)
            await serving.goes_on("no folder at all, read again on SIGHUP", hangup=True)
            shutil.copytree(whole, folder)
            await serving.goes_on("put back, and read again on SIGHUP", said=RELOADED, hangup=True)
            bad = broken_promises(bytes(bot.errors), TOKEN, "lawyer")
            ended = await bot.end()
    missed = [what for what in serving.tried if what not in serving.kept]
    return [
        Finding(
            fault="directory broken on the disk",
            done="while the bot runs: " + "; ".join(serving.tried),
            promised="a broken change is refused and named, and the old directory goes on; a good one is served",
            came_out=f"{within(len(serving.kept), len(serving.tried))} went so"
            + (f"; not: {missed}" if missed else ""),
            holds=not missed and not bad and ended == 0,
        )
    ]
