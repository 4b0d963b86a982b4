"""Runs the tests that hold a requirement and prints, line by line, what holds."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.safety.requirements import ROOT, Requirement, requirements

Outcomes = dict[str, dict[str, str]]  # id -> test -> passed, failed or skipped
CANNOT_RUN = 2


def print_what_holds() -> int:
    """The table. 0: each required line is held by a test that ran and passed, and no test failed."""
    outcomes = run_tests("any")
    if outcomes is None:
        return CANNOT_RUN
    table = Table("id", "must hold", "tests", "result", show_lines=False)
    failing = 0
    for one in requirements():
        tests = outcomes.get(one.id, {})
        result, fails = verdict(one, tests)
        failing += fails
        table.add_row(one.id, one.says, "\n".join(map(short, tests)) or "-", result)
    console = Console()
    Console(width=None if console.is_terminal else 180).print(table)
    listed = requirements()
    held = sum(verdict(one, outcomes.get(one.id, {}))[0] == "holds" for one in listed if one.required)
    required = sum(one.required for one in listed)
    tests = {test for found in outcomes.values() for test in found}
    print(f"{held} of {required} required lines hold, by {len(tests)} tests; {failing} do not.")
    return 1 if failing else 0


def verdict(one: Requirement, tests: dict[str, str]) -> tuple[str, bool]:
    """(how it stands, whether the run fails for it)."""
    if {"failed", "not set up"} & set(tests.values()):
        return "FAILS", True
    if "passed" in tests.values():
        return "holds", False
    if one.required:
        return "NO TEST" if not tests else "NOT RUN", True
    return "open", False


def short(test: str) -> str:
    """'messenger/test_clearing.py: a timer clears the chat …'."""
    path, _, name = test.partition("::")
    said = name.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    return f"{path.removeprefix('tests/')}: {said}"


def run_tests(holds: str, root: Path = ROOT, more: tuple[str, ...] = ()) -> Outcomes | None:
    """How the tests of one requirement, or of 'any', ended. None when pytest could not run; what it said is printed."""
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / "outcomes.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.safety.plugin", "--holds", holds]
        ran = subprocess.run(
            [*command, "--holds-to", str(to), *(more or ("-n", "auto"))],
            cwd=root,
            check=False,
            capture_output=True,
            text=True,
        )
        if ran.returncode not in (0, 1) or not to.exists():
            print(ran.stdout[-3000:], ran.stderr[-3000:], file=sys.stderr)
            return None
        if ran.returncode and not more:
            print(ran.stdout[-6000:])
        found: Outcomes = json.loads(to.read_text(encoding="utf-8"))
        return found
