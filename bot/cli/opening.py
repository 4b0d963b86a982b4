"""What all commands share: the clock, the settings, and how they end."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from bot.settings import Settings, UnreadableCredential

Clock = Callable[[], datetime]

WRONG_USE = 2
PROBLEMS = 1

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
    except UnreadableCredential as error:
        stop(f"{error}.")
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"])
            reason = str(problem["msg"]).removeprefix("Value error, ")
            label = f"BOT_{name.upper()}: " if name else ""
            print(f"{label}{reason}.", file=sys.stderr)
        raise typer.Exit(WRONG_USE) from None


def stop(sentence: str, code: int = WRONG_USE) -> NoReturn:
    """End with one sentence on stderr."""
    print(sentence, file=sys.stderr)
    raise typer.Exit(code)
