"""bot directory: what volunteers use."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import PROBLEMS, Now, clock_from, knowledge_or_stop, settings_or_stop, stop
from bot.conversation.cards import details
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import plain, speak_value
from bot.directory_files.checking import check_files, check_resources
from bot.directory_files.problems import Problem
from bot.directory_files.schema import SCHEMA_FILE, schema_text
from bot.model.profile import Profile
from bot.wiring.knowledge import compiled_cache

app = typer.Typer(help="Check and look at the directory.", no_args_is_help=True)


@app.command("check")
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
        checked = check_files(folder, files, today, compiled_cache())
        return checked.problems, f"{len(checked.files)} file(s) read"
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


@app.command("show")
def show(
    service: Annotated[
        str, typer.Argument(help="the service's id, like us/tx/example-legal-center#survivor-legal-line")
    ],
    language: Annotated[
        str | None, typer.Option(help="one language only; without it, every language there is")
    ] = None,
    now: Now = None,
) -> None:
    """The card of one service as a person sees it, in each language.

    Example: bot directory show us/national/rainn#hotline --language es
    """
    clock = clock_from(now)
    knowledge = knowledge_or_stop(settings_or_stop(), clock)
    listed = knowledge.directory.by_id.get(service)
    if listed is None:
        stop(_not_listed(service, knowledge))
    languages = sorted(knowledge.messages.languages)
    if language is not None and language not in languages:
        stop(f"There are no messages in {language!r}. Languages: {', '.join(languages)}.")
    for one in [language] if language else languages:
        if not language:
            print(f"── {one} ──")
        for line in details(listed, Profile(language=one), clock()):
            print(plain(speak_value(line, knowledge.messages, one)))
        print()


def _not_listed(service: str, knowledge: Knowledge) -> str:
    """Why there is no card, and which id was perhaps meant."""
    from rapidfuzz import process

    near = process.extractOne(service, list(knowledge.directory.by_id), score_cutoff=70)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"{service} is not listed: it is held, or there is no such id (<path under organizations>#<key>).{meant}"


@app.command("schema")
def schema(
    write: Annotated[
        bool, typer.Option("--write", help=f"write {SCHEMA_FILE} beside the directory, for editors")
    ] = False,
) -> None:
    """The JSON Schema of an organization's file, for editors: completion, explanations, red lines.

    Example: bot directory schema --write
    """
    if not write:
        print(schema_text(), end="")
        return
    target = settings_or_stop().resources / SCHEMA_FILE
    target.write_text(schema_text(), encoding="utf-8")
    print(f"{target} is written.", file=sys.stderr)
