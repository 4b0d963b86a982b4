"""From resources/ to what a turn may know, and anew when files change."""

import asyncio
import gc
import logging
from collections.abc import Callable
from datetime import date, datetime

from bot.conversation.knowledge import Knowledge
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.load import Resources, load_resources
from bot.directory_files.watching import good_readings, state_of
from bot.matching.directory import index_directory
from bot.settings import Settings

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def load_knowledge(settings: Settings, today: date) -> Knowledge:
    """Everything a turn may know, read from resources/. Raises BrokenResources."""
    return know(load_resources(settings.resources, today, compiled_cache()), settings)


def know(resources: Resources, settings: Settings) -> Knowledge:
    """What was read, indexed for answering."""
    knowledge = Knowledge(
        taxonomy=resources.taxonomy,
        lexicon=resources.lexicon,
        gazetteer=resources.gazetteer,
        directory=index_directory(resources.services, resources.emergency),
        messages=resources.messages,
        home=settings.country,
    )
    gc.freeze()  # objects that never change: the collector need not look at them again and again
    return knowledge


class LiveKnowledge:
    """What is served now. A turn takes `current` once and keeps it to its end."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Raises BrokenResources."""
        self._settings = settings
        self._clock = clock
        self._serving = state_of(settings.resources)
        self.current = load_knowledge(settings, clock().date())

    async def follow(self, stop: asyncio.Event) -> None:
        """Swap in every good change as a whole, until `stop`."""
        readings = good_readings(
            self._settings.resources, self._serving, lambda: self._clock().date(), compiled_cache(), stop
        )
        try:
            async for resources in readings:
                self.current = know(resources, self._settings)
        except (OSError, RuntimeError) as error:
            log.error(
                "directory: cannot be watched (%s); changes are served after a restart", type(error).__name__
            )
