"""bot run: Telegram, or the sandbox."""

import asyncio
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.knowing import live_knowledge_or_stop
from bot.cli.on_demand import one_command
from bot.cli.opening import Clock, Now, clock_from, settings_or_stop, stop
from bot.settings import Settings

START_ME_AGAIN = 75  # for the supervisor
DEFAULT_PORT = 8080


def run(
    now: Now = None,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="the sandbox, even with BOT_TOKEN set")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="port of the sandbox page")] = DEFAULT_PORT,
    check: Annotated[
        bool, typer.Option("--check", help="print the settings, secrets hidden, and stop")
    ] = False,
) -> None:
    """Start the bot: on Telegram with BOT_TOKEN set, else as a trial in your browser.

    Example: BOT_TOKEN=… bot run
    """
    settings = settings_or_stop()
    if check:
        print_settings(settings)
        return
    serve(settings, clock_from(now), port, sandbox=sandbox)


def serve(settings: Settings, clock: Clock, port: int, *, sandbox: bool) -> None:
    """Run until stopped; whatever keeps it from starting is one sentence."""
    # Here, not above: Telegram, a web server and SQLite take half a second that no other command needs.
    from bot.messenger.application import CannotStart, StuckPolling, TelegramAway
    from bot.messenger.quiet_logs import set_up_logs
    from bot.sandbox.server import PortInUse
    from bot.storage.core_files import leave_no_core_file
    from bot.wiring.running import run_sandbox, run_telegram
    from bot.wiring.service_manager import service_manager

    leave_no_core_file()
    set_up_logs(settings.log_level)
    manager = service_manager()
    if manager.is_there and settings.token is None and not sandbox:
        stop(
            "BOT_TOKEN is not set, and a trial in the browser is no service. Set it, or run: bot run --sandbox"
        )
    try:
        knowledge = live_knowledge_or_stop(settings, clock)
        if settings.token is not None and not sandbox:
            asyncio.run(run_telegram(settings, knowledge, clock, manager))
        else:
            asyncio.run(run_sandbox(settings, knowledge, clock, port, tell_where))
    except TelegramAway as error:
        stop(str(error), START_ME_AGAIN)
    except (CannotStart, PortInUse) as error:
        stop(str(error))
    except StuckPolling:
        stop(
            "Telegram has not answered for two minutes. Ending, so that the service manager starts anew.",
            START_ME_AGAIN,
        )
    except KeyboardInterrupt:
        return


def tell_where(page_url: str) -> None:
    """Say where the sandbox is; nothing leaves this machine."""
    print(
        f"A trial of the bot is at {page_url} (only on this machine; nothing goes to Telegram).", flush=True
    )
    print("To run it on Telegram, set BOT_TOKEN. To stop, press Ctrl+C.", flush=True)


def print_settings(settings: Settings) -> None:
    """Every setting with its value; secrets as stars."""
    table = Table(title="Settings", title_justify="left")
    for column in ("name", "value", "meaning"):
        table.add_column(column, overflow="fold")
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        table.add_row(f"BOT_{name.upper()}", "-" if value is None else str(value), field.description or "")
    Console(file=sys.stdout).print(table)


app = one_command(run)
