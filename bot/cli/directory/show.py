"""bot directory show: a service's card as a person sees it."""

from typing import Annotated

import typer
from rapidfuzz import process

from bot.cli.knowing import knowledge_or_stop
from bot.cli.on_demand import one_command
from bot.cli.opening import Now, clock_from, settings_or_stop, stop
from bot.conversation.cards import details
from bot.conversation.knowledge import Knowledge
from bot.conversation.speak import plain, speak_value
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
    """The card of one service as a person sees it, in each language.

    Example: bot directory show us/national/rainn#hotline --language es
    """
    clock = clock_from(now)
    knowledge = knowledge_or_stop(settings_or_stop(), clock)
    listed = knowledge.directory.by_id.get(service)
    if listed is None:
        stop(_not_listed(service, knowledge))
    languages = sorted(knowledge.messages.languages)
    if language is not None and language not in languages:
        stop(f"There are no messages in {language!r}. Languages: {', '.join(languages)}.")
    for one in [language] if language else languages:
        if not language:
            print(f"── {one} ──")
        for line in details(listed, Profile(language=one), clock()):
            print(plain(speak_value(line, knowledge.messages, one)))
        print()


def _not_listed(service: str, knowledge: Knowledge) -> str:
    """Why there is no card, and which id was perhaps meant."""
    near = process.extractOne(service, list(knowledge.directory.by_id), score_cutoff=70)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"{service} is not listed: it is held, or there is no such id (<path under organizations>#<key>).{meant}"


app = one_command(show)
