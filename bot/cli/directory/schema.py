"""bot directory schema: the shape of an organization's file, for editors."""

import sys
from typing import Annotated

import typer

from bot.cli.on_demand import one_command
from bot.cli.opening import settings_or_stop
from bot.directory_files.schema import SCHEMA_FILE, schema_text


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


app = one_command(schema)
