"""bot directory show: a service's card as a person sees it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.directory.changing import directory_or_stop, service_or_stop
from bot.cli.on_demand import one_command
from bot.cli.opening import PROBLEMS, Now, clock_from, settings_or_stop, stop
from bot.conversation.cards import details
from bot.conversation.speak import plain, speak_value
from bot.directory_files.messages import load_messages
from bot.directory_files.problems import Problem, errors_among
from bot.model.messages import Messages
from bot.model.profile import Profile


def show(
    service: Annotated[
        str, typer.Argument(help="the service's id, like us/tx/example-legal-center#survivor-legal-line")
    ],
    language: Annotated[
        str | None, typer.Option(help="one language only; without it, every language there is")
    ] = None,
    now: Now = None,
) -> None:
    """The card of one service as a person sees it, in each language; of one on hold, as they would see it.

    Example: bot directory show us/national/rainn#hotline --language es
    """
    settings, clock = settings_or_stop(), clock_from(now)
    messages = _messages_or_stop(settings.resources)
    listed = service_or_stop(service, directory_or_stop(settings.resources, clock().date()))
    languages = sorted(messages.languages)
    if language is not None and language not in languages:
        stop(f"There are no messages in {language!r}. Languages: {', '.join(languages)}.")
    if not listed.service.is_listed:
        held = listed.service.hold or "there is no way to make contact"
        print(f"On hold, and shown to nobody now: {held}", file=sys.stderr)
    for one in [language] if language else languages:
        if not language:
            print(f"── {one} ──")
        for line in details(listed, Profile(language=one), clock()):
            print(plain(speak_value(line, messages, one)))
        print()


def _messages_or_stop(folder: Path) -> Messages:
    problems: list[Problem] = []
    messages = load_messages(folder / "messages", problems).messages
    if errors := errors_among(problems):
        print(*errors, sep="\n", file=sys.stderr)
        raise typer.Exit(PROBLEMS)
    return messages


app = one_command(show)
