"""bot directory schema: the shape of an organization's file, for editors and for people."""

import sys
from typing import Annotated

import typer

from bot.cli.on_demand import one_command
from bot.cli.opening import settings_or_stop
from bot.directory_files.schema import GUIDE_FILE, SCHEMA_FILE, field_guide, schema_text


def schema(
    write: Annotated[
        bool,
        typer.Option(
            "--write",
            help=f"write {SCHEMA_FILE}, for editors, and {GUIDE_FILE}, for people, beside the directory",
        ),
    ] = False,
) -> None:
    """The JSON Schema of an organization's file, for editors: completion, explanations, red lines.

    With --write also the table of all fields, for people. Example: bot directory schema --write
    """
    if not write:
        print(schema_text(), end="")
        return
    folder = settings_or_stop().resources
    for name, text in ((SCHEMA_FILE, schema_text()), (GUIDE_FILE, field_guide())):
        (folder / name).write_text(text, encoding="utf-8")
        print(f"{folder / name} is written.", file=sys.stderr)


app = one_command(schema)
