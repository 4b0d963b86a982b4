"""Commands that are loaded when asked for: each brings libraries the others do without."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command


def commands_on_demand(modules: Mapping[str, str]) -> type[TyperGroup]:
    """A group whose commands are the `app` of the modules named, in this order."""

    class OnDemand(TyperGroup):
        def list_commands(self, ctx: Any) -> list[str]:
            return list(modules)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            if cmd_name not in modules:
                return None
            app = import_module(modules[cmd_name]).app
            command = get_command(app)
            command.name = cmd_name
            return command

    return OnDemand


def one_command(function: Any) -> typer.Typer:
    """A module's only command."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(function)
    return app
