"""bot directory build: the directory in one file, for very many services, or for many bots that serve the same."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.organizations import FOLDER, stream_organizations
from bot.directory_files.problems import Problem, errors_among
from bot.directory_files.rulebook import read_rulebook
from bot.directory_files.rules import Rulebook
from bot.directory_files.snapshot import write_snapshot
from bot.model.directory import ListedService

SHOWN = 40  # problems in the terminal; `bot directory check` shows all
USUAL = Path("directory.snapshot")


def build(
    out: Annotated[Path, typer.Option(help="the file to write", metavar="FILE")] = USUAL,
    now: Now = None,
) -> None:
    """Write the listed services into one file. BOT_SNAPSHOT=FILE serves it; a new one is served as soon as it is there.

    Every entry is checked as by `bot directory check`; with a problem anywhere nothing is written.
    Example: bot directory build --out /var/lib/marigold/directory.snapshot
    """
    folder = settings_or_stop().resources
    today = clock_from(now)().date()
    problems: list[Problem] = []
    book = read_rulebook(folder, today, problems, compiled_cache())
    if not out.parent.is_dir():
        stop(f"{out.parent} is no folder. Make it, or name another file with --out.")
    try:
        written = write_snapshot(out, _sound(folder, book, problems), today)
    except _Unsound:
        for problem in errors_among(problems)[:SHOWN]:
            print(problem, file=sys.stderr)
        stop("Nothing is written. `bot directory check` shows every problem.", PROBLEMS)
    except OSError as error:
        stop(f"{out} cannot be written ({error.strerror}); what was there is as it was.")
    print(f"{written:,} services in {out} ({out.stat().st_size / 1e6:.1f} MB).", file=sys.stderr)


class _Unsound(Exception):
    """Something in the directory keeps it from being served."""


def _sound(folder: Path, book: Rulebook, problems: list[Problem]) -> Iterator[ListedService]:
    """The services, one after the other. At the end raises _Unsound if a problem was met; it is among `problems`."""
    for file in stream_organizations(folder / FOLDER, book):
        problems += (problem for problem in file.problems if not problem.hint)
        yield from file.services
    if errors_among(problems):
        raise _Unsound


app = one_command(build)
