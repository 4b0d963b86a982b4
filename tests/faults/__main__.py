"""python -m tests.faults [NAME …]: inject each fault, say what came out; 1 when anything that must hold did not.

All of them write docs/reliability.md; some, by name, only print.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

from tests.faults import (
    clock,
    directory,
    disk,
    killing,
    memory,
    report,
    stopping,
    telegram_trouble,
    updates,
    valkey_loss,
)
from tests.faults.finding import Finding

FAULTS: dict[str, Callable[[], Awaitable[list[Finding]]]] = {
    "kill": killing.killed_at_random_moments,
    "order": updates.twice_and_in_the_wrong_order,
    "poison": updates.poisoned,
    "clock": clock.set_while_running,
    "disk-full": disk.full,
    "locked": disk.locked,
    "corrupted": disk.corrupted,
    "valkey": valkey_loss.lost_and_back,
    "directory": directory.broken_while_running,
    "stop": stopping.hanging_and_busy,
    "memory": memory.steady,
    "compiling": memory.compiling,
}
TELEGRAM = "telegram"


async def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in (TELEGRAM, *FAULTS)]
    if unknown:
        print(
            f"No fault is called {unknown[0]!r}. There are: {', '.join((TELEGRAM, *FAULTS))}.",
            file=sys.stderr,
        )
        return 2
    began = time.monotonic()
    findings: list[Finding] = []
    cells: list[telegram_trouble.Cell] = []

    def found(some: list[Finding]) -> None:
        for finding in some:
            report.tell(finding)
        findings.extend(some)

    for name, inject in FAULTS.items():
        if not names or name in names:
            found(await inject())
    if not names or TELEGRAM in names:
        cells, some = await telegram_trouble.every_call_goes_wrong()
        found(some)
        for cell in cells:
            if not cell.holds:
                print(f"             {cell.method}, {cell.way}: {cell.came_out}")
    if not names:
        report.PAGE.write_text(report.page(findings, cells, time.monotonic() - began), "utf-8")
        print(f"Written: {report.PAGE.relative_to(report.ROOT)}")
    missed = sum(not finding.holds for finding in findings)
    print(f"{missed} did not hold." if missed else "Everything held.")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(sys.argv[1:])))
