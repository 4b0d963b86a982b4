"""Update to first sendMessage, through the stand-in: Marigold (which understands, matches and composes) against bare
echo bots, in one run, paced and as a burst. Ratios are what counts; the machine is noisy.

Every message is another one (the open benchmark's development half) and every chat a new one, so that Marigold answers
with two messages where the others echo one. `--delay 60`: the API takes so many milliseconds for each sendMessage.

    pip install -e ".[test,bench]"
    python benchmarks/bot_loop.py [--rounds 3] [--burst 1000] [--paced 300] [--delay MS] [--kinds raw ptb …]
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.sandbox.server import StandIn

from measuring import TOKEN, keep, machine, messages

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("raw", "ptb", "ptb-aiohttp", "aiogram", "telebot", "marigold")
MESSAGES = messages()
CHARTS = (
    ("paced", "p50_ms", "Update to answer, 100 a second, in the middle", "ms"),
    ("paced", "cpu_ms", "CPU of an answer, 100 a second", "ms"),
    ("burst", "per_second", "Answers a second after an outage", "1/s"),
)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def command(kind: str, stand_in: StandIn) -> tuple[list[str], dict[str, str]]:
    """How to start one bot."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if kind == "marigold":
        environment |= {
            "BOT_TOKEN": TOKEN,
            "BOT_API_BASE": stand_in.base_url,
            "BOT_STATE_DIR": tempfile.mkdtemp(),
        }
        return [sys.executable, "-m", "bot", "run"], environment
    base = stand_in.base_url.removesuffix("/bot")
    return [sys.executable, str(ROOT / "benchmarks" / "echo_bots.py"), kind, base, TOKEN], environment


class Run:
    """One bot in front of its own stand-in."""

    def __init__(self, stand_in: StandIn, process: subprocess.Popen[bytes]) -> None:
        self.telegram = stand_in.telegram
        self.process = process
        self.sent: dict[int, float] = {}
        self.answered: dict[int, float] = {}
        self.chats = iter(range(10_000, 10_000_000))
        call = self.telegram.call

        def timed(method: str, given: Any) -> Any:
            result = call(method, given)
            if method == "sendMessage":
                self.answered.setdefault(int(given["chat_id"]), time.perf_counter())
            return result

        self.telegram.call = timed  # type: ignore[method-assign]

    def say(self, at: int) -> int:
        chat = next(self.chats)
        self.sent[chat] = time.perf_counter()
        self.telegram.says(chat, MESSAGES[at % len(MESSAGES)])
        return chat

    async def all_answered(self, chats: list[int], seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not all(c in self.answered for c in chats):  # noqa: ASYNC110 - across processes
            await asyncio.sleep(0.002)

    async def paced(self, count: int, per_second: int = 100) -> dict[str, float]:
        cpu = cpu_seconds(self.process.pid)
        begun, chats = time.perf_counter(), []
        for n in range(count):
            await asyncio.sleep(max(0.0, begun + n / per_second - time.perf_counter()))
            chats.append(self.say(n))
        await self.all_answered(chats, 20)
        await asyncio.sleep(0.3)
        waits = sorted((self.answered[c] - self.sent[c]) * 1000 for c in chats if c in self.answered)
        return {
            "p50_ms": waits[len(waits) // 2],
            "p99_ms": waits[int(len(waits) * 0.99)],
            "cpu_ms": (cpu_seconds(self.process.pid) - cpu) * 1000 / count,
            "lost": count - len(waits),
        }

    async def burst(self, count: int) -> dict[str, float]:
        cpu = cpu_seconds(self.process.pid)
        begun = time.perf_counter()
        chats = [self.say(n) for n in range(count)]
        await self.all_answered(chats, 120)
        done = [self.answered[c] for c in chats if c in self.answered]
        await asyncio.sleep(0.5)
        return {
            "per_second": len(done) / (max(done) - begun) if done else 0.0,
            "cpu_ms": (cpu_seconds(self.process.pid) - cpu) * 1000 / count,
            "lost": count - len(done),
        }


class Slow:
    """The stand-in's call, as far away as a real API: each sendMessage takes its time, many at once."""

    def __init__(self, stand_in: StandIn, seconds: float) -> None:
        self._answer, self._seconds = stand_in._bot_api, seconds

    async def __call__(self, request: Any) -> Any:
        if request.path_params["method"] == "sendMessage":
            await asyncio.sleep(self._seconds)
        return await self._answer(request)


async def measure(kind: str, paced: int, burst: int, delay: float) -> dict[str, dict[str, float]]:
    """Start one bot, warm it, measure it, stop it. `delay`: seconds that each sendMessage takes."""
    stand_in = StandIn(token=TOKEN)
    if delay:
        stand_in._bot_api = Slow(stand_in, delay).__call__  # type: ignore[method-assign]
    async with stand_in:
        arguments, environment = command(kind, stand_in)
        process = await asyncio.to_thread(
            subprocess.Popen, arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        run = Run(stand_in, process)
        try:
            await run.all_answered([run.say(0)], 60)
            for n in range(20):
                await run.all_answered([run.say(n)], 5)
            return {"paced": await run.paced(paced), "burst": await run.burst(burst)}
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)


def median(rounds: list[dict[str, dict[str, float]]], part: str, figure: str) -> float:
    return statistics.median(r[part][figure] for r in rounds)


def table(results: dict[str, list[dict[str, dict[str, float]]]]) -> list[str]:
    """Medians, and Marigold against each peer."""
    columns = [
        ("paced", "p50_ms"),
        ("paced", "p99_ms"),
        ("paced", "cpu_ms"),
        ("burst", "per_second"),
        ("burst", "cpu_ms"),
    ]
    lines = [
        "| bot | paced p50 ms | p99 ms | CPU ms | burst answers/s | CPU ms | lost |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, rounds in results.items():
        cells = [f"{median(rounds, *column):.2f}" for column in columns]
        lost = sum(r[part]["lost"] for r in rounds for part in ("paced", "burst"))
        lines.append(f"| {kind} | {' | '.join(cells)} | {lost:.0f} |")
    for kind in results:
        if kind != "marigold" and "marigold" in results:
            ratios = [median(results["marigold"], *c) / max(median(results[kind], *c), 1e-9) for c in columns]
            lines.append(f"| marigold / {kind} | {' | '.join(f'{r:.2f}x' for r in ratios)} | |")
    return lines


async def main() -> None:
    """Interleaved rounds, then the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--burst", type=int, default=1000)
    options.add_argument("--paced", type=int, default=300)
    options.add_argument("--delay", type=float, default=0.0)
    options.add_argument("--kinds", nargs="*", default=KINDS, choices=KINDS)
    given = options.parse_args()
    results: dict[str, list[dict[str, dict[str, float]]]] = {kind: [] for kind in given.kinds}
    for _ in range(given.rounds):
        for kind in given.kinds:
            results[kind].append(await measure(kind, given.paced, given.burst, given.delay / 1000))
    print(f"{machine()}; {given.rounds} interleaved rounds, paced at 100/s, burst of {given.burst}; medians")
    print("\n".join(table(results)))
    for part, figure, title, unit in CHARTS:
        bars = {kind: round(median(rounds, part, figure), 2) for kind, rounds in results.items()}
        keep(f"bot_loop_{part}_{figure}", {"title": title, "unit": unit, "bars": bars})


if __name__ == "__main__":
    asyncio.run(main())
