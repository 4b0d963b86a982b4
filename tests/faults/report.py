"""docs/reliability.md: every fault, what was done, what must hold, what came out. Written by the run, never by hand."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.end_to_end.process import ROOT
from tests.faults.finding import Finding
from tests.faults.telegram_trouble import WAYS, Cell
from tests.storage.valkey_server import PROGRAM

PAGE = ROOT / "docs" / "reliability.md"
HEAD = """# What the bot does when what it stands on fails

Written by `make faults`, never by hand: it starts the real bot in front of a stand-in for Telegram, with a real Valkey
or Redis where one is needed, breaks something, and looks at what people then see. The run fails when anything that must
hold does not. How each fault is made: `tests/faults/`. A small part of most of them runs in `make test`.

What is promised when the process is killed, in full. Telegram counts a message as delivered once the bot asks for the
next ones, which is before it is answered; so a message that is being answered at the moment of `kill -9` (or of a power
cut) may be lost, and one that Telegram was not told of is brought again and may be answered twice. No more than that:
a button works after any number of kills, and SIGTERM loses nothing.
"""


def page(findings: Sequence[Finding], cells: Sequence[Cell], took: float) -> str:
    """The whole page."""
    ran = f"Run on {datetime.now(UTC):%Y-%m-%d}, in {took / 60:.0f} minutes: {machine()}."
    return "\n".join((HEAD, ran, "", *_table(findings), "", *_matrix(cells))).rstrip() + "\n"


def machine() -> str:
    """What figures were taken on, so that they can be compared."""
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("python-telegram-bot", "aiohttp", "redis", "uvicorn")
    )
    return (
        f"{os.cpu_count()} processors ({_processor()}), {_memory_gb():.0f} GB, "
        f"{platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, {libraries}, {_valkey()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _valkey() -> str:
    if PROGRAM is None:
        return "no Valkey or Redis"
    told = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False).stdout
    number = next((word[2:] for word in told.split() if word.startswith("v=")), "of an unknown version")
    return f"{Path(PROGRAM).name} {number}"


def _table(findings: Sequence[Finding]) -> list[str]:
    rows = ["| fault | what was done | what must hold | what came out | |", "|---|---|---|---|---|"]
    for one in findings:
        held = "held" if one.holds else "**DID NOT HOLD**"
        rows.append(f"| {one.fault} | {one.done} | {one.promised} | {one.came_out} | {held} |")
    return rows


def _matrix(cells: Sequence[Cell]) -> list[str]:
    """One row a method, one column a way."""
    if not cells:
        return []
    ways = [way for way in WAYS if any(cell.way == way for cell in cells)]
    rows = [
        "## Telegram: each method, each way",
        "",
        "What the person saw, or for methods that are called at the start, how the start ended. A call that hangs is "
        "given up after 10 s (a poll: 45 s), then tried again where that does no harm twice. "
        '"Obeyed, then": Telegram did what it was told, and only its answer was lost.',
        "",
        f"| method | {' | '.join(str(way) for way in ways)} |",
        "|---" * (len(ways) + 1) + "|",
    ]
    for method in dict.fromkeys(cell.method for cell in cells):
        mine = {cell.way: cell for cell in cells if cell.method == method}
        rows.append(f"| `{method}` | {' | '.join(_told(mine.get(way)) for way in ways)} |")
    return rows


def _told(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return cell.came_out if cell.holds else f"**DID NOT HOLD**: {cell.came_out}"


def tell(finding: Finding) -> None:
    """One line while the suite runs."""
    width = shutil.get_terminal_size().columns
    print(
        f"{'held' if finding.holds else 'DID NOT HOLD':12} {finding.fault}: {finding.came_out}"[
            : max(width, 240)
        ]
    )
    sys.stdout.flush()
