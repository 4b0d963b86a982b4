"""bot directory: what volunteers use."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import PROBLEMS, Now, clock_from, knowledge_or_stop, settings_or_stop, stop
from bot.conversation.cards import details
from bot.conversation.speak import plain, speak_value
from bot.directory_files.load import read_resources
from bot.directory_files.problems import Problem
from bot.model.profile import Profile

app = typer.Typer(help="Check and look at the directory.", no_args_is_help=True)


@app.command("check")
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="only problems in these files")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="problems as JSON")] = False,
    github: Annotated[bool, typer.Option("--github", help="problems as annotations on GitHub")] = False,
) -> None:
    """Check every file under resources/: all problems at once, each with its line and what to write instead.

    Example: bot directory check resources/organizations/us/tx
    """
    folder = settings_or_stop().resources
    resources, problems = read_resources(folder)
    shown = [p for p in problems if not files or any(_is_in(p, f, folder) for f in files)]
    if as_json:
        rows = [{"file": p.file, "line": p.line, "column": p.column, "message": p.message} for p in shown]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for problem in shown:
            print(_annotation(problem) if github else problem)
    count = len(resources.services) if resources else 0
    print(f"{count} services read, {len(shown)} problem(s).", file=sys.stderr)
    if shown:
        raise typer.Exit(PROBLEMS)


def _is_in(problem: Problem, wanted: Path, folder: Path) -> bool:
    path = (folder / problem.file).resolve()
    return wanted.resolve() in (path, *path.parents)


def _annotation(problem: Problem) -> str:
    return (
        f"::error file=resources/{problem.file},line={problem.line},col={problem.column}::{problem.message}"
    )


@app.command("show")
def show(
    service: Annotated[
        str, typer.Argument(help="the service's id, like us/tx/example-legal-center#survivor-legal-line")
    ],
    language: Annotated[str, typer.Option(help="language of the card")] = "en",
    now: Now = None,
) -> None:
    """The card of one service as a person sees it.

    Example: bot directory show us/national/rainn#hotline --language es
    """
    knowledge = knowledge_or_stop(settings_or_stop())
    listed = knowledge.directory.by_id.get(service)
    if listed is None:
        stop(
            f"{service} is not listed. It may be held, or the id is <path>#<key> under resources/organizations/."
        )
    at: datetime = clock_from(now)()
    profile = Profile(language=language if language in knowledge.messages.languages else "en")
    for line in details(listed, profile, at):
        print(plain(speak_value(line, knowledge.messages, profile.language)))
