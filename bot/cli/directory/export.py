"""bot directory export: the directory as spreadsheets or for programs, for keeping and editing elsewhere."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.directory_files.compiled import compiled_cache
from bot.directory_files.gazetteer import load_gazetteer
from bot.directory_files.problems import Problem
from bot.directory_files.taxonomy import load_taxonomy
from bot.exchange.exporting import CannotExport, export_of
from bot.exchange.formats import FOR_OTHERS, FORMATS, Making
from bot.exchange.kept import CannotRead, read_kept
from bot.exchange.placing import CannotPlace, place

MADE: dict[str, Making] = {**FORMATS, **FOR_OTHERS}
NAMES = "|".join(MADE)


def export(
    form: Annotated[str, typer.Option("--format", help="what to make", metavar=NAMES)],
    output: Annotated[
        Path, typer.Option(help="the file to make; for csv a folder, or a .zip", metavar="PATH")
    ],
    listed: Annotated[
        bool | None,
        typer.Option(
            "--listed/--all",
            help="only what people see, for reading; or everything, also what is held. hsds-json and hsds-csv are "
            "always --listed",
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="write over an export that is there")] = False,
    now: Now = None,
) -> None:
    """The whole directory as spreadsheets or as JSON: to keep, to read, or to edit and take in again.

    Without --listed it holds everything, also what is held and the notes of volunteers. The HSDS formats (Open
    Referral, 3.0) are for other directories: they hold what people see.
    Example: bot directory export --format xlsx --output directory.xlsx
    """
    chosen = _format(form, output)
    is_for_others = form in FOR_OTHERS
    if is_for_others and listed is False:
        stop(f"{form} is for other directories and never holds what is held. Leave out --all.")
    resources = settings_or_stop().resources
    unread: list[Problem] = []
    try:
        kept = read_kept(resources)
        taxonomy = load_taxonomy(resources / "taxonomy", unread)
        for_reading = is_for_others or bool(listed)
        places = load_gazetteer(resources / "places", unread, compiled_cache()) if is_for_others else None
        exported = export_of(
            kept.values(), taxonomy, clock_from(now)(), for_reading=for_reading, gazetteer=places
        )
        place(output, chosen.make(exported), replace=replace)
    except CannotRead as error:
        stop(_unreadable(error), PROBLEMS)
    except (CannotExport, CannotPlace) as error:
        stop(str(error), PROBLEMS)
    print(
        f"{output} holds {exported.services} services of {len(exported.organizations)} organizations.",
        file=sys.stderr,
    )


def _format(name: str, output: Path) -> Making:
    chosen = MADE.get(name)
    if chosen is None:
        stop(f"--format {name!r} is none of {', '.join(MADE)}.")
    if chosen.ends and output.suffix.casefold() not in chosen.ends:
        stop(f"--output {str(output)!r}: {chosen.instead}.")
    return chosen


def _unreadable(error: CannotRead) -> str:
    return (
        f"{', '.join(error.names)} cannot be read, and an export without it would lose it. "
        "`bot directory check` says what to mend."
    )


app = one_command(export)
