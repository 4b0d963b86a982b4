"""bot share: what an organization hands out."""

import typer

from bot.cli.share_booklet import directory
from bot.cli.share_kit import card, embed, kit, poster, qr
from bot.cli.share_link import link

app = typer.Typer(
    name="share",
    help="What an organization hands out, with its link to the bot.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (link, qr, poster, card, embed, kit, directory):
    app.command()(command)


@app.callback()
def _commands() -> None:
    """What an organization hands out, with its link to the bot."""
