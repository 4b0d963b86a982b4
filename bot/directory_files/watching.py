"""resources/ while the bot runs: a changed file is served soon, a broken one never.

A change counts once the folder has been still for a moment, so that a file that is being written, copied or pulled
is not read half. What cannot be served is told with its line, and the last good directory goes on serving.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import date
from hashlib import blake2b
from pathlib import Path

from watchfiles import awatch

from bot.directory_files.compiled import CompiledCache
from bot.directory_files.load import Reading, Resources, read_resources
from bot.directory_files.organizations import OrganizationFile
from bot.directory_files.snapshot import CannotServe

log = logging.getLogger(__name__)

STILL_MS = 250  # no change for this long: what is there is whole
PATIENT_MS = 1000  # longest wait for stillness; then what is there is read anyway
LOOK_ANYWAY_MS = 60_000  # for file systems that tell nothing of changes
SHOWN_PROBLEMS = 5


def state_of(folder: Path, snapshot: Path | None = None) -> str:
    """A text that changes when any file that is served does: its size, its time or its place on the disk."""
    digest = blake2b(digest_size=16)
    for path in (*sorted(folder.rglob("*.y*ml")), *((snapshot,) if snapshot else ())):
        with contextlib.suppress(OSError):  # gone since it was listed
            seen = path.stat()
            digest.update(f"{path}\0{seen.st_size} {seen.st_mtime_ns} {seen.st_ino}\0".encode())
    return digest.hexdigest()


async def good_readings(
    folder: Path,
    serving: str,
    today: date,
    cache: CompiledCache,
    stop: asyncio.Event,
    snapshot: Path | None = None,
) -> AsyncIterator[Resources]:
    """The resources anew after every change that can be served, until `stop`. `serving`: state_of what is served.

    Dates after `today` keep a change from being served.
    """
    seen = serving
    known: Mapping[str, OrganizationFile] | None = None
    watched = (folder, snapshot.parent) if snapshot else (folder,)
    async for _ in _moments(watched, stop):
        state = await asyncio.to_thread(state_of, folder, snapshot)
        if state == seen:
            continue
        seen = state
        try:
            reading = await asyncio.to_thread(read_resources, folder, today, cache, known, snapshot)
        except CannotServe as error:
            _tell_broken(error)
            continue
        known = reading.files or known
        if (resources := _served_from(reading)) is not None:
            yield resources


def good_reading(
    folder: Path, today: date, cache: CompiledCache, snapshot: Path | None = None
) -> Resources | None:
    """Everything read again, changed or not; None when it cannot be served, which is told."""
    try:
        return _served_from(read_resources(folder, today, cache, snapshot=snapshot))
    except CannotServe as error:
        _tell_broken(error)
        return None


def _tell_broken(error: CannotServe) -> None:
    log.error("directory: %s The last good one goes on serving", error)


def _served_from(reading: Reading) -> Resources | None:
    if reading.resources is None or reading.errors:
        tell(reading)
        return None
    snapshot = reading.resources.snapshot
    served = snapshot.by_id if snapshot else reading.resources.services
    log.info("directory: reloaded, %d services", len(served))
    return reading.resources


async def _moments(folders: Iterable[Path], stop: asyncio.Event) -> AsyncIterator[None]:
    """Once at the start, after every change, and every minute."""
    yield
    async for _ in awatch(
        *folders,
        stop_event=stop,
        debounce=PATIENT_MS,
        step=STILL_MS,
        rust_timeout=LOOK_ANYWAY_MS,
        yield_on_timeout=True,
    ):
        yield


def tell(reading: Reading) -> None:
    """Say what keeps a change from being served. These are lines of our own files, nothing of a person."""
    for problem in reading.errors[:SHOWN_PROBLEMS]:
        log.error("directory: %s", problem)
    more = len(reading.errors) - SHOWN_PROBLEMS
    if more > 0:
        log.error("directory: and %d more; `bot directory check` shows all", more)
    log.error("directory: the last good one goes on serving")
