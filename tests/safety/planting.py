"""Breaks each required line on purpose, in a copy, and sees whether its tests notice."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import yaml
from bot.model.record import record

from tests.safety.holding import run_tests
from tests.safety.requirements import ROOT

FAULTS = Path(__file__).parent / "faults.yaml"
LEFT_OUT = ("__pycache__", ".venv", ".git", ".*_cache", ".hypothesis", "build", "dist")


@record
class PlantedFault:
    """In `file`, `old` becomes `new`: then the tests of `id` must fail."""

    id: str
    what: str
    file: str
    old: str
    new: str


def planted_faults() -> tuple[PlantedFault, ...]:
    """All that are written down."""
    entries = yaml.safe_load(FAULTS.read_text(encoding="utf-8"))
    return tuple(PlantedFault(**entry) for entry in entries)


def print_what_is_noticed(only: Iterable[str] = ()) -> int:
    """One line a fault. 0: each was noticed."""
    wanted = set(only)
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = a_copy(Path(folder))
        for fault in planted_faults():
            if wanted and fault.id not in wanted:
                continue
            failing = notices(fault, copy)
            unnoticed += not failing
            print(f"{fault.id:4} {'noticed' if failing else 'NOT NOTICED':12} {fault.what}", flush=True)
            for test in failing[:2]:
                print(f"{'':17} by {test}")
    print("Every fault was noticed." if not unnoticed else f"{unnoticed} faults were not noticed.")
    return 1 if unnoticed else 0


def a_copy(folder: Path) -> Path:
    """All of the project, where it may be broken."""
    return Path(shutil.copytree(ROOT, folder / "copy", ignore=shutil.ignore_patterns(*LEFT_OUT)))


def notices(fault: PlantedFault, copy: Path) -> list[str]:
    """The tests of the fault's requirement that fail once it is there. The copy is mended afterwards."""
    file = copy / fault.file
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    try:
        outcomes = run_tests(fault.id, copy, ("-x", "-p", "no:cacheprovider"))
    finally:
        file.write_text(sound, encoding="utf-8")
    if outcomes is None:  # not even to be imported: loud enough
        return ["whatever imports it"]
    if fault.id not in outcomes:
        raise RuntimeError(
            f"no test of {fault.id} ran; run them by hand: pytest -p tests.safety.plugin --holds {fault.id}"
        )
    return [test for test, outcome in outcomes[fault.id].items() if outcome == "failed"]
