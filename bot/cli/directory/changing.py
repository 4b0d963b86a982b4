"""What commands that change files share: the service meant, the change shown, and saved whole or not at all."""

import sys
from datetime import date
from pathlib import Path
from typing import NoReturn

import typer
from rapidfuzz import process
from rich.console import Console
from rich.syntax import Syntax

from bot.cli.opening import PROBLEMS, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.editing import CannotMend
from bot.directory_files.load import DirectoryReading, read_directory
from bot.directory_files.reading import Unreadable
from bot.directory_files.saving import NotSaved
from bot.model.directory import ListedService
from bot.upkeep.changes.changing import Change, Edit, change_file, save_change


def directory_or_stop(resources: Path, today: date) -> DirectoryReading:
    """Every organization. Files that are broken are told and left out; they cannot be changed by a command."""
    reading = read_directory(resources, today, compiled_cache())
    for problem in reading.errors:
        print(problem, file=sys.stderr)
    return reading


def service_or_stop(service_id: str, reading: DirectoryReading) -> ListedService:
    """The service meant, also when only its organization is named and it has just one."""
    found = [s for s in reading.services if service_id in (s.id, s.organization_id)]
    if not found:
        _stop_without(service_id, reading)
    if len(found) > 1:
        stop(f"{service_id} has several services; name one: {', '.join(s.id for s in found)}.")
    return found[0]


def _stop_without(service_id: str, reading: DirectoryReading) -> NoReturn:
    near = process.extractOne(service_id, [s.id for s in reading.services], score_cutoff=60)
    meant = f" Did you mean {near[0]}?" if near else ""
    stop(f"There is no service {service_id}.{meant} An id is <path under organizations>#<key>.")


def change_or_stop(resources: Path, organization_id: str, edit: Edit, reading: DirectoryReading) -> Change:
    """The change, if it can be made in place and the result is a good file."""
    try:
        change = change_file(resources, organization_id, edit, reading.book)
    except Unreadable as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(PROBLEMS) from None
    except CannotMend as error:
        stop(f"{organization_id}.yaml: {error}.", PROBLEMS)
    if change.errors:
        print("This would not be a good file; nothing was saved:", file=sys.stderr)
        for problem in change.errors:
            print(problem, file=sys.stderr)
        raise typer.Exit(PROBLEMS)
    return change


def show_and_save(changes: list[Change], *, dry_run: bool) -> None:
    """Show what differs, then save. What could not be saved is told; what was saved stays saved."""
    console = Console()
    real = [c for c in changes if c.before != c.after]
    for change in real:
        console.print(Syntax(change.diff, "diff", background_color="default", word_wrap=True))
    if dry_run or not real:
        print("Nothing was saved: this was a dry run." if real else "Nothing changes.", file=sys.stderr)
        return
    failed = 0
    for change in real:
        try:
            save_change(change)
        except NotSaved as error:
            failed += 1
            print(error, file=sys.stderr)
    print(f"{len(real) - failed} of {len(real)} file(s) saved.", file=sys.stderr)
    if failed:
        raise typer.Exit(PROBLEMS)
