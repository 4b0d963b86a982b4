"""Hot reload: a good change is served soon, a bad one never, half a file not at all."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import Resources
from bot.directory_files.watching import good_readings, state_of

from tests.conftest import ROOT

TODAY = date(2026, 11, 25)
SOON = 60  # seconds; the promise is two once all is compiled, a busy machine that compiles first gets more
FILE = "organizations/us/tx/example.yaml"
ENTRY = (ROOT / "tests" / "directory_files" / "example_entry.yaml").read_text(encoding="utf-8")


class Watched:
    """resources/ with one organization, and what is served of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.served: list[Resources] = []
        self.stop = asyncio.Event()

    def write(self, text: str) -> None:
        (self.folder / FILE).write_text(text, encoding="utf-8")

    async def follow(self) -> None:
        readings = good_readings(self.folder, state_of(self.folder), TODAY, compiled_cache(), self.stop)
        async for resources in readings:
            self.served.append(resources)

    async def until_served(self, name: str) -> None:
        async with asyncio.timeout(SOON):
            while not self.served or self.served[-1].services[0].service.name != name:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def stays_for(self, seconds: float) -> None:
        before = len(self.served)
        await asyncio.sleep(seconds)
        assert len(self.served) == before


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    for part in ("taxonomy", "lexicons", "messages", "emergency", "places"):
        shutil.copytree(ROOT / "resources" / part, tmp_path / part)
    (tmp_path / FILE).parent.mkdir(parents=True)
    watched = Watched(tmp_path)
    watched.write(ENTRY)
    following = asyncio.create_task(watched.follow())
    await asyncio.sleep(0.5)
    yield watched
    watched.stop.set()
    async with asyncio.timeout(SOON):
        await following


async def test_a_changed_file_is_served_without_a_restart(watched: Watched) -> None:
    watched.write(ENTRY.replace("name: Legal Line", "name: Another Name"))
    await watched.until_served("Another Name")


async def test_a_broken_file_keeps_the_last_good_directory_and_says_which_line(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    watched.write(ENTRY.replace("needs: [legal", "needs: [legl"))
    async with asyncio.timeout(SOON):
        while "did you mean `legal`" not in caplog.text:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert f"{FILE}:10:13" in caplog.text
    assert "the last good one goes on serving" in caplog.text
    assert not watched.served
    watched.write(ENTRY.replace("name: Legal Line", "name: Mended"))
    await watched.until_served("Mended")


async def test_a_file_that_is_still_being_written_does_not_count(watched: Watched) -> None:
    """An editor that saves piece by piece: nothing is served before the file is whole."""
    whole = ENTRY.replace("name: Legal Line", "name: Whole Line")
    with (watched.folder / FILE).open("w", encoding="utf-8") as slow:
        for start in range(0, len(whole), len(whole) // 8):
            slow.write(whole[start : start + len(whole) // 8])
            slow.flush()
            await asyncio.sleep(0.1)
    await watched.until_served("Whole Line")
    assert len(watched.served) == 1


async def test_an_editors_swap_file_is_no_organization(watched: Watched) -> None:
    (watched.folder / "organizations/us/tx/.example.yaml.swp").write_bytes(b"\x00\x01")
    (watched.folder / "organizations/us/tx/example.yaml~").write_text("half: [", encoding="utf-8")
    await watched.stays_for(1.5)
