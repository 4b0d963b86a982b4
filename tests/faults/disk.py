"""The disk is full, the state file is locked by somebody, or its bytes are broken."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

from bot.sandbox.server import StandIn
from bot.storage.state_file import FILE, SET_ASIDE

from tests.end_to_end.process import TOKEN, BotProcess, a_bot
from tests.faults.finding import Finding, broken_promises, spread, within
from tests.faults.people import MORE, Person, all_ask, people

DISK_BYTES = 16 * 1024 * 1024  # as in deploy/compose.replicas.yaml
LONGEST_WAIT = 15.0  # seconds; half of what it takes until an answer is given up
CANNOT_WRITE = b"the state file cannot be written"
CAN_AGAIN = b"the state file can be written again"


@contextlib.contextmanager
def small_disk() -> Iterator[Path | None]:
    """A file system of 16 MB; None where we may not make one."""
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=0700", "tmpfs", folder],
            capture_output=True, check=False,
        )  # fmt: skip
        if made.returncode != 0:
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], capture_output=True, check=True)


def fill(folder: Path) -> Path:
    """Leave no byte free."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as out, contextlib.suppress(OSError):
        for size in (4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    out.write(b"x" * size)
    return ballast


async def full(askers: int = 60) -> list[Finding]:
    with small_disk() as folder:
        if folder is None:
            return [not_tried("disk full", "a small file system can be made by root only")]
        async with StandIn(token=TOKEN) as stand_in:
            everybody = people(stand_in.telegram, askers)
            async with running(stand_in, folder) as bot:
                before = await all_ask(everybody)
                ballast = fill(folder)
                waits = await all_ask(everybody, MORE)
                told = await everybody[0].waits(lambda: CANNOT_WRITE in bot.errors, 20)
                cleared = await clears(everybody[0])
                ballast.unlink()
                after = await all_ask(everybody[1:2], "and a shelter")
                healed = await everybody[0].waits(lambda: CAN_AGAIN in bot.errors, 30)
                bad = broken_promises(bytes(bot.errors), TOKEN, "lawyer")
                ended = await bot.end()
            sound = is_sound(folder)
            async with running(stand_in, folder) as bot:
                cleared_later = await clears(everybody[2])
                await bot.end()
    well = told is not None and healed is not None and not bad and ended == 0
    return [
        Finding(
            fault="disk full",
            done=f"a disk of 16 MB is filled to the last byte between two messages of {askers} people; later "
            "there is room again",
            promised="everybody is answered as before; the log says so once, and that it is over; chats can be cleared "
            "all the while and after a restart; the file is sound",
            came_out=f"{within(len(waits), askers)} were answered ({spread(waits)}; before: {spread(before)}); "
            f"cleared: {yes(cleared)} while full, {yes(cleared_later)} after a restart; file sound: {yes(sound)}",
            holds=len(waits) == askers and len(after) == 1 and cleared and cleared_later and sound and well,
        )
    ]


async def locked(askers: int = 60, seconds: float = 25.0, *, at_start: bool = True) -> list[Finding]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with StandIn(token=TOKEN) as stand_in:
            found = [await locked_while_running(stand_in, folder, askers, seconds)]
            if at_start:
                found.append(await locked_at_the_start(stand_in, folder))
    return found


async def locked_while_running(stand_in: StandIn, folder: Path, askers: int, seconds: float) -> Finding:
    everybody = people(stand_in.telegram, askers)
    async with running(stand_in, folder) as bot:
        before = await all_ask(everybody)
        with lock(folder):
            began = time.monotonic()
            waits = await all_ask(everybody, MORE) + await all_ask(everybody, "and a shelter")
            cleared = await clears(everybody[0])
            await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))
            told = await everybody[0].waits(lambda: CANNOT_WRITE in bot.errors, 20)
        after = await all_ask(everybody[1:2], "and a therapist")
        healed = await everybody[0].waits(lambda: CAN_AGAIN in bot.errors, 30)
        bad = broken_promises(bytes(bot.errors), TOKEN, "lawyer")
        gave_up = bot.errors.count(b"was given up")
        ended = await bot.end()
    well = told is not None and healed is not None and not bad and not gave_up and ended == 0
    return Finding(
        fault="SQLite locked",
        done=f"another program holds the file for {seconds:.0f} s while {askers} people write two messages each",
        promised="everybody is answered without waiting for the file; the log says so once, and that it is over; "
        "chats can be cleared",
        came_out=f"{within(len(waits), 2 * askers)} were answered ({spread(waits)}; before: {spread(before)}); "
        f"cleared: {yes(cleared)}; {gave_up} answers were given up",
        holds=len(waits) == 2 * askers and max(waits) < LONGEST_WAIT and len(after) == 1 and cleared and well,
    )


async def locked_at_the_start(stand_in: StandIn, folder: Path) -> Finding:
    with lock(folder):
        began = time.monotonic()
        async with running(stand_in, folder) as bot:
            came_up = time.monotonic() - began
            first = await all_ask(people(stand_in.telegram, 1, 701_000_000))
            bad = broken_promises(bytes(bot.errors), TOKEN, "lawyer")
            ended = await bot.end()
    return Finding(
        fault="SQLite locked at the start",
        done="another program holds the file while the bot starts",
        promised="the bot comes up and answers",
        came_out=f"up after {came_up:.1f} s; answered: {yes(len(first) == 1)}",
        holds=len(first) == 1 and not bad and ended == 0,
    )


async def corrupted(askers: int = 40) -> list[Finding]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with StandIn(token=TOKEN) as stand_in:
            everybody = people(stand_in.telegram, askers)
            async with running(stand_in, folder) as bot:
                await all_ask(everybody)
                older = {m.message_id for m in stand_in.telegram.screen(everybody[0].chat)}
                spoil_all(folder)
                waits = await all_ask(everybody, MORE)
                await clears(everybody[0])
                left = [m.message_id for m in stand_in.telegram.screen(everybody[0].chat)]
                cleared = set(left[:-1]) <= older
                told = await everybody[0].waits(lambda: CANNOT_WRITE in bot.errors, 20)
                bad = broken_promises(bytes(bot.errors), TOKEN, "lawyer")
                ended = await bot.end()
            spoil(folder / FILE)
            async with running(stand_in, folder) as bot:
                again = await all_ask(everybody[1:], "and a shelter")
                aside = b"was set aside" in bot.errors and (folder / SET_ASIDE).exists()
                bad = (*bad, *broken_promises(bytes(bot.errors), TOKEN, "lawyer"))
                ended = ended or await bot.end()
            sound = is_sound(folder)
    said = "said in the log" if told is not None else "not said in the log"
    return [
        Finding(
            fault="SQLite corrupted while running",
            done=f"every byte of the state file and its log is overwritten between two messages of {askers} people",
            promised="everybody is answered; the log says what is wrong; what was said since can be cleared (what "
            "stood in the file before may be beyond reach, and the person is told how to clear it)",
            came_out=f"{within(len(waits), askers)} were answered ({spread(waits)}); cleared: {yes(cleared)}; {said}",
            holds=len(waits) == askers and cleared and told is not None and not bad and ended == 0,
        ),
        Finding(
            fault="SQLite corrupted at the start",
            done="the bot is started on what is left",
            promised="the file is set aside, said in the log, and a new one begun",
            came_out=f"set aside: {yes(aside)}; {within(len(again), askers - 1)} were answered; "
            f"new file sound: {yes(sound)}",
            holds=aside and len(again) == askers - 1 and sound and not bad,
        ),
    ]


@contextlib.asynccontextmanager
async def running(stand_in: StandIn, state: Path) -> AsyncIterator[BotProcess]:
    async with a_bot(stand_in, state) as bot:
        await bot.until(lambda: b"polling" in bot.errors, 90)
        yield bot


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Nobody else may write the file meanwhile."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as database:
        database.execute("PRAGMA busy_timeout=10000")
        database.execute("BEGIN EXCLUSIVE")
        yield
        database.execute("ROLLBACK")


def spoil(path: Path) -> None:
    """Other bytes, as many as there were, in the same file."""
    size = path.stat().st_size
    with path.open("r+b") as out:
        out.write(b"SQLite format 3\0" + os.urandom(max(0, size - 16)))


def spoil_all(folder: Path) -> None:
    for path in folder.iterdir():
        spoil(path)


def is_sound(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / FILE)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchone() == ("ok",))


async def clears(person: Person) -> bool:
    """Press the button; whether only the neutral line is left on the screen."""
    person.presses("Clear this chat")
    await person.waits(lambda: "This chat is cleared" in person.text, 60)
    return len(person.telegram.screen(person.chat)) == 1


def not_tried(fault: str, why: str) -> Finding:
    return Finding(fault=fault, done="nothing", promised="", came_out=f"not tried: {why}", holds=False)


def yes(true: bool) -> str:
    return "yes" if true else "NO"
