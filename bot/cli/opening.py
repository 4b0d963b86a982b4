"""What all commands share: the clock, the settings, the knowledge, and how problems are told."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from bot.conversation.knowledge import Knowledge
from bot.directory_files.problems import BrokenResources
from bot.settings import Settings
from bot.wiring.knowledge import Clock, LiveKnowledge, load_knowledge

WRONG_USE = 2
PROBLEMS = 1
SHOWN_PROBLEMS = 20

Now = Annotated[
    str | None,
    typer.Option("--now", help="set the clock, for example 2026-11-23T12:00:00+00:00", metavar="TIME"),
]


def clock_from(now: str | None) -> Clock:
    """The machine's clock, or one that stands still at `now`."""
    if now is None:
        return lambda: datetime.now(UTC)
    fixed = read_time(now)
    return lambda: fixed


def read_time(text: str) -> datetime:
    """An aware time. Ends the program with a sentence for one that is not."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        stop(f"--now {text!r} is not a time. Write it like 2026-11-23T12:00:00+00:00.")
    if time.tzinfo is None:
        stop(f"--now {text!r} has no time zone. Write it like 2026-11-23T12:00:00+00:00.")
    return time


def settings_or_stop() -> Settings:
    """The settings, or one sentence for each that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"])
            reason = str(problem["msg"]).removeprefix("Value error, ")
            label = f"BOT_{name.upper()}: " if name else ""
            print(f"{label}{reason}.", file=sys.stderr)
        raise typer.Exit(WRONG_USE) from None


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


def stop(sentence: str, code: int = WRONG_USE) -> NoReturn:
    """End with one sentence on stderr."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(code)
