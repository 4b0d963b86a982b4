"""bot directory: what volunteers use."""

import typer

from bot.cli.on_demand import commands_on_demand

COMMANDS = {
    "check": "bot.cli.directory.check",
    "show": "bot.cli.directory.show",
    "due": "bot.cli.directory.due",
    "log": "bot.cli.directory.log",
    "add": "bot.cli.directory.add",
    "edit": "bot.cli.directory.edit",
    "hold": "bot.cli.directory.hold",
    "coverage": "bot.cli.directory.coverage",
    "links": "bot.cli.directory.links",
    "export": "bot.cli.directory.export",
    "import": "bot.cli.directory.import_",
    "review": "bot.cli.directory.review",
    "schema": "bot.cli.directory.schema",
    "build": "bot.cli.directory.build",
}

app = typer.Typer(cls=commands_on_demand(COMMANDS), no_args_is_help=True, add_completion=False)


@app.callback()
def _directory() -> None:
    """Check the directory, look at it and keep it alive."""
