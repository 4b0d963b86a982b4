"""bot directory import: what was changed in a spreadsheet comes into the directory, or is tried first."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.directory.feeds import FeedOptions, import_feed
from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.problems import Problem
from bot.directory_files.rulebook import read_rulebook
from bot.exchange.formats import format_of
from bot.exchange.given import CannotTake, read_given
from bot.exchange.hsds.feed import is_hsds
from bot.exchange.kept import CannotRead, read_kept
from bot.exchange.planning import Plan, plan_import
from bot.exchange.taking_in import Outcome, carry_out


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="an .xlsx, a .json, one .csv, a folder or .zip of .csv files, or an HSDS feed (JSON or CSV package)",
            metavar="FILE",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="show what would change, and write nothing")
    ] = False,
    remove_missing: Annotated[
        bool,
        typer.Option(
            "--remove-missing",
            help="hold what is gone from a sheet of the whole directory; nothing is ever deleted",
        ),
    ] = False,
    mapping: Annotated[
        Path | None,
        typer.Option(help="for an HSDS feed: what its own words mean here (docs/hsds.md)", metavar="FILE"),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="for an HSDS feed: where it can be read, as an address or a name")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="for an HSDS feed: write every line about what was not taken here", metavar="PATH"),
    ] = None,
    now: Now = None,
) -> None:
    """Take a spreadsheet in: each changed cell is one small change in its file. Rows that are gone delete nothing.

    If anything is wrong, all of it is told by sheet, row and column, and nothing is written. A feed of another
    directory (Open Referral HSDS 3.0) is taken in the same way; what it says is held until two people have read it.
    Example: bot directory import directory.xlsx --dry-run
    """
    resources = settings_or_stop().resources
    today = clock_from(now)().date()
    if is_hsds(file):
        import_feed(file, resources, today, FeedOptions(mapping, source, report, dry_run=dry_run))
        return
    if mapping or source or report:
        stop(f"--mapping, --source and --report are for HSDS feeds, and {file.name} is none.")
    try:
        given = read_given(file)
        book = format_of(given).read(given)
        kept = read_kept(resources)
    except CannotTake as error:
        stop(str(error))
    except CannotRead as error:
        stop(f"{', '.join(error.names)} cannot be read; `bot directory check` says what to mend.", PROBLEMS)
    unread: list[Problem] = []
    rules = read_rulebook(resources, today, unread, compiled_cache())
    for problem in unread:
        print(problem, file=sys.stderr)
    if any(not problem.hint for problem in unread):
        stop("The lists that sheets are compared with are broken. Nothing is written.", PROBLEMS)
    plan = plan_import(book, kept, rules, remove_missing=remove_missing)
    _tell(plan)
    if plan.errors:
        stop(f"{len(plan.errors)} problem(s). Nothing is written.", PROBLEMS)
    if dry_run:
        print(f"{_count(plan)}. Nothing is written.", file=sys.stderr)
        return
    _report(carry_out(plan, resources), plan)


def _tell(plan: Plan) -> None:
    """Problems and notes for people, and, if it can be done, every difference."""
    for problem in plan.problems:
        print(problem, file=sys.stderr)
    for note in plan.notes:
        print(f"note: {note}", file=sys.stderr)
    if plan.errors:
        return
    for file in plan.files:
        if file.was is None:
            print(f"{file.path}: new file")
        for change in file.changes:
            print(change)


def _count(plan: Plan) -> str:
    new = sum(file.was is None for file in plan.files)
    return f"{plan.changes} change(s) in {len(plan.files)} organization(s), {new} of them new"


def _report(outcome: Outcome, plan: Plan) -> None:
    if outcome.stopped is None:
        print(f"{_count(plan)}. Written.", file=sys.stderr)
        if plan.files:
            print(
                "Export again before you edit further: the sheet is older than the directory now.",
                file=sys.stderr,
            )
        return
    for path in outcome.written:
        print(f"written: {path}", file=sys.stderr)
    for path in outcome.left:
        print(f"not written: {path}", file=sys.stderr)
    stop(outcome.stopped, PROBLEMS)


app = one_command(import_)
