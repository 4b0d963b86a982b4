"""From YAML to a snapshot, opening one, and swapping one under a running loop.

    python benchmarks/load.py [--files 2000] [--sizes 10000,100000,1000000]

YAML to snapshot: made-up organizations of one service each, checked as `bot directory check` does, beside PyYAML's C
loader that only reads them. Opening takes the checksum of the whole file. Swapping: the longest time a loop that wakes
every millisecond had to wait, while the new file is opened beside it and put in place.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import yaml
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.organizations import stream_organizations
from bot.directory_files.problems import Problem
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.snapshot import open_snapshot, write_snapshot
from bot.directory_files.writing import write_organization
from bot.matching.find import find_matches
from bot.model.profile import Profile

from made_up_services import made_up_people, one_made_up_after_another
from measuring import ROOT, keep, machine

DAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 18, tzinfo=UTC)


def from_yaml(folder: Path, files: int) -> tuple[float, float]:
    """Microseconds a record: to a checked snapshot, and for PyYAML's C loader alone."""
    organizations = folder / "organizations"
    for listed in one_made_up_after_another(files):
        path = organizations / f"{listed.organization_id}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        service = listed.service.model_dump(mode="json", exclude_defaults=True)
        path.write_text(
            write_organization({"name": listed.organization, "services": {"line": _texts(service)}})
        )
    book = read_rulebook(ROOT / "resources", DAY, problems := list[Problem](), compiled_cache())
    assert not problems
    began = time.perf_counter()
    services = (one for file in stream_organizations(organizations, book) for one in file.services)
    written = write_snapshot(folder / "yaml.snapshot", services, DAY)
    ours = time.perf_counter() - began
    assert written == files, (written, files)
    began = time.perf_counter()
    for path in organizations.rglob("*.yaml"):
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return ours / files * 1e6, (time.perf_counter() - began) / files * 1e6


def _texts(value: object) -> object:
    """The value as a file writes it: only texts, lists and mappings."""
    if isinstance(value, dict):
        return {key: _texts(held) for key, held in value.items() if held not in (None, [], {})}
    return [_texts(held) for held in value] if isinstance(value, list) else str(value)


def opened(folder: Path, size: int) -> dict[str, float]:
    """What writing, opening and swapping a snapshot of so many services takes."""
    path = folder / f"{size}.snapshot"
    began = time.perf_counter()
    write_snapshot(path, one_made_up_after_another(size), DAY)
    written = time.perf_counter() - began
    before = _memory()
    began = time.perf_counter()
    snapshot = open_snapshot(path)
    took = time.perf_counter() - began
    directory = snapshot.directory({})
    find_matches(made_up_people(1)[0].profile, directory, NOW, None, count=3)
    began = time.perf_counter()
    for person in made_up_people(200):
        find_matches(person.profile, directory, NOW, None, count=3)
    return {
        "megabytes": path.stat().st_size / 1e6,
        "write_us": written / size * 1e6,
        "open_ms": took * 1e3,
        "memory": _memory() - before,
        "first_answers_ms": (time.perf_counter() - began) / 200 * 1e3,
        "pause_ms": asyncio.run(longest_pause(path)) * 1e3,
    }


def _memory() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


async def longest_pause(path: Path) -> float:
    """Seconds a loop had to wait at most while a snapshot was opened beside it and first asked."""
    longest = 0.0
    over = asyncio.Event()

    async def tick() -> None:
        nonlocal longest
        last = time.perf_counter()
        while not over.is_set():
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest = max(longest, now - last - 0.001)
            last = now

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0.05)
    snapshot = await asyncio.to_thread(open_snapshot, path)
    find_matches(Profile(needs=("legal",)), snapshot.directory({}), NOW, "US", count=3)
    await asyncio.sleep(0.05)
    over.set()
    await ticking
    return longest


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=2000)
    options.add_argument("--sizes", default="10000,100000")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, loader = from_yaml(folder, given.files)
        print(machine())
        print(f"YAML to a checked snapshot: {ours:.0f} us a record; PyYAML's C loader alone: {loader:.0f} us")
        keep(
            "load",
            {
                "title": "YAML to snapshot, a record",
                "unit": "us",
                "bars": {"marigold": round(ours), "PyYAML C loader, unchecked": round(loader)},
            },
        )
        print(
            f"{'services':>10} {'MB':>8} {'write us':>9} {'open ms':>9} {'RSS MB':>7} {'answer ms':>10} {'pause ms':>9}"
        )
        for size in map(int, given.sizes.split(",")):
            found = opened(folder, size)
            print(
                f"{size:>10,} {found['megabytes']:8.1f} {found['write_us']:9.0f} {found['open_ms']:9.1f} "
                f"{found['memory']:7.0f} {found['first_answers_ms']:10.2f} {found['pause_ms']:9.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
