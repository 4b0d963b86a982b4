"""bot directory check: every problem at once, each with its line and what to write instead."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.directory_files.changed import check_files
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.problems import Problem


def check(
    files: Annotated[list[Path] | None, typer.Argument(help="only these files or folders")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="problems as JSON")] = False,
    github: Annotated[bool, typer.Option("--github", help="problems as annotations on GitHub")] = False,
    now: Now = None,
) -> None:
    """Check every file under resources/: all problems at once, each with its line and what to write instead.

    Hints are worth a look and never fail. Example: bot directory check resources/organizations/us/tx
    """
    if as_json and github:
        stop("Choose one of --json and --github.")
    folder = settings_or_stop().resources
    today = clock_from(now)().date()
    problems, read = _checked(folder, files or [], today)
    if as_json:
        print(json.dumps([_row(p) for p in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            print(_annotation(problem) if github else problem)
    errors = sum(not p.hint for p in problems)
    print(f"{read}, {errors} problem(s), {len(problems) - errors} hint(s).", file=sys.stderr)
    if errors:
        raise typer.Exit(PROBLEMS)


def _checked(folder: Path, files: list[Path], today: date) -> tuple[tuple[Problem, ...], str]:
    """The problems of some files, or of everything, and how much was read."""
    gone = [f for f in files if not f.exists()]
    if gone:
        stop(f"{gone[0]} does not exist.")
    inside = folder.resolve() / "organizations"
    if files and all(f.resolve().is_relative_to(inside) for f in files):
        problems, count = check_files(folder, files, today, compiled_cache())
        return problems, f"{count} file(s) read"
    # Here, not above: reading everything loads half the house, which a volunteer would wait for after each line.
    from bot.directory_files.checking import check_resources

    reading = check_resources(folder, today, compiled_cache())
    shown = tuple(p for p in reading.problems if not files or any(_is_in(p, f, folder) for f in files))
    count = len(reading.resources.services) if reading.resources else 0
    return shown, f"{count} services in {len(reading.files)} files read"


def _is_in(problem: Problem, wanted: Path, folder: Path) -> bool:
    path = (folder / problem.file).resolve()
    return wanted.resolve() in (path, *path.parents)


def _row(problem: Problem) -> dict[str, str | int]:
    return {
        "severity": "hint" if problem.hint else "error",
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
    }


def _annotation(problem: Problem) -> str:
    """GitHub's workflow command; % and line ends must be escaped in it."""
    level = "notice" if problem.hint else "error"
    message = problem.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{level} file=resources/{problem.file},line={problem.line},col={problem.column}::{message}"


app = one_command(check)
