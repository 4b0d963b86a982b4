"""bot share: what an organization hands out."""

import typer

from bot.cli.share_link import link

app = typer.Typer(
    name="share",
    help="What an organization hands out, with its link to the bot.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(link)


@app.callback()
def _commands() -> None:
    """What an organization hands out, with its link to the bot."""
