"""From nothing to the first answer, and what it holds in memory a second later: beside bare echo bots, in turns.

The compiled word lists are there, as after every start but the first. Usage: python benchmarks/start.py [--rounds 3]
"""

import argparse
import asyncio
import os
import resource
import subprocess
import time
from pathlib import Path

from bot.sandbox.server import StandIn

from bot_loop import TOKEN, Run, command, cpu_seconds
from measuring import keep, machine, middle

KINDS = ("ptb", "ptb-aiohttp", "aiogram", "telebot", "marigold")


def megabytes(pid: int) -> float:
    """What a process holds in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


async def started(kind: str) -> tuple[float, float, float]:
    """Seconds to the first answer, seconds of CPU, megabytes."""
    async with StandIn(token=TOKEN) as stand_in:
        arguments, environment = command(kind, stand_in)
        begun = time.perf_counter()
        process = await asyncio.to_thread(
            subprocess.Popen, arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        run = Run(stand_in, process)
        try:
            await run.all_answered([run.say(0)], 120)
            seconds = time.perf_counter() - begun
            await asyncio.sleep(1)
            return seconds, cpu_seconds(process.pid), megabytes(process.pid)
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)


async def main() -> None:
    """Interleaved rounds, then the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    rounds = options.parse_args().rounds
    await started("marigold")  # so that the word lists are compiled
    found: dict[str, list[tuple[float, float, float]]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            found[kind].append(await started(kind))
    print(f"{machine()}; medians of {rounds} rounds; load of the machine {os.getloadavg()[0]:.1f}")
    print("| bot | first answer s | CPU s | memory MB |")
    print("|---|---|---|---|")
    medians = {kind: [middle(column) for column in zip(*rows, strict=True)] for kind, rows in found.items()}
    for kind, (seconds, cpu, held) in medians.items():
        print(f"| {kind} | {seconds:.2f} | {cpu:.2f} | {held:.0f} |")
    first = {kind: round(row[0], 2) for kind, row in medians.items()}
    keep("start", {"title": "Start to first answer", "unit": "s", "bars": first})
    keep(
        "memory",
        {"title": "Memory, idle", "unit": "MB", "bars": {k: round(r[2]) for k, r in medians.items()}},
    )


if __name__ == "__main__":
    asyncio.run(main())
