"""From resources/ to what a turn may know, and anew when files change or enough people report trouble."""

import asyncio
import gc
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from bot.conversation.knowledge import Knowledge
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import Resources, load_resources
from bot.directory_files.watching import good_reading, good_readings, state_of
from bot.matching.directory import Directory, index_directory
from bot.matching.reports import days_of_waves, held_by_reports, open_reports, taken_off
from bot.model.directory import ListedService
from bot.model.report import ReportCount
from bot.settings import Settings
from bot.wiring.memory import give_memory_back

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Counts = tuple[ReportCount, ...]
# For the check a date ahead of the clock is a slip; it must not keep a bot whose clock is behind from serving.
NO_DAY_IS_AHEAD = date.max


def load_knowledge(settings: Settings, today: date, counts: Counts = ()) -> Knowledge:
    """Everything a turn may know, read from resources/. Raises BrokenResources and CannotServe."""
    resources = load_resources(settings.resources, NO_DAY_IS_AHEAD, compiled_cache(), settings.snapshot)
    return know(resources, settings, today, counts)


def know(resources: Resources, settings: Settings, today: date, counts: Counts) -> Knowledge:
    """What was read, indexed for answering; what enough people reported is held."""
    knowledge = Knowledge(
        taxonomy=resources.taxonomy,
        lexicon=resources.lexicon,
        gazetteer=resources.gazetteer,
        directory=_directory(resources, today, counts),
        messages=resources.messages,
        notes=resources.notes,
        partners=resources.partners,
        home=settings.country,
    )
    give_memory_back()
    gc.freeze()  # objects that never change: the collector need not look at them again and again
    return knowledge


def _directory(resources: Resources, today: date, counts: Counts) -> Directory:
    """What is shown: of a snapshot all but what is held, else an index of what was read."""
    about = _reported(resources, counts)
    troubles = open_reports(about.values(), counts, today)
    if resources.snapshot is None:
        return index_directory(held_by_reports(resources.services, troubles), resources.emergency)
    held = zip(about, held_by_reports(about.values(), troubles), strict=True)
    replaced = {number: listed for number, listed in held if listed != about[number]}
    return resources.snapshot.directory(resources.emergency, replaced)


def _reported(resources: Resources, counts: Counts) -> dict[int, ListedService]:
    """The services that reports can be about; of a snapshot only those that they are about, by their numbers."""
    if resources.snapshot is None:
        return dict(enumerate(resources.services))
    numbers = {resources.snapshot.number_of(counted.service) for counted in counts}
    return {n: resources.snapshot.records.numbered(n) for n in numbers if n is not None}


class LiveKnowledge:
    """What is served now. A turn takes `current` once and keeps it to its end."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Raises BrokenResources and CannotServe."""
        self._settings = settings
        self._clock = clock
        self._counts: Counts = ()
        self._lasting = self._counting = False
        self._serving = state_of(settings.resources, settings.snapshot)
        self._cache = compiled_cache()
        self._resources = load_resources(settings.resources, NO_DAY_IS_AHEAD, self._cache, settings.snapshot)
        self.current = self._known()

    def hear_counts(self, counts: Counts) -> None:
        """Serve anew with what people reported. A wave of reports is named for the operator once."""
        for day in days_of_waves(counts) - days_of_waves(self._counts):
            log.error("very many places were reported on %s; that day holds nothing back: bot reports", day)
        before, self._counts = self._taken_off(), counts
        if (
            self._taken_off() != before
        ):  # an index takes a moment to make, and a flood of reports would make many
            self.current = self._known()

    def _taken_off(self) -> frozenset[tuple[str, bool]]:
        about = _reported(self._resources, self._counts)
        return taken_off(open_reports(about.values(), self._counts, self._clock().date()))

    def keep(self, *, lasting: bool, counting: bool) -> None:
        """Say from now on whether message numbers and timers outlive the process, and whether needs are counted."""
        self._lasting, self._counting = lasting, counting
        self.current = replace(self.current, lasting=lasting, counting=counting)

    async def follow(self, stop: asyncio.Event) -> None:
        """Swap in every good change as a whole, until `stop`."""
        readings = good_readings(
            self._settings.resources,
            self._serving,
            NO_DAY_IS_AHEAD,
            self._cache,
            stop,
            self._settings.snapshot,
        )
        try:
            async for resources in readings:
                self._resources = resources
                self.current = self._known()
        except (OSError, RuntimeError) as error:
            log.error(
                "directory: cannot be watched (%s); changes are served after a restart", type(error).__name__
            )

    async def reread(self) -> None:
        """Read the whole directory again now, whatever its files look like; a broken one is told and not served."""
        folder = self._settings.resources
        try:
            resources = await asyncio.to_thread(
                good_reading, folder, NO_DAY_IS_AHEAD, self._cache, self._settings.snapshot
            )
        except OSError as error:
            log.error(
                "directory: cannot be read (%s); the last good one goes on serving", type(error).__name__
            )
            return
        if resources is not None:
            self._resources = resources
            self.current = self._known()

    def _known(self) -> Knowledge:
        known = know(self._resources, self._settings, self._clock().date(), self._counts)
        return replace(known, lasting=self._lasting, counting=self._counting)
