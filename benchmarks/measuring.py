"""What all benchmarks of speed share: the messages, the machine's name, and where results go."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build" / "bench"
TOKEN = "1234567890:" + "b" * 35


def messages() -> list[str]:
    """First messages of the open benchmark's development half, in fourteen languages: none is said twice."""
    rows = (ROOT / "benchmarks" / "needs" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [row["text"] for row in map(json.loads, rows) if "text" in row]


def machine() -> str:
    """'CPython 3.11.7, x86_64, 2 cores, python-telegram-bot 22.5, aiohttp 3.13.2; 2026-11-27'."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("python-telegram-bot", "aiohttp"))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, {platform.machine()}, {os.cpu_count()} cores, {libraries}; {datetime.now(UTC).date()}"


def microseconds(work: Callable[[], Any], rounds: int = 5) -> float:
    """The quickest of some rounds: on a shared machine the program's own time."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best * 1e6


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them stays within."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def keep(name: str, chart: dict[str, Any]) -> None:
    """Write a result where page.py finds it: {"title", "unit", "across", "series": {name: [[x, y], …]}} or "bars"."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    whole = {"machine": machine(), **chart}
    (RESULTS / f"{name}.json").write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
