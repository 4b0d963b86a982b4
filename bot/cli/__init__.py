"""The commands. Each has --help with an example; errors go to stderr; 0 done, 1 problems found, 2 wrong use."""

import sys

import typer

from bot.cli import ask, chat, directory, run

app = typer.Typer(
    name="bot",
    help="Marigold: reads what a survivor needs and answers with places that can help.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback could repeat what somebody wrote
    add_completion=False,
)
app.command("run")(run.run)
app.command("chat")(chat.chat)
app.command("ask")(ask.ask)
app.add_typer(directory.app, name="directory")


def main() -> None:
    """Entry point of the console script."""
    sys.exit(app(standalone_mode=True))
