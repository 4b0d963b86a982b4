"""The knowledge a command answers from, or every problem that keeps it from being served."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from bot.cli.opening import PROBLEMS, Clock, stop
from bot.conversation.knowledge import Knowledge
from bot.directory_files.problems import BrokenResources
from bot.directory_files.snapshot import CannotServe
from bot.settings import Settings
from bot.wiring.knowledge import LiveKnowledge, load_knowledge

SHOWN_PROBLEMS = 20


def knowledge_or_stop(settings: Settings, clock: Clock) -> Knowledge:
    """The knowledge, or every problem in resources/ with its line."""
    with told_problems():
        return load_knowledge(settings, clock().date())


def live_knowledge_or_stop(settings: Settings, clock: Clock) -> LiveKnowledge:
    """The same, following changes of files."""
    with told_problems():
        return LiveKnowledge(settings, clock)


@contextmanager
def told_problems() -> Iterator[None]:
    """Tell what is broken in resources/ and end the program."""
    try:
        yield
    except CannotServe as error:
        stop(f"{error}")
    except BrokenResources as broken:
        for problem in broken.problems[:SHOWN_PROBLEMS]:
            print(problem, file=sys.stderr)
        more = len(broken.problems) - SHOWN_PROBLEMS
        if more > 0:
            print(f"… and {more} more.", file=sys.stderr)
        print(
            "Nothing was started. Mend the lines above, or set BOT_RESOURCES to a good copy.", file=sys.stderr
        )
        raise typer.Exit(PROBLEMS) from None
