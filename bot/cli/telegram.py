"""bot telegram check: whether the bot's profile on Telegram protects the people who open it."""

import asyncio

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.opening import PROBLEMS, settings_or_stop, stop
from bot.directory_files.messages import load_messages
from bot.directory_files.problems import Problem

app = typer.Typer(
    name="telegram",
    help="The bot's profile on Telegram.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _commands() -> None:
    """The bot's profile on Telegram."""


@app.command()
def check() -> None:
    """Compare what Telegram reports with what should be, and say what to change by hand.

    It asks Telegram and changes nothing.

    Example: BOT_TOKEN=… bot telegram check
    """
    # Here, not above: Telegram's library takes half a second that no other command needs.
    from bot.messenger.checking import NotReached, check_profile
    from bot.messenger.quiet_logs import set_up_logs

    settings = settings_or_stop()
    if settings.token is None:
        stop("BOT_TOKEN is not set. Put the token of @BotFather into it, then try again.")
    set_up_logs("ERROR")
    problems: list[Problem] = []
    messages = load_messages(settings.resources / "messages", problems).messages
    try:
        found = asyncio.run(check_profile(settings.token.get_secret_value(), settings.api_base, messages))
    except NotReached as error:
        stop(str(error), PROBLEMS)
    table = Table("what", "on Telegram", "what to do")
    for one in found:
        table.add_row(one.what, one.found, one.mend or "-")
    Console().print(table)
    if any(one.mend for one in found):
        raise typer.Exit(PROBLEMS)
