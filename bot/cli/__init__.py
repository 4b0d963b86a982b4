"""The commands. Each has --help with an example; errors go to stderr; 0 done, 1 problems found, 2 wrong use."""

import sys

import typer

from bot.cli.on_demand import commands_on_demand

COMMANDS = {
    "run": "bot.cli.run",
    "chat": "bot.cli.chat",
    "ask": "bot.cli.ask",
    "directory": "bot.cli.directory",
    "serve-directory": "bot.cli.serve_directory",
    "reports": "bot.cli.reports",
    "share": "bot.cli.share",
}

app = typer.Typer(
    name="bot",
    cls=commands_on_demand(COMMANDS),
    help="Marigold: reads what a survivor needs and answers with places that can help.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback could repeat what somebody wrote
    add_completion=False,
)


@app.callback()
def _commands() -> None:
    """Marigold: reads what a survivor needs and answers with places that can help."""


def main() -> None:
    """Entry point of the console script."""
    sys.exit(app(standalone_mode=True))
